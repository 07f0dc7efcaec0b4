/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The control block: set up, taken over, changed to another protocol, healed. */

#include "config.h"

#include "backend/protocol/lab-writer-control.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-shm-error.h"
#include "backend/layout/lab-claim-word.h"
#include "backend/layout/lab-copy-a.h"
#include "backend/layout/lab-copy.h"
#include "backend/layout/lab-latch.h"
#include "backend/protocol/lab-writer-ops.h"

static gboolean
is_turns (LabProtocolId protocol)
{
  return protocol == LAB_PROTOCOL_TURNS || protocol == LAB_PROTOCOL_TURNS_TEXTBOOK;
}

/* What a stranger may have changed, and would lead a client astray. */
static gboolean
is_state_valid (LabWriter *self)
{
  guint32 state = lab_writer_load_state (self);

  switch (self->protocol)
    {
    case LAB_PROTOCOL_SEMAPHORE:
      return state == LAB_STATE_CLEAN || state == LAB_STATE_WRITING;
    case LAB_PROTOCOL_TURNS:
      return state <= LAB_TURNS_TAKEN;
    case LAB_PROTOCOL_TURNS_TEXTBOOK:
      return state == LAB_TURNS_TEXTBOOK_NOT_READY || state <= LAB_TURNS_TEXTBOOK_TAKEN;
    case LAB_PROTOCOL_LATCH:
      return self->writing || (atomic_load_explicit (&self->control->sequence, memory_order_relaxed) & 1) == 0;
    case LAB_PROTOCOL_NONE:
    case LAB_PROTOCOL_UNSET:
    default:
      return TRUE;
    }
}

/**
 * lab_writer_check:
 * @self: a writer that was set up
 *
 * Returns: whether the control block still says what this writer has stored there
 */
gboolean
lab_writer_check (LabWriter *self)
{
  guint64 own;

  g_return_val_if_fail (self != NULL && self->protocol != LAB_PROTOCOL_UNSET, FALSE);

  own = lab_claim_word_get_own ();

  return lab_layout_has_magic (&self->layout) &&
         atomic_load_explicit (&self->control->protocol, memory_order_relaxed) == self->protocol &&
         (self->protocol != LAB_PROTOCOL_SEMAPHORE ||
          atomic_load_explicit (&self->control->semaphore_id, memory_order_relaxed) == self->semaphore_id) &&
         lab_layout_get_claim (&self->layout) == own &&
         atomic_load_explicit (&self->control->writer_pid, memory_order_relaxed) == (guint32) lab_claim_word_get_pid (own) &&
         is_state_valid (self);
}

static guint32
first_state (LabProtocolId protocol,
             gboolean      late_status)
{
  return protocol == LAB_PROTOCOL_TURNS_TEXTBOOK && !late_status ? LAB_TURNS_TEXTBOOK_NOT_READY : 0;
}

/* Says that this process is the server, which is known by now: it made the segment, or has
 * claimed it. */
static void
sign (LabWriter *self)
{
  guint64 own = lab_claim_word_get_own ();

  lab_layout_set_writer (&self->layout, lab_claim_word_get_pid (own), lab_claim_word_get_start_ticks (own));
}

/* A control block of ours from the ground, without a message. */
static void
store_control (LabWriter *self)
{
  lab_latch_clear (&self->layout);
  atomic_store_explicit (&self->control->semaphore_id, self->semaphore_id, memory_order_relaxed);
  atomic_store_explicit (&self->control->turn,
                         lab_layout_make_turn (self->protocol, first_state (self->protocol, self->late_status)),
                         memory_order_relaxed);
  /* Copy A is the other protocols', so what a reader of the latch may still be
   * reading must not be copy A; see lab_writer_switch(). */
  if (self->protocol != LAB_PROTOCOL_LATCH)
    lab_writer_flip (self);
  sign (self);
  atomic_store_explicit (&self->control->magic, LAB_LAYOUT_MAGIC, memory_order_release);
}

