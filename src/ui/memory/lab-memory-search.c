/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A search looks at one chunk after the other, from the main loop and in its
 * spare time: a thread of its own could meet the moment in which the window
 * detaches, or would need an attachment of its own, which the kernel's counters
 * would show to everybody. */

#include "config.h"

#include "ui/memory/lab-memory-search.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#define CHUNK_SIZE ((gsize) 256 * 1024)
#define SLICE_US   4000  /* of the main loop's time in one go: a quarter of a frame */

typedef struct
{
  LabSegment *segment;
  GBytes     *wanted;
  gboolean    backward;
  gboolean    skip_untouched;
  gsize       from;     /* where the search began; the second round ends there */
  gsize       next;     /* where the next chunk begins, or ends when going backward */
  gboolean    wrapped;
  guint8     *buffer;
} Search;

static void
search_free (Search *search)
{
  g_object_unref (search->segment);
  g_bytes_unref (search->wanted);
  g_free (search->buffer);
  g_free (search);
}

/* Fills the buffer from the segment.  What nobody ever touched is zero, and is
 * left alone: to read it would make the kernel find memory for it. */
static gsize
read_touched (Search *search,
              gsize   offset,
              gsize   n_bytes)
{
  gsize page_size = (gsize) sysconf (_SC_PAGESIZE);
  gsize begin = offset / page_size * page_size;
  gsize end = offset + n_bytes;
  gsize n_pages = (end - begin + page_size - 1) / page_size;
  g_autofree guchar *resident = g_malloc (n_pages);

  if (mincore ((char *) lab_segment_get_base (search->segment) + begin, n_pages * page_size, resident) != 0)
    return lab_segment_peek (search->segment, offset, search->buffer, n_bytes);

  for (gsize i = 0, at = offset; i < n_pages; i++)
    {
      gsize page_end = MIN (begin + (i + 1) * page_size, end);

      if (resident[i] & 1)
        lab_segment_peek (search->segment, at, search->buffer + (at - offset), page_end - at);
      else
        memset (search->buffer + (at - offset), 0, page_end - at);
      at = page_end;
    }

  return n_bytes;
}

static const guint8 *
find_last (const guint8 *bytes,
           gsize         n_bytes,
           const guint8 *wanted,
           gsize         n_wanted)
{
  for (gsize i = n_bytes < n_wanted ? 0 : n_bytes - n_wanted + 1; i > 0; i--)
    if (memcmp (bytes + i - 1, wanted, n_wanted) == 0)
      return bytes + i - 1;

  return NULL;
}

/* Looks for a match that begins from @offset to before @offset + @n_starts. */
static gboolean
look_at (Search *search,
         gsize   offset,
         gsize   n_starts,
         gsize  *found)
{
  gsize n_wanted, n_bytes;
  const guint8 *wanted = g_bytes_get_data (search->wanted, &n_wanted);
  const guint8 *match;
  gsize size_bytes = lab_segment_get_size_bytes (search->segment);

  n_bytes = MIN (n_starts + n_wanted - 1, size_bytes - offset);
  if (search->skip_untouched)
    n_bytes = read_touched (search, offset, n_bytes);
  else
    n_bytes = lab_segment_peek (search->segment, offset, search->buffer, n_bytes);

  match = search->backward ? find_last (search->buffer, n_bytes, wanted, n_wanted)
                           : memmem (search->buffer, n_bytes, wanted, n_wanted);
  if (match == NULL)
    return FALSE;

  *found = offset + (gsize) (match - search->buffer);

  return TRUE;
}

