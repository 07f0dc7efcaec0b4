/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The operations of which each protocol is made, each a real store or a system
 * call, at once or in slow motion. */

#include "config.h"

#include "backend/protocol/lab-writer-ops.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-attachment.h"
#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/layout/lab-copy.h"
#include "backend/segment/lab-semaphore.h"

/* A write is a short list of operations; what follows each other here is what
 * follows each other in the segment. */
typedef enum
{
  OP_TAKE,    /* the semaphore */
  OP_GIVE,
  OP_TURN,    /* wait until it is ours */
  OP_NUMBER,
  OP_TIME,
  OP_LENGTH,
  OP_FLAGS,
  OP_TEXT,
  OP_NUL,
  OP_STATE,
  OP_FLIP,    /* the sequence */
} OpKind;

typedef struct
{
  OpKind  kind;
  guint   copy;   /* 0 for A, 1 for B */
  guint32 state;  /* for OP_STATE */
} Op;

#define HEADER(copy) { OP_NUMBER, copy }, { OP_TIME, copy }, { OP_LENGTH, copy }, { OP_FLAGS, copy }
#define TEXT(copy) { OP_TEXT, copy }, { OP_NUL, copy }

static const Op none_ops[] = { HEADER (0), TEXT (0) };

static const Op semaphore_ops[] = {
  { OP_TAKE }, { OP_STATE, 0, LAB_STATE_WRITING }, HEADER (0), TEXT (0), { OP_STATE, 0, LAB_STATE_CLEAN }, { OP_GIVE },
};

static const Op turns_ops[] = { { OP_TURN }, HEADER (0), TEXT (0), { OP_STATE, 0, LAB_TURNS_FILLED } };

static const Op textbook_ops[] = { { OP_TURN }, HEADER (0), TEXT (0), { OP_STATE, 0, LAB_TURNS_TEXTBOOK_FILLED } };

/* The NUL first, as in lab_latch_publish(). */
static const Op latch_ops[] = {
  { OP_NUL, 1 }, { OP_TEXT, 1 }, { OP_NUMBER, 1 }, { OP_TIME, 1 }, { OP_LENGTH, 1 }, { OP_FLIP },
  { OP_NUL, 0 }, { OP_TEXT, 0 }, { OP_NUMBER, 0 }, { OP_TIME, 0 }, { OP_LENGTH, 0 }, { OP_FLIP },
};

static const struct { const Op *ops; guint n_ops; } programs[LAB_N_PROTOCOLS] = {
  [LAB_PROTOCOL_NONE] = { none_ops, G_N_ELEMENTS (none_ops) },
  [LAB_PROTOCOL_SEMAPHORE] = { semaphore_ops, G_N_ELEMENTS (semaphore_ops) },
  [LAB_PROTOCOL_TURNS] = { turns_ops, G_N_ELEMENTS (turns_ops) },
  [LAB_PROTOCOL_TURNS_TEXTBOOK] = { textbook_ops, G_N_ELEMENTS (textbook_ops) },
  [LAB_PROTOCOL_LATCH] = { latch_ops, G_N_ELEMENTS (latch_ops) },
};

/* Asking the kernel whether a process lives costs more than all the rest. */
#define CHECK_INTERVAL_NS (50 * G_GINT64_CONSTANT (1000000))

void
lab_writer_keep (LabWriterMessage *message,
                 const char       *text,
                 gsize             length)
{
  if (message->size < length + 1)
    {
      message->size = MAX (length + 1, 2 * message->size);
      message->text = g_realloc (message->text, message->size);
    }
  memcpy (message->text, text, length);
  message->text[length] = '\0';
  message->length = length;
  message->flags = lab_layout_is_uniform (text, length) ? LAB_MESSAGE_UNIFORM : 0;
}

guint32
lab_writer_load_state (LabWriter *self)
{
  return atomic_load_explicit (&self->control->state, memory_order_acquire);
}

