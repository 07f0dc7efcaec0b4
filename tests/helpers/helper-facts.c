/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-facts.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WINDOW_BYTES    (64 * 1024)    /* so much of both ends of a segment is read */
#define MAX_BYTES       (64 * 1024 * 1024)
#define CONTROL_BYTES   128
#define MAGIC           "Shmlab\0\1"

struct _Stage
{
  char       *witness_path;
  GPtrArray  *calls;       /* WitnessedCall of everybody, in the order in which they began */
  gsize       n_parsed;    /* bytes of what the witness wrote */
  GPtrArray  *roles;       /* Actor with role and pid only */
  GHashTable *last_bytes;  /* id to GBytes: what was last seen in a segment */
  GHashTable *seen;        /* id to Segment: those with a key that were there */
};

static void
witnessed_call_free (WitnessedCall *call)
{
  g_free (call->name);
  g_strfreev (call->args);
  g_free (call->result);
  g_free (call);
}

static void
mapping_free (Mapping *mapping)
{
  g_free (mapping->path);
  g_free (mapping);
}

static void
actor_free (Actor *actor)
{
  g_free (actor->role);
  g_free (actor->name);
  g_clear_pointer (&actor->mappings, g_ptr_array_unref);
  g_clear_pointer (&actor->calls, g_ptr_array_unref);
  g_free (actor);
}

static void
segment_free (Segment *segment)
{
  g_clear_pointer (&segment->bytes, g_bytes_unref);
  g_free (segment);
}

Stage *
stage_new (const char *witness_path)
{
  Stage *self = g_new0 (Stage, 1);

  self->witness_path = g_strdup (witness_path);
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) witnessed_call_free);
  self->roles = g_ptr_array_new_with_free_func ((GDestroyNotify) actor_free);
  self->last_bytes = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref);
  self->seen = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) segment_free);

  return self;
}

void
stage_free (Stage *self)
{
  g_free (self->witness_path);
  g_ptr_array_unref (self->calls);
  g_ptr_array_unref (self->roles);
  g_hash_table_unref (self->last_bytes);
  g_hash_table_unref (self->seen);
  g_free (self);
}

/* A role that is played by somebody else from now on is added again; the one before stays known. */
void
stage_add (Stage      *self,
           const char *role,
           pid_t       pid)
{
  Actor *actor = g_new0 (Actor, 1);

  actor->role = g_strdup (role);
  actor->pid = pid;
  g_ptr_array_add (self->roles, actor);
}

void
stage_forget (Stage *self)
{
  g_ptr_array_set_size (self->roles, 0);
  g_hash_table_remove_all (self->last_bytes);
  g_hash_table_remove_all (self->seen);
}

static Segment *
segment_copy (const Segment *segment)
{
  Segment *copy = g_new (Segment, 1);

  *copy = *segment;
  if (copy->bytes != NULL)
    g_bytes_ref (copy->bytes);

  return copy;
}

