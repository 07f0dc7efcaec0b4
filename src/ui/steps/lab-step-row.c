/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/steps/lab-step-row.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/parts/lab-label.h"
#include "ui/style/lab-resource.h"

struct _LabStepRow
{
  GtkWidget   parent_instance;

  GtkWidget  *card;          /* all of the row; bound, so that disposing of the template unparents it */
  GtkWidget  *bullet;
  GtkWidget  *call;
  GtkWidget  *extra_box;

  LabStep    *step;
  guint       number;        /* from 1 */
  gboolean    last;          /* no line goes on from here */
  char       *sentence;
  char       *button_label;
  char       *action_name;
  GtkWidget  *extra;         /* in the box, which owns it, or NULL */
  gboolean    extra_always;
};

enum { PROP_0, PROP_STEP, PROP_NUMBER, PROP_LAST, PROP_SENTENCE, PROP_BUTTON_LABEL, PROP_ACTION_NAME, N_PROPS };

G_DEFINE_FINAL_TYPE (LabStepRow, lab_step_row, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static const struct
{
  const char *css_class;
  const char *page;
  const char *words;
} states[] = {
  [LAB_STEP_PENDING] = { "pending", "number",  N_("not yet") },
  [LAB_STEP_CURRENT] = { "current", "number",  N_("current") },
  [LAB_STEP_DONE]    = { "done",    "done",    N_("done") },
  [LAB_STEP_FAILED]  = { "failed",  "failed",  N_("failed") },
  [LAB_STEP_SKIPPED] = { "skipped", "skipped", N_("skipped") },
};

static void
append_sentence (GString    *description,
                 const char *text)
{
  if (text != NULL && *text != '\0')
    g_string_append_printf (description, ". %s", text);
}

static char *
describe_result (LabStepRow *self,
                 const char *result)
{
  return result != NULL ? g_strdup_printf ("→ %s", result) : g_strdup ("");
}

/* A step that is made once more, such as to write, is not one that was never made. */
static const char *
get_words (LabStepRow *self)
{
  LabStepState state = lab_step_get_state (self->step);

  if (state == LAB_STEP_PENDING && lab_step_get_result (self->step) != NULL)
    return _("under way");

  return _(states[state].words);
}

static void
update_accessible (LabStepRow *self)
{
  g_autoptr(GString) description = g_string_new (get_words (self));
  g_autofree char *result = describe_result (self, lab_step_get_result (self->step));
  g_autofree char *name = NULL;

  /* Translators: a step in a list: its number and the C call, “2: shmget(…)” */
  name = g_strdup_printf (_("Step %u: %s"), self->number, lab_step_get_call (self->step));
  append_sentence (description, self->sentence);
  append_sentence (description, result);
  append_sentence (description, lab_step_get_error (self->step));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description->str,
                                  -1);
}

/* A hidden extra takes no room, not even its margin. */
static void
update_extra (LabStepRow *self)
{
  gtk_widget_set_visible (self->extra_box,
                          self->extra != NULL && gtk_widget_get_visible (self->extra)
                          && (self->extra_always || lab_step_get_state (self->step) != LAB_STEP_DONE));
}

static void
state_changed_cb (LabStepRow *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self), states[i].css_class);
  gtk_widget_add_css_class (GTK_WIDGET (self), states[lab_step_get_state (self->step)].css_class);
  update_extra (self);
}

static char *
describe_number (LabStepRow *self,
                 guint       number)
{
  return g_strdup_printf ("%u", number);
}

static char *
find_page (LabStepRow   *self,
           LabStepState  state)
{
  return g_strdup (states[state].page);
}

static gboolean
is_text (LabStepRow *self,
         const char *text)
{
  return text != NULL && *text != '\0';
}

/* A step that failed can be tried again. */
static gboolean
has_button (LabStepRow   *self,
            LabStepState  state,
            const char   *label)
{
  return (state == LAB_STEP_CURRENT || state == LAB_STEP_FAILED) && is_text (self, label);
}

/* The folders of a path in quotes say little and take much room: ftok("…/shmfile", 'A'). */
static char *
shorten_call (LabStepRow *self,
              const char *call)
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
  const char *call = lab_step_get_call (self->step);

  if (g_str_equal (call, gtk_label_get_text (GTK_LABEL (self->call)))
      && !pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (self->call))))
    return FALSE;

  gtk_tooltip_set_text (tooltip, call);

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

  if (self->number > 1)
    append_line (snapshot, &color, x, 0, bullet.origin.y);
  if (!self->last)
    append_line (snapshot, &color, x, bullet.origin.y + bullet.size.height, gtk_widget_get_height (widget));
}

static void
lab_step_row_constructed (GObject *object)
{
  LabStepRow *self = LAB_STEP_ROW (object);

  G_OBJECT_CLASS (lab_step_row_parent_class)->constructed (object);

  if (self->step == NULL)
    self->step = lab_step_new ();
  g_signal_connect_object (self->step, "notify::state", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->step, "notify", G_CALLBACK (update_accessible), self, G_CONNECT_SWAPPED);
  state_changed_cb (self);
  update_accessible (self);
}

static void
lab_step_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_STEP_ROW);

  G_OBJECT_CLASS (lab_step_row_parent_class)->dispose (object);
}

static void
lab_step_row_finalize (GObject *object)
{
  LabStepRow *self = LAB_STEP_ROW (object);

  g_clear_object (&self->step);
  g_free (self->sentence);
  g_free (self->button_label);
  g_free (self->action_name);

  G_OBJECT_CLASS (lab_step_row_parent_class)->finalize (object);
}

