/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include "backend/kernel/lab-presence.h"

G_BEGIN_DECLS

/* The bytes both programs agree on.  Of a segment of S bytes:
 *
 *     0                 copy A    C bytes, what a textbook program sees
 *     C                 copy B    C bytes, the spare
 *     (S - 128) & ~63   control   128 bytes, LabControl
 *
 * C = ((S - 128) / 2) rounded down to 64.  A message has at most C - 1 bytes, and
 * never more than 64 MiB - 1, and ends with a NUL.  All zero means empty, never a
 * valid message. */

#define LAB_LAYOUT_MIN_SIZE     256
#define LAB_LAYOUT_CONTROL_SIZE 128
#define LAB_LAYOUT_ALIGNMENT    64

/* A segment may be larger than all memory, because the kernel gives a page only when
 * somebody touches it; who reads a message has to have room for it. */
#define LAB_LAYOUT_MAX_ROOM     ((gsize) 64 << 20)

/* "Shmlab", a NUL and the version, as they stand in memory on any machine. */
#define LAB_LAYOUT_MAGIC ((uint64_t) GUINT64_TO_BE (G_GUINT64_CONSTANT (0x53686d6c61620001)))

/**
 * LabProtocolId:
 *
 * How the writer and the readers keep out of each other's way, as it stands in
 * the control block.  0 is no protocol chosen yet, so that zeros mean empty.
 */
typedef enum
{
  LAB_PROTOCOL_UNSET     = 0,
  LAB_PROTOCOL_NONE      = 1,
  LAB_PROTOCOL_SEMAPHORE = 2,
  LAB_PROTOCOL_TURNS     = 3,
  LAB_PROTOCOL_LATCH     = 4,
  LAB_PROTOCOL_TURNS_TEXTBOOK = 5,  /* turns with FILLED = 0, as textbooks have it */
} LabProtocolId;

/* What the state means under each protocol.  A new segment is all zero, and that
 * is what is wrong with the textbooks' numbers. */
#define LAB_STATE_CLEAN              0u           /* semaphore: nobody is in the middle of a store */
#define LAB_STATE_WRITING            1u
#define LAB_TURNS_EMPTY              0u           /* turns */
#define LAB_TURNS_FILLED             1u
#define LAB_TURNS_TAKEN              2u
#define LAB_TURNS_TEXTBOOK_NOT_READY ((guint32) -1)
#define LAB_TURNS_TEXTBOOK_FILLED    0u
#define LAB_TURNS_TEXTBOOK_TAKEN     1u

/* The server is just making the segment's semaphore: what it makes is the segment's, even
 * when it dies before it can say which. */
#define LAB_SEMAPHORE_ID_COMING (-2)

/* In LabCopyHeader: every byte of the text is the same letter, so that half of
 * another message in it can be seen. */
#define LAB_MESSAGE_UNIFORM 1u

/* Whether a text gets that flag: one letter alone can be no mixture. */
static inline gboolean
lab_layout_is_uniform (const char *text,
                       gsize       length)
{
  return length > 1 && memcmp (text, text + 1, length - 1) == 0;
}

/* What stands in the control block about each copy.  Atomic, because another
 * process may read it at any time; relaxed, because the sequence orders it. */
typedef struct
{
  _Atomic uint64_t number;      /* of the message, from 1; 0 = none yet */
  _Atomic int64_t  written_ns;  /* CLOCK_MONOTONIC, the same in every process */
  _Atomic uint32_t length;      /* bytes of UTF-8, without the NUL */
  _Atomic uint32_t flags;       /* LAB_MESSAGE_UNIFORM */
} LabCopyHeader;

typedef struct
{
  _Atomic uint64_t magic;         /*   0  written last, once the rest is valid */
  _Atomic uint64_t sequence;      /*   8  even: copy A is stable, odd: copy B; from 2, never 0 */
  LabCopyHeader    copies[2];     /*  16  A, B */
  union
  {
    struct
    {
      _Atomic uint32_t protocol;  /*  64  a LabProtocolId */
      _Atomic uint32_t state;     /*  68  protocols semaphore and turns: see above */
    };
    _Atomic uint64_t turn;        /*      both in one word: a state means something only together with its protocol */
  };
  _Atomic uint32_t writer_pid;    /*  72  0 = nobody */
  _Atomic int32_t  semaphore_id;  /*  76  from semget(2); -1 = none, or LAB_SEMAPHORE_ID_COMING */
  _Atomic uint64_t writer_start;  /*  80  its start in clock ticks since boot: pids are reused */
  _Atomic uint64_t taker;         /*  88  protocol turns: the client that takes it now, 0 = none */
  _Atomic int64_t  race_until_ns; /*  96  a race is on until then, CLOCK_MONOTONIC; put off again and again; 0 = none */
  _Atomic uint64_t writer_namespaces; /* 104  in which pid and start mean the writer; 0 = it did not say */
  _Atomic uint64_t claim;         /* 112  the writer in one word, taken by compare-exchange; see lab-claim-word.h */
  _Atomic uint64_t takers_namespaces; /* 120  in which the clients that take turns mean it; 0 = none has said so */
} LabControl;