/* One chunk.  Returns whether there is more to look at. */
static gboolean
step (Search   *search,
      gboolean *is_found,
      gsize    *found)
{
  gsize size_bytes = lab_segment_get_size_bytes (search->segment);
  gsize begin, end;

  if (!search->backward)
    {
      gsize last = search->wrapped ? search->from : size_bytes;

      begin = search->next;
      end = MIN (last, begin + CHUNK_SIZE);
      search->next = end;
    }
  else
    {
      gsize first = search->wrapped ? search->from : 0;

      end = search->next;
      begin = end - first > CHUNK_SIZE ? end - CHUNK_SIZE : first;
      search->next = begin;
    }

  *is_found = begin < end && look_at (search, begin, end - begin, found);
  if (*is_found)
    return FALSE;

  if (search->next != (search->wrapped ? search->from : search->backward ? 0 : size_bytes))
    return TRUE;
  if (search->wrapped)
    return FALSE;

  search->wrapped = TRUE;
  search->next = search->backward ? size_bytes : 0;

  return TRUE;
}

static gboolean
search_cb (gpointer data)
{
  GTask *task = G_TASK (data);
  Search *search = g_task_get_task_data (task);
  gint64 deadline_us = g_get_monotonic_time () + SLICE_US;
  gboolean more = TRUE, is_found = FALSE;
  gsize found = 0;

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;

  if (!lab_segment_is_attached (search->segment))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED,
                               _("Not attached: this process cannot see the bytes"));
      return G_SOURCE_REMOVE;
    }

  while (more && g_get_monotonic_time () < deadline_us)
    more = step (search, &is_found, &found);

  if (more)
    return G_SOURCE_CONTINUE;

  if (is_found)
    {
      LabMemoryMatch *match = g_new (LabMemoryMatch, 1);

      *match = (LabMemoryMatch) { found, search->wrapped };
      g_task_return_pointer (task, match, g_free);
    }
  else
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("Not found in this segment"));
    }

  return G_SOURCE_REMOVE;
}

/**
 * lab_memory_search_async:
 * @segment: an attached segment
 * @wanted: the bytes to look for, at least 1
 * @from: the first offset at which a match may begin; before which, when @backward
 * @backward: whether to look for the last match before @from
 * @skip_untouched: whether to take pages that are not in memory for zeros: right
 *   unless some of the segment is swapped out
 * @cancellable: (nullable): ends the search
 * @callback: what to call
 * @user_data: for @callback
 *
 * Searches the whole segment, beginning again at the other end.  The main loop
 * is never held up for more than 4 ms.  Bytes may change meanwhile.
 */
void
lab_memory_search_async (LabSegment          *segment,
                         GBytes              *wanted,
                         gsize                from,
                         gboolean             backward,
                         gboolean             skip_untouched,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  GSource *source;
  Search *search;

  g_return_if_fail (LAB_IS_SEGMENT (segment));
  g_return_if_fail (wanted != NULL && g_bytes_get_size (wanted) > 0);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, lab_memory_search_async);

  search = g_new0 (Search, 1);
  search->segment = g_object_ref (segment);
  search->wanted = g_bytes_ref (wanted);
  search->backward = backward;
  search->skip_untouched = skip_untouched;
  search->from = MIN (from, lab_segment_get_size_bytes (segment));
  search->next = search->from;
  search->buffer = g_malloc (CHUNK_SIZE + g_bytes_get_size (wanted));
  g_task_set_task_data (task, search, (GDestroyNotify) search_free);

  source = g_idle_source_new ();
  g_task_attach_source (task, source, search_cb);
  g_source_unref (source);
}

/**
 * lab_memory_search_finish:
 * @result: what the callback was given
 * @match: (out): what was found
 * @error: return location for an error
 *
 * Errors: %G_IO_ERROR_NOT_FOUND, %G_IO_ERROR_CANCELLED, %G_IO_ERROR_CLOSED when the
 * segment was detached meanwhile.
 *
 * Returns: whether it was found
 */
gboolean
lab_memory_search_finish (GAsyncResult    *result,
                          LabMemoryMatch  *match,
                          GError         **error)
{
  g_autofree LabMemoryMatch *found = NULL;

  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  found = g_task_propagate_pointer (G_TASK (result), error);
  if (found == NULL)
    return FALSE;

  *match = *found;

  return TRUE;
}
