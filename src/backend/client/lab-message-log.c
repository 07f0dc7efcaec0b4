/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/client/lab-message-log.h"

#include <string.h>

#include "backend/kernel/lab-process.h"

#define MAX_MESSAGES 1000
#define MAX_BYTES    ((gsize) 64 << 20)  /* so much of them, or one message */

struct _LabMessageLog
{
  LabMessage *last;
  GListStore *messages;
  gsize       n_bytes;
  gint64      attached_ns;
  int         segment_id;
};

/**
 * lab_message_log_new:
 *
 * Returns: (transfer full): a log without a message
 */
LabMessageLog *
lab_message_log_new (void)
{
  LabMessageLog *self = g_new0 (LabMessageLog, 1);

  self->segment_id = -1;
  self->messages = g_list_store_new (LAB_TYPE_MESSAGE);

  return self;
}

void
lab_message_log_free (LabMessageLog *self)
{
  g_clear_object (&self->last);
  g_clear_object (&self->messages);
  g_free (self);
}

/**
 * lab_message_log_begin:
 * @self: a log
 * @segment_id: the id of a segment
 *
 * Says that the segment has just been attached.  How long a message that was written before
 * now took to be seen tells nothing.
 */
void
lab_message_log_begin (LabMessageLog *self,
                       int            segment_id)
{
  g_return_if_fail (self != NULL);

  self->attached_ns = lab_monotonic_ns ();
  self->segment_id = segment_id;
}

/* The oldest go first, and the newest stays. */
static void
shorten (LabMessageLog *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->messages));

  for (; n > 1 && (n > MAX_MESSAGES || self->n_bytes > MAX_BYTES); n--)
    {
      g_autoptr(LabMessage) oldest = g_list_model_get_item (G_LIST_MODEL (self->messages), 0);

      self->n_bytes -= lab_message_get_length (oldest);
      g_list_store_remove (self->messages, 0);
    }
}

/**
 * lab_message_log_add:
 * @self: a log
 * @origin: how far it can be trusted
 * @look: what showed it
 *
 * Adds a message, which has been seen now.  The oldest go when there are
 * more than 1,000, or more than 64 MiB of them.
 */
void
lab_message_log_add (LabMessageLog    *self,
                     LabMessageOrigin  origin,
                     const LabLook    *look)
{
  g_return_if_fail (self != NULL && look != NULL && look->text != NULL);

  g_clear_object (&self->last);
  self->last = lab_message_new (origin, look->protocol, look->reason, look->number, look->text, look->length,
                                look->written_ns, lab_monotonic_ns (), self->attached_ns, self->segment_id);
  g_list_store_append (self->messages, self->last);
  self->n_bytes += look->length;
  shorten (self);
}

static gboolean
last_is (LabMessageLog *self,
         const void    *bytes,
         gsize          length)
{
  gsize last_length;
  const void *last;

  if (self->last == NULL)
    return FALSE;

  last = g_bytes_get_data (lab_message_get_bytes (self->last), &last_length);

  return last_length == length && (length == 0 || memcmp (last, bytes, length) == 0);
}

/**
 * lab_message_log_add_text:
 * @self: a log
 * @origin: how it was read
 * @text: what was read where nothing numbers the messages
 *
 * Adds @text if it is a message that is new: another text, or read in another way.
 *
 * Returns: whether it is
 */
gboolean
lab_message_log_add_text (LabMessageLog    *self,
                          LabMessageOrigin  origin,
                          GBytes           *text)
{
  LabLook look = { 0 };
  const char *bytes;

  g_return_val_if_fail (self != NULL && text != NULL, FALSE);

  bytes = g_bytes_get_data (text, &look.length);
  if (last_is (self, bytes, look.length) && lab_message_get_origin (self->last) == origin)
    return FALSE;

  look.text = bytes != NULL ? bytes : "";
  lab_message_log_add (self, origin, &look);

  return TRUE;
}

/**
 * lab_message_log_see_again:
 * @self: a log with a last message
 * @origin: how it was read now
 * @protocol: under which protocol
 *
 * Says that the last message stands unchanged in the segment, under another protocol than
 * the one under which it was seen before.  It is no further message.
 */
void
lab_message_log_see_again (LabMessageLog    *self,
                           LabMessageOrigin  origin,
                           LabProtocolId     protocol)
{
  g_autoptr(LabMessage) again = NULL;
  guint n;

  g_return_if_fail (self != NULL && self->last != NULL);

  again = lab_message_new_again (self->last, origin, protocol);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->messages));
  g_list_store_splice (self->messages, n - 1, 1, (gpointer *) &again, 1);
  g_set_object (&self->last, again);
}

/**
 * lab_message_log_is_last:
 * @self: a log
 * @origin: how far it can be trusted
 * @look: what showed a message
 *
 * Returns: whether it is the last message: the same number, time, bytes and protocol, and
 *   trusted as far
 */
gboolean
lab_message_log_is_last (LabMessageLog    *self,
                         LabMessageOrigin  origin,
                         const LabLook    *look)
{
  g_return_val_if_fail (self != NULL && look != NULL && look->text != NULL, FALSE);

  return last_is (self, look->text, look->length)
         && lab_message_get_origin (self->last) == origin
         && lab_message_get_protocol (self->last) == look->protocol
         && lab_message_get_number (self->last) == look->number
         && lab_message_get_written_ns (self->last) == look->written_ns;
}

/**
 * lab_message_log_get_last:
 * @self: a log
 *
 * Returns: (transfer none) (nullable): the last message
 */
LabMessage *
lab_message_log_get_last (LabMessageLog *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->last;
}

/**
 * lab_message_log_forget_last:
 * @self: a log
 *
 * Leaves it without a last message, though not the list: what is read next is new.
 */
void
lab_message_log_forget_last (LabMessageLog *self)
{
  g_return_if_fail (self != NULL);

  g_clear_object (&self->last);
}

/**
 * lab_message_log_get_model:
 * @self: a log
 *
 * Returns: (transfer none): the last messages, at most 1,000 and 64 MiB, a #GListModel of #LabMessage,
 *   the oldest first
 */
GListModel *
lab_message_log_get_model (LabMessageLog *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return G_LIST_MODEL (self->messages);
}
