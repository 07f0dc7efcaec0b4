/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "segments/lab-segment-item.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "backend/segment/lab-key.h"
#include "backend/segment/lab-record-text.h"

struct _LabSegmentItem
{
  GObject        parent_instance;

  LabSegmentRow  row;
  char          *haystack;   /* what a search looks into, folded; made when it is needed */
};

enum { CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabSegmentItem, lab_segment_item, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
lab_segment_item_finalize (GObject *object)
{
  LabSegmentItem *self = LAB_SEGMENT_ITEM (object);

  g_free (self->row.creator_name);
  g_free (self->row.last_user_name);
  g_free (self->haystack);

  G_OBJECT_CLASS (lab_segment_item_parent_class)->finalize (object);
}

static void
lab_segment_item_class_init (LabSegmentItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lab_segment_item_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", LAB_TYPE_SEGMENT_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lab_segment_item_init (LabSegmentItem *self)
{
}

static void
take_row (LabSegmentItem *self,
          LabSegmentRow  *row)
{
  g_free (self->row.creator_name);
  g_free (self->row.last_user_name);
  g_clear_pointer (&self->haystack, g_free);
  self->row = *row;
  row->creator_name = NULL;
  row->last_user_name = NULL;
}

/**
 * lab_segment_item_new:
 * @row: what was found out; its names are taken
 *
 * Returns: (transfer full): an item
 */
LabSegmentItem *
lab_segment_item_new (LabSegmentRow *row)
{
  LabSegmentItem *self = g_object_new (LAB_TYPE_SEGMENT_ITEM, NULL);

  take_row (self, row);

  return self;
}

/**
 * lab_segment_item_update:
 * @self: an item
 * @row: what was found out about the same segment; its names may be taken
 *
 * Emits ::changed when something differs.
 *
 * Returns: whether something differed
 */
gboolean
lab_segment_item_update (LabSegmentItem *self,
                         LabSegmentRow  *row)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_ITEM (self), FALSE);
  g_return_val_if_fail (row->entry.record.id == self->row.entry.record.id, FALSE);

  if (lab_shm_entry_equal (&self->row.entry, &row->entry)
      && self->row.creator == row->creator && self->row.last_user == row->last_user
      && g_strcmp0 (self->row.creator_name, row->creator_name) == 0
      && g_strcmp0 (self->row.last_user_name, row->last_user_name) == 0)
    return FALSE;

  take_row (self, row);
  g_signal_emit (self, signals[CHANGED], 0);

  return TRUE;
}

int
lab_segment_item_get_id (LabSegmentItem *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_ITEM (self), -1);

  return self->row.entry.record.id;
}

const LabShmEntry *
lab_segment_item_get_entry (LabSegmentItem *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_ITEM (self), NULL);

  return &self->row.entry;
}

LabSegmentState
lab_segment_item_get_state (LabSegmentItem *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_ITEM (self), LAB_SEGMENT_STATE_IDLE);

  if (self->row.entry.record.mode & LAB_MODE_DEST)
    return LAB_SEGMENT_STATE_REMOVED;
  if (self->row.entry.record.n_attaches > 0)
    return LAB_SEGMENT_STATE_IN_USE;

  return lab_presence_may_run (self->row.creator) ? LAB_SEGMENT_STATE_IDLE : LAB_SEGMENT_STATE_LEFT;
}

LabPresence
lab_segment_item_get_creator (LabSegmentItem *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_ITEM (self), LAB_PRESENCE_UNSEEN);

  return self->row.creator;
}

/**
 * lab_segment_item_is_mine:
 * @self: an item
 *
 * Returns: whether this user owns it or made it, and so may remove it
 */
gboolean
lab_segment_item_is_mine (LabSegmentItem *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_ITEM (self), FALSE);

  return self->row.entry.record.uid == geteuid () || self->row.entry.record.cuid == geteuid ();
}

static const char *
state_to_words (LabSegmentState state)
{
  switch (state)
    {
    case LAB_SEGMENT_STATE_IN_USE:
      return _("in use");
    case LAB_SEGMENT_STATE_IDLE:
      return _("nobody attached");
    case LAB_SEGMENT_STATE_LEFT:
      /* Translators: nobody is attached to the segment, and the process that made it is gone */
      return _("left behind");
    case LAB_SEGMENT_STATE_REMOVED:
      return _("marked for removal");
    default:
      g_return_val_if_reached (NULL);
    }
}