static char *
read_file (const char *path)
{
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

static char *
read_proc (pid_t       pid,
           const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", (int) pid, name);

  return read_file (path);
}

static int
compare_begin (gconstpointer a,
               gconstpointer b)
{
  const WitnessedCall *x = *(WitnessedCall * const *) a;
  const WitnessedCall *y = *(WitnessedCall * const *) b;

  return (x->begin_ns > y->begin_ns) - (x->begin_ns < y->begin_ns);
}

/* "shmget 0x1 4096 03600 = 12 0 pid tid begin end ; …" */
static WitnessedCall *
parse_call (const char *line)
{
  const char *equals = g_strrstr (line, " = ");
  g_autofree char *left = equals != NULL ? g_strndup (line, equals - line) : NULL;
  g_auto(GStrv) right = equals != NULL ? g_strsplit (equals + 3, " ", -1) : NULL;
  g_auto(GStrv) words = NULL;
  WitnessedCall *call;

  if (right == NULL || g_strv_length (right) < 6)
    return NULL;

  call = g_new0 (WitnessedCall, 1);
  words = g_strsplit (left, " ", -1);
  call->name = g_strdup (words[0]);
  call->args = g_strdupv (words + 1);
  call->result = g_strdup (right[0]);
  call->errsv = atoi (right[1]);
  call->pid = atoi (right[2]);
  call->tid = atoi (right[3]);
  call->begin_ns = g_ascii_strtoll (right[4], NULL, 10);
  call->end_ns = g_ascii_strtoll (right[5], NULL, 10);

  return call;
}

/* GTK shows its pictures through segments of its own, all without a key: leaves out what it does with them. */
static gboolean
is_of_the_display (const WitnessedCall *call,
                   GHashTable          *ids,
                   GHashTable          *addresses)
{
  if (g_str_equal (call->name, "shmget"))
    {
      if (strtoul (call->args[0], NULL, 0) != 0)
        return FALSE;
      g_hash_table_add (ids, GINT_TO_POINTER (atoi (call->result)));
      return TRUE;
    }
  if (g_str_equal (call->name, "shmat") && g_hash_table_contains (ids, GINT_TO_POINTER (atoi (call->args[0]))))
    {
      g_hash_table_add (addresses, GSIZE_TO_POINTER (strtoull (call->result, NULL, 0)));
      return TRUE;
    }
  /* The address may be used again, for the segment. */
  if (g_str_equal (call->name, "shmdt"))
    return g_hash_table_remove (addresses, GSIZE_TO_POINTER (strtoull (call->args[0], NULL, 0)));

  return g_str_equal (call->name, "shmctl") && g_hash_table_contains (ids, GINT_TO_POINTER (atoi (call->args[0])));
}

/* Takes in the lines that the witness wrote since the last time. */
static void
note_calls (Stage *stage)
{
  g_autofree char *log = read_file (stage->witness_path);
  const char *line = log + stage->n_parsed;
  const char *end;

  if (strlen (log) <= stage->n_parsed)
    return;

  for (; (end = strchr (line, '\n')) != NULL; line = end + 1)
    {
      g_autofree char *text = g_strndup (line, end - line);
      WitnessedCall *call = parse_call (text);

      if (call != NULL)
        g_ptr_array_add (stage->calls, call);
    }
  stage->n_parsed = line - log;
  g_ptr_array_sort (stage->calls, compare_begin);
}

static GPtrArray *
find_calls (GPtrArray *all,
            pid_t      pid)
{
  g_autoptr(GHashTable) ids = g_hash_table_new (NULL, NULL);
  g_autoptr(GHashTable) addresses = g_hash_table_new (NULL, NULL);
  GPtrArray *calls = g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++)
    {
      WitnessedCall *call = all->pdata[i];

      if (call->pid == pid && !is_of_the_display (call, ids, addresses))
        g_ptr_array_add (calls, call);
    }

  return calls;
}

static GPtrArray *
read_mappings (pid_t pid)
{
  g_autofree char *maps = read_proc (pid, "maps");
  g_auto(GStrv) lines = g_strsplit (maps, "\n", -1);
  GPtrArray *mappings = g_ptr_array_new_with_free_func ((GDestroyNotify) mapping_free);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      unsigned long long from, to, offset, inode;
      char access[5];
      int length = 0;
      Mapping *mapping;

      if (sscanf (lines[i], "%llx-%llx %4s %llx %*s %llu %n", &from, &to, access, &offset, &inode, &length) < 5)
        continue;

      mapping = g_new0 (Mapping, 1);
      mapping->from = from;
      mapping->to = to;
      mapping->is_writable = access[1] == 'w';
      mapping->is_shared = access[3] == 's';
      mapping->path = g_strdup (length > 0 ? lines[i] + length : "");
      mapping->id = g_str_has_prefix (mapping->path, "/SYSV") ? (int) inode : -1;
      g_ptr_array_add (mappings, mapping);
    }

  return mappings;
}

/* A process that has ended and was not waited for yet has ended. */
static gboolean
is_alive (pid_t pid)
{
  g_autofree char *stat = read_proc (pid, "stat");
  const char *end = strrchr (stat, ')');

  return end != NULL && end[1] == ' ' && end[2] != 'Z' && end[2] != 'X';
}

