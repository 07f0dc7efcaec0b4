/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-near-key.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-key-parts.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-table-watch.h"
#include "backend/kernel/lab-text.h"

/* Nothing tells when a process of another namespace makes a segment. */
#define SCAN_INTERVAL_S 5

#define TABLE_INTERVAL_MS 1000

struct _LabNearKey
{
  GObject        parent_instance;

  LabSoughtKey   sought;        /* its path is owned */
  gboolean       is_looking;
  guint          interval;      /* of the table, while looking */
  guint          timeout;
  gulong         changed;
  GCancellable  *cancellable;   /* of the scan that is on, or NULL */
  gboolean       again;         /* the table changed since it began */
  char          *sentence;
};

enum { PROP_0, PROP_SENTENCE, N_PROPS };

G_DEFINE_FINAL_TYPE (LabNearKey, lab_near_key, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
key_holder_free (gpointer data)
{
  LabKeyHolder *holder = data;

  g_free (holder->name);
  g_free (holder);
}

/* Whether @a and @b are the same but for two places that are swapped. */
static gboolean
is_swapped (const char *a,
            const char *b)
{
  gsize places[2];
  guint n = 0;

  if (strlen (a) != strlen (b))
    return FALSE;

  for (gsize i = 0; a[i] != '\0'; i++)
    if (a[i] != b[i])
      {
        if (n == 2)
          return FALSE;
        places[n++] = i;
      }

  return n == 2 && a[places[0]] == b[places[1]] && a[places[1]] == b[places[0]];
}

static gboolean
has_swapped_digits (key_t a,
                    key_t b)
{
  g_autofree char *hex_a = lab_key_format (a);
  g_autofree char *hex_b = lab_key_format (b);
  g_autofree char *decimal_a = g_strdup_printf ("%u", (guint) a);
  g_autofree char *decimal_b = g_strdup_printf ("%u", (guint) b);

  return is_swapped (hex_a, hex_b) || is_swapped (decimal_a, decimal_b);
}

/* Whether the decimal digits of @key mean @other when they are read in @base. */
static gboolean
reads_as (key_t key,
          key_t other,
          int   base)
{
  g_autofree char *digits = g_strdup_printf ("%u", (guint) key);
  char *end;
  const guint64 value = g_ascii_strtoull (digits, &end, (guint) base);

  return *end == '\0' && key != other && value == (guint32) other;
}

/* How near the key of a segment is to @key, by its digits. */
static LabNearReason
compare (key_t    key,
         gboolean from_file,
         key_t    other)
{
  const LabKeyParts a = lab_key_split (key);
  const LabKeyParts b = lab_key_split (other);

  if (other == LAB_KEY_PRIVATE || other == key)
    return LAB_NEAR_NOTHING;
  if (other == LAB_KEY_FAILED)
    return LAB_NEAR_UNCHECKED;
  if (from_file && a.device == b.device && a.inode == b.inode && b.letter != 0)
    return LAB_NEAR_OTHER_LETTER;
  /* A key that was typed may be what ftok gave once: then it begins with a letter. */
  if (a.device == b.device && a.letter == b.letter && (from_file || g_ascii_isalnum ((char) a.letter)))
    return LAB_NEAR_OTHER_INODE;
  if (from_file)
    return LAB_NEAR_NOTHING;
  if (reads_as (key, other, 16) || reads_as (other, key, 16) || reads_as (key, other, 8) || reads_as (other, key, 8))
    return LAB_NEAR_OTHER_BASE;
  if (has_swapped_digits (key, other))
    return LAB_NEAR_SWAPPED;

  return LAB_NEAR_NOTHING;
}

/* The nearest segment; of several that are as near, the newest. */
static LabNearReason
find_segment (key_t               key,
              gboolean            from_file,
              GArray             *table,
              const LabShmRecord **found)
{
  LabNearReason best = LAB_NEAR_NOTHING;

  for (guint i = 0; table != NULL && i < table->len; i++)
    {
      const LabShmRecord *record = &g_array_index (table, LabShmEntry, i).record;
      const LabNearReason reason = compare (key, from_file, record->key);

      if (reason != LAB_NEAR_NOTHING
          && (best == LAB_NEAR_NOTHING || reason < best || (reason == best && record->ctime > (*found)->ctime)))
        {
          best = reason;
          *found = record;
        }
    }

  return best;
}

static char *
describe_segment (LabNearReason       reason,
                  key_t               key,
                  const LabShmRecord *record)
{
  const LabKeyParts theirs = lab_key_split (record->key);
  g_autofree char *other = lab_key_format (record->key);
  g_autofree char *wanted = lab_key_format (key);

  switch (reason)
    {
    case LAB_NEAR_OTHER_LETTER:
      if (g_ascii_isgraph ((char) theirs.letter))
        /* Translators: an id, a key in hex, a letter */
        return g_strdup_printf (_("A guess: segment %d has the key %s, which is of the same file with the letter %c."),
                                record->id, other, (char) theirs.letter);
      return g_strdup_printf (_("A guess: segment %d has the key %s, which is of the same file with the number %u for a letter."),
                              record->id, other, theirs.letter);
    case LAB_NEAR_OTHER_INODE:
      /* Translators: an id, a key in hex */
      return g_strdup_printf (_("A guess: segment %d has the key %s, with the same letter and device and another inode: the file was made anew since, or it is another file."),
                              record->id, other);
    case LAB_NEAR_OTHER_BASE:
      /* Translators: an id, then two keys, each in hex and in decimal */
      return g_strdup_printf (_("A guess: segment %d has the key %s (%u), and you chose %s (%u): the same digits, once in hex or octal and once in decimal."),
                              record->id, other, (guint) record->key, wanted, (guint) key);
    case LAB_NEAR_SWAPPED:
      /* Translators: an id, then two keys in hex and in decimal */
      return g_strdup_printf (_("A guess: segment %d has the key %s (%u), and you chose %s (%u): two digits are swapped."),
                              record->id, other, (guint) record->key, wanted, (guint) key);
    case LAB_NEAR_UNCHECKED:
      /* Translators: an id */
      return g_strdup_printf (_("A guess: segment %d has the key 0xffffffff, which is what ftok returns when it fails: its program may have meant this key, and did not check."),
                              record->id);
    default:
      g_assert_not_reached ();
    }
}

/* What has the very key and is not a segment of this namespace that can be found. */
static LabNearReason
find_holder (const LabProbe  *probe,
             key_t            key,
             GPtrArray       *holders,
             char           **sentence)
{
  const LabIpcEntry *set = lab_probe_find (probe->sem, key, -1);
  const LabIpcEntry *queue = lab_probe_find (probe->msg, key, -1);
  const LabKeyHolder *marked = NULL;

  for (guint i = 0; holders != NULL && i < holders->len; i++)
    {
      const LabKeyHolder *holder = g_ptr_array_index (holders, i);

      if (holder->elsewhere)
        {
          /* Translators: a process's number and name */
          *sentence = g_strdup_printf (_("Process %d (%s) has a segment with this key, in another IPC namespace, such as a container’s: from here nobody can attach it. Run both in the same one."),
                                       (int) holder->pid, holder->name);
          return LAB_NEAR_OTHER_NAMESPACE;
        }
      marked = marked != NULL ? marked : holder;
    }

  if (marked != NULL)
    {
      /* Translators: an id, a process's number and name */
      *sentence = g_strdup_printf (_("Segment %d had this key, and is marked for removal; process %d (%s) still has it attached. Its key went with IPC_RMID."),
                                   marked->id, (int) marked->pid, marked->name);
      return LAB_NEAR_MARKED;
    }
  if (set != NULL)
    *sentence = g_strdup_printf (_("Semaphore set %d has this key, but no segment: each kind has keys of its own."), set->id);
  else if (queue != NULL)
    *sentence = g_strdup_printf (_("Message queue %d has this key, but no segment: each kind has keys of its own."), queue->id);

  return set != NULL || queue != NULL ? LAB_NEAR_OTHER_KIND : LAB_NEAR_NOTHING;
}

/* The file gives another key now, so whoever starts later has that one. */
static char *
describe_file (const LabSoughtKey *sought,
               key_t               key_now,
               const LabProbe     *probe)
{
  const LabShmEntry *entry = probe->shm != NULL ? lab_segment_table_find_key (probe->shm, key_now) : NULL;
  g_autofree char *path = lab_text_format_path (sought->path);
  g_autofree char *key = lab_key_format (key_now);

  if (entry != NULL)
    /* Translators: a file, a key in hex, an id */
    return g_strdup_printf (_("%s was made anew: ftok gives another key now, %s, and segment %d has it. Choose the file again."),
                            path, key, entry->record.id);

  /* Translators: a file, a key in hex */
  return g_strdup_printf (_("%s was made anew: ftok gives another key now, %s, which a server that starts now will have. Choose the file again."),
                          path, key);
}

/**
 * lab_near_key_find:
 * @sought: what somebody waits for
 * @key_now: what ftok(3) makes of its file now, or %LAB_KEY_FAILED when there is none
 * @probe: the state of the kernel; its tables are used
 * @holders: (nullable) (element-type LabKeyHolder): who has something mapped by this key
 * @sentence: (out) (transfer full) (nullable): what is near, translated; a guess is called one
 *
 * Asks nobody.
 *
 * Returns: why what is nearest may be what is meant
 */
LabNearReason
lab_near_key_find (const LabSoughtKey  *sought,
                   key_t                key_now,
                   const LabProbe      *probe,
                   GPtrArray           *holders,
                   char               **sentence)
{
  const LabShmRecord *found = NULL;
  LabNearReason reason;
  gboolean from_file;
  key_t key;

  g_return_val_if_fail (sought != NULL && probe != NULL && sentence != NULL, LAB_NEAR_NOTHING);

  key = sought->key;
  from_file = sought->path != NULL;

  *sentence = NULL;
  if (key == LAB_KEY_PRIVATE || key == LAB_KEY_FAILED
      || (probe->shm != NULL && lab_segment_table_find_key (probe->shm, key) != NULL))
    return LAB_NEAR_NOTHING;

  reason = find_holder (probe, key, holders, sentence);
  if (from_file && key_now != LAB_KEY_FAILED && key_now != key && reason != LAB_NEAR_OTHER_NAMESPACE)
    {
      g_free (*sentence);
      *sentence = describe_file (sought, key_now, probe);
      return LAB_NEAR_FILE_ANEW;
    }
  if (reason != LAB_NEAR_NOTHING)
    return reason;

  reason = find_segment (key, from_file, probe->shm, &found);
  if (reason != LAB_NEAR_NOTHING)
    *sentence = describe_segment (reason, key, found);

  return reason;
}

static char *
read_link_of (const char *process)
{
  g_autofree char *path = g_build_filename ("/proc", process, "ns", "ipc", NULL);

  return g_file_read_link (path, NULL);
}

/* The inode of a mapping of @name in @maps, which is the shmid; -1 without one. */
static int
find_mapping (const char *maps,
              const char *name)
{
  const char *found = strstr (maps, name);
  const char *line;
  g_auto(GStrv) words = NULL;

  if (found == NULL)
    return -1;

  line = found;
  while (line > maps && line[-1] != '\n')
    line--;
  words = g_strsplit (line, " ", 6);

  return g_strv_length (words) == 6 ? (int) g_ascii_strtoll (words[4], NULL, 10) : -1;
}

/**
 * lab_near_key_scan:
 * @key: a key
 * @ours_too: whether to look into the processes of our own IPC namespace too
 * @cancellable: (nullable): to give up
 *
 * Looks into each process's maps; for a thread.  What this user may not look into is not found.
 *
 * Source: proc_pid_maps(5), ipc_namespaces(7).
 *
 * Returns: (transfer full) (element-type LabKeyHolder): who has a segment mapped that has, or
 *   had, this key
 */
GPtrArray *
lab_near_key_scan (key_t         key,
                   gboolean      ours_too,
                   GCancellable *cancellable)
{
  GPtrArray *holders = g_ptr_array_new_with_free_func (key_holder_free);
  g_autofree char *mapping = g_strdup_printf ("/SYSV%08x ", (guint) key);
  g_autofree char *ours = read_link_of ("self");
  g_autoptr(GDir) folder = g_dir_open ("/proc", 0, NULL);
  const char *process;

  while (folder != NULL && (process = g_dir_read_name (folder)) != NULL && !g_cancellable_is_cancelled (cancellable))
    {
      g_autofree char *path = NULL;
      g_autofree char *maps = NULL;
      g_autofree char *theirs = NULL;
      LabKeyHolder *holder;
      int id;

      if (!g_ascii_isdigit (process[0]))
        continue;

      theirs = read_link_of (process);
      if (theirs == NULL || ours == NULL || (!ours_too && strcmp (ours, theirs) == 0))
        continue;

      path = g_build_filename ("/proc", process, "maps", NULL);
      id = g_file_get_contents (path, &maps, NULL, NULL) ? find_mapping (maps, mapping) : -1;
      if (id == -1)
        continue;

      holder = g_new0 (LabKeyHolder, 1);
      holder->pid = atoi (process);
      holder->name = lab_process_dup_name (holder->pid);
      if (holder->name == NULL)
        holder->name = g_strdup ("?");
      holder->id = id;
      holder->elsewhere = strcmp (ours, theirs) != 0;
      g_ptr_array_add (holders, holder);
    }

  return holders;
}

static void scan (LabNearKey *self);

static void
set_sentence (LabNearKey *self,
              char       *sentence)
{
  if (g_strcmp0 (self->sentence, sentence) == 0)
    {
      g_free (sentence);
      return;
    }

  g_free (self->sentence);
  self->sentence = sentence;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SENTENCE]);
}

