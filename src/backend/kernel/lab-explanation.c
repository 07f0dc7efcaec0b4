/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-explanation.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-key-parts.h"
#include "backend/kernel/lab-names.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-text.h"

/* One errno, several meanings: EINVAL is a bad size to shmget(2) and a vanished segment to
 * shmctl(2); ENOSPC is never about a disk.  The call chooses the function below, the state of
 * the kernel the cause within it.
 *
 * Sources: ftok(3), shmget(2), shmat(2), shmdt(2), shmctl(2), semget(2), semop(2), semctl(2),
 * msgget(2), msgsnd(2), msgrcv(2), msgctl(2); the kernel's ipc/shm.c, ipc/sem.c, ipc/util.c. */

#define READ_BIT  04u
#define WRITE_BIT 02u

typedef enum { KIND_SEGMENT, KIND_SET, KIND_QUEUE } Kind;

/* What a permission check is about, of whatever kind. */
typedef struct
{
  Kind    kind;
  int     id;
  key_t   key;
  guint   mode;
  uid_t   uid;
  gid_t   gid;
  uid_t   cuid;
  gid_t   cgid;
  guint64 size;
  gulong  n_attaches;  /* of a segment, else 0 */
} Thing;

G_DEFINE_BOXED_TYPE (LabExplanation, lab_explanation, lab_explanation_copy, lab_explanation_free)

static void G_GNUC_PRINTF (2, 3)
say (char       **field,
     const char  *format,
     ...)
{
  va_list args;

  g_free (*field);
  va_start (args, format);
  *field = g_strdup_vprintf (format, args);
  va_end (args);
}

static void
judge (LabExplanation *self,
       LabCause        cause,
       LabShmError     code)
{
  self->cause = cause;
  self->code = code;
}

static Kind
get_kind (LabCallName call)
{
  switch (call)
    {
    case LAB_CALL_SEMGET:
    case LAB_CALL_SEMOP:
    case LAB_CALL_SEMCTL:
      return KIND_SET;
    case LAB_CALL_MSGGET:
    case LAB_CALL_MSGSND:
    case LAB_CALL_MSGRCV:
    case LAB_CALL_MSGCTL:
      return KIND_QUEUE;
    default:
      return KIND_SEGMENT;
    }
}

static char *
name_thing (Kind kind,
            int  id)
{
  switch (kind)
    {
    case KIND_SET:
      return g_strdup_printf (_("Semaphore set %d"), id);
    case KIND_QUEUE:
      return g_strdup_printf (_("Message queue %d"), id);
    case KIND_SEGMENT:
    default:
      return g_strdup_printf (_("Segment %d"), id);
    }
}

/* The table that has things of this kind was read. */
static gboolean
has_table (const LabProbe *probe,
           Kind            kind)
{
  return (kind == KIND_SET ? probe->sem : kind == KIND_QUEUE ? probe->msg : probe->shm) != NULL;
}

/* Finds by @key, or by @id with %LAB_KEY_PRIVATE. */
static gboolean
find_thing (const LabProbe *probe,
            Kind            kind,
            key_t           key,
            int             id,
            Thing          *thing)
{
  if (!has_table (probe, kind))
    return FALSE;

  if (kind == KIND_SEGMENT)
    {
      const LabShmEntry *found = key != LAB_KEY_PRIVATE ? lab_segment_table_find_key (probe->shm, key)
                                                        : lab_segment_table_find_id (probe->shm, id);

      if (found != NULL)
        *thing = (Thing) { kind, found->record.id, found->record.key, found->record.mode & 0777, found->record.uid,
                           found->record.gid, found->record.cuid, found->record.cgid, found->record.size_bytes,
                           found->record.n_attaches };

      return found != NULL;
    }
  else
    {
      const LabIpcEntry *found = lab_probe_find (kind == KIND_SET ? probe->sem : probe->msg, key, id);

      if (found != NULL)
        *thing = (Thing) { kind, found->id, found->key, found->mode & 0777, found->uid, found->gid, found->cuid,
                           found->cgid, found->n, 0 };

      return found != NULL;
    }
}

/* A directory service may take seconds, so only the file is asked. */
static char *
find_in_passwd (uid_t uid)
{
  FILE *file = fopen ("/etc/passwd", "re");
  struct passwd *entry;
  char *name = NULL;

  while (file != NULL && name == NULL && (entry = fgetpwent (file)) != NULL)
    if (entry->pw_uid == uid && entry->pw_name[0] != '\0')
      name = lab_text_format_name (entry->pw_name);
  if (file != NULL)
    fclose (file);

  return name;
}

static char *
name_user (uid_t uid)
{
  const char *known = lab_names_peek_user (uid);
  char *name;

  if (!lab_process_knows_id (uid, FALSE))
    return lab_process_dup_user_name (uid);

  name = known != NULL ? g_strdup (known) : find_in_passwd (uid);
  if (name != NULL)
    return name;

  /* Translators: %u is the number of a user whose name is not known */
  return g_strdup_printf (_("user %u"), (guint) uid);
}

static char *
format_mode (guint mode)
{
  g_autofree char *letters = lab_mode_format (mode);

  return g_strdup_printf ("%04o (%s)", mode & 0777, letters);
}

/* Which bits of the mode count for this process, moved down to the last three. */
static guint
get_granted (const LabProbe *probe,
             const Thing    *thing)
{
  const LabIpcClass class = lab_probe_get_class (probe, thing->uid, thing->gid, thing->cuid, thing->cgid);

  return thing->mode >> 3 * (LAB_IPC_OTHERS - class) & (READ_BIT | WRITE_BIT);
}

static gboolean
is_granted (const LabProbe *probe,
            const Thing    *thing,
            guint           wanted)
{
  return probe->may_all || (wanted & ~get_granted (probe, thing)) == 0;
}

/* shmget(2) takes the permission bits that it is given as those that are asked for. */
static guint
get_wanted (guint flags)
{
  return (flags >> 6 | flags >> 3 | flags) & (READ_BIT | WRITE_BIT);
}

static const char *
describe_bits (guint bits)
{
  switch (bits & (READ_BIT | WRITE_BIT))
    {
    case READ_BIT | WRITE_BIT:
      return _("reading and writing");
    case READ_BIT:
      return _("reading");
    case WRITE_BIT:
      return _("writing");
    default:
      return _("nothing");
    }
}

