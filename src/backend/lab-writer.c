/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab-writer.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "lab-copy.h"
#include "lab-latch.h"
#include "lab-process.h"
#include "lab-semaphore.h"
#include "lab-shm-error.h"
#include "lab-text.h"

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

/* Our own memory says what is true; the segment is what others may change. */
typedef struct
{
  char    *text;
  gsize    size;        /* of @text */
  gsize    length;
  guint64  number;
  gint64   written_ns;  /* 0 until it is stored for the first time */
  guint32  flags;
} Message;

struct _LabWriter
{
  LabSegment    *segment;
  LabLayout      layout;
  LabControl    *control;
  LabProtocolId  protocol;
  int            semaphore_id;  /* -1 for none */
  gboolean       holding;       /* the semaphore */
  gboolean       late_status;   /* the textbook's NOT_READY is not stored yet */
  guint64        number;        /* of the last message, also when nothing is left of it */
  Message        last;          /* that was published; number 0 for none */
  Message        next;          /* that is being written */
  gboolean       writing;
  guint          op;            /* of the protocol's program */
  gsize          op_byte;       /* within OP_TEXT */
  gsize          n_steps_done;
  LabReason      reason;
  pid_t          blocking_pid;
  gint64         checked_ns;    /* when we last asked whether somebody is dead */
  guint          n_reclaimed;
};

/* Asking the kernel whether a process lives costs more than all the rest. */
#define CHECK_INTERVAL_NS (50 * G_GINT64_CONSTANT (1000000))

/**
 * lab_writer_new:
 * @segment: a segment that is attached read-write and has room for our fields;
 *   it must stay attached as long as the writer lives
 *
 * Changes nothing yet: lab_writer_set_up() or lab_writer_adopt() comes next.
 *
 * Returns: (transfer full): a writer
 */
LabWriter *
lab_writer_new (LabSegment *segment)
{
  LabWriter *self;

  g_return_val_if_fail (LAB_IS_SEGMENT (segment), NULL);
  g_return_val_if_fail (lab_segment_get_layout (segment) != NULL && lab_segment_is_writable (segment), NULL);

  self = lab_writer_new_for_memory (lab_segment_get_layout (segment));
  self->segment = g_object_ref (segment);

  return self;
}

/**
 * lab_writer_new_for_memory:
 * @layout: a layout with room for our fields, in memory that outlives the writer
 *
 * As lab_writer_new(), but for any memory; without the protocol semaphore.
 *
 * Returns: (transfer full): a writer
 */
LabWriter *
lab_writer_new_for_memory (const LabLayout *layout)
{
  LabWriter *self;

  g_return_val_if_fail (layout != NULL && layout->base != NULL && layout->copy_size > 0, NULL);

  self = g_new0 (LabWriter, 1);
  self->layout = *layout;
  self->control = lab_layout_control (&self->layout);
  self->semaphore_id = -1;

  return self;
}

/**
 * lab_writer_free:
 * @self: (transfer full): a writer
 *
 * Gives back a semaphore that it holds.  Neither the segment nor the semaphore is
 * removed: that is lab_segment_remove()'s and lab_semaphore_remove()'s.
 */
void
lab_writer_free (LabWriter *self)
{
  if (self->holding)
    lab_semaphore_give (self->semaphore_id);
  g_free (self->last.text);
  g_free (self->next.text);
  g_clear_object (&self->segment);
  g_free (self);
}

static guint32
load_state (LabWriter *self)
{
  return atomic_load_explicit (&self->control->state, memory_order_acquire);
}

/* Orders both ways: what was stored before is seen before it, what comes after
 * it is seen after it. */
static void
store_state (LabWriter *self,
             guint32    state)
{
  atomic_store_explicit (&self->control->state, state, memory_order_release);
  lab_fence_release ();
}

static void
flip (LabWriter *self)
{
  guint64 sequence = atomic_load_explicit (&self->control->sequence, memory_order_relaxed);

  atomic_store_explicit (&self->control->sequence, sequence == G_MAXUINT64 ? 2 : sequence + 1, memory_order_release);
  lab_fence_release ();
}