static LabSoughtKey *
sought_key_copy (const LabSoughtKey *sought)
{
  LabSoughtKey *copy = g_memdup2 (sought, sizeof *sought);

  copy->path = g_strdup (sought->path);

  return copy;
}

static void
sought_key_free (gpointer data)
{
  LabSoughtKey *sought = data;

  g_free ((char *) sought->path);
  g_free (sought);
}

static key_t
get_key_now (const LabSoughtKey *sought)
{
  struct stat status;

  return sought->path != NULL && stat (sought->path, &status) == 0
         ? lab_key_join ((guint) sought->letter, status.st_dev, status.st_ino) : LAB_KEY_FAILED;
}

/* Without one nobody in our namespace can have what had the key. */
static gboolean
has_marked (GArray *table)
{
  for (guint i = 0; table != NULL && i < table->len; i++)
    if (g_array_index (table, LabShmEntry, i).record.mode & LAB_MODE_DEST)
      return TRUE;

  return table == NULL;
}

static void
scan_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  const LabSoughtKey *sought = data;
  g_autoptr(LabProbe) probe = lab_probe_take (LAB_PROBE_SHM | LAB_PROBE_SEM | LAB_PROBE_MSG, NULL);
  g_autoptr(GPtrArray) holders = lab_near_key_scan (sought->key, has_marked (probe->shm), cancellable);
  char *sentence;

  lab_near_key_find (sought, get_key_now (sought), probe, holders, &sentence);
  g_task_return_pointer (task, sentence, g_free);
}

