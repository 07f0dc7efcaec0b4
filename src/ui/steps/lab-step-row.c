/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/steps/lab-step-row.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/style/lab-resource.h"

/* One system call in the life of a process: what it is, what it is for, what
 * came of it, and, when it is its turn, the button that makes it. */

struct _LabStepRow
{
  GtkWidget     parent_instance;

  GtkWidget    *card;
  GtkWidget    *bullet;
  GtkWidget    *number;
  GtkWidget    *call;
  GtkWidget    *sentence;
  GtkWidget    *result;
  GtkWidget    *error_box;
  GtkWidget    *error;
  GtkWidget    *extra_box;
  GtkWidget    *button;

  char         *full_call;      /* with the path that the label leaves out */
  guint         n;              /* from 1 */
  LabStepState  state;
  gboolean      extra_always;
  gboolean      last;           /* no line goes on from here */
};

G_DEFINE_FINAL_TYPE (LabStepRow, lab_step_row, GTK_TYPE_WIDGET)

static const struct
{
  const char *css_class;
  const char *page;
  const char *words;
} states[] = {
  [LAB_STEP_PENDING] = { "pending", "number", N_("not yet") },
  [LAB_STEP_CURRENT] = { "current", "number", N_("current") },
  [LAB_STEP_DONE]    = { "done",    "done",   N_("done") },
  [LAB_STEP_FAILED]  = { "failed",  "failed", N_("failed") },
};

static const char *
label_text (GtkWidget *label)
{
  return gtk_label_get_text (GTK_LABEL (label));
}

static void
append_sentence (GString    *description,
                 const char *text)
{
  if (text[0] != '\0')
    g_string_append_printf (description, ". %s", text);
}

static void
update_accessible (LabStepRow *self)
{
  g_autofree char *name = NULL;
  g_autoptr(GString) description = g_string_new (_(states[self->state].words));

  /* Translators: a step in a list: its number and the C call, “2: shmget(…)” */
  name = g_strdup_printf (_("Step %u: %s"), self->n, self->full_call);
  append_sentence (description, label_text (self->sentence));
  append_sentence (description, label_text (self->result));
  append_sentence (description, label_text (self->error));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description->str,
                                  -1);
}

static void
update_visibility (LabStepRow *self)
{
  gboolean open = self->state == LAB_STEP_CURRENT || self->state == LAB_STEP_FAILED;
  const char *label = gtk_button_get_label (GTK_BUTTON (self->button));
  GtkWidget *extra = gtk_widget_get_first_child (self->extra_box);

  gtk_widget_set_visible (self->button, open && label != NULL && label[0] != '\0');
  gtk_widget_set_visible (self->extra_box,
                          extra != NULL && gtk_widget_get_visible (extra) && (self->extra_always || self->state != LAB_STEP_DONE));
}

/* TRUE when the text changed: an unchanged label is left alone, so that nothing is drawn for it. */
static gboolean
set_label (GtkWidget  *label,
           GtkWidget  *shown,
           const char *text)
{
  text = text != NULL ? text : "";
  if (g_str_equal (label_text (label), text))
    return FALSE;

  gtk_label_set_text (GTK_LABEL (label), text);
  if (shown != NULL)
    gtk_widget_set_visible (shown, text[0] != '\0');

  return TRUE;
}

/* The folders of a path in quotes say little and take much room: ftok("…/shmfile", 'A'). */
static char *
shorten_path (const char *call)
{
  const char *open = strchr (call, '"');
  const char *close = open != NULL ? strrchr (call, '"') : NULL;
  const char *slash = close != NULL ? g_strrstr_len (open, close - open, "/") : NULL;

  if (slash == NULL || slash <= open + 1)
    return g_strdup (call);

  return g_strdup_printf ("%.*s…%s", (int) (open + 1 - call), call, slash);
}

static gboolean
call_query_tooltip_cb (LabStepRow *self,
                       int         x,
                       int         y,
                       gboolean    keyboard,
                       GtkTooltip *tooltip)
{
  if (g_str_equal (self->full_call, label_text (self->call))
      && !pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (self->call))))
    return FALSE;

  gtk_tooltip_set_text (tooltip, self->full_call);

  return TRUE;
}

static void
append_line (GtkSnapshot   *snapshot,
             const GdkRGBA *color,
             float          x,
             float          from,
             float          to)
{
  if (to > from)
    gtk_snapshot_append_color (snapshot, color, &GRAPHENE_RECT_INIT (x - 1, from, 2, to - from));
}

static void
lab_step_row_snapshot (GtkWidget   *widget,
                       GtkSnapshot *snapshot)
{
  LabStepRow *self = LAB_STEP_ROW (widget);
  graphene_rect_t bullet;
  GdkRGBA color;
  float x;

  GTK_WIDGET_CLASS (lab_step_row_parent_class)->snapshot (widget, snapshot);

  if (!gtk_widget_compute_bounds (self->bullet, widget, &bullet))
    return;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  color.alpha *= 0.25f;
  x = floorf (bullet.origin.x + bullet.size.width / 2);

  if (self->n > 1)
    append_line (snapshot, &color, x, 0, bullet.origin.y);
  if (!self->last)
    append_line (snapshot, &color, x, bullet.origin.y + bullet.size.height, gtk_widget_get_height (widget));
}

static void
lab_step_row_finalize (GObject *object)
{
  g_free (LAB_STEP_ROW (object)->full_call);

  G_OBJECT_CLASS (lab_step_row_parent_class)->finalize (object);
}

static void
lab_step_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_STEP_ROW);

  G_OBJECT_CLASS (lab_step_row_parent_class)->dispose (object);
}

