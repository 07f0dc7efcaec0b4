/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/layout/lab-layout.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-shm-error.h"
#include "backend/layout/lab-claim-word.h"

#define ROUND_DOWN(n) ((n) & ~(gsize) (LAB_LAYOUT_ALIGNMENT - 1))

static gsize
copy_size (gsize size_bytes)
{
  if (size_bytes < LAB_LAYOUT_MIN_SIZE)
    return 0;

  return ROUND_DOWN ((size_bytes - LAB_LAYOUT_CONTROL_SIZE) / 2);
}

/**
 * lab_layout_init:
 * @layout: (out caller-allocates): where things are
 * @base: where the segment is mapped
 * @size_bytes: its size as the kernel reports it
 *
 * Always stores @base and @size_bytes.  A segment of fewer than 256 bytes holds
 * none of our fields; its copy_size is 0.
 *
 * Returns: whether our fields have room
 */
gboolean
lab_layout_init (LabLayout *layout,
                 gpointer   base,
                 gsize      size_bytes)
{
  g_return_val_if_fail (layout != NULL, FALSE);

  *layout = (LabLayout) { .base = base, .size_bytes = size_bytes, .copy_size = copy_size (size_bytes) };
  layout->room = MIN (layout->copy_size, LAB_LAYOUT_MAX_ROOM);
  if (layout->copy_size == 0)
    return FALSE;

  layout->control_offset = ROUND_DOWN (size_bytes - LAB_LAYOUT_CONTROL_SIZE);

  return TRUE;
}

/**
 * lab_layout_capacity:
 * @size_bytes: the size of a segment
 *
 * Returns: the longest message it can hold, in bytes of UTF-8 without the NUL;
 *   0 when it has no room for our fields
 */
gsize
lab_layout_capacity (gsize size_bytes)
{
  gsize size = copy_size (size_bytes);

  return size > 0 ? MIN (size, LAB_LAYOUT_MAX_ROOM) - 1 : 0;
}

/**
 * lab_layout_check_size:
 * @size_bytes: the size of a segment
 * @error: return location for an error
 *
 * Zero goes to the kernel, which refuses it in its own words.
 *
 * Errors: %LAB_SHM_ERROR_SIZE below %LAB_LAYOUT_MIN_SIZE.
 *
 * Returns: whether a message fits in
 */
gboolean
lab_layout_check_size (gsize    size_bytes,
                       GError **error)
{
  if (size_bytes > 0 && lab_layout_capacity (size_bytes) == 0)
    {
      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_SIZE,
                   _("%zu bytes are too few: two copies of a message and the control block need at least %d; choose a larger size"),
                   size_bytes, LAB_LAYOUT_MIN_SIZE);
      return FALSE;
    }

  return TRUE;
}

/**
 * lab_layout_control:
 * @layout: a layout with room for our fields
 *
 * Returns: (transfer none): the control block, in the segment itself: read each
 *   of its fields once and believe none of them
 */
LabControl *
lab_layout_control (const LabLayout *layout)
{
  g_return_val_if_fail (layout->base != NULL && layout->copy_size > 0, NULL);

  return (LabControl *) ((char *) layout->base + layout->control_offset);
}

/**
 * lab_layout_copy:
 * @layout: a layout with room for our fields
 * @which: 0 for copy A, 1 for copy B
 *
 * Returns: (transfer none): where the copy begins, in the segment itself
 */
gpointer
lab_layout_copy (const LabLayout *layout,
                 guint            which)
{
  g_return_val_if_fail (layout->base != NULL && layout->copy_size > 0 && which < 2, NULL);

  return (char *) layout->base + which * layout->copy_size;
}

/**
 * lab_layout_has_magic:
 * @layout: a layout; also one without room for our fields
 *
 * Returns: whether the segment says that it is ours, and set up
 */
gboolean
lab_layout_has_magic (const LabLayout *layout)
{
  if (layout->base == NULL || layout->copy_size == 0)
    return FALSE;

  /* Pairs with the release in lab_latch_init(): who sees the magic sees the rest. */
  return atomic_load_explicit (&lab_layout_control (layout)->magic, memory_order_acquire) == LAB_LAYOUT_MAGIC;
}

/* The writer once more for who reads single fields: programs that were made in tab C Program,
 * and for what a word has no room. */
static void
store_writer (LabControl *control,
              pid_t       pid,
              guint64     start_ticks)
{
  /* Without a pid in between, nobody pairs one process's pid with another's start. */
  atomic_store_explicit (&control->writer_pid, 0, memory_order_relaxed);
  atomic_store_explicit (&control->writer_namespaces, pid != 0 ? lab_presence_get_namespaces () : 0, memory_order_release);
  atomic_store_explicit (&control->writer_start, start_ticks, memory_order_release);
  atomic_store_explicit (&control->writer_pid, (guint32) pid, memory_order_release);
}

