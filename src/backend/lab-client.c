/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab-client.h"

#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "lab-key-step.h"
#include "lab-preset-reader.h"
#include "lab-process.h"
#include "lab-race.h"
#include "lab-shm-error.h"

#define CHECK_MS         500      /* how often a living writer is asked for */
#define CHUNK_BYTES      4096
#define PLAIN_MAX_BYTES  (1 << 20)  /* how far a C string without an end is followed */
#define HISTORY_MAX      1000
#define HISTORY_BYTES    ((gsize) 64 << 20)  /* so much of it, or one message */

struct _LabClient
{
  GObject            parent_instance;

  LabSubject        *subject;
  LabClientStep      step;
  LabStep            steps[LAB_N_CLIENT_STEPS];
  LabClientState     state;
  char              *reason;          /* why REFUSED, or why a step failed */
  int                id;              /* given instead of a key, or -1 */
  gboolean           automatic;       /* find and attach without being asked */
  guint              refused_mode;    /* of the segment that we may not read */
  int                refused_id;

  guint              interval_ms;
  gboolean           paused;
  guint              look_source;
  guint              check_source;

  LabReader         *reader;          /* while attached to a segment with room for our layout */
  LabCounters        counters;        /* what the present reader has not counted */
  LabRace           *race;            /* while the server races, read as fast as possible */
  guint              n_race_seconds;  /* of it that are in the counters already */
  LabReason          look_reason;     /* why the last look showed nothing */
  gboolean           writable;        /* how to attach: turns are taken by storing */
  LabMessage        *message;         /* the last one seen */
  GListStore        *history;
  gsize              history_bytes;
  const LabPreset   *preset;          /* how to read a segment that is not ours, or NULL for a C string */
  LabPresetReader   *preset_reader;   /* while it is read so */
  char              *buffer;          /* for what is read without a protocol */
  gsize              buffer_size;
  gint64             attached_ns;
  gboolean           empty;
  gboolean           plain;
  gboolean           damaged;
  gboolean           writer_dead;
  pid_t              writer_pid;
  guint64            writer_start;
  int                writer_fd;       /* a pidfd while that process lives, -1 where there is none */
  guint              writer_source;   /* for the moment when it ends */
};

