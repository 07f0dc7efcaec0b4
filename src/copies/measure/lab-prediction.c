/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/measure/lab-prediction.h"

#include <glib/gi18n-lib.h>

#include "copies/measure/lab-copies-data.h"

#define MAX_ITEMS 8

typedef enum
{
  STATE_ASKING,
  STATE_COMMITTED,
  STATE_MEASURING,
  STATE_REVEALED,
} State;

typedef struct
{
  guint      id;
  char      *title;
  GtkWidget *row;
  GtkWidget *rank;
  GtkWidget *name;
  GtkWidget *up;
  GtkWidget *down;
  GtkWidget *verdict;
  guint      first;     /* its place as measured, from 1: at best; 0: not measured */
  guint      last;      /* and at worst: there are some that are about alike */
} Item;

struct _LabPrediction
{
  GtkWidget  parent_instance;

  GtkWidget *box;
  GtkWidget *question;
  GtkWidget *list;
  GtkWidget *commit;
  GtkWidget *summary;

  Item       items[MAX_ITEMS];  /* in the learner's order */
  guint      n_items;
  State      state;
};

enum { COMMITTED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabPrediction, lab_prediction, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

static gboolean
is_right (const Item *item,
          guint       place)
{
  return place >= item->first && place <= item->last;
}

static void
update_row (LabPrediction *self,
            guint          position)
{
  Item *item = &self->items[position];
  g_autofree char *rank = g_strdup_printf ("%u", position + 1);
  gboolean asking = self->state == STATE_ASKING;

  gtk_label_set_text (GTK_LABEL (item->rank), rank);
  gtk_widget_set_visible (item->up, asking);
  gtk_widget_set_visible (item->down, asking);
  gtk_widget_set_sensitive (item->up, position > 0);
  gtk_widget_set_sensitive (item->down, position + 1 < self->n_items);
  gtk_widget_set_visible (item->verdict, self->state == STATE_REVEALED);

  if (self->state == STATE_REVEALED)
    {
      gboolean right = is_right (item, position + 1);
      g_autofree char *verdict = NULL;

      if (item->first == 0)
        verdict = g_strdup (_("not measured"));
      else if (right)
        /* Translators: the learner's prediction for this row came true */
        verdict = g_strdup (_("✓ right"));
      else if (item->first == item->last)
        /* Translators: %u is the place that was measured, 1 being the fastest */
        verdict = g_strdup_printf (_("✗ measured: place %u"), item->first);
      else
        /* Translators: the places of some that are about as fast as each other, 1 being the fastest */
        verdict = g_strdup_printf (_("✗ measured: place %u to %u, about alike"), item->first, item->last);
      gtk_label_set_text (GTK_LABEL (item->verdict), verdict);
      gtk_widget_remove_css_class (item->verdict, right ? "lab-trouble" : "lab-client");
      gtk_widget_add_css_class (item->verdict, right ? "lab-client" : "lab-trouble");
    }
}

static void
update (LabPrediction *self)
{
  for (guint i = 0; i < self->n_items; i++)
    update_row (self, i);

  if (self->state != STATE_ASKING)
    gtk_label_set_text (GTK_LABEL (self->question), _("Your prediction, the fastest first"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_text (GTK_LABEL (self->question)), -1);
  gtk_widget_set_visible (self->commit, self->state == STATE_ASKING);
  gtk_widget_set_visible (self->summary, self->state != STATE_ASKING);
  if (self->state == STATE_COMMITTED)
    gtk_label_set_text (GTK_LABEL (self->summary), _("This is your prediction. Now press Run."));
  else if (self->state == STATE_MEASURING)
    gtk_label_set_text (GTK_LABEL (self->summary), _("This is your prediction. It is being measured."));
  else if (self->state == STATE_REVEALED)
    {
      g_autofree char *text = NULL;

      /* Translators: how many of the learner's places came true, and how many there are */
      text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u of %u place predicted right.", "%u of %u places predicted right.", self->n_items),
                              lab_prediction_get_n_right (self), self->n_items);
      gtk_label_set_text (GTK_LABEL (self->summary), text);
    }
}

static void
move_clicked_cb (GtkButton     *button,
                 LabPrediction *self)
{
  for (guint i = 0; i < self->n_items; i++)
    if (self->items[i].up == GTK_WIDGET (button) || self->items[i].down == GTK_WIDGET (button))
      {
        gboolean up = self->items[i].up == GTK_WIDGET (button);
        Item item = self->items[i];

        lab_prediction_move (self, i, up ? -1 : 1);
        /* At an end the button is of no more use; the other one of this row is. */
        if (!gtk_widget_is_sensitive (GTK_WIDGET (button)))
          gtk_widget_grab_focus (up ? item.down : item.up);
        else
          gtk_widget_grab_focus (GTK_WIDGET (button));
        return;
      }
}

static GtkWidget *
new_move_button (LabPrediction *self,
                 const char    *icon_name,
                 const char    *label)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (move_clicked_cb), self);

  return button;
}