/* The mode refuses this process: whose the thing is, which bits count, what would help. */
static void
explain_mode (LabExplanation *self,
              const LabProbe *probe,
              const Thing    *thing,
              guint           wanted)
{
  g_autofree char *name = name_thing (thing->kind, thing->id);
  g_autofree char *owner = name_user (thing->uid);
  g_autofree char *user = name_user (probe->uid);
  g_autofree char *mode = format_mode (thing->mode);
  const LabIpcClass class = lab_probe_get_class (probe, thing->uid, thing->gid, thing->cuid, thing->cgid);
  const char *asked = describe_bits (wanted);
  const char *given = describe_bits (get_granted (probe, thing));
  const guint decimal = lab_mode_find_decimal (thing->mode);
  const guint better = 0600 | (class != LAB_IPC_OWNER ? wanted << 3 : 0) | (class == LAB_IPC_OTHERS ? wanted : 0);

  judge (self, LAB_CAUSE_MODE, LAB_SHM_ERROR_PERMISSION);
  /* Translators: "Segment 41", its owner's name, a mode such as 0600 (rw-------), "reading and writing" */
  say (&self->happened, _("%s belongs to %s and has the mode %s; %s was asked for"), name, owner, mode, asked);
  switch (class)
    {
    case LAB_IPC_OWNER:
      /* Translators: this user's name, "reading", "nothing" … */
      say (&self->why, _("You are %s, its owner or creator, and to these the mode gives: %s"), user, given);
      break;
    case LAB_IPC_GROUP:
      say (&self->why, _("You are %s, in its group, and to its group the mode gives: %s"), user, given);
      break;
    case LAB_IPC_OTHERS:
    default:
      say (&self->why, _("You are %s, neither its owner nor in its group, and to all others the mode gives: %s"), user, given);
    }

  if (decimal != 0)
    /* Translators: a mode in octal, and the decimal number that was written instead */
    say (&self->remedy, _("%04o is what %u without a leading 0 gives: remove it, and make it again with 0%u"),
         thing->mode, decimal, decimal);
  else if (get_granted (probe, thing) != 0 && (wanted & get_granted (probe, thing)) != 0 && wanted != get_granted (probe, thing))
    /* Translators: "reading", the owner's name, a mode in octal */
    say (&self->remedy, _("Ask for %s only, or ask %s for a mode such as %04o"), given, owner, better);
  else if (class == LAB_IPC_OWNER)
    /* Translators: IPC_SET is a name */
    say (&self->remedy, "%s", _("Give it another mode with IPC_SET, or remove it and make it again with the mode 0600"));
  else
    say (&self->remedy, _("Ask %s for a mode such as %04o, or run this program as %s"), owner, better, owner);
}

static void
explain_ftok (LabExplanation         *self,
              const LabCallArguments *arguments,
              const LabProbe         *probe)
{
  const LabPathState state = probe->path_state;
  g_autofree char *path = lab_text_format_path (arguments->path != NULL ? arguments->path : "");
  g_autofree char *culprit = lab_text_format_path (probe->culprit != NULL ? probe->culprit : path);

  judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_KEY);
  say (&self->why, "%s", _("ftok makes the key from the file’s inode and device, so it must reach the file"));

  if (self->errsv == ENAMETOOLONG)
    {
      g_autofree char *length = lab_text_format_count (arguments->path != NULL ? strlen (arguments->path) : 0);

      self->cause = LAB_CAUSE_PATH_TOO_LONG;
      /* Translators: numbers of bytes */
      say (&self->happened, _("The path has %s bytes; a path may have %d, and each name in it %d"), length, PATH_MAX - 1, NAME_MAX);
      say (&self->remedy, "%s", _("Choose a file with a shorter path"));
    }
  else if (self->errsv == ENOENT && state == LAB_PATH_EMPTY)
    {
      self->cause = LAB_CAUSE_PATH_EMPTY;
      say (&self->happened, "%s", _("The path is empty"));
      say (&self->remedy, "%s", _("Choose a file that exists"));
    }
  else if (self->errsv == ENOENT && state == LAB_PATH_DANGLING)
    {
      self->cause = LAB_CAUSE_PATH_DANGLING;
      say (&self->happened, _("%s is a link to a file that is not there"), culprit);
      say (&self->remedy, "%s", _("Make the file that the link names, or choose another file"));
    }
  else if (self->errsv == ENOENT && state == LAB_PATH_MISSING && strcmp (culprit, path) != 0)
    {
      self->cause = LAB_CAUSE_PATH_MISSING;
      /* Translators: a folder, and the path of which it is a part */
      say (&self->happened, _("There is no folder %s, so there is no file %s"), culprit, path);
      say (&self->remedy, "%s", _("Correct the path, or choose a file that exists"));
    }
  else if (self->errsv == ENOENT)
    {
      self->cause = state == LAB_PATH_MISSING ? LAB_CAUSE_PATH_MISSING : LAB_CAUSE_UNKNOWN;
      if (probe->folder != NULL)
        {
          g_autofree char *folder = lab_text_format_path (probe->folder);

          /* Translators: a file, and the folder in which it was looked for */
          say (&self->happened, _("There is no file %s in %s, where this program runs"), path, folder);
          say (&self->remedy, "%s", _("Make the file first, or choose one by its whole path: each program looks in the folder where it runs"));
        }
      else
        {
          say (&self->happened, _("There is no file %s"), path);
          say (&self->remedy, "%s", _("Make the file first, or choose a file that exists"));
        }
    }
  else if (self->errsv == EACCES)
    {
      self->cause = state == LAB_PATH_CLOSED ? LAB_CAUSE_PATH_CLOSED : LAB_CAUSE_UNKNOWN;
      if (state == LAB_PATH_CLOSED)
        say (&self->happened, _("The folder %s may not be searched by you"), culprit);
      else
        say (&self->happened, _("A folder on the way to %s may not be searched by you"), path);
      say (&self->remedy, "%s", _("Choose a file that you can reach; to read it is not needed"));
    }
  else if (self->errsv == ENOTDIR)
    {
      self->cause = state == LAB_PATH_NO_FOLDER ? LAB_CAUSE_PATH_NO_FOLDER : LAB_CAUSE_UNKNOWN;
      if (state == LAB_PATH_NO_FOLDER)
        say (&self->happened, _("%s is a file and no folder, so nothing can be in it"), culprit);
      else
        say (&self->happened, _("A part of %s is a file and no folder"), path);
      say (&self->remedy, "%s", _("Correct the path"));
    }
  else if (self->errsv == ELOOP)
    {
      self->cause = state == LAB_PATH_CIRCLE ? LAB_CAUSE_PATH_CIRCLE : LAB_CAUSE_UNKNOWN;
      say (&self->happened, _("%s leads in a circle of links"), culprit);
      say (&self->remedy, "%s", _("Choose another file"));
    }
}