enum { CHANGED, LOOKED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabClient, lab_client, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
changed (LabClient *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static LabSegment *
get_segment (LabClient *self)
{
  return lab_subject_get_segment (self->subject);
}

/* What the steps that are still to come would do, with what is known by now. */
static void
update_prospects (LabClient *self)
{
  const LabKeyChoice *choice = lab_subject_get_key_choice (self->subject);
  LabStep *steps = self->steps;
  g_autofree char *key = lab_subject_dup_key_text (self->subject);
  g_autofree char *id = get_segment (self) == NULL && self->id >= 0 ? g_strdup_printf ("%d", self->id)
                                                                    : lab_subject_dup_id_text (self->subject);
  g_autofree char *address = lab_subject_dup_address_text (self->subject);

  if (self->step <= LAB_CLIENT_STEP_KEY)
    {
      if (self->id >= 0)
        lab_step_set_call (&steps[LAB_CLIENT_STEP_KEY], "int id = %d", self->id);
      else if (choice != NULL)
        lab_key_step_set_choice (&steps[LAB_CLIENT_STEP_KEY], choice);
    }
  if (self->step <= LAB_CLIENT_STEP_FIND)
    {
      if (self->id >= 0)
        lab_step_set_call (&steps[LAB_CLIENT_STEP_FIND], "shmctl(%d, IPC_STAT, &record)", self->id);
      else
        lab_step_set_call (&steps[LAB_CLIENT_STEP_FIND], "shmget(%s, 0, 0)", key);
    }
  if (self->step <= LAB_CLIENT_STEP_ATTACH)
    lab_step_set_call (&steps[LAB_CLIENT_STEP_ATTACH], "shmat(%s, NULL, %s)", id,
                       self->writable ? "0" : "SHM_RDONLY");
  if (self->step <= LAB_CLIENT_STEP_LOOK)
    lab_step_set_call (&steps[LAB_CLIENT_STEP_LOOK], "memcpy(message, %s, length)", address);
  if (self->step <= LAB_CLIENT_STEP_DETACH)
    lab_step_set_call (&steps[LAB_CLIENT_STEP_DETACH], "shmdt(%s)", address);
}

static void
proceed (LabClient     *self,
         LabClientStep  next)
{
  self->step = next;
  update_prospects (self);
  changed (self);
}

static gboolean
fail (LabClient      *self,
      LabClientStep   step,
      GError         *local_error,
      GError        **error)
{
  lab_step_failed (&self->steps[step], local_error);
  g_propagate_error (error, local_error);
  changed (self);

  return FALSE;
}

static void
add_counters (LabCounters       *sum,
              const LabCounters *more)
{
  sum->n_looks += more->n_looks;
  sum->n_messages += more->n_messages;
  sum->n_missed += more->n_missed;
  sum->n_torn += more->n_torn;
  sum->n_waited += more->n_waited;
  sum->n_retried += more->n_retried;
  sum->n_calling += more->n_calling;
}

static void
free_reader (LabClient *self)
{
  g_clear_pointer (&self->preset_reader, lab_preset_reader_free);
  if (self->reader == NULL)
    return;

  add_counters (&self->counters, lab_reader_get_counters (self->reader));
  g_clear_pointer (&self->reader, lab_reader_free);
}

static LabClientState
find_state (LabClient *self)
{
  LabSegmentMonitor *monitor = lab_subject_get_monitor (self->subject);
  const LabShmEntry *entry;
  const LabShmEntry *key_entry;

  if (!lab_client_is_attached (self))
    {
      if (self->refused_id >= 0)
        return LAB_CLIENT_REFUSED;
      return self->automatic ? LAB_CLIENT_WAITING : LAB_CLIENT_IDLE;
    }

  entry = lab_segment_monitor_get_entry (monitor);
  key_entry = lab_segment_monitor_get_key_entry (monitor);
  if (entry != NULL && (entry->record.mode & LAB_MODE_DEST) != 0)
    {
      if (key_entry != NULL && key_entry->record.id != entry->record.id)
        return LAB_CLIENT_REPLACED;
      return LAB_CLIENT_MARKED;
    }
  if (self->damaged)
    return LAB_CLIENT_DAMAGED;
  if (self->look_reason == LAB_REASON_NEEDS_WRITE)
    return LAB_CLIENT_NEEDS_WRITE;
  if (self->plain)
    return self->empty ? LAB_CLIENT_EMPTY : LAB_CLIENT_PLAIN;
  if (self->writer_pid == 0)
    return self->empty ? LAB_CLIENT_EMPTY : LAB_CLIENT_SERVER_LEFT;
  if (self->writer_dead)
    return LAB_CLIENT_SERVER_DIED;

  return self->empty ? LAB_CLIENT_EMPTY : LAB_CLIENT_READING;
}

static void
update_state (LabClient *self)
{
  LabClientState state = find_state (self);

  if (self->state == state)
    return;

  self->state = state;
  changed (self);
}

static const LabLayout *
get_layout (LabClient *self)
{
  const LabLayout *layout = lab_client_is_attached (self) ? lab_segment_get_layout (get_segment (self)) : NULL;

  return layout != NULL && lab_layout_has_magic (layout) ? layout : NULL;
}

static void
unwatch_writer (LabClient *self)
{
  g_clear_handle_id (&self->writer_source, g_source_remove);
  if (self->writer_fd != -1)
    close (self->writer_fd);
  self->writer_fd = -1;
}

static gboolean
writer_ended_cb (int          fd,
                 GIOCondition condition,
                 gpointer     data)
{
  LabClient *self = LAB_CLIENT (data);

  self->writer_source = 0;
  unwatch_writer (self);
  self->writer_dead = TRUE;
  update_state (self);
  lab_segment_monitor_refresh (lab_subject_get_monitor (self->subject));   /* so that who is attached follows */

  return G_SOURCE_REMOVE;
}

/* Who writes, and whether it lives.  The kernel tells at once when it ends; where
 * that cannot be had, the next check finds out. */
static void
check_writer (LabClient *self)
{
  const LabLayout *layout = get_layout (self);
  pid_t pid = 0;
  guint64 start = 0;

  if (layout != NULL)
    {
      guint32 written = atomic_load_explicit (&lab_layout_control (layout)->writer_pid, memory_order_relaxed);

      pid = written <= G_MAXINT32 ? (pid_t) written : 0;
      start = atomic_load_explicit (&lab_layout_control (layout)->writer_start, memory_order_relaxed);
    }

  if (self->writer_pid != pid || self->writer_start != start)
    {
      unwatch_writer (self);
      self->writer_pid = pid;
      self->writer_start = start;
      self->writer_dead = FALSE;
      self->writer_fd = lab_process_open (pid);
      if (self->writer_fd != -1)
        self->writer_source = g_unix_fd_add (self->writer_fd, G_IO_IN, writer_ended_cb, self);
    }

  /* After it was opened: a pid that was used again meanwhile shows by its start. */
  if (pid > 0 && !self->writer_dead && !lab_process_is_alive (pid, start))
    {
      self->writer_dead = TRUE;
      unwatch_writer (self);
    }
}

static gboolean
check_cb (gpointer data)
{
  LabClient *self = LAB_CLIENT (data);

  check_writer (self);
  update_state (self);

  return G_SOURCE_CONTINUE;
}

/* The oldest go first, and the newest stays. */
static void
shorten_history (LabClient *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->history));