static void
add_item (LabPrediction *self,
          const char    *title,
          guint          id)
{
  Item *item = &self->items[self->n_items++];
  /* Translators: %s is what is moved, such as Pipe */
  g_autofree char *up = g_strdup_printf (_("Move %s up: faster"), title);
  g_autofree char *down = g_strdup_printf (_("Move %s down: slower"), title);

  *item = (Item) { .id = id, .title = g_strdup (title) };
  item->row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  item->rank = gtk_label_new (NULL);
  item->name = gtk_label_new (title);
  item->up = new_move_button (self, "go-up-symbolic", up);
  item->down = new_move_button (self, "go-down-symbolic", down);
  item->verdict = gtk_label_new (NULL);

  gtk_label_set_width_chars (GTK_LABEL (item->rank), 2);
  gtk_label_set_xalign (GTK_LABEL (item->name), 0);
  gtk_label_set_wrap (GTK_LABEL (item->name), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (item->name), 26);
  gtk_widget_set_hexpand (item->name, TRUE);
  gtk_widget_add_css_class (item->row, "prediction-row");
  gtk_widget_add_css_class (item->rank, "dim-label");
  gtk_box_append (GTK_BOX (item->row), item->rank);
  gtk_box_append (GTK_BOX (item->row), item->name);
  gtk_box_append (GTK_BOX (item->row), item->verdict);
  gtk_box_append (GTK_BOX (item->row), item->up);
  gtk_box_append (GTK_BOX (item->row), item->down);
  gtk_box_append (GTK_BOX (self->list), item->row);
}

static void
clear_items (LabPrediction *self)
{
  for (guint i = 0; i < self->n_items; i++)
    {
      gtk_box_remove (GTK_BOX (self->list), self->items[i].row);
      g_free (self->items[i].title);
    }
  self->n_items = 0;
}

static void
lab_prediction_dispose (GObject *object)
{
  LabPrediction *self = LAB_PREDICTION (object);

  if (self->box != NULL)
    clear_items (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (lab_prediction_parent_class)->dispose (object);
}

static void
lab_prediction_class_init (LabPredictionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_prediction_dispose;

  signals[COMMITTED] = g_signal_new ("committed", LAB_TYPE_PREDICTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "labprediction");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
lab_prediction_init (LabPrediction *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_halign (self->box, GTK_ALIGN_START);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  self->question = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->question), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->question), 0);
  gtk_widget_add_css_class (self->question, "heading");
  gtk_box_append (GTK_BOX (self->box), self->question);

  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), self->list);

  self->commit = gtk_button_new_with_mnemonic (_("_Predict This Order"));
  gtk_widget_set_halign (self->commit, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->commit, "suggested-action");
  g_signal_connect_swapped (self->commit, "clicked", G_CALLBACK (lab_prediction_commit), self);
  gtk_box_append (GTK_BOX (self->box), self->commit);

  self->summary = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->summary), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->summary), 0);
  gtk_box_append (GTK_BOX (self->box), self->summary);

  update (self);
}

/**
 * lab_prediction_ask:
 * @self: a prediction
 * @question: what is asked
 * @titles: what to put in order
 * @ids: the number of each
 * @n_items: how many, at most 8
 *
 * Asks anew, in an order that is drawn by lot, so that it gives nothing away.
 */
void
lab_prediction_ask (LabPrediction      *self,
                    const char         *question,
                    const char * const *titles,
                    const guint        *ids,
                    guint               n_items)
{
  guint order[MAX_ITEMS];

  g_return_if_fail (LAB_IS_PREDICTION (self));
  g_return_if_fail (n_items <= MAX_ITEMS);

  clear_items (self);
  for (guint i = 0; i < n_items; i++)
    order[i] = i;
  for (guint i = n_items; i > 1; i--)
    {
      guint other = (guint) g_random_int_range (0, (gint32) i);
      guint kept = order[i - 1];

      order[i - 1] = order[other];
      order[other] = kept;
    }
  for (guint i = 0; i < n_items; i++)
    add_item (self, titles[order[i]], ids[order[i]]);

  self->state = STATE_ASKING;
  gtk_label_set_text (GTK_LABEL (self->question), question);
  update (self);
}

