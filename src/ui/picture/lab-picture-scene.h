/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/choice/lab-session.h"
#include "backend/kernel/lab-presence.h"

G_BEGIN_DECLS

/**
 * LabSceneProcessKind:
 * @LAB_SCENE_SERVER: who writes to the segment, according to its control block
 * @LAB_SCENE_CLIENT: our client program
 * @LAB_SCENE_FOREIGN: any other program, and what cannot be told
 */
typedef enum
{
  LAB_SCENE_SERVER,
  LAB_SCENE_CLIENT,
  LAB_SCENE_FOREIGN,
} LabSceneProcessKind;

typedef struct
{
  guint64  address;
  gboolean writable;
} LabSceneStretch;

/**
 * LabSceneProcess:
 * @pid: its pid
 * @name: its program's name
 * @kind: which program it is
 * @own: whether it is this very process
 * @creator: whether it made the segment
 * @stretches: (element-type LabSceneStretch): where it has the segment mapped, by address; may be empty
 *
 * One process of the picture.
 */
typedef struct
{
  pid_t                pid;
  char                *name;
  LabSceneProcessKind  kind;
  gboolean             own;
  gboolean             creator;
  GArray              *stretches;
} LabSceneProcess;

/**
 * LabSceneContent:
 * @LAB_SCENE_CONTENT_UNKNOWN: nobody here sees it now
 * @LAB_SCENE_CONTENT_ZERO: nothing but zeros
 * @LAB_SCENE_CONTENT_ZERO_BEGINNING: zeros in the bytes that were looked at, and there are more
 * @LAB_SCENE_CONTENT_NO_MESSAGE: our control block, and no message yet
 * @LAB_SCENE_CONTENT_EMPTY: a message of no bytes
 * @LAB_SCENE_CONTENT_NO_STRING: somebody else's bytes, the first of which is zero
 * @LAB_SCENE_CONTENT_NO_TEXT: somebody else's bytes, which are rather numbers: their beginning in hex
 * @LAB_SCENE_CONTENT_TEXT: the message
 * @LAB_SCENE_CONTENT_WRITING: what stands in the message's place while it is written
 */
typedef enum
{
  LAB_SCENE_CONTENT_UNKNOWN,
  LAB_SCENE_CONTENT_ZERO,
  LAB_SCENE_CONTENT_ZERO_BEGINNING,
  LAB_SCENE_CONTENT_NO_MESSAGE,
  LAB_SCENE_CONTENT_EMPTY,
  LAB_SCENE_CONTENT_NO_STRING,
  LAB_SCENE_CONTENT_NO_TEXT,
  LAB_SCENE_CONTENT_TEXT,
  LAB_SCENE_CONTENT_WRITING,
} LabSceneContent;

/**
 * LabPictureScene:
 * @role: whose window it is
 * @has_key: whether there is a key
 * @key: the key, when there is one
 * @id: the shmid that the window is about, or -1 when it is about a key alone
 * @exists: whether there is a segment to show
 * @found: whether this process has found it by shmget(2), so that it is not merely the one under the key
 * @marked: `IPC_RMID` was called, and somebody is attached
 * @record: the kernel's record, when @exists
 * @other_id: another segment that has the key now, or -1
 * @past: the segment that was here before, its id -1 for none
 * @fate: of the segment with @id
 * @creator: whether the process that made it lives
 * @creator_name: (nullable): its name, when it lives
 * @writer_pid: who writes, according to the control block; 0 for nobody, -1 when that is not known
 * @processes: (element-type LabSceneProcess): servers and who made it, then this process, then the others by pid
 * @n_seen: attachments that are in @processes
 * @n_unseen: more attachments, of processes that cannot be seen from here
 * @n_addresses: different addresses among those seen
 * @content: what is known about the bytes
 * @looked_at: (nullable): the time of day when that was so, when nothing tells of a change since
 * @text: (nullable): the beginning of the message, or of the bytes in hex, fit for a label
 *
 * All that the picture shows, taken from a session at one moment.
 */
typedef struct
{
  LabRole          role;
  gboolean         has_key;
  key_t            key;
  int              id;
  gboolean         exists;
  gboolean         found;
  gboolean         marked;
  LabShmRecord     record;
  int              other_id;
  LabPast          past;
  LabFate          fate;
  LabPresence      creator;
  char            *creator_name;
  pid_t            writer_pid;
  GPtrArray       *processes;
  guint            n_seen;
  gulong           n_unseen;
  guint            n_addresses;
  LabSceneContent  content;
  char            *looked_at;
  char            *text;
} LabPictureScene;

LabPictureScene *lab_picture_scene_new             (LabSession            *session);
void             lab_picture_scene_free            (LabPictureScene       *scene);
LabSceneProcess *lab_picture_scene_get_own         (const LabPictureScene *scene);
gboolean         lab_picture_scene_has_lost_key    (const LabPictureScene *scene);
gboolean         lab_picture_scene_is_hidden       (const LabPictureScene *scene);
guint            lab_picture_scene_get_n_attached  (const LabPictureScene *scene);
char            *lab_picture_scene_dup_headline    (const LabPictureScene *scene);
char            *lab_picture_scene_dup_explanation (const LabPictureScene *scene);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabPictureScene, lab_picture_scene_free)

G_END_DECLS
