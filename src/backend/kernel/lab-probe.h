/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-limits.h"

G_BEGIN_DECLS

/**
 * LabIpcEntry:
 * @key: its key, 0 for none
 * @id: its id
 * @mode: permission bits
 * @uid: owner
 * @gid: owner's group
 * @cuid: creator
 * @cgid: creator's group
 * @n: semaphores of a set, messages in a queue
 * @n_bytes: bytes in a queue
 *
 * One line of `/proc/sysvipc/sem` or `/proc/sysvipc/msg`.
 */
typedef struct
{
  key_t   key;
  int     id;
  guint   mode;
  uid_t   uid;
  gid_t   gid;
  uid_t   cuid;
  gid_t   cgid;
  guint64 n;
  guint64 n_bytes;
} LabIpcEntry;

/**
 * LabMappedSegment:
 * @start: first address
 * @end: the address after the last one
 * @id: the segment
 *
 * A stretch of this process's address space that is a segment.
 */
typedef struct
{
  guint64 start;
  guint64 end;
  int     id;
} LabMappedSegment;

/**
 * LabPathState:
 * @LAB_PATH_UNKNOWN: nobody looked
 * @LAB_PATH_GOOD: the whole path is there
 * @LAB_PATH_EMPTY: it has no letter at all
 * @LAB_PATH_MISSING: its part @culprit is not there
 * @LAB_PATH_DANGLING: its part @culprit is a link to what is not there
 * @LAB_PATH_CLOSED: the folder @culprit may not be searched
 * @LAB_PATH_NO_FOLDER: its part @culprit is a file, and something comes after it
 * @LAB_PATH_CIRCLE: its part @culprit is a link that leads back to itself
 */
typedef enum
{
  LAB_PATH_UNKNOWN,
  LAB_PATH_GOOD,
  LAB_PATH_EMPTY,
  LAB_PATH_MISSING,
  LAB_PATH_DANGLING,
  LAB_PATH_CLOSED,
  LAB_PATH_NO_FOLDER,
  LAB_PATH_CIRCLE,
} LabPathState;

/**
 * LabProbe:
 * @shm: (nullable) (element-type LabShmEntry): the segments; %NULL when /proc does not tell
 * @sem: (nullable) (element-type LabIpcEntry): the semaphore sets
 * @msg: (nullable) (element-type LabIpcEntry): the message queues
 * @has_limits: whether @limits is known; its counts are those of @shm
 * @limits: SHMMNI, SHMMAX, SHMALL
 * @has_sem_limits: whether the next three are known
 * @max_sets: SEMMNI
 * @max_semaphores: SEMMNS, of all sets together
 * @max_per_set: SEMMSL
 * @max_queues: MSGMNI, 0 when not known
 * @max_message_bytes: MSGMAX, 0 when not known
 * @memory_bytes: memory and swap of this computer, 0 when not known
 * @commit_limit_bytes: what may be promised when the kernel does not overcommit, else 0
 * @committed_bytes: what is promised already, when @commit_limit_bytes is not 0
 * @address_limit_bytes: RLIMIT_AS, 0 for none
 * @address_bytes: how much of it this process uses
 * @mapped: (nullable) (element-type LabMappedSegment): segments in this process
 * @path_state: of ftok's file
 * @culprit: (nullable): the part of the path that @path_state is about
 * @folder: (nullable): where a relative path begins
 * @uid: effective user
 * @gid: effective group
 * @groups: (nullable) (element-type guint): further groups
 * @may_all: CAP_IPC_OWNER: modes do not bind this process
 *
 * The state of the kernel at one moment, as far as an explanation needs it.  A test
 * makes one up; lab_probe_take() asks the kernel.
 */
typedef struct
{
  GArray       *shm;
  GArray       *sem;
  GArray       *msg;
  gboolean      has_limits;
  LabLimits     limits;
  gboolean      has_sem_limits;
  guint64       max_sets;
  guint64       max_semaphores;
  guint64       max_per_set;
  guint64       max_queues;
  guint64       max_message_bytes;
  guint64       memory_bytes;
  guint64       commit_limit_bytes;
  guint64       committed_bytes;
  guint64       address_limit_bytes;
  guint64       address_bytes;
  GArray       *mapped;
  LabPathState  path_state;
  char         *culprit;
  char         *folder;
  uid_t         uid;
  gid_t         gid;
  GArray       *groups;
  gboolean      may_all;
} LabProbe;

/**
 * LabProbeParts:
 *
 * What to ask for; each part is one or two files of /proc.
 */
typedef enum
{
  LAB_PROBE_NOTHING = 0,
  LAB_PROBE_SHM     = 1 << 0,
  LAB_PROBE_SEM     = 1 << 1,
  LAB_PROBE_MSG     = 1 << 2,
  LAB_PROBE_MEMORY  = 1 << 3,
  LAB_PROBE_ADDRESS = 1 << 4,
  LAB_PROBE_MAPPED  = 1 << 5,
  LAB_PROBE_USER    = 1 << 6,
  LAB_PROBE_PATH    = 1 << 7,
} LabProbeParts;

/**
 * LabIpcClass:
 * @LAB_IPC_OWNER: the owner's or creator's bits count
 * @LAB_IPC_GROUP: the group's
 * @LAB_IPC_OTHERS: everybody else's
 */
typedef enum
{
  LAB_IPC_OWNER,
  LAB_IPC_GROUP,
  LAB_IPC_OTHERS,
} LabIpcClass;

LabProbe          *lab_probe_new              (void) G_GNUC_WARN_UNUSED_RESULT;
LabProbe          *lab_probe_take             (LabProbeParts   parts,
                                               const char     *path) G_GNUC_WARN_UNUSED_RESULT;
void               lab_probe_free             (LabProbe       *self);
GArray            *lab_probe_parse_ipc        (const char     *text) G_GNUC_WARN_UNUSED_RESULT;
const LabIpcEntry *lab_probe_find             (GArray         *table,
                                               key_t           key,
                                               int             id);
int                lab_probe_count_semaphores (key_t           key);
LabIpcClass        lab_probe_get_class        (const LabProbe *self,
                                               uid_t           uid,
                                               gid_t           gid,
                                               uid_t           cuid,
                                               gid_t           cgid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabProbe, lab_probe_free)

G_END_DECLS
