/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-semaphore-table.h"

#include <stdio.h>

/**
 * lab_semaphore_table_count:
 * @key: the key of a set
 *
 * Source: `/proc/sysvipc/sem`, proc(5); everybody's sets are in it.
 *
 * Returns: how many semaphores the set with @key has; 0 when no set has it, and -1 when
 *   the table cannot be read
 */
int
lab_semaphore_table_count (key_t key)
{
  g_autofree char *table = NULL;
  g_auto(GStrv) lines = NULL;

  if (!g_file_get_contents ("/proc/sysvipc/sem", &table, NULL, NULL))
    return -1;

  /* The first line has the names of the columns. */
  lines = g_strsplit (table, "\n", -1);
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    {
      int line_key, n_semaphores;

      /* key, semid, perms, nsems */
      if (sscanf (lines[i], "%d %*d %*o %d", &line_key, &n_semaphores) == 2 && (key_t) line_key == key)
        return n_semaphores;
    }

  return 0;
}
