/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/steps/lab-step-list.h"

#include <glib/gi18n-lib.h>

#include "ui/style/lab-resource.h"

/* The life of a segment, or of a client, as a column of steps. */

struct _LabStepList
{
  GtkWidget  parent_instance;

  GtkWidget *frame;
  GtkWidget *title;
  GtkWidget *scroller;
  GtkWidget *rows;

  GPtrArray *steps;      /* (element-type LabStepRow), owned by the box */
  double     shown_end;  /* where the current step ended when it was brought into view, in pixels from the top */
  double     shown_page; /* and how much was seen of the list */
  guint      tick_id;
  guint      reveal_id;
};

G_DEFINE_FINAL_TYPE (LabStepList, lab_step_list, GTK_TYPE_WIDGET)

static LabStepRow *
get_row (LabStepList *self,
         guint        step)
{
  g_return_val_if_fail (LAB_IS_STEP_LIST (self), NULL);
  g_return_val_if_fail (step < self->steps->len, NULL);

  return g_ptr_array_index (self->steps, step);
}

/* The step that comes next, whether or not it has been tried and failed. */
static GtkWidget *
find_current (LabStepList *self)
{
  for (guint i = 0; i < self->steps->len; i++)
    {
      LabStepRow *row = g_ptr_array_index (self->steps, i);
      LabStepState state = lab_step_row_get_state (row);

      if (state == LAB_STEP_CURRENT || state == LAB_STEP_FAILED)
        return GTK_WIDGET (row);
    }

  return NULL;
}

/* Brings the current step into view, as little as is needed.  Where it is
 * higher than the view its end is what counts, because there is its button.
 * When the step ends where it did, the list stays as the user has scrolled it. */
static gboolean
reveal_cb (gpointer user_data)
{
  LabStepList *self = user_data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  double page = gtk_adjustment_get_page_size (adjustment);
  GtkWidget *row = find_current (self);
  graphene_rect_t bounds;
  double end;

  self->reveal_id = 0;
  if (row == NULL || !gtk_widget_compute_bounds (row, self->rows, &bounds))
    return G_SOURCE_REMOVE;

  end = bounds.origin.y + bounds.size.height;
  if (end == self->shown_end && page == self->shown_page)
    return G_SOURCE_REMOVE;

  self->shown_end = end;
  self->shown_page = page;
  gtk_adjustment_clamp_page (adjustment, MAX (bounds.origin.y, end - page), end);

  return G_SOURCE_REMOVE;
}

static void
reveal_when_idle (LabStepList *self)
{
  if (self->steps != NULL && self->reveal_id == 0)
    self->reveal_id = g_idle_add_full (GDK_PRIORITY_REDRAW + 10, reveal_cb, self, NULL);
}

/* Before a frame is laid out; what is idle comes after it, when the rows have
 * their new heights. */
static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       unused)
{
  LabStepList *self = LAB_STEP_LIST (widget);

  self->tick_id = 0;
  self->shown_end = -1;
  reveal_when_idle (self);

  return G_SOURCE_REMOVE;
}

static void
lab_step_list_dispose (GObject *object)
{
  LabStepList *self = LAB_STEP_LIST (object);

  g_clear_handle_id (&self->reveal_id, g_source_remove);
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_STEP_LIST);

  G_OBJECT_CLASS (lab_step_list_parent_class)->dispose (object);
}

static void
lab_step_list_class_init (LabStepListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_step_list_dispose;

  g_type_ensure (LAB_TYPE_STEP_ROW);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "steps/lab-step-list.ui");
  gtk_widget_class_bind_template_child (widget_class, LabStepList, frame);
  gtk_widget_class_bind_template_child (widget_class, LabStepList, title);
  gtk_widget_class_bind_template_child (widget_class, LabStepList, scroller);
  gtk_widget_class_bind_template_child (widget_class, LabStepList, rows);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "steplist");
}

static void
lab_step_list_init (LabStepList *self)
{
  self->steps = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  /* The list or the view has another height, as when clients attach or a sentence gets longer. */
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), "changed",
                           G_CALLBACK (reveal_when_idle), self, G_CONNECT_SWAPPED);
}

/**
 * lab_step_list_new:
 * @role: whose life it is; gives the heading and the colour of the results
 *
 * Returns: a list without steps
 */
LabStepList *
lab_step_list_new (LabRole role)
{
  LabStepList *self = g_object_new (LAB_TYPE_STEP_LIST, NULL);
  const char *title = role == LAB_ROLE_SERVER ? _("Life of the segment") : _("Life of a client");

  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->rows), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_add_css_class (GTK_WIDGET (self), role == LAB_ROLE_SERVER ? "server" : "client");

  return self;
}