static char *
describe_larger (guint64 wanted_bytes,
                 guint64 there_bytes)
{
  g_autofree char *wanted = lab_text_format_count (wanted_bytes);
  g_autofree char *there = lab_text_format_count (there_bytes);

  /* Translators: numbers of bytes */
  return g_strdup_printf (_("%s bytes are wanted and %s are there: without IPC_EXCL shmget would say EINVAL"), wanted, there);
}

static void
explain_exists (LabExplanation         *self,
                const LabCallArguments *arguments,
                const LabProbe         *probe,
                Kind                    kind)
{
  g_autofree char *key = lab_key_format (arguments->key);
  g_autofree char *name = NULL;
  g_autofree char *there = NULL;
  Thing thing;

  judge (self, LAB_CAUSE_KEY_TAKEN, LAB_SHM_ERROR_EXISTS);
  say (&self->remedy, "%s", _("Choose another key"));

  if (!find_thing (probe, kind, arguments->key, -1, &thing))
    {
      if (has_table (probe, kind))
        self->cause = LAB_CAUSE_UNKNOWN;
      /* Translators: a key in hex */
      say (&self->happened, self->cause == LAB_CAUSE_UNKNOWN
                            ? _("Something had the key %s when the call was made, and is gone by now")
                            : _("Something has the key %s already; what it is, /proc does not tell here"), key);
      if (self->cause == LAB_CAUSE_UNKNOWN)
        say (&self->remedy, "%s", _("Try again"));
      return;
    }

  name = name_thing (kind, thing.id);
  there = lab_text_format_count (thing.size);
  if (thing.n_attaches == 0 && lab_probe_get_class (probe, thing.uid, thing.gid, thing.cuid, thing.cgid) == LAB_IPC_OWNER)
    say (&self->remedy, "%s", _("Remove it if nobody needs it, or choose another key"));
  say (&self->why, "%s", _("With IPC_EXCL the call only makes what is new"));
  if (kind == KIND_SEGMENT)
    {
      g_autofree char *owner = name_user (thing.uid);

      /* Translators: "Segment 41", a key in hex, a number of bytes, a user's name */
      say (&self->happened, ngettext ("%s has the key %s already: %s byte, of %s", "%s has the key %s already: %s bytes, of %s",
                                      (gulong) thing.size), name, key, there, owner);
      if (arguments->size > thing.size)
        {
          self->cause = LAB_CAUSE_KEY_TAKEN_SMALLER;
          g_free (self->why);
          self->why = describe_larger (arguments->size, thing.size);
        }
      else if (!is_granted (probe, &thing, get_wanted (arguments->flags)))
        say (&self->why, "%s", _("Without IPC_EXCL shmget would say EACCES: its mode does not give you what is asked for"));
    }
  else
    say (&self->happened, _("%s has the key %s already"), name, key);

  if (arguments->key == LAB_KEY_FAILED)
    say (&self->why, "%s", _("0xffffffff is what ftok returns when it fails: every program that does not check it meets here"));
}

static void
explain_no_key (LabExplanation         *self,
                const LabCallArguments *arguments,
                const LabProbe         *probe,
                Kind                    kind)
{
  g_autofree char *key = lab_key_format (arguments->key);
  Thing thing;

  judge (self, LAB_CAUSE_KEY_FREE, LAB_SHM_ERROR_NOT_FOUND);
  if (kind == KIND_SEGMENT)
    say (&self->happened, _("No segment has the key %s"), key);
  else if (kind == KIND_SET)
    say (&self->happened, _("No semaphore set has the key %s"), key);
  else
    say (&self->happened, _("No message queue has the key %s"), key);
  say (&self->why, "%s", _("Without IPC_CREAT the call only finds what is there"));
  if (kind == KIND_SEGMENT)
    say (&self->remedy, "%s", _("Start a server with this key first"));
  else
    say (&self->remedy, "%s", _("Start the program that makes it first"));

  for (Kind other = KIND_SEGMENT; other <= KIND_QUEUE; other++)
    if (other != kind && find_thing (probe, other, arguments->key, -1, &thing))
      {
        g_autofree char *name = name_thing (other, thing.id);

        self->cause = LAB_CAUSE_KEY_OF_OTHER_KIND;
        /* Translators: "Semaphore set 3" */
        say (&self->why, _("%s has this key; segments, semaphore sets and message queues each have keys of their own"), name);
        break;
      }
}

/* The key has nothing, and something new cannot be made so. */
static void
explain_new_size (LabExplanation         *self,
                  const LabCallArguments *arguments,
                  const LabProbe         *probe)
{
  g_autofree char *wanted = lab_text_format_count (arguments->size);

  if (arguments->size == 0)
    {
      self->cause = LAB_CAUSE_SIZE_ZERO;
      say (&self->happened, "%s", _("A segment of 0 bytes was asked for"));
      say (&self->why, "%s", _("A new segment has at least 1 byte (SHMMIN); 0 is for finding one that exists"));
      say (&self->remedy, "%s", _("Choose a size"));
    }
  else if (probe->has_limits && arguments->size > probe->limits.max_segment_bytes)
    {
      g_autofree char *most = lab_text_format_count (probe->limits.max_segment_bytes);

      self->cause = LAB_CAUSE_SIZE_OVER_MAX;
      /* Translators: numbers of bytes */
      say (&self->happened, _("%s bytes are wanted, and one segment may have %s (SHMMAX)"), wanted, most);
      say (&self->why, "%s", _("The limit is kernel.shmmax, of this IPC namespace"));
      say (&self->remedy, "%s", _("Choose a smaller size, or have the administrator raise kernel.shmmax"));
    }
}