/**
 * lab_layout_set_writer:
 * @layout: a layout with room for our fields
 * @pid: the process that writes, or 0 for nobody
 * @start_ticks: from lab_process_get_start_ticks(), because pids are used again
 *
 * Says who the server is, whoever was it before, and in which namespaces these numbers mean
 * it: those of this process.  Who wants to become the server asks lab_layout_claim_writer().
 */
void
lab_layout_set_writer (const LabLayout *layout,
                       pid_t            pid,
                       guint64          start_ticks)
{
  LabControl *control = lab_layout_control (layout);

  atomic_store_explicit (&control->claim, lab_claim_word_new (pid, start_ticks), memory_order_release);
  store_writer (control, pid, start_ticks);
}

/**
 * lab_layout_get_claim:
 * @layout: a layout with room for our fields
 *
 * Returns: who writes, in one word, which proves nothing by itself; 0 for nobody, or for a
 *   program that only lab_layout_get_writer() knows
 */
guint64
lab_layout_get_claim (const LabLayout *layout)
{
  return atomic_load_explicit (&lab_layout_control (layout)->claim, memory_order_acquire);
}

/**
 * lab_layout_claim_writer:
 * @layout: a layout with room for our fields
 * @seen: what lab_layout_get_claim() returned before the writer was found to be gone
 * @pid: the process that wants to write
 * @start_ticks: from lab_process_get_start_ticks()
 *
 * Makes a process the writer in one step, which exactly one wins.  The fields that say the
 * same are stored after it: a process that dies in between has the claim, and is seen to be
 * gone like any other.
 *
 * Returns: %FALSE when the claim is not what was seen any more, because somebody was faster
 */
gboolean
lab_layout_claim_writer (const LabLayout *layout,
                         guint64          seen,
                         pid_t            pid,
                         guint64          start_ticks)
{
  LabControl *control = lab_layout_control (layout);
  guint64 own = lab_claim_word_new (pid, start_ticks);

  /* Pairs with the release in lab_layout_release_writer(): what the writer before stored is
   * seen by the next. */
  if (!atomic_compare_exchange_strong_explicit (&control->claim, &seen, own, memory_order_acq_rel, memory_order_acquire))
    return FALSE;

  store_writer (control, pid, start_ticks);

  return TRUE;
}

/**
 * lab_layout_release_writer:
 * @layout: a layout with room for our fields
 * @claim: the claim that is given up
 *
 * Says that nobody writes any more, unless the claim is somebody else's.
 *
 * Returns: whether it was given up
 */
gboolean
lab_layout_release_writer (const LabLayout *layout,
                           guint64          claim)
{
  LabControl *control = lab_layout_control (layout);

  if (atomic_load_explicit (&control->claim, memory_order_relaxed) != claim)
    return FALSE;

  store_writer (control, 0, 0);  /* as long as nobody else may */

  return atomic_compare_exchange_strong_explicit (&control->claim, &claim, 0, memory_order_release, memory_order_relaxed);
}

/* What the claim says; the rest of it from the single fields, when they are that one's. */
static pid_t
read_writer (const LabLayout *layout,
             guint64         *start_ticks,
             guint64         *namespaces)
{
  LabControl *control = lab_layout_control (layout);
  guint64 claim = lab_layout_get_claim (layout);
  guint32 pid = atomic_load_explicit (&control->writer_pid, memory_order_acquire);
  gboolean is_one;

  *start_ticks = atomic_load_explicit (&control->writer_start, memory_order_acquire);
  *namespaces = atomic_load_explicit (&control->writer_namespaces, memory_order_acquire);
  is_one = atomic_load_explicit (&control->writer_pid, memory_order_relaxed) == pid;
  if (claim == 0)
    return is_one && pid <= G_MAXINT32 ? (pid_t) pid : 0;

  if (!is_one || !lab_claim_word_fits (claim, pid, *start_ticks))
    {
      *start_ticks = lab_claim_word_get_start_ticks (claim);
      *namespaces = lab_claim_word_get_namespaces (claim);
    }

  return lab_claim_word_get_pid (claim);
}

/**
 * lab_layout_get_writer:
 * @layout: a layout with room for our fields
 * @start_ticks: (out): when the writer started, in clock ticks since boot
 *
 * Returns: the pid that the segment names as its writer, which proves nothing by
 *   itself; 0 for nobody
 */
pid_t
lab_layout_get_writer (const LabLayout *layout,
                       guint64         *start_ticks)
{
  guint64 namespaces;

  return read_writer (layout, start_ticks, &namespaces);
}

