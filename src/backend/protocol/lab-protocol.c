/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/protocol/lab-protocol.h"

#include <unistd.h>

#include "backend/kernel/lab-process.h"

/* Linux has no pid above 2^22. */
/* In takers_namespaces: no pid namespace has this number. */
#define SEVERAL_NAMESPACES G_MAXUINT64

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
 * lab_taker_say_where:
 * @control: a control block that may be written to
 *
 * Says in which namespaces this process means its number, before it takes a message.  Once
 * takers of several have said so, none is known to be of any.
 */
void
lab_taker_say_where (LabControl *control)
{
  guint64 own = lab_presence_get_namespaces ();
  guint64 said = 0;

  if (atomic_load_explicit (&control->takers_namespaces, memory_order_acquire) == own)
    return;
  if (!atomic_compare_exchange_strong (&control->takers_namespaces, &said, own) && said != own)
    atomic_store_explicit (&control->takers_namespaces, SEVERAL_NAMESPACES, memory_order_release);
}

/**
 * lab_taker_find:
 * @control: a control block
 * @taker: what stood there, from lab_taker_new() or anything else
 *
 * Returns: whether this very process lives, and not another with its pid
 */
LabPresence
lab_taker_find (const LabControl *control,
                guint64           taker)
{
  guint64 namespaces = atomic_load_explicit (&control->takers_namespaces, memory_order_acquire);

  return lab_presence_find (lab_taker_get_pid (taker), taker >> PID_BITS, namespaces);
}

/**
 * lab_taker_get_seen_pid:
 * @control: a control block
 * @taker: what stood there
 *
 * Returns: the pid in it; 0 when another process may have that number here
 */
pid_t
lab_taker_get_seen_pid (const LabControl *control,
                        guint64           taker)
{
  guint64 namespaces = atomic_load_explicit (&control->takers_namespaces, memory_order_acquire);

  return namespaces == 0 || namespaces == lab_presence_get_namespaces () ? lab_taker_get_pid (taker) : 0;
}