static gboolean
is_turns (LabProtocolId protocol)
{
  return protocol == LAB_PROTOCOL_TURNS || protocol == LAB_PROTOCOL_TURNS_TEXTBOOK;
}

static LabWriteResult
wait_for (LabWriter *self,
          LabReason  reason,
          pid_t      pid)
{
  self->reason = reason;
  self->blocking_pid = pid;

  return LAB_WRITE_WAITING;
}

static void
clear_reason (LabWriter *self)
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

static gboolean
make_semaphore (LabWriter  *self,
                GError    **error)
{
  if (self->segment == NULL)
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                           _("The segment has no key, so no client could find its semaphore; choose another protocol"));
      return FALSE;
    }

  self->semaphore_id = lab_semaphore_make (self->segment, error);
  if (self->semaphore_id == -1)
    return FALSE;

  atomic_store_explicit (&self->control->semaphore_id, self->semaphore_id, memory_order_release);

  return TRUE;
}

/* Takes the semaphore; makes a new one when somebody removed it, and sets it right
 * when its holder died without SEM_UNDO. */
static LabWriteResult
take (LabWriter  *self,
      GError    **error)
{
  switch (lab_semaphore_try_take (self->semaphore_id))
    {
    case LAB_SEMAPHORE_TAKEN:
      self->holding = TRUE;
      clear_reason (self);
      lab_fence_acquire ();
      return LAB_WRITE_DONE;

    case LAB_SEMAPHORE_GONE:
      if (!make_semaphore (self, error))
        return LAB_WRITE_FAILED;
      return wait_for (self, LAB_REASON_SEMAPHORE_GONE, 0);

    case LAB_SEMAPHORE_DENIED:
      return wait_for (self, LAB_REASON_SEMAPHORE_DENIED, 0);

    case LAB_SEMAPHORE_HELD:
    default:
      if (may_check (self))
        {
          self->blocking_pid = lab_semaphore_get_holder (self->semaphore_id);
          if (self->blocking_pid > 0 && !lab_process_is_alive (self->blocking_pid, 0) &&
              lab_semaphore_repair (self->semaphore_id))
            self->n_reclaimed++;
        }
      return wait_for (self, LAB_REASON_SEMAPHORE_HELD, self->blocking_pid);
    }
}

static void
give (LabWriter *self)
{
  lab_fence_release ();
  self->holding = FALSE;
  /* When it was removed meanwhile, the next take makes a new one. */
  lab_semaphore_give (self->semaphore_id);
}

/* Waits for the turn.  A client that died while it took the message took the turn
 * with it; its pid and start are on record, and the turn is taken back.  A client
 * that lives is never interrupted, not even between TAKEN and its last store. */
static LabWriteResult
await_turn (LabWriter *self)
{
  guint32 filled = lab_protocol_filled (self->protocol);
  gboolean is_filled;
  guint64 taker;

  if (self->late_status)
    return wait_for (self, LAB_REASON_CLIENTS_TURN, 0);

  is_filled = load_state (self) == filled;
  if (self->protocol == LAB_PROTOCOL_TURNS)
    {
      taker = atomic_load_explicit (&self->control->taker, memory_order_acquire);
      if (taker != 0)
        {
          if (!may_check (self) || lab_taker_is_alive (taker))
            return wait_for (self, LAB_REASON_CLIENTS_TURN, lab_taker_get_pid (taker));

          if (is_filled && atomic_compare_exchange_strong (&self->control->state, &filled, LAB_TURNS_EMPTY))
            is_filled = FALSE;
          atomic_compare_exchange_strong (&self->control->taker, &taker, 0);
          self->n_reclaimed++;
        }
    }
  if (is_filled)
    return wait_for (self, LAB_REASON_CLIENTS_TURN, 0);

  clear_reason (self);

  return LAB_WRITE_DONE;
}

