/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-explain-use.h"

#include <errno.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-explain-get.h"
#include "backend/kernel/lab-explain-mode.h"
#include "backend/kernel/lab-ipc-object.h"
#include "backend/kernel/lab-key-parts.h"
#include "backend/kernel/lab-text.h"

static void
say_no_id (LabExplanation *self,
           LabIpcKind      kind,
           int             id)
{
  if (kind == LAB_IPC_SEGMENT)
    lab_explanation_say (&self->happened, _("No segment has the id %d"), id);
  else if (kind == LAB_IPC_SET)
    lab_explanation_say (&self->happened, _("No semaphore set has the id %d"), id);
  else
    lab_explanation_say (&self->happened, _("No message queue has the id %d"), id);
}

/* Nothing has this id: what the number is instead. */
static void
explain_no_id (LabExplanation         *self,
               const LabCallArguments *arguments,
               const LabProbe         *probe)
{
  const LabIpcKind kind = lab_ipc_object_get_kind (self->call);
  const int id = arguments->id;
  g_autofree char *name = NULL;
  LabIpcObject object;

  lab_explanation_judge (self, LAB_CAUSE_ID_NONE, LAB_SHM_ERROR_REMOVED);
  if (id < 0)
    {
      self->cause = LAB_CAUSE_ID_NEGATIVE;
      self->code = LAB_SHM_ERROR_NOT_FOUND;
      lab_explanation_say (&self->happened, _("%d is no id"), id);
      lab_explanation_say (&self->why, "%s", _("-1 is what a call returns when it fails; ids are 0 or more"));
      lab_explanation_say (&self->remedy, "%s", _("Check what the call before returned"));
    }
  else if (self->errsv == EIDRM || arguments->was_seen)
    {
      self->cause = LAB_CAUSE_ID_REMOVED;
      name = lab_ipc_object_dup_name (kind, id);
      /* Translators: "Segment 41" */
      lab_explanation_say (&self->happened, _("%s is gone: somebody removed it"), name);
      lab_explanation_say (&self->why, "%s", _("It was there before; ids are not used again soon"));
      lab_explanation_say (&self->remedy, "%s", _("Find it anew by its key"));
    }
  else if (id != 0 && lab_ipc_object_find (probe, kind, (key_t) id, -1, &object))
    {
      g_autofree char *key = lab_key_format ((key_t) id);

      name = lab_ipc_object_dup_name (kind, object.id);
      self->cause = LAB_CAUSE_ID_IS_KEY;
      self->code = LAB_SHM_ERROR_NOT_FOUND;
      say_no_id (self, kind, id);
      /* Translators: a number, the same as a key in hex, and "Segment 41" */
      lab_explanation_say (&self->why, _("%d is a key (%s): %s has it; the kernel gives ids, programs choose keys"), id, key, name);
      lab_explanation_say (&self->remedy, _("Use the id %d"), object.id);
    }
  else
    {
      say_no_id (self, kind, id);
      lab_explanation_say (&self->why, "%s", _("None ever had it, or it was removed: the kernel does not tell"));
      lab_explanation_say (&self->remedy, "%s", _("Look at the list of what exists, or find it by its key"));
    }
}

/* Whose it is, for who must be owner or creator. */
static void
explain_not_owner (LabExplanation         *self,
                   const LabCallArguments *arguments,
                   const LabProbe         *probe)
{
  const char *command = arguments->command != NULL ? arguments->command : lab_call_name_to_string (self->call);
  const LabIpcKind kind = lab_ipc_object_get_kind (self->call);
  g_autofree char *name = lab_ipc_object_dup_name (kind, arguments->id);
  LabIpcObject object;

  lab_explanation_judge (self, LAB_CAUSE_NOT_OWNER, LAB_SHM_ERROR_PERMISSION);
  /* Translators: a command such as IPC_RMID */
  lab_explanation_say (&self->why, _("%s is for the owner and the creator alone, whatever the mode says"), command);
  if (lab_ipc_object_find (probe, kind, LAB_KEY_PRIVATE, arguments->id, &object))
    {
      g_autofree char *owner = lab_ipc_object_dup_user (object.uid);
      g_autofree char *creator = lab_ipc_object_dup_user (object.cuid);
      g_autofree char *user = lab_ipc_object_dup_user (probe->uid);

      if (object.uid == object.cuid)
        /* Translators: "Segment 41", its owner, this user */
        lab_explanation_say (&self->happened, _("%s belongs to %s, who made it; you are %s"), name, owner, user);
      else
        /* Translators: "Segment 41", its owner, its creator, this user */
        lab_explanation_say (&self->happened, _("%s belongs to %s and was made by %s; you are %s"), name, owner, creator, user);
      lab_explanation_say (&self->remedy, _("Ask %s, or run this program as %s"), owner, owner);
    }
  else
    {
      /* Translators: "Segment 41" */
      lab_explanation_say (&self->happened, _("%s is not yours"), name);
      lab_explanation_say (&self->remedy, "%s", _("Ask its owner"));
    }
}