  for (; n > 1 && (n > HISTORY_MAX || self->history_bytes > HISTORY_BYTES); n--)
    {
      g_autoptr(LabMessage) oldest = g_list_model_get_item (G_LIST_MODEL (self->history), 0);

      self->history_bytes -= lab_message_get_length (oldest);
      g_list_store_remove (self->history, 0);
    }
}

static void
add_message (LabClient        *self,
             LabMessageOrigin  origin,
             const LabLook    *look)
{
  g_autofree char *text = g_utf8_make_valid (look->text, (gssize) look->length);

  g_clear_object (&self->message);
  self->message = lab_message_new (origin, look->protocol, look->reason, look->number, look->text, look->length,
                                   look->written_ns, lab_monotonic_ns (), self->attached_ns);
  self->empty = FALSE;

  g_list_store_append (self->history, self->message);
  self->history_bytes += look->length;
  shorten_history (self);

  lab_subject_set_message (self->subject, text);
  lab_subject_memory_changed (self->subject);
  changed (self);
}

/* A C string at byte 0, as far as it goes.  Its end is sought in chunks, so
 * that a short text in a large segment costs little. */
static gsize
peek_string (LabClient *self)
{
  gsize length = 0;

  while (length < self->buffer_size - 1)
    {
      gsize wanted = MIN (CHUNK_BYTES, self->buffer_size - 1 - length);
      gsize n = lab_segment_peek (get_segment (self), length, self->buffer + length, wanted);
      const char *end = memchr (self->buffer + length, '\0', n);

      if (end != NULL)
        return (gsize) (end - self->buffer);
      length += n;
      if (n < wanted)
        break;
    }
  self->buffer[length] = '\0';

  return length;
}

static gboolean
is_last_message (LabClient  *self,
                 const char *bytes,
                 gsize       length)
{
  gsize last_length;
  const char *last;

  if (self->message == NULL)
    return FALSE;

  last = g_bytes_get_data (lab_message_get_bytes (self->message), &last_length);

  return last_length == length && (length == 0 || memcmp (last, bytes, length) == 0);
}

/* Nothing numbers the messages here: another text is another message. */
static void
take_plain (LabClient        *self,
            LabMessageOrigin  origin,
            const char       *text,
            gsize             length,
            gboolean          is_empty)
{
  LabLook look = { .text = text, .length = length };

  if (is_empty && (self->message == NULL || self->empty))
    {
      self->empty = TRUE;
      return;
    }

  self->empty = FALSE;
  if (is_last_message (self, text, length) && lab_message_get_origin (self->message) == origin)
    return;

  self->counters.n_messages++;
  add_message (self, origin, &look);
}

static void
look_plainly (LabClient        *self,
              LabMessageOrigin  origin)
{
  gsize length = peek_string (self);

  take_plain (self, origin, self->buffer, length, length == 0);
}

static void
look_by_preset (LabClient *self)
{
  g_autoptr(GBytes) message = NULL;
  const guint8 *bytes;
  const char *text;
  gboolean is_empty;
  gsize n_bytes, length;

  if (self->preset_reader == NULL)
    self->preset_reader = lab_preset_reader_new (get_segment (self), self->preset);
  if (!lab_preset_reader_look (self->preset_reader))
    return;

  bytes = g_bytes_get_data (lab_preset_reader_get_image (self->preset_reader), &n_bytes);
  message = lab_preset_dup_message (self->preset, bytes, n_bytes, &is_empty);
  text = g_bytes_get_data (message, &length);
  take_plain (self, lab_preset_has_text (self->preset) ? LAB_MESSAGE_PRESET : LAB_MESSAGE_NUMBERS,
              text != NULL ? text : "", length, is_empty);
  lab_subject_memory_changed (self->subject);
  changed (self);
}

/* A program that knows nothing of protocols may store over copy A, which stands
 * at byte 0, and a reader of the latch would not see it: nothing announces that,
 * only the bytes tell. */
static gboolean
is_overwritten (LabClient       *self,
                const LabLayout *layout,
                guint64          sequence)
{
  guint8 now[CHUNK_BYTES];
  gsize length;
  const guint8 *last;
  gsize n;

  if (self->message == NULL || (sequence & 1) != 0)
    return FALSE;

  last = g_bytes_get_data (lab_message_get_bytes (self->message), &length);
  n = lab_segment_peek (get_segment (self), 0, now, MIN (length + 1, sizeof now));
  if (n > length ? (length == 0 || memcmp (now, last, length) == 0) && now[length] == '\0' : memcmp (now, last, n) == 0)
    return FALSE;

  /* Unless the writer has begun a new message meanwhile: then that was it. */
  atomic_thread_fence (memory_order_acquire);
  return atomic_load_explicit (&lab_layout_control (layout)->sequence, memory_order_relaxed) == sequence;
}