static Actor *
take_actor (const Actor *role,
            GPtrArray   *calls)
{
  Actor *actor = g_new0 (Actor, 1);
  g_autofree char *name = read_proc (role->pid, "comm");

  actor->role = g_strdup (role->role);
  actor->pid = role->pid;
  actor->is_alive = is_alive (role->pid);
  actor->name = g_strdup (actor->is_alive ? g_strchomp (name) : "");
  actor->mappings = read_mappings (role->pid);
  actor->calls = find_calls (calls, role->pid);

  return actor;
}

static gboolean
read_memory (int      memory,
             guchar  *bytes,
             guint64  address,
             gsize    length)
{
  return pread (memory, bytes, length, (off_t) address) == (ssize_t) length;
}

/* Without attaching it, which would change what is to be seen. */
static GBytes *
read_segment (const Facts   *facts,
              const Segment *segment)
{
  for (guint i = 0; i < facts->actors->len; i++)
    {
      const Actor *actor = facts->actors->pdata[i];
      Mapping *mapping = actor_find_mapping (actor, segment->id);
      g_autofree char *path = g_strdup_printf ("/proc/%d/mem", (int) actor->pid);
      g_autofree guchar *bytes = NULL;
      gsize head = MIN (segment->size_bytes, WINDOW_BYTES);
      int memory;
      gboolean done;

      if (mapping == NULL || segment->size_bytes > MAX_BYTES)
        continue;
      memory = open (path, O_RDONLY | O_CLOEXEC);
      if (memory == -1)
        continue;
      bytes = g_malloc0 (segment->size_bytes);
      done = read_memory (memory, bytes, mapping->from, head) &&
             read_memory (memory, bytes + segment->size_bytes - head, mapping->from + segment->size_bytes - head, head);
      close (memory);
      if (done)
        return g_bytes_new_take (g_steal_pointer (&bytes), segment->size_bytes);
    }

  return NULL;
}

static void
take_segments (Facts *facts,
               Stage *stage)
{
  g_autofree char *table = read_file ("/proc/sysvipc/shm");
  g_auto(GStrv) lines = g_strsplit (table, "\n", -1);

  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    {
      Segment *segment = g_new0 (Segment, 1);
      long long key, atime, dtime, ctime, rss, swap;
      unsigned long long size;
      Control control;

      if (sscanf (lines[i], "%lld %d %o %llu %d %d %lu %u %u %u %u %lld %lld %lld %lld %lld", &key, &segment->id, &segment->mode,
                  &size, &segment->cpid, &segment->lpid, &segment->nattch, &segment->uid, &segment->gid, &segment->cuid,
                  &segment->cgid, &atime, &dtime, &ctime, &rss, &swap) != 16)
        {
          g_free (segment);
          continue;
        }
      segment->key = (guint32) key;
      segment->size_bytes = size;
      segment->atime = atime;
      segment->dtime = dtime;
      segment->ctime = ctime;
      segment->rss_bytes = (guint64) rss;
      segment->swap_bytes = (guint64) swap;
      /* What never had a key is a picture of the display's, of some megabytes. */
      if (segment->key != 0 || g_hash_table_contains (stage->seen, GINT_TO_POINTER (segment->id)))
        segment->bytes = read_segment (facts, segment);
      if (segment->bytes != NULL)
        g_hash_table_insert (stage->last_bytes, GINT_TO_POINTER (segment->id), g_bytes_ref (segment->bytes));
      else if ((segment->bytes = g_hash_table_lookup (stage->last_bytes, GINT_TO_POINTER (segment->id))) != NULL)
        g_bytes_ref (segment->bytes);
      segment->is_ours = segment_get_control (segment, &control);
      g_ptr_array_add (facts->segments, segment);
      if (segment->key != 0)
        g_hash_table_insert (stage->seen, GINT_TO_POINTER (segment->id), segment_copy (segment));
    }
}

