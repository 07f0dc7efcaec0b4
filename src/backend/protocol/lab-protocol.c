/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/protocol/lab-protocol.h"

#include <unistd.h>

#include "backend/kernel/lab-process.h"

/* Linux has no pid above 2^22. */
#define PID_BITS 22

static const char *const nicks[LAB_N_PROTOCOLS] = {
  [LAB_PROTOCOL_UNSET] = "unset",
  [LAB_PROTOCOL_NONE] = "none",
  [LAB_PROTOCOL_SEMAPHORE] = "semaphore",
  [LAB_PROTOCOL_TURNS] = "turns",
  [LAB_PROTOCOL_LATCH] = "latch",
  [LAB_PROTOCOL_TURNS_TEXTBOOK] = "turns-textbook",
};

/**
 * lab_protocol_to_nick:
 * @protocol: a protocol
 *
 * Returns: its untranslated name, for settings and command lines
 */
const char *
lab_protocol_to_nick (LabProtocolId protocol)
{
  g_return_val_if_fail ((guint) protocol < LAB_N_PROTOCOLS, NULL);

  return nicks[protocol];
}

/**
 * lab_protocol_from_nick:
 * @nick: from lab_protocol_to_nick()
 *
 * Returns: the protocol, or %LAB_PROTOCOL_UNSET when there is none of that name
 */
LabProtocolId
lab_protocol_from_nick (const char *nick)
{
  for (guint i = 1; i < LAB_N_PROTOCOLS; i++)
    if (g_strcmp0 (nick, nicks[i]) == 0)
      return (LabProtocolId) i;

  return LAB_PROTOCOL_UNSET;
}

/**
 * lab_protocol_is_valid:
 * @protocol: what stands in a control block
 *
 * Returns: whether it is a protocol that a server can choose
 */
gboolean
lab_protocol_is_valid (guint32 protocol)
{
  return protocol > LAB_PROTOCOL_UNSET && protocol < LAB_N_PROTOCOLS;
}

/**
 * lab_protocol_filled:
 * @protocol: one of the two forms of turns
 *
 * Returns: the state in which it is the client's turn
 */
guint32
lab_protocol_filled (LabProtocolId protocol)
{
  return protocol == LAB_PROTOCOL_TURNS ? LAB_TURNS_FILLED : LAB_TURNS_TEXTBOOK_FILLED;
}

/**
 * lab_protocol_taken:
 * @protocol: one of the two forms of turns
 *
 * Returns: the state in which a client has taken the message
 */
guint32
lab_protocol_taken (LabProtocolId protocol)
{
  return protocol == LAB_PROTOCOL_TURNS ? LAB_TURNS_TAKEN : LAB_TURNS_TEXTBOOK_TAKEN;
}

/**
 * lab_taker_new:
 * @pid: a process
 * @start_ticks: from lab_process_get_start_ticks()
 *
 * Returns: both in one word, never 0
 */
guint64
lab_taker_new (pid_t   pid,
               guint64 start_ticks)
{
  g_return_val_if_fail (pid > 0 && pid < 1 << PID_BITS, 1);

  return start_ticks << PID_BITS | (guint64) pid;
}

/**
 * lab_taker_get_own:
 *
 * Returns: this thread, as lab_taker_new() has it; in a program's first thread
 *   that is the process
 */
guint64
lab_taker_get_own (void)
{
  static _Thread_local guint64 own;
  pid_t id = gettid ();

  /* A thread keeps its start, but a fork is another. */
  if (lab_taker_get_pid (own) != id)
    own = lab_taker_new (id, lab_process_get_start_ticks (id));

  return own;
}

/**
 * lab_taker_get_pid:
 * @taker: from lab_taker_new(), or anything else that stands in a control block
 *
 * Returns: the pid in it
 */
pid_t
lab_taker_get_pid (guint64 taker)
{
  return (pid_t) (taker & ((1 << PID_BITS) - 1));
}

/**
 * lab_taker_is_alive:
 * @taker: from lab_taker_new(), or anything else that stands in a control block
 *
 * Returns: whether this very process lives, and not another with its pid
 */
gboolean
lab_taker_is_alive (guint64 taker)
{
  return lab_process_is_alive (lab_taker_get_pid (taker), taker >> PID_BITS);
}