/* As before store_control() in a new segment. */
static void
clear_control (LabWriter *self)
{
  lab_latch_clear (&self->layout);
  atomic_store_explicit (&self->control->semaphore_id, 0, memory_order_relaxed);
  lab_layout_set_writer (&self->layout, 0, 0);
  atomic_store_explicit (&self->control->sequence, 0, memory_order_release);
}

/* The message once more, where the protocol has it. */
static void
store_last (LabWriter *self)
{
  LabCopyHeader *header = &self->control->copies[0];
  const LabWriterMessage *message = &self->last;

  if (message->number == 0)
    return;

  if (self->protocol == LAB_PROTOCOL_LATCH)
    {
      lab_latch_publish (&self->layout, message->text, message->length, message->number, message->written_ns);
      return;
    }

  atomic_store_explicit (&header->number, message->number, LAB_COPY_STORE);
  atomic_store_explicit (&header->written_ns, message->written_ns, LAB_COPY_STORE);
  atomic_store_explicit (&header->length, (guint32) message->length, LAB_COPY_STORE);
  atomic_store_explicit (&header->flags, message->flags, LAB_COPY_STORE);
  lab_copy_to_shared (lab_layout_copy (&self->layout, 0), message->text, message->length);
  atomic_store_explicit ((_Atomic char *) lab_layout_copy (&self->layout, 0) + message->length, '\0', LAB_COPY_STORE);
  lab_fence_release ();
}

/**
 * lab_writer_heal:
 * @self: a writer that was set up
 *
 * Writes the control block and the last message anew when a stranger has
 * overwritten them; lab_writer_publish() and lab_writer_begin() do it by themselves.
 *
 * Returns: whether there was anything to heal
 */
gboolean
lab_writer_heal (LabWriter *self)
{
  g_return_val_if_fail (self != NULL && !self->writing, FALSE);

  if (lab_writer_check (self))
    return FALSE;

  store_control (self);
  store_last (self);

  return TRUE;
}

/**
 * lab_writer_set_up:
 * @self: a new writer
 * @protocol: which protocol
 * @late_status: for %LAB_PROTOCOL_TURNS_TEXTBOOK: do not store NOT_READY yet, but with
 *   lab_writer_store_status()
 * @error: return location for an error
 *
 * Makes the segment ours, and empty.  With @late_status the start-up race of the
 * textbooks can be seen: the status of a new segment is 0, which textbooks call
 * FILLED, so a client that looks now takes what nobody has written.
 *
 * Errors: those of lab_semaphore_make().
 *
 * Returns: whether it is ready for messages
 */
gboolean
lab_writer_set_up (LabWriter      *self,
                   LabProtocolId   protocol,
                   gboolean        late_status,
                   GError        **error)
{
  g_return_val_if_fail (self != NULL && !self->writing, FALSE);
  g_return_val_if_fail (lab_protocol_is_valid (protocol), FALSE);

  self->protocol = protocol;
  self->late_status = late_status && protocol == LAB_PROTOCOL_TURNS_TEXTBOOK;
  store_control (self);
  /* Only now can the control block say whose the semaphore is, if this process dies. */
  if (protocol != LAB_PROTOCOL_SEMAPHORE || self->semaphore_id != -1 || lab_writer_make_semaphore (self, error))
    return TRUE;

  clear_control (self);
  self->protocol = LAB_PROTOCOL_UNSET;

  return FALSE;
}

/**
 * lab_writer_store_status:
 * @self: a writer
 *
 * Stores the textbook's NOT_READY, if it was left out before.
 *
 * Returns: whether a client had been faster, and has taken what nobody has written
 */
