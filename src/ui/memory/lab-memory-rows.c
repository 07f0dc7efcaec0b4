/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-rows.h"

/* Of a run of zero rows the first is shown, so that one sees that zeros begin;
 * a mark for a single row would save nothing. */
#define MIN_FOLDED_ROWS 2

struct _LabMemoryRows
{
  gsize   size_bytes;
  guint   n_columns;
  GArray *list;        /* of LabMemoryRow; NULL when the rows are plain */
};

/**
 * lab_memory_rows_new_plain:
 * @size_bytes: the size of the segment
 * @n_columns: bytes in a row
 *
 * Returns: (transfer full): rows that show every byte
 */
LabMemoryRows *
lab_memory_rows_new_plain (gsize size_bytes,
                           guint n_columns)
{
  LabMemoryRows *self;

  g_return_val_if_fail (n_columns > 0, NULL);

  self = g_new0 (LabMemoryRows, 1);
  self->size_bytes = size_bytes;
  self->n_columns = n_columns;

  return self;
}

static gboolean
is_zero (const guint8 *bytes,
         gsize         n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++)
    if (bytes[i] != 0)
      return FALSE;

  return TRUE;
}

static gboolean
is_opened (GArray *opened,
           gsize   offset,
           gsize   n_bytes)
{
  for (guint i = 0; opened != NULL && i < opened->len; i++)
    {
      gsize at = g_array_index (opened, gsize, i);

      if (at >= offset && at - offset < n_bytes)
        return TRUE;
    }

  return FALSE;
}

/* Adds the zero rows from @begin to before @end, the first of them by itself. */
static void
append_zeros (LabMemoryRows *self,
              gsize          begin,
              gsize          end,
              GArray        *opened)
{
  gsize step = self->n_columns;
  gboolean fold = end - begin > step * MIN_FOLDED_ROWS && !is_opened (opened, begin, end - begin);

  for (gsize offset = begin; offset < end;)
    {
      LabMemoryRow row = { offset, MIN (step, end - offset), FALSE };

      if (fold && offset > begin)
        {
          row.n_bytes = end - offset;
          row.folded = TRUE;
        }
      g_array_append_val (self->list, row);
      offset += row.n_bytes;
    }
}

/**
 * lab_memory_rows_new_digest:
 * @bytes: (array length=size_bytes): what the segment holds
 * @size_bytes: the size of the segment
 * @n_columns: bytes in a row
 * @fields: (array length=n_fields): its fields, which begin on a row when their kind changes
 * @n_fields: how many there are
 * @opened: (nullable) (element-type gsize): offsets; a run of zeros that holds one is not folded
 *
 * Three or more rows of zeros in a row, of the same kind, become the first of them and a mark.
 *
 * Returns: (transfer full): the rows
 */
LabMemoryRows *
lab_memory_rows_new_digest (const guint8   *bytes,
                            gsize           size_bytes,
                            guint           n_columns,
                            const LabField *fields,
                            guint           n_fields,
                            GArray         *opened)
{
  LabMemoryRows *self = lab_memory_rows_new_plain (size_bytes, n_columns);
  gsize zeros = 0;       /* where the run of zero rows began */
  gboolean in_zeros = FALSE;
  guint field = 0;
  gsize offset;

  self->list = g_array_new (FALSE, FALSE, sizeof (LabMemoryRow));

  for (offset = 0; offset < size_bytes; offset += n_columns)
    {
      LabMemoryRow row = { offset, MIN (n_columns, size_bytes - offset), FALSE };
      LabFieldKind before = n_fields > 0 ? fields[field].kind : LAB_FIELD_PLAIN;

      while (field + 1 < n_fields && fields[field + 1].offset <= offset)
        field++;

      if (in_zeros && n_fields > 0 && fields[field].kind != before)
        {
          append_zeros (self, zeros, offset, opened);
          in_zeros = FALSE;
        }

      if (is_zero (bytes + offset, row.n_bytes))
        {
          if (!in_zeros)
            zeros = offset;
          in_zeros = TRUE;
          continue;
        }

      if (in_zeros)
        append_zeros (self, zeros, offset, opened);
      in_zeros = FALSE;
      g_array_append_val (self->list, row);
    }

  if (in_zeros)
    append_zeros (self, zeros, size_bytes, opened);

  return self;
}

void
lab_memory_rows_free (LabMemoryRows *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->list, g_array_unref);
  g_free (self);
}

/**
 * lab_memory_rows_get_n_rows:
 * @self: rows
 *
 * Returns: how many there are
 */
guint64
lab_memory_rows_get_n_rows (const LabMemoryRows *self)
{
  if (self->list != NULL)
    return self->list->len;

  return self->size_bytes / self->n_columns + (self->size_bytes % self->n_columns != 0);
}

/**
 * lab_memory_rows_get:
 * @self: rows
 * @index: which, from 0
 *
 * Returns: that row
 */
LabMemoryRow
lab_memory_rows_get (const LabMemoryRows *self,
                     guint64              index)
{
  LabMemoryRow row;

  g_assert (index < lab_memory_rows_get_n_rows (self));

  if (self->list != NULL)
    return g_array_index (self->list, LabMemoryRow, index);

  row.offset = index * self->n_columns;
  row.n_bytes = MIN (self->n_columns, self->size_bytes - row.offset);
  row.folded = FALSE;

  return row;
}

/**
 * lab_memory_rows_find:
 * @self: rows, at least one
 * @offset: of a byte; beyond the end is taken for the last
 *
 * Returns: which row shows the byte
 */
guint64
lab_memory_rows_find (const LabMemoryRows *self,
                      gsize                offset)
{
  guint64 low = 0, high = lab_memory_rows_get_n_rows (self);

  if (self->list == NULL)
    return high == 0 ? 0 : MIN (offset / self->n_columns, high - 1);

  /* The last row that begins at or before the offset. */
  while (high - low > 1)
    {
      guint64 middle = low + (high - low) / 2;

      if (g_array_index (self->list, LabMemoryRow, middle).offset <= offset)
        low = middle;
      else
        high = middle;
    }

  return low;
}

/**
 * lab_memory_rows_equal:
 * @a: rows
 * @b: rows
 *
 * Returns: whether they show the same bytes in the same rows
 */
gboolean
lab_memory_rows_equal (const LabMemoryRows *a,
                       const LabMemoryRows *b)
{
  if (a->size_bytes != b->size_bytes || a->n_columns != b->n_columns || (a->list == NULL) != (b->list == NULL))
    return FALSE;
  if (a->list == NULL)
    return TRUE;
  if (a->list->len != b->list->len)
    return FALSE;

  for (guint i = 0; i < a->list->len; i++)
    if (g_array_index (a->list, LabMemoryRow, i).offset != g_array_index (b->list, LabMemoryRow, i).offset ||
        g_array_index (a->list, LabMemoryRow, i).folded != g_array_index (b->list, LabMemoryRow, i).folded)
      return FALSE;

  return TRUE;
}
