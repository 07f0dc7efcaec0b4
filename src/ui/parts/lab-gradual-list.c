/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-gradual-list.h"

/* A change of at most so many items is followed at once. */
#define MAX_AT_ONCE 40

/* Of more, so many are told of at a time, until a step has taken so long.  What is added is
 * given its styles and its place after the step, in the same frame, which takes as long again. */
#define ITEMS_AT_A_TIME 10
#define REMOVING_US 6000
#define ADDING_US 3000

/* Then the rest is followed at once: a table that was scrolled to its end moves all its rows
 * at every step, and would show for ten seconds what has gone; and a window that no frame
 * comes to would show it for good. */
#define MAX_BEHIND_MS 2000

struct _LabGradualList
{
  GObject     parent_instance;

  GListModel *source;
  GtkWidget  *view;       /* which owns this, or NULL */
  GPtrArray  *items;      /* what is shown */
  GPtrArray  *wanted;     /* what the source has while @items is behind it; NULL until it is read */
  gboolean    is_behind;
  gboolean    is_following;
  guint       tick_id;
  guint       idle_id;
  guint       late_id;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LabGradualList, lab_gradual_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
lab_gradual_list_get_item_type (GListModel *model)
{
  LabGradualList *self = LAB_GRADUAL_LIST (model);

  return self->source != NULL ? g_list_model_get_item_type (self->source) : G_TYPE_OBJECT;
}

static guint
lab_gradual_list_get_n_items (GListModel *model)
{
  return LAB_GRADUAL_LIST (model)->items->len;
}

static gpointer
lab_gradual_list_get_item (GListModel *model,
                           guint       position)
{
  LabGradualList *self = LAB_GRADUAL_LIST (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = lab_gradual_list_get_item_type;
  iface->get_n_items = lab_gradual_list_get_n_items;
  iface->get_item = lab_gradual_list_get_item;
}

static void
splice (LabGradualList *self,
        guint           position,
        guint           n_removed,
        gpointer       *added,
        guint           n_added)
{
  const guint n_behind = self->items->len - position - n_removed;
  gpointer *place;

  for (guint i = 0; i < n_added; i++)
    g_object_ref (added[i]);
  if (n_removed > 0)
    g_ptr_array_remove_range (self->items, position, n_removed);
  g_ptr_array_set_size (self->items, (int) (self->items->len + n_added));
  place = self->items->pdata + position;
  if (n_behind > 0)
    memmove (place + n_added, place, n_behind * sizeof (gpointer));
  for (guint i = 0; i < n_added; i++)
    place[i] = added[i];

  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
}

static GPtrArray *
read_source (LabGradualList *self,
             guint           position,
             guint           n_items)
{
  GPtrArray *items = g_ptr_array_new_full (n_items, g_object_unref);

  for (guint i = 0; i < n_items; i++)
    g_ptr_array_add (items, g_list_model_get_item (self->source, position + i));

  return items;
}

/* How often each item is in @items. */
static GHashTable *
count (GPtrArray *items)
{
  GHashTable *counts = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < items->len; i++)
    {
      gpointer item = g_ptr_array_index (items, i);

      g_hash_table_insert (counts, item, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, item)) + 1));
    }

  return counts;
}

static gboolean
take (GHashTable *counts,
      gpointer    item)
{
  const guint n_left = GPOINTER_TO_UINT (g_hash_table_lookup (counts, item));

  if (n_left > 0)
    g_hash_table_insert (counts, item, GUINT_TO_POINTER (n_left - 1));

  return n_left > 0;
}

/* From the end, and never what stays, so that it stays selected.  Returns whether all are gone. */
static gboolean
remove_items (LabGradualList *self,
              GPtrArray      *wanted,
              guint           at_a_time,
              gint64          until_us)
{
  g_autoptr(GHashTable) counts = count (wanted);
  g_autofree gboolean *stays = g_new (gboolean, self->items->len);
  guint start;

  for (guint i = 0; i < self->items->len; i++)
    stays[i] = take (counts, g_ptr_array_index (self->items, i));

  for (guint end = self->items->len; end > 0; end = start)
    {
      start = end - 1;
      if (stays[start])
        continue;
      if (g_get_monotonic_time () > until_us)
        return FALSE;

      while (start > 0 && !stays[start - 1] && end - start < at_a_time)
        start--;
      splice (self, start, end - start, NULL, 0);
    }

  return TRUE;
}

