/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/protocol/lab-race.h"

#include <string.h>

#include "backend/kernel/lab-call-log.h"
#include "backend/kernel/lab-process.h"
#include "backend/protocol/lab-protocol-words.h"

#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)

/* The racing server says again and again that it races, and each time for so long: a
 * client's race ends by itself when the server died. */
#define LEASE_NS (2 * NS_PER_SECOND)
#define RENEW_NS (NS_PER_SECOND / 10)

#define N_COUNTS 6

/* One reading thread, and what it has counted up to now, under each protocol: a
 * look that began under one may end when the next is in force.  The thread alone
 * stores, everybody may load. */
typedef struct
{
  LabSegment       *segment;
  GThread          *thread;
  gint             *stop;
  _Atomic guint64   counts[LAB_N_PROTOCOLS][N_COUNTS];
} Racer;

struct _LabRace
{
  GObject        parent_instance;

  LabSegment    *segment;       /* while it runs */
  LabWriter     *writer;        /* lent to the thread while it runs */
  LabProtocolId *protocols;
  guint          n_protocols;
  guint          seconds;
  gsize          length;

  GThread       *thread;        /* that writes, or that keeps the time */
  GPtrArray     *racers;
  gint           stop;
  LabCounters    before;        /* of all readers under this protocol, up to the second before */
  gint64         renewed_ns;    /* when the writing thread last said that it races */

  GAsyncQueue   *reports;       /* of Report, on their way to the main thread */
  GArray        *results;       /* LabRaceSecond; the main thread's */
  char          *trouble;       /* or NULL; the main thread's */
};

