/* SPDX-License-Identifier: GPL-3.0-or-later */

/* shmlab-carry as a whole: every byte arrives, and what it says that this cost
 * is what the kernel and strace say. */

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/helper-carry.h"

#define MIB ((gsize) 1024 * 1024)

static const char * const input_and_output[] = { "input", "output", NULL };
static const char * const nothing[] = { NULL };

static void
expect_success (CarryRun *run)
{
  int status = carry_run_finish (run);

  if (run->failed)
    g_test_message ("%s: %s", lab_carry_error_to_string (run->error_code), run->error_message);
  g_assert_cmpint (status, ==, 0);
  g_assert_true (run->done);
}

static void
test_carries_every_byte (gconstpointer data)
{
  const char *way = data;
  const gsize sizes[] = { 0, 1, 4095, 4096, 4097, 8193, 300001 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr(CarryRun) run = carry_run_new ();
      g_autofree char *input = carry_run_input (run, sizes[i]);
      g_autofree char *output = carry_run_path (run, "output");

      g_test_message ("%" G_GSIZE_FORMAT " bytes", sizes[i]);
      /* 100 bytes: a block that divides neither a page nor a message nor a pipe. */
      carry_run_start (run, NULL, "--ways", way, "--blocks", sizes[i] < 10000 ? "4096,100,1MiB" : "4096,100", "--rounds", "2", input, output, NULL);
      expect_success (run);
      g_assert_cmpuint (run->results->len, ==, sizes[i] < 10000 ? 6 : 4);
      carry_expect_same_files (input, output);
      for (guint r = 0; r < run->results->len; r++)
        g_assert_cmpuint (g_array_index (run->results, LabCarryResult, r).checked_bytes, ==, sizes[i]);
      carry_run_expect_nothing_left (run, input_and_output);
    }
}

/* A large file of holes, but for its ends and a byte somewhere. */
static void
test_carries_holes (gconstpointer data)
{
  const char *way = data;
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_input (run, 5000);
  g_autofree char *output = carry_run_path (run, "output");
  off_t size = (off_t) (carry_is_thorough () ? 1024 * MIB : 32 * MIB) + 1;
  int fd = open (input, O_RDWR | O_CLOEXEC);

  g_assert_cmpint (ftruncate (fd, size), ==, 0);
  g_assert_cmpint (pwrite (fd, "x", 1, size / 2), ==, 1);
  g_assert_cmpint (pwrite (fd, "z", 1, size - 1), ==, 1);
  close (fd);

  carry_run_start (run, NULL, "--ways", way, "--blocks", "64KiB", input, output, NULL);
  expect_success (run);
  carry_expect_same_files (input, output);
  carry_run_expect_nothing_left (run, input_and_output);
}

static void
test_carries_a_gibibyte (gconstpointer data)
{
  const char *way = data;
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = NULL;
  g_autofree char *output = carry_run_path (run, "output");

  if (!carry_is_thorough ())
    {
      g_test_skip ("takes a while: set LAB_SLOW_TESTS");
      return;
    }

  input = carry_run_input (run, 1024 * MIB);
  carry_run_start (run, NULL, "--ways", way, "--blocks", "64KiB", input, output, NULL);
  expect_success (run);
  carry_expect_same_files (input, output);
}