/* Gives what stays the order of the source: a view binds its rows anew, and makes none. */
static void
reorder_items (LabGradualList *self,
               GPtrArray      *wanted)
{
  g_autoptr(GHashTable) counts = count (self->items);
  g_autoptr(GPtrArray) order = g_ptr_array_new ();
  guint start = 0, end;

  for (guint i = 0; i < wanted->len; i++)
    if (take (counts, g_ptr_array_index (wanted, i)))
      g_ptr_array_add (order, g_ptr_array_index (wanted, i));
  g_assert (order->len == self->items->len);

  while (start < order->len && g_ptr_array_index (order, start) == g_ptr_array_index (self->items, start))
    start++;
  for (end = order->len; end > start; end--)
    if (g_ptr_array_index (order, end - 1) != g_ptr_array_index (self->items, end - 1))
      break;

  if (end > start)
    splice (self, start, end - start, order->pdata + start, end - start);
}

/* Returns whether all are there. */
static gboolean
add_items (LabGradualList *self,
           GPtrArray      *wanted,
           guint           at_a_time,
           gint64          until_us)
{
  for (guint i = 0; i < wanted->len; i++)
    {
      gpointer next = i < self->items->len ? g_ptr_array_index (self->items, i) : NULL;
      guint end = i;

      while (end < wanted->len && g_ptr_array_index (wanted, end) != next && end - i < at_a_time)
        end++;
      if (end == i)
        continue;
      if (g_get_monotonic_time () > until_us)
        return FALSE;

      splice (self, i, 0, wanted->pdata + i, end - i);
      i = end - 1;
    }

  return TRUE;
}

/* Whoever is told may change the source, which is then read anew by the next step. */
static gboolean
take_step (LabGradualList *self,
           gboolean        at_once)
{
  const guint at_a_time = at_once ? G_MAXUINT : ITEMS_AT_A_TIME;
  const gint64 now_us = g_get_monotonic_time ();
  g_autoptr(GPtrArray) wanted = NULL;

  if (self->wanted == NULL)
    self->wanted = read_source (self, 0, g_list_model_get_n_items (self->source));
  wanted = g_ptr_array_ref (self->wanted);

  if (!remove_items (self, wanted, at_a_time, at_once ? G_MAXINT64 : now_us + REMOVING_US))
    return FALSE;
  reorder_items (self, wanted);
  /* The rows of a view that is not seen would all be given their styles at once, when it is. */
  if (!at_once && !gtk_widget_get_mapped (self->view) && wanted->len > self->items->len + MAX_AT_ONCE)
    return TRUE;
  if (!add_items (self, wanted, at_a_time, at_once ? G_MAXINT64 : now_us + ADDING_US) || wanted != self->wanted)
    return FALSE;

  g_clear_pointer (&self->wanted, g_ptr_array_unref);
  self->is_behind = FALSE;

  return TRUE;
}

/* Returns whether nothing is left to do for now. */
static gboolean
follow (LabGradualList *self,
        gboolean        at_once)
{
  gboolean is_done;

  self->is_following = TRUE;
  is_done = take_step (self, at_once);
  self->is_following = FALSE;

  return is_done;
}

static void
stop (LabGradualList *self)
{
  if (self->view != NULL && self->tick_id != 0)
    gtk_widget_remove_tick_callback (self->view, self->tick_id);
  self->tick_id = 0;
  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_handle_id (&self->late_id, g_source_remove);
}

static gboolean
tick_cb (GtkWidget     *view,
         GdkFrameClock *clock,
         gpointer       data)
{
  g_autoptr(LabGradualList) self = g_object_ref (LAB_GRADUAL_LIST (data));

  if (!follow (self, FALSE))
    return G_SOURCE_CONTINUE;

  self->tick_id = 0;
  stop (self);

  return G_SOURCE_REMOVE;
}

static gboolean
late_cb (gpointer data)
{
  g_autoptr(LabGradualList) self = g_object_ref (LAB_GRADUAL_LIST (data));

  self->late_id = 0;
  lab_gradual_list_finish (self);

  return G_SOURCE_REMOVE;
}