static void
add_gone (Facts *facts,
          Stage *stage)
{
  GHashTableIter iter;
  const Segment *segment;

  g_hash_table_iter_init (&iter, stage->seen);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &segment))
    if (facts_find_segment (facts, segment->id) == NULL)
      {
        Segment *gone = segment_copy (segment);

        gone->is_gone = TRUE;
        gone->nattch = 0;
        g_ptr_array_add (facts->segments, gone);
      }
}

static void
take_semaphores (Facts *facts)
{
  g_autofree char *table = read_file ("/proc/sysvipc/sem");
  g_auto(GStrv) lines = g_strsplit (table, "\n", -1);

  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    {
      long long key;
      int id;

      if (sscanf (lines[i], "%lld %d", &key, &id) == 2)
        g_array_append_val (facts->semaphores, id);
    }
}

static gint64
get_clock (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);

  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

/**
 * facts_take:
 * @stage: who plays
 *
 * Returns: (transfer full): what is so now
 */
Facts *
facts_take (Stage *stage)
{
  Facts *facts = g_new0 (Facts, 1);

  note_calls (stage);
  facts->actors = g_ptr_array_new_with_free_func ((GDestroyNotify) actor_free);
  facts->segments = g_ptr_array_new_with_free_func ((GDestroyNotify) segment_free);
  facts->semaphores = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint i = 0; i < stage->roles->len; i++)
    g_ptr_array_add (facts->actors, take_actor (stage->roles->pdata[i], stage->calls));
  take_segments (facts, stage);
  add_gone (facts, stage);
  take_semaphores (facts);
  facts->now_ns = get_clock (CLOCK_REALTIME);
  facts->boot_ns = facts->now_ns - get_clock (CLOCK_MONOTONIC);

  return facts;
}

void
facts_free (Facts *facts)
{
  g_ptr_array_unref (facts->actors);
  g_ptr_array_unref (facts->segments);
  g_array_unref (facts->semaphores);
  g_free (facts);
}

/* The display's own segments come and go as windows change their size. */
static guint
count_with_key (const Facts *facts)
{
  guint n = 0;

  for (guint i = 0; i < facts->segments->len; i++)
    if (((Segment *) facts->segments->pdata[i])->key != 0)
      n++;

  return n;
}

static gboolean
segments_equal (const Segment *a,
                const Segment *b)
{
  return b != NULL && a->is_gone == b->is_gone && a->key == b->key && a->mode == b->mode && a->size_bytes == b->size_bytes && a->cpid == b->cpid &&
         a->lpid == b->lpid && a->nattch == b->nattch && a->uid == b->uid && a->gid == b->gid && a->atime == b->atime &&
         a->dtime == b->dtime && a->ctime == b->ctime && a->rss_bytes == b->rss_bytes && (a->bytes == NULL) == (b->bytes == NULL) &&
         (a->bytes == NULL || g_bytes_equal (a->bytes, b->bytes));
}

/**
 * facts_equal:
 * @a: earlier
 * @b: later
 *
 * Returns: whether nothing that a window shows has changed in between
 */
gboolean
facts_equal (const Facts *a,
             const Facts *b)
{
  if (a->actors->len != b->actors->len || count_with_key (a) != count_with_key (b) || a->semaphores->len != b->semaphores->len)
    return FALSE;

  for (guint i = 0; i < a->actors->len; i++)
    {
      const Actor *x = a->actors->pdata[i];
      const Actor *y = b->actors->pdata[i];

      if (x->pid != y->pid || x->is_alive != y->is_alive || x->calls->len != y->calls->len)
        return FALSE;
    }
  for (guint i = 0; i < a->segments->len; i++)
    {
      const Segment *segment = a->segments->pdata[i];

      if (segment->key != 0 && !segments_equal (segment, facts_find_segment (b, segment->id)))
        return FALSE;
    }

  return TRUE;
}

/* Who plays it last. */
Actor *
facts_find_actor (const Facts *facts,
                  const char  *role)
{
  for (guint i = facts->actors->len; i > 0; i--)
    if (g_str_equal (((Actor *) facts->actors->pdata[i - 1])->role, role))
      return facts->actors->pdata[i - 1];

  return NULL;
}