static void
test_every_mode_works (void)
{
  static const struct { const char *mode; gboolean checked; double pipe_copies; double ring_copies; } modes[] = {
    { "fresh",    TRUE,  4, 2 },
    { "in-place", TRUE,  4, 2 },
    { "nowhere",  FALSE, 3, 1 },
    { "memory",   FALSE, 2, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr(CarryRun) run = carry_run_new ();

      g_test_message ("%s", modes[i].mode);
      carry_run_start (run, NULL, "--make", "3MiB", "--mode", modes[i].mode, "--folder", run->folder, "--rounds", "2", "--blocks", "1KiB,64KiB", NULL);
      expect_success (run);
      g_assert_cmpuint (run->results->len, ==, 2 * 2 * LAB_N_WAYS);
      for (guint r = 0; r < run->results->len; r++)
        {
          const LabCarryResult *result = &g_array_index (run->results, LabCarryResult, r);

          g_assert_cmpuint (result->checked_bytes, ==, modes[i].checked ? 3 * MIB : 0);
          g_assert_cmpint (result->wall_ns, >, 0);
          if (result->kind == LAB_WAY_PIPE || result->kind == LAB_WAY_FIFO || result->kind == LAB_WAY_QUEUE)
            g_assert_cmpfloat_with_epsilon (lab_carry_result_get_copies (result), modes[i].pipe_copies, 0.01);
          else if (result->kind != LAB_WAY_PLAIN)
            g_assert_cmpfloat_with_epsilon (lab_carry_result_get_copies (result), modes[i].ring_copies, 0.01);
        }
      carry_run_expect_nothing_left (run, nothing);
    }
}

static void
test_writes_in_place_under_its_name (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_input (run, 100001);
  g_autofree char *output = carry_run_path (run, "output");

  carry_run_start (run, NULL, "--mode", "in-place", "--rounds", "2", input, output, NULL);
  expect_success (run);
  carry_expect_same_files (input, output);
  carry_run_expect_nothing_left (run, input_and_output);
}

static void
test_replaces_an_older_output (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_input (run, 100);
  g_autofree char *output = carry_run_path (run, "output");

  g_assert_true (g_file_set_contents (output, "what was here before, and longer than the input: 0123456789 0123456789 0123456789 0123456789", -1, NULL));
  carry_run_start (run, NULL, "--ways", "ring", input, output, NULL);
  expect_success (run);
  carry_expect_same_files (input, output);
}

static void
expect_copies (const LabCarryResult *result)
{
  double copies = lab_carry_result_get_copies (result);
  double expected = lab_way_kind_shares (result->kind) || result->kind == LAB_WAY_PLAIN ? 2.0 : 4.0;
  guint64 steps[4];
  guint n_steps = lab_carry_result_get_steps (result, steps);

  g_test_message ("%s: %.4f copies", lab_way_kind_to_string (result->kind), copies);
  g_assert_cmpfloat_with_epsilon (copies, expected, 0.1);

  /* What the diagram draws: so many arrows, and over each of them the whole file went once. */
  g_assert_cmpuint (n_steps, ==, (guint) expected);
  for (guint i = 0; i < n_steps; i++)
    g_assert_cmpfloat_with_epsilon ((double) steps[i] / (double) result->size_bytes, 1.0, 0.025);
}

static void
expect_kernel_agrees (const LabCarryResult *result)
{
  for (guint i = 0; i < 2; i++)
    {
      const LabCarryCount *count = &result->counts[i];

      g_assert_cmpuint (count->rchar, ==, count->read_bytes);
      g_assert_cmpuint (count->wchar, ==, count->write_bytes);
      g_assert_cmpuint (count->syscr, ==, count->read_calls);
      g_assert_cmpuint (count->syscw, ==, count->write_calls);
    }
  g_assert_cmpuint (lab_carry_result_get_copied (result), ==, lab_carry_result_get_own (result));
}

static void
test_counts_four_copies_or_two (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();

  carry_run_start (run, NULL, "--make", "64MiB", "--folder", run->folder, NULL);
  expect_success (run);
  g_assert_cmpuint (run->results->len, ==, LAB_N_WAYS);
  for (guint i = 0; i < run->results->len; i++)
    {
      expect_copies (&g_array_index (run->results, LabCarryResult, i));
      expect_kernel_agrees (&g_array_index (run->results, LabCarryResult, i));
    }
}

static gboolean
read_io (guint64  pid,
         guint64 *rchar,
         guint64 *wchar)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GUINT64_FORMAT "/io", pid);
  g_autofree char *text = NULL;
  const char *r, *w;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  r = strstr (text, "rchar: ");
  w = strstr (text, "wchar: ");
  if (r == NULL || w == NULL)
    return FALSE;
  *rchar = g_ascii_strtoull (r + strlen ("rchar: "), NULL, 10);
  *wchar = g_ascii_strtoull (w + strlen ("wchar: "), NULL, 10);

  return TRUE;
}