/* Orders both ways: what was stored before is seen before it, what comes after
 * it is seen after it. */
void
lab_writer_store_state (LabWriter *self,
                        guint32    state)
{
  atomic_store_explicit (&self->control->state, state, memory_order_release);
  lab_fence_release ();
}

void
lab_writer_flip (LabWriter *self)
{
  guint64 sequence = atomic_load_explicit (&self->control->sequence, memory_order_relaxed);

  atomic_store_explicit (&self->control->sequence, sequence == G_MAXUINT64 ? 2 : sequence + 1, memory_order_release);
  lab_fence_release ();
}

LabWriteResult
lab_writer_wait_for (LabWriter *self,
                     LabReason  reason,
                     pid_t      pid)
{
  self->reason = reason;
  self->blocking_pid = pid;

  return LAB_WRITE_WAITING;
}

void
lab_writer_clear_reason (LabWriter *self)
{
  self->reason = LAB_REASON_NONE;
  self->blocking_pid = 0;
}

/* Whether it is time to ask again. */
static gboolean
may_check (LabWriter *self)
{
  gint64 now_ns = lab_monotonic_ns ();

  if (self->checked_ns != 0 && now_ns - self->checked_ns < CHECK_INTERVAL_NS)
    return FALSE;

  self->checked_ns = now_ns;

  return TRUE;
}

/**
 * lab_writer_make_semaphore:
 * @self: a writer
 * @error: return location for an error
 *
 * Errors: as lab_semaphore_make().
 *
 * Returns: whether the segment has a semaphore now, which the control block names
 */
gboolean
lab_writer_make_semaphore (LabWriter  *self,
                           GError    **error)
{
  int named_id;
  int id;

  if (self->segment == NULL)
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                           _("The segment has no key, so no client could find its semaphore; choose another protocol"));
      return FALSE;
    }

  named_id = self->semaphore_id != -1 ? self->semaphore_id : lab_semaphore_get_claimed (self->segment);
  atomic_store_explicit (&self->control->semaphore_id, LAB_SEMAPHORE_ID_COMING, memory_order_release);
  id = lab_semaphore_make (self->segment, named_id, error);
  if (id != -1)
    self->semaphore_id = named_id = id;

  /* When none could be made, it goes on naming the set before, as this writer does. */
  atomic_store_explicit (&self->control->semaphore_id, named_id, memory_order_release);

  return id != -1;
}

/**
 * lab_writer_take:
 * @self: a writer under the semaphore
 * @error: return location for an error
 *
 * Takes the semaphore; makes a new one when somebody removed it, unless the writer is being
 * closed; and sets it right when its holder died without SEM_UNDO.
 *
 * Errors: as lab_writer_make_semaphore(), with %LAB_WRITE_FAILED.
 *
 * Returns: %LAB_WRITE_DONE, %LAB_WRITE_WAITING or %LAB_WRITE_FAILED
 */
LabWriteResult
lab_writer_take (LabWriter  *self,
                 GError    **error)
{
  switch (lab_semaphore_try_take (self->semaphore_id))
    {
    case LAB_SEMAPHORE_TAKEN:
      self->holding = TRUE;
      lab_writer_clear_reason (self);
      lab_fence_acquire ();
      return LAB_WRITE_DONE;

    case LAB_SEMAPHORE_GONE:
      if (!self->closing && !lab_writer_make_semaphore (self, error))
        return LAB_WRITE_FAILED;
      return lab_writer_wait_for (self, LAB_REASON_SEMAPHORE_GONE, 0);

    case LAB_SEMAPHORE_DENIED:
      return lab_writer_wait_for (self, LAB_REASON_SEMAPHORE_DENIED, 0);

    case LAB_SEMAPHORE_HELD:
    default:
      if (may_check (self))
        {
          self->blocking_pid = lab_semaphore_get_holder (self->semaphore_id);
          if (self->blocking_pid > 0 && lab_semaphore_repair (self->semaphore_id))
            self->n_reclaimed++;
        }
      return lab_writer_wait_for (self, LAB_REASON_SEMAPHORE_HELD, self->blocking_pid);
    }
}

