/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/app/lab-ui.h"

#include "ui/calls/lab-calls-view.h"
#include "ui/choosers/lab-key-chooser.h"
#include "ui/choosers/lab-mode-editor.h"
#include "ui/choosers/lab-size-entry.h"
#include "ui/inspector/lab-inspector.h"
#include "ui/lab-ui-resources.h"
#include "ui/memory/lab-memory-page.h"
#include "ui/parts/lab-row-layout.h"
#include "ui/parts/lab-sheet.h"
#include "ui/parts/lab-wrap-layout.h"
#include "ui/program/lab-c-program-view.h"
#include "ui/steps/lab-step-list.h"
#include "ui/style/lab-resource.h"

static GtkCssProvider *dark_provider;
static gboolean        dark;

/* GTK 4.8 tells nobody whether the style is dark, so its inputs are looked at
 * in the order in which GTK itself does. */
static gboolean
find_out_dark (GtkSettings *settings)
{
  const char *forced = g_getenv ("GTK_THEME");
  g_autofree char *name = NULL;
  gboolean prefer_dark;

  if (forced != NULL && *forced != '\0')
    return g_str_has_suffix (forced, ":dark") || g_str_has_suffix (forced, "-dark");

  g_object_get (settings,
                "gtk-theme-name", &name,
                "gtk-application-prefer-dark-theme", &prefer_dark,
                NULL);

  return prefer_dark || (name != NULL && (g_str_has_suffix (name, "-dark") || g_str_has_suffix (name, "Inverse")));
}

static void
theme_changed_cb (GtkSettings *settings)
{
  gboolean now = find_out_dark (settings);
  GdkDisplay *display = gdk_display_get_default ();

  if (now == dark)
    return;

  dark = now;
  if (dark)
    gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (dark_provider),
                                                GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
  else
    gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (dark_provider));
}

/**
 * lab_ui_load_resource:
 *
 * Makes what this folder's widgets are made of known to GIO.  lab_ui_init() does so too;
 * who needs it before GTK has a display calls this.  More calls do nothing.
 */
void
lab_ui_load_resource (void)
{
  static gboolean done;

  if (done)
    return;
  done = TRUE;

  lab_ui_register_resource ();
}

/**
 * lab_ui_init:
 *
 * Makes the widgets of this folder ready: their resources, their types for
 * GtkBuilder and their stylesheet, which follows the dark style.  To be called
 * once GTK has a display; more calls do nothing.
 */
void
lab_ui_init (void)
{
  static gboolean done;
  g_autoptr(GtkCssProvider) provider = NULL;
  GtkSettings *settings;

  if (done)
    return;
  done = TRUE;

  lab_ui_load_resource ();

  g_type_ensure (LAB_TYPE_C_PROGRAM_VIEW);
  g_type_ensure (LAB_TYPE_CALLS_VIEW);
  g_type_ensure (LAB_TYPE_INSPECTOR);
  g_type_ensure (LAB_TYPE_KEY_CHOOSER);
  g_type_ensure (LAB_TYPE_MEMORY_PAGE);
  g_type_ensure (LAB_TYPE_MODE_EDITOR);
  g_type_ensure (LAB_TYPE_ROW_LAYOUT);
  g_type_ensure (LAB_TYPE_SHEET);
  g_type_ensure (LAB_TYPE_SIZE_ENTRY);
  g_type_ensure (LAB_TYPE_STEP_LIST);
  g_type_ensure (LAB_TYPE_WRAP_LAYOUT);

  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, LAB_UI_RESOURCE_PATH "style/lab.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);

  dark_provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (dark_provider, LAB_UI_RESOURCE_PATH "style/lab-dark.css");

  settings = gtk_settings_get_default ();
  g_signal_connect (settings, "notify::gtk-theme-name", G_CALLBACK (theme_changed_cb), NULL);
  g_signal_connect (settings, "notify::gtk-application-prefer-dark-theme", G_CALLBACK (theme_changed_cb), NULL);
  theme_changed_cb (settings);
}

/**
 * lab_ui_is_dark:
 *
 * Returns: whether the colours of the dark style are in use
 */
gboolean
lab_ui_is_dark (void)
{
  return dark;
}
