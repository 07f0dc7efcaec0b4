/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-attachment.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-sysv.h"

struct _LabAttachment
{
  GObject   parent_instance;

  int       shmid;
  pid_t     pid;
  char     *process_name;
  guint64   address;
  gboolean  writable;
};

G_DEFINE_FINAL_TYPE (LabAttachment, lab_attachment, G_TYPE_OBJECT)

static void
lab_attachment_finalize (GObject *object)
{
  LabAttachment *self = LAB_ATTACHMENT (object);

  g_free (self->process_name);

  G_OBJECT_CLASS (lab_attachment_parent_class)->finalize (object);
}

static void
lab_attachment_class_init (LabAttachmentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lab_attachment_finalize;
}

static void
lab_attachment_init (LabAttachment *self)
{
}

/**
 * lab_attachment_new:
 * @shmid: which segment
 * @pid: the process that has it mapped
 * @process_name: the process's name, valid UTF-8
 * @address: where the process sees it
 * @writable: whether it may write there
 *
 * Returns: (transfer full): one attachment; a process that attaches twice has two
 */
LabAttachment *
lab_attachment_new (int         shmid,
                    pid_t       pid,
                    const char *process_name,
                    guint64     address,
                    gboolean    writable)
{
  LabAttachment *self = g_object_new (LAB_TYPE_ATTACHMENT, NULL);

  self->shmid = shmid;
  self->pid = pid;
  self->process_name = g_strdup (process_name);
  self->address = address;
  self->writable = writable;

  return self;
}

int
lab_attachment_get_shmid (LabAttachment *self)
{
  g_return_val_if_fail (LAB_IS_ATTACHMENT (self), -1);

  return self->shmid;
}

pid_t
lab_attachment_get_pid (LabAttachment *self)
{
  g_return_val_if_fail (LAB_IS_ATTACHMENT (self), 0);

  return self->pid;
}

const char *
lab_attachment_get_process_name (LabAttachment *self)
{
  g_return_val_if_fail (LAB_IS_ATTACHMENT (self), NULL);

  return self->process_name;
}

/**
 * lab_attachment_get_address:
 * @self: an attachment
 *
 * Returns: where the segment begins in that process's address space
 */
guint64
lab_attachment_get_address (LabAttachment *self)
{
  g_return_val_if_fail (LAB_IS_ATTACHMENT (self), 0);

  return self->address;
}

/**
 * lab_attachment_is_writable:
 * @self: an attachment
 *
 * Returns: %TRUE for `rw-s`, %FALSE for `r--s`
 */
gboolean
lab_attachment_is_writable (LabAttachment *self)
{
  g_return_val_if_fail (LAB_IS_ATTACHMENT (self), FALSE);

  return self->writable;
}

/**
 * lab_attachment_equal:
 * @a: an attachment
 * @b: another
 *
 * Returns: whether nothing about them differs, the process's name included
 */
gboolean
lab_attachment_equal (LabAttachment *a,
                      LabAttachment *b)
{
  g_return_val_if_fail (LAB_IS_ATTACHMENT (a), FALSE);
  g_return_val_if_fail (LAB_IS_ATTACHMENT (b), FALSE);

  return a->shmid == b->shmid && a->pid == b->pid && a->address == b->address && a->writable == b->writable
         && g_strcmp0 (a->process_name, b->process_name) == 0;
}

static int
compare (gconstpointer pointer_a,
         gconstpointer pointer_b)
{
  const LabAttachment *a = *(LabAttachment * const *) pointer_a;
  const LabAttachment *b = *(LabAttachment * const *) pointer_b;

  if (a->pid != b->pid)
    return a->pid < b->pid ? -1 : 1;
  if (a->address != b->address)
    return a->address < b->address ? -1 : 1;
  return 0;
}

/* Whether a line ends as the kernel names a segment: "/SYSV" and the key in
 * hex.  Then "(deleted)", because no folder has an entry for it. */
static gboolean
is_segment_path (const char *path,
                 const char *end)
{
  static const char prefix[] = "/SYSV";
  static const char suffix[] = " (deleted)";
  const gsize n_prefix = sizeof prefix - 1, n_suffix = sizeof suffix - 1;

  if ((gsize) (end - path) != n_prefix + 8 + n_suffix
      || strncmp (path, prefix, n_prefix) != 0 || strncmp (end - n_suffix, suffix, n_suffix) != 0)
    return FALSE;

  for (guint i = 0; i < 8; i++)
    if (!g_ascii_isxdigit (path[n_prefix + i]))
      return FALSE;

  return TRUE;
}

