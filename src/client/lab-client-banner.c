/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/lab-client-banner.h"

#include <glib/gi18n.h>

#include "backend/kernel/lab-near-key.h"
#include "backend/preset/lab-preset-decode.h"

/* One thing to say; nothing while there is no title. */
typedef struct
{
  LabBannerKind  kind;
  char          *title;
  char          *text;
  const char    *button;     /* what it does, translated, or NULL */
  const char    *action;
  const char    *css_class;
  gboolean       is_no_table;
} Words;

struct _LabClientBanner
{
  GObject    parent_instance;

  LabBanner *banner;
  LabClient  *client;
  LabNearKey *near;          /* while the client waits for a key */
  char      *no_key;         /* why there is no key to begin with, or NULL */
  Words      said;
  gboolean   told_no_table;  /* and something else since */
};

enum { PROP_0, PROP_BANNER, PROP_CLIENT, N_PROPS };

G_DEFINE_FINAL_TYPE (LabClientBanner, lab_client_banner, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
clear_words (Words *words)
{
  g_clear_pointer (&words->title, g_free);
  g_clear_pointer (&words->text, g_free);
}

static LabSession *
get_session (LabClientBanner *self)
{
  return lab_client_get_session (self->client);
}

static void
say (Words         *words,
     LabBannerKind  kind,
     const char    *title,
     const char    *text)
{
  words->kind = kind;
  words->title = g_strdup (title);
  words->text = g_strdup (text);
}

static void
offer (Words      *words,
       const char *button,
       const char *action,
       const char *css_class)
{
  words->button = button;
  words->action = action;
  words->css_class = css_class;
}

static void
find_idle_words (LabClientBanner *self,
                 Words           *words)
{
  LabSession *session = get_session (self);
  const int id = lab_session_get_id (session);
  const LabFate fate = lab_session_get_fate (session);
  g_autofree char *title = NULL;

  if (fate == LAB_FATE_NONE)
    {
      title = g_strdup_printf (_("No segment has the id %d"), id);
      say (words, LAB_BANNER_TROUBLE, title,
           _("It was removed, or there never was one. Nobody can wait for an id: choose a key, or start a client with another id."));
      offer (words, _("Choose Another Key"), "win.another-key", NULL);
    }
  else if (fate == LAB_FATE_GONE)
    {
      title = g_strdup_printf (_("Segment %d is gone"), id);
      say (words, LAB_BANNER_TROUBLE, title,
           lab_session_get_given_id (session) == id
             ? _("It was removed. Nobody can wait for an id: choose a key, or start a client with another id.")
             : _("It was removed after this client had found it. Attach fails now, and then the key can be looked up again."));
      offer (words, _("Choose Another Key"), "win.another-key", NULL);
    }
  else if (id == -1 && self->no_key != NULL && lab_choice_get_key_choice (lab_session_get_choice (session)) == NULL)
    {
      say (words, LAB_BANNER_TROUBLE, _("There is no key yet"), self->no_key);
    }
  else
    {
      say (words, LAB_BANNER_INFO, _("Not attached"),
           _("This process has no segment attached. Do the steps one by one, or all at once."));
    }
}

static void
find_waiting_words (LabClientBanner *self,
                    Words           *words)
{
  g_autofree char *key = lab_key_format (lab_session_get_key (get_session (self)));
  g_autofree char *title = g_strdup_printf (_("Waiting for a server with key %s"), key);
  const char *plain = _("No segment has this key. Start a server with the same key: this client attaches by itself when the segment appears. It never makes one.");
  const char *near = lab_near_key_get_sentence (self->near);
  g_autofree char *text = near != NULL ? g_strdup_printf ("%s\n%s", plain, near) : g_strdup (plain);

  say (words, LAB_BANNER_INFO, title, text);
  offer (words, _("Choose Another Key"), "win.another-key", NULL);
}

/* Of a segment without our control block, as of the last look, and only when all of it was read. */
static gboolean
is_all_zero (LabClientBanner *self)
{
  GBytes *image = lab_receiver_get_image (lab_client_get_receiver (self->client));
  LabSegment *segment = lab_session_get_segment (get_session (self));
  const guint8 *bytes;
  gsize n_bytes;

  if (image == NULL || segment == NULL)
    return FALSE;

  bytes = g_bytes_get_data (image, &n_bytes);

  return n_bytes == lab_segment_get_size_bytes (segment) && lab_preset_is_all_zero (bytes, n_bytes);
}

static gboolean
is_paused (LabClientBanner *self)
{
  return !lab_session_is_looking (get_session (self));
}

static void
find_empty_words (LabClientBanner *self,
                  Words           *words)
{
  LabReceiver *receiver = lab_client_get_receiver (self->client);

  if (is_paused (self))
    say (words, LAB_BANNER_INFO, _("Attached, and the last look found no message"),
         _("This client is paused: what is written meanwhile it sees when it looks again."));
  else if (!lab_receiver_is_plain (receiver) && lab_receiver_get_counters (receiver).n_messages > 0)
    say (words, LAB_BANNER_INFO, _("Attached, and there is no message any more"),
         _("What this client saw in it before was cleared. The next message appears here as soon as the server writes one."));
  else if (!lab_receiver_is_plain (receiver) && lab_receiver_get_writer_pid (receiver) != 0)
    say (words, LAB_BANNER_INFO, _("Attached, and nothing is written yet"),
         _("The server has written its control block, and no message yet. The message appears here as soon as the server writes one."));
  else if (!lab_receiver_is_plain (receiver))
    say (words, LAB_BANNER_INFO, _("Attached, and there is no message"),
         _("The segment has a control block and no message, and its control block names no server. A server that takes it over can write one."));
  else if (is_all_zero (self))
    say (words, LAB_BANNER_INFO, _("Attached, and nothing is written yet"),
         _("All bytes of the segment are zero, as in a new segment. The message appears here as soon as somebody writes one."));
  else if (lab_receiver_get_preset (receiver) == NULL)
    say (words, LAB_BANNER_INFO, _("Attached, and there is no text at byte 0"),
         _("The segment has no control block, and its first byte is zero: no text is written yet, or the segment has another layout than a C string. Choose below how to read it."));
  else
    say (words, LAB_BANNER_INFO, _("Attached, and there is no message where this layout has it"),
         _("Below is what its fields hold; some of them may lie outside the segment. The message appears here as soon as somebody writes one."));
}

/* In another pid namespace the server's number was its own: here it is another process's, if anybody's. */
static gboolean
is_number_ours (LabClientBanner *self)
{
  LabSegment *segment = lab_session_get_segment (get_session (self));
  const LabLayout *layout = segment != NULL ? lab_segment_get_layout (segment) : NULL;
  pid_t pid;

  return layout != NULL && lab_layout_find_writer (layout, FALSE, &pid) != LAB_PRESENCE_UNSEEN;
}

/* What is said of a server that is gone, and of a message that it may have left under turns. */
static void
say_server_gone (LabClientBanner *self,
                 Words           *words,
                 LabBannerKind    kind,
                 const char      *title,
                 const char      *text)
{
  g_autofree char *both = NULL;

  if (lab_receiver_get_reason (lab_client_get_receiver (self->client)) != LAB_REASON_NEEDS_WRITE)
    {
      say (words, kind, title, text);
      return;
    }

  both = g_strdup_printf ("%s %s", text,
                          _("It had chosen turns, and this client is attached for reading only: it cannot take what may still wait there."));
  say (words, kind, title, both);
  offer (words, _("Attach for Writing Too"), "win.attach-writable", NULL);
}

static void
find_server_left_words (LabClientBanner *self,
                        Words           *words)
{
  const char *text;

  if (lab_receiver_get_message (lab_client_get_receiver (self->client)) == NULL)
    text = _("The segment stays in the kernel until somebody removes it; this client has seen no message in it. A new server can take it over.");
  else
    text = _("The segment and its last message stay in the kernel until somebody removes it. A new server can take it over.");
  say_server_gone (self, words, LAB_BANNER_INFO, _("The server has detached and left the segment"), text);
}

static const char *
get_server_died_text (LabClientBanner *self)
{
  LabMessage *message = lab_receiver_get_message (lab_client_get_receiver (self->client));
  const LabProtocolId protocol = lab_session_get_protocol (get_session (self));

  if (message == NULL)
    return _("The kernel detached it, yet the segment stays; this client has seen no message in it. A new server can take the segment over; then this client goes on by itself.");
  if (lab_message_get_reason (message) == LAB_REASON_WRITER_DIED)
    return _("The kernel detached it, yet the segment stays, with half of a message. A new server that takes the segment over clears that; then this client goes on by itself.");
  /* It may have been in the middle of the next one, and nothing in the segment tells. */
  if (protocol != LAB_PROTOCOL_LATCH && protocol != LAB_PROTOCOL_SEMAPHORE)
    return _("The kernel detached it, yet the segment stays, with what the server stored in it last. A new server can take the segment over; then this client goes on by itself.");

  return _("The kernel detached it, yet the segment and its last message stay. A new server can take the segment over; then this client goes on by itself.");
}

static void
find_server_died_words (LabClientBanner *self,
                        Words           *words)
{
  const int pid = (int) lab_receiver_get_writer_pid (lab_client_get_receiver (self->client));
  g_autofree char *title = is_number_ours (self) ? g_strdup_printf (_("The server (pid %d) has ended without a word"), pid)
                                                 : g_strdup (_("The server has ended without a word"));

  say_server_gone (self, words, LAB_BANNER_TROUBLE, title, get_server_died_text (self));
}

/* Nothing new comes from it: a sentence, or NULL while there is a server. */
static char *
describe_no_server (LabClientBanner *self)
{
  LabReceiver *receiver = lab_client_get_receiver (self->client);
  const int pid = (int) lab_receiver_get_writer_pid (receiver);

  if (lab_receiver_is_plain (receiver))
    return NULL;
  if (pid == 0)
    return g_strdup (_("Its control block names no server."));
  if (lab_receiver_is_writer_dead (receiver))
    return is_number_ours (self) ? g_strdup_printf (_("Its server (pid %d) has ended without a word."), pid)
                                 : g_strdup (_("Its server has ended without a word."));

  return NULL;
}

static void
find_marked_words (LabClientBanner *self,
                   Words           *words)
{
  const char *fate = _("Its key is gone and nobody new finds it, but who is attached can still read it. The kernel gives the memory back when the last process detaches.");
  g_autofree char *no_server = describe_no_server (self);
  g_autofree char *text = no_server != NULL ? g_strdup_printf ("%s %s", fate, no_server) : g_strdup (fate);

  say (words, LAB_BANNER_TROUBLE, _("The segment is marked for removal"), text);
  offer (words, _("Detach"), "win.detach", NULL);
}

static void
find_damaged_words (LabClientBanner *self,
                    Words           *words)
{
  const char *cause = _("Some process wrote over it: whoever may write to a segment may write anywhere in it.");
  g_autofree char *no_server = describe_no_server (self);
  g_autofree char *cure = NULL;
  g_autofree char *text = NULL;

  if (no_server == NULL)
    cure = g_strdup (_("The server sets the control block right with its next message."));
  else
    cure = g_strdup_printf ("%s %s", no_server, _("So it stays like this until a server takes the segment over, or somebody removes it."));

  if (lab_receiver_get_message (lab_client_get_receiver (self->client)) != NULL)
    text = g_strdup_printf ("%s %s %s", cause, _("The last message stays on the screen."), cure);
  else
    text = g_strdup_printf ("%s %s", cause, cure);
  say (words, LAB_BANNER_TROUBLE, _("The control block makes no sense"), text);
}

/* Said once, when there is nothing more important: it gets no better, and no worse. */
static void
find_calm_words (LabClientBanner *self,
                 Words           *words)
{
  words->is_no_table = !self->told_no_table
                       && !lab_segment_monitor_has_table (lab_session_get_monitor (get_session (self)));
}

static void
find_words (LabClientBanner *self,
            Words           *words)
{
  switch (lab_client_get_state (self->client))
    {
    case LAB_CLIENT_IDLE:
      find_idle_words (self, words);
      break;
    case LAB_CLIENT_WAITING:
      find_waiting_words (self, words);
      break;
    case LAB_CLIENT_REFUSED:
      say (words, LAB_BANNER_TROUBLE, _("The segment is not ours to read"), lab_client_get_refusal (self->client));
      offer (words, _("Choose Another Key"), "win.another-key", NULL);
      break;
    case LAB_CLIENT_EMPTY:
      find_empty_words (self, words);
      break;
    case LAB_CLIENT_SERVER_LEFT:
      find_server_left_words (self, words);
      break;
    case LAB_CLIENT_SERVER_DIED:
      find_server_died_words (self, words);
      break;
    case LAB_CLIENT_MARKED:
      find_marked_words (self, words);
      break;
    case LAB_CLIENT_REPLACED:
      say (words, LAB_BANNER_TROUBLE, _("A new segment has the key"),
           _("This client still sees the old segment, which is marked for removal; what is written into the new one does not arrive here."));
      offer (words, _("Follow the Key"), "win.follow", "suggested-action");
      break;
    case LAB_CLIENT_PLAIN:
      /* With a layout chosen, the row below the message says all of this. */
      if (lab_receiver_get_preset (lab_client_get_receiver (self->client)) == NULL)
        say (words, LAB_BANNER_INFO, _("Not this program’s layout: read as a plain C string"),
             _("The segment has no control block. The bytes from 0 to the first NUL are shown; no protocol protects them, and messages cannot be counted."));
      break;
    case LAB_CLIENT_NEEDS_WRITE:
      say (words, LAB_BANNER_TROUBLE, _("This protocol needs write permission"),
           _("The server chose turns: who takes a message stores TAKEN into the segment, and this client is attached for reading only."));
      offer (words, _("Attach for Writing Too"), "win.attach-writable", "suggested-action");
      break;
    case LAB_CLIENT_DAMAGED:
      find_damaged_words (self, words);
      break;
    case LAB_CLIENT_READING:
    default:
      find_calm_words (self, words);
    }
}

/* What only a look tells is not true of now while none is made. */
static void
add_that_it_is_paused (Words *words)
{
  char *text = g_strdup_printf ("%s %s", words->text, _("This client is paused: that is what its last look found."));

  g_free (words->text);
  words->text = text;
}

static void
find_words_of_now (LabClientBanner *self,
                   Words           *words)
{
  find_words (self, words);
  if (words->text == NULL || !is_paused (self))
    return;

  switch (lab_client_get_state (self->client))
    {
    case LAB_CLIENT_PLAIN:
    case LAB_CLIENT_NEEDS_WRITE:
    case LAB_CLIENT_DAMAGED:
      add_that_it_is_paused (words);
      break;
    default:
      break;
    }
}

static gboolean
is_same (const Words *a,
         const Words *b)
{
  return a->kind == b->kind && g_strcmp0 (a->title, b->title) == 0 && g_strcmp0 (a->text, b->text) == 0
         && g_strcmp0 (a->action, b->action) == 0 && a->is_no_table == b->is_no_table;
}

/* Only who waits wants to know what is near. */
static void
look_for_near (LabClientBanner *self)
{
  LabSession *session = get_session (self);
  const LabKeyChoice *choice = lab_choice_get_key_choice (lab_session_get_choice (session));

  if (lab_client_get_state (self->client) == LAB_CLIENT_WAITING)
    lab_near_key_look_for (self->near, &(LabSoughtKey) { .key = lab_session_get_key (session), .path = choice != NULL ? choice->path : NULL,
                                                         .letter = choice != NULL ? choice->letter : 0 });
  else
    lab_near_key_stop (self->near);
}

/* What is said already is left alone, with the focus on its button. */
static void
update (LabClientBanner *self)
{
  Words words = { .kind = LAB_BANNER_INFO };

  if (lab_poller_is_racing (lab_client_get_poller (self->client)))
    say (&words, LAB_BANNER_INFO, _("Race at full speed"),
         _("The server writes as fast as it can, and this client reads as fast as it can. What it sees is counted in the message’s place, a second at a time."));
  else
    find_words_of_now (self, &words);
  if (is_same (&self->said, &words))
    {
      clear_words (&words);
      return;
    }

  self->told_no_table = self->told_no_table || self->said.is_no_table;
  clear_words (&self->said);
  self->said = words;
  if (words.is_no_table)
    lab_banner_show_no_table (self->banner);
  else if (words.title == NULL)
    lab_banner_hide (self->banner);
  else
    lab_banner_show (self->banner, words.kind, words.title, words.text);
  if (words.button != NULL)
    lab_banner_add_button (self->banner, words.button, words.action, words.css_class);
}

static void
follow (LabClientBanner *self,
        gpointer         object,
        const char      *signal)
{
  g_signal_connect_object (object, signal, G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

static void
lab_client_banner_constructed (GObject *object)
{
  LabClientBanner *self = LAB_CLIENT_BANNER (object);
  LabReceiver *receiver = lab_client_get_receiver (self->client);
  LabSession *session = get_session (self);

  G_OBJECT_CLASS (lab_client_banner_parent_class)->constructed (object);

  follow (self, self->client, "notify::state");
  follow (self, self->client, "notify::refusal");
  follow (self, lab_client_get_poller (self->client), "notify::racing");
  follow (self, receiver, "notify::message");
  follow (self, receiver, "notify::plain");
  follow (self, receiver, "notify::preset");
  follow (self, receiver, "notify::image");
  follow (self, receiver, "notify::reason");
  follow (self, receiver, "notify::writer-pid");
  follow (self, receiver, "notify::writer-is-dead");
  follow (self, session, "notify::key");
  follow (self, session, "notify::id");
  follow (self, session, "notify::fate");
  follow (self, session, "notify::looking");
  follow (self, lab_session_get_choice (session), "notify::key-choice");
  follow (self, lab_session_get_monitor (session), "changed");
  self->near = lab_near_key_new ();
  follow (self, self->near, "notify::sentence");
  g_signal_connect_object (self->client, "notify::state", G_CALLBACK (look_for_near), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::key", G_CALLBACK (look_for_near), self, G_CONNECT_SWAPPED);
  look_for_near (self);
  update (self);
}

static void
lab_client_banner_finalize (GObject *object)
{
  LabClientBanner *self = LAB_CLIENT_BANNER (object);

  clear_words (&self->said);
  lab_near_key_stop (self->near);
  g_clear_object (&self->near);
  g_free (self->no_key);
  g_clear_object (&self->banner);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (lab_client_banner_parent_class)->finalize (object);
}

static void
lab_client_banner_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  LabClientBanner *self = LAB_CLIENT_BANNER (object);

  switch (prop_id)
    {
    case PROP_BANNER:
      g_value_set_object (value, self->banner);
      break;
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_client_banner_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  LabClientBanner *self = LAB_CLIENT_BANNER (object);

  switch (prop_id)
    {
    case PROP_BANNER:
      self->banner = g_value_dup_object (value);
      break;
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_client_banner_class_init (LabClientBannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags once = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = lab_client_banner_constructed;
  object_class->finalize = lab_client_banner_finalize;
  object_class->get_property = lab_client_banner_get_property;
  object_class->set_property = lab_client_banner_set_property;

  properties[PROP_BANNER] = g_param_spec_object ("banner", NULL, NULL, LAB_TYPE_BANNER, once);
  properties[PROP_CLIENT] = g_param_spec_object ("client", NULL, NULL, LAB_TYPE_CLIENT, once);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_client_banner_init (LabClientBanner *self)
{
}

/**
 * lab_client_banner_new:
 * @banner: where it is said
 * @client: about whom
 *
 * Returns: (transfer full): says from now on where @client stands
 */
LabClientBanner *
lab_client_banner_new (LabBanner *banner,
                       LabClient *client)
{
  g_return_val_if_fail (LAB_IS_BANNER (banner), NULL);
  g_return_val_if_fail (LAB_IS_CLIENT (client), NULL);

  return g_object_new (LAB_TYPE_CLIENT_BANNER, "banner", banner, "client", client, NULL);
}

/**
 * lab_client_banner_show_no_key:
 * @self: a banner
 * @error: why the key that was chosen last cannot be had
 *
 * Says so until a key is chosen.
 */
void
lab_client_banner_show_no_key (LabClientBanner *self,
                               const GError    *error)
{
  g_return_if_fail (LAB_IS_CLIENT_BANNER (self));
  g_return_if_fail (error != NULL);

  g_free (self->no_key);
  self->no_key = g_strdup (error->message);
  update (self);
}
