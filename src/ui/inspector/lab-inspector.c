/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/inspector/lab-inspector.h"

#include <glib/gi18n-lib.h>

#include "ui/calls/lab-calls-view.h"
#include "ui/memory/lab-memory-page.h"
#include "ui/parts/lab-sheet.h"
#include "ui/picture/lab-picture.h"
#include "ui/program/lab-c-program-view.h"
#include "ui/record/lab-kernel-record.h"
#include "ui/style/lab-resource.h"

struct _LabInspector
{
  GtkWidget              parent_instance;

  LabSession            *session;
  guint64                looks_without_call;
  GtkStack              *stack;
  GtkShortcutController *shortcuts;
  guint                  n_tabs;
  gulong                 realize_handler;  /* of the window */
};

enum { PROP_0, PROP_SESSION, PROP_CURRENT_NAME, PROP_LOOKS_WITHOUT_CALL, N_PROPS };

G_DEFINE_FINAL_TYPE (LabInspector, lab_inspector, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

/* Makes the page of a tab in its place, unless it is there. */
static GtkWidget *
build_page (LabInspector *self,
            GtkWidget    *place)
{
  LabMakePage make = (LabMakePage) g_object_get_data (G_OBJECT (place), "make");

  if (lab_sheet_get_child (LAB_SHEET (place)) == NULL)
    lab_sheet_set_child (LAB_SHEET (place), make (self));

  return lab_sheet_get_child (LAB_SHEET (place));
}

static void
build_current_page (LabInspector *self)
{
  GtkWidget *place = gtk_stack_get_visible_child (self->stack);

  if (place != NULL)
    build_page (self, place);
}

/* Until the window is about to be shown, the settings may still choose another tab. */
static void
visible_child_changed_cb (LabInspector *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root != NULL && gtk_widget_get_realized (GTK_WIDGET (root)))
    build_current_page (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURRENT_NAME]);
}

/* A window measures its content after it is realized and before it realizes that. */
static void
lab_inspector_root (GtkWidget *widget)
{
  LabInspector *self = LAB_INSPECTOR (widget);
  GtkWidget *root;

  GTK_WIDGET_CLASS (lab_inspector_parent_class)->root (widget);

  root = GTK_WIDGET (gtk_widget_get_root (widget));
  self->realize_handler = g_signal_connect_swapped (root, "realize", G_CALLBACK (build_current_page), self);
  if (gtk_widget_get_realized (root))
    build_current_page (self);
}

static void
lab_inspector_unroot (GtkWidget *widget)
{
  LabInspector *self = LAB_INSPECTOR (widget);

  g_clear_signal_handler (&self->realize_handler, gtk_widget_get_root (widget));

  GTK_WIDGET_CLASS (lab_inspector_parent_class)->unroot (widget);
}

static void
lab_inspector_dispose (GObject *object)
{
  LabInspector *self = LAB_INSPECTOR (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->stack = NULL;
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_inspector_parent_class)->dispose (object);
}

