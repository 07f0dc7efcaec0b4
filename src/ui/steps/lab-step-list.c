/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/steps/lab-step-list.h"

#include <glib/gi18n-lib.h>

#include "ui/style/lab-resource.h"

struct _LabStepList
{
  GtkWidget  parent_instance;

  GtkWidget *frame;
  GtkWidget *title;
  GtkWidget *scroller;
  GtkWidget *rows;

  LabLife   *life;
  GPtrArray *steps;      /* (element-type LabStepRow), owned by the box */
  double     shown_end;  /* where the current step ended when it was brought into view, in pixels from the top */
  double     shown_page; /* and how much was seen of the list */
  guint      tick_id;
  guint      reveal_id;
};

enum { PROP_0, PROP_LIFE, N_PROPS };

G_DEFINE_FINAL_TYPE (LabStepList, lab_step_list, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

/* The step that comes next, whether or not it has been tried and failed. */
static GtkWidget *
find_current (LabStepList *self)
{
  for (guint i = 0; i < self->steps->len; i++)
    {
      LabStepRow *row = g_ptr_array_index (self->steps, i);
      LabStepState state = lab_step_get_state (lab_step_row_get_step (row));

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

/* The list scrolls to a step that becomes the current one, or that failed. */
static void
step_changed_cb (LabStepList *self,
                 GParamSpec  *pspec,
                 LabStep     *step)
{
  LabStepState state = lab_step_get_state (step);

  if ((state == LAB_STEP_CURRENT || state == LAB_STEP_FAILED) && self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
set_life (LabStepList *self,
          LabLife     *life)
{
  guint n_steps = life != NULL ? lab_life_get_n_steps (life) : 0;

  g_set_object (&self->life, life);
  for (guint i = 0; i < n_steps; i++)
    {
      LabStep *step = lab_life_get_step (life, i);
      LabStepRow *row = lab_step_row_new (step, i + 1, i + 1 == n_steps);

      g_ptr_array_add (self->steps, row);
      gtk_box_append (GTK_BOX (self->rows), GTK_WIDGET (row));
      g_signal_connect_object (step, "notify::state", G_CALLBACK (step_changed_cb), self, G_CONNECT_SWAPPED);
      step_changed_cb (self, NULL, step);
    }
}

static void
lab_step_list_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LIFE:
      g_value_set_object (value, LAB_STEP_LIST (object)->life);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_step_list_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_LIFE:
      set_life (LAB_STEP_LIST (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
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
  g_clear_object (&self->life);
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_STEP_LIST);

  G_OBJECT_CLASS (lab_step_list_parent_class)->dispose (object);
}

static void
lab_step_list_class_init (LabStepListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_step_list_dispose;
  object_class->get_property = lab_step_list_get_property;
  object_class->set_property = lab_step_list_set_property;

  properties[PROP_LIFE] = g_param_spec_object ("life", NULL, NULL, LAB_TYPE_LIFE,
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

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
 * @life: the steps
 *
 * Returns: (transfer floating): a row for each step
 */
LabStepList *
lab_step_list_new (LabRole  role,
                   LabLife *life)
{
  LabStepList *self = g_object_new (LAB_TYPE_STEP_LIST, "life", life, NULL);
  const char *title = role == LAB_ROLE_SERVER ? _("Life of the segment") : _("Life of a client");

  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->rows), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_add_css_class (GTK_WIDGET (self), role == LAB_ROLE_SERVER ? "server" : "client");

  return self;
}

/**
 * lab_step_list_get_row:
 * @self: a list
 * @step: which step of the life, from 0
 *
 * Returns: (transfer none): its row, whose sentence and button the window may bind
 */
LabStepRow *
lab_step_list_get_row (LabStepList *self,
                       guint        step)
{
  g_return_val_if_fail (LAB_IS_STEP_LIST (self), NULL);
  g_return_val_if_fail (step < self->steps->len, NULL);

  return g_ptr_array_index (self->steps, step);
}