static void
explain_get_invalid (LabExplanation         *self,
                     const LabCallArguments *arguments,
                     const LabProbe         *probe,
                     Kind                    kind)
{
  g_autofree char *wanted = lab_text_format_count (arguments->size);
  Thing thing;

  judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_SIZE);
  if (arguments->key != LAB_KEY_PRIVATE && find_thing (probe, kind, arguments->key, -1, &thing) && arguments->size > thing.size)
    {
      g_autofree char *name = name_thing (kind, thing.id);
      g_autofree char *there = lab_text_format_count (thing.size);

      self->cause = LAB_CAUSE_SIZE_OVER_EXISTING;
      if (kind == KIND_SEGMENT)
        {
          /* Translators: numbers of bytes, and "segment 41" */
          say (&self->happened, _("%s bytes are wanted, and %s are there: %s has this key"), wanted, there, name);
          say (&self->why, "%s", _("A segment keeps the size it was made with, even where its last page has room"));
          say (&self->remedy, "%s", _("Ask for 0 bytes, which finds a segment of any size; or remove it and make it anew"));
        }
      else
        {
          say (&self->happened, _("%s semaphores are wanted, and %s are there: %s has this key"), wanted, there, name);
          say (&self->why, "%s", _("Another program made it"));
          say (&self->remedy, "%s", _("Remove it, or choose another key"));
        }
      return;
    }

  if (kind == KIND_SEGMENT)
    explain_new_size (self, arguments, probe);
  else if (arguments->size == 0)
    {
      self->cause = LAB_CAUSE_SIZE_ZERO;
      say (&self->happened, "%s", _("A set of 0 semaphores was asked for"));
      say (&self->remedy, "%s", _("Ask for at least one"));
    }
  else if (probe->has_sem_limits && arguments->size > probe->max_per_set)
    {
      g_autofree char *most = lab_text_format_count (probe->max_per_set);

      self->cause = LAB_CAUSE_SIZE_OVER_MAX;
      say (&self->happened, _("%s semaphores are wanted, and one set may have %s (SEMMSL)"), wanted, most);
      say (&self->remedy, "%s", _("Ask for fewer"));
    }

  if (self->cause == LAB_CAUSE_UNKNOWN)
    {
      say (&self->happened, _("The size %s is too small, too large, or more than what exists has; which of these, cannot be told here"), wanted);
      say (&self->remedy, "%s", _("Choose another size"));
    }
}

static void
say_count (LabExplanation *self,
           Kind            kind,
           guint64         n,
           guint64         most,
           const char     *sysctl)
{
  g_autofree char *used = lab_text_format_count (n);
  g_autofree char *limit = lab_text_format_count (most);

  self->cause = LAB_CAUSE_LIMIT_COUNT;
  if (kind == KIND_SEGMENT)
    say (&self->happened, ngettext ("%s of %s segment is in use (SHMMNI)", "%s of %s segments are in use (SHMMNI)",
                                    (gulong) most), used, limit);
  else if (kind == KIND_SET)
    say (&self->happened, ngettext ("%s of %s semaphore set is in use (SEMMNI)", "%s of %s semaphore sets are in use (SEMMNI)",
                                    (gulong) most), used, limit);
  else
    say (&self->happened, ngettext ("%s of %s message queue is in use (MSGMNI)", "%s of %s message queues are in use (MSGMNI)",
                                    (gulong) most), used, limit);
  /* Translators: the name of a kernel setting, such as kernel.shmmni */
  say (&self->why, _("The limit is %s, of this IPC namespace; size and disk have no part in it"), sysctl);
  say (&self->remedy, _("Remove what nobody needs, or have the administrator raise %s"), sysctl);
}

static void
explain_no_space (LabExplanation         *self,
                  const LabCallArguments *arguments,
                  const LabProbe         *probe,
                  Kind                    kind)
{
  const LabLimits *limits = &probe->limits;

  judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_LIMIT);
  if (kind == KIND_SEGMENT && probe->has_limits)
    {
      const guint64 wanted = arguments->size / limits->page_bytes + (arguments->size % limits->page_bytes != 0);
      g_autofree char *more = lab_text_format_count (wanted);
      g_autofree char *used = lab_text_format_count (limits->n_pages);
      g_autofree char *most = lab_text_format_count (limits->max_pages);

      /* In the order in which newseg() looks. */
      if (wanted > limits->max_pages || limits->n_pages > limits->max_pages - wanted)
        {
          self->cause = LAB_CAUSE_LIMIT_TOTAL;
          /* Translators: numbers of pages */
          say (&self->happened, _("%s of %s pages are in use, and %s more are wanted (SHMALL)"), used, most, more);
          say (&self->why, "%s", _("The limit is kernel.shmall, in pages of all segments together; no disk is full"));
          say (&self->remedy, "%s", _("Choose a smaller size, remove segments that nobody needs, or have the administrator raise kernel.shmall"));
        }
      else if (limits->n_segments >= limits->max_segments)
        say_count (self, kind, limits->n_segments, limits->max_segments, "kernel.shmmni");
      else
        {
          g_autofree char *n = lab_text_format_count (limits->n_segments);
          g_autofree char *n_most = lab_text_format_count (limits->max_segments);

          /* Translators: numbers of segments, numbers of pages */
          say (&self->happened, _("A limit was reached when shmget was called, and is no longer: %s of %s segments, %s of %s pages are in use now"),
               n, n_most, used, most);
          say (&self->remedy, "%s", _("Try again"));
        }
    }
  else if (kind == KIND_SET && probe->has_sem_limits && probe->sem != NULL)
    {
      guint64 n = 0;

      for (guint i = 0; i < probe->sem->len; i++)
        n += g_array_index (probe->sem, LabIpcEntry, i).n;
      if (n + arguments->size > probe->max_semaphores)
        {
          g_autofree char *used = lab_text_format_count (n);
          g_autofree char *most = lab_text_format_count (probe->max_semaphores);
          g_autofree char *more = lab_text_format_count (arguments->size);

          self->cause = LAB_CAUSE_LIMIT_TOTAL;
          say (&self->happened, _("%s of %s semaphores are in use, and %s more are wanted (SEMMNS)"), used, most, more);
          say (&self->why, "%s", _("The limit is the second number of kernel.sem, of all sets together"));
          say (&self->remedy, "%s", _("Remove sets that nobody needs, or have the administrator raise kernel.sem"));
        }
      else if (probe->sem->len >= probe->max_sets)
        say_count (self, kind, probe->sem->len, probe->max_sets, "kernel.sem");
    }
  else if (kind == KIND_QUEUE && probe->max_queues > 0 && probe->msg != NULL && probe->msg->len >= probe->max_queues)
    say_count (self, kind, probe->msg->len, probe->max_queues, "kernel.msgmni");

  if (self->happened == NULL)
    {
      say (&self->happened, kind == KIND_SEGMENT ? _("The kernel’s limit on segments (SHMMNI) or on their pages (SHMALL) is reached; which, cannot be told here")
                            : kind == KIND_SET   ? _("The kernel’s limit on sets (SEMMNI) or on semaphores (SEMMNS) is reached; which, cannot be told here")
                                                 : _("The kernel’s limit on message queues (MSGMNI) is reached"));
      say (&self->remedy, "%s", _("Remove what nobody needs"));
    }
}

