/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-explain-get.h"

#include <errno.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-explain-mode.h"
#include "backend/kernel/lab-ipc-object.h"
#include "backend/kernel/lab-key-parts.h"
#include "backend/kernel/lab-segment-remark.h"
#include "backend/kernel/lab-text.h"

static void
explain_exists (LabExplanation         *self,
                const LabCallArguments *arguments,
                const LabProbe         *probe,
                LabIpcKind              kind)
{
  g_autofree char *key = lab_key_format (arguments->key);
  g_autofree char *name = NULL;
  g_autofree char *there = NULL;
  LabIpcObject object;

  lab_explanation_judge (self, LAB_CAUSE_KEY_TAKEN, LAB_SHM_ERROR_EXISTS);
  /* What may become of the one that is there, is for who knows what it is. */
  lab_explanation_say (&self->remedy, "%s", _("Choose another key, or see first who needs what has this one"));

  if (!lab_ipc_object_find (probe, kind, arguments->key, -1, &object))
    {
      if (lab_ipc_object_has_table (probe, kind))
        self->cause = LAB_CAUSE_UNKNOWN;
      /* Translators: a key in hex */
      lab_explanation_say (&self->happened, self->cause == LAB_CAUSE_UNKNOWN
                                            ? _("Something had the key %s when the call was made, and is gone by now")
                                            : _("Something has the key %s already; what it is, /proc does not tell here"), key);
      if (self->cause == LAB_CAUSE_UNKNOWN)
        lab_explanation_say (&self->remedy, "%s", _("Try again"));
      return;
    }

  name = lab_ipc_object_dup_name (kind, object.id);
  there = lab_text_format_count (object.size);
  lab_explanation_say (&self->why, "%s", _("With IPC_EXCL the call only makes what is new"));
  if (kind == LAB_IPC_SEGMENT)
    {
      g_autofree char *owner = lab_ipc_object_dup_user (object.uid);

      /* Translators: "Segment 41", a key in hex, a number of bytes, a user's name */
      lab_explanation_say (&self->happened, ngettext ("%s has the key %s already: %s byte, of %s", "%s has the key %s already: %s bytes, of %s",
                                                      (gulong) object.size), name, key, there, owner);
      if (arguments->size > object.size)
        {
          self->cause = LAB_CAUSE_KEY_TAKEN_SMALLER;
          g_free (self->why);
          self->why = lab_segment_remark_larger (arguments->size, object.size);
        }
      else if (!lab_ipc_object_is_granted (probe, &object, lab_ipc_object_get_wanted (arguments->flags)))
        lab_explanation_say (&self->why, "%s", _("Without IPC_EXCL shmget would say EACCES: its mode does not give you what is asked for"));
    }
  else
    lab_explanation_say (&self->happened, _("%s has the key %s already"), name, key);

  if (arguments->key == LAB_KEY_FAILED)
    lab_explanation_say (&self->why, "%s", lab_segment_remark_failed_key ());
}