static void
scanned_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  LabNearKey *self = LAB_NEAR_KEY (source);
  g_autoptr(GError) error = NULL;
  char *sentence = g_task_propagate_pointer (G_TASK (result), &error);

  if (error != NULL)
    return;

  g_clear_object (&self->cancellable);
  set_sentence (self, sentence);
  if (self->again)
    scan (self);
}

static void
scan (LabNearKey *self)
{
  g_autoptr(GTask) task = NULL;

  self->again = self->cancellable != NULL;
  if (self->again)
    return;

  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, scanned_cb, NULL);
  g_task_set_source_tag (task, scan);
  g_task_set_task_data (task, sought_key_copy (&self->sought), sought_key_free);
  g_task_run_in_thread (task, scan_thread);
}

static gboolean
timeout_cb (gpointer data)
{
  scan (LAB_NEAR_KEY (data));

  return G_SOURCE_CONTINUE;
}

static void
lab_near_key_dispose (GObject *object)
{
  lab_near_key_stop (LAB_NEAR_KEY (object));

  G_OBJECT_CLASS (lab_near_key_parent_class)->dispose (object);
}

static void
lab_near_key_finalize (GObject *object)
{
  LabNearKey *self = LAB_NEAR_KEY (object);

  g_free ((char *) self->sought.path);
  g_free (self->sentence);

  G_OBJECT_CLASS (lab_near_key_parent_class)->finalize (object);
}

