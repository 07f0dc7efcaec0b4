/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The writer of the five-calls tutorial, with the key and the text from the
 * command line instead of ftok(3) and gets(3).  On purpose as in a textbook: no
 * check, no protocol, and it knows nothing of this project.
 *
 * helper-textbook-writer KEY TEXT */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>

int
main (int argc, char *argv[])
{
  key_t key = (key_t) strtoul (argv[1], NULL, 0);
  int shmid = shmget (key, 1024, 0666 | IPC_CREAT);
  char *str = shmat (shmid, (void *) 0, 0);

  strcpy (str, argv[2]);
  printf ("Data written in memory: %s\n", str);
  shmdt (str);

  return 0;
}