gboolean
lab_prediction_is_committed (LabPrediction *self)
{
  g_return_val_if_fail (LAB_IS_PREDICTION (self), FALSE);

  return self->state != STATE_ASKING;
}

/**
 * lab_prediction_is_about:
 * @self: a prediction
 * @ids: numbers
 * @n_items: how many
 *
 * Returns: whether it asks for the order of just these
 */
gboolean
lab_prediction_is_about (LabPrediction *self,
                         const guint   *ids,
                         guint          n_items)
{
  g_return_val_if_fail (LAB_IS_PREDICTION (self), FALSE);

  if (n_items != self->n_items)
    return FALSE;

  for (guint i = 0; i < n_items; i++)
    {
      gboolean found = FALSE;

      for (guint j = 0; j < self->n_items; j++)
        found = found || self->items[j].id == ids[i];
      if (!found)
        return FALSE;
    }

  return TRUE;
}

/**
 * lab_prediction_move:
 * @self: a prediction that is being made
 * @position: which row, from 0
 * @by: -1 up, 1 down
 */
void
lab_prediction_move (LabPrediction *self,
                     guint          position,
                     int            by)
{
  guint other = position + (guint) by;
  Item kept;

  g_return_if_fail (LAB_IS_PREDICTION (self));
  g_return_if_fail (by == 1 || by == -1);

  if (self->state != STATE_ASKING || position >= self->n_items || other >= self->n_items)
    return;

  kept = self->items[position];
  self->items[position] = self->items[other];
  self->items[other] = kept;

  for (guint i = 0; i < self->n_items; i++)
    gtk_box_reorder_child_after (GTK_BOX (self->list), self->items[i].row, i > 0 ? self->items[i - 1].row : NULL);
  update (self);
}

/**
 * lab_prediction_commit:
 * @self: a prediction
 *
 * The learner stands by this order.
 */
void
lab_prediction_commit (LabPrediction *self)
{
  g_return_if_fail (LAB_IS_PREDICTION (self));

  if (self->state != STATE_ASKING)
    return;

  self->state = STATE_COMMITTED;
  update (self);
  g_signal_emit (self, signals[COMMITTED], 0);
}

/**
 * lab_prediction_set_measuring:
 * @self: a prediction that was made
 * @measuring: whether its run begins; else the run ended too early
 *
 * What came out of an earlier run is no longer shown.
 */
void
lab_prediction_set_measuring (LabPrediction *self,
                              gboolean       measuring)
{
  g_return_if_fail (LAB_IS_PREDICTION (self));

  if (self->state == STATE_ASKING)
    return;

  self->state = measuring ? STATE_MEASURING : STATE_COMMITTED;
  update (self);
}

/**
 * lab_prediction_reveal:
 * @self: a prediction that was made
 * @order: #LabPlace of each, as it came out
 */
void
lab_prediction_reveal (LabPrediction *self,
                       const GArray  *order)
{
  g_return_if_fail (LAB_IS_PREDICTION (self));

  if (self->state == STATE_ASKING)
    return;

  for (guint i = 0; i < self->n_items; i++)
    {
      self->items[i].first = 0;
      self->items[i].last = 0;
      for (guint j = 0; j < order->len; j++)
        if (g_array_index (order, LabPlace, j).kind == self->items[i].id)
          {
            self->items[i].first = g_array_index (order, LabPlace, j).first;
            self->items[i].last = g_array_index (order, LabPlace, j).last;
          }
    }
  self->state = STATE_REVEALED;
  update (self);
}

/**
 * lab_prediction_get_n_right:
 * @self: a prediction
 *
 * Returns: how many places were predicted right; 0 before it is revealed
 */
guint
lab_prediction_get_n_right (LabPrediction *self)
{
  guint n = 0;

  g_return_val_if_fail (LAB_IS_PREDICTION (self), 0);

  if (self->state == STATE_REVEALED)
    for (guint i = 0; i < self->n_items; i++)
      n += is_right (&self->items[i], i + 1);

  return n;
}