/* Where an operation stores, and how much in one go. */
static LabStore
describe (LabWriter *self,
          const Op  *op)
{
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
      return (LabStore) { control + G_STRUCT_OFFSET (LabControl, state), 0, "state", load_state (self) };
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
      return (LabStore) { control + G_STRUCT_OFFSET (LabControl, sequence), 8, "sequence", (gint64) sequence + 1 };
    default:
      g_assert_not_reached ();
    }
}

/* How many steps an operation is in slow motion. */
static gsize
count_steps (LabWriter *self,
             const Op  *op)
{
  return op->kind == OP_TEXT ? self->next.length : 1;
}

/* Makes one step of the current operation, or with @whole all of it. */
static LabWriteResult
run (LabWriter  *self,
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
      result = take (self, error);
      break;
    case OP_GIVE:
      give (self);
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
      store_state (self, op->state);
      break;
    case OP_FLIP:
      flip (self);
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

/* An empty text has no step of its own. */
static void
skip_empty_text (LabWriter *self)
{
  while (self->op < programs[self->protocol].n_ops &&
         programs[self->protocol].ops[self->op].kind == OP_TEXT && self->next.length == 0)
    self->op++;
}

static gboolean
is_uniform (const char *text,
            gsize       length)
{
  return length > 1 && memcmp (text, text + 1, length - 1) == 0;
}

static void
keep (Message    *message,
      const char *text,
      gsize       length)
{
  if (message->size < length + 1)
    {
      message->size = MAX (length + 1, 2 * message->size);
      message->text = g_realloc (message->text, message->size);
    }
  memcpy (message->text, text, length);
  message->text[length] = '\0';
  message->length = length;
  message->flags = is_uniform (text, length) ? LAB_MESSAGE_UNIFORM : 0;
}

static void
commit (LabWriter *self)
{
  Message message = self->last;

  self->last = self->next;
  self->next = message;
  self->number = self->last.number;
  self->writing = FALSE;
}

/* What a stranger may have changed, and would lead a client astray. */
static gboolean
is_state_valid (LabWriter *self)
{
  guint32 state = load_state (self);

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
  guint64 start_ticks;

  g_return_val_if_fail (self != NULL && self->protocol != LAB_PROTOCOL_UNSET, FALSE);

  return lab_layout_has_magic (&self->layout) &&
         atomic_load_explicit (&self->control->protocol, memory_order_relaxed) == self->protocol &&
         (self->protocol != LAB_PROTOCOL_SEMAPHORE ||
          atomic_load_explicit (&self->control->semaphore_id, memory_order_relaxed) == self->semaphore_id) &&
         lab_layout_get_writer (&self->layout, &start_ticks) == getpid () &&
         is_state_valid (self);
}

static guint32
first_state (LabProtocolId protocol,
             gboolean      late_status)
{
  return protocol == LAB_PROTOCOL_TURNS_TEXTBOOK && !late_status ? LAB_TURNS_TEXTBOOK_NOT_READY : 0;
}

/* Says that this process is the server. */
static void
sign (LabWriter *self)
{
  static _Thread_local pid_t own_pid;
  static _Thread_local guint64 own_start_ticks;

  if (own_pid != getpid ())  /* the first time, and after a fork */
    {
      own_start_ticks = lab_process_get_start_ticks (getpid ());
      own_pid = getpid ();
    }
  lab_layout_set_writer (&self->layout, own_pid, own_start_ticks);
}

/* A control block of ours from the ground, without a message. */
static void
store_control (LabWriter *self)
{
  lab_latch_init (&self->layout);
  /* Nobody knows it by its magic while it says latch for an instant. */
  atomic_store_explicit (&self->control->magic, 0, memory_order_relaxed);
  lab_fence_release ();
  atomic_store_explicit (&self->control->semaphore_id, MAX (self->semaphore_id, 0), memory_order_relaxed);
  atomic_store_explicit (&self->control->state, first_state (self->protocol, self->late_status), memory_order_relaxed);
  atomic_store_explicit (&self->control->protocol, self->protocol, memory_order_relaxed);
  /* Copy A is the other protocols', so what a reader of the latch may still be
   * reading must not be copy A; see lab_writer_switch(). */
  if (self->protocol != LAB_PROTOCOL_LATCH)
    flip (self);
  sign (self);
  atomic_store_explicit (&self->control->magic, LAB_LAYOUT_MAGIC, memory_order_release);
}

/* The message once more, where the protocol has it. */
static void
store_last (LabWriter *self)
{
  LabCopyHeader *header = &self->control->copies[0];
  const Message *message = &self->last;

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

  if (protocol == LAB_PROTOCOL_SEMAPHORE && self->semaphore_id == -1 && !make_semaphore (self, error))
    return FALSE;

  self->protocol = protocol;
  self->late_status = late_status && protocol == LAB_PROTOCOL_TURNS_TEXTBOOK;
  store_control (self);

  return TRUE;
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

/* Copy A as it stands; its C string when the length makes no sense.  Returns
 * whether length and NUL fit together. */
static gboolean
keep_copy_a (LabWriter *self)
{
  LabCopyHeader *header = &self->control->copies[0];
  gsize length = atomic_load_explicit (&header->length, LAB_COPY_LOAD);
  g_autofree char *text = g_malloc (self->layout.copy_size);
  const char *end;
  gsize found;

  lab_copy_from_shared (text, lab_layout_copy (&self->layout, 0), self->layout.copy_size);
  end = memchr (text, '\0', self->layout.copy_size);
  found = end != NULL ? (gsize) (end - text) : self->layout.copy_size - 1;

  self->last.number = atomic_load_explicit (&header->number, LAB_COPY_LOAD);
  self->last.written_ns = atomic_load_explicit (&header->written_ns, LAB_COPY_LOAD);
  keep (&self->last, text, found);

  return end != NULL && found == length;
}

static LabAdopted
adopt_latch (LabWriter *self)
{
  g_autofree char *text = NULL;
  LabMessageInfo info;

  if (!lab_latch_recover (&self->layout))
    return LAB_ADOPTED_EMPTY;

  text = g_malloc (self->layout.copy_size);
  if (lab_latch_read (&self->layout, LAB_LATCH_NOTHING_KNOWN, text, &info) != LAB_READ_MESSAGE)
    return LAB_ADOPTED_EMPTY;

  self->last.number = info.number;
  self->last.written_ns = info.written_ns;
  keep (&self->last, text, info.length);

  return LAB_ADOPTED_WHOLE;
}

static LabAdopted
adopt_copy_a (LabWriter *self)
{
  gboolean fits = keep_copy_a (self);
  guint32 flags = atomic_load_explicit (&self->control->copies[0].flags, LAB_COPY_LOAD);
  gboolean half;

  /* Under turns a message that was not FILLED never was one for anybody; under a
   * semaphore the kernel gave it back, but nobody repaired the message. */
  half = self->last.number != 0 &&
         (!fits || (flags & ~self->last.flags & LAB_MESSAGE_UNIFORM) != 0 ||
          (self->protocol == LAB_PROTOCOL_SEMAPHORE && load_state (self) == LAB_STATE_WRITING));

  if (half && self->protocol != LAB_PROTOCOL_NONE)
    {
      keep (&self->last, "", 0);
      store_last (self);
      atomic_store_explicit (&self->control->copies[0].number, 0, LAB_COPY_STORE);
      self->number = self->last.number;
      self->last.number = 0;
    }
  else if (half)
    {
      /* Without a protocol half a message is what there is; at least its length is true. */
      store_last (self);
    }

  if (self->protocol == LAB_PROTOCOL_SEMAPHORE)
    store_state (self, LAB_STATE_CLEAN);
  else if (half && is_turns (self->protocol))
    store_state (self, first_state (self->protocol, FALSE));

  return half ? LAB_ADOPTED_HALF : self->last.number > 0 ? LAB_ADOPTED_WHOLE : LAB_ADOPTED_EMPTY;
}

/**
 * lab_writer_adopt:
 * @self: a new writer for a segment that has our magic
 * @adopted: (out): what became of the message
 * @error: return location for an error
 *
 * Takes over from a server that is dead, wherever it died, and goes on under its
 * protocol.  The latch always has a whole message.  Under the semaphore, where the
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
  if (protocol == LAB_PROTOCOL_SEMAPHORE && !make_semaphore (self, error))
    return FALSE;

  self->protocol = (LabProtocolId) protocol;
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

  g_return_val_if_fail (self != NULL && self->protocol != LAB_PROTOCOL_UNSET, LAB_WRITE_FAILED);
  g_return_val_if_fail (lab_protocol_is_valid (protocol), LAB_WRITE_FAILED);

  if (self->writing)
    return wait_for (self, LAB_REASON_WRITING, 0);

  lab_writer_heal (self);
  before = self->protocol;
  if (protocol == before)
    return LAB_WRITE_DONE;
  if (protocol == LAB_PROTOCOL_SEMAPHORE && self->semaphore_id == -1 && !make_semaphore (self, error))
    return LAB_WRITE_FAILED;

  /* Leave the old one. */
  if (before == LAB_PROTOCOL_SEMAPHORE)
    {
      LabWriteResult result = take (self, error);

      if (result != LAB_WRITE_DONE)
        return result;
    }
  else if (is_turns (before))
    {
      store_state (self, before == LAB_PROTOCOL_TURNS ? LAB_TURNS_EMPTY : LAB_TURNS_TEXTBOOK_NOT_READY);
      atomic_store_explicit (&self->control->taker, 0, memory_order_relaxed);
    }
  else if (before == LAB_PROTOCOL_LATCH)
    {
      flip (self);
    }

  /* Enter the new one. */
  self->protocol = protocol;
  self->late_status = late_status && protocol == LAB_PROTOCOL_TURNS_TEXTBOOK;
  if (protocol == LAB_PROTOCOL_TURNS && self->last.number != 0)
    store_state (self, LAB_TURNS_TAKEN);
  else
    store_state (self, first_state (protocol, self->late_status));
  if (protocol == LAB_PROTOCOL_LATCH)
    {
      store_last (self);
      lab_latch_recover (&self->layout);
    }
  else
    {
      atomic_store_explicit (&self->control->copies[0].flags, self->last.flags, LAB_COPY_STORE);
    }
  atomic_store_explicit (&self->control->protocol, protocol, memory_order_release);

  if (before == LAB_PROTOCOL_SEMAPHORE)
    give (self);
  clear_reason (self);

  return LAB_WRITE_DONE;
}

static void
begin_checked (LabWriter  *self,
               const char *text,
               gsize       length)
{
  lab_writer_heal (self);
  keep (&self->next, text, length);
  self->next.number = self->number + 1;
  self->next.written_ns = 0;
  self->op = 0;
  self->op_byte = 0;
  self->n_steps_done = 0;
  self->writing = TRUE;
  skip_empty_text (self);
}

/**
 * lab_writer_begin:
 * @self: a writer that was set up
 * @text: the message, without a NUL inside
 * @length: its bytes, at most lab_layout_capacity()
 * @error: return location for an error
 *
 * Begins a message in slow motion, and stores nothing yet.
 *
 * Errors: %LAB_SHM_ERROR_TOO_LONG, %LAB_SHM_ERROR_TEXT.
 *
 * Returns: whether it was begun
 */
gboolean
lab_writer_begin (LabWriter   *self,
                  const char  *text,
                  gsize        length,
                  GError     **error)
{
  g_return_val_if_fail (self != NULL && self->protocol != LAB_PROTOCOL_UNSET && !self->writing, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (!lab_text_check_message (text, length, lab_layout_capacity (self->layout.size_bytes), error))
    return FALSE;

  begin_checked (self, text, length);

  return TRUE;
}

/**
 * lab_writer_peek:
 * @self: a writer
 * @store: (out): what lab_writer_step() would do next
 *
 * Returns: %FALSE when nothing is being written
 */
gboolean
lab_writer_peek (LabWriter *self,
                 LabStore  *store)
{
  g_return_val_if_fail (self != NULL && store != NULL, FALSE);

  if (!self->writing)
    return FALSE;

  *store = describe (self, &programs[self->protocol].ops[self->op]);

  return TRUE;
}

/**
 * lab_writer_step:
 * @self: a writer that has begun a message
 * @store: (out): what was done
 * @error: return location for an error
 *
 * Makes the next store of the message: one byte of text, one field of the control
 * block, or one system call.
 *
 * Returns: %LAB_WRITE_MORE; %LAB_WRITE_DONE after the last one; %LAB_WRITE_WAITING when
 *   the step could not be made now
 */
LabWriteResult
lab_writer_step (LabWriter  *self,
                 LabStore   *store,
                 GError    **error)
{
  LabWriteResult result;

  g_return_val_if_fail (self != NULL && self->writing, LAB_WRITE_FAILED);
  g_return_val_if_fail (store != NULL, LAB_WRITE_FAILED);

  *store = describe (self, &programs[self->protocol].ops[self->op]);
  result = run (self, FALSE, error);
  if (result != LAB_WRITE_DONE)
    return result;

  if (store->field != NULL && g_str_has_suffix (store->field, ".written_ns"))
    store->value = self->next.written_ns;
  skip_empty_text (self);
  if (self->op < programs[self->protocol].n_ops)
    return LAB_WRITE_MORE;

  commit (self);

  return LAB_WRITE_DONE;
}

/**
 * lab_writer_finish:
 * @self: a writer that has begun a message
 * @error: return location for an error
 *
 * Makes all the rest of its stores at full speed.
 *
 * Returns: %LAB_WRITE_DONE, or %LAB_WRITE_WAITING
 */
LabWriteResult
lab_writer_finish (LabWriter  *self,
                   GError    **error)
{
  g_return_val_if_fail (self != NULL && self->writing, LAB_WRITE_FAILED);

  while (self->op < programs[self->protocol].n_ops)
    {
      LabWriteResult result = run (self, TRUE, error);

      if (result != LAB_WRITE_DONE)
        return result;
    }
  commit (self);

  return LAB_WRITE_DONE;
}

/**
 * lab_writer_abandon:
 * @self: a writer
 *
 * Forgets a message of which nothing was stored yet, because it had to wait.
 *
 * Returns: %FALSE when something was stored; then it must be finished
 */
gboolean
lab_writer_abandon (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->writing && self->n_steps_done > 0)
    return FALSE;

  self->writing = FALSE;
  clear_reason (self);

  return TRUE;
}

/**
 * lab_writer_publish:
 * @self: a writer that was set up
 * @text: the message, without a NUL inside
 * @length: its bytes, at most lab_layout_capacity()
 * @error: return location for an error
 *
 * Writes a message at full speed, under the protocol in force.
 *
 * Errors: %LAB_SHM_ERROR_TOO_LONG, %LAB_SHM_ERROR_TEXT.
 *
 * Returns: %LAB_WRITE_DONE; %LAB_WRITE_WAITING when nothing was stored because it is not
 *   our turn: call it again at the next tick
 */
LabWriteResult
lab_writer_publish (LabWriter   *self,
                    const char  *text,
                    gsize        length,
                    GError     **error)
{
  g_return_val_if_fail (self != NULL && self->protocol != LAB_PROTOCOL_UNSET, LAB_WRITE_FAILED);
  g_return_val_if_fail (text != NULL, LAB_WRITE_FAILED);

  if (!lab_text_check_message (text, length, lab_layout_capacity (self->layout.size_bytes), error))
    return LAB_WRITE_FAILED;

  return lab_writer_publish_checked (self, text, length, error);
}

/**
 * lab_writer_publish_checked:
 * @self: a writer that was set up
 * @text: the message, which has passed lab_text_check_message() before
 * @length: its bytes, at most lab_layout_capacity()
 * @error: return location for an error
 *
 * As lab_writer_publish(), for a text that is written again and again.
 *
 * Returns: as lab_writer_publish()
 */
LabWriteResult
lab_writer_publish_checked (LabWriter   *self,
                            const char  *text,
                            gsize        length,
                            GError     **error)
{
  LabWriteResult result;

  g_return_val_if_fail (self != NULL && self->protocol != LAB_PROTOCOL_UNSET, LAB_WRITE_FAILED);
  g_return_val_if_fail (length <= lab_layout_capacity (self->layout.size_bytes), LAB_WRITE_FAILED);

  if (self->writing)
    return wait_for (self, LAB_REASON_WRITING, 0);

  begin_checked (self, text, length);
  if (self->protocol == LAB_PROTOCOL_LATCH)
    {
      self->next.written_ns = lab_monotonic_ns ();
      lab_latch_publish (&self->layout, text, length, self->next.number, self->next.written_ns);
      commit (self);
      return LAB_WRITE_DONE;
    }

  result = lab_writer_finish (self, error);
  if (result != LAB_WRITE_DONE)
    self->writing = FALSE;  /* only the first operation of each protocol waits */

  return result;
}

/**
 * lab_writer_is_writing:
 * @self: a writer
 *
 * Returns: whether a message in slow motion is not finished
 */
gboolean
lab_writer_is_writing (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->writing;
}

/**
 * lab_writer_get_n_steps:
 * @self: a writer
 *
 * Returns: how many steps the message in slow motion takes; 0 for none
 */
gsize
lab_writer_get_n_steps (LabWriter *self)
{
  gsize n_steps = 0;

  g_return_val_if_fail (self != NULL, 0);

  if (self->writing)
    for (guint i = 0; i < programs[self->protocol].n_ops; i++)
      n_steps += count_steps (self, &programs[self->protocol].ops[i]);

  return n_steps;
}

/**
 * lab_writer_get_n_steps_done:
 * @self: a writer
 *
 * Returns: how many of them were made
 */
gsize
lab_writer_get_n_steps_done (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->writing ? self->n_steps_done : 0;
}

/**
 * lab_writer_get_protocol:
 * @self: a writer
 *
 * Returns: the protocol in force; %LAB_PROTOCOL_UNSET before it is set up
 */
LabProtocolId
lab_writer_get_protocol (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, LAB_PROTOCOL_UNSET);

  return self->protocol;
}

