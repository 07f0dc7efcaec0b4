/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-record-text.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-text.h"

/* Whole phrases, because a language may need another word for each of them. */
static const char *
describe_class (guint which,
                guint bits)
{
  static const char * const phrases[3][4] = {
    { N_("owner: nothing"), N_("owner: write only"), N_("owner: read"), N_("owner: read and write") },
    { N_("group: nothing"), N_("group: write only"), N_("group: read"), N_("group: read and write") },
    { N_("others: nothing"), N_("others: write only"), N_("others: read"), N_("others: read and write") },
  };

  return _(phrases[which][(bits >> 1) & 3]);
}

/**
 * lab_record_text_mode:
 * @mode: permission bits, with %LAB_MODE_DEST and %LAB_MODE_LOCKED
 *
 * Returns: (transfer full): who may do what, in words
 */
char *
lab_record_text_mode (guint mode)
{
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_printf (text, "%s, %s, %s",
                   describe_class (0, mode >> 6), describe_class (1, mode >> 3), describe_class (2, mode));
  if (mode & LAB_MODE_DEST)
    g_string_append_printf (text, "; %s", _("SHM_DEST: marked for removal"));
  if (mode & LAB_MODE_LOCKED)
    g_string_append_printf (text, "; %s", _("SHM_LOCKED: never swapped out"));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * lab_record_text_octal:
 * @mode: permission bits, with %LAB_MODE_DEST and %LAB_MODE_LOCKED
 *
 * Returns: (transfer full): the mode as C writes it, "0600"
 */
char *
lab_record_text_octal (guint mode)
{
  return g_strdup_printf ((mode & ~0777u) != 0 ? "%05o" : "%04o", mode);
}

/**
 * lab_record_text_time:
 * @time_seconds: since 1970, 0 for never
 *
 * Returns: (transfer full): when that was by the wall clock, in local time
 */
char *
lab_record_text_time (gint64 time_seconds)
{
  g_autoptr(GDateTime) time = NULL;

  if (time_seconds == 0)
    return g_strdup (_("never"));

  time = g_date_time_new_from_unix_local (time_seconds);
  if (time == NULL)
    return g_strdup ("?");

  return g_date_time_format (time, "%F %T");
}

/**
 * lab_record_text_size:
 * @size_bytes: a size
 *
 * Returns: (transfer full): the size in a unit that fits, "4.0 KiB", or in bytes below 1 KiB
 */
char *
lab_record_text_size (guint64 size_bytes)
{
  return g_format_size_full (size_bytes, G_FORMAT_SIZE_IEC_UNITS);
}

/**
 * lab_record_text_pages:
 * @size_bytes: a size
 *
 * Returns: (transfer full): how many pages the kernel needs for it, "1 page"
 */
char *
lab_record_text_pages (guint64 size_bytes)
{
  guint64 page = (guint64) sysconf (_SC_PAGESIZE);
  guint64 n_pages = size_bytes / page + (size_bytes % page != 0);
  g_autofree char *number = lab_text_format_count (n_pages);

  return g_strdup_printf (ngettext ("%s page", "%s pages", (gulong) n_pages), number);
}

/**
 * lab_record_text_process:
 * @pid: a process that a kernel record names
 * @time_seconds: when it did what the record says, since 1970, 0 when nobody ever did
 *
 * Returns: (transfer full): the process's name and that it runs, or what became of it
 */
char *
lab_record_text_process (pid_t  pid,
                         gint64 time_seconds)
{
  g_autofree char *name = NULL;

  if (pid == 0 && time_seconds == 0)
    return g_strdup (_("nobody"));

  switch (lab_presence_find_recorded (pid, time_seconds))
    {
    case LAB_PRESENCE_RUNS:
      name = lab_process_dup_name (pid);
      if (pid == getpid ())
        /* Translators: %s is the name of a process */
        return g_strdup_printf (_("%s, this process"), name != NULL ? name : "?");
      /* Translators: %s is the name of a process */
      return g_strdup_printf (_("%s, alive"), name != NULL ? name : "?");
    case LAB_PRESENCE_ENDED:
      /* Translators: said of a process that has ended, and whose parent has not called wait() yet: a zombie */
      return g_strdup (_("ended, not yet waited for"));
    case LAB_PRESENCE_UNSEEN:
      return g_strdup (_("a process that cannot be seen from here"));
    case LAB_PRESENCE_GONE:
    default:
      return g_strdup (_("gone"));
    }
}

/**
 * lab_record_text_state:
 * @entry: a segment
 *
 * Returns: (transfer full): what is to be said about it in a few words
 */
char *
lab_record_text_state (const LabShmEntry *entry)
{
  const LabShmRecord *record = &entry->record;

  g_return_val_if_fail (entry != NULL, NULL);

  if (record->mode & LAB_MODE_DEST)
    return g_strdup (_("marked for removal"));
  if (record->n_attaches > 0)
    return g_strdup (_("in use"));
  if (record->atime == 0)
    return g_strdup (_("never attached"));

  return g_strdup (_("nobody attached"));
}