static void
look_by_protocol (LabClient       *self,
                  const LabLayout *layout)
{
  guint64 sequence = atomic_load_explicit (&lab_layout_control (layout)->sequence, memory_order_acquire);
  const LabLook *look = lab_reader_look (self->reader);

  self->damaged = look->result == LAB_LOOK_INVALID;
  self->look_reason = look->result == LAB_LOOK_WAITING || look->result == LAB_LOOK_REFUSED ? look->reason : LAB_REASON_NONE;
  if (!self->damaged)
    lab_subject_set_protocol (self->subject, look->protocol);

  switch (look->result)
    {
    case LAB_LOOK_MESSAGE:
      add_message (self, look->certain ? LAB_MESSAGE_PROTECTED : LAB_MESSAGE_UNCERTAIN, look);
      break;
    case LAB_LOOK_TORN:
      add_message (self, LAB_MESSAGE_TORN, look);
      break;
    case LAB_LOOK_UNCHANGED:
      if (look->protocol == LAB_PROTOCOL_LATCH && is_overwritten (self, layout, sequence))
        look_plainly (self, LAB_MESSAGE_OVERWRITTEN);
      break;
    case LAB_LOOK_EMPTY:
      self->empty = TRUE;
      break;
    case LAB_LOOK_WAITING:
    case LAB_LOOK_REFUSED:
    case LAB_LOOK_INVALID:
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
race_second_cb (LabClient *self)
{
  guint n;
  const LabRaceSecond *seconds = lab_race_get_seconds (self->race, &n);

  for (; self->n_race_seconds < n; self->n_race_seconds++)
    add_counters (&self->counters, &seconds[self->n_race_seconds].counters);
  changed (self);
}

/* A new reader, which does not count the race's messages as missed. */
static void
race_finished_cb (LabClient *self)
{
  race_second_cb (self);
  g_signal_handlers_disconnect_by_data (self->race, self);
  g_clear_object (&self->race);
  free_reader (self);
  self->reader = lab_reader_new (get_segment (self));
  changed (self);
}

static void
start_race (LabClient *self)
{
  self->n_race_seconds = 0;
  self->race = lab_race_new (get_segment (self));
  g_signal_connect_swapped (self->race, "second", G_CALLBACK (race_second_cb), self);
  g_signal_connect_swapped (self->race, "finished", G_CALLBACK (race_finished_cb), self);
  if (!lab_race_start_reader (self->race))
    {
      g_signal_handlers_disconnect_by_data (self->race, self);
      g_clear_object (&self->race);
    }
  changed (self);
}

/* The segment must stay attached until the race's thread has let go of it. */
static void
end_race (LabClient *self)
{
  if (self->race == NULL)
    return;

  lab_race_stop (self->race);
  while (self->race != NULL)
    g_main_context_iteration (NULL, TRUE);
}

/**
 * lab_client_look:
 * @self: a client
 *
 * Looks into the segment once.  Makes no system call, but for the semaphore's where
 * that is the protocol.
 */
void
lab_client_look (LabClient *self)
{
  const LabLayout *layout;
  LabReason reason_before;

  g_return_if_fail (LAB_IS_CLIENT (self));

  if (!lab_client_is_attached (self))
    return;

  reason_before = self->look_reason;
  layout = get_layout (self);
  if (self->race == NULL && !self->paused && layout != NULL && lab_race_is_on (layout))
    start_race (self);
  if (self->race != NULL)
    return;

  if (self->plain != (layout == NULL))
    {
      self->plain = layout == NULL;
      g_clear_pointer (&self->preset_reader, lab_preset_reader_free);
      check_writer (self);
    }
  if (layout != NULL)
    {
      look_by_protocol (self, layout);
    }
  else
    {
      self->counters.n_looks++;
      self->look_reason = LAB_REASON_NONE;
      if (self->preset != NULL)
        look_by_preset (self);
      else
        look_plainly (self, LAB_MESSAGE_PLAIN);
    }
  update_state (self);
  if (self->look_reason != reason_before)
    changed (self);
  g_signal_emit (self, signals[LOOKED], 0);
}

static gboolean
look_cb (gpointer data)
{
  lab_client_look (LAB_CLIENT (data));

  return G_SOURCE_CONTINUE;
}

static void
update_timers (LabClient *self)
{
  gboolean attached = lab_client_is_attached (self);

  g_clear_handle_id (&self->look_source, g_source_remove);
  if (attached && !self->paused)
    self->look_source = g_timeout_add (self->interval_ms, look_cb, self);

  if (attached && self->check_source == 0)
    self->check_source = g_timeout_add (CHECK_MS, check_cb, self);
  else if (!attached)
    g_clear_handle_id (&self->check_source, g_source_remove);
}

static void
try_to_attach (LabClient *self)
{
  if (self->step <= LAB_CLIENT_STEP_FIND && !lab_client_find (self, NULL))
    return;

  lab_client_attach (self, NULL);
}

static void
monitor_changed_cb (LabClient *self)
{
  const LabShmEntry *key_entry = lab_segment_monitor_get_key_entry (lab_subject_get_monitor (self->subject));

  if (self->automatic && !lab_client_is_attached (self) && key_entry != NULL
      && (self->refused_id != key_entry->record.id || self->refused_mode != key_entry->record.mode))
    {
      /* A segment that refused us may have been removed and made anew. */
      self->refused_id = -1;
      self->step = LAB_CLIENT_STEP_FIND;
      try_to_attach (self);
    }
  else if (self->automatic && !lab_client_is_attached (self) && key_entry == NULL && self->refused_id >= 0)
    {
      self->refused_id = -1;
      lab_subject_set_segment (self->subject, NULL);
      proceed (self, LAB_CLIENT_STEP_FIND);
    }

  check_writer (self);
  update_state (self);
  changed (self);
}

static void
choice_changed_cb (LabClient *self)
{
  update_prospects (self);
  changed (self);
}

static void
lab_client_dispose (GObject *object)
{
  LabClient *self = LAB_CLIENT (object);

  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_handle_id (&self->check_source, g_source_remove);
  unwatch_writer (self);
  end_race (self);
  g_clear_pointer (&self->reader, lab_reader_free);
  g_clear_pointer (&self->preset_reader, lab_preset_reader_free);
  if (self->subject != NULL)
    g_signal_handlers_disconnect_by_data (lab_subject_get_monitor (self->subject), self);

  G_OBJECT_CLASS (lab_client_parent_class)->dispose (object);
}

static void
lab_client_finalize (GObject *object)
{
  LabClient *self = LAB_CLIENT (object);

  for (guint i = 0; i < LAB_N_CLIENT_STEPS; i++)
    lab_step_clear (&self->steps[i]);
  g_clear_object (&self->subject);
  g_clear_object (&self->message);
  g_clear_object (&self->history);
  g_free (self->reason);
  g_free (self->buffer);

  G_OBJECT_CLASS (lab_client_parent_class)->finalize (object);
}

static void
lab_client_class_init (LabClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lab_client_dispose;
  object_class->finalize = lab_client_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", LAB_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* After every look, new or not.  Whoever draws on it draws all the time. */
  signals[LOOKED] =
    g_signal_new ("looked", LAB_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lab_client_init (LabClient *self)
{
  lab_call_log_get_default ();
  self->subject = lab_subject_new (LAB_ROLE_CLIENT);
  self->history = g_list_store_new (LAB_TYPE_MESSAGE);
  self->interval_ms = LAB_CLIENT_DEFAULT_INTERVAL_MS;
  self->id = -1;
  self->refused_id = -1;
  self->writer_fd = -1;
  update_prospects (self);
  g_signal_connect_swapped (self->subject, "notify::key-choice", G_CALLBACK (choice_changed_cb), self);
  g_signal_connect_swapped (lab_subject_get_monitor (self->subject), "changed", G_CALLBACK (monitor_changed_cb), self);
}

/**
 * lab_client_new:
 *
 * A client at the beginning of its life.  It emits ::changed whenever something
 * that it tells is different, except for the number of looks, and ::looked
 * after every look.
 *
 * Returns: (transfer full): the client
 */
LabClient *
lab_client_new (void)
{
  return g_object_new (LAB_TYPE_CLIENT, NULL);
}

/**
 * lab_client_get_subject:
 * @self: a client
 *
 * Returns: (transfer none): its key and segment
 */
LabSubject *
lab_client_get_subject (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);

  return self->subject;
}

/**
 * lab_client_get_step:
 * @self: a client
 *
 * Returns: the step that comes next
 */
LabClientStep
lab_client_get_step (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), LAB_CLIENT_STEP_KEY);

  return self->step;
}

const LabStep *
lab_client_peek_step (LabClient     *self,
                      LabClientStep  step)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);
  g_return_val_if_fail (step < LAB_N_CLIENT_STEPS, NULL);

  return &self->steps[step];
}