static void
explain_no_key (LabExplanation         *self,
                const LabCallArguments *arguments,
                const LabProbe         *probe,
                LabIpcKind              kind)
{
  g_autofree char *key = lab_key_format (arguments->key);
  LabIpcObject object;

  lab_explanation_judge (self, LAB_CAUSE_KEY_FREE, LAB_SHM_ERROR_NOT_FOUND);
  if (kind == LAB_IPC_SEGMENT)
    lab_explanation_say (&self->happened, _("No segment has the key %s"), key);
  else if (kind == LAB_IPC_SET)
    lab_explanation_say (&self->happened, _("No semaphore set has the key %s"), key);
  else
    lab_explanation_say (&self->happened, _("No message queue has the key %s"), key);
  lab_explanation_say (&self->why, "%s", _("Without IPC_CREAT the call only finds what is there"));
  if (kind == LAB_IPC_SEGMENT)
    lab_explanation_say (&self->remedy, "%s", _("Start a server with this key first"));
  else
    lab_explanation_say (&self->remedy, "%s", _("Start the program that makes it first"));

  for (LabIpcKind other = LAB_IPC_SEGMENT; other <= LAB_IPC_QUEUE; other++)
    if (other != kind && lab_ipc_object_find (probe, other, arguments->key, -1, &object))
      {
        g_autofree char *name = lab_ipc_object_dup_name (other, object.id);

        self->cause = LAB_CAUSE_KEY_OF_OTHER_KIND;
        /* Translators: "Semaphore set 3" */
        lab_explanation_say (&self->why, _("%s has this key; segments, semaphore sets and message queues each have keys of their own"), name);
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
      lab_explanation_say (&self->happened, "%s", _("A segment of 0 bytes was asked for"));
      lab_explanation_say (&self->why, "%s", _("A new segment has at least 1 byte (SHMMIN); 0 is for finding one that exists"));
      lab_explanation_say (&self->remedy, "%s", _("Choose a size"));
    }
  else if (probe->has_limits && arguments->size > probe->limits.max_segment_bytes)
    {
      g_autofree char *most = lab_text_format_count (probe->limits.max_segment_bytes);

      self->cause = LAB_CAUSE_SIZE_OVER_MAX;
      /* Translators: numbers of bytes */
      lab_explanation_say (&self->happened, _("%s bytes are wanted, and one segment may have %s (SHMMAX)"), wanted, most);
      lab_explanation_say (&self->why, "%s", _("The limit is kernel.shmmax, of this IPC namespace"));
      lab_explanation_say (&self->remedy, "%s", _("Choose a smaller size, or have the administrator raise kernel.shmmax"));
    }
}

static void
explain_get_invalid (LabExplanation         *self,
                     const LabCallArguments *arguments,
                     const LabProbe         *probe,
                     LabIpcKind              kind)
{
  g_autofree char *wanted = lab_text_format_count (arguments->size);
  LabIpcObject object;

  lab_explanation_judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_SIZE);
  if (arguments->key != LAB_KEY_PRIVATE && lab_ipc_object_find (probe, kind, arguments->key, -1, &object) && arguments->size > object.size)
    {
      g_autofree char *name = lab_ipc_object_dup_name (kind, object.id);
      g_autofree char *there = lab_text_format_count (object.size);

      self->cause = LAB_CAUSE_SIZE_OVER_EXISTING;
      if (kind == LAB_IPC_SEGMENT)
        {
          /* Translators: numbers of bytes, and "segment 41" */
          lab_explanation_say (&self->happened, _("%s bytes are wanted, and %s are there: %s has this key"), wanted, there, name);
          lab_explanation_say (&self->why, "%s", _("A segment keeps the size it was made with, even where its last page has room"));
          lab_explanation_say (&self->remedy, "%s", _("Ask for 0 bytes, which finds a segment of any size; or remove it and make it anew"));
        }
      else
        {
          lab_explanation_say (&self->happened, _("%s semaphores are wanted, and %s are there: %s has this key"), wanted, there, name);
          lab_explanation_say (&self->why, "%s", _("Another program made it"));
          lab_explanation_say (&self->remedy, "%s", _("Remove it, or choose another key"));
        }
      return;
    }

  if (kind == LAB_IPC_SEGMENT)
    explain_new_size (self, arguments, probe);
  else if (arguments->size == 0)
    {
      self->cause = LAB_CAUSE_SIZE_ZERO;
      lab_explanation_say (&self->happened, "%s", _("A set of 0 semaphores was asked for"));
      lab_explanation_say (&self->remedy, "%s", _("Ask for at least one"));
    }
  else if (probe->has_sem_limits && arguments->size > probe->max_per_set)
    {
      g_autofree char *most = lab_text_format_count (probe->max_per_set);

      self->cause = LAB_CAUSE_SIZE_OVER_MAX;
      lab_explanation_say (&self->happened, _("%s semaphores are wanted, and one set may have %s (SEMMSL)"), wanted, most);
      lab_explanation_say (&self->remedy, "%s", _("Ask for fewer"));
    }

  if (self->cause == LAB_CAUSE_UNKNOWN)
    {
      lab_explanation_say (&self->happened, _("The size %s is too small, too large, or more than what exists has; which of these, cannot be told here"), wanted);
      lab_explanation_say (&self->remedy, "%s", _("Choose another size"));
    }
}

