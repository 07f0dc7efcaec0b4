/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each rule has an expression and, for each of its groups, the fact that what is
 * there must agree with.  The first rule that fits explains a number; a number that
 * no rule explains is a complaint, so that a new text brings its rule. */

#include "config.h"

#include "helpers/helper-rules.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#define N_GROUPS   6
#define CALLS_LATE 100  /* so many calls may have been made that are not listed yet */

#define KEY      "(0x[0-9a-f]{8})"
#define ADDRESS  "(0x[0-9a-f]{6,})"
#define NUMBER   "([0-9](?:[0-9,]*[0-9])?)"
#define TIME     "([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?)"
#define SIZE     "([0-9][0-9.,]*[ \\x{a0}](?:bytes?|KiB|MiB|GiB))"
#define CALL     "(?:ftok|shmget|shmat|shmdt|shmctl|semget|semctl|semop)\\((?:[^()\"]|\"[^\"]*\"|\\([^()]*\\))*\\)"

/* What a check is about. */
typedef struct _Case Case;

struct _Case
{
  const Case    *earlier;    /* what was so before; NULL in that itself */
  const Facts   *facts;
  const Actor   *self;       /* whose window it is */
  int            own_id;     /* of the segment that it made, found or attached, or -1 */
  int            id;         /* of the segment that the window is about: its own, or what stands in the way; or -1 */
  const Segment *segment;    /* NULL when there is none, and never was */
  Control        control;
  gboolean       has_control;
  GPtrArray     *places;
  GPtrArray     *window;     /* what was read of the window last, when the places are those of a tab only */
  guint          index;
  const Place   *place;
};

/* Whether @text agrees; @name is what it is called in what is written down, NULL for itself; @right what it should be. */
typedef gboolean (* Agrees) (const Case  *c,
                             const char  *text,
                             char       **name,
                             char       **right);

/* A number as people write it: hex, or decimal with commas and perhaps a point. */
static double
to_number (const char *text)
{
  g_auto(GStrv) parts = g_strsplit (text, ",", -1);
  g_autofree char *digits = g_strjoinv ("", parts);

  return g_str_has_prefix (digits, "0x") ? (double) g_ascii_strtoull (digits + 2, NULL, 16) : g_ascii_strtod (digits, NULL);
}

static gboolean
equals (const char *text,
        double      right,
        char      **told)
{
  *told = g_strdup_printf ("%.0f", right);

  return to_number (text) == right;
}

static gboolean
unknown (char **right)
{
  *right = g_strdup ("nothing: there is none");

  return FALSE;
}

static gboolean
any (const Case  *c,
     const char  *text,
     char       **name,
     char       **right)
{
  *name = g_strdup ("{n}");

  return TRUE;
}

static gboolean
duration (const Case  *c,
          const char  *text,
          char       **name,
          char       **right)
{
  *name = g_strdup ("{duration}");

  return TRUE;
}

/* It is what it is, and the same in each run. */
static gboolean
literal (const Case  *c,
         const char  *text,
         char       **name,
         char       **right)
{
  return TRUE;
}

static gboolean
pid (const Case  *c,
     const char  *text,
     char       **name,
     char       **right)
{
  Actor *actor = facts_find_pid (c->facts, atoi (text));

  *right = g_strdup ("one of those that play here");
  if (actor == NULL)
    {
      *name = g_strdup ("{other-pid}");
      for (guint i = 0; i < c->facts->segments->len; i++)
        if (((Segment *) c->facts->segments->pdata[i])->cpid == atoi (text) || ((Segment *) c->facts->segments->pdata[i])->lpid == atoi (text))
          return TRUE;
      return FALSE;
    }

  *name = g_strdup_printf ("{%s-pid}", actor->role);

  return TRUE;
}

static gboolean
self_pid (const Case  *c,
          const char  *text,
          char       **name,
          char       **right)
{
  *name = g_strdup_printf ("{%s-pid}", c->self->role);

  return equals (text, c->self->pid, right);
}

static gboolean
id (const Case  *c,
    const char  *text,
    char       **name,
    char       **right)
{
  *name = g_strdup ("{id}");

  return c->id == -1 ? unknown (right) : equals (text, c->id, right);
}

/* What comes after these words at the beginning of a text, here or in the window; NULL when nothing begins so. */
static const char *
find_text (const Case *c,
           const char *words)
{
  GPtrArray *all[] = { c->places, c->window };

  for (gsize k = 0; k < G_N_ELEMENTS (all); k++)
    for (guint i = 0; all[k] != NULL && i < all[k]->len; i++)
      if (g_str_has_prefix (((Place *) all[k]->pdata[i])->text, words))
        return ((Place *) all[k]->pdata[i])->text + strlen (words);

  return NULL;
}

/* What the user chose stands in the first step, until there is a segment. */
static gint64
find_key (const Case *c)
{
  const char *key = find_text (c, "Step 1: key_t key = 0x");

  return key != NULL ? (gint64) g_ascii_strtoull (key, NULL, 16) : -1;
}

static gboolean
key (const Case  *c,
     const char  *text,
     char       **name,
     char       **right)
{
  WitnessedCall *call = actor_find_last (c->self, "ftok");

  *name = g_strdup ("{key}");
  if (call != NULL && to_number (text) == to_number (call->result))
    return TRUE;
  /* After IPC_RMID the kernel's record has no key any more, though everybody knows it. */
  if (c->segment != NULL && c->segment->key != 0)
    return equals (text, (double) c->segment->key, right);
  call = actor_find_last (c->self, "shmget");
  if (call != NULL)
    return equals (text, to_number (call->args[0]), right);
  for (guint i = 0; i < c->facts->segments->len; i++)
    if ((gint64) to_number (text) == ((Segment *) c->facts->segments->pdata[i])->key)
      return TRUE;

  return find_key (c) == -1 ? TRUE : equals (text, (double) find_key (c), right);
}

static gboolean
size (const Case  *c,
      const char  *text,
      char       **name,
      char       **right)
{
  return c->segment == NULL ? unknown (right) : equals (text, (double) c->segment->size_bytes, right);
}

/* Of the segment; before there is one, as the user chose it. */
static double
get_size (const Case *c)
{
  if (c->own_id != -1 && c->segment != NULL && (!c->segment->is_gone || c->segment->cpid == c->self->pid))
    return (double) c->segment->size_bytes;
  if (find_text (c, "Size in bytes: ") != NULL)
    return to_number (find_text (c, "Size in bytes: "));

  return c->own_id != -1 && c->segment != NULL ? (double) c->segment->size_bytes : -1;
}

static gboolean
chosen_size (const Case  *c,
             const char  *text,
             char       **name,
             char       **right)
{
  return get_size (c) < 0 ? TRUE : equals (text, get_size (c), right);
}

/* As long as there is no segment, what the user chose is checked where it is chosen. */
static gboolean
chosen_mode (const Case  *c,
             const char  *text,
             char       **name,
             char       **right)
{
  if (c->own_id == -1 || c->segment == NULL || c->segment->is_gone)
    return TRUE;

  *right = g_strdup_printf ("%04o", c->segment->mode & 0777);

  return strtoul (text, NULL, 8) == (c->segment->mode & 0777);
}

static gboolean
capacity (const Case  *c,
          const char  *text,
          char       **name,
          char       **right)
{
  return equals (text, (double) (((gint64) get_size (c) - 128) / 2 / 64 * 64 - 1), right);
}

static gboolean
pages (const Case  *c,
       const char  *text,
       char       **name,
       char       **right)
{
  return equals (text, ceil ((c->segment != NULL ? (double) c->segment->size_bytes : get_size (c)) / 4096), right);
}

static gboolean
chosen_pages (const Case  *c,
              const char  *text,
              char       **name,
              char       **right)
{
  return equals (text, ceil (get_size (c) / 4096), right);
}

/* What the entry holds, in bytes. */
static gboolean
entry_length (const Case  *c,
              const char  *text,
              char       **name,
              char       **right)
{
  const char *entry = find_text (c, "Message: ");

  return entry != NULL ? equals (text, (double) strlen (entry), right) : unknown (right);
}

static gboolean
mode (const Case  *c,
      const char  *text,
      char       **name,
      char       **right)
{
  if (c->segment == NULL)
    return unknown (right);

  *right = g_strdup_printf ("%04o", c->segment->mode & 0777);

  return strtoul (text, NULL, 8) == (c->segment->mode & 0777) || strtoul (text, NULL, 8) == c->segment->mode;
}

static gboolean
nattch (const Case  *c,
        const char  *text,
        char       **name,
        char       **right)
{
  return c->segment == NULL ? unknown (right) : equals (text, (double) c->segment->nattch, right);
}

static guint
count_mappings (const Actor *actor,
                int          segment_id)
{
  guint n = 0;

  for (guint i = 0; i < actor->mappings->len; i++)
    n += ((Mapping *) actor->mappings->pdata[i])->id == segment_id;

  return n;
}

/* Without the window's own. */
static gboolean
others (const Case  *c,
        const char  *text,
        char       **name,
        char       **right)
{
  return c->segment == NULL ? unknown (right)
                            : equals (text, (double) c->segment->nattch - count_mappings (c->self, c->id), right);
}

static gboolean
n_seen (const Case  *c,
        const char  *text,
        char       **name,
        char       **right)
{
  guint n = 0;

  for (guint i = 0; i < c->facts->actors->len; i++)
    n += count_mappings (c->facts->actors->pdata[i], c->id) > 0;

  return equals (text, n, right);
}

/* Of the copy that readers use now. */
static guint
get_copy (const Case *c)
{
  return c->control.protocol == 4 && c->control.sequence % 2 == 1 ? 1 : 0;
}

/* Who looks no more, or was told to pause, keeps what it saw. */
static gboolean
is_kept (const Case *c)
{
  if (actor_find_mapping (c->self, c->id) == NULL)
    return TRUE;

  return find_text (c, "Pause [on]") != NULL || find_text (c, "waiting: ") != NULL;
}

static gboolean
message_number (const Case  *c,
                const char  *text,
                char       **name,
                char       **right)
{
  if (!c->has_control)
    return unknown (right);

  *right = g_strdup_printf ("%" G_GUINT64_FORMAT, c->control.number[get_copy (c)]);

  return to_number (text) == (double) c->control.number[0] || to_number (text) == (double) c->control.number[1] ||
         (is_kept (c) && to_number (text) < (double) MAX (c->control.number[0], c->control.number[1]));
}