LabClientState
lab_client_get_state (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), LAB_CLIENT_IDLE);

  return self->state;
}

/**
 * lab_client_get_reason:
 * @self: a client
 *
 * Returns: (nullable): why the last attempt to find or attach failed, a sentence
 */
const char *
lab_client_get_reason (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);

  return self->reason;
}

/**
 * lab_client_is_racing:
 * @self: a client
 *
 * Returns: whether it takes part in the server's race at full speed
 */
gboolean
lab_client_is_racing (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);

  return self->race != NULL;
}

gboolean
lab_client_is_attached (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);

  return get_segment (self) != NULL && lab_segment_is_attached (get_segment (self));
}

LabCounters
lab_client_get_counters (LabClient *self)
{
  LabCounters sum = { 0 };

  g_return_val_if_fail (LAB_IS_CLIENT (self), sum);

  sum = self->counters;
  if (self->reader != NULL)
    add_counters (&sum, lab_reader_get_counters (self->reader));

  return sum;
}

void
lab_client_reset_counters (LabClient *self)
{
  g_return_if_fail (LAB_IS_CLIENT (self));

  self->counters = (LabCounters) { 0 };
  if (self->reader != NULL)
    lab_reader_reset_counters (self->reader);
  changed (self);
}

/**
 * lab_client_get_message:
 * @self: a client
 *
 * Returns: (transfer none) (nullable): the last message that was seen; it stays when
 *   the server or the segment is gone
 */