static void
explain_no_memory (LabExplanation         *self,
                   const LabCallArguments *arguments,
                   const LabProbe         *probe)
{
  g_autofree char *wanted = g_format_size_full (arguments->size, G_FORMAT_SIZE_IEC_UNITS);

  judge (self, LAB_CAUSE_MEMORY, LAB_SHM_ERROR_LIMIT);
  say (&self->remedy, "%s", _("Choose a smaller size"));
  if (self->call != LAB_CALL_SHMGET)
    {
      say (&self->happened, "%s", _("The kernel has no memory for it"));
      say (&self->remedy, "%s", _("End programs that need much memory, and try again"));
    }
  else if (probe->commit_limit_bytes > 0)
    {
      g_autofree char *promised = g_format_size_full (probe->committed_bytes, G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *most = g_format_size_full (probe->commit_limit_bytes, G_FORMAT_SIZE_IEC_UNITS);

      /* Translators: amounts of memory, such as 4.0 GiB */
      say (&self->happened, _("%s are wanted, and %s of %s are promised to programs already"), wanted, promised, most);
      say (&self->why, "%s", _("vm.overcommit_memory is 2: the kernel promises no more than it has"));
    }
  else if (probe->memory_bytes > 0 && arguments->size > probe->memory_bytes)
    {
      g_autofree char *have = g_format_size_full (probe->memory_bytes, G_FORMAT_SIZE_IEC_UNITS);

      /* Translators: amounts of memory, such as 4.0 GiB */
      say (&self->happened, _("%s are wanted, and this computer has %s of memory and swap"), wanted, have);
      say (&self->why, "%s", _("The kernel refuses what it could never hold, though it gives pages only when they are used"));
    }
  else
    say (&self->happened, _("The kernel has no memory for a segment of %s"), wanted);
}

static void
explain_get (LabExplanation         *self,
             const LabCallArguments *arguments,
             const LabProbe         *probe)
{
  const Kind kind = get_kind (self->call);
  Thing thing;

  switch (self->errsv)
    {
    case EEXIST:
      explain_exists (self, arguments, probe, kind);
      break;
    case ENOENT:
      explain_no_key (self, arguments, probe, kind);
      break;
    case EINVAL:
      explain_get_invalid (self, arguments, probe, kind);
      break;
    case ENOSPC:
      explain_no_space (self, arguments, probe, kind);
      break;
    case ENOMEM:
      explain_no_memory (self, arguments, probe);
      break;
    case EACCES:
      judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_PERMISSION);
      if (find_thing (probe, kind, arguments->key, -1, &thing) && !is_granted (probe, &thing, get_wanted (arguments->flags)))
        explain_mode (self, probe, &thing, get_wanted (arguments->flags));
      else
        {
          say (&self->happened, "%s", _("Its mode does not give you what is asked for"));
          say (&self->remedy, "%s", _("Ask its owner, or choose another key"));
        }
      break;
    case EPERM:
      judge (self, LAB_CAUSE_PRIVILEGE, LAB_SHM_ERROR_PERMISSION);
      say (&self->happened, "%s", _("SHM_HUGETLB was asked for, and you may not have huge pages"));
      say (&self->why, "%s", _("Of shmget’s flags only this one needs a privilege, CAP_IPC_LOCK"));
      say (&self->remedy, "%s", _("Ask without it; 04000 in the flags is SHM_HUGETLB"));
      break;
    default:
      break;
    }
}

static void
say_no_id (LabExplanation *self,
           Kind            kind,
           int             id)
{
  if (kind == KIND_SEGMENT)
    say (&self->happened, _("No segment has the id %d"), id);
  else if (kind == KIND_SET)
    say (&self->happened, _("No semaphore set has the id %d"), id);
  else
    say (&self->happened, _("No message queue has the id %d"), id);
}

/* Nothing has this id: what the number is instead. */
static void
explain_no_id (LabExplanation         *self,
               const LabCallArguments *arguments,
               const LabProbe         *probe)
{
  const Kind kind = get_kind (self->call);
  const int id = arguments->id;
  g_autofree char *name = NULL;
  Thing thing;

  judge (self, LAB_CAUSE_ID_NONE, LAB_SHM_ERROR_REMOVED);
  if (id < 0)
    {
      self->cause = LAB_CAUSE_ID_NEGATIVE;
      self->code = LAB_SHM_ERROR_NOT_FOUND;
      say (&self->happened, _("%d is no id"), id);
      say (&self->why, "%s", _("-1 is what a call returns when it fails; ids are 0 or more"));
      say (&self->remedy, "%s", _("Check what the call before returned"));
    }
  else if (self->errsv == EIDRM || arguments->was_seen)
    {
      self->cause = LAB_CAUSE_ID_REMOVED;
      name = name_thing (kind, id);
      /* Translators: "Segment 41" */
      say (&self->happened, _("%s is gone: somebody removed it"), name);
      say (&self->why, "%s", _("It was there before; ids are not used again soon"));
      say (&self->remedy, "%s", _("Find it anew by its key"));
    }
  else if (id != 0 && find_thing (probe, kind, (key_t) id, -1, &thing))
    {
      g_autofree char *key = lab_key_format ((key_t) id);

      name = name_thing (kind, thing.id);
      self->cause = LAB_CAUSE_ID_IS_KEY;
      self->code = LAB_SHM_ERROR_NOT_FOUND;
      say_no_id (self, kind, id);
      /* Translators: a number, the same as a key in hex, and "Segment 41" */
      say (&self->why, _("%d is a key (%s): %s has it; the kernel gives ids, programs choose keys"), id, key, name);
      say (&self->remedy, _("Use the id %d"), thing.id);
    }
  else
    {
      say_no_id (self, kind, id);
      say (&self->why, "%s", _("None ever had it, or it was removed: the kernel does not tell"));
      say (&self->remedy, "%s", _("Look at the list of what exists, or find it by its key"));
    }
}

