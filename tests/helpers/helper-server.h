/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/server/lab-server.h"

/* A server that has chosen @key, and called nothing yet. */
static inline LabServer *
test_server_new (key_t key)
{
  LabServer *server = lab_server_new ();
  g_autoptr(LabKeyChoice) choice = lab_key_choice_new_key (key);

  lab_choice_set_key_choice (lab_session_get_choice (lab_server_get_session (server)), choice);

  return server;
}

/* Its first three steps: it has a segment and can write. */
static inline void
test_server_start (LabServer *server)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (lab_server_make_key (server, &error));
  g_assert_no_error (error);
  g_assert_true (lab_server_create (server, &error));
  g_assert_no_error (error);
  g_assert_true (lab_server_attach (server, &error));
  g_assert_no_error (error);
}

/* The same with a segment that another server has left. */
static inline void
test_server_take_over (LabServer *server)
{
  g_assert_true (lab_server_make_key (server, NULL));
  g_assert_true (lab_server_take_over (server, NULL));
  g_assert_true (lab_server_attach (server, NULL));
}