static void
lab_step_row_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  LabStepRow *self = LAB_STEP_ROW (object);

  switch (prop_id)
    {
    case PROP_STEP:
      g_value_set_object (value, self->step);
      break;
    case PROP_NUMBER:
      g_value_set_uint (value, self->number);
      break;
    case PROP_LAST:
      g_value_set_boolean (value, self->last);
      break;
    case PROP_SENTENCE:
      g_value_set_string (value, self->sentence);
      break;
    case PROP_BUTTON_LABEL:
      g_value_set_string (value, self->button_label);
      break;
    case PROP_ACTION_NAME:
      g_value_set_string (value, self->action_name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static gboolean
set_text (LabStepRow  *self,
          char       **field,
          const char  *text,
          guint        prop_id)
{
  if (g_strcmp0 (*field, text) == 0)
    return FALSE;

  g_free (*field);
  *field = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);

  return TRUE;
}

static void
lab_step_row_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  LabStepRow *self = LAB_STEP_ROW (object);

  switch (prop_id)
    {
    case PROP_STEP:
      self->step = g_value_dup_object (value);
      break;
    case PROP_NUMBER:
      self->number = g_value_get_uint (value);
      break;
    case PROP_LAST:
      self->last = g_value_get_boolean (value);
      break;
    case PROP_SENTENCE:
      lab_step_row_set_sentence (self, g_value_get_string (value));
      break;
    case PROP_BUTTON_LABEL:
      set_text (self, &self->button_label, g_value_get_string (value), prop_id);
      break;
    case PROP_ACTION_NAME:
      set_text (self, &self->action_name, g_value_get_string (value), prop_id);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_step_row_class_init (LabStepRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags construct_flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = lab_step_row_constructed;
  object_class->dispose = lab_step_row_dispose;
  object_class->finalize = lab_step_row_finalize;
  object_class->get_property = lab_step_row_get_property;
  object_class->set_property = lab_step_row_set_property;
  widget_class->snapshot = lab_step_row_snapshot;

  properties[PROP_STEP] = g_param_spec_object ("step", NULL, NULL, LAB_TYPE_STEP, construct_flags);
  properties[PROP_NUMBER] = g_param_spec_uint ("number", NULL, NULL, 0, G_MAXUINT, 0, construct_flags);
  properties[PROP_LAST] = g_param_spec_boolean ("last", NULL, NULL, FALSE, construct_flags);
  properties[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL, flags);
  properties[PROP_BUTTON_LABEL] = g_param_spec_string ("button-label", NULL, NULL, NULL, flags);
  properties[PROP_ACTION_NAME] = g_param_spec_string ("action-name", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "steps/lab-step-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, card);
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, bullet);
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, call);
  gtk_widget_class_bind_template_child (widget_class, LabStepRow, extra_box);
  gtk_widget_class_bind_template_callback (widget_class, call_query_tooltip_cb);
  gtk_widget_class_bind_template_callback (widget_class, describe_number);
  gtk_widget_class_bind_template_callback (widget_class, describe_result);
  gtk_widget_class_bind_template_callback (widget_class, find_page);
  gtk_widget_class_bind_template_callback (widget_class, has_button);
  gtk_widget_class_bind_template_callback (widget_class, is_text);
  gtk_widget_class_bind_template_callback (widget_class, shorten_call);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "steprow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static void
lab_step_row_init (LabStepRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  lab_label_keep_widths (GTK_WIDGET (self));
}

/**
 * lab_step_row_new:
 * @step: what it shows
 * @number: its place in the list, from 1
 * @last: whether it is the last row, so that no line goes on below it
 *
 * Returns: (transfer floating): the row
 */
LabStepRow *
lab_step_row_new (LabStep  *step,
                  guint     number,
                  gboolean  last)
{
  g_return_val_if_fail (LAB_IS_STEP (step), NULL);

  return g_object_new (LAB_TYPE_STEP_ROW, "step", step, "number", number, "last", last, NULL);
}

/**
 * lab_step_row_get_step:
 * @self: a row
 *
 * Returns: (transfer none): what it shows
 */
LabStep *
lab_step_row_get_step (LabStepRow *self)
{
  g_return_val_if_fail (LAB_IS_STEP_ROW (self), NULL);

  return self->step;
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

  if (set_text (self, &self->sentence, sentence, PROP_SENTENCE))
    update_accessible (self);
}

/**
 * lab_step_row_set_button:
 * @self: a row
 * @label: (nullable): what the button says, translated; %NULL for no button
 * @action_name: (nullable): the action that the button activates, such as `win.attach`
 */
void
lab_step_row_set_button (LabStepRow *self,
                         const char *label,
                         const char *action_name)
{
  g_return_if_fail (LAB_IS_STEP_ROW (self));

  set_text (self, &self->action_name, action_name, PROP_ACTION_NAME);
  set_text (self, &self->button_label, label, PROP_BUTTON_LABEL);
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
  g_return_if_fail (LAB_IS_STEP_ROW (self));
  g_return_if_fail (extra == NULL || GTK_IS_WIDGET (extra));

  if (self->extra != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->extra, self);
      gtk_box_remove (GTK_BOX (self->extra_box), self->extra);
    }
  self->extra = extra;
  self->extra_always = always;
  if (extra != NULL)
    {
      gtk_box_append (GTK_BOX (self->extra_box), extra);
      g_signal_connect_object (extra, "notify::visible", G_CALLBACK (update_extra), self, G_CONNECT_SWAPPED);
    }
  update_extra (self);
}