static void
lab_inspector_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  LabInspector *self = LAB_INSPECTOR (object);
  const char *current;

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_CURRENT_NAME:
      /* GTK makes a state of it for the action, which cannot be NULL. */
      current = lab_inspector_get_current (self);
      g_value_set_string (value, current != NULL ? current : "");
      break;
    case PROP_LOOKS_WITHOUT_CALL:
      g_value_set_uint64 (value, self->looks_without_call);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_inspector_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  LabInspector *self = LAB_INSPECTOR (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      lab_inspector_set_session (self, g_value_get_object (value));
      break;
    case PROP_CURRENT_NAME:
      lab_inspector_set_current (self, g_value_get_string (value));
      break;
    case PROP_LOOKS_WITHOUT_CALL:
      if (g_value_get_uint64 (value) != self->looks_without_call)
        {
          self->looks_without_call = g_value_get_uint64 (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* To the record of who is attached, and there to one process's row. */
static void
show_process_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  LabInspector *self = LAB_INSPECTOR (widget);
  GtkWidget *record;

  lab_inspector_set_current (self, "record");
  record = lab_inspector_get_page (self, "record");
  if (record != NULL)
    lab_kernel_record_select_process (LAB_KERNEL_RECORD (record), (pid_t) g_variant_get_int32 (parameter));
}

static void
lab_inspector_class_init (LabInspectorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_inspector_dispose;
  object_class->get_property = lab_inspector_get_property;
  object_class->set_property = lab_inspector_set_property;

  widget_class->root = lab_inspector_root;
  widget_class->unroot = lab_inspector_unroot;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, LAB_TYPE_SESSION,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_CURRENT_NAME] =
    g_param_spec_string ("current-name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /* How often the program looked into the segment; the tab Calls says so, for a look is no call. */
  properties[PROP_LOOKS_WITHOUT_CALL] =
    g_param_spec_uint64 ("looks-without-call", NULL, NULL, 0, G_MAXUINT64, 0,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "inspector/lab-inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, LabInspector, stack);
  gtk_widget_class_bind_template_callback (widget_class, visible_child_changed_cb);
  gtk_widget_class_set_css_name (widget_class, "labinspector");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_install_property_action (widget_class, "inspector.show", "current-name");
  gtk_widget_class_install_action (widget_class, "inspector.show-process", "i", show_process_action);
}

static void
lab_inspector_init (LabInspector *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->shortcuts = GTK_SHORTCUT_CONTROLLER (gtk_shortcut_controller_new ());
  gtk_shortcut_controller_set_scope (self->shortcuts, GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (self->shortcuts));
}

/**
 * lab_inspector_new:
 * @session: (nullable): what to look at
 *
 * Returns: (transfer floating): an inspector
 */
GtkWidget *
lab_inspector_new (LabSession *session)
{
  return g_object_new (LAB_TYPE_INSPECTOR, "session", session, NULL);
}

/**
 * lab_inspector_get_session:
 * @self: an inspector
 *
 * Returns: (transfer none) (nullable): what the tabs look at
 */
LabSession *
lab_inspector_get_session (LabInspector *self)
{
  g_return_val_if_fail (LAB_IS_INSPECTOR (self), NULL);

  return self->session;
}

static GtkWidget *
make_picture (LabInspector *self)
{
  return lab_picture_new (self->session);
}

static GtkWidget *
make_memory (LabInspector *self)
{
  return lab_memory_page_new (self->session);
}

static GtkWidget *
make_record (LabInspector *self)
{
  return lab_kernel_record_new (self->session);
}

static GtkWidget *
make_calls (LabInspector *self)
{
  GtkWidget *calls = lab_calls_view_new ();

  g_object_bind_property (self, "looks-without-call", calls, "looks-without-call", G_BINDING_SYNC_CREATE);

  return calls;
}

static GtkWidget *
make_program (LabInspector *self)
{
  return lab_c_program_view_new (self->session);
}

/**
 * lab_inspector_set_session:
 * @self: an inspector
 * @session: (nullable): what to look at; it can be set once
 *
 * Sets the session and makes the tabs that both windows have.
 */
void
lab_inspector_set_session (LabInspector *self,
                           LabSession   *session)
{
  g_return_if_fail (LAB_IS_INSPECTOR (self));
  g_return_if_fail (session == NULL || LAB_IS_SESSION (session));

  if (session == self->session)
    return;

  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);

  /* Translators: a tab: a drawing of the processes and their segment */
  lab_inspector_add_tab (self, "picture", _("Picture"), make_picture);
  /* Translators: a tab, the bytes of the segment */
  lab_inspector_add_tab (self, "memory", _("Memory"), make_memory);
  lab_inspector_add_tab (self, "record", _("Kernel Record"), make_record);
  /* Translators: a tab, the list of the system calls of this process */
  lab_inspector_add_tab (self, "calls", _("Calls"), make_calls);
  lab_inspector_add_tab (self, "program", _("C Program"), make_program);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

/**
 * lab_inspector_add_tab:
 * @self: an inspector
 * @name: what lab_inspector_set_current() calls it
 * @title: what the user reads, translated
 * @make: makes the page, which should work only while it is mapped
 *
 * Adds a tab after the others.  Alt and its number, from 1, shows it.  Most tabs are
 * never looked at, so @make is called when the tab is first shown, or its page asked for.
 */
void
lab_inspector_add_tab (LabInspector *self,
                       const char   *name,
                       const char   *title,
                       LabMakePage   make)
{
  GtkWidget *place;

  g_return_if_fail (LAB_IS_INSPECTOR (self));
  g_return_if_fail (name != NULL && title != NULL);
  g_return_if_fail (make != NULL);

  place = lab_sheet_new ();
  g_object_set_data (G_OBJECT (place), "make", (gpointer) make);
  gtk_stack_add_titled (self->stack, place, name, title);

  if (++self->n_tabs <= 9)
    {
      GtkShortcut *shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_0 + self->n_tabs, GDK_ALT_MASK),
                                                gtk_named_action_new ("inspector.show"));

      gtk_shortcut_set_arguments (shortcut, g_variant_new_string (name));
      gtk_shortcut_controller_add_shortcut (self->shortcuts, shortcut);
    }
}

/**
 * lab_inspector_get_page:
 * @self: an inspector
 * @name: a tab
 *
 * Returns: (transfer none) (nullable): the tab's page, made by now, or %NULL when there is no such tab
 */
GtkWidget *
lab_inspector_get_page (LabInspector *self,
                        const char   *name)
{
  GtkWidget *place;

  g_return_val_if_fail (LAB_IS_INSPECTOR (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  place = gtk_stack_get_child_by_name (self->stack, name);

  return place == NULL ? NULL : build_page (self, place);
}

/**
 * lab_inspector_get_current:
 * @self: an inspector
 *
 * Returns: (nullable): the name of the tab that is seen
 */
const char *
lab_inspector_get_current (LabInspector *self)
{
  g_return_val_if_fail (LAB_IS_INSPECTOR (self), NULL);

  return self->stack == NULL ? NULL : gtk_stack_get_visible_child_name (self->stack);
}

/**
 * lab_inspector_set_current:
 * @self: an inspector
 * @name: a tab; a name that it does not have, as from an older version's settings, is ignored
 */
void
lab_inspector_set_current (LabInspector *self,
                           const char   *name)
{
  g_return_if_fail (LAB_IS_INSPECTOR (self));

  if (name != NULL && gtk_stack_get_child_by_name (self->stack, name) != NULL)
    gtk_stack_set_visible_child_name (self->stack, name);
}
