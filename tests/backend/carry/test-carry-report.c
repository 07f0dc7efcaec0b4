/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "backend/carry/lab-carry-report.h"

static void
test_says_what_it_reads (void)
{
  g_auto(LabCarryEvent) event = { .type = LAB_CARRY_EVENT_RESULT, .run = 7 };
  g_auto(LabCarryEvent) again = { 0 };
  g_autofree char *line = NULL;
  g_autofree char *line_again = NULL;

  event.result.kind = LAB_WAY_RING;
  event.result.mode = LAB_CARRY_MODE_IN_PLACE;
  event.result.block_bytes = 4096;
  event.result.n_slots = 64;
  event.result.round = 3;
  event.result.size_bytes = G_MAXUINT64;
  event.result.wall_ns = 123456789;
  event.result.counts[LAB_SIDE_SERVER].rchar = 11;
  event.result.counts[LAB_SIDE_CLIENT].wchar = 22;
  event.result.counts[LAB_SIDE_CLIENT].max_rss_kib = 33;

  line = lab_carry_event_to_string (&event);
  g_assert_true (lab_carry_event_parse (line, &again));
  line_again = lab_carry_event_to_string (&again);
  g_assert_cmpstr (line, ==, line_again);
  g_assert_cmpint (again.result.kind, ==, LAB_WAY_RING);
  g_assert_cmpint (again.result.mode, ==, LAB_CARRY_MODE_IN_PLACE);
  g_assert_cmpuint (again.result.size_bytes, ==, G_MAXUINT64);
  g_assert_cmpuint (again.result.counts[LAB_SIDE_SERVER].rchar, ==, 11);
  g_assert_cmpuint (again.result.counts[LAB_SIDE_CLIENT].wchar, ==, 22);
  g_assert_cmpuint (again.result.counts[LAB_SIDE_CLIENT].max_rss_kib, ==, 33);
}

static void
test_a_message_may_hold_anything (void)
{
  g_auto(LabCarryEvent) event = { .type = LAB_CARRY_EVENT_ERROR, .error_code = LAB_CARRY_ERROR_SPACE };
  g_auto(LabCarryEvent) again = { 0 };
  g_autofree char *line = NULL;

  event.message = g_strdup ("no room = no file\nrun=5 message=x");
  line = lab_carry_event_to_string (&event);
  g_assert_null (strchr (line, '\n'));
  g_assert_true (lab_carry_event_parse (line, &again));
  g_assert_cmpint (again.error_code, ==, LAB_CARRY_ERROR_SPACE);
  g_assert_cmpstr (again.message, ==, "no room = no file run=5 message=x");
}

static void
test_refuses_other_lines (void)
{
  const char * const lines[] = {
    "", " ", "hello", "result way=pigeon", "result block", "result block=-1", "result block=1x", "error code=", "trip way=boat",
    "progress run=99999999999999999999",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto(LabCarryEvent) event = { 0 };

      g_test_message ("%s", lines[i]);
      g_assert_false (lab_carry_event_parse (lines[i], &event));
    }
}

static void
test_passes_over_unknown_keys (void)
{
  g_auto(LabCarryEvent) event = { 0 };

  g_assert_true (lab_carry_event_parse ("progress run=2 colour=blue done=5", &event));
  g_assert_cmpuint (event.run, ==, 2);
  g_assert_cmpuint (event.n_done, ==, 5);
}

static void
test_each_kind_has_a_name (void)
{
  for (guint i = 0; i < LAB_N_WAYS; i++)
    {
      LabWayKind kind = LAB_N_WAYS;

      g_assert_true (lab_way_kind_parse (lab_way_kind_to_string ((LabWayKind) i), &kind));
      g_assert_cmpuint (kind, ==, i);
      g_assert_cmpuint (strlen (lab_way_kind_get_title (kind)), >, 0);
    }
  for (guint i = 0; i < LAB_N_TRIPS; i++)
    {
      LabTripKind kind = LAB_N_TRIPS;

      g_assert_true (lab_trip_kind_parse (lab_trip_kind_to_string ((LabTripKind) i), &kind));
      g_assert_cmpuint (kind, ==, i);
      g_assert_cmpuint (strlen (lab_trip_kind_get_title (kind)), >, 0);
    }
  for (guint i = 0; i < LAB_N_CARRY_ERRORS; i++)
    {
      LabCarryError code = LAB_N_CARRY_ERRORS;

      g_assert_true (lab_carry_error_parse (lab_carry_error_to_string ((LabCarryError) i), &code));
      g_assert_cmpuint (code, ==, i);
    }
}

/* Both kinds of measurement name their way, each from a list of its own. */
static void
test_reads_the_way_of_a_trip (void)
{
  for (guint i = 0; i < LAB_N_TRIPS; i++)
    {
      g_autofree char *line = g_strdup_printf ("trip way=%s run=1 size=2 round=3", lab_trip_kind_to_string ((LabTripKind) i));
      LabCarryEvent event;

      g_assert_true (lab_carry_event_parse (line, &event));
      g_assert_cmpint (event.type, ==, LAB_CARRY_EVENT_TRIP);
      g_assert_cmpuint (event.trip.kind, ==, i);
      lab_carry_event_clear (&event);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backend/carry-report/says-what-it-reads", test_says_what_it_reads);
  g_test_add_func ("/backend/carry-report/a-message-may-hold-anything", test_a_message_may_hold_anything);
  g_test_add_func ("/backend/carry-report/refuses-other-lines", test_refuses_other_lines);
  g_test_add_func ("/backend/carry-report/passes-over-unknown-keys", test_passes_over_unknown_keys);
  g_test_add_func ("/backend/carry-report/each-kind-has-a-name", test_each_kind_has_a_name);
  g_test_add_func ("/backend/carry-report/reads-the-way-of-a-trip", test_reads_the_way_of_a_trip);
  return g_test_run ();
}