LabMessage *
lab_client_get_message (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);

  return self->message;
}

/**
 * lab_client_get_history:
 * @self: a client
 *
 * Returns: (transfer none): the last 1,000 messages, a #GListModel of #LabMessage,
 *   the oldest first
 */
GListModel *
lab_client_get_history (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);

  return G_LIST_MODEL (self->history);
}

/**
 * lab_client_get_look_reason:
 * @self: a client
 * @pid: (out) (optional): who is in the way, or 0
 *
 * Returns: why the last look showed nothing, or %LAB_REASON_NONE
 */
LabReason
lab_client_get_look_reason (LabClient *self,
                            pid_t     *pid)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), LAB_REASON_NONE);

  if (pid != NULL)
    *pid = self->reader != NULL && self->look_reason != LAB_REASON_NONE ? lab_reader_get_blocking_pid (self->reader) : 0;

  return self->look_reason;
}

/**
 * lab_client_get_writer_pid:
 * @self: a client
 *
 * Returns: who writes, according to the control block; 0 when nobody does
 */
pid_t
lab_client_get_writer_pid (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), 0);

  return self->writer_pid;
}

/**
 * lab_client_get_id:
 * @self: a client
 *
 * Returns: the shmid that was given instead of a key, or -1
 */
int
lab_client_get_id (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), -1);

  return self->id;
}

/**
 * lab_client_set_id:
 * @self: a client before its first step
 * @id: a shmid to use instead of a key, or -1
 */
void
lab_client_set_id (LabClient *self,
                   int        id)
{
  g_return_if_fail (LAB_IS_CLIENT (self));
  g_return_if_fail (self->step == LAB_CLIENT_STEP_KEY);

  self->id = id;
  update_prospects (self);
  changed (self);
}

guint
lab_client_get_interval_ms (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), 0);

  return self->interval_ms;
}

/**
 * lab_client_set_interval_ms:
 * @self: a client
 * @interval_ms: time between two looks, from %LAB_CLIENT_MIN_INTERVAL_MS to
 *   %LAB_CLIENT_MAX_INTERVAL_MS; a value outside is brought inside
 */
void
lab_client_set_interval_ms (LabClient *self,
                            guint      interval_ms)
{
  g_return_if_fail (LAB_IS_CLIENT (self));

  interval_ms = CLAMP (interval_ms, LAB_CLIENT_MIN_INTERVAL_MS, LAB_CLIENT_MAX_INTERVAL_MS);
  if (self->interval_ms == interval_ms)
    return;

  self->interval_ms = interval_ms;
  update_timers (self);
  changed (self);
}

gboolean
lab_client_is_paused (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);

  return self->paused;
}

void
lab_client_set_paused (LabClient *self,
                       gboolean   paused)
{
  g_return_if_fail (LAB_IS_CLIENT (self));

  if (self->paused == paused)
    return;

  self->paused = paused;
  update_timers (self);
  changed (self);
}

/**
 * lab_client_is_plain:
 * @self: a client
 *
 * Returns: whether it is attached to a segment without our control block
 */
gboolean
lab_client_is_plain (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);

  return self->plain && lab_client_is_attached (self);
}

/**
 * lab_client_get_preset:
 * @self: a client
 *
 * Returns: (transfer none) (nullable): how a segment without our control block is read; %NULL
 *   for a C string at byte 0
 */
const LabPreset *
lab_client_get_preset (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);

  return self->preset;
}

/**
 * lab_client_set_preset:
 * @self: a client
 * @preset: (nullable): see lab_client_get_preset()
 *
 * Reads what there is anew.  That is no further message, for nobody has written one.
 */
void
lab_client_set_preset (LabClient       *self,
                       const LabPreset *preset)
{
  guint64 n_messages;

  g_return_if_fail (LAB_IS_CLIENT (self));

  if (self->preset == preset)
    return;

  self->preset = preset;
  lab_subject_set_preset (self->subject, preset);
  g_clear_pointer (&self->preset_reader, lab_preset_reader_free);
  if (lab_client_is_plain (self))
    {
      gboolean had_message = !self->empty;

      g_clear_object (&self->message);
      self->empty = TRUE;
      n_messages = self->counters.n_messages;
      lab_client_look (self);
      if (had_message)
        self->counters.n_messages = n_messages;
    }
  changed (self);
}

