/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "backend/kernel/lab-call-log.h"
#include "backend/kernel/lab-call-text.h"

static LabCall *
new_call (LabCallName  name,
          const char  *text,
          gint64       result,
          int          errsv)
{
  return lab_call_log_add (lab_call_log_get_default (), name, g_strdup (text), result, errsv, NULL, g_get_monotonic_time () * 1000, 12345);
}

static void
test_writes_c_and_strace (void)
{
  g_autoptr(LabCall) good = new_call (LAB_CALL_SHMGET, "shmget(0x41050a12, 4096, IPC_CREAT|IPC_EXCL|0600)", 25, 0);
  g_autoptr(LabCall) bad = new_call (LAB_CALL_SHMGET, "shmget(0x41050a12, 4096, IPC_CREAT|IPC_EXCL|0600)", -1, EEXIST);
  g_autoptr(LabCall) address = new_call (LAB_CALL_SHMAT, "shmat(25, NULL, 0)", 0x7f3a1c00c000, 0);
  g_autofree char *good_c = lab_call_dup_c (good), *good_strace = lab_call_dup_strace (good);
  g_autofree char *bad_c = lab_call_dup_c (bad), *bad_strace = lab_call_dup_strace (bad);
  g_autofree char *address_strace = lab_call_dup_strace (address);

  g_assert_cmpstr (good_c, ==, "shmget(0x41050a12, 4096, IPC_CREAT|IPC_EXCL|0600);  /* 25 */");
  g_assert_cmpstr (good_strace, ==, "shmget(0x41050a12, 4096, IPC_CREAT|IPC_EXCL|0600) = 25");
  g_assert_cmpstr (bad_c, ==, "shmget(0x41050a12, 4096, IPC_CREAT|IPC_EXCL|0600);  /* -1, errno = EEXIST */");
  g_assert_cmpstr (bad_strace, ==, "shmget(0x41050a12, 4096, IPC_CREAT|IPC_EXCL|0600) = -1 EEXIST (File exists)");
  g_assert_cmpstr (address_strace, ==, "shmat(25, NULL, 0) = 0x7f3a1c00c000");
}

static void
test_says_when (void)
{
  g_autoptr(GDateTime) before = g_date_time_new_now_local ();
  g_autoptr(LabCall) call = new_call (LAB_CALL_SHMDT, "shmdt(0x7f3a1c00c000)", 0, 0);
  g_autofree char *clock = lab_call_dup_clock (call);
  g_autofree char *log = lab_call_dup_log (call);
  g_autofree char *minute = g_date_time_format (before, "%H:");

  g_assert_true (g_regex_match_simple ("^\\d\\d:\\d\\d:\\d\\d\\.\\d{6}$", clock, 0, 0));
  if (g_date_time_get_minute (before) < 59)
    g_assert_true (g_str_has_prefix (clock, minute));
  /* A call was made once: two clocks that are read one after the other would not agree on when. */
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *again = lab_call_dup_clock (call);

      g_assert_cmpstr (again, ==, clock);
    }
  g_assert_true (g_regex_match_simple ("^\\d\\d:\\d\\d:\\d\\d\\.\\d{6} shmdt\\(0x7f3a1c00c000\\) = 0 <0\\.000012>$", log, 0, 0));
}

/* The last shmdt of a segment that is marked for removal gives its memory back. */
static void
test_promises_nothing_that_shmdt_cannot_keep (void)
{
  g_autoptr(LabCall) call = new_call (LAB_CALL_SHMDT, "shmdt(0x7f3a1c00c000)", 0, 0);
  g_autofree char *sentence = lab_call_dup_sentence (call);

  g_assert_true (g_str_has_suffix (sentence, "it stays in the kernel, unless it was marked for removal and nobody else is attached"));
}

static void
test_matches (void)
{
  g_autoptr(LabCall) good = new_call (LAB_CALL_SHMGET, "shmget(0x41050a12, 4096, 0)", 25, 0);
  g_autoptr(LabCall) bad = new_call (LAB_CALL_SHMGET, "shmget(0x41050a12, 4096, 0)", -1, ENOENT);

  g_assert_true (lab_call_matches (good, NULL, FALSE));
  g_assert_true (lab_call_matches (good, "", FALSE));
  g_assert_true (lab_call_matches (good, "SHMGET", FALSE));
  g_assert_true (lab_call_matches (good, "25", FALSE));
  g_assert_false (lab_call_matches (good, "enoent", FALSE));
  g_assert_false (lab_call_matches (good, "", TRUE));
  g_assert_true (lab_call_matches (bad, "enoent", TRUE));
  g_assert_false (lab_call_matches (bad, "shmat", TRUE));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/backend/call-text/" name, func)
  ADD ("writes-c-and-strace", test_writes_c_and_strace);
  ADD ("says-when", test_says_when);
  ADD ("promises-nothing-that-shmdt-cannot-keep", test_promises_nothing_that_shmdt_cannot_keep);
  ADD ("matches", test_matches);
  return g_test_run ();
}