gboolean
lab_writer_store_status (LabWriter *self)
{
  guint32 state;

  g_return_val_if_fail (self != NULL, FALSE);

  if (!self->late_status)
    return FALSE;

  state = atomic_exchange_explicit (&self->control->state, LAB_TURNS_TEXTBOOK_NOT_READY, memory_order_acq_rel);
  self->late_status = FALSE;

  return state == LAB_TURNS_TEXTBOOK_TAKEN;
}

/**
 * lab_writer_is_status_late:
 * @self: a writer
 *
 * Returns: whether lab_writer_store_status() is still to come; nothing can be
 *   published before it
 */
gboolean
lab_writer_is_status_late (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->late_status;
}

static void
keep_last (LabWriter            *self,
           const LabMessageInfo *info,
           const char           *text)
{
  self->last.number = info->number;
  self->last.written_ns = info->written_ns;
  lab_writer_keep (&self->last, text, info->length);
}

static LabAdopted
adopt_latch (LabWriter *self)
{
  g_autofree char *text = NULL;
  LabMessageInfo info;

  if (!lab_latch_recover (&self->layout))
    return LAB_ADOPTED_EMPTY;

  text = g_malloc (self->layout.room);
  if (lab_latch_read (&self->layout, LAB_LATCH_NOTHING_KNOWN, text, &info) != LAB_READ_MESSAGE)
    return LAB_ADOPTED_EMPTY;

  keep_last (self, &info, text);

  return LAB_ADOPTED_WHOLE;
}

static LabAdopted
adopt_copy_a (LabWriter *self)
{
  g_autofree char *text = g_malloc (self->layout.room);
  LabMessageInfo info;
  gboolean half = lab_copy_a_read (&self->layout, self->protocol, text, &info);

  keep_last (self, &info, text);

  if (half && self->protocol != LAB_PROTOCOL_NONE)
    {
      lab_writer_keep (&self->last, "", 0);
      store_last (self);
      atomic_store_explicit (&self->control->copies[0].number, 0, LAB_COPY_STORE);
      self->number = self->last.number;
      self->last.number = 0;
      atomic_store_explicit (&self->control->copies[1].number, self->number, LAB_COPY_STORE);  /* readers count on from it */
    }
  else if (half)
    {
      /* Without a protocol half a message is what there is; at least its length is true. */
      store_last (self);
    }

  if (self->protocol == LAB_PROTOCOL_SEMAPHORE)
    lab_writer_store_state (self, LAB_STATE_CLEAN);
  else if (half && is_turns (self->protocol))
    lab_writer_store_state (self, first_state (self->protocol, FALSE));

  return half ? LAB_ADOPTED_HALF : self->last.number > 0 ? LAB_ADOPTED_WHOLE : LAB_ADOPTED_EMPTY;
}

/**
 * lab_writer_adopt:
 * @self: a new writer for a segment that has our magic
 * @adopted: (out): what became of the message
 * @error: return location for an error
 *
 * Takes over from a server that is dead, wherever it died, and goes on under its
 * protocol; lab_claim_take() comes before it.  The latch always has a whole message.  Under the semaphore, where the
 * kernel gave it back, and under turns, a message that was half written is cleared;
 * with no protocol it stays, because nobody can tell.
 *
 * Errors: those of lab_semaphore_make(); %LAB_SHM_ERROR_LAYOUT when the control
 * block names no protocol.
 *
 * Returns: whether it is ready for messages
 */
gboolean
lab_writer_adopt (LabWriter   *self,
                  LabAdopted  *adopted,
                  GError     **error)
{
  guint32 protocol;

  g_return_val_if_fail (self != NULL && adopted != NULL && !self->writing, FALSE);

  protocol = atomic_load_explicit (&self->control->protocol, memory_order_acquire);
  if (!lab_layout_has_magic (&self->layout) || !lab_protocol_is_valid (protocol))
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_LAYOUT,
                           _("The segment’s control block makes no sense; remove the segment and make a new one"));
      return FALSE;
    }
  if (protocol == LAB_PROTOCOL_SEMAPHORE && !lab_writer_make_semaphore (self, error))
    return FALSE;

  self->protocol = (LabProtocolId) protocol;
  self->adopted = self->segment != NULL;
  *adopted = self->protocol == LAB_PROTOCOL_LATCH ? adopt_latch (self) : adopt_copy_a (self);

  self->number = MAX (self->number, self->last.number);
  if (self->number > G_MAXINT64)  /* a stranger's; counting on from it would not end well */
    self->number = self->last.number = 0;
  sign (self);
  if (!lab_writer_check (self))
    lab_writer_heal (self);

  return TRUE;
}

