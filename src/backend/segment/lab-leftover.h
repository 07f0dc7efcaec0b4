/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-segment-table.h"
#include "backend/layout/lab-layout.h"

G_BEGIN_DECLS

/* What a server finds under its key before it makes a segment.  It is
 * recognised as PostgreSQL does: by our magic, and by nobody being attached
 * before we attach to look.  A pid alone proves nothing; when unsure, and when its
 * server cannot be seen from here, the segment counts as in use. */

/**
 * LabLeftoverKind:
 * @LAB_LEFTOVER_NONE: the key is free
 * @LAB_LEFTOVER_OURS_DEAD: our layout; its server is gone and nobody is attached
 * @LAB_LEFTOVER_OURS_CLIENTS: our layout; its server is gone, those attached are clients for sure
 * @LAB_LEFTOVER_OURS_IN_USE: our layout; its server lives, or cannot be seen, or somebody attached
 *   may be one
 * @LAB_LEFTOVER_EMPTY: nobody ever wrote to it: a server that died early, or another program
 * @LAB_LEFTOVER_FOREIGN: another program's layout
 * @LAB_LEFTOVER_TOO_SMALL: it has no room for our layout, so another program made it
 * @LAB_LEFTOVER_NOT_READABLE: its mode does not let us look
 */
typedef enum
{
  LAB_LEFTOVER_NONE,
  LAB_LEFTOVER_OURS_DEAD,
  LAB_LEFTOVER_OURS_CLIENTS,
  LAB_LEFTOVER_OURS_IN_USE,
  LAB_LEFTOVER_EMPTY,
  LAB_LEFTOVER_FOREIGN,
  LAB_LEFTOVER_TOO_SMALL,
  LAB_LEFTOVER_NOT_READABLE,
} LabLeftoverKind;

typedef enum
{
  LAB_LEFTOVER_TAKE_OVER,    /* attach it and keep its message */
  LAB_LEFTOVER_REMOVE,       /* remove it and make a new one */
  LAB_LEFTOVER_OTHER_KEY,    /* leave it alone */
} LabLeftoverOption;

#define LAB_N_LEFTOVER_OPTIONS (LAB_LEFTOVER_OTHER_KEY + 1)

/**
 * LabLeftover:
 * @kind: what it is
 * @key: the key that was looked up
 * @entry: the kernel's record as it was before we looked; id -1 when there is none
 * @owner_name: (nullable): the owner's login name
 * @creator: whether the process that made it lives
 * @writer_pid: the server that the segment names, 0 for nobody or not our layout
 * @writer_name: (nullable): that process's name when it runs
 * @writer: whether that very process lives
 * @semaphore_id: the set that is removed with it, -1 for none
 * @protocol: how ours was written
 * @message_number: of the last message, 0 when there is none
 * @half: whether who stored that was stopped in the middle; a server that takes it over
 *   clears half a message, unless there is no protocol
 * @text: (nullable): the last message, or what a foreign segment begins with; the
 *   first 200 characters, fit for the screen
 * @can_take_over: whether %LAB_LEFTOVER_TAKE_OVER is safe and permitted
 * @can_remove: whether this user may remove it, and no Shmlab server that runs, or may run, loses
 *   its segment by that
 */
typedef struct
{
  LabLeftoverKind  kind;
  key_t            key;
  LabShmEntry      entry;
  char            *owner_name;
  LabPresence      creator;
  pid_t            writer_pid;
  char            *writer_name;
  LabPresence      writer;
  LabProtocolId    protocol;
  guint64          message_number;
  gboolean         half;
  int              semaphore_id;
  char            *text;
  gboolean         can_take_over;
  gboolean         can_remove;
} LabLeftover;

#define LAB_TYPE_LEFTOVER (lab_leftover_get_type ())
GType        lab_leftover_get_type        (void);

LabLeftover *lab_leftover_inspect         (key_t                 key,
                                           GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void         lab_leftover_inspect_async   (key_t                 key,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
LabLeftover *lab_leftover_inspect_finish  (GAsyncResult         *result,
                                           GError              **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     lab_leftover_remove          (const LabLeftover    *self,
                                           GError              **error) G_GNUC_WARN_UNUSED_RESULT;
LabLeftover *lab_leftover_copy            (const LabLeftover    *self) G_GNUC_WARN_UNUSED_RESULT;
void         lab_leftover_free            (LabLeftover          *self);
guint        lab_leftover_list_options    (const LabLeftover    *self,
                                           LabLeftoverOption    *options);
char        *lab_leftover_describe        (const LabLeftover    *self) G_GNUC_WARN_UNUSED_RESULT;
char        *lab_leftover_describe_option (const LabLeftover    *self,
                                           LabLeftoverOption     option) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabLeftover, lab_leftover_free)

G_END_DECLS
