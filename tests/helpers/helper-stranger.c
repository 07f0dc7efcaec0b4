/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Makes a segment as somebody else would: another process, which then ends or
 * stays attached, and another user when the tests may become one.
 *
 * helper-stranger KEY SIZE MODE [--user UID] [--stay]
 *
 * Prints "id N" when the segment is there.  Exits with 77 when it may not
 * become the user. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

int
main (int argc, char *argv[])
{
  key_t key = (key_t) strtoul (argv[1], NULL, 0);
  size_t size = strtoul (argv[2], NULL, 0);
  int mode = (int) strtoul (argv[3], NULL, 8);
  int stay = 0;
  int id;

  for (int i = 4; i < argc; i++)
    if (strcmp (argv[i], "--stay") == 0)
      stay = 1;
    else if (strcmp (argv[i], "--user") == 0 && i + 1 < argc && setuid ((uid_t) strtoul (argv[++i], NULL, 10)) != 0)
      return 77;

  id = shmget (key, size, IPC_CREAT | IPC_EXCL | mode);
  if (id == -1 || (stay && shmat (id, NULL, 0) == (void *) -1))
    {
      fprintf (stderr, "helper-stranger: %s\n", strerror (errno));
      return 1;
    }
  printf ("id %d\n", id);
  fflush (stdout);
  while (stay)
    pause ();

  return 0;
}
