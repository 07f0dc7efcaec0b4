/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <string.h>

/* Writes its argument behind the end of what has room for eight bytes, where no canary of a stack stands: for
 * hardened.sh to see that the C library ends the program before. */
int
main (int argc, char *argv[])
{
  static char room[8], behind[64];

  strcpy (room, argv[argc - 1]);

  return printf ("%s %s\n", room, behind) < 0;
}