/**
 * lab_client_get_image:
 * @self: a client
 *
 * Returns: (transfer none) (nullable): the bytes that the last look read as the preset has them,
 *   another object whenever one has changed; %NULL without a preset or such a segment
 */
GBytes *
lab_client_get_image (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);

  return self->preset_reader != NULL && lab_client_is_plain (self) ? lab_preset_reader_get_image (self->preset_reader) : NULL;
}

/**
 * lab_client_make_key:
 * @self: a client before its first step
 * @error: return location for an error
 *
 * Turns the chosen file and letter into a key, or takes the key or id that was given.
 *
 * Errors: %LAB_SHM_ERROR_KEY.
 *
 * Returns: whether there is a key, or an id, now
 */
gboolean
lab_client_make_key (LabClient  *self,
                     GError    **error)
{
  const LabKeyChoice *choice;
  key_t key = LAB_KEY_FAILED;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (self->step == LAB_CLIENT_STEP_KEY, FALSE);

  choice = lab_subject_get_key_choice (self->subject);
  g_return_val_if_fail (choice != NULL || self->id >= 0, FALSE);

  if (self->id >= 0)
    lab_step_done (&self->steps[LAB_CLIENT_STEP_KEY], "%s", _("an id needs no key"));
  else if (!lab_key_step_make (&self->steps[LAB_CLIENT_STEP_KEY], choice, &key, &local_error))
    return fail (self, LAB_CLIENT_STEP_KEY, local_error, error);

  lab_subject_set_key (self->subject, key);
  proceed (self, LAB_CLIENT_STEP_FIND);

  return TRUE;
}

static void
set_reason (LabClient    *self,
            const GError *error)
{
  g_free (self->reason);
  self->reason = error != NULL ? g_strdup (error->message) : NULL;
}

/**
 * lab_client_find:
 * @self: a client that has a key or an id
 * @error: return location for an error
 *
 * Finds the segment and never makes one.
 *
 * Errors: %LAB_SHM_ERROR_NOT_FOUND, %LAB_SHM_ERROR_PERMISSION, %LAB_SHM_ERROR_REMOVED.
 *
 * Returns: whether there is one
 */
gboolean
lab_client_find (LabClient  *self,
                 GError    **error)
{
  g_autoptr(LabSegment) segment = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (self->step == LAB_CLIENT_STEP_FIND || self->step == LAB_CLIENT_STEP_ATTACH, FALSE);

  self->step = LAB_CLIENT_STEP_FIND;
  if (self->id >= 0)
    segment = lab_segment_open (self->id, &local_error);
  else
    segment = lab_segment_find (lab_subject_get_key (self->subject), &local_error);
  set_reason (self, local_error);
  if (segment == NULL)
    {
      lab_subject_set_segment (self->subject, NULL);
      return fail (self, LAB_CLIENT_STEP_FIND, local_error, error);
    }

  lab_step_made (&self->steps[LAB_CLIENT_STEP_FIND], self->id >= 0 ? LAB_CALL_SHMCTL : LAB_CALL_SHMGET);
  if (self->id >= 0 && lab_segment_get_key (segment) != LAB_KEY_PRIVATE)
    lab_subject_set_key (self->subject, lab_segment_get_key (segment));
  lab_subject_set_segment (self->subject, segment);
  lab_subject_set_size_bytes (self->subject, lab_segment_get_size_bytes (segment));
  proceed (self, LAB_CLIENT_STEP_ATTACH);

  return TRUE;
}

/**
 * lab_client_attach:
 * @self: a client that has found a segment
 * @error: return location for an error
 *
 * Attaches the segment for reading only, and begins to look.
 *
 * Errors: %LAB_SHM_ERROR_PERMISSION, %LAB_SHM_ERROR_REMOVED.
 *
 * Returns: whether it is attached now
 */
gboolean
lab_client_attach (LabClient  *self,
                   GError    **error)
{
  LabSegment *segment;
  GError *local_error = NULL;
  gsize size_bytes;

  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (self->step == LAB_CLIENT_STEP_ATTACH, FALSE);

  segment = get_segment (self);
  if (!lab_segment_attach (segment, self->writable, &local_error))
    {
      set_reason (self, local_error);
      if (g_error_matches (local_error, LAB_SHM_ERROR, LAB_SHM_ERROR_PERMISSION))
        {
          const LabShmEntry *entry = lab_segment_monitor_get_key_entry (lab_subject_get_monitor (self->subject));

          self->refused_id = lab_segment_get_id (segment);
          self->refused_mode = entry != NULL ? entry->record.mode : 0;
        }
      else
        {
          lab_subject_set_segment (self->subject, NULL);
          self->step = LAB_CLIENT_STEP_FIND;
        }
      self->state = find_state (self);
      return fail (self, LAB_CLIENT_STEP_ATTACH, local_error, error);
    }

  set_reason (self, NULL);
  self->refused_id = -1;
  self->attached_ns = lab_monotonic_ns ();
  self->look_reason = LAB_REASON_NONE;
  self->plain = self->damaged = FALSE;
  self->empty = TRUE;

  size_bytes = lab_segment_get_size_bytes (segment);
  self->buffer_size = MIN (size_bytes, PLAIN_MAX_BYTES) + 1;
  g_free (self->buffer);
  self->buffer = g_malloc (self->buffer_size);
  if (lab_segment_get_layout (segment) != NULL)
    self->reader = lab_reader_new (segment);

  lab_step_made (&self->steps[LAB_CLIENT_STEP_ATTACH], LAB_CALL_SHMAT);
  lab_subject_set_size_bytes (self->subject, size_bytes);
  self->step = LAB_CLIENT_STEP_LOOK;
  update_prospects (self);
  update_timers (self);
  lab_segment_monitor_refresh (lab_subject_get_monitor (self->subject));
  check_writer (self);
  lab_client_look (self);
  self->state = find_state (self);
  changed (self);

  return TRUE;
}