/* Somebody else looks at the processes while they work: what they report in the
 * end is what could be seen, and the bytes said to be done are really done. */
static void
test_others_see_the_same (void)
{
  const char * const ways[] = { "pipe", "ring" };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr(CarryRun) run = carry_run_new ();
      guint64 pids[2] = { 0 };
      guint64 rchar[2] = { 0 }, wchar[2] = { 0 };
      guint64 n_done = 0;
      guint n_seen = 0;

      carry_run_start (run, NULL, "--ways", ways[i], "--blocks", "512", "--make", "96MiB", "--folder", run->folder, NULL);
      while (carry_run_next (run))
        {
          if (run->event.type == LAB_CARRY_EVENT_START)
            {
              pids[0] = run->event.server_pid;
              pids[1] = run->event.client_pid;
            }
          if (run->event.type == LAB_CARRY_EVENT_PROGRESS && run->event.n_done > 0
              && read_io (pids[0], &rchar[0], &wchar[0]) && read_io (pids[1], &rchar[1], &wchar[1]))
            {
              n_done = run->event.n_done;
              n_seen++;
              g_assert_cmpuint (rchar[LAB_SIDE_SERVER], >=, n_done);
              g_assert_cmpuint (wchar[LAB_SIDE_CLIENT], >=, n_done);
            }
        }
      expect_success (run);
      g_assert_cmpuint (n_seen, >, 0);
      for (guint side = 0; side < 2; side++)
        {
          const LabCarryCount *count = &g_array_index (run->results, LabCarryResult, 0).counts[side];

          /* From outside, the process's own looks into /proc are seen too. */
          g_assert_cmpuint (rchar[side], <=, count->rchar + 4096);
          g_assert_cmpuint (wchar[side], <=, count->wchar + 4096);
        }
    }
}

typedef struct
{
  guint64 read_bytes;
  guint64 read_calls;
  guint64 write_bytes;
  guint64 write_calls;
  guint64 queue_bytes;
  guint64 queue_calls;
  guint64 semaphore_calls;
} Traced;

/* Adds up what strace wrote about one process: lines such as
 * read(5, ""..., 65536) = 65536 */
static void
read_trace (const char *path,
            Traced     *traced)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  g_autoptr(GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *equals = g_strrstr (lines[i], " = ");
      gint64 result = equals != NULL ? g_ascii_strtoll (equals + 3, NULL, 10) : -1;
      guint64 bytes = result > 0 ? (guint64) result : 0;

      if (g_str_has_prefix (lines[i], "read("))
        traced->read_bytes += bytes, traced->read_calls++;
      else if (g_str_has_prefix (lines[i], "write("))
        traced->write_bytes += bytes, traced->write_calls++;
      else if (g_str_has_prefix (lines[i], "msgrcv("))
        traced->queue_bytes += bytes, traced->queue_calls++;
      else if (g_str_has_prefix (lines[i], "msgsnd("))
        {
          /* It returns 0; the length is the argument before the last. */
          g_auto(GStrv) words = g_strsplit (lines[i], ", ", -1);

          traced->queue_bytes += g_ascii_strtoull (words[g_strv_length (words) - 2], NULL, 10);
          traced->queue_calls++;
        }
      else if (g_str_has_prefix (lines[i], "semop(") || g_str_has_prefix (lines[i], "semtimedop("))
        traced->semaphore_calls++;
    }
}