void
lab_writer_give (LabWriter *self)
{
  lab_fence_release ();
  self->holding = FALSE;
  /* When it was removed meanwhile, the next take makes a new one. */
  lab_semaphore_give (self->semaphore_id);
}

/* Whether the client may be taking the message.  One that cannot be seen may, unless nobody
 * but this process is attached. */
static gboolean
may_take (LabWriter *self,
          guint64    taker)
{
  LabPresence presence = lab_taker_find (self->control, taker);

  if (presence == LAB_PRESENCE_UNSEEN && self->segment != NULL)
    return !lab_attachment_are_all_own (lab_segment_get_id (self->segment));

  return lab_presence_may_run (presence);
}

/* Waits for the turn.  A client that died while it took the message took the turn
 * with it; its pid and start are on record, and the turn is taken back.  A client
 * that lives, or may live, is never interrupted, not even between TAKEN and its last store. */
static LabWriteResult
await_turn (LabWriter *self)
{
  guint32 filled = lab_protocol_filled (self->protocol);
  gboolean is_filled;
  guint64 taker;

  if (self->late_status)
    return lab_writer_wait_for (self, LAB_REASON_CLIENTS_TURN, 0);

  is_filled = lab_writer_load_state (self) == filled;
  if (self->protocol == LAB_PROTOCOL_TURNS)
    {
      taker = atomic_load_explicit (&self->control->taker, memory_order_acquire);
      if (taker != 0)
        {
          if (!may_check (self) || may_take (self, taker))
            return lab_writer_wait_for (self, LAB_REASON_CLIENTS_TURN, lab_taker_get_seen_pid (self->control, taker));

          if (is_filled && atomic_compare_exchange_strong (&self->control->state, &filled, LAB_TURNS_EMPTY))
            is_filled = FALSE;
          atomic_compare_exchange_strong (&self->control->taker, &taker, 0);
          self->n_reclaimed++;
        }
    }
  if (is_filled)
    return lab_writer_wait_for (self, LAB_REASON_CLIENTS_TURN, 0);

  lab_writer_clear_reason (self);

  return LAB_WRITE_DONE;
}

/* Where the current operation stores, and how much in one step. */
LabStore
lab_writer_describe (LabWriter *self)
{
  const Op *op = &programs[self->protocol].ops[self->op];
  static const char *const names[2][4] = {
    { "A.number", "A.written_ns", "A.length", "A.flags" },
    { "B.number", "B.written_ns", "B.length", "B.flags" },
  };
  static const char *const copy_names[2] = { "copy A", "copy B" };
  gsize control = self->layout.control_offset;
  gsize header = control + G_STRUCT_OFFSET (LabControl, copies) + op->copy * sizeof (LabCopyHeader);
  gsize copy = op->copy * self->layout.copy_size;
  guint64 sequence = atomic_load_explicit (&self->control->sequence, memory_order_relaxed);

  switch (op->kind)
    {
    case OP_TAKE:
      return (LabStore) { control, 0, "semop", -1 };
    case OP_GIVE:
      return (LabStore) { control, 0, "semop", 1 };
    case OP_TURN:
      return (LabStore) { control + G_STRUCT_OFFSET (LabControl, state), 0, "state", lab_writer_load_state (self) };
    case OP_NUMBER:
      return (LabStore) { header, 8, names[op->copy][0], (gint64) self->next.number };
    case OP_TIME:
      return (LabStore) { header + 8, 8, names[op->copy][1], self->next.written_ns };
    case OP_LENGTH:
      return (LabStore) { header + 16, 4, names[op->copy][2], (gint64) self->next.length };
    case OP_FLAGS:
      return (LabStore) { header + 20, 4, names[op->copy][3], self->next.flags };
    case OP_TEXT:
      return (LabStore) { copy + self->op_byte, 1, copy_names[op->copy], (guint8) self->next.text[self->op_byte] };
    case OP_NUL:
      return (LabStore) { copy + self->next.length, 1, copy_names[op->copy], 0 };
    case OP_STATE:
      return (LabStore) { control + G_STRUCT_OFFSET (LabControl, state), 4, "state", op->state };
    case OP_FLIP:
      return (LabStore) { control + G_STRUCT_OFFSET (LabControl, sequence), 8, "sequence", (gint64) (sequence + 1) };
    default:
      g_assert_not_reached ();
    }
}