static void
lab_step_row_class_init (LabStepRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_step_row_dispose;
  object_class->finalize = lab_step_row_finalize;
  widget_class->snapshot = lab_step_row_snapshot;

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "steps/lab-step-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, card);
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, bullet);
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, number);
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, call);
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, sentence);
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, result);
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, error_box);
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, error);
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, extra_box);
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, button);
  gtk_widget_class_bind_template_callback (widget_class, call_query_tooltip_cb);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "steprow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static void
lab_step_row_init (LabStepRow *self)
{
  self->full_call = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), states[self->state].css_class);
}

/**
 * lab_step_row_new:
 * @number: its place in the list, from 1
 * @button_label: (nullable): what the button says, translated
 * @action_name: (nullable): the action that the button activates, such as `win.attach`
 *
 * Returns: a row in the state pending
 */
LabStepRow *
lab_step_row_new (guint       number,
                  const char *button_label,
                  const char *action_name)
{
  LabStepRow *self = g_object_new (LAB_TYPE_STEP_ROW, NULL);
  g_autofree char *text = g_strdup_printf ("%u", number);

  self->n = number;
  gtk_label_set_text (GTK_LABEL (self->number), text);
  gtk_button_set_label (GTK_BUTTON (self->button), button_label != NULL ? button_label : "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action_name);
  update_accessible (self);

  return self;
}

LabStepState
lab_step_row_get_state (LabStepRow *self)
{
  g_return_val_if_fail (LAB_IS_STEP_ROW (self), LAB_STEP_PENDING);

  return self->state;
}

void
lab_step_row_set_state (LabStepRow   *self,
                        LabStepState  state)
{
  g_return_if_fail (LAB_IS_STEP_ROW (self));
  g_return_if_fail (state < G_N_ELEMENTS (states));

  if (self->state == state)
    return;

  gtk_widget_remove_css_class (GTK_WIDGET (self), states[self->state].css_class);
  self->state = state;
  gtk_widget_add_css_class (GTK_WIDGET (self), states[self->state].css_class);
  gtk_stack_set_visible_child_name (GTK_STACK (self->bullet), states[state].page);

  update_visibility (self);
  update_accessible (self);
}

/**
 * lab_step_row_set_call:
 * @self: a row
 * @call: the call as C, with its real arguments
 */
void
lab_step_row_set_call (LabStepRow *self,
                       const char *call)
{
  g_autofree char *shortened = NULL;

  g_return_if_fail (LAB_IS_STEP_ROW (self));
  g_return_if_fail (call != NULL);

  if (g_str_equal (self->full_call, call))
    return;

  g_free (self->full_call);
  self->full_call = g_strdup (call);
  shortened = shorten_path (call);
  set_label (self->call, NULL, shortened);
  update_accessible (self);
}

/**
 * lab_step_row_set_sentence:
 * @self: a row
 * @sentence: (nullable): what the call is for, in one plain sentence
 */
void
lab_step_row_set_sentence (LabStepRow *self,
                           const char *sentence)
{
  g_return_if_fail (LAB_IS_STEP_ROW (self));

  if (set_label (self->sentence, self->sentence, sentence))
    update_accessible (self);
}

/**
 * lab_step_row_set_result:
 * @self: a row
 * @result: (nullable): what the call returned, such as “→ id 32769”
 */
void
lab_step_row_set_result (LabStepRow *self,
                         const char *result)
{
  g_return_if_fail (LAB_IS_STEP_ROW (self));

  if (set_label (self->result, self->result, result))
    update_accessible (self);
}

/**
 * lab_step_row_set_error:
 * @self: a row
 * @error: (nullable): why the call failed and what to do; shown in any state
 */
void
lab_step_row_set_error (LabStepRow *self,
                        const char *error)
{
  g_return_if_fail (LAB_IS_STEP_ROW (self));

  if (set_label (self->error, self->error_box, error))
    update_accessible (self);
}

void
lab_step_row_set_button_label (LabStepRow *self,
                               const char *label)
{
  g_return_if_fail (LAB_IS_STEP_ROW (self));

  label = label != NULL ? label : "";
  if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (self->button)), label) == 0)
    return;

  gtk_button_set_label (GTK_BUTTON (self->button), label);
  update_visibility (self);
}

/**
 * lab_step_row_set_extra:
 * @self: a row
 * @extra: (nullable): a widget to stand under the sentence, such as a chooser
 * @always: whether it stays when the step is done, and not only until then
 */
void
lab_step_row_set_extra (LabStepRow *self,
                        GtkWidget  *extra,
                        gboolean    always)
{
  GtkWidget *child;

  g_return_if_fail (LAB_IS_STEP_ROW (self));
  g_return_if_fail (extra == NULL || GTK_IS_WIDGET (extra));

  while ((child = gtk_widget_get_first_child (self->extra_box)) != NULL)
    gtk_box_remove (GTK_BOX (self->extra_box), child);
  if (extra != NULL)
    {
      gtk_box_append (GTK_BOX (self->extra_box), extra);
      /* A hidden extra takes no room, not even its margin. */
      g_signal_connect_object (extra, "notify::visible", G_CALLBACK (update_visibility), self, G_CONNECT_SWAPPED);
    }

  self->extra_always = always;
  update_visibility (self);
}

/**
 * lab_step_row_set_last:
 * @self: a row
 * @last: whether it is the last row, so that no line goes on below it
 */
void
lab_step_row_set_last (LabStepRow *self,
                       gboolean    last)
{
  g_return_if_fail (LAB_IS_STEP_ROW (self));

  if (self->last == last)
    return;

  self->last = last;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
