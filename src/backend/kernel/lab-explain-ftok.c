/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-explain-ftok.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"

void
lab_explain_ftok (LabExplanation         *self,
                  const LabCallArguments *arguments,
                  const LabProbe         *probe)
{
  const LabPathState state = probe->path_state;
  g_autofree char *path = lab_text_format_path (arguments->path != NULL ? arguments->path : "");
  g_autofree char *culprit = lab_text_format_path (probe->culprit != NULL ? probe->culprit : path);

  lab_explanation_judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_KEY);
  lab_explanation_say (&self->why, "%s", _("ftok makes the key from the file’s inode and device, so it must reach the file"));

  if (self->errsv == ENAMETOOLONG)
    {
      g_autofree char *length = lab_text_format_count (arguments->path != NULL ? strlen (arguments->path) : 0);

      self->cause = LAB_CAUSE_PATH_TOO_LONG;
      /* Translators: numbers of bytes */
      lab_explanation_say (&self->happened, _("The path has %s bytes; a path may have %d, and each name in it %d"), length, PATH_MAX - 1, NAME_MAX);
      lab_explanation_say (&self->remedy, "%s", _("Choose a file with a shorter path"));
    }
  else if (self->errsv == ENOENT && state == LAB_PATH_EMPTY)
    {
      self->cause = LAB_CAUSE_PATH_EMPTY;
      lab_explanation_say (&self->happened, "%s", _("The path is empty"));
      lab_explanation_say (&self->remedy, "%s", _("Choose a file that exists"));
    }
  else if (self->errsv == ENOENT && state == LAB_PATH_DANGLING)
    {
      self->cause = LAB_CAUSE_PATH_DANGLING;
      lab_explanation_say (&self->happened, _("%s is a link to a file that is not there"), culprit);
      lab_explanation_say (&self->remedy, "%s", _("Make the file that the link names, or choose another file"));
    }
  else if (self->errsv == ENOENT && state == LAB_PATH_MISSING && strcmp (culprit, path) != 0)
    {
      self->cause = LAB_CAUSE_PATH_MISSING;
      /* Translators: a folder, and the path of which it is a part */
      lab_explanation_say (&self->happened, _("There is no folder %s, so there is no file %s"), culprit, path);
      lab_explanation_say (&self->remedy, "%s", _("Correct the path, or choose a file that exists"));
    }
  else if (self->errsv == ENOENT)
    {
      self->cause = state == LAB_PATH_MISSING ? LAB_CAUSE_PATH_MISSING : LAB_CAUSE_UNKNOWN;
      if (probe->folder != NULL)
        {
          g_autofree char *folder = lab_text_format_path (probe->folder);

          /* Translators: a file, and the folder in which it was looked for */
          lab_explanation_say (&self->happened, _("There is no file %s in %s, where this program runs"), path, folder);
          lab_explanation_say (&self->remedy, "%s", _("Make the file first, or choose one by its whole path: each program looks in the folder where it runs"));
        }
      else
        {
          lab_explanation_say (&self->happened, _("There is no file %s"), path);
          lab_explanation_say (&self->remedy, "%s", _("Make the file first, or choose a file that exists"));
        }
    }
  else if (self->errsv == EACCES)
    {
      self->cause = state == LAB_PATH_CLOSED ? LAB_CAUSE_PATH_CLOSED : LAB_CAUSE_UNKNOWN;
      if (state == LAB_PATH_CLOSED)
        lab_explanation_say (&self->happened, _("The folder %s may not be searched by you"), culprit);
      else
        lab_explanation_say (&self->happened, _("A folder on the way to %s may not be searched by you"), path);
      lab_explanation_say (&self->remedy, "%s", _("Choose a file that you can reach; to read it is not needed"));
    }
  else if (self->errsv == ENOTDIR)
    {
      self->cause = state == LAB_PATH_NO_FOLDER ? LAB_CAUSE_PATH_NO_FOLDER : LAB_CAUSE_UNKNOWN;
      if (state == LAB_PATH_NO_FOLDER)
        lab_explanation_say (&self->happened, _("%s is a file and no folder, so nothing can be in it"), culprit);
      else
        lab_explanation_say (&self->happened, _("A part of %s is a file and no folder"), path);
      lab_explanation_say (&self->remedy, "%s", _("Correct the path"));
    }
  else if (self->errsv == ELOOP)
    {
      self->cause = state == LAB_PATH_CIRCLE ? LAB_CAUSE_PATH_CIRCLE : LAB_CAUSE_UNKNOWN;
      lab_explanation_say (&self->happened, _("%s leads in a circle of links"), culprit);
      lab_explanation_say (&self->remedy, "%s", _("Choose another file"));
    }
}