static void
test_strace_counts_the_same (gconstpointer data)
{
  const char *way = data;
  g_autofree char *strace = g_find_program_in_path ("strace");
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *traces = carry_run_path (run, "trace");
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  guint64 pids[2] = { 0 };

#ifdef LAB_COVERAGE
  g_test_skip ("what counts the lines that ran reads and writes, too");
  return;
#endif

  if (strace == NULL)
    {
      g_test_skip ("strace is not installed");
      return;
    }

  g_subprocess_launcher_setenv (launcher, "TMPDIR", run->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "ASAN_OPTIONS", "detect_leaks=0", TRUE);  /* LSan cannot work under strace */
  run->process = g_subprocess_launcher_spawn (launcher, &error, strace, "-ff", "-qq", "-s", "0", "-o", traces,
                                              "-e", "trace=read,write,msgsnd,msgrcv,semop,semtimedop",
                                              g_getenv ("SHMLAB_CARRY"), "--ways", way, "--make", "64MiB", "--blocks", "64KiB",
                                              "--folder", run->folder, NULL);
  g_assert_no_error (error);
  run->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (run->process));
  while (carry_run_next (run))
    if (run->event.type == LAB_CARRY_EVENT_START)
      {
        pids[0] = run->event.server_pid;
        pids[1] = run->event.client_pid;
      }
  if (!run->done && run->results->len == 0 && pids[0] == 0)
    {
      g_test_skip ("strace may not trace here");
      return;
    }
  expect_success (run);
  expect_copies (&g_array_index (run->results, LabCarryResult, 0));

  for (guint side = 0; side < 2; side++)
    {
      const LabCarryCount *count = &g_array_index (run->results, LabCarryResult, 0).counts[side];
      g_autofree char *trace = g_strdup_printf ("%s.%" G_GUINT64_FORMAT, traces, pids[side]);
      Traced traced = { 0 };

      if (pids[side] == 0)
        continue;
      read_trace (trace, &traced);

      /* The process says to its parent that it is ready: one more write, of eight bytes. */
      g_assert_cmpuint (traced.read_bytes, ==, count->read_bytes);
      g_assert_cmpuint (traced.read_calls, ==, count->read_calls);
      g_assert_cmpuint (traced.write_bytes, ==, count->write_bytes + 8);
      g_assert_cmpuint (traced.write_calls, ==, count->write_calls + 1);
      g_assert_cmpuint (traced.queue_bytes, ==, count->queue_bytes);
      g_assert_cmpuint (traced.queue_calls, ==, count->queue_calls);
      g_assert_cmpuint (traced.semaphore_calls, ==, count->semaphore_calls);
    }
}

/* The most memory that any program had which this one has started: it can only grow. */
static guint64
get_children_peak_kib (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_CHILDREN, &usage), ==, 0);

  return (guint64) usage.ru_maxrss;
}

static void
test_needs_no_more_memory_for_more (void)
{
  const char * const sizes[] = { "1MiB", "256MiB" };
  const guint64 slack_kib = 1024;
  guint64 side_kib[LAB_N_WAYS][2][2];
  guint64 children_kib[2];

  for (guint s = 0; s < 2; s++)
    {
      g_autoptr(CarryRun) run = carry_run_new ();

      carry_run_start (run, NULL, "--make", sizes[s], "--folder", run->folder, NULL);
      expect_success (run);
      g_assert_cmpuint (run->results->len, ==, LAB_N_WAYS);
      for (guint kind = 0; kind < run->results->len; kind++)
        for (guint side = 0; side < 2; side++)
          side_kib[kind][side][s] = g_array_index (run->results, LabCarryResult, kind).counts[side].max_rss_kib;
      children_kib[s] = get_children_peak_kib ();
    }

  for (guint kind = 0; kind < LAB_N_WAYS; kind++)
    for (guint side = 0; side < 2; side++)
      g_assert_cmpuint (side_kib[kind][side][1], <=, side_kib[kind][side][0] + slack_kib);
  g_assert_cmpuint (children_kib[1], <=, children_kib[0] + slack_kib);
}

static void
test_round_trips_come_back (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();

  carry_run_start (run, NULL, "--round-trips", "--blocks", "1,2,100,8192,8193,100000,1MiB", "--time", "5", NULL);
  expect_success (run);
  g_assert_cmpuint (run->trips->len, ==, 7 * LAB_N_TRIPS);
  for (guint i = 0; i < run->trips->len; i++)
    {
      const LabTripResult *trip = &g_array_index (run->trips, LabTripResult, i);

      g_assert_cmpuint (trip->n_trips, >=, 20);
      g_assert_cmpint (trip->best_ns, >, 0);
      g_assert_cmpint (trip->best_ns, <=, trip->median_ns);
      g_assert_cmpint (trip->median_ns, <=, trip->p99_ns);

      /* There and back, each side gives one semaphore and takes one. */
      if (trip->kind == LAB_TRIP_SEMAPHORE)
        g_assert_cmpuint (trip->n_calls, ==, 4 * trip->n_trips);
    }
  carry_run_expect_nothing_left (run, nothing);
}