static void
lab_near_key_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SENTENCE:
      g_value_set_string (value, LAB_NEAR_KEY (object)->sentence);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_near_key_class_init (LabNearKeyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lab_near_key_dispose;
  object_class->finalize = lab_near_key_finalize;
  object_class->get_property = lab_near_key_get_property;

  /* What is near, in a translated sentence; %NULL when nothing is, or nobody looks. */
  properties[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_near_key_init (LabNearKey *self)
{
}

/**
 * lab_near_key_new:
 *
 * What is near a key for which somebody waits: it looks again when the kernel's table changes,
 * and every five seconds at the file and at the processes of other namespaces.  Threads do the looking.
 *
 * Returns: (transfer full): one that does not look yet
 */
LabNearKey *
lab_near_key_new (void)
{
  return g_object_new (LAB_TYPE_NEAR_KEY, NULL);
}

/**
 * lab_near_key_look_for:
 * @self: what is near a key
 * @sought: what somebody waits for
 *
 * Looks for this key until lab_near_key_stop().
 */
void
lab_near_key_look_for (LabNearKey         *self,
                       const LabSoughtKey *sought)
{
  LabTableWatch *watch = lab_table_watch_get_default ();

  g_return_if_fail (LAB_IS_NEAR_KEY (self));
  g_return_if_fail (sought != NULL);

  if (self->is_looking && self->sought.key == sought->key && self->sought.letter == sought->letter
      && g_strcmp0 (self->sought.path, sought->path) == 0)
    return;

  lab_near_key_stop (self);
  self->is_looking = TRUE;
  g_free ((char *) self->sought.path);
  self->sought = *sought;
  self->sought.path = g_strdup (sought->path);
  self->interval = lab_table_watch_add_interval (watch, TABLE_INTERVAL_MS);
  self->changed = g_signal_connect_swapped (watch, "changed", G_CALLBACK (scan), self);
  self->timeout = g_timeout_add_seconds (SCAN_INTERVAL_S, timeout_cb, self);
  scan (self);
}

/**
 * lab_near_key_stop:
 * @self: what is near a key
 *
 * Looks no longer, and says nothing.
 */
void
lab_near_key_stop (LabNearKey *self)
{
  LabTableWatch *watch = lab_table_watch_get_default ();

  g_return_if_fail (LAB_IS_NEAR_KEY (self));

  if (!self->is_looking)
    return;

  self->is_looking = FALSE;
  self->again = FALSE;
  g_clear_signal_handler (&self->changed, watch);
  lab_table_watch_remove_interval (watch, self->interval);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  set_sentence (self, NULL);
}

/**
 * lab_near_key_get_sentence:
 * @self: what is near a key
 *
 * Returns: (nullable): what is near, in a translated sentence
 */
const char *
lab_near_key_get_sentence (LabNearKey *self)
{
  g_return_val_if_fail (LAB_IS_NEAR_KEY (self), NULL);

  return self->sentence;
}