static gboolean
message_length (const Case  *c,
                const char  *text,
                char       **name,
                char       **right)
{
  if (!c->has_control)
    return unknown (right);

  *right = g_strdup_printf ("%u", c->control.length[get_copy (c)]);

  return to_number (text) == c->control.length[0] || to_number (text) == c->control.length[1];
}

static gboolean
sequence (const Case  *c,
          const char  *text,
          char       **name,
          char       **right)
{
  return !c->has_control ? unknown (right) : equals (text, (double) c->control.sequence, right);
}

static gboolean
writer (const Case  *c,
        const char  *text,
        char       **name,
        char       **right)
{
  Actor *actor = facts_find_pid (c->facts, atoi (text));

  if (actor != NULL)
    *name = g_strdup_printf ("{%s-pid}", actor->role);

  return !c->has_control ? unknown (right) : equals (text, c->control.writer_pid, right);
}

/* Where somebody who plays here has, or had, something. */
static gboolean
address (const Case  *c,
         const char  *text,
         char       **name,
         char       **right)
{
  guint64 value = g_ascii_strtoull (text, NULL, 16);

  *name = g_strdup ("{address}");
  *right = g_strdup ("an address of somebody");
  for (guint i = 0; i < c->facts->actors->len; i++)
    {
      const Actor *actor = c->facts->actors->pdata[i];

      for (guint k = 0; k < actor->calls->len; k++)
        {
          const WitnessedCall *call = actor->calls->pdata[k];

          if (g_str_equal (call->name, "shmat") && g_ascii_strtoull (call->result, NULL, 16) == value)
            {
              g_free (*name);
              *name = g_strdup_printf ("{%s-address}", actor->role);
              return TRUE;
            }
        }
      for (guint k = 0; k < actor->mappings->len; k++)
        if (((Mapping *) actor->mappings->pdata[k])->id != -1 && ((Mapping *) actor->mappings->pdata[k])->from == value)
          return TRUE;
    }

  return FALSE;
}

/* An edge of something that somebody who plays here has mapped.  Only what stays where it is, the program, where the
 * stack ends and where the heap begins: what malloc has, and what lies between libraries, moves all the time. */
static gboolean
edge (const Case  *c,
      const char  *text,
      char       **name,
      char       **right)
{
  guint64 value = g_ascii_strtoull (text, NULL, 16);
  gboolean is_from = strstr (c->place->text, text) < strstr (c->place->text, " to 0x");
  gboolean is_stack = strstr (c->place->text, "main thread’s stack") != NULL && !is_from;
  gboolean is_heap = strstr (c->place->text, "The heap: ") != NULL && is_from;

  *name = g_strdup ("{address}");
  *right = g_strdup ("an edge of something that is mapped");
  if (!is_stack && !is_heap && strstr (c->place->text, "The program itself") == NULL)
    return TRUE;

  for (guint i = 0; i < c->facts->actors->len; i++)
    {
      const Actor *actor = c->facts->actors->pdata[i];

      for (guint k = 0; k < actor->mappings->len; k++)
        {
          const Mapping *mapping = actor->mappings->pdata[k];

          if ((is_from ? mapping->from : mapping->to) == value && (!is_stack || g_str_equal (mapping->path, "[stack]")) &&
              (!is_heap || g_str_equal (mapping->path, "[heap]")))
            return TRUE;
        }
    }

  return FALSE;
}

static gboolean
time_of_day (const Case  *c,
             const char  *text,
             char       **name,
             char       **right)
{
  g_autoptr(GDateTime) now = g_date_time_new_from_unix_local (c->facts->now_ns / 1000000000);
  int seconds = atoi (text) * 3600 + atoi (text + 3) * 60 + atoi (text + 6);
  int seconds_now = g_date_time_get_hour (now) * 3600 + g_date_time_get_minute (now) * 60 + g_date_time_get_second (now);

  *name = g_strdup ("{time}");
  *right = g_strdup ("in the last minutes");

  return ((seconds_now - seconds) % 86400 + 86400) % 86400 < 1800;
}

/* When the message that is in the segment was written, by its control block. */
static gboolean
written_at (const Case  *c,
            const char  *text,
            char       **name,
            char       **right)
{
  *name = g_strdup ("{time}");
  if (!c->has_control)
    return unknown (right);

  *right = g_strdup ("as in the control block");
  if (is_kept (c))
    return time_of_day (c, text, name, right);
  for (guint i = 0; i < 2; i++)
    {
      gint64 ns = c->control.written_ns[i] + c->facts->boot_ns;

      /* The two clocks are not read at one moment. */
      for (gint64 off = -20; off <= 20; off++)
        {
          gint64 then = ns + off * 1000000;
          g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (then / 1000000000);
          g_autofree char *clock = g_date_time_format (time, "%H:%M:%S");
          g_autofree char *full = g_strdup_printf ("%s.%03d", clock, (int) (then / 1000000 % 1000));

          if (g_str_equal (full, text))
            return TRUE;
        }
    }

  return FALSE;
}

static gboolean
n_segments (const Case  *c,
            const char  *text,
            char       **name,
            char       **right)
{
  guint n = 0;

  *name = g_strdup ("{n}");
  for (guint i = 0; i < c->facts->segments->len; i++)
    n += !((Segment *) c->facts->segments->pdata[i])->is_gone;

  return equals (text, n, right);
}

static gboolean
n_pages (const Case  *c,
         const char  *text,
         char       **name,
         char       **right)
{
  guint64 n = 0;

  *name = g_strdup ("{n}");
  for (guint i = 0; i < c->facts->segments->len; i++)
    if (!((Segment *) c->facts->segments->pdata[i])->is_gone)
      n += (((Segment *) c->facts->segments->pdata[i])->size_bytes + 4095) / 4096;

  return equals (text, (double) n, right);
}

static gboolean
shmmni (const Case  *c,
        const char  *text,
        char       **name,
        char       **right)
{
  g_autofree char *limit = NULL;

  *name = g_strdup ("{SHMMNI}");

  return g_file_get_contents ("/proc/sys/kernel/shmmni", &limit, NULL, NULL) && equals (text, to_number (g_strchomp (limit)), right);
}

static gboolean
n_calls (const Case  *c,
         const char  *text,
         char       **name,
         char       **right)
{
  guint n_then = c->earlier != NULL ? c->earlier->self->calls->len : c->self->calls->len;

  /* A burst of calls comes to the list twice a second. */
  if (n_then != c->self->calls->len)
    return to_number (text) <= c->self->calls->len && to_number (text) + CALLS_LATE >= n_then;

  return equals (text, c->self->calls->len, right);
}