static void
test_takes_turns (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  const LabWayKind kinds[] = { LAB_WAY_RING, LAB_WAY_PIPE };

  carry_run_start (run, NULL, "--ways", "ring,pipe", "--blocks", "1KiB,64KiB", "--rounds", "2", "--make", "100000", "--mode", "nowhere", NULL);
  expect_success (run);
  g_assert_cmpuint (run->results->len, ==, 8);
  for (guint i = 0; i < 8; i++)
    {
      const LabCarryResult *result = &g_array_index (run->results, LabCarryResult, i);

      g_assert_cmpint (result->kind, ==, kinds[i % 2]);
      g_assert_cmpuint (result->block_bytes, ==, i / 2 % 2 == 0 ? 1024 : 65536);
      g_assert_cmpuint (result->round, ==, i / 4 + 1);
    }
}

/* Whoever reads the lines by a script finds each key in the help. */
static void
test_help_names_every_key (void)
{
  const LabCarryEventType types[] = { LAB_CARRY_EVENT_PLAN, LAB_CARRY_EVENT_START, LAB_CARRY_EVENT_PROGRESS, LAB_CARRY_EVENT_RESULT, LAB_CARRY_EVENT_TRIP };
  const char *argv[] = { g_getenv ("SHMLAB_CARRY"), "--help", NULL };
  g_autofree char *help = NULL;
  int status = -1;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &help, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      LabCarryEvent event = { .type = types[t] };
      g_autofree char *line = lab_carry_event_to_string (&event);
      g_auto(GStrv) words = g_strsplit (line, " ", -1);

      for (guint i = 1; words[i] != NULL; i++)
        {
          const char *dot = strchr (words[i], '.');
          g_autofree char *key = g_strndup (dot != NULL ? dot : words[i], (gsize) (strchr (words[i], '=') - (dot != NULL ? dot : words[i])) + 1);

          if (strstr (help, key) == NULL)
            {
              g_test_message ("--help does not name %s", key);
              g_test_fail ();
            }
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  carry_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();

  for (guint i = 0; i < LAB_N_WAYS; i++)
    {
      const char *way = lab_way_kind_to_string ((LabWayKind) i);
      g_autofree char *bytes = g_strdup_printf ("/carry/%s/carries-every-byte", way);
      g_autofree char *holes = g_strdup_printf ("/carry/%s/carries-holes", way);
      g_autofree char *gibibyte = g_strdup_printf ("/carry/%s/carries-a-gibibyte", way);
      g_autofree char *trace = g_strdup_printf ("/carry/%s/strace-counts-the-same", way);

      g_test_add_data_func (bytes, way, test_carries_every_byte);
      g_test_add_data_func (holes, way, test_carries_holes);
      g_test_add_data_func (gibibyte, way, test_carries_a_gibibyte);
      g_test_add_data_func (trace, way, test_strace_counts_the_same);
    }
  g_test_add_func ("/carry/every-mode-works", test_every_mode_works);
  g_test_add_func ("/carry/writes-in-place-under-its-name", test_writes_in_place_under_its_name);
  g_test_add_func ("/carry/replaces-an-older-output", test_replaces_an_older_output);
  g_test_add_func ("/carry/counts-four-copies-or-two", test_counts_four_copies_or_two);
  g_test_add_func ("/carry/others-see-the-same", test_others_see_the_same);
  g_test_add_func ("/carry/needs-no-more-memory-for-more", test_needs_no_more_memory_for_more);
  g_test_add_func ("/carry/round-trips-come-back", test_round_trips_come_back);
  g_test_add_func ("/carry/takes-turns", test_takes_turns);
  g_test_add_func ("/carry/help-names-every-key", test_help_names_every_key);

  return g_test_run ();
}
