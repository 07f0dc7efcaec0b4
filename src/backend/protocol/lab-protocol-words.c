/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/protocol/lab-protocol-words.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "backend/protocol/lab-reader.h"

/* Translators: the protocols that protect the shared bytes; “latch” is the Linux
 * kernel's word, the “turns” are FILLED and TAKEN. */
static const struct { const char *title; const char *lesson; const char *promise; } words[LAB_N_PROTOCOLS] = {
  [LAB_PROTOCOL_UNSET] = {
    N_("not chosen yet"),
    N_("The server has not said how the bytes are protected."),
    N_("nobody has said how the bytes are protected"),
  },
  [LAB_PROTOCOL_NONE] = {
    N_("None"),
    N_("The server stores into copy A while clients copy it: a look in the middle of a store sees half a message. Slow motion shows it."),
    N_("no protocol: nobody can tell whether it is whole"),
  },
  [LAB_PROTOCOL_SEMAPHORE] = {
    N_("Semaphore"),
    N_("Server and clients take a System V semaphore around each store and each copy. Who finds it taken tries again; the kernel gives back what a killed holder held (SEM_UNDO)."),
    N_("whole: copied while this client held the semaphore"),
  },
  [LAB_PROTOCOL_TURNS] = {
    N_("Turns"),
    N_("The server fills, a client takes, and each waits for the other: no message is missed, and one slow client holds up everybody. A client must be attached for writing too."),
    N_("whole: it was this client’s turn"),
  },
  [LAB_PROTOCOL_LATCH] = {
    N_("Two copies (latch)"),
    N_("The server keeps two copies and flips between them: at every instant one is whole. Readers never wait, and a dead writer harms nobody."),
    N_("whole: the writer was never seen half-way"),
  },
  [LAB_PROTOCOL_TURNS_TEXTBOOK] = {
    N_("Turns, as in textbooks"),
    N_("Turns with FILLED = 0, as textbooks have it. A new segment is all zeros, which reads FILLED: a client that is early takes what nobody has written."),
    N_("it was this client’s turn, if the server was ready"),
  },
};

/**
 * lab_protocol_get_title:
 * @protocol: a protocol
 *
 * Returns: (transfer none): its name on the screen
 */
const char *
lab_protocol_get_title (LabProtocolId protocol)
{
  g_return_val_if_fail (protocol < LAB_N_PROTOCOLS, NULL);

  return _(words[protocol].title);
}

/**
 * lab_protocol_get_lesson:
 * @protocol: a protocol
 *
 * Returns: (transfer none): how it works and what it teaches, two sentences
 */
const char *
lab_protocol_get_lesson (LabProtocolId protocol)
{
  g_return_val_if_fail (protocol < LAB_N_PROTOCOLS, NULL);

  return _(words[protocol].lesson);
}

/**
 * lab_protocol_get_promise:
 * @protocol: a protocol
 *
 * Returns: (transfer none): what it makes certain about a message that was read
 */
const char *
lab_protocol_get_promise (LabProtocolId protocol)
{
  g_return_val_if_fail (protocol < LAB_N_PROTOCOLS, NULL);

  return _(words[protocol].promise);
}

/**
 * lab_counter_format:
 * @n: what a reader has counted
 *
 * Returns: (transfer full): the number as the locale writes it, or words for %LAB_COUNTER_MAX
 */
char *
lab_counter_format (guint64 n)
{
  /* Translators: instead of a number, of messages or of looks, that makes no sense */
  return n < LAB_COUNTER_MAX ? lab_text_format_count (n) : g_strdup (_("too many to count"));
}

static const char *
get_reason (LabReason reason)
{
  switch (reason)
    {
    case LAB_REASON_NONE:
      return "";
    case LAB_REASON_SEMAPHORE_HELD:
      return _("somebody else holds the semaphore");
    case LAB_REASON_SEMAPHORE_DENIED:
      return _("the semaphore’s mode does not let this process change it");
    case LAB_REASON_SEMAPHORE_GONE:
      return _("the semaphore is gone: somebody removed it");
    case LAB_REASON_SERVERS_TURN:
      return _("it is the server’s turn: nothing new is FILLED");
    case LAB_REASON_CLIENTS_TURN:
      return _("it is a client’s turn: nobody has TAKEN the last message yet");
    case LAB_REASON_OTHER_CLIENT:
      return _("another client is taking the message");
    case LAB_REASON_NEEDS_WRITE:
      return _("taking a turn means to store TAKEN, and this process is attached for reading only");
    case LAB_REASON_WRITER_BUSY:
      return _("the writer was faster at every try");
    case LAB_REASON_SWITCHING:
      return _("the protocol is being changed");
    case LAB_REASON_WRITING:
      return _("a message in slow motion is not finished");
    case LAB_REASON_MIXED_LETTERS:
      return _("a message of one letter has two");
    case LAB_REASON_WRONG_LENGTH:
      return _("the text is not as long as its length says");
    case LAB_REASON_WRITER_DIED:
      return _("who wrote it died in the middle");
    case LAB_REASON_UNWRITTEN:
      return _("it was taken before it was written: zeros read FILLED");
    default:
      g_return_val_if_reached ("");
    }
}

/**
 * lab_reason_describe_alone:
 * @reason: why a write has to wait
 * @pid: who is in the way, or 0 when that is not known
 * @n_others: attachments of other processes
 *
 * Returns: (transfer full): as lab_reason_describe(); when it is a client's turn and there is none, that
 */
char *
lab_reason_describe_alone (LabReason reason,
                           pid_t     pid,
                           gulong    n_others)
{
  if (reason == LAB_REASON_CLIENTS_TURN && pid == 0 && n_others == 0)
    return g_strdup (_("it is a client’s turn, and no client is attached"));

  return lab_reason_describe (reason, pid);
}

/**
 * lab_reason_describe:
 * @reason: why a look showed nothing, or a write has to wait
 * @pid: who is in the way, or 0 when that is not known
 *
 * Returns: (transfer full): the reason in words, without a full stop
 */
char *
lab_reason_describe (LabReason reason,
                     pid_t     pid)
{
  if (pid > 0)
    /* Translators: a reason, and the process that is in the way */
    return g_strdup_printf (_("%s (pid %d)"), get_reason (reason), (int) pid);

  return g_strdup (get_reason (reason));
}