/**
 * lab_writer_run:
 * @self: a writer in the middle of a message
 * @whole: whether to make all of the current operation, or one step of it
 * @error: return location for an error
 *
 * Errors: as lab_writer_take(), with %LAB_WRITE_FAILED.
 *
 * Returns: how far the message has come
 */
LabWriteResult
lab_writer_run (LabWriter  *self,
                gboolean    whole,
                GError    **error)
{
  const Op *op = &programs[self->protocol].ops[self->op];
  LabCopyHeader *header = &self->control->copies[op->copy];
  char *copy = lab_layout_copy (&self->layout, op->copy);
  LabWriteResult result = LAB_WRITE_DONE;

  switch (op->kind)
    {
    case OP_TAKE:
      result = lab_writer_take (self, error);
      break;
    case OP_GIVE:
      lab_writer_give (self);
      break;
    case OP_TURN:
      result = await_turn (self);
      break;
    case OP_NUMBER:
      atomic_store_explicit (&header->number, self->next.number, LAB_COPY_STORE);
      break;
    case OP_TIME:
      if (self->next.written_ns == 0)
        self->next.written_ns = lab_monotonic_ns ();
      atomic_store_explicit (&header->written_ns, self->next.written_ns, LAB_COPY_STORE);
      break;
    case OP_LENGTH:
      atomic_store_explicit (&header->length, (guint32) self->next.length, LAB_COPY_STORE);
      break;
    case OP_FLAGS:
      atomic_store_explicit (&header->flags, self->next.flags, LAB_COPY_STORE);
      break;
    case OP_TEXT:
      if (whole)
        {
          lab_copy_to_shared (copy, self->next.text, self->next.length);
          self->n_steps_done += self->next.length - self->op_byte;
          self->op_byte = 0;
          self->op++;
          return LAB_WRITE_DONE;
        }
      atomic_store_explicit ((_Atomic char *) copy + self->op_byte, self->next.text[self->op_byte], LAB_COPY_STORE);
      self->n_steps_done++;
      if (++self->op_byte == self->next.length)
        {
          self->op_byte = 0;
          self->op++;
        }
      return LAB_WRITE_DONE;
    case OP_NUL:
      atomic_store_explicit ((_Atomic char *) copy + self->next.length, '\0', LAB_COPY_STORE);
      break;
    case OP_STATE:
      lab_writer_store_state (self, op->state);
      break;
    case OP_FLIP:
      lab_writer_flip (self);
      break;
    default:
      g_assert_not_reached ();
    }

  if (result == LAB_WRITE_DONE)
    {
      self->op++;
      self->n_steps_done++;
    }

  return result;
}

gboolean
lab_writer_is_over (LabWriter *self)
{
  return self->op >= programs[self->protocol].n_ops;
}

/* Of the whole message, in slow motion. */
gsize
lab_writer_count_steps (LabWriter *self)
{
  gsize n_steps = 0;

  for (guint i = 0; i < programs[self->protocol].n_ops; i++)
    n_steps += programs[self->protocol].ops[i].kind == OP_TEXT ? self->next.length : 1;

  return n_steps;
}

/* An empty text has no step of its own. */
void
lab_writer_skip_empty_text (LabWriter *self)
{
  while (self->op < programs[self->protocol].n_ops &&
         programs[self->protocol].ops[self->op].kind == OP_TEXT && self->next.length == 0)
    self->op++;
}