static gboolean
idle_cb (gpointer data)
{
  g_autoptr(LabGradualList) self = g_object_ref (LAB_GRADUAL_LIST (data));

  if (!follow (self, self->view == NULL))
    return G_SOURCE_CONTINUE;

  self->idle_id = 0;

  return G_SOURCE_REMOVE;
}

/* With the next frames, or without any while the view is not seen. */
static void
go_on (LabGradualList *self)
{
  stop (self);
  if (!self->is_behind)
    return;

  if (self->view == NULL)
    lab_gradual_list_finish (self);
  else if (gtk_widget_get_mapped (self->view))
    {
      self->tick_id = gtk_widget_add_tick_callback (self->view, tick_cb, self, NULL);
      self->late_id = g_timeout_add (MAX_BEHIND_MS, late_cb, self);
    }
  else
    {
      self->idle_id = g_idle_add (idle_cb, self);
    }
}

static void
source_changed_cb (LabGradualList *self,
                   guint           position,
                   guint           n_removed,
                   guint           n_added)
{
  g_clear_pointer (&self->wanted, g_ptr_array_unref);

  if (!self->is_behind && MAX (n_removed, n_added) <= MAX_AT_ONCE)
    {
      g_autoptr(GPtrArray) added = read_source (self, position, n_added);

      splice (self, position, n_removed, added->pdata, n_added);
      return;
    }

  self->is_behind = TRUE;
  if (!self->is_following && (self->view == NULL || (self->tick_id == 0 && self->idle_id == 0)))
    go_on (self);
}

static void
lab_gradual_list_dispose (GObject *object)
{
  LabGradualList *self = LAB_GRADUAL_LIST (object);

  stop (self);
  g_clear_weak_pointer (&self->view);
  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  g_clear_object (&self->source);
  self->is_behind = FALSE;

  G_OBJECT_CLASS (lab_gradual_list_parent_class)->dispose (object);
}

static void
lab_gradual_list_finalize (GObject *object)
{
  LabGradualList *self = LAB_GRADUAL_LIST (object);

  g_clear_pointer (&self->wanted, g_ptr_array_unref);
  g_ptr_array_unref (self->items);

  G_OBJECT_CLASS (lab_gradual_list_parent_class)->finalize (object);
}

static void
lab_gradual_list_class_init (LabGradualListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lab_gradual_list_dispose;
  object_class->finalize = lab_gradual_list_finalize;
}

static void
lab_gradual_list_init (LabGradualList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * lab_gradual_list_new:
 * @source: what to follow
 * @view: (nullable): the view that is to show it, whose frames are the steps; %NULL to
 *   follow everything at once
 *
 * A small change is told of as it happens.  Of a large one, what went goes first, then what
 * stays is put in order, at once, and then comes what is new, with each frame as much as fits
 * into it.  An item that stays in @source is never removed in between, so that it stays selected.
 *
 * While @view is not seen, what is new waits.
 *
 * Returns: (transfer full): the list
 */
LabGradualList *
lab_gradual_list_new (GListModel *source,
                      GtkWidget  *view)
{
  LabGradualList *self;

  g_return_val_if_fail (G_IS_LIST_MODEL (source), NULL);
  g_return_val_if_fail (view == NULL || GTK_IS_WIDGET (view), NULL);

  self = g_object_new (LAB_TYPE_GRADUAL_LIST, NULL);
  self->source = g_object_ref (source);
  g_signal_connect_swapped (source, "items-changed", G_CALLBACK (source_changed_cb), self);
  if (g_set_weak_pointer (&self->view, view))
    {
      g_signal_connect_object (view, "map", G_CALLBACK (go_on), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (view, "unmap", G_CALLBACK (go_on), self, G_CONNECT_SWAPPED);
    }
  source_changed_cb (self, 0, 0, g_list_model_get_n_items (source));

  return self;
}

/**
 * lab_gradual_list_finish:
 * @self: a list
 *
 * Takes all steps that are left, at once: now it has what its source has.  Not while it tells of one.
 */
void
lab_gradual_list_finish (LabGradualList *self)
{
  g_return_if_fail (LAB_IS_GRADUAL_LIST (self));
  g_return_if_fail (!self->is_following);

  while (self->is_behind && !follow (self, TRUE))
    ;
  stop (self);
}