static char *
describe_process (pid_t       pid,
                  LabPresence presence,
                  const char *name)
{
  switch (presence)
    {
    case LAB_PRESENCE_RUNS:
      return g_strdup_printf ("%d %s", (int) pid, name != NULL ? name : "?");
    case LAB_PRESENCE_ENDED:
      /* Translators: the process with this pid has ended, but its parent has not waited for it yet.  At most some 20 letters */
      return g_strdup_printf (_("%d, ended"), (int) pid);
    case LAB_PRESENCE_UNSEEN:
      /* Translators: said of a process: it may run, but not where we could see it.  At most some 20 letters */
      return pid > 0 ? g_strdup_printf (_("%d, not seen here"), (int) pid) : g_strdup (_("not seen from here"));
    case LAB_PRESENCE_GONE:
    default:
      /* Translators: the process with this pid is gone */
      return g_strdup_printf (_("%d, gone"), (int) pid);
    }
}

/**
 * lab_segment_item_dup_text:
 * @self: an item
 * @column: which column
 *
 * Returns: (transfer full): what stands in that column
 */
char *
lab_segment_item_dup_text (LabSegmentItem   *self,
                           LabSegmentColumn  column)
{
  const LabShmRecord *record;

  g_return_val_if_fail (LAB_IS_SEGMENT_ITEM (self), NULL);

  record = &self->row.entry.record;
  switch (column)
    {
    case LAB_SEGMENT_COLUMN_KEY:
      /* Translators: the segment has no key */
      return record->key == LAB_KEY_PRIVATE ? g_strdup (_("none")) : lab_key_format (record->key);
    case LAB_SEGMENT_COLUMN_ID:
      return g_strdup_printf ("%d", record->id);
    case LAB_SEGMENT_COLUMN_OWNER:
      return g_strdup (self->row.owner_name);
    case LAB_SEGMENT_COLUMN_MODE:
      return lab_mode_format (record->mode);
    case LAB_SEGMENT_COLUMN_SIZE:
      return lab_text_format_count (record->size_bytes);
    case LAB_SEGMENT_COLUMN_RESIDENT:
      return lab_text_format_count (self->row.entry.rss_bytes);
    case LAB_SEGMENT_COLUMN_ATTACHED:
      return g_strdup_printf ("%lu", record->n_attaches);
    case LAB_SEGMENT_COLUMN_STATE:
      return g_strdup (state_to_words (lab_segment_item_get_state (self)));
    case LAB_SEGMENT_COLUMN_CREATOR:
      return describe_process (record->cpid, self->row.creator, self->row.creator_name);
    case LAB_SEGMENT_COLUMN_LAST_USER:
      if (record->lpid == 0 && record->atime == 0 && record->dtime == 0)
        return g_strdup (_("nobody"));
      return describe_process (record->lpid, self->row.last_user, self->row.last_user_name);
    case LAB_SEGMENT_COLUMN_ATTACHED_AT:
      return lab_record_text_time (record->atime);
    case LAB_SEGMENT_COLUMN_DETACHED_AT:
      return lab_record_text_time (record->dtime);
    case LAB_SEGMENT_COLUMN_CHANGED_AT:
      return lab_record_text_time (record->ctime);
    default:
      g_return_val_if_reached (NULL);
    }
}

/**
 * lab_segment_item_get_advice:
 * @self: an item
 *
 * Returns: (nullable): what to know about the segment before doing anything to it
 */
const char *
lab_segment_item_get_advice (LabSegmentItem *self)
{
  const LabShmRecord *record;

  g_return_val_if_fail (LAB_IS_SEGMENT_ITEM (self), NULL);

  record = &self->row.entry.record;
  switch (lab_segment_item_get_state (self))
    {
    case LAB_SEGMENT_STATE_REMOVED:
      if ((record->cpid != 0 && record->cpid == record->lpid) || self->row.creator == LAB_PRESENCE_RUNS)
        return _("Marked for removal, so it goes by itself when the last process detaches. A living program with such a segment usually shares pictures with the X server (MIT-SHM; GTK does so too): leave it alone.");
      return _("Marked for removal, so it goes by itself when the last process detaches. Until then those who are attached go on using it.");
    case LAB_SEGMENT_STATE_LEFT:
      if (self->row.creator == LAB_PRESENCE_ENDED)
        return _("Nobody is attached, and the process that made it has ended; only its parent has not waited for it yet. It stays until somebody removes it or the computer is switched off.");
      return _("Nobody is attached, and the process that made it is gone. It stays until somebody removes it or the computer is switched off.");
    case LAB_SEGMENT_STATE_IDLE:
      if (self->row.creator == LAB_PRESENCE_UNSEEN)
        return _("Nobody is attached at the moment. The process that made it cannot be seen from here, as from one container into another: it may still run and attach again.");
      return _("Nobody is attached at the moment, but the process that made it still runs and may attach again.");
    case LAB_SEGMENT_STATE_IN_USE:
    default:
      return record->key == LAB_KEY_PRIVATE
             ? _("Made with IPC_PRIVATE: it has no key, so only those who know its id find it.")
             : NULL;
    }
}

