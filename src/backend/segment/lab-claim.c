/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-claim.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-attachment.h"
#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/layout/lab-claim-word.h"

/* Each try that fails is somebody else's claim, or a stranger's scribble. */
#define MAX_TRIES 64

/* Whether nobody is attached whom this process does not see under the number that he has for
 * himself.  Only asked of a writer that is not seen: it looks into every process. */
static gboolean
are_all_seen (LabSegment *segment)
{
  g_autoptr(GPtrArray) attachments = NULL;

  if (!lab_segment_refresh (segment, NULL))
    return FALSE;
  if (lab_segment_get_n_attaches (segment) == 1)
    return TRUE;  /* it is ours */

  attachments = lab_attachment_scan (lab_segment_get_id (segment), NULL);

  return attachments->len >= lab_segment_get_n_attaches (segment) && lab_attachment_all_share_pids (attachments);
}

static LabPresence
find_writer (LabSegment *segment,
             pid_t      *pid)
{
  const LabLayout *layout = lab_segment_get_layout (segment);
  LabPresence presence = lab_layout_find_writer (layout, FALSE, pid);

  if (presence == LAB_PRESENCE_UNSEEN && are_all_seen (segment))
    presence = lab_layout_find_writer (layout, TRUE, pid);

  return presence;
}

static void
set_error (GError      **error,
           LabPresence   presence,
           pid_t         pid)
{
  g_autofree char *name = presence == LAB_PRESENCE_RUNS ? lab_process_dup_name (pid) : NULL;

  if (name != NULL)
    g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS,
                 /* Translators: the name of a program and its pid */
                 _("%s, pid %d, runs and has this segment; choose another key, or wait until it has ended"), name, (int) pid);
  else
    g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS,
                 _("A server that cannot be seen from here, pid %d, may have this segment; choose another key"), (int) pid);
}

/**
 * lab_claim_take:
 * @segment: a segment that is attached read-write, with our magic or all zero where our
 *   control block belongs
 * @error: return location for an error
 *
 * Makes this process the segment's writer, unless another one is it; of several that try at
 * once exactly one wins, and each of the others is told by whom.  A claim whose process is
 * gone is anybody's; one whose process cannot be seen is not.
 *
 * Errors: %LAB_SHM_ERROR_EXISTS.
 *
 * Returns: whether the segment is this process's now, until lab_claim_give()
 */
gboolean
lab_claim_take (LabSegment  *segment,
                GError     **error)
{
  const LabLayout *layout;
  guint64 start_ticks;

  g_return_val_if_fail (LAB_IS_SEGMENT (segment), FALSE);
  g_return_val_if_fail (lab_segment_get_layout (segment) != NULL && lab_segment_is_writable (segment), FALSE);

  layout = lab_segment_get_layout (segment);
  start_ticks = lab_process_get_start_ticks (getpid ());
  for (guint i = 0; i < MAX_TRIES; i++)
    {
      guint64 seen = lab_layout_get_claim (layout);
      pid_t pid;
      LabPresence presence = find_writer (segment, &pid);

      if (lab_presence_may_run (presence))
        {
          set_error (error, presence, pid);
          return FALSE;
        }
      if (lab_layout_claim_writer (layout, seen, getpid (), start_ticks))
        return TRUE;
    }

  g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS,
                       _("Somebody writes over the segment’s control block again and again; choose another key"));

  return FALSE;
}

/**
 * lab_claim_give:
 * @segment: a segment that is still attached
 *
 * Says that this process writes to the segment no more.  What is somebody else's by now
 * stays that one's.
 */
void
lab_claim_give (LabSegment *segment)
{
  g_return_if_fail (LAB_IS_SEGMENT (segment));
  g_return_if_fail (lab_segment_get_layout (segment) != NULL && lab_segment_is_writable (segment));

  lab_layout_release_writer (lab_segment_get_layout (segment), lab_claim_word_get_own ());
}
