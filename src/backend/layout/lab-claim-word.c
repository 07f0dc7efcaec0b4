/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/layout/lab-claim-word.h"

#include <time.h>
#include <unistd.h>

#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-process.h"

#define PID_BITS         22
#define NAMESPACE_BITS   10
#define START_SHIFT      (PID_BITS + NAMESPACE_BITS)
#define PID_MASK         (((guint64) 1 << PID_BITS) - 1)
#define NAMESPACE_MASK   (((guint64) 1 << NAMESPACE_BITS) - 1)

/* The kernel numbers namespaces one after the other, so what is left tells neighbours apart.
 * 0 when nothing is known of them. */
static guint64
shorten_namespaces (guint64 namespaces)
{
  return namespaces != 0 ? ((guint32) namespaces + (namespaces >> 32) * 31) % NAMESPACE_MASK + 1 : 0;
}

static guint64
get_own_namespaces (void)
{
  static _Thread_local pid_t own_pid;
  static _Thread_local guint64 own_namespaces;

  if (own_pid != getpid ())  /* the first time, and after a fork */
    {
      own_namespaces = lab_presence_get_namespaces ();
      own_pid = getpid ();
    }

  return own_namespaces;
}

/**
 * lab_claim_word_new:
 * @pid: a process of this process's namespaces, or 0 for nobody
 * @start_ticks: from lab_process_get_start_ticks()
 *
 * Returns: the word that names it; 0 for nobody
 */
guint64
lab_claim_word_new (pid_t   pid,
                    guint64 start_ticks)
{
  g_return_val_if_fail (pid >= 0 && (guint64) pid <= PID_MASK, 0);

  return pid == 0 ? 0 : start_ticks << START_SHIFT | shorten_namespaces (get_own_namespaces ()) << PID_BITS | (guint64) pid;
}

/**
 * lab_claim_word_get_own:
 *
 * Returns: the word that names this process
 */
guint64
lab_claim_word_get_own (void)
{
  static _Thread_local guint64 own;

  if (lab_claim_word_get_pid (own) != getpid ())
    own = lab_claim_word_new (getpid (), lab_process_get_start_ticks (getpid ()));

  return own;
}

/**
 * lab_claim_word_get_pid:
 * @word: from lab_claim_word_new(), or anything else that stands in a control block
 *
 * Returns: the pid in it, as its own pid namespace has it
 */
pid_t
lab_claim_word_get_pid (guint64 word)
{
  return (pid_t) (word & PID_MASK);
}

/**
 * lab_claim_word_get_start_ticks:
 * @word: from lab_claim_word_new(), or anything else that stands in a control block
 *
 * The word has the lower half only; the upper half follows from the time: nothing has
 * started in the future, nor more than 497 days ago that has such a number.
 *
 * Source: clock_gettime(2), `CLOCK_BOOTTIME`.
 *
 * Returns: when the process started, in clock ticks since boot
 */
guint64
lab_claim_word_get_start_ticks (guint64 word)
{
  const guint64 half = (guint64) 1 << 32;
  guint64 start_ticks = word >> START_SHIFT;
  guint64 now_ticks;
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  now_ticks = ((guint64) now.tv_sec + 1) * (guint64) sysconf (_SC_CLK_TCK);
  start_ticks |= now_ticks & ~(half - 1);
  if (start_ticks > now_ticks && start_ticks >= half)
    start_ticks -= half;

  return start_ticks;
}

/**
 * lab_claim_word_get_namespaces:
 * @word: from lab_claim_word_new(), or anything else that stands in a control block
 *
 * Returns: those of this process, from lab_presence_get_namespaces(), when the process may
 *   be of the same; 0 when it did not say; otherwise a number that no process of this
 *   namespace has
 */
guint64
lab_claim_word_get_namespaces (guint64 word)
{
  guint64 short_form = word >> PID_BITS & NAMESPACE_MASK;

  if (short_form == 0 || short_form == shorten_namespaces (get_own_namespaces ()))
    return short_form != 0 ? get_own_namespaces () : 0;

  return ~get_own_namespaces ();
}

/**
 * lab_claim_word_fits:
 * @word: from lab_claim_word_new(), or anything else that stands in a control block
 * @pid: a process
 * @start_ticks: when it started, in clock ticks since boot
 *
 * Returns: whether the word may name that process
 */
gboolean
lab_claim_word_fits (guint64 word,
                     guint32 pid,
                     guint64 start_ticks)
{
  return (word & PID_MASK) == pid && word >> START_SHIFT == (start_ticks & G_MAXUINT32);
}