/* The segment that the text itself names, such as the one in the way. */
static const Segment *
find_named (const Case *c)
{
  g_autoptr(GRegex) regex = g_regex_new ("\\b[Ss]egment ([0-9]+)\\b", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autofree char *word = g_regex_match (regex, c->place->text, 0, &match) ? g_match_info_fetch (match, 1) : NULL;

  return word != NULL ? facts_find_segment (c->facts, atoi (word)) : c->segment;
}

static gboolean
named_id (const Case  *c,
          const char  *text,
          char       **name,
          char       **right)
{
  const Segment *segment = facts_find_segment (c->facts, atoi (text));

  *name = g_strdup (atoi (text) == c->id ? "{id}" : "{other-id}");
  *right = g_strdup ("the id of a segment");

  return segment != NULL;
}

static gboolean
named_size (const Case  *c,
            const char  *text,
            char       **name,
            char       **right)
{
  return find_named (c) == NULL ? unknown (right) : equals (text, (double) find_named (c)->size_bytes, right);
}

static gboolean
named_mode (const Case  *c,
            const char  *text,
            char       **name,
            char       **right)
{
  if (find_named (c) == NULL)
    return unknown (right);

  *right = g_strdup_printf ("%04o", find_named (c)->mode & 0777);

  return strtoul (text, NULL, 8) == (find_named (c)->mode & 0777);
}

static gboolean
named_others (const Case  *c,
              const char  *text,
              char       **name,
              char       **right)
{
  const Segment *segment = find_named (c);

  return segment == NULL ? unknown (right)
                         : equals (text, (double) segment->nattch - count_mappings (c->self, segment->id), right);
}

static gboolean
named_nattch (const Case  *c,
              const char  *text,
              char       **name,
              char       **right)
{
  return find_named (c) == NULL ? unknown (right) : equals (text, (double) find_named (c)->nattch, right);
}

static gboolean
named_age (const Case  *c,
           const char  *text,
           char       **name,
           char       **right)
{
  const Segment *segment = find_named (c);
  gint64 age_s;
  gint64 told_s;

  *name = g_strdup ("{age}");
  if (segment == NULL)
    return unknown (right);

  age_s = c->facts->now_ns / 1000000000 - segment->ctime;
  *right = g_strdup_printf ("%d seconds ago", (int) age_s);
  told_s = strstr (text, "now") != NULL ? 0 : (gint64) to_number (text) * (strstr (text, "minute") != NULL ? 60 : 1);

  return age_s >= told_s - 2 && age_s <= told_s + 90;
}

/* The id of another segment, which has the key of this window's. */
static gboolean
key_holder (const Case  *c,
            const char  *text,
            char       **name,
            char       **right)
{
  const Segment *segment = facts_find_segment (c->facts, atoi (text));

  *name = g_strdup ("{other-id}");
  *right = g_strdup ("a segment with this key");

  return segment != NULL && segment->id != c->id && segment->key != 0 && !segment->is_gone;
}

static gboolean
no_key (const Case  *c,
        const char  *text,
        char       **name,
        char       **right)
{
  return c->segment == NULL ? unknown (right) : equals (text, (double) c->segment->key, right);
}

static gboolean
next_number (const Case  *c,
             const char  *text,
             char       **name,
             char       **right)
{
  return !c->has_control ? unknown (right)
                         : to_number (text) == (double) MAX (c->control.number[0], c->control.number[1]) + 1 ||
                           message_number (c, text, name, right);
}

/* "offset 0xf98 (3992): 0xb5" */
static gboolean
cursor (const Case  *c,
        const char  *text,
        char       **name,
        char       **right)
{
  const char *open = strchr (text, '(');
  const char *colon = strstr (text, ": ");
  gsize offset = (gsize) g_ascii_strtoull (text + strlen ("offset "), NULL, 16);
  gsize length;
  const guchar *bytes;

  if (c->segment == NULL || c->segment->bytes == NULL || open == NULL || colon == NULL)
    return unknown (right);

  bytes = g_bytes_get_data (c->segment->bytes, &length);
  if (offset >= length)
    return unknown (right);
  *right = g_strdup_printf ("offset 0x%zx (%zu): 0x%02x", offset, offset, bytes[offset]);
  *name = g_strdup ("{offset}: {byte}");

  return to_number (open + 1) == (double) offset && to_number (colon + 2) == bytes[offset];
}

static guint
count_not_zero (const Case *c)
{
  gsize length = 0;
  const guchar *bytes = c->segment != NULL && c->segment->bytes != NULL ? g_bytes_get_data (c->segment->bytes, &length) : NULL;
  guint n = 0;

  for (gsize i = 0; i < length; i++)
    n += bytes[i] != 0;

  return n;
}

static gboolean
not_zero (const Case  *c,
          const char  *text,
          char       **name,
          char       **right)
{
  return equals (text, count_not_zero (c), right);
}

/* What does not belong to the text at byte 0. */
static gboolean
not_zero_behind (const Case  *c,
                 const char  *text,
                 char       **name,
                 char       **right)
{
  gsize length = 0;
  const guchar *bytes = c->segment != NULL && c->segment->bytes != NULL ? g_bytes_get_data (c->segment->bytes, &length) : NULL;
  guint n = 0;

  for (gsize i = bytes != NULL ? strnlen ((const char *) bytes, length) : 0; i < length; i++)
    n += bytes[i] != 0;

  return equals (text, n, right);
}

/* "01 00 00 ff": the first bytes. */
static gboolean
first_bytes (const Case  *c,
             const char  *text,
             char       **name,
             char       **right)
{
  gsize length = 0;
  const guchar *bytes = c->segment != NULL && c->segment->bytes != NULL ? g_bytes_get_data (c->segment->bytes, &length) : NULL;
  g_auto(GStrv) words = g_strsplit (text, " ", -1);

  *right = g_strdup ("what is in the segment");
  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    if (i >= length || strtoul (words[i], NULL, 16) != bytes[i])
      return FALSE;

  return TRUE;
}

/* A layout's key, which is the segment's or one of a range that it begins; or that of its semaphores. */
static gboolean
hinted_key (const Case  *c,
            const char  *text,
            char       **name,
            char       **right)
{
  if (strstr (c->place->text, "semaphores with key") != NULL && g_str_has_suffix (text, "0x5678"))
    return TRUE;
  if (c->segment == NULL)
    return unknown (right);

  *right = g_strdup_printf ("0x%x", (guint) c->segment->key);

  return to_number (text) == (double) c->segment->key;
}

/* The string at byte 0, or in one of our copies; as long as it is there. */
static gboolean
is_in_segment (const Case *c,
               const char *text)
{
  gsize length = 0;
  const char *bytes = c->segment != NULL && c->segment->bytes != NULL ? g_bytes_get_data (c->segment->bytes, &length) : NULL;

  if (strlen (text) > length)
    return FALSE;

  return memcmp (bytes, text, strlen (text)) == 0 ||
         (c->has_control && c->control.copy_size + strlen (text) <= length &&
          memcmp (bytes + c->control.copy_size, text, strlen (text)) == 0);
}

/* A text in quotes: what is there, or a layout's reading of it, whose numbers are written beside it. */
static gboolean
picture_text (const Case  *c,
              const char  *text,
              char       **name,
              char       **right)
{
  *right = g_strdup ("what is in the segment");

  return is_in_segment (c, text) || !c->has_control;
}

/* What stands in large type; the line of facts below it has rules of its own. */
static gboolean
message_text_if (const Case  *c,
                 const char  *text,
                 char       **name,
                 char       **right)
{
  *right = g_strdup ("what is in the segment");

  return is_in_segment (c, text) || !c->has_control;
}

/* Of the string at byte 0. */
static gboolean
text_length (const Case  *c,
             const char  *text,
             char       **name,
             char       **right)
{
  gsize length = 0;
  const char *bytes = c->segment != NULL && c->segment->bytes != NULL ? g_bytes_get_data (c->segment->bytes, &length) : NULL;

  return bytes == NULL ? unknown (right) : equals (text, (double) strnlen (bytes, length), right) || message_length (c, text, name, right);
}

/* What the user gave on the command line. */
static gboolean
chosen_id (const Case  *c,
           const char  *text,
           char       **name,
           char       **right)
{
  *name = g_strdup ("{id}");
  for (guint i = 0; i < c->self->calls->len; i++)
    {
      const WitnessedCall *call = c->self->calls->pdata[i];

      if (g_str_has_prefix (call->name, "shm") && g_str_equal (call->args[0], text))
        return TRUE;
    }
  *right = g_strdup ("the id that it asked for");

  return FALSE;
}

static gboolean
id_asked_for (const Case  *c,
              const char  *text,
              char       **name,
              char       **right)
{
  return chosen_id (c, text, name, right) || named_id (c, text, name, right);
}

/* Fields of the kernel's record. */
#define RECORD_FIELD(field, placeholder) \
  static gboolean \
  record_##field (const Case *c, const char *text, char **name, char **right) \
  { \
    *name = g_strdup (placeholder); \
    return c->segment == NULL ? unknown (right) : equals (text, (double) c->segment->field, right); \
  }
RECORD_FIELD (key, c->segment != NULL && c->segment->key == 0 ? NULL : "{key}")
RECORD_FIELD (uid, "{uid}")
RECORD_FIELD (gid, "{gid}")
RECORD_FIELD (cuid, "{uid}")
RECORD_FIELD (cgid, "{gid}")
RECORD_FIELD (atime, "{seconds}")
RECORD_FIELD (dtime, "{seconds}")
RECORD_FIELD (ctime, "{seconds}")
RECORD_FIELD (rss_bytes, NULL)
RECORD_FIELD (swap_bytes, NULL)

#define RECORD_PID(field) \
  static gboolean \
  record_##field (const Case *c, const char *text, char **name, char **right) \
  { \
    Actor *actor = facts_find_pid (c->facts, atoi (text)); \
    *name = actor != NULL ? g_strdup_printf ("{%s-pid}", actor->role) : NULL; \
    return c->segment == NULL ? unknown (right) : equals (text, c->segment->field, right); \
  }
RECORD_PID (cpid)
RECORD_PID (lpid)

static gboolean
is_date (gint64       seconds,
         const char  *text,
         char       **name,
         char       **right)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (seconds);

  *name = g_strdup ("{date} {time}");
  *right = g_date_time_format (time, "%Y-%m-%d %H:%M:%S");

  return g_str_equal (*right, text);
}

#define RECORD_DATE(field) \
  static gboolean \
  date_##field (const Case *c, const char *text, char **name, char **right) \
  { \
    return c->segment == NULL ? unknown (right) : is_date (c->segment->field, text, name, right); \
  }
RECORD_DATE (atime)
RECORD_DATE (dtime)
RECORD_DATE (ctime)

static gboolean
rss_pages (const Case *c, const char *text, char **name, char **right)
{
  return c->segment == NULL ? unknown (right) : equals (text, (double) (c->segment->rss_bytes / 4096), right);
}

static gboolean
swap_pages (const Case *c, const char *text, char **name, char **right)
{
  return c->segment == NULL ? unknown (right) : equals (text, (double) (c->segment->swap_bytes / 4096), right);
}

/* A value of C as it stands in a call; FALSE when it is a name that only says what will be there. */
static gboolean
parse_c (const char *text,
         gint64     *value)
{
  static const struct { const char *name; gint64 value; } names[] = {
    { "NULL", 0 }, { "IPC_PRIVATE", IPC_PRIVATE }, { "IPC_CREAT", IPC_CREAT }, { "IPC_EXCL", IPC_EXCL },
    { "IPC_NOWAIT", IPC_NOWAIT }, { "IPC_STAT", IPC_STAT }, { "IPC_SET", IPC_SET }, { "IPC_RMID", IPC_RMID },
    { "SHM_RDONLY", SHM_RDONLY }, { "SEM_UNDO", SEM_UNDO }, { "SETVAL", SETVAL }, { "GETVAL", GETVAL }, { "GETALL", GETALL },
    { "SETALL", SETALL }, { "GETPID", GETPID }, { "GETNCNT", GETNCNT },
  };
  g_auto(GStrv) parts = g_strsplit (text, "|", -1);

  *value = 0;
  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *part = g_strstrip (parts[i]);
      gboolean known = g_ascii_isdigit (*part) || *part == '-';

      if (*part == '\'' && part[1] != '\0')
        {
          *value |= part[1];
          continue;
        }
      if (known)
        *value |= *part == '-' ? g_ascii_strtoll (part, NULL, 0) : (gint64) g_ascii_strtoull (part, NULL, 0);
      for (gsize k = 0; k < G_N_ELEMENTS (names) && !known; k++)
        if (g_str_equal (names[k].name, part))
          {
            *value |= names[k].value;
            known = TRUE;
          }
      if (!known)
        return FALSE;
    }

  return TRUE;
}

/* "shmget(0x…, 4096, IPC_CREAT|0600)" against what was witnessed. */
static gboolean
is_call (const WitnessedCall *call,
         const char          *text)
{
  const char *open = strchr (text, '(');
  g_autofree char *name = g_strndup (text, open - text);
  g_autofree char *inside = g_strndup (open + 1, strlen (open + 1) - 1);
  g_auto(GStrv) args = NULL;

  if (!g_str_equal (call->name, name))
    return FALSE;
  if (g_str_equal (name, "ftok"))
    {
      const char *comma = g_strrstr (inside, ", ");
      gint64 letter;

      return comma != NULL && parse_c (comma + 2, &letter) && letter == atoi (call->args[g_strv_length (call->args) - 1]);
    }

  args = g_strsplit (inside, ",", -1);
  for (guint i = 0; args[i] != NULL; i++)
    {
      gint64 value;

      if (call->args[i] == NULL || (i > 0 && g_str_equal (name, "semop")))
        break;
      if (!parse_c (args[i], &value) || (guint32) value != (guint32) g_ascii_strtoll (call->args[i], NULL, 0))
        {
          /* An address has more bits, and an octal flag is read as octal. */
          if (!parse_c (args[i], &value) || value != (gint64) g_ascii_strtoull (call->args[i], NULL, 0))
            return FALSE;
        }
    }

  return TRUE;
}

