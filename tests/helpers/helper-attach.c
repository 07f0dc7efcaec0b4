/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "backend/kernel/lab-sysv.h"

/* helper-attach NAME ID r|w [TIMES]
 *
 * A process of the name NAME that attaches the segment ID, or makes one of 4,096 bytes
 * when ID is "key:" and a key, says "attached",
 * and detaches when its standard input ends.  Each line of that is a new name,
 * answered by "renamed", or the path of a program that it becomes, with the same
 * arguments.  It dies with who started it. */
int
main (int argc, char *argv[])
{
  gboolean writable;
  int id, times;
  char name[512];

  if (argc < 4)
    {
      fprintf (stderr, "usage: helper-attach NAME ID r|w [TIMES]\n");
      return 2;
    }

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  prctl (PR_SET_NAME, argv[1]);
  if (g_str_has_prefix (argv[2], "key:"))
    id = lab_sysv_shmget ((key_t) g_ascii_strtoll (argv[2] + 4, NULL, 0), 4096, LAB_GET_EXCLUSIVE, 0600, NULL);
  else
    id = atoi (argv[2]);
  writable = strcmp (argv[3], "w") == 0;
  times = argc > 4 ? atoi (argv[4]) : 1;

  for (int i = 0; i < times; i++)
    if (lab_sysv_shmat (id, writable, NULL) == NULL)
      {
        perror ("shmat");
        return 1;
      }

  puts ("attached");
  fflush (stdout);
  while (scanf ("%511s", name) == 1)
    {
      if (name[0] == '/')
        {
          execl (name, name, strrchr (name, '/') + 1, argv[2], argv[3], NULL);
          perror (name);
          return 1;
        }
      prctl (PR_SET_NAME, name);
      puts ("renamed");
      fflush (stdout);
    }

  return 0;
}