/* Whose it is, for who must be owner or creator. */
static void
explain_not_owner (LabExplanation         *self,
                   const LabCallArguments *arguments,
                   const LabProbe         *probe)
{
  const char *command = arguments->command != NULL ? arguments->command : lab_call_name_to_string (self->call);
  const Kind kind = get_kind (self->call);
  g_autofree char *name = name_thing (kind, arguments->id);
  Thing thing;

  judge (self, LAB_CAUSE_NOT_OWNER, LAB_SHM_ERROR_PERMISSION);
  /* Translators: a command such as IPC_RMID */
  say (&self->why, _("%s is for the owner and the creator alone, whatever the mode says"), command);
  if (find_thing (probe, kind, LAB_KEY_PRIVATE, arguments->id, &thing))
    {
      g_autofree char *owner = name_user (thing.uid);
      g_autofree char *creator = name_user (thing.cuid);
      g_autofree char *user = name_user (probe->uid);

      if (thing.uid == thing.cuid)
        /* Translators: "Segment 41", its owner, this user */
        say (&self->happened, _("%s belongs to %s, who made it; you are %s"), name, owner, user);
      else
        /* Translators: "Segment 41", its owner, its creator, this user */
        say (&self->happened, _("%s belongs to %s and was made by %s; you are %s"), name, owner, creator, user);
      say (&self->remedy, _("Ask %s, or run this program as %s"), owner, owner);
    }
  else
    {
      /* Translators: "Segment 41" */
      say (&self->happened, _("%s is not yours"), name);
      say (&self->remedy, "%s", _("Ask its owner"));
    }
}

static void
explain_refused_id (LabExplanation         *self,
                    const LabCallArguments *arguments,
                    const LabProbe         *probe,
                    guint                   wanted)
{
  const Kind kind = get_kind (self->call);
  Thing thing;

  judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_PERMISSION);
  if (find_thing (probe, kind, LAB_KEY_PRIVATE, arguments->id, &thing) && !is_granted (probe, &thing, wanted))
    explain_mode (self, probe, &thing, wanted);
  else
    {
      g_autofree char *name = name_thing (kind, arguments->id);

      /* Translators: "Segment 41", "reading and writing" */
      say (&self->happened, _("The mode of %s does not give you: %s"), name, describe_bits (wanted));
      say (&self->remedy, "%s", _("Ask its owner"));
    }
}

static void
explain_shmat (LabExplanation         *self,
               const LabCallArguments *arguments,
               const LabProbe         *probe)
{
  Thing thing = { .size = 0 };

  switch (self->errsv)
    {
    case EACCES:
      explain_refused_id (self, arguments, probe, arguments->writable ? READ_BIT | WRITE_BIT : READ_BIT);
      break;
    case EINVAL:
    case EIDRM:
      explain_no_id (self, arguments, probe);
      break;
    case ENOMEM:
      judge (self, LAB_CAUSE_ADDRESS_SPACE, LAB_SHM_ERROR_LIMIT);
      find_thing (probe, KIND_SEGMENT, LAB_KEY_PRIVATE, arguments->id, &thing);
      if (probe->address_limit_bytes > 0 && thing.size > 0)
        {
          g_autofree char *size = g_format_size_full (thing.size, G_FORMAT_SIZE_IEC_UNITS);
          g_autofree char *used = g_format_size_full (probe->address_bytes, G_FORMAT_SIZE_IEC_UNITS);
          g_autofree char *most = g_format_size_full (probe->address_limit_bytes, G_FORMAT_SIZE_IEC_UNITS);

          /* Translators: the size of a segment, then how much of how much is used */
          say (&self->happened, _("The segment has %s, and this process uses %s of the %s of addresses that it may have (RLIMIT_AS)"),
               size, used, most);
          say (&self->remedy, "%s", _("Choose a smaller segment, or raise the limit with ulimit -v"));
        }
      else
        {
          say (&self->happened, "%s", _("There is no room in this process’s addresses for the segment"));
          say (&self->remedy, "%s", _("Choose a smaller segment"));
        }
      break;
    case EMFILE:
      judge (self, LAB_CAUSE_ADDRESS_SPACE, LAB_SHM_ERROR_LIMIT);
      say (&self->happened, "%s", _("This process has as many mappings as it may have"));
      say (&self->remedy, "%s", _("Detach what is not needed"));
      break;
    default:
      break;
    }
}

static void
explain_shmdt (LabExplanation         *self,
               const LabCallArguments *arguments,
               const LabProbe         *probe)
{
  const guint64 address = arguments->address;
  g_autofree char *text = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", address);

  if (self->errsv != EINVAL)
    return;

  judge (self, LAB_CAUSE_NOT_ATTACHED, LAB_SHM_ERROR_REMOVED);
  for (guint i = 0; probe->mapped != NULL && i < probe->mapped->len; i++)
    {
      const LabMappedSegment *segment = &g_array_index (probe->mapped, LabMappedSegment, i);

      if (address > segment->start && address < segment->end)
        {
          self->cause = LAB_CAUSE_NOT_THE_START;
          /* Translators: an address, an id, an address */
          say (&self->happened, _("%s lies in segment %d, which begins at 0x%" G_GINT64_MODIFIER "x"), text, segment->id, segment->start);
          say (&self->why, "%s", _("shmdt wants the very address that shmat returned"));
          say (&self->remedy, "%s", _("Keep that address, and count with a copy of it"));
          return;
        }
    }

  say (&self->happened, _("No segment is attached at %s"), text);
  if (address == G_MAXUINT64 || address == G_MAXUINT32)
    say (&self->why, "%s", _("This is (void *) -1, what shmat returns when it fails"));
  else if (address == 0)
    say (&self->why, "%s", _("This is NULL, where nothing ever is"));
  else
    say (&self->why, "%s", _("It may have been detached already"));
  say (&self->remedy, "%s", _("Attach it before you detach it, and detach it once"));
}

static void
explain_ctl (LabExplanation         *self,
             const LabCallArguments *arguments,
             const LabProbe         *probe)
{
  const gboolean writes = g_strcmp0 (arguments->command, "SETVAL") == 0 || g_strcmp0 (arguments->command, "SETALL") == 0;

  switch (self->errsv)
    {
    case EACCES:
      explain_refused_id (self, arguments, probe, writes ? WRITE_BIT : READ_BIT);
      break;
    case EPERM:
      explain_not_owner (self, arguments, probe);
      break;
    case EINVAL:
    case EIDRM:
      explain_no_id (self, arguments, probe);
      break;
    case ERANGE:
      judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_FAILED);
      say (&self->happened, "%s", _("A semaphore’s value goes from 0 to 32,767"));
      break;
    default:
      break;
    }
}

