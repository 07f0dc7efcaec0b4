/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/app/lab-application.h"

/* For the main() of a test of windows: the one application of the process. */
static inline LabApplication *
test_application_init (int    *argc,
                       char ***argv,
                       LabRole role)
{
  LabApplication *application;

  gtk_test_init (argc, argv, NULL);
  g_test_set_nonfatal_assertions ();
  application = lab_application_new (role);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));

  return application;
}

/* Runs the tests, and then drops the application. */
static inline int
test_application_run (LabApplication **application)
{
  int status = g_test_run ();

  g_clear_object (application);

  return status;
}