static void
say_count (LabExplanation *self,
           LabIpcKind      kind,
           guint64         n,
           guint64         most,
           const char     *sysctl)
{
  g_autofree char *used = lab_text_format_count (n);
  g_autofree char *limit = lab_text_format_count (most);

  self->cause = LAB_CAUSE_LIMIT_COUNT;
  if (kind == LAB_IPC_SEGMENT)
    lab_explanation_say (&self->happened, ngettext ("%s of %s segment is in use (SHMMNI)", "%s of %s segments are in use (SHMMNI)",
                                                    (gulong) most), used, limit);
  else if (kind == LAB_IPC_SET)
    lab_explanation_say (&self->happened, ngettext ("%s of %s semaphore set is in use (SEMMNI)", "%s of %s semaphore sets are in use (SEMMNI)",
                                                    (gulong) most), used, limit);
  else
    lab_explanation_say (&self->happened, ngettext ("%s of %s message queue is in use (MSGMNI)", "%s of %s message queues are in use (MSGMNI)",
                                                    (gulong) most), used, limit);
  /* Translators: the name of a kernel setting, such as kernel.shmmni */
  lab_explanation_say (&self->why, _("The limit is %s, of this IPC namespace; size and disk have no part in it"), sysctl);
  lab_explanation_say (&self->remedy, _("Remove what nobody needs, or have the administrator raise %s"), sysctl);
}

static void
explain_no_space (LabExplanation         *self,
                  const LabCallArguments *arguments,
                  const LabProbe         *probe,
                  LabIpcKind              kind)
{
  const LabLimits *limits = &probe->limits;

  lab_explanation_judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_LIMIT);
  if (kind == LAB_IPC_SEGMENT && probe->has_limits)
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
          lab_explanation_say (&self->happened, _("%s of %s pages are in use, and %s more are wanted (SHMALL)"), used, most, more);
          lab_explanation_say (&self->why, "%s", _("The limit is kernel.shmall, in pages of all segments together; no disk is full"));
          lab_explanation_say (&self->remedy, "%s", _("Choose a smaller size, remove segments that nobody needs, or have the administrator raise kernel.shmall"));
        }
      else if (limits->n_segments >= limits->max_segments)
        say_count (self, kind, limits->n_segments, limits->max_segments, "kernel.shmmni");
      else
        {
          g_autofree char *n = lab_text_format_count (limits->n_segments);
          g_autofree char *n_most = lab_text_format_count (limits->max_segments);

          /* Translators: numbers of segments, numbers of pages */
          lab_explanation_say (&self->happened, _("A limit was reached when shmget was called, and is no longer: %s of %s segments, %s of %s pages are in use now"),
                               n, n_most, used, most);
          lab_explanation_say (&self->remedy, "%s", _("Try again"));
        }
    }
  else if (kind == LAB_IPC_SET && probe->has_sem_limits && probe->sem != NULL)
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
          lab_explanation_say (&self->happened, _("%s of %s semaphores are in use, and %s more are wanted (SEMMNS)"), used, most, more);
          lab_explanation_say (&self->why, "%s", _("The limit is the second number of kernel.sem, of all sets together"));
          lab_explanation_say (&self->remedy, "%s", _("Remove sets that nobody needs, or have the administrator raise kernel.sem"));
        }
      else if (probe->sem->len >= probe->max_sets)
        say_count (self, kind, probe->sem->len, probe->max_sets, "kernel.sem");
    }
  else if (kind == LAB_IPC_QUEUE && probe->max_queues > 0 && probe->msg != NULL && probe->msg->len >= probe->max_queues)
    say_count (self, kind, probe->msg->len, probe->max_queues, "kernel.msgmni");

  if (self->happened == NULL)
    {
      lab_explanation_say (&self->happened, kind == LAB_IPC_SEGMENT ? _("The kernel’s limit on segments (SHMMNI) or on their pages (SHMALL) is reached; which, cannot be told here")
                                            : kind == LAB_IPC_SET   ? _("The kernel’s limit on sets (SEMMNI) or on semaphores (SEMMNS) is reached; which, cannot be told here")
                                                                 : _("The kernel’s limit on message queues (MSGMNI) is reached"));
      lab_explanation_say (&self->remedy, "%s", _("Remove what nobody needs"));
    }
}

