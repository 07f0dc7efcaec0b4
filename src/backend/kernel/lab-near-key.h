/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/kernel/lab-probe.h"

G_BEGIN_DECLS

/**
 * LabNearReason:
 * @LAB_NEAR_NOTHING: nothing is near
 * @LAB_NEAR_OTHER_NAMESPACE: a process of another IPC namespace has a segment with this very key
 * @LAB_NEAR_FILE_ANEW: the file that gave the key was made anew, and gives another now
 * @LAB_NEAR_MARKED: a segment that is marked for removal had this very key
 * @LAB_NEAR_OTHER_KIND: a semaphore set or message queue has this very key
 * @LAB_NEAR_OTHER_LETTER: a key of the same device and inode, with another letter
 * @LAB_NEAR_OTHER_INODE: a key of the same letter and device, with another inode
 * @LAB_NEAR_OTHER_BASE: the same digits in another base: 1234 and 0x1234 and 01234
 * @LAB_NEAR_SWAPPED: two digits are swapped
 * @LAB_NEAR_UNCHECKED: the key that ftok(3) returns when it fails
 *
 * Why something may be what somebody looks for under another key.  The first four are
 * facts; that they are the reason is a guess, as are all others.
 */
typedef enum
{
  LAB_NEAR_NOTHING,
  LAB_NEAR_OTHER_NAMESPACE,
  LAB_NEAR_FILE_ANEW,
  LAB_NEAR_MARKED,
  LAB_NEAR_OTHER_KIND,
  LAB_NEAR_OTHER_LETTER,
  LAB_NEAR_OTHER_INODE,
  LAB_NEAR_OTHER_BASE,
  LAB_NEAR_SWAPPED,
  LAB_NEAR_UNCHECKED,
} LabNearReason;

/**
 * LabKeyHolder:
 * @pid: a process
 * @name: its name
 * @id: the segment that it has mapped, in its own IPC namespace
 * @elsewhere: whether that is another namespace than ours
 *
 * A process with a mapping whose name is `/SYSV` and a key.
 */
typedef struct
{
  pid_t     pid;
  char     *name;
  int       id;
  gboolean  elsewhere;
} LabKeyHolder;

/**
 * LabSoughtKey:
 * @key: a key that no segment has
 * @path: (nullable): the file of which ftok(3) made it, or %NULL when it was typed
 * @letter: the project letter
 *
 * What somebody waits for.
 */
typedef struct
{
  key_t       key;
  const char *path;
  int         letter;
} LabSoughtKey;

LabNearReason  lab_near_key_find           (const LabSoughtKey   *sought,
                                            key_t                 key_now,
                                            const LabProbe       *probe,
                                            GPtrArray            *holders,
                                            char                **sentence);
GPtrArray     *lab_near_key_scan           (key_t                 key,
                                            gboolean              ours_too,
                                            GCancellable         *cancellable) G_GNUC_WARN_UNUSED_RESULT;

#define LAB_TYPE_NEAR_KEY (lab_near_key_get_type ())
G_DECLARE_FINAL_TYPE (LabNearKey, lab_near_key, LAB, NEAR_KEY, GObject)

LabNearKey    *lab_near_key_new            (void) G_GNUC_WARN_UNUSED_RESULT;
void           lab_near_key_look_for       (LabNearKey           *self,
                                            const LabSoughtKey   *sought);
void           lab_near_key_stop           (LabNearKey           *self);
const char    *lab_near_key_get_sentence   (LabNearKey           *self);

G_END_DECLS
