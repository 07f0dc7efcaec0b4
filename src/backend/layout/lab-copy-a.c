/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/layout/lab-copy-a.h"

#include <string.h>

#include "backend/layout/lab-copy.h"

/**
 * lab_copy_a_read:
 * @layout: a layout with our control block
 * @protocol: under which it was written, a #LabProtocolId as it stands there
 * @text: room for all of the layout's room; gets the C string, with its NUL
 * @info: (out): the message's number and time, and how long @text is
 *
 * Reads copy A as it stands, whatever its length says.
 *
 * Under turns a message that was not FILLED never was one for anybody; under a semaphore
 * the kernel gave it back, but nobody repaired the message; and with no protocol half a
 * message may look like a whole one.
 *
 * Returns: whether who stored it was stopped in the middle, as far as that can be seen
 */
gboolean
lab_copy_a_read (const LabLayout *layout,
                 guint32          protocol,
                 char            *text,
                 LabMessageInfo  *info)
{
  LabControl *control;
  LabCopyHeader *header;
  const char *end;
  gboolean says_uniform;
  gsize length;

  g_return_val_if_fail (layout != NULL && text != NULL && info != NULL, FALSE);

  control = lab_layout_control (layout);
  header = &control->copies[0];
  length = atomic_load_explicit (&header->length, LAB_COPY_LOAD);
  says_uniform = (atomic_load_explicit (&header->flags, LAB_COPY_LOAD) & LAB_MESSAGE_UNIFORM) != 0;

  lab_copy_from_shared (text, lab_layout_copy (layout, 0), layout->room);
  end = memchr (text, '\0', layout->room);
  *info = (LabMessageInfo) {
    .number = atomic_load_explicit (&header->number, LAB_COPY_LOAD),
    .written_ns = atomic_load_explicit (&header->written_ns, LAB_COPY_LOAD),
    .length = end != NULL ? (gsize) (end - text) : layout->room - 1,
  };
  text[info->length] = '\0';

  return info->number != 0
         && (end == NULL || info->length != length
             || (says_uniform && !lab_layout_is_uniform (text, info->length))
             || (protocol == LAB_PROTOCOL_SEMAPHORE
                 && atomic_load_explicit (&control->state, memory_order_relaxed) == LAB_STATE_WRITING));
}