static void
explain_refused_id (LabExplanation         *self,
                    const LabCallArguments *arguments,
                    const LabProbe         *probe,
                    guint                   wanted)
{
  const LabIpcKind kind = lab_ipc_object_get_kind (self->call);
  LabIpcObject object;

  lab_explanation_judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_PERMISSION);
  if (lab_ipc_object_find (probe, kind, LAB_KEY_PRIVATE, arguments->id, &object) && !lab_ipc_object_is_granted (probe, &object, wanted))
    lab_explain_mode (self, probe, &object, wanted);
  else
    {
      g_autofree char *name = lab_ipc_object_dup_name (kind, arguments->id);

      /* Translators: "Segment 41", "reading and writing" */
      lab_explanation_say (&self->happened, _("The mode of %s does not give you: %s"), name, lab_explain_mode_bits (wanted));
      lab_explanation_say (&self->remedy, "%s", _("Ask its owner"));
    }
}

void
lab_explain_shmat (LabExplanation         *self,
                   const LabCallArguments *arguments,
                   const LabProbe         *probe)
{
  LabIpcObject object = { .size = 0 };

  switch (self->errsv)
    {
    case EACCES:
      explain_refused_id (self, arguments, probe, arguments->writable ? LAB_IPC_READ | LAB_IPC_WRITE : LAB_IPC_READ);
      break;
    case EINVAL:
    case EIDRM:
      explain_no_id (self, arguments, probe);
      break;
    case ENOMEM:
      lab_explanation_judge (self, LAB_CAUSE_ADDRESS_SPACE, LAB_SHM_ERROR_LIMIT);
      lab_ipc_object_find (probe, LAB_IPC_SEGMENT, LAB_KEY_PRIVATE, arguments->id, &object);
      if (probe->address_limit_bytes > 0 && object.size > 0)
        {
          g_autofree char *size = g_format_size_full (object.size, G_FORMAT_SIZE_IEC_UNITS);
          g_autofree char *used = g_format_size_full (probe->address_bytes, G_FORMAT_SIZE_IEC_UNITS);
          g_autofree char *most = g_format_size_full (probe->address_limit_bytes, G_FORMAT_SIZE_IEC_UNITS);

          /* Translators: the size of a segment, then how much of how much is used */
          lab_explanation_say (&self->happened, _("The segment has %s, and this process uses %s of the %s of addresses that it may have (RLIMIT_AS)"),
                               size, used, most);
          lab_explanation_say (&self->remedy, "%s", _("Choose a smaller segment, or raise the limit with ulimit -v"));
        }
      else
        {
          lab_explanation_say (&self->happened, "%s", _("There is no room in this process’s addresses for the segment"));
          lab_explanation_say (&self->remedy, "%s", _("Choose a smaller segment"));
        }
      break;
    case EMFILE:
      lab_explanation_judge (self, LAB_CAUSE_ADDRESS_SPACE, LAB_SHM_ERROR_LIMIT);
      lab_explanation_say (&self->happened, "%s", _("This process has as many mappings as it may have"));
      lab_explanation_say (&self->remedy, "%s", _("Detach what is not needed"));
      break;
    default:
      break;
    }
}

void
lab_explain_shmdt (LabExplanation         *self,
                   const LabCallArguments *arguments,
                   const LabProbe         *probe)
{
  const guint64 address = arguments->address;
  g_autofree char *text = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", address);

  if (self->errsv != EINVAL)
    return;

  lab_explanation_judge (self, LAB_CAUSE_NOT_ATTACHED, LAB_SHM_ERROR_REMOVED);
  for (guint i = 0; probe->mapped != NULL && i < probe->mapped->len; i++)
    {
      const LabMappedSegment *segment = &g_array_index (probe->mapped, LabMappedSegment, i);

      if (address > segment->start && address < segment->end)
        {
          g_autofree char *start = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", segment->start);

          self->cause = LAB_CAUSE_NOT_THE_START;
          /* Translators: an address, an id, an address */
          lab_explanation_say (&self->happened, _("%s lies in segment %d, which begins at %s"), text, segment->id, start);
          lab_explanation_say (&self->why, "%s", _("shmdt wants the very address that shmat returned"));
          lab_explanation_say (&self->remedy, "%s", _("Keep that address, and count with a copy of it"));
          return;
        }
    }

  lab_explanation_say (&self->happened, _("No segment is attached at %s"), text);
  if (address == G_MAXUINT64 || address == G_MAXUINT32)
    lab_explanation_say (&self->why, "%s", _("This is (void *) -1, what shmat returns when it fails"));
  else if (address == 0)
    lab_explanation_say (&self->why, "%s", _("This is NULL, where nothing ever is"));
  else
    lab_explanation_say (&self->why, "%s", _("It may have been detached already"));
  lab_explanation_say (&self->remedy, "%s", _("Attach it before you detach it, and detach it once"));
}