enum { PROP_0, PROP_RUNNING, PROP_N_SECONDS, PROP_TROUBLE, N_PROPS };
enum { FINISHED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabRace, lab_race, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

/* What a thread tells the main thread: a second, why a protocol could not be raced, or that
 * all is over. */
typedef struct
{
  enum { REPORT_SECOND, REPORT_TROUBLE, REPORT_OVER } kind;
  LabRaceSecond second;
  char         *trouble;
} Report;

static void
report_free (gpointer data)
{
  Report *report = data;

  g_free (report->trouble);
  g_free (report);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Report, report_free)

static void
racer_free (gpointer data)
{
  Racer *racer = data;

  g_clear_object (&racer->segment);
  g_free (racer);
}

static void
lab_race_finalize (GObject *object)
{
  LabRace *self = LAB_RACE (object);

  g_assert (self->thread == NULL);  /* a running thread holds a reference */

  g_clear_object (&self->segment);
  g_free (self->trouble);
  g_clear_pointer (&self->protocols, g_free);
  g_clear_pointer (&self->racers, g_ptr_array_unref);
  g_clear_pointer (&self->results, g_array_unref);
  g_clear_pointer (&self->reports, g_async_queue_unref);

  G_OBJECT_CLASS (lab_race_parent_class)->finalize (object);
}

static void
lab_race_get_property (GObject    *object,
                       guint       prop_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  LabRace *self = LAB_RACE (object);

  switch (prop_id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, self->thread != NULL);
      break;
    case PROP_N_SECONDS:
      g_value_set_uint (value, self->results->len);
      break;
    case PROP_TROUBLE:
      g_value_set_string (value, self->trouble);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_race_class_init (LabRaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lab_race_finalize;
  object_class->get_property = lab_race_get_property;

  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  /* How many seconds lab_race_get_seconds() has. */
  properties[PROP_N_SECONDS] = g_param_spec_uint ("n-seconds", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /* Why a protocol could not be raced, a line for each; %NULL when all could. */
  properties[PROP_TROUBLE] = g_param_spec_string ("trouble", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* The race is over, and the writer is the caller's again. */
  signals[FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lab_race_init (LabRace *self)
{
  self->racers = g_ptr_array_new_with_free_func (racer_free);
  self->reports = g_async_queue_new_full (report_free);
  self->results = g_array_new (FALSE, FALSE, sizeof (LabRaceSecond));
}

/**
 * lab_race_new:
 *
 * Returns: (transfer full): a race that has not begun
 */
LabRace *
lab_race_new (void)
{
  return g_object_new (LAB_TYPE_RACE, NULL);
}

/**
 * lab_race_is_on:
 * @layout: a layout with room for our fields
 *
 * Returns: whether a server has said within the last two seconds that it races; a client
 *   then starts lab_race_start_reader().  A time that is further away than a race can
 *   be is a stranger's
 */
gboolean
lab_race_is_on (const LabLayout *layout)
{
  gint64 left_ns;

  if (!lab_layout_has_magic (layout))
    return FALSE;

  left_ns = atomic_load_explicit (&lab_layout_control (layout)->race_until_ns, memory_order_relaxed);
  if (left_ns <= 0)
    return FALSE;
  left_ns -= lab_monotonic_ns ();

  return left_ns > 0 && left_ns <= LAB_RACE_MAX_SECONDS * LAB_N_PROTOCOLS * NS_PER_SECOND;
}

static void
unpack (const LabCounters *counters,
        guint64            values[N_COUNTS])
{
  values[0] = counters->n_looks;
  values[1] = counters->n_messages;
  values[2] = counters->n_missed;
  values[3] = counters->n_torn;
  values[4] = counters->n_waited;
  values[5] = counters->n_retried;
}

static gpointer
read_cb (gpointer data)
{
  Racer *racer = data;
  g_autoptr(LabReader) reader = NULL;
  guint64 before[N_COUNTS] = { 0 };

  lab_call_log_silence_thread ();
  reader = lab_reader_new (racer->segment);
  while (!g_atomic_int_get (racer->stop))
    {
      const LabLook *look = lab_reader_look (reader);
      _Atomic guint64 *counts = racer->counts[look->protocol];
      guint64 now[N_COUNTS];

      unpack (lab_reader_get_counters (reader), now);
      for (guint i = 0; i < N_COUNTS; i++)
        if (now[i] != before[i])
          {
            guint64 count = atomic_load_explicit (&counts[i], memory_order_relaxed);

            atomic_store_explicit (&counts[i], lab_counter_add (count, lab_counter_since (now[i], before[i])), memory_order_relaxed);
            before[i] = now[i];
          }
      /* Whose turn it is needs the processor more. */
      if (look->result == LAB_LOOK_WAITING)
        g_thread_yield ();
    }

  return NULL;
}

static LabCounters
sum_counters (LabRace       *self,
              LabProtocolId  protocol)
{
  guint64 sum[N_COUNTS] = { 0 };

  for (guint i = 0; i < self->racers->len; i++)
    {
      Racer *racer = g_ptr_array_index (self->racers, i);

      for (guint j = 0; j < N_COUNTS; j++)
        sum[j] = lab_counter_add (sum[j], atomic_load_explicit (&racer->counts[protocol][j], memory_order_relaxed));
    }

  return (LabCounters) { sum[0], sum[1], sum[2], sum[3], sum[4], sum[5] };
}

static void
add_trouble (LabRace    *self,
             const char *line)
{
  char *before = g_steal_pointer (&self->trouble);

  self->trouble = before != NULL ? g_strconcat (before, "\n", line, NULL) : g_strdup (line);
  g_free (before);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TROUBLE]);
}

/* The threads have let go of everything that was lent to them. */
static void
end (LabRace *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  g_clear_pointer (&self->thread, g_thread_join);
  g_ptr_array_set_size (self->racers, 0);
  self->writer = NULL;
  g_clear_object (&self->segment);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  g_signal_emit (self, signals[FINISHED], 0);
  g_object_thaw_notify (G_OBJECT (self));
}

/* Returns whether a report was there to be taken. */
static gboolean
take_report (LabRace *self)
{
  g_autoptr(Report) report = g_async_queue_try_pop (self->reports);

  if (report == NULL)
    return FALSE;

  switch (report->kind)
    {
    case REPORT_SECOND:
      g_array_append_val (self->results, report->second);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SECONDS]);
      break;
    case REPORT_TROUBLE:
      add_trouble (self, report->trouble);
      break;
    case REPORT_OVER:
    default:
      end (self);
    }

  return TRUE;
}

/* lab_race_finish() may have taken the report already. */
static gboolean
report_cb (gpointer data)
{
  take_report (LAB_RACE (data));

  return G_SOURCE_REMOVE;
}

static void
post (LabRace *self,
      Report  *report)
{
  g_async_queue_push (self->reports, report);

  /* Never directly: this thread is not the owner of any context. */
  g_idle_add_full (G_PRIORITY_DEFAULT, report_cb, g_object_ref (self), g_object_unref);
}

static void
post_trouble (LabRace       *self,
              LabProtocolId  protocol,
              const GError  *error)
{
  Report *report = g_new0 (Report, 1);

  report->kind = REPORT_TROUBLE;
  report->trouble = g_strdup_printf ("%s: %s", lab_protocol_get_title (protocol), error->message);
  post (self, report);
}

static void
post_over (LabRace *self)
{
  Report *report = g_new0 (Report, 1);

  report->kind = REPORT_OVER;
  post (self, report);
}

static void
post_second (LabRace       *self,
             LabRaceSecond *second,
             gint64         start_ns)
{
  LabCounters now = sum_counters (self, second->protocol);
  Report *report = g_new0 (Report, 1);

  second->duration_ns = lab_monotonic_ns () - start_ns;
  second->counters = (LabCounters) {
    .n_looks = lab_counter_since (now.n_looks, self->before.n_looks),
    .n_messages = lab_counter_since (now.n_messages, self->before.n_messages),
    .n_missed = lab_counter_since (now.n_missed, self->before.n_missed),
    .n_torn = lab_counter_since (now.n_torn, self->before.n_torn),
    .n_waited = lab_counter_since (now.n_waited, self->before.n_waited),
    .n_retried = lab_counter_since (now.n_retried, self->before.n_retried),
  };
  self->before = now;
  report->kind = REPORT_SECOND;
  report->second = *second;
  post (self, report);
}

/* Says anew, once in a while, that this process races. */
static void
renew_lease (LabRace *self,
             gint64   now_ns)
{
  LabControl *control;

  if (self->renewed_ns != 0 && now_ns - self->renewed_ns < RENEW_NS)
    return;

  control = lab_layout_control (lab_segment_get_layout (self->segment));
  atomic_store_explicit (&control->race_until_ns, now_ns + LEASE_NS, memory_order_relaxed);
  self->renewed_ns = now_ns;
}

/* Changes the protocol as soon as the one before lets it.  Returns FALSE when it cannot be
 * changed, or when the race is called off before. */
static gboolean
enter_protocol (LabRace       *self,
                LabProtocolId  protocol)
{
  g_autoptr(GError) error = NULL;

  while (!g_atomic_int_get (&self->stop))
    switch (lab_writer_switch (self->writer, protocol, FALSE, &error))
      {
      case LAB_WRITE_DONE:
        self->before = sum_counters (self, protocol);
        return TRUE;
      case LAB_WRITE_WAITING:
        renew_lease (self, lab_monotonic_ns ());
        g_thread_yield ();
        break;
      case LAB_WRITE_MORE:
      case LAB_WRITE_FAILED:
      default:
        post_trouble (self, protocol, error);
        return FALSE;
      }

  return FALSE;
}

/* Returns FALSE when nothing can be written any more. */
static gboolean
race_one_second (LabRace       *self,
                 const char    *texts[2],
                 LabRaceSecond *second)
{
  gint64 start_ns = lab_monotonic_ns ();
  gint64 now_ns = start_ns;
  g_autoptr(GError) error = NULL;

  while (error == NULL && now_ns < start_ns + NS_PER_SECOND && !g_atomic_int_get (&self->stop))
    {
      const char *text = texts[lab_writer_get_number (self->writer) % 2];

      renew_lease (self, now_ns);
      if (lab_writer_publish_checked (self->writer, text, self->length, &error) == LAB_WRITE_DONE)
        {
          second->n_written++;
        }
      else
        {
          second->n_writer_waited++;
          g_thread_yield ();
        }
      now_ns = lab_monotonic_ns ();
    }
  post_second (self, second, start_ns);
  if (error != NULL)
    post_trouble (self, second->protocol, error);

  return error == NULL;
}

static void
stop_racers (LabRace *self)
{
  g_atomic_int_set (&self->stop, TRUE);
  for (guint i = 0; i < self->racers->len; i++)
    g_thread_join (((Racer *) g_ptr_array_index (self->racers, i))->thread);
}

/* Protocol and message as they were, if that can be had at once: this thread waits for
 * nobody, so that the main thread may join it at any time. */
static void
put_back (LabRace       *self,
          LabProtocolId  protocol,
          const char    *text,
          gsize          length)
{
  g_autoptr(GError) error = NULL;

  /* A message of the race that nobody has taken would stand in the way for ever; so this
   * process takes it, as a client would. */
  if (protocol == LAB_PROTOCOL_TURNS && lab_writer_get_protocol (self->writer) == LAB_PROTOCOL_TURNS)
    {
      g_autoptr(LabReader) reader = lab_reader_new (self->segment);

      lab_reader_look (reader);
    }

  if (lab_writer_switch (self->writer, protocol, FALSE, &error) == LAB_WRITE_DONE && text != NULL
      && lab_writer_publish (self->writer, text, length, &error) == LAB_WRITE_DONE)
    return;

  if (error != NULL)
    post_trouble (self, protocol, error);
}

static gpointer
write_cb (gpointer data)
{
  LabRace *self = data;
  LabControl *control = lab_layout_control (lab_segment_get_layout (self->segment));
  LabProtocolId protocol_before = lab_writer_get_protocol (self->writer);
  gsize length_before = 0;
  const char *text = lab_writer_get_text (self->writer, &length_before);
  g_autofree char *text_before = text != NULL ? g_strndup (text, length_before) : NULL;
  g_autofree char *a = g_strnfill (self->length, 'A');
  g_autofree char *b = g_strnfill (self->length, 'B');
  const char *texts[2] = { a, b };

  lab_call_log_silence_thread ();
  for (guint i = 0; i < self->n_protocols; i++)
    {
      gboolean goes_on = enter_protocol (self, self->protocols[i]);

      for (guint j = 0; goes_on && j < self->seconds && !g_atomic_int_get (&self->stop); j++)
        {
          LabRaceSecond second = { .protocol = self->protocols[i], .second = j };

          goes_on = race_one_second (self, texts, &second);
        }
    }

  stop_racers (self);
  put_back (self, protocol_before, text_before, length_before);
  atomic_store_explicit (&control->race_until_ns, 0, memory_order_relaxed);

  post_over (self);
  g_object_unref (self);

  return NULL;
}

static void
add_racer (LabRace    *self,
           LabSegment *segment)
{
  Racer *racer = g_new0 (Racer, 1);

  racer->segment = g_object_ref (segment);
  racer->stop = &self->stop;
  racer->thread = g_thread_new ("lab-race-read", read_cb, racer);
  g_ptr_array_add (self->racers, racer);
}

/* Forgets what the race before brought. */
static void
begin (LabRace    *self,
       LabSegment *segment)
{
  g_set_object (&self->segment, segment);
  self->renewed_ns = 0;
  g_atomic_int_set (&self->stop, FALSE);
  if (self->results->len > 0)
    {
      g_array_set_size (self->results, 0);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SECONDS]);
    }
  if (self->trouble != NULL)
    {
      g_clear_pointer (&self->trouble, g_free);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TROUBLE]);
    }
}

