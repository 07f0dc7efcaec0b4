/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/server/lab-publisher.h"

#include "backend/server/lab-publisher-private.h"

/* Slow motion: a message is begun, and each of its stores is a step of its own, made
 * by hand or by the clock. */

/* The first store is the learner's to make. */
gboolean
lab_publisher_begin (LabPublisher  *self,
                     const char    *text,
                     gsize          length,
                     GError       **error)
{
  if (!lab_writer_begin (self->writer, text, length, error))
    return FALSE;

  g_clear_pointer (&self->pending, g_free);
  g_free (self->slow_text);
  self->slow_text = g_strndup (text, length);
  self->slow_length = length;
  lab_publisher_changed (self);

  return TRUE;
}

gboolean
lab_publisher_is_slow (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  return self->slow;
}

/**
 * lab_publisher_set_slow:
 * @self: a publisher
 * @slow: whether the next message is written byte by byte
 *
 * Switching it off lets a message that was begun be finished at full speed.
 */
void
lab_publisher_set_slow (LabPublisher *self,
                        gboolean      slow)
{
  g_return_if_fail (LAB_IS_PUBLISHER (self));

  if (self->slow == slow)
    return;

  self->slow = slow;
  if (!slow)
    lab_publisher_finish (self);
  lab_publisher_changed (self);
}

guint
lab_publisher_get_speed (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), 0);

  return self->speed;
}

static void
stored (LabPublisher   *self,
        LabWriteResult  result,
        const LabStore *store)
{
  switch (result)
    {
    case LAB_WRITE_DONE:
      lab_publisher_set_playing (self, FALSE);
      lab_publisher_published (self);
      break;
    case LAB_WRITE_MORE:
      if (store->size_bytes > 0)
        lab_session_set_write_cursor (self->session, (gssize) store->offset);
      lab_session_memory_changed (self->session);
      lab_publisher_changed (self);
      break;
    case LAB_WRITE_WAITING:
    case LAB_WRITE_FAILED:
    default:
      lab_publisher_changed (self);
    }
}

/**
 * lab_publisher_store_one:
 * @self: a publisher that writes in slow motion
 *
 * Makes the next store, a real one: one byte of the text, one field of the control
 * block, or one system call.  It may have to wait; see lab_publisher_get_reason().
 */
void
lab_publisher_store_one (LabPublisher *self)
{
  LabStore store = { 0 };

  g_return_if_fail (LAB_IS_PUBLISHER (self));

  if (lab_publisher_is_writing (self))
    stored (self, lab_writer_step (self->writer, &store, NULL), &store);
}

static gboolean
play_cb (gpointer data)
{
  LabPublisher *self = LAB_PUBLISHER (data);

  lab_publisher_store_one (self);

  return G_SOURCE_CONTINUE;  /* lab_publisher_set_playing() ends it */
}

/**
 * lab_publisher_set_playing:
 * @self: a publisher
 * @playing: whether the stores of slow motion follow each other by the clock
 */
void
lab_publisher_set_playing (LabPublisher *self,
                           gboolean      playing)
{
  g_return_if_fail (LAB_IS_PUBLISHER (self));

  playing = playing && lab_publisher_is_writing (self);
  if (self->playing == playing)
    return;

  self->playing = playing;
  g_clear_handle_id (&self->play_source, g_source_remove);
  if (playing)
    self->play_source = g_timeout_add (1000 / self->speed, play_cb, self);
  lab_publisher_changed (self);
}

gboolean
lab_publisher_is_playing (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  return self->playing;
}

/**
 * lab_publisher_is_writing:
 * @self: a publisher
 *
 * Returns: whether a message in slow motion is begun and not finished
 */
gboolean
lab_publisher_is_writing (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  return self->writer != NULL && !lab_publisher_is_racing (self) && lab_writer_is_writing (self->writer);
}

/**
 * lab_publisher_set_speed:
 * @self: a publisher
 * @stores_per_second: from %LAB_PUBLISHER_MIN_SPEED to %LAB_PUBLISHER_MAX_SPEED
 */
void
lab_publisher_set_speed (LabPublisher *self,
                         guint         stores_per_second)
{
  g_return_if_fail (LAB_IS_PUBLISHER (self));

  self->speed = CLAMP (stores_per_second, LAB_PUBLISHER_MIN_SPEED, LAB_PUBLISHER_MAX_SPEED);
  if (self->playing)
    {
      g_clear_handle_id (&self->play_source, g_source_remove);
      self->play_source = g_timeout_add (1000 / self->speed, play_cb, self);
    }
}

/**
 * lab_publisher_finish:
 * @self: a publisher
 *
 * Makes all the rest of the stores of slow motion at full speed; or, when nothing
 * was stored yet because it had to wait, lets the message wait like any other.
 */
void
lab_publisher_finish (LabPublisher *self)
{
  LabStore store = { 0 };
  LabWriteResult result;

  g_return_if_fail (LAB_IS_PUBLISHER (self));

  if (!lab_publisher_is_writing (self))
    return;

  result = lab_writer_finish (self->writer, NULL);
  if (result == LAB_WRITE_WAITING && lab_writer_abandon (self->writer))
    {
      lab_publisher_set_playing (self, FALSE);
      lab_publisher_wait_for_turn (self, g_steal_pointer (&self->slow_text), self->slow_length);
    }
  stored (self, result, &store);
}

void
lab_publisher_get_progress (LabPublisher *self,
                            gsize        *n_done,
                            gsize        *n_steps)
{
  g_return_if_fail (LAB_IS_PUBLISHER (self));

  *n_done = lab_publisher_is_writing (self) ? lab_writer_get_n_steps_done (self->writer) : 0;
  *n_steps = lab_publisher_is_writing (self) ? lab_writer_get_n_steps (self->writer) : 0;
}

/**
 * lab_publisher_dup_next_store:
 * @self: a publisher
 *
 * Returns: (transfer full) (nullable): what the next step of slow motion stores, as C,
 *   such as “addr[5] = 'm'”; %NULL when nothing is being written
 */
char *
lab_publisher_dup_next_store (LabPublisher *self)
{
  LabStore store;

  g_return_val_if_fail (LAB_IS_PUBLISHER (self), NULL);

  if (!lab_publisher_is_writing (self) || !lab_writer_peek (self->writer, &store))
    return NULL;

  return lab_store_dup_text (&store);
}