void
lab_explain_ctl (LabExplanation         *self,
                 const LabCallArguments *arguments,
                 const LabProbe         *probe)
{
  const gboolean writes = g_strcmp0 (arguments->command, "SETVAL") == 0 || g_strcmp0 (arguments->command, "SETALL") == 0;

  switch (self->errsv)
    {
    case EACCES:
      explain_refused_id (self, arguments, probe, writes ? LAB_IPC_WRITE : LAB_IPC_READ);
      break;
    case EPERM:
      explain_not_owner (self, arguments, probe);
      break;
    case EINVAL:
    case EIDRM:
      explain_no_id (self, arguments, probe);
      break;
    case ERANGE:
      lab_explanation_judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_FAILED);
      lab_explanation_say (&self->happened, "%s", _("A semaphore’s value goes from 0 to 32,767"));
      break;
    default:
      break;
    }
}

void
lab_explain_semop (LabExplanation         *self,
                   const LabCallArguments *arguments,
                   const LabProbe         *probe)
{
  switch (self->errsv)
    {
    case EAGAIN:
      lab_explanation_judge (self, LAB_CAUSE_WOULD_WAIT, LAB_SHM_ERROR_FAILED);
      lab_explanation_say (&self->happened, "%s", _("Somebody else holds the semaphore now"));
      lab_explanation_say (&self->why, "%s", _("With IPC_NOWAIT semop does not wait for it"));
      lab_explanation_say (&self->remedy, "%s", _("Try again"));
      break;
    case EINTR:
      lab_explanation_judge (self, LAB_CAUSE_INTERRUPTED, LAB_SHM_ERROR_FAILED);
      lab_explanation_say (&self->happened, "%s", _("A signal interrupted the wait"));
      lab_explanation_say (&self->remedy, "%s", _("Try again"));
      break;
    case EINVAL:
    case EIDRM:
      explain_no_id (self, arguments, probe);
      break;
    case EACCES:
      explain_refused_id (self, arguments, probe, LAB_IPC_WRITE);
      break;
    case ENOSPC:
    case ENOMEM:
      lab_explanation_judge (self, LAB_CAUSE_MEMORY, LAB_SHM_ERROR_LIMIT);
      lab_explanation_say (&self->happened, "%s", _("The kernel has no memory for a record of what to undo (SEM_UNDO)"));
      lab_explanation_say (&self->remedy, "%s", _("End programs that need much memory, and try again"));
      break;
    case ERANGE:
      lab_explanation_judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_FAILED);
      lab_explanation_say (&self->happened, "%s", _("A semaphore’s value goes from 0 to 32,767"));
      break;
    default:
      break;
    }
}

void
lab_explain_msg (LabExplanation         *self,
                 const LabCallArguments *arguments,
                 const LabProbe         *probe)
{
  const gboolean sends = self->call == LAB_CALL_MSGSND;

  switch (self->errsv)
    {
    case EAGAIN:
      lab_explanation_judge (self, LAB_CAUSE_WOULD_WAIT, LAB_SHM_ERROR_FAILED);
      lab_explanation_say (&self->happened, "%s", _("The message queue is full"));
      lab_explanation_say (&self->remedy, "%s", _("Try again"));
      break;
    case ENOMSG:
      lab_explanation_judge (self, LAB_CAUSE_WOULD_WAIT, LAB_SHM_ERROR_FAILED);
      lab_explanation_say (&self->happened, "%s", _("No message is waiting in the queue"));
      break;
    case EINTR:
      lab_explanation_judge (self, LAB_CAUSE_INTERRUPTED, LAB_SHM_ERROR_FAILED);
      lab_explanation_say (&self->happened, "%s", _("A signal interrupted the wait"));
      lab_explanation_say (&self->remedy, "%s", _("Try again"));
      break;
    case E2BIG:
      lab_explanation_judge (self, LAB_CAUSE_SIZE_OVER_MAX, LAB_SHM_ERROR_SIZE);
      lab_explanation_say (&self->happened, "%s", _("The message is larger than the buffer"));
      lab_explanation_say (&self->remedy, "%s", _("Choose a larger block"));
      break;
    case EINVAL:
      if (sends && probe->max_message_bytes > 0 && arguments->size > probe->max_message_bytes)
        {
          g_autofree char *wanted = lab_text_format_count (arguments->size);
          g_autofree char *most = lab_text_format_count (probe->max_message_bytes);

          lab_explanation_judge (self, LAB_CAUSE_SIZE_OVER_MAX, LAB_SHM_ERROR_SIZE);
          /* Translators: numbers of bytes */
          lab_explanation_say (&self->happened, _("The message has %s bytes, and a message may have %s (MSGMAX)"), wanted, most);
          lab_explanation_say (&self->remedy, "%s", _("Choose a smaller block, or have the administrator raise kernel.msgmax"));
          break;
        }
      explain_no_id (self, arguments, probe);
      break;
    case EIDRM:
      explain_no_id (self, arguments, probe);
      break;
    case EACCES:
      explain_refused_id (self, arguments, probe, sends ? LAB_IPC_WRITE : LAB_IPC_READ);
      break;
    case ENOMEM:
      lab_explain_no_memory (self, arguments, probe);
      break;
    default:
      break;
    }
}