/**
 * lab_layout_find_writer:
 * @layout: a layout with room for our fields
 * @all_seen: whether each attachment of the segment is known to be that of a process
 *   which can be seen, in this process's own pid namespace
 * @pid: (out): what lab_layout_get_writer() returns
 *
 * A writer is attached.  So one that cannot be found is gone when all who are
 * attached can be seen, whatever namespace it named, or if it named none.
 *
 * Returns: whether the writer that the segment names lives; %LAB_PRESENCE_GONE when it
 *   names none
 */
LabPresence
lab_layout_find_writer (const LabLayout *layout,
                        gboolean         all_seen,
                        pid_t           *pid)
{
  guint64 start_ticks, namespaces;
  LabPresence presence;

  *pid = read_writer (layout, &start_ticks, &namespaces);
  if (*pid == 0)
    return LAB_PRESENCE_GONE;

  presence = lab_presence_find (*pid, start_ticks, namespaces);

  return presence == LAB_PRESENCE_UNSEEN && all_seen ? LAB_PRESENCE_GONE : presence;
}

#define CONTROL_FIELD(member, name) \
  { G_STRUCT_OFFSET (LabControl, member), sizeof (((LabControl *) NULL)->member), LAB_FIELD_CONTROL, name }

static const LabField control_fields[] = {
  CONTROL_FIELD (magic, "magic"),
  CONTROL_FIELD (sequence, "sequence"),
  CONTROL_FIELD (copies[0].number, "A.number"),
  CONTROL_FIELD (copies[0].written_ns, "A.written_ns"),
  CONTROL_FIELD (copies[0].length, "A.length"),
  CONTROL_FIELD (copies[0].flags, "A.flags"),
  CONTROL_FIELD (copies[1].number, "B.number"),
  CONTROL_FIELD (copies[1].written_ns, "B.written_ns"),
  CONTROL_FIELD (copies[1].length, "B.length"),
  CONTROL_FIELD (copies[1].flags, "B.flags"),
  CONTROL_FIELD (protocol, "protocol"),
  CONTROL_FIELD (state, "state"),
  CONTROL_FIELD (writer_pid, "writer_pid"),
  CONTROL_FIELD (semaphore_id, "semaphore_id"),
  CONTROL_FIELD (writer_start, "writer_start"),
  CONTROL_FIELD (taker, "taker"),
  CONTROL_FIELD (race_until_ns, "race_until_ns"),
  CONTROL_FIELD (writer_namespaces, "writer_namespaces"),
  CONTROL_FIELD (claim, "claim"),
  CONTROL_FIELD (takers_namespaces, "takers_namespaces"),
};

static void
append (GArray       *fields,
        gsize        *offset,
        gsize         size_bytes,
        LabFieldKind  kind,
        const char   *name)
{
  LabField field = { *offset, size_bytes, kind, name };

  if (size_bytes == 0)
    return;

  g_array_append_val (fields, field);
  *offset += size_bytes;
}

/**
 * lab_layout_dup_fields:
 * @size_bytes: the size of the segment
 * @ours: whether it has our magic
 * @n_fields: (out): how many there are
 *
 * Names every stretch of a segment: in order, without gaps, from byte 0 to the
 * last.  One that is not ours, or too small to be, is a single plain field.
 *
 * Returns: (transfer full) (array length=n_fields): the fields, for g_free()
 */
LabField *
lab_layout_dup_fields (gsize     size_bytes,
                       gboolean  ours,
                       guint    *n_fields)
{
  GArray *fields = g_array_sized_new (FALSE, FALSE, sizeof (LabField), G_N_ELEMENTS (control_fields) + 4);
  LabLayout layout;
  gsize offset = 0;

  if (lab_layout_init (&layout, NULL, size_bytes) && ours)
    {
      append (fields, &offset, layout.copy_size, LAB_FIELD_COPY_A, "copy A");
      append (fields, &offset, layout.copy_size, LAB_FIELD_COPY_B, "copy B");
      append (fields, &offset, layout.control_offset - offset, LAB_FIELD_PLAIN, "padding");
      for (guint i = 0; i < G_N_ELEMENTS (control_fields); i++)
        append (fields, &offset, control_fields[i].size_bytes, control_fields[i].kind, control_fields[i].name);
      append (fields, &offset, size_bytes - offset, LAB_FIELD_PLAIN, "padding");
    }
  else
    {
      append (fields, &offset, size_bytes, LAB_FIELD_PLAIN, "bytes");
    }

  *n_fields = fields->len;

  return (LabField *) (gpointer) g_array_free (fields, FALSE);
}