static void
explain_semop (LabExplanation         *self,
               const LabCallArguments *arguments,
               const LabProbe         *probe)
{
  switch (self->errsv)
    {
    case EAGAIN:
      judge (self, LAB_CAUSE_WOULD_WAIT, LAB_SHM_ERROR_FAILED);
      say (&self->happened, "%s", _("Somebody else holds the semaphore now"));
      say (&self->why, "%s", _("With IPC_NOWAIT semop does not wait for it"));
      say (&self->remedy, "%s", _("Try again"));
      break;
    case EINTR:
      judge (self, LAB_CAUSE_INTERRUPTED, LAB_SHM_ERROR_FAILED);
      say (&self->happened, "%s", _("A signal interrupted the wait"));
      say (&self->remedy, "%s", _("Try again"));
      break;
    case EINVAL:
    case EIDRM:
      explain_no_id (self, arguments, probe);
      break;
    case EACCES:
      explain_refused_id (self, arguments, probe, WRITE_BIT);
      break;
    case ENOSPC:
    case ENOMEM:
      judge (self, LAB_CAUSE_MEMORY, LAB_SHM_ERROR_LIMIT);
      say (&self->happened, "%s", _("The kernel has no memory for a record of what to undo (SEM_UNDO)"));
      say (&self->remedy, "%s", _("End programs that need much memory, and try again"));
      break;
    case ERANGE:
      judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_FAILED);
      say (&self->happened, "%s", _("A semaphore’s value goes from 0 to 32,767"));
      break;
    default:
      break;
    }
}

static void
explain_msg (LabExplanation         *self,
             const LabCallArguments *arguments,
             const LabProbe         *probe)
{
  const gboolean sends = self->call == LAB_CALL_MSGSND;

  switch (self->errsv)
    {
    case EAGAIN:
      judge (self, LAB_CAUSE_WOULD_WAIT, LAB_SHM_ERROR_FAILED);
      say (&self->happened, "%s", _("The message queue is full"));
      say (&self->remedy, "%s", _("Try again"));
      break;
    case ENOMSG:
      judge (self, LAB_CAUSE_WOULD_WAIT, LAB_SHM_ERROR_FAILED);
      say (&self->happened, "%s", _("No message is waiting in the queue"));
      break;
    case EINTR:
      judge (self, LAB_CAUSE_INTERRUPTED, LAB_SHM_ERROR_FAILED);
      say (&self->happened, "%s", _("A signal interrupted the wait"));
      say (&self->remedy, "%s", _("Try again"));
      break;
    case E2BIG:
      judge (self, LAB_CAUSE_SIZE_OVER_MAX, LAB_SHM_ERROR_SIZE);
      say (&self->happened, "%s", _("The message is larger than the buffer"));
      say (&self->remedy, "%s", _("Choose a larger block"));
      break;
    case EINVAL:
      if (sends && probe->max_message_bytes > 0 && arguments->size > probe->max_message_bytes)
        {
          g_autofree char *wanted = lab_text_format_count (arguments->size);
          g_autofree char *most = lab_text_format_count (probe->max_message_bytes);

          judge (self, LAB_CAUSE_SIZE_OVER_MAX, LAB_SHM_ERROR_SIZE);
          /* Translators: numbers of bytes */
          say (&self->happened, _("The message has %s bytes, and a message may have %s (MSGMAX)"), wanted, most);
          say (&self->remedy, "%s", _("Choose a smaller block, or have the administrator raise kernel.msgmax"));
          break;
        }
      explain_no_id (self, arguments, probe);
      break;
    case EIDRM:
      explain_no_id (self, arguments, probe);
      break;
    case EACCES:
      explain_refused_id (self, arguments, probe, sends ? WRITE_BIT : READ_BIT);
      break;
    case ENOMEM:
      explain_no_memory (self, arguments, probe);
      break;
    default:
      break;
    }
}

/**
 * lab_explanation_get_parts:
 * @call: a call that failed
 * @errsv: its errno
 *
 * Returns: what of the kernel's state tells its causes apart; often nothing
 */
LabProbeParts
lab_explanation_get_parts (LabCallName call,
                           int         errsv)
{
  static const LabProbeParts tables[] = { LAB_PROBE_SHM, LAB_PROBE_SEM, LAB_PROBE_MSG };
  const LabProbeParts table = tables[get_kind (call)];

  switch (call)
    {
    case LAB_CALL_FTOK:
      return LAB_PROBE_PATH;
    case LAB_CALL_SHMGET:
    case LAB_CALL_SEMGET:
    case LAB_CALL_MSGGET:
      return errsv == ENOENT ? LAB_PROBE_SHM | LAB_PROBE_SEM | LAB_PROBE_MSG
             : errsv == ENOMEM ? LAB_PROBE_MEMORY
             : errsv == EACCES || errsv == EEXIST ? table | LAB_PROBE_USER : table;
    case LAB_CALL_SHMDT:
      return LAB_PROBE_MAPPED;
    default:
      return errsv == EACCES || errsv == EPERM ? table | LAB_PROBE_USER
             : errsv == EINVAL ? table
             : errsv == ENOMEM && call == LAB_CALL_SHMAT ? table | LAB_PROBE_ADDRESS : LAB_PROBE_NOTHING;
    }
}

/**
 * lab_explanation_new:
 * @arguments: what the call was given
 * @errsv: its errno
 * @probe: the kernel's state, with the parts of lab_explanation_get_parts() as far as they are known
 *
 * Tells which of the causes that @errsv may have it was, with the numbers of @probe.  What
 * @probe does not know is said not to be known.  Asks nobody.
 *
 * Returns: (transfer full): the explanation
 */
LabExplanation *
lab_explanation_new (const LabCallArguments *arguments,
                     int                     errsv,
                     const LabProbe         *probe)
{
  LabExplanation *self;

  g_return_val_if_fail (arguments != NULL, NULL);
  g_return_val_if_fail (probe != NULL, NULL);

  self = g_new0 (LabExplanation, 1);
  self->call = arguments->call;
  self->errsv = errsv;
  judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_FAILED);
  switch (arguments->call)
    {
    case LAB_CALL_FTOK:
      explain_ftok (self, arguments, probe);
      break;
    case LAB_CALL_SHMGET:
    case LAB_CALL_SEMGET:
    case LAB_CALL_MSGGET:
      explain_get (self, arguments, probe);
      break;
    case LAB_CALL_SHMAT:
      explain_shmat (self, arguments, probe);
      break;
    case LAB_CALL_SHMDT:
      explain_shmdt (self, arguments, probe);
      break;
    case LAB_CALL_SHMCTL:
    case LAB_CALL_SEMCTL:
    case LAB_CALL_MSGCTL:
      explain_ctl (self, arguments, probe);
      break;
    case LAB_CALL_SEMOP:
      explain_semop (self, arguments, probe);
      break;
    case LAB_CALL_MSGSND:
    case LAB_CALL_MSGRCV:
      explain_msg (self, arguments, probe);
      break;
    default:
      g_assert_not_reached ();
    }

  /* What no manual page lists. */
  if (self->happened == NULL)
    {
      g_clear_pointer (&self->why, g_free);
      say (&self->happened, "%s", g_strerror (errsv));
    }

  return self;
}