/* "7f0c5a2e1000-7f0c5a2e2000 rw-s 00000000 00:01 25    /SYSV41050a12 (deleted)" */
static gboolean
parse_line (const char *line,
            const char *end,
            guint64    *address,
            gboolean   *writable,
            int        *shmid)
{
  char *rest;
  guint64 inode;

  *address = g_ascii_strtoull (line, &rest, 16);
  if (rest == line || *rest != '-')
    return FALSE;
  g_ascii_strtoull (rest + 1, &rest, 16);
  if (*rest != ' ' || end - rest < 6 || rest[4] != 's')
    return FALSE;
  *writable = rest[2] == 'w';

  rest += 6;
  g_ascii_strtoull (rest, &rest, 16);                    /* offset */
  if (*rest != ' ' || g_ascii_strtoull (rest, &rest, 16) != 0 || *rest != ':')
    return FALSE;                                        /* a real disk has a major number */
  g_ascii_strtoull (rest + 1, &rest, 16);
  inode = g_ascii_strtoull (rest, &rest, 10);
  if (*rest != ' ' || inode > G_MAXINT32)
    return FALSE;
  *shmid = (int) inode;

  while (*rest == ' ')
    rest++;

  return rest < end && is_segment_path (rest, end);
}

static void
add_from_maps (GPtrArray  *attachments,
               const char *maps,
               pid_t       pid,
               const char *process_name,
               int         shmid)
{
  const char *hit = maps;

  while ((hit = strstr (hit, "/SYSV")) != NULL)
    {
      const char *line = hit, *end = strchrnul (hit, '\n');
      guint64 address;
      gboolean writable;
      int found;

      while (line > maps && line[-1] != '\n')
        line--;
      if (parse_line (line, end, &address, &writable, &found) && (shmid == -1 || shmid == found))
        g_ptr_array_add (attachments, lab_attachment_new (found, pid, process_name, address, writable));
      hit = end;
    }
}

/**
 * lab_attachment_parse_maps:
 * @maps: what `/proc/PID/maps` holds
 * @pid: that process
 * @process_name: its name
 * @shmid: of which segment, or -1 of all
 *
 * Source: proc_pid_maps(5); the kernel's `ipc/shm.c` newseg() gives the inode of
 * `/SYSV…` the shmid.
 *
 * Returns: (transfer full) (element-type LabAttachment): the attachments, by address
 */
GPtrArray *
lab_attachment_parse_maps (const char *maps,
                           pid_t       pid,
                           const char *process_name,
                           int         shmid)
{
  GPtrArray *attachments = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (maps != NULL, attachments);

  add_from_maps (attachments, maps, pid, process_name, shmid);
  g_ptr_array_sort (attachments, compare);

  return attachments;
}

/* Reads a file of /proc into @buffer, which grows and is used again: with
 * thousands of processes the rest of a scan costs less than making buffers. */
static gboolean
read_proc_file (int      proc_fd,
                pid_t    pid,
                GString *buffer)
{
  char path[32];
  int fd;
  gssize n;

  if (pid == getpid ())
    g_snprintf (path, sizeof path, "self/maps");
  else
    g_snprintf (path, sizeof path, "%d/maps", (int) pid);
  fd = openat (proc_fd, path, O_RDONLY | O_CLOEXEC);
  if (fd == -1)
    return FALSE;

  g_string_truncate (buffer, 0);
  do
    {
      gsize length = buffer->len;

      /* seq_file gives a page at a time. */
      g_string_set_size (buffer, length + 4096);
      n = read (fd, buffer->str + length, 4096);
      g_string_truncate (buffer, length + (gsize) MAX (n, 0));
    }
  while (n > 0);
  g_close (fd, NULL);

  return buffer->len > 0;
}

/* In another IPC namespace, such as a container's, the same shmid is another
 * segment.  Where the link cannot be read, neither could the maps. */
static gboolean
is_in_our_namespace (pid_t pid)
{
  g_autofree char *path = lab_process_dup_path (pid, "ns/ipc");
  g_autofree char *theirs = path != NULL ? g_file_read_link (path, NULL) : NULL;
  g_autofree char *ours = g_file_read_link ("/proc/self/ns/ipc", NULL);

  return theirs == NULL || ours == NULL || strcmp (theirs, ours) == 0;
}

static void
add_from_process (GPtrArray *attachments,
                  int        proc_fd,
                  pid_t      pid,
                  int        shmid,
                  GString   *buffer)
{
  guint before = attachments->len;
  g_autofree char *name = NULL;

  if (!read_proc_file (proc_fd, pid, buffer) || strstr (buffer->str, "/SYSV") == NULL)
    return;

  name = lab_process_dup_name (pid);
  add_from_maps (attachments, buffer->str, pid, name != NULL ? name : "", shmid);
  if (attachments->len > before && !is_in_our_namespace (pid))
    g_ptr_array_set_size (attachments, (int) before);
}

