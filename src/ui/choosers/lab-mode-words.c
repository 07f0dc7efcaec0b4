/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/choosers/lab-mode-words.h"

#include <glib/gi18n-lib.h>

static const char *
describe_access (guint bits)
{
  switch (bits & 06)
    {
    case 06:
      /* Translators: follows “you:”, “your group:” or “everybody else:” */
      return _("read and write");
    case 04:
      /* Translators: follows “you:”, “your group:” or “everybody else:” */
      return _("only read");
    case 02:
      /* Translators: follows “you:”, “your group:” or “everybody else:” */
      return _("only write");
    default:
      /* Translators: follows “you:”, “your group:” or “everybody else:” */
      return _("nothing");
    }
}

/**
 * lab_mode_describe:
 * @mode: permission bits
 *
 * Returns: (transfer full): who may do what, in words
 */
char *
lab_mode_describe (guint mode)
{
  switch (mode & 0666)
    {
    case 0600:
      return g_strdup (_("only you"));
    case 0660:
      return g_strdup (_("you and your group"));
    case 0666:
      return g_strdup (_("everybody on this computer may read and write it"));
    case 0644:
      return g_strdup (_("everybody on this computer may read it, only you may write"));
    case 0640:
      return g_strdup (_("your group may read it, only you may write"));
    case 0000:
      return g_strdup (_("nobody, not even you"));
    default:
      /* Translators: each %s is “read and write”, “only read”, “only write” or “nothing” */
      return g_strdup_printf (_("you: %s; your group: %s; everybody else: %s"),
                              describe_access (mode >> 6), describe_access (mode >> 3), describe_access (mode));
    }
}

/**
 * lab_mode_dup_warning:
 * @mode: permission bits
 *
 * Returns: (transfer full) (nullable): what is dangerous or useless about @mode, or %NULL
 */
char *
lab_mode_dup_warning (guint mode)
{
  if ((mode & 0600) != 0600)
    {
      if ((mode & 0600) == 0400)
        return g_strdup (_("You cannot write into your own segment: attaching it for writing will fail"));

      /* shmat(2) always asks for reading, even where only writing is meant. */
      return g_strdup (_("You cannot attach your own segment: that takes the permission to read"));
    }
  if ((mode & 0002) != 0)
    return g_strdup (_("Any program of any user can change the message while you write it"));
  if ((mode & 0004) != 0)
    return g_strdup (_("Any user of this computer can read the message"));
  if ((mode & 0020) != 0)
    return g_strdup (_("Everybody in your group can change the message"));

  return NULL;
}