/**
 * lab_explanation_ask:
 * @arguments: what a call that failed just now was given
 * @errsv: its errno
 *
 * Asks the kernel for what tells the causes apart, and explains with that.
 *
 * Returns: (transfer full): the explanation
 */
LabExplanation *
lab_explanation_ask (const LabCallArguments *arguments,
                     int                     errsv)
{
  g_autoptr(LabProbe) probe = NULL;

  g_return_val_if_fail (arguments != NULL, NULL);

  probe = lab_probe_take (lab_explanation_get_parts (arguments->call, errsv), arguments->path);

  return lab_explanation_new (arguments, errsv, probe);
}

LabExplanation *
lab_explanation_copy (const LabExplanation *self)
{
  LabExplanation *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->happened = g_strdup (self->happened);
  copy->why = g_strdup (self->why);
  copy->remedy = g_strdup (self->remedy);

  return copy;
}

void
lab_explanation_free (LabExplanation *self)
{
  if (self == NULL)
    return;

  g_free (self->happened);
  g_free (self->why);
  g_free (self->remedy);
  g_free (self);
}

/**
 * lab_explanation_dup_text:
 * @self: an explanation
 *
 * Returns: (transfer full): what happened, why, and what to do, each a sentence
 */
char *
lab_explanation_dup_text (const LabExplanation *self)
{
  g_autoptr(GString) text = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_string_new (NULL);
  g_string_append_printf (text, "%s.", self->happened);
  if (self->why != NULL)
    g_string_append_printf (text, " %s.", self->why);
  if (self->remedy != NULL)
    g_string_append_printf (text, " %s.", self->remedy);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * lab_explanation_set_error:
 * @self: an explanation
 * @error: return location for an error
 *
 * Sets a %LAB_SHM_ERROR: what happened and what to do, then call and errno.
 */
void
lab_explanation_set_error (const LabExplanation  *self,
                           GError               **error)
{
  const char *call;
  const char *name;

  g_return_if_fail (self != NULL);

  call = lab_call_name_to_string (self->call);
  name = lab_errno_name (self->errsv);
  if (self->remedy != NULL)
    g_set_error (error, LAB_SHM_ERROR, (int) self->code, "%s. %s (%s: %s)", self->happened, self->remedy, call, name);
  else
    g_set_error (error, LAB_SHM_ERROR, (int) self->code, "%s (%s: %s)", self->happened, call, name);
}

/**
 * lab_explanation_foresee_ftok:
 * @path: a file
 *
 * Source: stat(2), which is all that ftok(3) asks.
 *
 * Returns: (transfer full) (nullable): why ftok(3) of it will fail, in a translated sentence
 *   without its full stop; %NULL when it will not
 */
char *
lab_explanation_foresee_ftok (const char *path)
{
  const LabCallArguments arguments = { .call = LAB_CALL_FTOK, .path = path };
  g_autoptr(LabExplanation) explanation = NULL;
  struct stat status;

  g_return_val_if_fail (path != NULL, NULL);

  if (stat (path, &status) == 0)
    return NULL;

  explanation = lab_explanation_ask (&arguments, errno);

  /* Translators: why, such as “There is no file /tmp/shmfile” */
  return g_strdup_printf (_("%s: ftok will fail"), explanation->happened);
}

/**
 * lab_explanation_remark_key:
 * @key: a segment's key
 *
 * Returns: (transfer full) (nullable): a translated sentence about the key of an unchecked
 *   ftok(3); %NULL for any other
 */
char *
lab_explanation_remark_key (key_t key)
{
  return key == LAB_KEY_FAILED
         ? g_strdup (_("The key 0xffffffff (-1) is what ftok returns when it fails: every program that does not check it meets here."))
         : NULL;
}

/**
 * lab_explanation_remark_mode:
 * @mode: a segment's permission bits
 *
 * Returns: (transfer full) (nullable): a translated sentence about a mode whose leading 0 was
 *   forgotten; %NULL for any other
 */
char *
lab_explanation_remark_mode (guint mode)
{
  const guint decimal = lab_mode_find_decimal (mode);

  /* Translators: a mode in octal, the decimal number that gives it, and what was meant */
  return decimal != 0 ? g_strdup_printf (_("The mode %04o is what %u without the leading 0 gives; 0%u may have been meant."),
                                         mode & 0777, decimal, decimal) : NULL;
}

/**
 * lab_explanation_remark_size:
 * @record: a segment that has a key
 * @wanted_bytes: the size that somebody wants under this key
 *
 * Returns: (transfer full) (nullable): a translated sentence about a segment that is smaller
 *   than what is wanted; %NULL when it is not
 */
char *
lab_explanation_remark_size (const LabShmRecord *record,
                             guint64             wanted_bytes)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (record != NULL, NULL);

  if (wanted_bytes <= record->size_bytes)
    return NULL;

  text = describe_larger (wanted_bytes, record->size_bytes);

  return g_strconcat (text, ".", NULL);
}

/**
 * lab_explanation_remark:
 * @record: a segment
 *
 * What is odd about a segment, wherever it is shown: its key, its mode, memory that is locked.
 *
 * Returns: (transfer full) (nullable): translated sentences, or %NULL when nothing is odd
 */
char *
lab_explanation_remark (const LabShmRecord *record)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) sentences = NULL;
  g_autofree char *key = NULL;
  g_autofree char *mode = NULL;

  g_return_val_if_fail (record != NULL, NULL);

  key = lab_explanation_remark_key (record->key);
  mode = lab_explanation_remark_mode (record->mode);
  if (key != NULL)
    g_strv_builder_add (builder, key);
  if (mode != NULL)
    g_strv_builder_add (builder, mode);
  if (record->mode & LAB_MODE_LOCKED)
    g_strv_builder_add (builder, _("It is locked (SHM_LOCKED): its pages in memory are never swapped out."));
  sentences = g_strv_builder_end (builder);

  return sentences[0] != NULL ? g_strjoinv (" ", sentences) : NULL;
}