/**
 * lab_writer_get_number:
 * @self: a writer
 *
 * Returns: the number of the last message, from 1; 0 for none
 */
guint64
lab_writer_get_number (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->number;
}

/**
 * lab_writer_get_text:
 * @self: a writer
 * @length: (out) (optional): its bytes
 *
 * Returns: (nullable): the last message, or %NULL when there is none
 */
const char *
lab_writer_get_text (LabWriter *self,
                     gsize     *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (length != NULL)
    *length = self->last.length;

  return self->last.number != 0 ? self->last.text : NULL;
}

/**
 * lab_writer_get_reason:
 * @self: a writer
 *
 * Returns: why the last call returned %LAB_WRITE_WAITING
 */
LabReason
lab_writer_get_reason (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, LAB_REASON_NONE);

  return self->reason;
}

/**
 * lab_writer_get_blocking_pid:
 * @self: a writer
 *
 * Returns: who holds the semaphore or has the turn, 0 when that is not known
 */
pid_t
lab_writer_get_blocking_pid (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->blocking_pid;
}

/**
 * lab_writer_get_semaphore_id:
 * @self: a writer
 *
 * Returns: the segment's semaphore set, or -1 while it has none
 */
int
lab_writer_get_semaphore_id (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->semaphore_id;
}

/**
 * lab_writer_get_n_reclaimed:
 * @self: a writer
 *
 * Returns: how often a turn or a semaphore was taken back from a dead process
 */
guint
lab_writer_get_n_reclaimed (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_reclaimed;
}
