/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What is so, from who is not the program: the kernel's tables in /proc, the bytes of
 * a segment, read in the memory of a process that has it attached, and what the
 * library helper-witness saw a program ask the kernel.  Nothing of the program's own
 * code is in here, so that a mistake there is not made here too; where things lie in
 * a segment is written down once more, from src/DESIGN.md. */

/**
 * WitnessedCall:
 * @name: "shmget"
 * @args: as numbers in C; ftok's path as it is
 * @result: a number in C
 * @errsv: 0 when it went well
 *
 * One call that a program made; times are nanoseconds of CLOCK_REALTIME.  It belongs to the Stage.
 */
typedef struct
{
  char   *name;
  GStrv   args;
  char   *result;
  int     errsv;
  pid_t   pid;
  pid_t   tid;
  gint64  begin_ns;
  gint64  end_ns;
} WitnessedCall;

/**
 * Segment:
 *
 * A line of /proc/sysvipc/shm, and what stands in the segment: only as long as
 * somebody has it attached, else as it was when somebody last had.
 */
typedef struct
{
  int      id;
  gint64   key;          /* as unsigned 32 bits */
  guint    mode;
  guint64  size_bytes;
  pid_t    cpid, lpid;
  gulong   nattch;
  uid_t    uid, cuid;
  gid_t    gid, cgid;
  gint64   atime, dtime, ctime;
  guint64  rss_bytes, swap_bytes;

  GBytes  *bytes;        /* the first and the last 64 KiB at most, zeros between; NULL: nobody has seen them */
  gboolean is_ours;      /* has the magic of the control block */
  gboolean is_gone;      /* the kernel has it no more: this is what it was */
} Segment;

/* What the control block says, see src/DESIGN.md. */
typedef struct
{
  guint64 magic, sequence, number[2];
  gint64  written_ns[2];
  guint32 length[2], flags[2], protocol, state, writer_pid;
  gint32  semaphore_id;
  guint64 writer_start, taker;
  gint64  race_until_ns;
  gsize   copy_size;
} Control;

typedef struct
{
  guint64  from, to;
  gboolean is_writable, is_shared;
  int      id;           /* of the segment that is mapped there; -1: no segment */
  char    *path;
} Mapping;

typedef struct
{
  char      *role;       /* what the test calls it: "server" */
  pid_t      pid;
  gboolean   is_alive;
  char      *name;       /* of the program; "" when it has ended */
  GPtrArray *mappings;   /* Mapping; empty when they may not be read */
  GPtrArray *calls;      /* WitnessedCall of ours, in the order in which they began */
} Actor;

typedef struct
{
  GPtrArray *actors;     /* Actor */
  GPtrArray *segments;   /* Segment */
  GArray    *semaphores; /* int, the ids that there are */
  gint64     now_ns;     /* CLOCK_REALTIME */
  gint64     boot_ns;    /* CLOCK_REALTIME less CLOCK_MONOTONIC */
} Facts;

typedef struct _Stage Stage;  /* who plays, for facts_take() */

Stage         *stage_new             (const char    *witness_path);
void           stage_free            (Stage         *self);
void           stage_add             (Stage         *self,
                                      const char    *role,
                                      pid_t          pid);
void           stage_forget          (Stage         *self);

Facts         *facts_take            (Stage         *stage);
void           facts_free            (Facts         *facts);
gboolean       facts_equal           (const Facts   *a,
                                      const Facts   *b);
Actor         *facts_find_actor      (const Facts   *facts,
                                      const char    *role);
Actor         *facts_find_pid        (const Facts   *facts,
                                      pid_t          pid);
Segment       *facts_find_segment    (const Facts   *facts,
                                      int            id);
gboolean       segment_get_control   (const Segment *segment,
                                      Control       *control);
Mapping       *actor_find_mapping    (const Actor   *actor,
                                      int            id);
WitnessedCall *actor_find_last       (const Actor   *actor,
                                      const char    *name);
int            actor_get_id          (const Actor   *actor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Facts, facts_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stage, stage_free)

G_END_DECLS
