/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The two sides of two textbook programs, with the key from the command line.
 * They know nothing of this project.
 *
 * helper-homework mtu KEY N1 N2 N3 N4   makes the segment; -1, the numbers, 0
 * helper-homework mtu-take KEY          the client: prints the numbers, 1
 * helper-homework cardiff KEY           makes the segment; the alphabet
 * helper-homework cardiff-take KEY      the client: prints the letters, a star */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>

enum { NOT_READY = -1, FILLED = 0, TAKEN = 1 };

struct memory
{
  int status;
  int data[4];
};

static void *
attach (const char *key_text,
        size_t      size,
        int         flags)
{
  int id = shmget ((key_t) strtoul (key_text, NULL, 0), size, flags);
  void *address = id == -1 ? (void *) -1 : shmat (id, NULL, 0);

  if (address == (void *) -1)
    {
      perror ("shared memory");
      exit (1);
    }

  return address;
}

int
main (int argc, char *argv[])
{
  if (argc == 7 && strcmp (argv[1], "mtu") == 0)
    {
      struct memory *memory = attach (argv[2], sizeof *memory, IPC_CREAT | 0666);

      memory->status = NOT_READY;
      for (int i = 0; i < 4; i++)
        memory->data[i] = atoi (argv[3 + i]);
      memory->status = FILLED;
    }
  else if (argc == 3 && strcmp (argv[1], "mtu-take") == 0)
    {
      struct memory *memory = attach (argv[2], sizeof *memory, 0666);

      printf ("%d %d %d %d\n", memory->data[0], memory->data[1], memory->data[2], memory->data[3]);
      memory->status = TAKEN;
    }
  else if (argc == 3 && strcmp (argv[1], "cardiff") == 0)
    {
      char *s = attach (argv[2], 27, IPC_CREAT | 0666);

      for (char c = 'a'; c <= 'z'; c++)
        *s++ = c;
      *s = '\0';
    }
  else if (argc == 3 && strcmp (argv[1], "cardiff-take") == 0)
    {
      char *s = attach (argv[2], 27, 0666);

      puts (s);
      *s = '*';
    }
  else
    {
      return 2;
    }

  return 0;
}
