/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-address-space.h"

#include <string.h>

typedef struct
{
  guint64     start;
  guint64     end;
  guint64     inode;
  gboolean    shared;
  const char *path;    /* up to the end of the line; "" for anonymous memory */
  gsize       n_path;
} Mapping;

/* "7f0c5a2e1000-7f0c5a2e2000 rw-s 00000000 00:01 25    /SYSV41050a12 (deleted)" */
static gboolean
parse_line (const char *line,
            const char *end,
            Mapping    *mapping)
{
  char *rest;

  mapping->start = g_ascii_strtoull (line, &rest, 16);
  if (rest == line || *rest != '-')
    return FALSE;
  mapping->end = g_ascii_strtoull (rest + 1, &rest, 16);
  if (*rest != ' ' || end - rest < 6 || mapping->end <= mapping->start)
    return FALSE;
  mapping->shared = rest[4] == 's';

  rest += 6;
  g_ascii_strtoull (rest, &rest, 16);  /* offset */
  g_ascii_strtoull (rest, &rest, 16);  /* device: major, minor */
  if (*rest != ':')
    return FALSE;
  g_ascii_strtoull (rest + 1, &rest, 16);
  mapping->inode = g_ascii_strtoull (rest, &rest, 10);

  while (rest < end && *rest == ' ')
    rest++;
  mapping->path = rest;
  mapping->n_path = rest < end ? (gsize) (end - rest) : 0;

  return TRUE;
}

static gboolean
path_equals (const Mapping *mapping,
             const char    *path)
{
  return mapping->n_path == strlen (path) && memcmp (mapping->path, path, mapping->n_path) == 0;
}

/* "libc.so.6", "libm-2.36.so", also "… (deleted)" after an upgrade. */
static gboolean
is_library (const Mapping *mapping)
{
  const char *name = g_strrstr_len (mapping->path, (gssize) mapping->n_path, "/");
  const char *hit;
  gsize n_name;

  if (name == NULL)
    return FALSE;

  n_name = mapping->n_path - (gsize) (name - mapping->path);
  hit = g_strstr_len (name, (gssize) n_name, ".so");

  return hit != NULL && ((gsize) (hit + 3 - name) == n_name || hit[3] == '.' || hit[3] == ' ');
}

static gboolean
classify (const Mapping *mapping,
          const char    *program_path,
          LabRegionKind *kind)
{
  if (path_equals (mapping, "[stack]"))
    *kind = LAB_REGION_STACK;
  else if (path_equals (mapping, "[heap]"))
    *kind = LAB_REGION_HEAP;
  else if (mapping->shared && mapping->n_path > 5 && memcmp (mapping->path, "/SYSV", 5) == 0)
    *kind = LAB_REGION_SEGMENT;
  else if (program_path != NULL && path_equals (mapping, program_path))
    *kind = LAB_REGION_PROGRAM;
  else if (is_library (mapping))
    *kind = LAB_REGION_LIBRARIES;
  else
    return FALSE;

  return TRUE;
}

static void
add_mapping (GArray        *regions,
             const Mapping *mapping,
             LabRegionKind  kind)
{
  LabRegion region = { kind, mapping->start, mapping->end, mapping->end - mapping->start, -1 };

  if (kind == LAB_REGION_SEGMENT)
    {
      region.shmid = (int) mapping->inode;
    }
  else if (regions->len > 0)
    {
      LabRegion *last = &g_array_index (regions, LabRegion, regions->len - 1);

      if (last->kind == kind)
        {
          last->end = region.end;
          last->mapped_bytes += region.mapped_bytes;
          return;
        }
    }

  g_array_append_val (regions, region);
}

/**
 * lab_address_space_parse:
 * @maps: what `/proc/PID/maps` holds
 * @program_path: (nullable): what `/proc/PID/exe` points at
 *
 * Takes mappings of one kind that follow each other together, whatever other
 * memory lies between them; a segment always stands alone.
 *
 * Source: proc_pid_maps(5).
 *
 * Returns: (transfer full) (element-type LabRegion): the regions by address
 */
GArray *
lab_address_space_parse (const char *maps,
                         const char *program_path)
{
  GArray *regions = g_array_new (FALSE, FALSE, sizeof (LabRegion));

  g_return_val_if_fail (maps != NULL, regions);

  for (const char *line = maps; *line != '\0';)
    {
      const char *end = strchrnul (line, '\n');
      Mapping mapping;
      LabRegionKind kind;

      if (parse_line (line, end, &mapping) && classify (&mapping, program_path, &kind))
        add_mapping (regions, &mapping, kind);
      line = *end == '\n' ? end + 1 : end;
    }

  return regions;
}

static void
read_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  g_autofree char *maps = NULL;
  g_autofree char *program_path = g_file_read_link ("/proc/self/exe", NULL);
  GError *error = NULL;

  if (g_file_get_contents ("/proc/self/maps", &maps, NULL, &error))
    g_task_return_pointer (task, lab_address_space_parse (maps, program_path), (GDestroyNotify) g_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * lab_address_space_read_async:
 * @cancellable: (nullable): to forget about it
 * @callback: what to call when it is there
 * @user_data: for @callback
 *
 * Reads this process's own address space, in a worker thread.
 */
void
lab_address_space_read_async (GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, lab_address_space_read_async);
  g_task_run_in_thread (task, read_thread);
}

/**
 * lab_address_space_read_finish:
 * @result: what the callback got
 * @error: return location for an error
 *
 * Errors: those of #GFileError when /proc is not there; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (element-type LabRegion): the regions by address, or %NULL with @error set
 */
GArray *
lab_address_space_read_finish (GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