/**
 * lab_client_attach_writable:
 * @self: an attached client
 * @error: return location for an error
 *
 * Detaches, and attaches the same segment for writing too, which the protocol turns
 * asks for: who takes a message stores TAKEN.
 *
 * Errors: %LAB_SHM_ERROR_PERMISSION; then the client is detached.
 *
 * Returns: whether it is attached for writing now
 */
gboolean
lab_client_attach_writable (LabClient  *self,
                            GError    **error)
{
  gboolean automatic;
  gboolean attached;

  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (lab_client_is_attached (self), FALSE);

  automatic = self->automatic;
  if (!lab_client_detach (self, error))
    return FALSE;

  self->writable = TRUE;
  attached = lab_client_find (self, error) && lab_client_attach (self, error);
  self->writable = FALSE;  /* the next segment is attached with the least privilege again */
  self->automatic = automatic && attached;
  update_state (self);

  return attached;
}

/**
 * lab_client_detach:
 * @self: an attached client
 * @error: return location for an error
 *
 * Detaches, and attaches again only when asked to.  The last message stays on
 * the screen, the segment in the kernel.
 *
 * Returns: whether it is detached now
 */
gboolean
lab_client_detach (LabClient  *self,
                   GError    **error)
{
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (lab_client_is_attached (self), FALSE);

  self->automatic = FALSE;
  end_race (self);
  free_reader (self);
  if (!lab_segment_detach (get_segment (self), &local_error))
    return fail (self, LAB_CLIENT_STEP_DETACH, local_error, error);

  lab_step_made (&self->steps[LAB_CLIENT_STEP_DETACH], LAB_CALL_SHMDT);
  update_timers (self);
  check_writer (self);
  lab_subject_set_segment (self->subject, NULL);
  lab_segment_monitor_refresh (lab_subject_get_monitor (self->subject));
  self->state = find_state (self);
  proceed (self, LAB_CLIENT_STEP_FIND);

  return TRUE;
}

/**
 * lab_client_go:
 * @self: a client
 *
 * Does all that is possible now, and the rest by itself as soon as it is: a
 * client started before its server attaches when the segment appears.
 */
void
lab_client_go (LabClient *self)
{
  g_return_if_fail (LAB_IS_CLIENT (self));

  if (lab_client_is_attached (self))
    return;
  if (self->step == LAB_CLIENT_STEP_KEY && !lab_client_make_key (self, NULL))
    return;

  /* An id never comes back; only a key is worth waiting for. */
  self->automatic = self->id < 0;
  self->refused_id = -1;
  try_to_attach (self);
  lab_segment_monitor_refresh (lab_subject_get_monitor (self->subject));
  update_state (self);
  changed (self);
}

/**
 * lab_client_follow:
 * @self: a client whose segment was removed and made anew
 *
 * Leaves the old segment for the one that has its key now.
 */
void
lab_client_follow (LabClient *self)
{
  g_return_if_fail (LAB_IS_CLIENT (self));

  if (lab_client_is_attached (self) && !lab_client_detach (self, NULL))
    return;

  self->id = -1;
  lab_client_go (self);
}

/**
 * lab_client_reset:
 * @self: a client that is not attached
 *
 * Begins again at the first step, for instance with another key.
 */
void
lab_client_reset (LabClient *self)
{
  g_return_if_fail (LAB_IS_CLIENT (self));
  g_return_if_fail (!lab_client_is_attached (self));

  self->automatic = FALSE;
  self->id = -1;
  self->refused_id = -1;
  set_reason (self, NULL);
  lab_subject_set_segment (self->subject, NULL);
  lab_subject_set_key (self->subject, LAB_KEY_FAILED);
  for (guint i = 0; i < LAB_N_CLIENT_STEPS; i++)
    lab_step_clear (&self->steps[i]);
  self->state = LAB_CLIENT_IDLE;
  proceed (self, LAB_CLIENT_STEP_KEY);
}
