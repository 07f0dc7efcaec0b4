/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-probe.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/kernel/lab-process.h"

/**
 * lab_probe_new:
 *
 * Returns: (transfer full): a probe that knows nothing
 */
LabProbe *
lab_probe_new (void)
{
  LabProbe *self = g_new0 (LabProbe, 1);

  self->uid = geteuid ();
  self->gid = getegid ();

  return self;
}

void
lab_probe_free (LabProbe *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->shm, g_array_unref);
  g_clear_pointer (&self->sem, g_array_unref);
  g_clear_pointer (&self->msg, g_array_unref);
  g_clear_pointer (&self->mapped, g_array_unref);
  g_clear_pointer (&self->groups, g_array_unref);
  g_free (self->culprit);
  g_free (self->folder);
  g_free (self);
}

/* The value of @column in the line @words, or @otherwise. */
static gint64
get_value (char       **columns,
           char       **words,
           guint        n_words,
           const char  *column,
           guint        base,
           gint64       otherwise)
{
  for (guint i = 0; i < n_words && columns[i] != NULL; i++)
    if (strcmp (columns[i], column) == 0)
      {
        char *end;
        gint64 value = g_ascii_strtoll (words[i], &end, base);

        return *end == '\0' && end != words[i] ? value : otherwise;
      }

  return otherwise;
}

static char **
split_line (const char *line)
{
  g_auto(GStrv) all = g_strsplit_set (line, " \t", -1);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; all[i] != NULL; i++)
    if (all[i][0] != '\0')
      g_strv_builder_add (builder, all[i]);

  return g_strv_builder_end (builder);
}

/**
 * lab_probe_parse_ipc:
 * @text: what `/proc/sysvipc/sem` or `/proc/sysvipc/msg` says
 *
 * Each column is found by its name in the first line.
 *
 * Source: proc_sysvipc(5).
 *
 * Returns: (transfer full) (element-type LabIpcEntry): the sets or queues
 */
GArray *
lab_probe_parse_ipc (const char *text)
{
  GArray *table = g_array_new (FALSE, FALSE, sizeof (LabIpcEntry));
  g_auto(GStrv) lines = NULL;
  g_auto(GStrv) columns = NULL;

  g_return_val_if_fail (text != NULL, table);

  lines = g_strsplit (text, "\n", -1);
  if (lines[0] == NULL)
    return table;

  columns = split_line (lines[0]);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto(GStrv) words = split_line (lines[i]);
      const guint n = g_strv_length (words);
      LabIpcEntry entry = {
        .key = (key_t) (guint32) get_value (columns, words, n, "key", 10, 0),
        .id = (int) get_value (columns, words, n, "semid", 10, get_value (columns, words, n, "msqid", 10, -1)),
        .mode = (guint) get_value (columns, words, n, "perms", 8, 0),
        .uid = (uid_t) get_value (columns, words, n, "uid", 10, 0),
        .gid = (gid_t) get_value (columns, words, n, "gid", 10, 0),
        .cuid = (uid_t) get_value (columns, words, n, "cuid", 10, 0),
        .cgid = (gid_t) get_value (columns, words, n, "cgid", 10, 0),
        .n = (guint64) get_value (columns, words, n, "nsems", 10, get_value (columns, words, n, "qnum", 10, 0)),
        .n_bytes = (guint64) get_value (columns, words, n, "cbytes", 10, 0),
      };

      if (entry.id >= 0)
        g_array_append_val (table, entry);
    }

  return table;
}

static GArray *
read_ipc (const char *path)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? lab_probe_parse_ipc (text) : NULL;
}

/* The number after @name in @text, which has "NAME number" in each line. */
static guint64
find_number (const char *text,
             const char *name)
{
  const char *found = text != NULL ? strstr (text, name) : NULL;

  return found != NULL ? g_ascii_strtoull (found + strlen (name), NULL, 10) : 0;
}

static guint64
read_number (const char *path)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_ascii_strtoull (text, NULL, 10) : 0;
}

static void
take_shm (LabProbe *self)
{
  g_autofree LabLimits *limits = NULL;

  self->shm = lab_segment_table_read (NULL);
  limits = self->shm != NULL ? lab_limits_read_for (self->shm, NULL) : NULL;
  self->has_limits = limits != NULL;
  if (limits != NULL)
    self->limits = *limits;
}