Actor *
facts_find_pid (const Facts *facts,
                pid_t        pid)
{
  for (guint i = 0; i < facts->actors->len; i++)
    if (((Actor *) facts->actors->pdata[i])->pid == pid)
      return facts->actors->pdata[i];

  return NULL;
}

Segment *
facts_find_segment (const Facts *facts,
                    int          id)
{
  for (guint i = 0; i < facts->segments->len; i++)
    if (((Segment *) facts->segments->pdata[i])->id == id)
      return facts->segments->pdata[i];

  return NULL;
}

/**
 * segment_get_control:
 * @segment: (nullable): a segment
 * @control: (out): what its last 128 bytes say
 *
 * Returns: whether it has a control block of ours and its bytes could be read
 */
gboolean
segment_get_control (const Segment *segment,
                     Control       *control)
{
  const guchar *bytes;
  gsize size;

  memset (control, 0, sizeof *control);
  if (segment == NULL || segment->bytes == NULL)
    return FALSE;

  bytes = g_bytes_get_data (segment->bytes, &size);
  if (size < 2 * CONTROL_BYTES)
    return FALSE;

  control->copy_size = (size - CONTROL_BYTES) / 2 / 64 * 64;
  bytes += (size - CONTROL_BYTES) / 64 * 64;
#define TAKE(offset, field) memcpy (&control->field, bytes + (offset), sizeof control->field)
  TAKE (0, magic);
  TAKE (8, sequence);
  TAKE (16, number[0]);
  TAKE (24, written_ns[0]);
  TAKE (32, length[0]);
  TAKE (36, flags[0]);
  TAKE (40, number[1]);
  TAKE (48, written_ns[1]);
  TAKE (56, length[1]);
  TAKE (60, flags[1]);
  TAKE (64, protocol);
  TAKE (68, state);
  TAKE (72, writer_pid);
  TAKE (76, semaphore_id);
  TAKE (80, writer_start);
  TAKE (88, taker);
  TAKE (96, race_until_ns);
#undef TAKE

  return memcmp (bytes, MAGIC, 8) == 0;
}

/* The first, where it is mapped more than once; NULL for -1, no segment. */
Mapping *
actor_find_mapping (const Actor *actor,
                    int          id)
{
  for (guint i = 0; id != -1 && i < actor->mappings->len; i++)
    if (((Mapping *) actor->mappings->pdata[i])->id == id)
      return actor->mappings->pdata[i];

  return NULL;
}

/* The last call of this name that went well. */
WitnessedCall *
actor_find_last (const Actor *actor,
                 const char  *name)
{
  for (guint i = actor->calls->len; i > 0; i--)
    {
      WitnessedCall *call = actor->calls->pdata[i - 1];

      if (call->errsv == 0 && g_str_equal (call->name, name))
        return call;
    }

  return NULL;
}

/* The segment that the process found, made or attached last; -1 when it has none.  To look at what is in the way of a
 * new one, it attaches that for reading. */
int
actor_get_id (const Actor *actor)
{
  gboolean is_blocked = FALSE;
  int id = -1;

  for (guint i = 0; i < actor->calls->len; i++)
    {
      WitnessedCall *call = actor->calls->pdata[i];

      if (g_str_equal (call->name, "shmget") && strtol (call->args[1], NULL, 10) != 0 && call->errsv != 0)
        {
          is_blocked = TRUE;
          id = -1;
        }
      else if (g_str_equal (call->name, "shmget") && call->errsv == 0 &&
               (!is_blocked || strtol (call->args[1], NULL, 10) != 0))
        {
          is_blocked = FALSE;
          id = atoi (call->result);
        }
      else if (g_str_equal (call->name, "shmat") && call->errsv == 0 && (!is_blocked || strtol (call->args[2], NULL, 8) == 0))
        {
          is_blocked = FALSE;
          id = atoi (call->args[0]);
        }
      else if (g_str_equal (call->name, "shmctl") && call->errsv == 0 && !is_blocked && id == -1)
        {
          id = atoi (call->args[0]);
        }
    }

  return id;
}