/**
 * lab_writer_switch:
 * @self: a writer that was set up
 * @protocol: the new protocol
 * @late_status: as in lab_writer_set_up()
 * @error: return location for an error
 *
 * Changes the protocol while clients read, and keeps the message.  A client that
 * is in the middle of a look under the old protocol gets a whole message or none:
 * the latch's readers are left copy B, which the other protocols do not touch; the
 * semaphore is taken for the change; and a client that takes its turn finds it gone.
 *
 * Errors: those of lab_semaphore_make().
 *
 * Returns: %LAB_WRITE_DONE; %LAB_WRITE_WAITING when a slow message is not finished or
 *   a client holds the semaphore: try again at the next tick
 */
LabWriteResult
lab_writer_switch (LabWriter      *self,
                   LabProtocolId   protocol,
                   gboolean        late_status,
                   GError        **error)
{
  LabProtocolId before;
  guint32 state;

  g_return_val_if_fail (self != NULL && self->protocol != LAB_PROTOCOL_UNSET, LAB_WRITE_FAILED);
  g_return_val_if_fail (lab_protocol_is_valid (protocol), LAB_WRITE_FAILED);

  if (self->writing)
    return lab_writer_wait_for (self, LAB_REASON_WRITING, 0);

  lab_writer_heal (self);
  before = self->protocol;
  if (protocol == before)
    return LAB_WRITE_DONE;
  if (protocol == LAB_PROTOCOL_SEMAPHORE && self->semaphore_id == -1 && !lab_writer_make_semaphore (self, error))
    return LAB_WRITE_FAILED;

  /* Leave the old one. */
  if (before == LAB_PROTOCOL_SEMAPHORE)
    {
      LabWriteResult result = lab_writer_take (self, error);

      if (result != LAB_WRITE_DONE)
        return result;
    }
  else if (is_turns (before))
    {
      /* Not the taker: one that is in the middle of a look has to be gone before a turn is filled again. */
      lab_writer_store_state (self, before == LAB_PROTOCOL_TURNS ? LAB_TURNS_EMPTY : LAB_TURNS_TEXTBOOK_NOT_READY);
    }
  else if (before == LAB_PROTOCOL_LATCH)
    {
      lab_writer_flip (self);
    }

  /* Enter the new one. */
  self->protocol = protocol;
  self->late_status = late_status && protocol == LAB_PROTOCOL_TURNS_TEXTBOOK;
  if (protocol == LAB_PROTOCOL_LATCH)
    {
      store_last (self);
      if (self->last.number == 0)  /* what copy B has is of another time */
        atomic_store_explicit (&self->control->copies[1].number, 0, LAB_COPY_STORE);
      lab_latch_recover (&self->layout);
    }
  else
    {
      atomic_store_explicit (&self->control->copies[0].flags, self->last.flags, LAB_COPY_STORE);
    }
  state = protocol == LAB_PROTOCOL_TURNS && self->last.number != 0 ? LAB_TURNS_TAKEN : first_state (protocol, self->late_status);
  atomic_store_explicit (&self->control->turn, lab_layout_make_turn (protocol, state), memory_order_release);
  lab_fence_release ();

  if (before == LAB_PROTOCOL_SEMAPHORE)
    lab_writer_give (self);
  lab_writer_clear_reason (self);

  return LAB_WRITE_DONE;
}