static void
start (LabRace    *self,
       const char *name,
       GThreadFunc func)
{
  self->thread = g_thread_new (name, func, g_object_ref (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

/**
 * lab_race_start_writer:
 * @self: a race that is not running
 * @segment: an attached segment with room for our fields, which stays attached until
 *   #LabRace::finished
 * @writer: a writer of the segment that was set up and is not in the middle of a
 *   message; it belongs to the race until #LabRace::finished
 * @protocols: (array length=n_protocols): to be raced one after the other
 * @n_protocols: how many
 * @seconds: for each, from 1 to %LAB_RACE_MAX_SECONDS
 * @length: of the messages, from 1 to the capacity
 * @n_readers: threads of this process that read, each with an attachment of its
 *   own; clients read besides when they see lab_race_is_on()
 * @error: return location for an error
 *
 * Starts to write.  Afterwards protocol and message are as before, under a new number;
 * unless somebody else holds the semaphore or is taking a turn at the end: then the
 * writer comes back as the race left it, and the caller puts back the message.
 * The calls that are made in the race are not recorded.  Why a protocol could not be
 * had, because its semaphore cannot be made, is said in #LabRace:trouble.
 *
 * Errors: those of lab_segment_attach() for the readers.
 *
 * Returns: whether it runs
 */
gboolean
lab_race_start_writer (LabRace              *self,
                       LabSegment           *segment,
                       LabWriter            *writer,
                       const LabProtocolId  *protocols,
                       guint                 n_protocols,
                       guint                 seconds,
                       gsize                 length,
                       guint                 n_readers,
                       GError              **error)
{
  g_autoptr(GPtrArray) segments = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (LAB_IS_RACE (self) && self->thread == NULL, FALSE);
  g_return_val_if_fail (writer != NULL && !lab_writer_is_writing (writer), FALSE);
  g_return_val_if_fail (n_protocols > 0 && seconds > 0 && seconds <= LAB_RACE_MAX_SECONDS, FALSE);
  g_return_val_if_fail (LAB_IS_SEGMENT (segment) && lab_segment_get_layout (segment) != NULL, FALSE);
  g_return_val_if_fail (length > 0 && length <= lab_layout_capacity (lab_segment_get_size_bytes (segment)), FALSE);

  /* All of them or none.  By the key, which is also the semaphore's; a segment
   * that is marked for removal has only its id. */
  for (guint i = 0; i < n_readers; i++)
    {
      LabSegment *seen = lab_segment_find (lab_segment_get_key (segment), NULL);

      if (seen != NULL && lab_segment_get_id (seen) != lab_segment_get_id (segment))
        g_clear_object (&seen);
      if (seen == NULL)
        seen = lab_segment_open (lab_segment_get_id (segment), error);
      if (seen == NULL)
        return FALSE;
      g_ptr_array_add (segments, seen);
      if (!lab_segment_attach (seen, TRUE, error))
        return FALSE;
    }

  begin (self, segment);
  self->writer = writer;
  g_free (self->protocols);
  self->protocols = g_memdup2 (protocols, n_protocols * sizeof *protocols);
  self->n_protocols = n_protocols;
  self->seconds = seconds;
  self->length = length;
  renew_lease (self, lab_monotonic_ns ());
  for (guint i = 0; i < segments->len; i++)
    add_racer (self, g_ptr_array_index (segments, i));
  start (self, "lab-race-write", write_cb);

  return TRUE;
}

/* What a stranger may have stored is no protocol, and counts as none. */
static LabProtocolId
load_protocol (LabControl *control)
{
  guint32 protocol = atomic_load_explicit (&control->protocol, memory_order_relaxed);

  return lab_protocol_is_valid (protocol) ? (LabProtocolId) protocol : LAB_PROTOCOL_UNSET;
}

/* The client's clock: a second at a time, until the server says that it is over. */
static gpointer
keep_time_cb (gpointer data)
{
  LabRace *self = data;
  const LabLayout *layout = lab_segment_get_layout (self->segment);
  LabControl *control = lab_layout_control (layout);
  LabProtocolId protocol = LAB_PROTOCOL_UNSET;
  guint n = 0;

  for (guint i = 0; i < LAB_RACE_MAX_SECONDS * LAB_N_PROTOCOLS && !g_atomic_int_get (&self->stop); i++)
    {
      LabProtocolId now = load_protocol (control);
      gint64 start_ns = lab_monotonic_ns ();
      LabRaceSecond second;

      if (!lab_race_is_on (layout))
        break;

      n = now == protocol ? n + 1 : 0;
      if (now != protocol)
        self->before = sum_counters (self, now);
      protocol = now;
      second = (LabRaceSecond) { .protocol = now, .second = n };
      while (lab_monotonic_ns () - start_ns < NS_PER_SECOND && !g_atomic_int_get (&self->stop) &&
             load_protocol (control) == now && lab_race_is_on (layout))
        g_usleep (5000);
      post_second (self, &second, start_ns);
    }

  stop_racers (self);
  post_over (self);
  g_object_unref (self);

  return NULL;
}

/**
 * lab_race_start_reader:
 * @self: a race of a client, that is not running
 * @segment: an attached segment with room for our fields, which stays attached until
 *   #LabRace::finished; turns want it attached read-write
 *
 * Reads as fast as it can until the server's race is over, or the server has died; see
 * lab_race_is_on().
 */
void
lab_race_start_reader (LabRace    *self,
                       LabSegment *segment)
{
  g_return_if_fail (LAB_IS_RACE (self) && self->thread == NULL);
  g_return_if_fail (LAB_IS_SEGMENT (segment) && lab_segment_get_layout (segment) != NULL);

  begin (self, segment);
  add_racer (self, segment);
  start (self, "lab-race-time", keep_time_cb);
}

/**
 * lab_race_stop:
 * @self: a race
 *
 * Calls it off; #LabRace::finished follows soon.
 */
void
lab_race_stop (LabRace *self)
{
  g_return_if_fail (LAB_IS_RACE (self));

  g_atomic_int_set (&self->stop, TRUE);
}

/**
 * lab_race_finish:
 * @self: a race
 *
 * Calls it off and returns when its threads have let go of segment and writer, because
 * the memory is about to go.  The threads wait for nobody, so that takes as long as one
 * message.  #LabRace::finished is emitted before it returns, and nothing else of the main
 * loop runs meanwhile.
 */
void
lab_race_finish (LabRace *self)
{
  g_return_if_fail (LAB_IS_RACE (self));

  if (self->thread == NULL)
    return;

  g_object_ref (self);
  lab_race_stop (self);
  g_clear_pointer (&self->thread, g_thread_join);
  while (take_report (self))
    ;
  g_object_unref (self);
}

/**
 * lab_race_is_running:
 * @self: a race
 *
 * Returns: whether it runs; not until #LabRace::finished are the writer and the
 *   segment the caller's again
 */
gboolean
lab_race_is_running (LabRace *self)
{
  g_return_val_if_fail (LAB_IS_RACE (self), FALSE);

  return self->thread != NULL;
}

/**
 * lab_race_get_seconds:
 * @self: a race
 * @n_seconds: (out): how many
 *
 * Returns: (transfer none) (array length=n_seconds): what happened, a second at a
 *   time; good until the next second
 */
const LabRaceSecond *
lab_race_get_seconds (LabRace *self,
                      guint   *n_seconds)
{
  g_return_val_if_fail (LAB_IS_RACE (self) && n_seconds != NULL, NULL);

  *n_seconds = self->results->len;

  return (const LabRaceSecond *) (gconstpointer) self->results->data;
}

/**
 * lab_race_get_trouble:
 * @self: a race
 *
 * Returns: (transfer none) (nullable): why a protocol could not be raced, a line for each
 */
const char *
lab_race_get_trouble (LabRace *self)
{
  g_return_val_if_fail (LAB_IS_RACE (self), NULL);

  return self->trouble;
}

/**
 * lab_race_get_n_planned:
 * @self: a race
 *
 * Returns: how many seconds each protocol has or had in the race that runs or ran last; 0 before the
 *   first, and in a client's
 */
guint
lab_race_get_n_planned (LabRace *self)
{
  g_return_val_if_fail (LAB_IS_RACE (self), 0);

  return self->seconds;
}

/**
 * lab_race_get_length:
 * @self: a race
 *
 * Returns: how many bytes each message has or had in the race that runs or ran last; 0 before the
 *   first, and in a client's
 */
gsize
lab_race_get_length (LabRace *self)
{
  g_return_val_if_fail (LAB_IS_RACE (self), 0);

  return self->length;
}

/**
 * lab_race_sum:
 * @self: a race
 * @protocol: a protocol
 *
 * Returns: all seconds of this protocol together; their number is in its second
 */
LabRaceSecond
lab_race_sum (LabRace       *self,
              LabProtocolId  protocol)
{
  LabRaceSecond sum = { .protocol = protocol };

  g_return_val_if_fail (LAB_IS_RACE (self), sum);

  for (guint i = 0; i < self->results->len; i++)
    {
      const LabRaceSecond *second = &g_array_index (self->results, LabRaceSecond, i);

      if (second->protocol != protocol)
        continue;
      sum.second++;
      sum.duration_ns += second->duration_ns;
      sum.n_written += second->n_written;
      sum.n_writer_waited += second->n_writer_waited;
      lab_counters_add (&sum.counters, &second->counters);
    }

  return sum;
}