/**
 * lab_attachment_scan_process:
 * @pid: a process
 * @shmid: of which segment, or -1 of all
 *
 * Returns: (transfer full) (element-type LabAttachment): the process's attachments,
 *   by address; none when it is gone or may not be looked into
 */
GPtrArray *
lab_attachment_scan_process (pid_t pid,
                             int   shmid)
{
  GPtrArray *attachments = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GString) buffer = g_string_sized_new (8192);
  int proc_fd = open ("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (proc_fd == -1)
    return attachments;

  add_from_process (attachments, proc_fd, pid, shmid, buffer);
  g_close (proc_fd, NULL);
  g_ptr_array_sort (attachments, compare);

  return attachments;
}

/**
 * lab_attachment_all_share_pids:
 * @attachments: (element-type LabAttachment): some that were found
 *
 * Returns: whether each is known to be that of a process of our own pid namespace
 */
gboolean
lab_attachment_all_share_pids (GPtrArray *attachments)
{
  pid_t before = 0;

  g_return_val_if_fail (attachments != NULL, FALSE);

  for (guint i = 0; i < attachments->len; i++)
    {
      pid_t pid = lab_attachment_get_pid (g_ptr_array_index (attachments, i));

      if (pid != before && !lab_presence_shares_pids (pid))
        return FALSE;
      before = pid;
    }

  return TRUE;
}

/**
 * lab_attachment_are_all_own:
 * @shmid: a segment
 *
 * Returns: whether the kernel counts no attachment but those of this process; %FALSE when
 *   that cannot be found out
 */
gboolean
lab_attachment_are_all_own (int shmid)
{
  g_autoptr(GPtrArray) own = lab_attachment_scan_process (getpid (), shmid);
  LabShmRecord record;

  return lab_sysv_shmctl_stat (shmid, &record, NULL) == 0 && record.n_attaches <= own->len;
}

/**
 * lab_attachment_scan:
 * @shmid: of which segment, or -1 of all
 * @cancellable: (nullable): to give up; then only the processes up to that moment are there
 *
 * Looks into every process's `/proc/PID/maps`.  That takes some tens of
 * microseconds for each process, so a window uses lab_attachment_scan_async().  Where /proc
 * is another pid namespace's, only this process can be found there.
 *
 * Returns: (transfer full) (element-type LabAttachment): the attachments that this
 *   user may see, by pid, then address
 */
GPtrArray *
lab_attachment_scan (int           shmid,
                     GCancellable *cancellable)
{
  GPtrArray *attachments = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GDir) folder = g_dir_open ("/proc", 0, NULL);
  g_autoptr(GString) buffer = g_string_sized_new (64 * 1024);
  int proc_fd = open ("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const char *name;

  if (folder == NULL || proc_fd == -1)
    {
      if (proc_fd != -1)
        g_close (proc_fd, NULL);
      return attachments;
    }

  if (!lab_process_is_proc_ours ())
    add_from_process (attachments, proc_fd, getpid (), shmid, buffer);   /* nobody else's number is known */
  else
    while ((name = g_dir_read_name (folder)) != NULL && !g_cancellable_is_cancelled (cancellable))
      {
        guint64 pid;

        if (g_ascii_isdigit (name[0]) && g_ascii_string_to_unsigned (name, 10, 1, G_MAXINT32, &pid, NULL))
          add_from_process (attachments, proc_fd, (pid_t) pid, shmid, buffer);
      }
  g_close (proc_fd, NULL);
  g_ptr_array_sort (attachments, compare);

  return attachments;
}

static void
scan_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  g_task_return_pointer (task, lab_attachment_scan (GPOINTER_TO_INT (data), cancellable),
                         (GDestroyNotify) g_ptr_array_unref);
}

/**
 * lab_attachment_scan_async:
 * @shmid: of which segment, or -1 of all
 * @cancellable: (nullable): to give up
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * lab_attachment_scan() in a thread.
 */
void
lab_attachment_scan_async (int                  shmid,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, lab_attachment_scan_async);
  g_task_set_task_data (task, GINT_TO_POINTER (shmid), NULL);
  g_task_run_in_thread (task, scan_thread);
}

/**
 * lab_attachment_scan_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Errors: %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (element-type LabAttachment): the attachments, or %NULL with @error set
 */
GPtrArray *
lab_attachment_scan_finish (GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