/**
 * lab_step_list_add:
 * @self: a list
 * @button_label: (nullable): what the step's button says, translated
 * @action_name: (nullable): the action that it activates
 *
 * Returns: the new step's place, from 0, for the functions below
 */
guint
lab_step_list_add (LabStepList *self,
                   const char  *button_label,
                   const char  *action_name)
{
  LabStepRow *row;

  g_return_val_if_fail (LAB_IS_STEP_LIST (self), 0);

  if (self->steps->len > 0)
    lab_step_row_set_last (g_ptr_array_index (self->steps, self->steps->len - 1), FALSE);

  row = lab_step_row_new (self->steps->len + 1, button_label, action_name);
  lab_step_row_set_last (row, TRUE);
  g_ptr_array_add (self->steps, row);
  gtk_box_append (GTK_BOX (self->rows), GTK_WIDGET (row));

  return self->steps->len - 1;
}

guint
lab_step_list_get_n_steps (LabStepList *self)
{
  g_return_val_if_fail (LAB_IS_STEP_LIST (self), 0);

  return self->steps->len;
}

LabStepState
lab_step_list_get_state (LabStepList *self,
                         guint        step)
{
  LabStepRow *row = get_row (self, step);

  return row != NULL ? lab_step_row_get_state (row) : LAB_STEP_PENDING;
}

/**
 * lab_step_list_set_state:
 * @self: a list
 * @step: from lab_step_list_add()
 * @state: the new state
 *
 * The list scrolls to a step that becomes the current one.
 */
void
lab_step_list_set_state (LabStepList  *self,
                         guint         step,
                         LabStepState  state)
{
  LabStepRow *row = get_row (self, step);

  if (row == NULL || lab_step_row_get_state (row) == state)
    return;

  lab_step_row_set_state (row, state);

  if ((state == LAB_STEP_CURRENT || state == LAB_STEP_FAILED) && self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

void
lab_step_list_set_call (LabStepList *self,
                        guint        step,
                        const char  *call)
{
  LabStepRow *row = get_row (self, step);

  if (row != NULL)
    lab_step_row_set_call (row, call);
}

void
lab_step_list_set_sentence (LabStepList *self,
                            guint        step,
                            const char  *sentence)
{
  LabStepRow *row = get_row (self, step);

  if (row != NULL)
    lab_step_row_set_sentence (row, sentence);
}

void
lab_step_list_set_result (LabStepList *self,
                          guint        step,
                          const char  *result)
{
  LabStepRow *row = get_row (self, step);

  if (row != NULL)
    lab_step_row_set_result (row, result);
}

void
lab_step_list_set_error (LabStepList *self,
                         guint        step,
                         const char  *error)
{
  LabStepRow *row = get_row (self, step);

  if (row != NULL)
    lab_step_row_set_error (row, error);
}

/**
 * lab_step_list_show:
 * @self: a list
 * @step: from lab_step_list_add()
 * @current: the step that comes next
 * @what: the call of @step, and what came out
 * @is_id: whether the result of the call is a segment's id
 * @failed: whether its error is to be shown
 *
 * Brings one step up to date: its state, call, result and error.
 */
void
lab_step_list_show (LabStepList   *self,
                    guint          step,
                    guint          current,
                    const LabStep *what,
                    gboolean       is_id,
                    gboolean       failed)
{
  LabStepState state = step < current ? LAB_STEP_DONE : step == current ? LAB_STEP_CURRENT : LAB_STEP_PENDING;
  gboolean shows_error = failed && step == current && what->error != NULL;
  g_autofree char *result = NULL;

  lab_step_list_set_call (self, step, what->call != NULL ? what->call : "");
  if (step < current && what->result != NULL)
    /* Translators: what shmget returned: the segment's id */
    result = g_strdup_printf (is_id ? _("→ id %s") : "→ %s", what->result);
  lab_step_list_set_result (self, step, result);
  lab_step_list_set_error (self, step, shows_error ? what->error : NULL);
  lab_step_list_set_state (self, step, shows_error ? LAB_STEP_FAILED : state);
}

void
lab_step_list_set_button_label (LabStepList *self,
                                guint        step,
                                const char  *label)
{
  LabStepRow *row = get_row (self, step);

  if (row != NULL)
    lab_step_row_set_button_label (row, label);
}

/**
 * lab_step_list_set_extra:
 * @self: a list
 * @step: from lab_step_list_add()
 * @extra: (nullable): a widget to stand under the sentence, such as a chooser
 * @always: whether it stays when the step is done, and not only until then
 */
void
lab_step_list_set_extra (LabStepList *self,
                         guint        step,
                         GtkWidget   *extra,
                         gboolean     always)
{
  LabStepRow *row = get_row (self, step);

  if (row != NULL)
    lab_step_row_set_extra (row, extra, always);
}