/**
 * lab_segment_item_matches:
 * @self: an item
 * @folded: what to look for, from g_utf8_casefold()
 *
 * Looks into the key, also in decimal, the id, also in hex, the owner, the mode,
 * the state and the processes.
 *
 * Returns: whether it is somewhere there
 */
gboolean
lab_segment_item_matches (LabSegmentItem *self,
                          const char     *folded)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_ITEM (self), FALSE);
  g_return_val_if_fail (folded != NULL, FALSE);

  if (self->haystack == NULL)
    {
      static const LabSegmentColumn columns[] = {
        LAB_SEGMENT_COLUMN_KEY, LAB_SEGMENT_COLUMN_ID, LAB_SEGMENT_COLUMN_OWNER, LAB_SEGMENT_COLUMN_MODE,
        LAB_SEGMENT_COLUMN_STATE, LAB_SEGMENT_COLUMN_CREATOR, LAB_SEGMENT_COLUMN_LAST_USER,
      };
      const LabShmRecord *record = &self->row.entry.record;
      g_autoptr(GString) text = g_string_new (NULL);
      g_autofree char *octal = lab_record_text_octal (record->mode);

      for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
        {
          g_autofree char *part = lab_segment_item_dup_text (self, columns[i]);

          g_string_append_printf (text, "%s\n", part);
        }
      g_string_append_printf (text, "%d\n0x%x\n%s", (int) record->key, (guint) record->id, octal);
      self->haystack = g_utf8_casefold (text->str, -1);
    }

  return strstr (self->haystack, folded) != NULL;
}

#define COMPARE(x, y) (((x) > (y)) - ((x) < (y)))

/**
 * lab_segment_item_compare:
 * @a: an item
 * @b: another
 * @column: by what
 *
 * Returns: less than, equal to, or more than 0, as for a sort
 */
int
lab_segment_item_compare (LabSegmentItem   *a,
                          LabSegmentItem   *b,
                          LabSegmentColumn  column)
{
  const LabShmRecord *x = &a->row.entry.record;
  const LabShmRecord *y = &b->row.entry.record;

  switch (column)
    {
    case LAB_SEGMENT_COLUMN_KEY:
      return COMPARE ((guint32) x->key, (guint32) y->key);
    case LAB_SEGMENT_COLUMN_ID:
      return COMPARE (x->id, y->id);
    case LAB_SEGMENT_COLUMN_OWNER:
      return strcmp (a->row.owner_name, b->row.owner_name);
    case LAB_SEGMENT_COLUMN_MODE:
      return COMPARE (x->mode & 0777, y->mode & 0777);
    case LAB_SEGMENT_COLUMN_SIZE:
      return COMPARE (x->size_bytes, y->size_bytes);
    case LAB_SEGMENT_COLUMN_RESIDENT:
      return COMPARE (a->row.entry.rss_bytes, b->row.entry.rss_bytes);
    case LAB_SEGMENT_COLUMN_ATTACHED:
      return COMPARE (x->n_attaches, y->n_attaches);
    case LAB_SEGMENT_COLUMN_STATE:
      return COMPARE (lab_segment_item_get_state (a), lab_segment_item_get_state (b));
    case LAB_SEGMENT_COLUMN_CREATOR:
      return COMPARE (x->cpid, y->cpid);
    case LAB_SEGMENT_COLUMN_LAST_USER:
      return COMPARE (x->lpid, y->lpid);
    case LAB_SEGMENT_COLUMN_ATTACHED_AT:
      return COMPARE (x->atime, y->atime);
    case LAB_SEGMENT_COLUMN_DETACHED_AT:
      return COMPARE (x->dtime, y->dtime);
    case LAB_SEGMENT_COLUMN_CHANGED_AT:
      return COMPARE (x->ctime, y->ctime);
    default:
      g_return_val_if_reached (0);
    }
}
