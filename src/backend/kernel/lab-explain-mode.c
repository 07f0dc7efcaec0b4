/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-explain-mode.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-key-parts.h"

static char *
format_mode (guint mode)
{
  g_autofree char *letters = lab_mode_format (mode);

  return g_strdup_printf ("%04o (%s)", mode & 0777, letters);
}

const char *
lab_explain_mode_bits (guint bits)
{
  switch (bits & (LAB_IPC_READ | LAB_IPC_WRITE))
    {
    case LAB_IPC_READ | LAB_IPC_WRITE:
      return _("reading and writing");
    case LAB_IPC_READ:
      return _("reading");
    case LAB_IPC_WRITE:
      return _("writing");
    default:
      return _("nothing");
    }
}

/* The mode refuses this process: whose the thing is, which bits count, what would help. */
void
lab_explain_mode (LabExplanation     *self,
                  const LabProbe     *probe,
                  const LabIpcObject *object,
                  guint               wanted)
{
  g_autofree char *name = lab_ipc_object_dup_name (object->kind, object->id);
  g_autofree char *owner = lab_ipc_object_dup_user (object->uid);
  g_autofree char *user = lab_ipc_object_dup_user (probe->uid);
  g_autofree char *mode = format_mode (object->mode);
  const LabIpcClass class = lab_probe_get_class (probe, object->uid, object->gid, object->cuid, object->cgid);
  const char *asked = lab_explain_mode_bits (wanted);
  const char *given = lab_explain_mode_bits (lab_ipc_object_get_granted (probe, object));
  const guint decimal = lab_mode_find_decimal (object->mode);
  const guint better = 0600 | (class != LAB_IPC_OWNER ? wanted << 3 : 0) | (class == LAB_IPC_OTHERS ? wanted : 0);

  lab_explanation_judge (self, LAB_CAUSE_MODE, LAB_SHM_ERROR_PERMISSION);
  /* Translators: "Segment 41", its owner's name, a mode such as 0600 (rw-------), "reading and writing" */
  lab_explanation_say (&self->happened, _("%s belongs to %s and has the mode %s; %s was asked for"), name, owner, mode, asked);
  switch (class)
    {
    case LAB_IPC_OWNER:
      /* Translators: this user's name, "reading", "nothing" … */
      lab_explanation_say (&self->why, _("You are %s, its owner or creator, and to these the mode gives: %s"), user, given);
      break;
    case LAB_IPC_GROUP:
      lab_explanation_say (&self->why, _("You are %s, in its group, and to its group the mode gives: %s"), user, given);
      break;
    case LAB_IPC_OTHERS:
    default:
      lab_explanation_say (&self->why, _("You are %s, neither its owner nor in its group, and to all others the mode gives: %s"), user, given);
    }

  if (decimal != 0)
    /* Translators: a mode in octal, and the decimal number that was written instead */
    lab_explanation_say (&self->remedy, _("%04o is what %u without a leading 0 gives: remove it, and make it again with 0%u"),
                         object->mode, decimal, decimal);
  else if (lab_ipc_object_get_granted (probe, object) != 0 && (wanted & lab_ipc_object_get_granted (probe, object)) != 0 && wanted != lab_ipc_object_get_granted (probe, object))
    /* Translators: "reading", the owner's name, a mode in octal */
    lab_explanation_say (&self->remedy, _("Ask for %s only, or ask %s for a mode such as %04o"), given, owner, better);
  else if (class == LAB_IPC_OWNER)
    /* Translators: IPC_SET is a name */
    lab_explanation_say (&self->remedy, "%s", _("Give it another mode with IPC_SET, or remove it and make it again with the mode 0600"));
  else
    lab_explanation_say (&self->remedy, _("Ask %s for a mode such as %04o, or run this program as %s"), owner, better, owner);
}