/* The description of the step that the text belongs to, or NULL. */
static const char *
find_step (const Case *c)
{
  g_autofree char *step = NULL;
  const char *in_where = strstr (c->place->where, "Step ");

  if (in_where == NULL)
    in_where = g_str_has_prefix (c->place->text, "Step ") ? c->place->text : NULL;
  if (in_where == NULL)
    return NULL;

  step = g_strndup (in_where, strspn (in_where, "Step 0123456789"));
  g_strchomp (step);
  for (guint i = 0; i + 1 < c->places->len; i++)
    {
      const Place *place = c->places->pdata[i];
      const Place *next = c->places->pdata[i + 1];

      if (g_str_has_prefix (place->text, step) && place->text[strlen (step)] == ':' && next->is_description)
        return next->text;
    }

  return NULL;
}

/* Every number in a call that was not made yet must be one that is so. */
/* A race has the segment mapped once more. */
static gboolean
is_own_address (const Case *c,
                double      value)
{
  for (guint i = 0; i < c->self->mappings->len; i++)
    {
      const Mapping *mapping = c->self->mappings->pdata[i];

      if (mapping->id == c->id && value == (double) mapping->from)
        return TRUE;
    }

  return FALSE;
}

static gboolean
may_come (const Case *c,
          const char *text)
{
  g_autofree char *asked = NULL;
  g_autofree char *wrong = NULL;
  g_autoptr(GRegex) number = g_regex_new ("\\b(0x[0-9a-f]+|[0-9]+)\\b", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  gboolean fine = TRUE;

  for (g_regex_match (number, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *word = g_match_info_fetch (match, 0);
      double value = to_number (word);
      g_autofree char *name = NULL;
      g_autofree char *right = NULL;

      if (strlen (word) == 10 && g_str_has_prefix (word, "0x"))
        fine = fine && key (c, word, &name, &right);
      else if (g_str_has_prefix (word, "0x"))
        fine = fine && is_own_address (c, value);
      else if (*word != '0')
        fine = fine && (value == get_size (c) || value == c->id || chosen_id (c, word, &asked, &wrong));
    }

  return fine;
}

static char *
name_call (const Case *c,
           const char *text)
{
  g_autoptr(GRegex) key_regex = g_regex_new ("0x[0-9a-f]{8}\\b", 0, 0, NULL);
  g_autoptr(GRegex) address_regex = g_regex_new ("0x[0-9a-f]{9,}", 0, 0, NULL);
  g_autoptr(GRegex) id_regex = g_regex_new ("((?:shmat|shmctl|semop|semctl)\\()[0-9]+", 0, 0, NULL);
  g_autoptr(GRegex) path_regex = g_regex_new ("\"[^\"]*/", 0, 0, NULL);
  g_autofree char *address_name = g_strdup_printf ("{%s-address}", c->self->role);
  g_autofree char *a = g_regex_replace_literal (key_regex, text, -1, 0, "{key}", 0, NULL);
  g_autofree char *b = g_regex_replace_literal (address_regex, a, -1, 0, address_name, 0, NULL);
  g_autofree char *d = g_regex_replace (id_regex, b, -1, 0, "\\1{id}", 0, NULL);

  return g_regex_replace_literal (path_regex, d, -1, 0, "\"{folder}/", 0, NULL);
}

/* A call as C: one that this process made; in a step that is not done, one that it may make next. */
static gboolean
c_call (const Case  *c,
        const char  *text,
        char       **name,
        char       **right)
{
  const char *step = find_step (c);

  *name = name_call (c, text);
  *right = g_strdup ("a call that this process made");
  for (guint i = 0; i < c->self->calls->len; i++)
    if (is_call (c->self->calls->pdata[i], text))
      return TRUE;

  if (step == NULL || g_str_has_prefix (step, "done"))
    return FALSE;

  g_free (*right);
  *right = g_strdup ("the call that comes next");

  return may_come (c, text);
}

/* shmat says (void *) -1 when it fails. */
static gboolean
is_result (const char *text,
           const char *result)
{
  return to_number (text) == to_number (result) ||
         (to_number (text) == -1 && (g_str_equal (result, "0xffffffffffffffff") || g_str_equal (result, "0xffffffff")));
}

/* The result of the last such call. */
static gboolean
step_result (const Case  *c,
             const char  *text,
             char       **name,
             char       **right)
{
  g_autofree char *step = NULL;
  const Place *head = NULL;
  g_autofree char *word = NULL;
  WitnessedCall *call;

  if (g_str_has_prefix (text, "0x"))
    *name = g_strdup (strlen (text) == 10 ? "{key}" : "{address}");
  else if (c->id != -1 && atoi (text) == c->id && !g_str_equal (text, "0"))
    *name = g_strdup ("{id}");
  for (guint i = 0; i < c->places->len; i++)
    {
      const Place *place = c->places->pdata[i];
      g_autofree char *start = NULL;

      if (g_str_has_prefix (place->text, "Step "))
        {
          start = g_strndup (place->text, strcspn (place->text, ":"));
          if (strstr (c->place->where, start) != NULL || i + 1 == c->index)
            head = place;
        }
    }
  if (head == NULL)
    return unknown (right);

  step = g_strdup (strstr (head->text, ": ") + 2);
  word = g_strndup (step, strcspn (step, "("));
  if (g_str_equal (word, "shmget") && *name == NULL)
    *name = g_strdup ("{id}");
  if (g_str_has_prefix (step, "key_t") || g_str_has_prefix (step, "memcpy") || g_str_has_prefix (step, "while"))
    return TRUE;
  call = actor_find_last (c->self, word);
  for (guint i = c->self->calls->len; i > 0 && call == NULL; i--)
    if (g_str_equal (((WitnessedCall *) c->self->calls->pdata[i - 1])->name, word))
      call = c->self->calls->pdata[i - 1];
  if (call == NULL)
    return unknown (right);
  *right = g_strdup (call->result);
  /* A race attaches once more. */
  for (guint i = 0; i < c->self->calls->len && g_str_equal (word, "shmat"); i++)
    if (g_str_equal (((WitnessedCall *) c->self->calls->pdata[i])->name, word) &&
        is_result (text, ((WitnessedCall *) c->self->calls->pdata[i])->result))
      return TRUE;

  return is_result (text, call->result);
}

/* The result of a call of which the words are checked elsewhere. */
static gboolean
any_result (const Case  *c,
            const char  *text,
            char       **name,
            char       **right)
{
  *right = g_strdup ("the result of a call");
  *name = g_str_has_prefix (text, "0x") ? g_strdup ("{address}") : g_strdup (atoi (text) > 0 ? "{id}" : text);
  for (guint i = 0; i < c->self->calls->len; i++)
    if (is_result (text, ((WitnessedCall *) c->self->calls->pdata[i])->result))
      return TRUE;

  return FALSE;
}

static const char *
strerrorname (int errsv)
{
  static const struct { int errsv; const char *name; } names[] = {
    { ENOENT, "ENOENT" }, { EEXIST, "EEXIST" }, { EINVAL, "EINVAL" }, { EACCES, "EACCES" }, { EPERM, "EPERM" }, { EIDRM, "EIDRM" },
    { ENOMEM, "ENOMEM" }, { ENOSPC, "ENOSPC" }, { EAGAIN, "EAGAIN" }, { EINTR, "EINTR" }, { ENOTDIR, "ENOTDIR" }, { ELOOP, "ELOOP" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].errsv == errsv)
      return names[i].name;

  return "?";
}

/* "3 | 14.212414 s | shmat(13, NULL, 0) | 0x7f964aa1a000 | 71 µs", with the name of errno before the time when it failed. */
static gboolean
call_row (const Case  *c,
          const char  *text,
          char       **name,
          char       **right)
{
  g_auto(GStrv) cells = g_strsplit (text, " | ", -1);
  guint n = g_strv_length (cells);
  guint number = (guint) to_number (cells[0]);
  g_autofree char *plain = NULL;

  if (n < 5)
    return unknown (right);

  *right = g_strdup ("a call that this process made then");
  plain = name_call (c, cells[2]);
  *name = g_strdup_printf ("%s | {time} | %s | %s | %s{duration}", cells[0], plain,
                           g_str_has_prefix (cells[3], "0x") && strlen (cells[3]) > 10 ? "{address}"
                           : g_str_has_prefix (cells[3], "0x") ? "{key}" : atoi (cells[3]) > 0 ? "{id}" : cells[3],
                           n > 5 ? g_intern_string (cells[4]) : "");

  /* Calls of two threads may begin in another order than they are numbered in. */
  for (guint i = number > 10 ? number - 10 : 0; i < c->self->calls->len; i++)
    {
      const WitnessedCall *call = c->self->calls->pdata[i];
      double began_s = (double) (call->begin_ns - ((WitnessedCall *) c->self->calls->pdata[0])->begin_ns) / 1e9;

      if (is_call (call, cells[2]) && is_result (cells[3], call->result) && fabs (to_number (cells[1]) - began_s) < 1 &&
          (n > 5) == (call->errsv != 0) && (n <= 5 || g_str_equal (cells[4], strerrorname (call->errsv))))
        return TRUE;
    }

  return FALSE;
}

/* No more than the interval allows, and none by who is not attached or pauses.  A busy machine may look less often. */
static gboolean
looks_a_second (const Case  *c,
                const char  *text,
                char       **name,
                char       **right)
{
  const char *slider = find_text (c, "Look every [");
  double most = slider != NULL ? 1000 / pow (10, g_ascii_strtod (slider, NULL)) : 0;

  *name = g_strdup ("{n}");
  *right = g_strdup_printf ("at most %.0f", most);
  if (slider == NULL)
    return unknown (right);

  return to_number (text) <= most * 1.1 + 1 && actor_find_mapping (c->self, c->own_id) != NULL && find_text (c, "Pause [on]") == NULL;
}

/* How many different messages a client saw or missed: of those that were written.  How many looks had to wait, were torn
 * or began again nobody else can count, since a look makes no call. */
static gboolean
n_written (const Case  *c,
           const char  *text,
           char       **name,
           char       **right)
{
  guint64 n = 0;
  gboolean is_counted = FALSE;

  *name = g_strdup ("{n}");
  for (guint i = 0; i < c->facts->segments->len; i++)
    {
      Control control;

      if (!segment_get_control (c->facts->segments->pdata[i], &control))
        continue;
      is_counted = TRUE;
      n += MAX (control.number[0], control.number[1]);
    }
  *right = g_strdup_printf ("at most %" G_GUINT64_FORMAT, n);

  return !is_counted || to_number (text) <= (double) n;
}

/* The part of an id that the kernel counts up; the other part is a place in its table. */
static gboolean
record_seq (const Case  *c,
            const char  *text,
            char       **name,
            char       **right)
{
  *name = g_strdup ("{seq}");

  return c->segment == NULL ? unknown (right) : equals (text, c->segment->id >> 15, right) || equals (text, c->segment->id >> 24, right);
}

static double
get_bytes (const char *text)
{
  double unit = strstr (text, "KiB") != NULL ? 1024 : strstr (text, "MiB") != NULL ? 1048576 : strstr (text, "GiB") != NULL ? 1073741824 : 1;

  return to_number (text) * unit;
}

/* "1.5 MiB" is rounded. */
static gboolean
is_size (const char *text,
         double      bytes,
         char      **right)
{
  double unit = get_bytes (text) / MAX (to_number (text), 1);

  *right = g_strdup_printf ("%.0f bytes", bytes);

  return fabs (get_bytes (text) - bytes) <= MAX (bytes * 0.01, unit > 1 ? unit * 0.06 : 0);
}

/* All segments that there are, together. */
static gboolean
is_total (const Case  *c,
          const char  *text,
          gboolean     is_resident,
          char       **name,
          char       **right)
{
  double n = 0;

  *name = g_strdup ("{size}");
  for (guint i = 0; i < c->facts->segments->len; i++)
    {
      const Segment *segment = c->facts->segments->pdata[i];

      if (!segment->is_gone)
        n += (double) (is_resident ? segment->rss_bytes : segment->size_bytes);
    }

  return is_size (text, n, right);
}

static gboolean
total_size (const Case  *c,
            const char  *text,
            char       **name,
            char       **right)
{
  return is_total (c, text, FALSE, name, right);
}

static gboolean
total_rss (const Case  *c,
           const char  *text,
           char       **name,
           char       **right)
{
  return is_total (c, text, TRUE, name, right);
}

static gboolean
n_mine (const Case  *c,
        const char  *text,
        char       **name,
        char       **right)
{
  guint n = 0;

  *name = g_strdup ("{n}");
  for (guint i = 0; i < c->facts->segments->len; i++)
    {
      const Segment *segment = c->facts->segments->pdata[i];

      n += !segment->is_gone && (segment->uid == geteuid () || segment->cuid == geteuid ());
    }

  return equals (text, n, right);
}

static gboolean
segment_size (const Case  *c,
              const char  *text,
              char       **name,
              char       **right)
{
  return c->segment == NULL ? unknown (right) : is_size (text, (double) c->segment->size_bytes, right);
}

/* "0x1000 to 0x3000, 4 KiB mapped": how much of it somebody who plays here has mapped, which may be about to change. */
static gboolean
span_size (const Case  *c,
           const char  *text,
           char       **name,
           char       **right)
{
  const char *middle = strstr (c->place->text, " to 0x");
  const char *start = middle;
  guint64 from, to;

  *name = g_strdup ("{n}");
  while (start != NULL && start > c->place->text && start[-1] != ' ')
    start--;
  if (middle == NULL)
    return unknown (right);

  from = g_ascii_strtoull (start, NULL, 16);
  to = g_ascii_strtoull (middle + strlen (" to "), NULL, 16);
  /* Addresses that are only kept free are mapped too, and do not count. */
  *right = g_strdup_printf ("at most %" G_GUINT64_FORMAT " bytes", to - from);
  if (strstr (c->place->text, "Shared libraries") != NULL)
    return get_bytes (text) <= (double) (to - from) * 1.01;

  for (guint i = 0; i < c->facts->actors->len; i++)
    {
      const Actor *actor = c->facts->actors->pdata[i];
      double n = 0;

      for (guint k = 0; k < actor->mappings->len; k++)
        {
          const Mapping *mapping = actor->mappings->pdata[k];

          if (mapping->from < to && mapping->to > from)
            n += (double) (MIN (mapping->to, to) - MAX (mapping->from, from));
        }
      g_clear_pointer (right, g_free);
      if (is_size (text, n, right) || (strstr (c->place->text, "The program itself") == NULL && n > 0 && fabs (get_bytes (text) - n) < n / 5))
        return TRUE;
    }

  return FALSE;
}

/* "attached 3 times" */
static gboolean
times_attached (const Case  *c,
                const char  *text,
                char       **name,
                char       **right)
{
  *right = g_strdup ("as often as somebody has it mapped");
  for (guint i = 0; i < c->facts->actors->len; i++)
    if (to_number (text) == count_mappings (c->facts->actors->pdata[i], c->id))
      return TRUE;

  return FALSE;
}

/* What was measured, and nobody else can measure at that moment. */
static gboolean
any_text (const Case  *c,
          const char  *text,
          char       **name,
          char       **right)
{
  g_autoptr(GRegex) number = g_regex_new ("[0-9][0-9.,]*", 0, 0, NULL);

  *name = g_regex_replace_literal (number, text, -1, 0, "{n}", 0, NULL);

  return TRUE;
}

/* "segment 4 · message 2 · written at 10:20:02.123 · seen 3 ms later · 5 bytes", below the message itself. */
static gboolean
history_facts (const Case  *c,
               const char  *text,
               char       **name,
               char       **right)
{
  const Place *above = c->index > 0 ? c->places->pdata[c->index - 1] : NULL;
  gsize length = above == NULL || g_str_equal (above->text, "(an empty message)") ? 0 : strlen (above->text);
  g_autofree char *end = g_strdup_printf (" · %zu byte%s", length, length == 1 ? "" : "s");
  const Segment *segment = facts_find_segment (c->facts, atoi (text + strlen ("segment ")));
  const char *number = strstr (text, " · message ");
  Control control;

  any_text (c, text, name, right);
  *right = g_strdup_printf ("of the message above it, which was written: …%s", end);

  return number != NULL && g_str_has_suffix (text, end) && segment_get_control (segment, &control)
         && to_number (number + strlen (" · message ")) <= (double) MAX (control.number[0], control.number[1]);
}

/* "64 MiB" */
static double
to_bytes (const char *text)
{
  static const char units[] = "KMG";
  char *unit = NULL;
  double value = g_ascii_strtod (text, &unit);
  const char *found = strchr (units, unit[strspn (unit, " ")]);

  return found != NULL && *found != '\0' ? ldexp (value, 10 * (int) (found - units + 1)) : value;
}

/* "Pipe | 309 MiB/s | 207 ms | 256 MiB | 256 MiB | 4.00 | …": a file of the size that stands above it, carried so fast
 * and copied so often. */
static gboolean
carried (const Case  *c,
         const char  *text,
         char       **name,
         char       **right)
{
  g_auto(GStrv) cells = g_strsplit (text, " | ", -1);
  const double copies = g_str_has_prefix (text, "Pipe") || g_str_has_prefix (text, "FIFO") || g_str_has_prefix (text, "Message Queue") ? 4 : 2;
  double size = 0;
  double seconds;

  any_text (c, text, name, right);
  for (guint i = 0; i < c->index; i++)
    {
      const char *label = ((Place *) c->places->pdata[i])->text;

      if (strstr (label, " of random bytes · blocks of ") != NULL && !g_str_has_prefix (label, "Stopped"))
        size = to_bytes (label + strcspn (label, "0123456789"));
    }
  *right = g_strdup_printf ("%.0f bytes, copied %.0f times, and as fast as the time says", size, copies);
  if (g_strv_length (cells) < 6 || size == 0)
    return FALSE;

  seconds = g_ascii_strtod (cells[2], NULL) / (strstr (cells[2], "µs") != NULL ? 1e6 : strstr (cells[2], "ms") != NULL ? 1e3 : 1);

  return fabs (to_bytes (cells[1]) * seconds / size - 1) < 0.02 && fabs (to_bytes (cells[3]) / size - copies) < 0.02 * copies
         && fabs (g_ascii_strtod (cells[5], NULL) - copies) < 0.02 * copies;
}

/* The id of a set of semaphores that there is. */
static gboolean
semaphore_id (const Case  *c,
              const char  *text,
              char       **name,
              char       **right)
{
  *name = g_strdup ("{semaphore-id}");
  *right = g_strdup ("a set that there is");
  for (guint i = 0; i < c->facts->semaphores->len; i++)
    if (g_array_index (c->facts->semaphores, int, i) == atoi (text))
      return TRUE;

  return FALSE;
}

/* One of the times that the kernel keeps about the segment. */
static gboolean
named_date (const Case  *c,
            const char  *text,
            char       **name,
            char       **right)
{
  const Segment *segment = find_named (c);

  if (segment == NULL)
    return unknown (right);

  for (guint i = 0; i < 3; i++)
    {
      g_clear_pointer (name, g_free);
      g_clear_pointer (right, g_free);
      if (is_date (i == 0 ? segment->ctime : i == 1 ? segment->atime : segment->dtime, text, name, right))
        return TRUE;
    }

  return FALSE;
}

/* The segment's, or one that may be chosen. */
static gboolean
any_mode (const Case  *c,
          const char  *text,
          char       **name,
          char       **right)
{
  const Segment *segment = find_named (c);

  *right = g_strdup_printf ("%04o", segment != NULL ? segment->mode & 0777 : 0);

  return (segment != NULL && strtoul (text, NULL, 8) == (segment->mode & 0777)) || g_str_equal (text, "0600") ||
         strstr (c->place->text, "such as") != NULL;
}

/* A size that there is: of a segment, of a page, of a message, of what may be written. */
static gboolean
known_bytes (const Case  *c,
             const char  *text,
             char       **name,
             char       **right)
{
  double value = to_number (text);

  *right = g_strdup ("a size of something here");
  for (guint i = 0; i < c->facts->segments->len; i++)
    if (value == (double) ((Segment *) c->facts->segments->pdata[i])->size_bytes)
      return TRUE;

  return value == 4096 || value == get_size (c) || entry_length (c, text, name, right) || capacity (c, text, name, right) ||
         message_length (c, text, name, right) || text_length (c, text, name, right);
}

/* "0x60234202 | 1 | root | rw------- | 4,096 | 4,096 | 2 | in use | 9046 shmlab-server | 9048 shmlab-client | date | date | date" */
static gboolean
segment_row (const Case  *c,
             const char  *text,
             char       **name,
             char       **right)
{
  g_auto(GStrv) cells = g_strsplit (text, " | ", -1);
  const Segment *segment = g_strv_length (cells) > 8 ? facts_find_segment (c->facts, atoi (cells[1])) : NULL;
  Actor *maker, *last;
  gboolean marked;

  if (segment == NULL)
    return unknown (right);

  maker = facts_find_pid (c->facts, segment->cpid);
  last = facts_find_pid (c->facts, segment->lpid);
  marked = (segment->mode & SHM_DEST) != 0;
  *right = g_strdup_printf ("0x%08x, id %d, %" G_GUINT64_FORMAT " bytes, nattch %lu, made by %d, last used by %d", (guint) segment->key,
                            segment->id, segment->size_bytes, segment->nattch, (int) segment->cpid, (int) segment->lpid);
  if (segment->key == 0)
    *name = g_strdup ("none | {a segment of the display} …");
  else
    *name = g_strdup_printf ("{key} | {id} | {user} | %s | %s | %s | %s | %s | {%s-pid} | {%s-pid} | {dates}", cells[3], cells[4],
                             cells[5], cells[6], cells[7], maker != NULL ? maker->role : "other", last != NULL ? last->role : "other");

  return (segment->key == 0 ? g_str_equal (cells[0], "none") : to_number (cells[0]) == (double) segment->key) &&
         to_number (cells[4]) == (double) segment->size_bytes && to_number (cells[6]) == (double) segment->nattch &&
         marked == (strstr (cells[7], "marked") != NULL) && (segment->nattch > 0) == (strstr (cells[7], "in use") != NULL || marked) &&
         atoi (cells[8]) == segment->cpid && (maker == NULL || maker->is_alive == (strstr (cells[8], "gone") == NULL)) &&
         (segment->lpid == 0 ? strstr (cells[9], "nobody") != NULL : atoi (cells[9]) == segment->lpid);
}

typedef struct
{
  const char *where;      /* a pattern, NULL: anywhere */
  const char *expression;
  Agrees      agrees[N_GROUPS];
} Rule;

static const Rule rules[] = {
  { "*System calls of this process", "^([0-9].*)$", { call_row } },
  { "*", "^((?s:The last race, .*|Race, counted apart: .*|[0-9.]+ s · looks: .*))$", { any_text } },
  { "*Race*", "^((?s:.*))$", { any_text } },
  { "*History", "^(segment [0-9]+ · .*)$", { history_facts } },
  { "*What was measured", "^([^|]+ \\| [0-9.]+ [KMG]iB/s \\| .*)$", { carried } },
  { "*Four Copies or Two*", "^((?s:.*[0-9].*))$", { any_text } },
  { "*Picture*", "attached ([0-9]+) times", { times_attached } },
  { "*Picture*", "\\bat " TIME ": “((?:.|\\n)*)”", { time_of_day, any_text } },
  { "*Picture*", "“((?:.|\\n)*)”", { picture_text } },
  { "*Picture*", "not text: ([0-9a-f ]+)", { first_bytes } },
  { "*How the segment is read*", "“([^”]*)”", { literal } },
  { "*How the segment is read*", "key (0x[0-9a-f]+|[0-9]+)\\b", { hinted_key } },
  { "*How the segment is read*", "^(0x[0-9a-f]+|[0-9]+) is the key of", { hinted_key } },
  { "*How the segment is read*", "has " NUMBER " bytes and this segment " NUMBER, { literal, size } },
  { "*How the segment is read*", "and " NUMBER " bytes, as in", { size } },
  { NULL, "((?:/[^/ ,\"()]+)+/[^/ ,\"()]*)", { literal } },  /* a path */
  { "*Step 2 / # *", "^(0[0-7]{3})$", { literal } },         /* what may be chosen */
  { "*Step 2*", "^(0600 0660 0666)$", { literal } },         /* the same, of the button with GTK 4.18 */
  { "*C Program*", "\\b(128) bytes", { literal } },
  { NULL, "(test-e2e-states)", { literal } },

  /* What is the same everywhere and always. */
  { NULL, "\\b(UTF-8|F[0-9]+|Ctrl\\+[A-Z0-9]+|Alt\\+[0-9]+|U\\+[0-9A-F]{4})\\b", { literal } },
  { NULL, "^(Step [0-9]):", { literal } },
  { NULL, "Two processes, two|(from 10 ms to 5 s)|(4096, 64 KiB, 1 MiB)|(from 1 to 255)|(these 8 bits)", { literal, literal, literal, literal } },
  { NULL, "while \\(shm_nattch > (1)\\)", { literal } },
  { NULL, "\\b[Bb]yte (0)\\b|bytes from (0)\\b", { literal, literal } },
  { NULL, "(?:at|is) (byte 0)\\b|(0) once it is removed|(shmctl\\(IPC_(?:STAT|SET|RMID)\\))|(all zero)", { literal, literal, literal, literal } },
  { NULL, "(-std=c17 .* -O2 \\S+ -o \\S+)", { literal } },

  /* The steps. */
  { NULL, "(" CALL ")", { c_call } },
  { NULL, "memcpy\\(" ADDRESS ", message, length\\)", { address } },
  { NULL, "memcpy\\(message, " ADDRESS ", length\\)", { address } },
  { "*Step *", "^→ message " NUMBER ", " NUMBER " bytes?", { message_number, message_length } },
  { "*Life of *", "→ message " NUMBER ", " NUMBER " bytes?", { message_number, message_length } },
  { NULL, "[Kk]ey(?:_t key =)? " KEY "\\b", { key } },
  { "*Life of *", "→ (?:id )?(-?(?:0x[0-9a-f]+|[0-9]+))\\b", { step_result } },
  { "*Life of *", "\\b([0-9][0-9,]*) (?:is|are) still attached", { others } },
  { "*Life of *", "not waited for: ([0-9][0-9,]*) (?:is|are)", { any } },
  { "*Life of *", NUMBER " looks? so far", { any } },
  { "*Life of *", "(" "[0-9]+" ") looks? a second", { looks_a_second } },
  { "*Attached processes", "^pid ([0-9]+) ", { pid } },
  { NULL, NUMBER " pages? of ([0-9,]+) bytes; capacity " NUMBER " bytes", { chosen_pages, literal, capacity } },
  { NULL, "^Size in bytes: (.*)$", { literal } },
  { "*Step 1*", "^Key " KEY, { key } },
  { NULL, "“(.*)” is no size|(4096, 4 KiB or 1 GiB)", { literal, literal } },
  { "*Message shown", "^" NUMBER " bytes?$", { text_length } },
  { NULL, "^" NUMBER " bytes?$", { entry_length } },
  { "*Step 2*", "^(0[0-7]{3}) [r-][w-]-", { literal } },

  { "*Life of *", "→ was alone at " TIME, { time_of_day } },
  { "*Life of *", NUMBER " other attachments? (?:is|are) still there", { others } },
  { "*Life of *", "→ message " NUMBER ", kept from", { message_number } },
  { "*Life of *", "→ message " NUMBER " (?:is being stored|waits)", { next_number } },
  { "*Life of *", "^(?:Step 1: )?int id = ([0-9]+)$", { chosen_id } },

  /* What is in the way, and what is to become of it. */
  { NULL, "^Key " KEY " is taken by segment ([0-9]+)", { key, named_id } },
  { NULL, "[Ss]egment ([0-9]+) has the key now", { key_holder } },
  { NULL, "^Segment ([0-9]+) has the key " KEY, { named_id, key } },
  { NULL, "^Segment ([0-9]+) belongs to .* mode is (0[0-7]+)", { named_id, named_mode } },
  { NULL, "It has " NUMBER " bytes?,", { named_size } },
  { NULL, "made or last changed (just now|[0-9]+ [a-z]+ ago)", { named_age } },
  { NULL, "The process that made it, pid ([0-9]+)", { pid } },
  { NULL, "[Tt]he server \\(pid ([0-9]+)\\) has ended", { writer } },
  { NULL, "\\bprocess ([0-9]+)\\b", { pid } },
  { NULL, "\\bpid ([0-9]+) \\(", { pid } },
  { NULL, "\\bpid ([0-9]+)\\b(?! \\()", { pid } },
  { NULL, NUMBER " other attachments?", { named_others } },
  { NULL, NUMBER " attachments?\\b", { named_nattch } },
  { NULL, "attached:? " NUMBER "\\b", { named_nattch } },
  { NULL, "[Ss]egment ([0-9]+)\\?", { id } },
  { NULL, "semaphore, set ([0-9]+),", { semaphore_id } },
  { NULL, NUMBER " of " NUMBER " segments? (?:is|are) in use", { any, any } },  /* when it was called */
  { NULL, "\\(shm[a-z]+: E[A-Z]+, at " TIME "\\)", { time_of_day } },
  { "*not ours to read*", "such as (0[0-7]{3})|(0600)", { literal, literal } },

  /* Slow motion. */
  { "*Slow motion*", "^(store [0-9]+ of [0-9]+: .*)$", { literal } },
  { "*Slow motion*", "^(Speed \\[[0-9.]+\\]|[0-9.]+ per second)$", { literal } },

  /* How somebody else's segment is read. */
  { "*How the segment is read*", "NUL " NUMBER " bytes? (?:is|are) not zero", { not_zero_behind } },
  { "*How the segment is read*", "guess: " NUMBER " bytes and mode (0[0-7]+)", { size, mode } },
  { "*How the segment is read*", "but " NUMBER " bytes? (?:is|are) not zero", { not_zero } },
  { "*How the segment is read / Fields*", "^(.*)$", { literal } },
  { "*How the segment is read", "^(-?[0-9]+|-?[0-9]+(?:  -?[0-9]+)+|[a-z ]+\\[[0-9]+\\])$", { literal } },  /* GTK 4.18 tells of no rows there */

  /* Messages. */
  { "*Message shown", "^((?!message |waiting|torn|[0-9,]+ bytes?$).*[0-9].*)$", { message_text_if } },
  { NULL, "^" NUMBER " of " NUMBER " bytes(?:: " NUMBER " too many)?$", { entry_length, capacity, any } },
  { NULL, "The message has " NUMBER " bytes and the segment has room for " NUMBER, { entry_length, capacity } },
  { NULL, "^message " NUMBER " · written at " TIME " · seen ([0-9.,]+ [a-zµ]+) later · " NUMBER " bytes?$",
    { message_number, written_at, duration, message_length } },
  { NULL, "^message " NUMBER " · written at " TIME " · before this client attached · " NUMBER " bytes?$",
    { message_number, written_at, message_length } },
  { NULL, "^" NUMBER " \\| (?:messages?|missed)$", { n_written } },
  { NULL, "^" NUMBER " \\| (?:looks?|torn|waited|retried)$", { any } },
  { NULL, "^" NUMBER " looks? into the memory made no call", { any } },
  { NULL, "^([0-9.,]+ (?:ms|s))$", { literal } },
  { NULL, "^Look every \\[([0-9.]+)\\]", { literal } },

  /* Picture. */
  { "*Picture*", "^Client ([0-9]+)", { literal } },
  { "*Picture*", "^[^0-9]*(?:[0-9]+)?, pid ([0-9]+)", { pid } },
  { "*Picture*", "^pid ([0-9]+)$", { pid } },
  { "*Picture*", ADDRESS " to " ADDRESS ", " SIZE, { edge, edge, span_size } },
  { "*Picture*", "^At " ADDRESS " process ([0-9]+) sees the segment", { address, pid } },
  { "*Picture*", "^" ADDRESS "$", { address } },
  { "*Picture*", "\\b[Ss]egment ([0-9]+)\\b", { id } },
  { "*Picture*", NUMBER " bytes · [r-][w-]-", { size } },
  { "*Picture*", "attached: " NUMBER, { nattch } },
  { "*Picture*", NUMBER " attachments? (?:is|are) left", { nattch } },
  { "*Picture*", "key (0): nobody finds it", { no_key } },

  /* Memory. */
  { "*Memory*", "sequence " NUMBER ", length " NUMBER "(?:, writer ([0-9]+))?", { sequence, message_length, writer } },
  { "*Memory*", "^(offset 0x[0-9a-f]+ \\([0-9,]+\\): 0x[0-9a-f]{2})", { cursor } },
  { "*Memory*", "0x[0-9a-f]{2} \\(([0-9]+)\\)|‘(.)’", { any, any } },
  { "*Memory*", " = (-?[0-9.]+)(?: s)?$", { any } },

  /* The kernel's record. */
  { "*Kernel Record*", "^was (.*)$", { any } },  /* until a moment ago, and so not to be asked for any more */
  { "*Kernel Record*", "^Segment ([0-9]+)\\b", { id } },
  { "*limits*", "^SHMMNI: " NUMBER " " NUMBER " in use", { shmmni, n_segments } },
  { "*SHMMNI", "^" NUMBER "$", { shmmni } },
  { "*SHMMNI", "^" NUMBER " in use$", { n_segments } },
  { "*SHMMAX", "this segment has " NUMBER, { size } },
  { "*limits*", "this segment has " NUMBER, { size } },
  { "*limits*", NUMBER " in use, of ([0-9,]+) bytes each", { n_pages, literal } },
  { "*/ shmid", "^(0x[0-9a-f]+|[0-9]+)\\b", { id } },
  { "*", "^shmid: ([0-9]+) (0x[0-9a-f]+)", { id, id } },
  { "*shm_perm.__key", "^(0x[0-9a-f]+|[0-9]+)\\b", { record_key } },
  { "*", "^shm_perm.__key: (0x[0-9a-f]+)(?: ([0-9]+))?", { record_key, record_key } },
  { "*shm_perm.uid", "^([0-9]+)$", { record_uid } },
  { "*", "^shm_perm.uid: ([0-9]+)", { record_uid } },
  { "*shm_perm.gid", "^([0-9]+)$", { record_gid } },
  { "*", "^shm_perm.gid: ([0-9]+)", { record_gid } },
  { "*shm_perm.cuid", "^([0-9]+)$", { record_cuid } },
  { "*", "^shm_perm.cuid: ([0-9]+)", { record_cuid } },
  { "*shm_perm.cgid", "^([0-9]+)$", { record_cgid } },
  { "*", "^shm_perm.cgid: ([0-9]+)", { record_cgid } },
  { "*shm_perm.mode", "^([0-7]{4,5})$", { mode } },
  { "*", "^shm_perm.mode: ([0-7]{4,5}) ", { mode } },
  { "*shm_perm.__seq", "^([0-9]+)$", { record_seq } },
  { "*", "^shm_perm.__seq: ([0-9]+)", { record_seq } },
  { "*shm_segsz", "^([0-9]+)$", { size } },
  { "*shm_segsz", "^" SIZE ", " NUMBER " pages?$", { segment_size, pages } },
  { "*", "^shm_segsz: ([0-9]+) " SIZE ", " NUMBER " pages?$", { size, segment_size, pages } },
#define RECORD_TIME(field) \
  { "*shm_" #field, "^([0-9]{4}-[0-9-]+ [0-9:]+)$", { date_##field } }, \
  { "*shm_" #field, "^([0-9]+)$", { record_##field } }, \
  { "*", "^shm_" #field ": ([0-9]+)(?: ([0-9]{4}-[0-9-]+ [0-9:]+))?", { record_##field, date_##field } }
  RECORD_TIME (atime),
  RECORD_TIME (dtime),
  RECORD_TIME (ctime),
  { "*shm_cpid", "^([0-9]+)$", { record_cpid } },
  { "*", "^shm_cpid: ([0-9]+)", { record_cpid } },
  { "*shm_lpid", "^([0-9]+)$", { record_lpid } },
  { "*", "^shm_lpid: ([0-9]+)", { record_lpid } },
  { "*shm_nattch", "^([0-9]+)$", { nattch } },
  { "*shm_nattch", "by ([0-9]+) process", { n_seen } },
  { "*", "^shm_nattch: ([0-9]+)(?: by ([0-9]+) process)?", { nattch, n_seen } },
  { "*/ rss", "^([0-9]+)$", { record_rss_bytes } },
  { "*/ rss", "^([0-9,]+) pages?$", { rss_pages } },
  { "*", "^rss: ([0-9]+) ([0-9,]+) pages?", { record_rss_bytes, rss_pages } },
  { "*/ swap", "^([0-9]+)$", { record_swap_bytes } },
  { "*/ swap", "^([0-9,]+) pages?$", { swap_pages } },
  { "*", "^swap: ([0-9]+) ([0-9,]+) pages?", { record_swap_bytes, swap_pages } },
  { "*Attached processes", "^([0-9]+) \\| [^|]* \\| [^|]* \\| " ADDRESS " \\|", { pid, address } },

  /* Calls. */
  { "*Calls*", "^" NUMBER " calls?$", { n_calls } },
  { "*Calls*", "^" CALL "\\s+= (-?(?:0x[0-9a-f]+|[0-9]+)(?: E[A-Z0-9]+ .*)?)$", { any_result } },

  /* The C program; the rest of its numbers are C, and of its template: tests/backend/program/ compiles and runs it. */
  { "*C Program*", "#define KEY +\\(\\(key_t\\) " KEY "\\)", { key } },
  { "*C Program*", "#define SIZE +([0-9]+)", { chosen_size } },
  { "*C Program*", "#define MODE +(0[0-7]+)", { chosen_mode } },
  { "*C Program*", "#define ID +([0-9]+)", { chosen_id } },
  { "*Calls*", "· at " TIME, { time_of_day } },

  /* The windows beside the two. */
  { "*/ Segments", "^((?:none|0x[0-9a-f]{8}) \\| [0-9]+ \\| .*)$", { segment_row } },
  { "*Segments on This Computer*", "^was (.*)$", { any } },
  { "*Segments on This Computer*", "^Search in the segments: (.*)$", { any_text } },
  { "*Segments on This Computer*", "^([0-9]+) shown of ", { any } },
  { "*Segments on This Computer*", "^(?:[0-9]+ shown of )?" NUMBER " segments?, " NUMBER " (?:of them )?yours; " SIZE " together, of which " SIZE, { n_segments, n_mine, total_size, total_rss } },

  /* What holds in any words. */
  { NULL, "\\b[Ss]egment ([0-9]+)\\b", { named_id } },
  { NULL, "\\bid ([0-9]+)\\b", { id_asked_for } },
  { NULL, KEY "\\b", { key } },
  { NULL, "([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})", { named_date } },
  { NULL, "\\b(?:at|up to|since) " TIME, { time_of_day } },
  { NULL, NUMBER " \\| looks? a second, in the race", { any } },
  { NULL, NUMBER " \\| looks? a second", { looks_a_second } },
  { NULL, "^" NUMBER " \\| ", { any } },
  { NULL, NUMBER " (?:looks?|had to wait|messages?)\\b", { any } },
  { NULL, "\\bmode (0[0-7]+)", { any_mode } },
  { NULL, "\\b(0[0-7]{3})\\b", { any_mode } },
  { NULL, NUMBER "[ \\x{a0}]bytes?\\b", { known_bytes } },
  { NULL, NUMBER " (?:wanted|there|are there|is there)\\b", { known_bytes } },
  { NULL, "(?:size (?:is|of)|has|only) " NUMBER "\\b", { known_bytes } },

  /* The header. */
  { NULL, "^(?:key " KEY "(?: · id ([0-9]+))? · )?pid ([0-9]+)$", { key, id, self_pid } },
};

/* The process that the text is about: as the place says it, or the text before this one, whose description it is. */
static const Actor *
find_described (const Case *c)
{
  const Place *before = c->index > 0 ? c->places->pdata[c->index - 1] : NULL;
  const char *pid_text = c->place->is_description && before != NULL ? strstr (before->text, ", pid ") : NULL;

  return pid_text != NULL ? facts_find_pid (c->facts, atoi (pid_text + strlen (", pid "))) : NULL;
}

static gboolean
is_there (const Case *c)
{
  return c->segment != NULL && !c->segment->is_gone && (c->segment->mode & SHM_DEST) == 0;
}

static gboolean
is_marked (const Case *c)
{
  return find_named (c) != NULL && !find_named (c)->is_gone && (find_named (c)->mode & SHM_DEST) != 0;
}

static gboolean
is_gone (const Case *c)
{
  return find_named (c) == NULL || find_named (c)->is_gone;
}

static gboolean
is_attached (const Case *c)
{
  const Actor *actor = find_described (c);

  return actor == NULL || actor_find_mapping (actor, c->id) != NULL;
}

static gboolean
is_not_attached (const Case *c)
{
  const Actor *actor = find_described (c);

  return actor == NULL || actor_find_mapping (actor, c->id) == NULL;
}

static gboolean
self_is_not_attached (const Case *c)
{
  return actor_find_mapping (c->self, c->own_id) == NULL;
}

/* One of the two copies is a whole message: as long as its header says, with a NUL behind it. */
static gboolean
has_whole (const Case *c)
{
  gsize length = 0;
  const char *bytes = c->segment != NULL && c->segment->bytes != NULL ? g_bytes_get_data (c->segment->bytes, &length) : NULL;

  for (guint i = 0; i < 2 && c->has_control && bytes != NULL; i++)
    if (c->control.length[i] < c->control.copy_size &&
        strnlen (bytes + i * c->control.copy_size, c->control.copy_size) == c->control.length[i])
      return TRUE;

  return is_kept (c);
}

/* "7310 | shmlab-server | rw-s reads and writes | 0x… | alive, this process" */
static gboolean
is_attachment (const Case *c)
{
  g_auto(GStrv) cells = g_strsplit (c->place->text, " | ", -1);
  const Actor *actor = g_strv_length (cells) > 4 ? facts_find_pid (c->facts, atoi (cells[0])) : NULL;
  const Mapping *mapping = actor != NULL ? actor_find_mapping (actor, c->id) : NULL;

  return mapping != NULL && g_str_has_prefix (cells[2], mapping->is_writable ? "rw-s" : "r--s") &&
         g_str_equal (cells[1], actor->name) && actor->is_alive && (actor->pid == c->self->pid) == (strstr (cells[4], "this process") != NULL);
}

/* "pid 31822  shmlab-client  r--s" */
static gboolean
is_in_list (const Case *c)
{
  const Actor *actor = facts_find_pid (c->facts, atoi (c->place->text + strlen ("pid ")));
  const Mapping *mapping = actor != NULL ? actor_find_mapping (actor, c->id) : NULL;

  return mapping != NULL && (strstr (c->place->text, "rw-s") != NULL) == mapping->is_writable;
}

static gboolean
is_all_zero (const Case *c)
{
  /* What nobody ever attached is as the kernel made it. */
  return c->segment != NULL && (c->segment->bytes != NULL ? count_not_zero (c) == 0 : c->segment->atime == 0);
}

/* The step was not made, so there is no such call. */
static gboolean
is_not_made (const Case *c)
{
  const Place *before = c->index > 0 ? c->places->pdata[c->index - 1] : NULL;
  const char *call = before != NULL ? strstr (before->text, ": ") : NULL;

  for (guint i = 0; call != NULL && strchr (call + 2, '(') != NULL && i < c->self->calls->len; i++)
    if (is_call (c->self->calls->pdata[i], call + 2) && ((WitnessedCall *) c->self->calls->pdata[i])->errsv == 0)
      return FALSE;

  return TRUE;
}

static void
complain (GPtrArray   *complaints,
          const Place *place,
          const char  *format,
          ...)
{
  g_autofree char *line = places_dup_line (place);
  g_autofree char *words = NULL;
  va_list args;

  va_start (args, format);
  words = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (complaints, g_strdup_printf ("%s [%s]", words, line));
}

typedef struct
{
  const char *where;
  const char *expression;
  gboolean (* holds) (const Case *c);
  const char *what;
} Words;

/* Words that say something that can be looked up. */
static const Words words[] = {
  { "*Picture*", "\\blives in the kernel\\b", is_there, "the kernel has it, and it is not marked for removal" },
  { "*Picture*", "(?<!being )\\bmarked for removal$", is_marked, "it is marked for removal" },
  { "*Picture*", "^Segment [0-9]+ is gone", is_gone, "the kernel has it no more" },
  { "*Kernel Record*", "^Segment [0-9]+ is gone", is_gone, "the kernel has it no more" },
  { "*Picture*", "\\bhas the segment attached\\b", is_attached, "that process has it mapped" },
  { "*Picture*", "\\bIt is not attached\\b", is_not_attached, "that process has it not mapped" },
  { "*Picture*", "\\(all zero\\)", is_all_zero, "all of its bytes are zero" },
  { "*Memory*", "^Not attached", self_is_not_attached, "this process has it not mapped" },
  { "*Message shown", "^whole\\b", has_whole, "one of the two copies is whole" },
  { "*Kernel Record*Attached processes", "^[0-9]+ \\|", is_attachment, "that process has it mapped so" },
  { "*Step*Attached processes", "^pid [0-9]+", is_in_list, "that process has it mapped so" },
  { "*Life of *", "^skipped\\b", is_not_made, "this call was not made" },
};

static void
check_words (const Case *before,
             const Case *after,
             GPtrArray  *complaints)
{
  static GRegex *regexes[G_N_ELEMENTS (words)];

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (regexes[i] == NULL)
        regexes[i] = g_regex_new (words[i].expression, 0, 0, NULL);
      if (g_pattern_match_simple (words[i].where, after->place->where) && g_regex_match (regexes[i], after->place->text, 0, NULL) &&
          !words[i].holds (after) && !words[i].holds (before))
        complain (complaints, after->place, "it is not so that %s", words[i].what);
    }
}

static GRegex *
get_regex (gsize i)
{
  static GRegex *regexes[G_N_ELEMENTS (rules)];

  if (regexes[i] == NULL)
    {
      g_autoptr(GError) error = NULL;

      regexes[i] = g_regex_new (rules[i].expression, 0, 0, &error);
      if (regexes[i] == NULL)
        g_error ("%s: %s", rules[i].expression, error->message);
    }

  return regexes[i];
}

typedef struct
{
  int   from, to;   /* bytes */
  char *name;       /* NULL: as it is */
} Span;

static void
span_clear (gpointer data)
{
  g_free (((Span *) data)->name);
}

static gboolean
is_explained (GArray *spans,
              int     from,
              int     to)
{
  for (guint i = 0; i < spans->len; i++)
    if (from < g_array_index (spans, Span, i).to && to > g_array_index (spans, Span, i).from)
      return TRUE;

  return FALSE;
}

static int
compare_spans (gconstpointer a,
               gconstpointer b)
{
  return ((const Span *) a)->from - ((const Span *) b)->from;
}

static char *
replace_spans (const char *text,
               GArray     *spans)
{
  GString *result = g_string_new (NULL);
  int done = 0;

  g_array_sort (spans, compare_spans);
  for (guint i = 0; i < spans->len; i++)
    {
      const Span *span = &g_array_index (spans, Span, i);

      g_string_append_len (result, text + done, span->from - done);
      if (span->name != NULL)
        g_string_append (result, span->name);
      else
        g_string_append_len (result, text + span->from, span->to - span->from);
      done = span->to;
    }
  g_string_append (result, text + done);

  return g_string_free (result, FALSE);
}

/* Whoever has the key that shmget was asked for in vain, or will be asked for. */
static int
find_in_the_way (const Case *c)
{
  for (guint k = 0; k < c->facts->segments->len && find_key (c) > 0; k++)
    {
      const Segment *segment = c->facts->segments->pdata[k];

      if (segment->key == find_key (c) && !segment->is_gone)
        return segment->id;
    }
  for (guint i = c->self->calls->len; i > 0; i--)
    {
      const WitnessedCall *call = c->self->calls->pdata[i - 1];

      for (guint k = 0; g_str_equal (call->name, "shmget") && k < c->facts->segments->len; k++)
        {
          const Segment *segment = c->facts->segments->pdata[k];

          if (segment->key == (gint64) to_number (call->args[0]) && !segment->is_gone)
            return segment->id;
        }
    }

  return -1;
}

static void
fill_case (Case        *c,
           const Facts *facts,
           pid_t        self)
{
  c->facts = facts;
  c->self = facts_find_pid (facts, self);
  c->own_id = actor_get_id (c->self);
  c->id = c->own_id != -1 ? c->own_id : find_in_the_way (c);
  c->segment = facts_find_segment (facts, c->id);
  c->has_control = segment_get_control (c->segment, &c->control);
}

static void
apply (const Case      *before,
       const Case      *after,
       gsize            number,
       GArray          *spans,
       GPtrArray       *complaints)
{
  const Rule *rule = &rules[number];
  const char *text = after->place->text;
  g_autoptr(GMatchInfo) match = NULL;

  if (rule->where != NULL && !g_pattern_match_simple (rule->where, after->place->where))
    return;

  for (g_regex_match (get_regex (number), text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    for (int group = 1; group <= N_GROUPS && rule->agrees[group - 1] != NULL; group++)
      {
        Span span = { -1, -1, NULL };
        g_autofree char *word = NULL;
        g_autofree char *right = NULL;
        g_autofree char *name = NULL;

        if (!g_match_info_fetch_pos (match, group, &span.from, &span.to) || span.from < 0 || is_explained (spans, span.from, span.to))
          continue;
        word = g_match_info_fetch (match, group);
        if (!rule->agrees[group - 1] (after, word, &name, &right))
          {
            g_clear_pointer (&name, g_free);
            g_clear_pointer (&right, g_free);
            if (!rule->agrees[group - 1] (before, word, &name, &right))
              complain (complaints, after->place, "“%s” should be %s", word, right != NULL ? right : "something else");
          }
        span.name = g_steal_pointer (&name);
        g_array_append_val (spans, span);
      }
}

/**
 * rules_check:
 * @before: what was so before the text was read
 * @after: and after it
 * @self: whose window it is
 * @places: (element-type Place): all that was read with it
 * @index: which of them
 * @window: (element-type Place): what was read of the whole window before
 * @complaints: (element-type utf8): gets a line for all that is not so
 *
 * Returns: (transfer full): the text, with names such as {id} for what differs from run to run
 */
char *
rules_check (const Facts *before,
             const Facts *after,
             const Actor *self,
             GPtrArray   *places,
             guint        index,
             GPtrArray   *window,
             GPtrArray   *complaints)
{
  static GRegex *digits;
  g_autoptr(GArray) spans = g_array_new (FALSE, FALSE, sizeof (Span));
  g_autoptr(GMatchInfo) match = NULL;
  Case earlier = { .places = places, .window = window, .index = index, .place = places->pdata[index] };
  Case later = earlier;
  const char *text = later.place->text;

  fill_case (&earlier, before, self->pid);
  fill_case (&later, after, self->pid);
  later.earlier = &earlier;
  g_array_set_clear_func (spans, span_clear);
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    apply (&earlier, &later, i, spans, complaints);
  check_words (&earlier, &later, complaints);

  if (digits == NULL)
    digits = g_regex_new ("0x[0-9a-f]+|[0-9][0-9,]*(?:[.:][0-9]+)*", 0, 0, NULL);
  if (strstr (later.place->text, "#include <") == NULL)
    for (g_regex_match (digits, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
      {
        int from, to;

        g_match_info_fetch_pos (match, 0, &from, &to);
        if (!is_explained (spans, from, to))
          {
            g_autofree char *word = g_match_info_fetch (match, 0);

            complain (complaints, later.place, "nobody accounts for “%s”", word);
          }
      }

  return replace_spans (text, spans);
}