G_STATIC_ASSERT (sizeof (LabCopyHeader) == 24);
G_STATIC_ASSERT (sizeof (LabControl) == LAB_LAYOUT_CONTROL_SIZE);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, magic) == 0);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, sequence) == 8);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, copies) == 16);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, protocol) == 64);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, state) == 68);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, turn) == 64);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, writer_pid) == 72);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, semaphore_id) == 76);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, writer_start) == 80);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, taker) == 88);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, race_until_ns) == 96);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, writer_namespaces) == 104);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, claim) == 112);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabControl, takers_namespaces) == 120);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabCopyHeader, number) == 0);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabCopyHeader, written_ns) == 8);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabCopyHeader, length) == 16);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LabCopyHeader, flags) == 20);
G_STATIC_ASSERT (ATOMIC_INT_LOCK_FREE == 2 && ATOMIC_LLONG_LOCK_FREE == 2);

/* A protocol and a state as LabControl.turn has them. */
static inline uint64_t
lab_layout_make_turn (uint32_t protocol,
                      uint32_t state)
{
  const union { uint32_t halves[2]; uint64_t whole; } turn = { { protocol, state } };

  return turn.whole;
}

/**
 * LabLayout:
 * @base: where the segment is mapped in this process
 * @size_bytes: the segment's real size, from the kernel
 * @copy_size: C, bytes of each copy
 * @room: of these, bytes for a message with its NUL: all, or %LAB_LAYOUT_MAX_ROOM
 * @control_offset: where #LabControl begins
 *
 * Where things are in a segment of a given size.  Computed from the kernel's
 * size alone, never from what the segment says about itself.
 */
typedef struct
{
  gpointer base;
  gsize    size_bytes;
  gsize    copy_size;
  gsize    room;
  gsize    control_offset;
} LabLayout;

gboolean    lab_layout_init          (LabLayout       *layout,
                                      gpointer         base,
                                      gsize            size_bytes);
gsize       lab_layout_capacity      (gsize            size_bytes);
gboolean    lab_layout_check_size    (gsize            size_bytes,
                                      GError         **error) G_GNUC_WARN_UNUSED_RESULT;
LabControl *lab_layout_control       (const LabLayout *layout);
gpointer    lab_layout_copy          (const LabLayout *layout,
                                      guint            which);
gboolean    lab_layout_has_magic     (const LabLayout *layout);
void        lab_layout_set_writer    (const LabLayout *layout,
                                      pid_t            pid,
                                      guint64          start_ticks);
pid_t       lab_layout_get_writer    (const LabLayout *layout,
                                      guint64         *start_ticks);
guint64     lab_layout_get_claim     (const LabLayout *layout);
gboolean    lab_layout_claim_writer  (const LabLayout *layout,
                                      guint64          seen,
                                      pid_t            pid,
                                      guint64          start_ticks);
gboolean    lab_layout_release_writer (const LabLayout *layout,
                                      guint64          claim);
LabPresence lab_layout_find_writer   (const LabLayout *layout,
                                      gboolean         all_seen,
                                      pid_t           *pid);

/**
 * LabField:
 * @offset: in the segment, in bytes
 * @size_bytes: how many bytes
 * @kind: which colour it gets
 * @name: untranslated C name, such as "sequence"
 *
 * One named stretch of the segment, for the memory strip.
 */
typedef enum
{
  LAB_FIELD_COPY_A,
  LAB_FIELD_COPY_B,
  LAB_FIELD_CONTROL,
  LAB_FIELD_TEXT,     /* of a textbook's layout, see lab_preset_dup_fields() */
  LAB_FIELD_NUMBER,
  LAB_FIELD_PLAIN,    /* belongs to nobody: padding, or a segment of another layout */
} LabFieldKind;

typedef struct
{
  gsize        offset;
  gsize        size_bytes;
  LabFieldKind kind;
  const char  *name;
} LabField;

/* The fields of a segment of @size_bytes in order, without gaps: a static array
 * cannot hold them because the offsets depend on the size. */
LabField *lab_layout_dup_fields (gsize     size_bytes,
                                 gboolean  ours,
                                 guint    *n_fields) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