void
lab_explain_no_memory (LabExplanation         *self,
                       const LabCallArguments *arguments,
                       const LabProbe         *probe)
{
  g_autofree char *wanted = g_format_size_full (arguments->size, G_FORMAT_SIZE_IEC_UNITS);

  lab_explanation_judge (self, LAB_CAUSE_MEMORY, LAB_SHM_ERROR_LIMIT);
  lab_explanation_say (&self->remedy, "%s", _("Choose a smaller size"));
  if (self->call != LAB_CALL_SHMGET)
    {
      lab_explanation_say (&self->happened, "%s", _("The kernel has no memory for it"));
      lab_explanation_say (&self->remedy, "%s", _("End programs that need much memory, and try again"));
    }
  else if (probe->commit_limit_bytes > 0)
    {
      g_autofree char *promised = g_format_size_full (probe->committed_bytes, G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *most = g_format_size_full (probe->commit_limit_bytes, G_FORMAT_SIZE_IEC_UNITS);

      /* Translators: amounts of memory, such as 4.0 GiB */
      lab_explanation_say (&self->happened, _("%s are wanted, and %s of %s are promised to programs already"), wanted, promised, most);
      lab_explanation_say (&self->why, "%s", _("vm.overcommit_memory is 2: the kernel promises no more than it has"));
    }
  else if (probe->memory_bytes > 0 && arguments->size > probe->memory_bytes)
    {
      g_autofree char *have = g_format_size_full (probe->memory_bytes, G_FORMAT_SIZE_IEC_UNITS);

      /* Translators: amounts of memory, such as 4.0 GiB */
      lab_explanation_say (&self->happened, _("%s are wanted, and this computer has %s of memory and swap"), wanted, have);
      lab_explanation_say (&self->why, "%s", _("The kernel refuses what it could never hold, though it gives pages only when they are used"));
    }
  else
    lab_explanation_say (&self->happened, _("The kernel has no memory for a segment of %s"), wanted);
}

void
lab_explain_get (LabExplanation         *self,
                 const LabCallArguments *arguments,
                 const LabProbe         *probe)
{
  const LabIpcKind kind = lab_ipc_object_get_kind (self->call);
  LabIpcObject object;

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
      lab_explain_no_memory (self, arguments, probe);
      break;
    case EACCES:
      lab_explanation_judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_PERMISSION);
      if (lab_ipc_object_find (probe, kind, arguments->key, -1, &object) && !lab_ipc_object_is_granted (probe, &object, lab_ipc_object_get_wanted (arguments->flags)))
        lab_explain_mode (self, probe, &object, lab_ipc_object_get_wanted (arguments->flags));
      else
        {
          lab_explanation_say (&self->happened, "%s", _("Its mode does not give you what is asked for"));
          lab_explanation_say (&self->remedy, "%s", _("Ask its owner, or choose another key"));
        }
      break;
    case EPERM:
      lab_explanation_judge (self, LAB_CAUSE_PRIVILEGE, LAB_SHM_ERROR_PERMISSION);
      lab_explanation_say (&self->happened, "%s", _("SHM_HUGETLB was asked for, and you may not have huge pages"));
      lab_explanation_say (&self->why, "%s", _("Of shmget’s flags only this one needs a privilege, CAP_IPC_LOCK"));
      lab_explanation_say (&self->remedy, "%s", _("Ask without it; 04000 in the flags is SHM_HUGETLB"));
      break;
    default:
      break;
    }
}