static void
take_sem (LabProbe *self)
{
  g_autofree char *text = NULL;
  guint64 max_ops;

  self->sem = read_ipc ("/proc/sysvipc/sem");
  self->has_sem_limits = g_file_get_contents ("/proc/sys/kernel/sem", &text, NULL, NULL)
                         && sscanf (text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                                    &self->max_per_set, &self->max_semaphores, &max_ops, &self->max_sets) == 4;
}

static void
take_msg (LabProbe *self)
{
  self->msg = read_ipc ("/proc/sysvipc/msg");
  self->max_queues = read_number ("/proc/sys/kernel/msgmni");
  self->max_message_bytes = read_number ("/proc/sys/kernel/msgmax");
}

static void
take_memory (LabProbe *self)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/meminfo", &text, NULL, NULL))
    return;

  self->memory_bytes = (find_number (text, "MemTotal:") + find_number (text, "SwapTotal:")) * 1024;
  if (read_number ("/proc/sys/vm/overcommit_memory") == 2)
    {
      self->commit_limit_bytes = find_number (text, "CommitLimit:") * 1024;
      self->committed_bytes = find_number (text, "Committed_AS:") * 1024;
    }
}

static void
take_address (LabProbe *self)
{
  g_autofree char *text = NULL;
  struct rlimit limit;

  if (getrlimit (RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    self->address_limit_bytes = limit.rlim_cur;
  if (g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    self->address_bytes = find_number (text, "VmSize:") * 1024;
}

/* Of a line such as "7f…-7f… rw-s 00000000 00:01 41 /SYSV0000002a (deleted)". */
static void
take_mapped (LabProbe *self)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  if (!g_file_get_contents ("/proc/self/maps", &text, NULL, NULL))
    return;

  self->mapped = g_array_new (FALSE, FALSE, sizeof (LabMappedSegment));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      LabMappedSegment segment;
      guint64 offset, inode;
      int at = 0;

      if (sscanf (lines[i], "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x %*s %" G_GINT64_MODIFIER "x %*s %" G_GUINT64_FORMAT " %n",
                  &segment.start, &segment.end, &offset, &inode, &at) == 4
          && at > 0 && g_str_has_prefix (lines[i] + at, "/SYSV"))
        {
          segment.id = (int) inode;
          g_array_append_val (self->mapped, segment);
        }
    }
}

static void
take_user (LabProbe *self)
{
  int n_groups = getgroups (0, NULL);

  self->groups = g_array_new (FALSE, TRUE, sizeof (guint));
  if (n_groups > 0)
    {
      g_array_set_size (self->groups, (guint) n_groups);
      n_groups = getgroups (n_groups, (gid_t *) (gpointer) self->groups->data);
      g_array_set_size (self->groups, (guint) MAX (n_groups, 0));
    }
  self->may_all = lab_process_has_capability (CAP_IPC_OWNER);
}

static LabPathState
judge_part (const char *part,
            int         errsv)
{
  struct stat link;

  switch (errsv)
    {
    case ENOENT:
      return lstat (part, &link) == 0 && S_ISLNK (link.st_mode) ? LAB_PATH_DANGLING : LAB_PATH_MISSING;
    case EACCES:
      return LAB_PATH_CLOSED;
    case ENOTDIR:
      return LAB_PATH_NO_FOLDER;
    case ELOOP:
      return LAB_PATH_CIRCLE;
    default:
      return LAB_PATH_UNKNOWN;
    }
}

/* Walks down the path until a part fails.  Two of the errors are about the part before it. */
static void
take_path (LabProbe   *self,
           const char *path)
{
  g_autofree char *part = g_strdup (path);
  struct stat status;
  gsize before = 0;

  if (!g_path_is_absolute (path))
    self->folder = g_get_current_dir ();
  if (path[0] == '\0')
    {
      self->path_state = LAB_PATH_EMPTY;
      return;
    }

  for (gsize i = 1; ; i++)
    {
      const gboolean is_end = path[i] == '\0';

      if (!is_end && (path[i] != '/' || path[i - 1] == '/'))
        continue;

      part[i] = '\0';
      if (stat (part, &status) != 0)
        {
          self->path_state = judge_part (part, errno);
          if (self->path_state == LAB_PATH_CLOSED || self->path_state == LAB_PATH_NO_FOLDER)
            self->culprit = before > 0 ? g_strndup (path, before) : g_strdup (path[0] == '/' ? "/" : ".");
          else
            self->culprit = g_strdup (part);
          return;
        }
      if (is_end)
        break;
      if (!S_ISDIR (status.st_mode))
        {
          self->path_state = LAB_PATH_NO_FOLDER;
          self->culprit = g_strdup (part);
          return;
        }
      part[i] = '/';
      before = i;
    }

  self->path_state = LAB_PATH_GOOD;
}

/**
 * lab_probe_take:
 * @parts: what to ask for
 * @path: (nullable): with %LAB_PROBE_PATH, the file of ftok(3)
 *
 * Asks the kernel.  Each part takes well under a millisecond, the table some
 * milliseconds when there are thousands of segments; nothing looks into other
 * processes, and nothing makes a System V call.  What /proc does not tell stays unknown.
 *
 * Source: proc_sys_kernel(5), proc_sysvipc(5), proc_meminfo(5), proc_pid_maps(5), getrlimit(2).
 *
 * Returns: (transfer full): the state of this moment
 */
LabProbe *
lab_probe_take (LabProbeParts  parts,
                const char    *path)
{
  LabProbe *self = lab_probe_new ();

  if (parts & LAB_PROBE_SHM)
    take_shm (self);
  if (parts & LAB_PROBE_SEM)
    take_sem (self);
  if (parts & LAB_PROBE_MSG)
    take_msg (self);
  if (parts & LAB_PROBE_MEMORY)
    take_memory (self);
  if (parts & LAB_PROBE_ADDRESS)
    take_address (self);
  if (parts & LAB_PROBE_MAPPED)
    take_mapped (self);
  if (parts & LAB_PROBE_USER)
    take_user (self);
  if (parts & LAB_PROBE_PATH && path != NULL)
    take_path (self, path);

  return self;
}

/**
 * lab_probe_find:
 * @table: (nullable) (element-type LabIpcEntry): sets or queues
 * @key: a key, or %LAB_KEY_PRIVATE to find @id
 * @id: an id
 *
 * Returns: (transfer none) (nullable): the set or queue with this key or id
 */
const LabIpcEntry *
lab_probe_find (GArray *table,
                key_t   key,
                int     id)
{
  for (guint i = 0; table != NULL && i < table->len; i++)
    {
      const LabIpcEntry *entry = &g_array_index (table, LabIpcEntry, i);

      if (key != LAB_KEY_PRIVATE ? entry->key == key : entry->id == id)
        return entry;
    }

  return NULL;
}

/**
 * lab_probe_count_semaphores:
 * @key: the key of a set
 *
 * Source: `/proc/sysvipc/sem`, which has everybody's sets.
 *
 * Returns: how many semaphores the set with @key has; 0 when no set has it, and -1 when
 *   the table cannot be read
 */
int
lab_probe_count_semaphores (key_t key)
{
  g_autoptr(GArray) table = read_ipc ("/proc/sysvipc/sem");
  const LabIpcEntry *found = lab_probe_find (table, key, -1);

  return table == NULL ? -1 : found != NULL ? (int) found->n : 0;
}

/**
 * lab_probe_get_class:
 * @self: a probe with %LAB_PROBE_USER
 * @uid: owner
 * @gid: owner's group
 * @cuid: creator
 * @cgid: creator's group
 *
 * Source: ipcperms() in the kernel's `ipc/util.c`.
 *
 * Returns: which three bits of the mode count for this process
 */
LabIpcClass
lab_probe_get_class (const LabProbe *self,
                     uid_t           uid,
                     gid_t           gid,
                     uid_t           cuid,
                     gid_t           cgid)
{
  g_return_val_if_fail (self != NULL, LAB_IPC_OTHERS);

  if (self->uid == uid || self->uid == cuid)
    return LAB_IPC_OWNER;
  if (self->gid == gid || self->gid == cgid)
    return LAB_IPC_GROUP;
  for (guint i = 0; self->groups != NULL && i < self->groups->len; i++)
    if (g_array_index (self->groups, guint, i) == gid || g_array_index (self->groups, guint, i) == cgid)
      return LAB_IPC_GROUP;

  return LAB_IPC_OTHERS;
}
