/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/picture/lab-picture-scene.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-text.h"

#define SERVER_PROGRAM "shmlab-server"
#define CLIENT_PROGRAM "shmlab-client"

/* As much of a message as the picture has room for, in characters. */
#define MAX_TEXT_CHARS 160

/* How much of the segment is looked at. */
#define MAX_PEEK_BYTES 4096

/* As many bytes of what is no text as the picture has room for. */
#define MAX_HEX_BYTES 8

/* How often the writer may come between before what is seen is called being written. */
#define MAX_TRIES 4

/* This process does not see the control block, or there is none. */
#define WRITER_UNKNOWN (-1)

static void
scene_process_free (gpointer data)
{
  LabSceneProcess *process = data;

  g_array_unref (process->stretches);
  g_free (process->name);
  g_free (process);
}

/* What the control block says, where this process sees it. */
static void
take_writer (LabPictureScene *scene,
             LabSegment      *segment)
{
  const LabLayout *layout = segment != NULL && lab_segment_is_attached (segment) ? lab_segment_get_layout (segment) : NULL;
  pid_t pid;

  scene->writer_pid = WRITER_UNKNOWN;
  if (layout != NULL && lab_layout_has_magic (layout))
    scene->writer_pid = lab_layout_find_writer (layout, FALSE, &pid) == LAB_PRESENCE_RUNS ? pid : 0;
}

/* By what it is, and never by what it calls itself. */
static LabSceneProcessKind
find_kind (const LabPictureScene *scene,
           pid_t                  pid)
{
  g_autofree char *program = NULL;

  if (pid == getpid ())
    return scene->role == LAB_ROLE_SERVER ? LAB_SCENE_SERVER : LAB_SCENE_CLIENT;
  if (scene->writer_pid == pid)
    return LAB_SCENE_SERVER;

  program = lab_process_dup_program (pid);
  if (g_strcmp0 (program, CLIENT_PROGRAM) == 0)
    return LAB_SCENE_CLIENT;

  return scene->writer_pid == WRITER_UNKNOWN && g_strcmp0 (program, SERVER_PROGRAM) == 0 ? LAB_SCENE_SERVER : LAB_SCENE_FOREIGN;
}

static LabSceneProcess *
scene_process_new (const LabPictureScene *scene,
                   pid_t                  pid,
                   const char            *name)
{
  LabSceneProcess *process = g_new0 (LabSceneProcess, 1);

  process->pid = pid;
  process->name = g_strdup (name);
  process->own = pid == getpid ();
  process->stretches = g_array_new (FALSE, FALSE, sizeof (LabSceneStretch));
  process->kind = find_kind (scene, pid);

  return process;
}

/* The servers and who made the segment stand at the left, this process comes first among the rest. */
static int
get_rank (const LabSceneProcess *process)
{
  if (process->kind == LAB_SCENE_SERVER || process->creator)
    return process->own ? 0 : 1;

  return process->own ? 2 : 3;
}

static int
compare_processes (gconstpointer pointer_a,
                   gconstpointer pointer_b)
{
  const LabSceneProcess *a = *(LabSceneProcess * const *) pointer_a;
  const LabSceneProcess *b = *(LabSceneProcess * const *) pointer_b;
  int by_rank = get_rank (a) - get_rank (b);

  return by_rank != 0 ? by_rank : (a->pid > b->pid) - (a->pid < b->pid);
}

static const char *
get_own_name (void)
{
  static const char *name;

  if (g_once_init_enter (&name))
    {
      char *found = lab_process_dup_name (getpid ());

      g_once_init_leave (&name, found != NULL ? found : "");
    }

  return name;
}

static void
take_processes (LabPictureScene *scene,
                GListModel      *attachments)
{
  g_autoptr(GHashTable) addresses = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint n = scene->exists ? g_list_model_get_n_items (attachments) : 0;
  LabSceneProcess *process = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(LabAttachment) attachment = g_list_model_get_item (attachments, i);
      pid_t pid = lab_attachment_get_pid (attachment);
      guint64 address = lab_attachment_get_address (attachment);
      LabSceneStretch stretch = { address, lab_attachment_is_writable (attachment) };

      if (lab_attachment_get_shmid (attachment) != scene->record.id)
        continue;

      if (process == NULL || process->pid != pid)
        {
          process = scene_process_new (scene, pid, lab_attachment_get_process_name (attachment));
          process->creator = !process->own && pid == scene->record.cpid && scene->creator == LAB_PRESENCE_RUNS;
          g_ptr_array_add (scene->processes, process);
        }
      g_array_append_val (process->stretches, stretch);
      g_hash_table_add (addresses, g_memdup2 (&address, sizeof address));
      scene->n_seen++;
    }
  scene->n_addresses = g_hash_table_size (addresses);

  if (lab_picture_scene_get_own (scene) == NULL)
    g_ptr_array_add (scene->processes, scene_process_new (scene, getpid (), get_own_name ()));
  g_ptr_array_sort (scene->processes, compare_processes);
}

static void
take_creator (LabPictureScene *scene)
{
  if (!scene->exists)
    return;

  scene->creator = lab_presence_find_recorded (scene->record.cpid, scene->record.ctime);
  if (scene->creator == LAB_PRESENCE_RUNS)
    scene->creator_name = lab_process_dup_name (scene->record.cpid);
}

static gboolean
is_all_zero (const char *bytes,
             gsize       n)
{
  return n == 0 || (bytes[0] == '\0' && memcmp (bytes, bytes + 1, n - 1) == 0);
}

static void
set_text (LabPictureScene *scene,
          LabSceneContent  content,
          const char      *bytes,
          gsize            length)
{
  scene->content = content;
  scene->text = lab_text_make_displayable (bytes, length, MAX_TEXT_CHARS, NULL);
}

/* What readers of the latch see: the copy that is whole. */
static void
take_whole_copy (LabPictureScene *scene,
                 LabSegment      *segment)
{
  const LabLayout *layout = lab_segment_get_layout (segment);
  LabControl *control = lab_layout_control (layout);
  char bytes[MAX_PEEK_BYTES];

  for (guint i = 0; i < MAX_TRIES; i++)
    {
      guint64 sequence = atomic_load_explicit (&control->sequence, memory_order_acquire);
      guint which = sequence & 1;
      guint64 number = atomic_load_explicit (&control->copies[which].number, memory_order_relaxed);
      gsize length = atomic_load_explicit (&control->copies[which].length, memory_order_relaxed);
      gsize n = lab_segment_peek (segment, which * layout->copy_size, bytes, MIN (sizeof bytes, MIN (length, layout->copy_size)));

      atomic_thread_fence (memory_order_acquire);
      if (atomic_load_explicit (&control->sequence, memory_order_relaxed) != sequence)
        continue;

      if (number == 0)
        scene->content = LAB_SCENE_CONTENT_NO_MESSAGE;
      else if (length == 0 || n == 0 || bytes[0] == '\0')
        scene->content = LAB_SCENE_CONTENT_EMPTY;
      else
        set_text (scene, LAB_SCENE_CONTENT_TEXT, bytes, strnlen (bytes, n));
      return;
    }

  scene->content = LAB_SCENE_CONTENT_WRITING;
}

/* What every other reader sees, whole or not. */
static void
take_copy_a (LabPictureScene *scene,
             LabSegment      *segment,
             LabProtocolId    protocol,
             gboolean         in_slow_motion)
{
  const LabLayout *layout = lab_segment_get_layout (segment);
  LabControl *control = lab_layout_control (layout);
  char bytes[MAX_PEEK_BYTES];
  gsize n = lab_segment_peek (segment, 0, bytes, MIN (sizeof bytes, layout->copy_size));
  gsize length = strnlen (bytes, n);

  if (in_slow_motion || (protocol == LAB_PROTOCOL_SEMAPHORE
                         && atomic_load_explicit (&control->state, memory_order_relaxed) == LAB_STATE_WRITING))
    set_text (scene, LAB_SCENE_CONTENT_WRITING, bytes, length);
  else if (length > 0)
    set_text (scene, LAB_SCENE_CONTENT_TEXT, bytes, length);
  else if (atomic_load_explicit (&control->copies[0].number, memory_order_relaxed) == 0)
    scene->content = LAB_SCENE_CONTENT_NO_MESSAGE;
  else
    scene->content = LAB_SCENE_CONTENT_EMPTY;
}

/* Of a segment without our control block: as the chosen layout has it, else a C string. */
static void
take_foreign_bytes (LabPictureScene *scene,
                    LabSession      *session,
                    LabSegment      *segment)
{
  const char *message = lab_session_get_message (session);
  char bytes[MAX_PEEK_BYTES];
  gsize n = lab_segment_peek (segment, 0, bytes, sizeof bytes);
  gsize length = strnlen (bytes, n);
  g_autofree char *text = NULL;
  LabTextReport report;

  if (is_all_zero (bytes, n))
    {
      scene->content = n == scene->record.size_bytes ? LAB_SCENE_CONTENT_ZERO : LAB_SCENE_CONTENT_ZERO_BEGINNING;
      return;
    }
  if (lab_session_get_preset (session) != NULL && message != NULL && message[0] != '\0')
    {
      set_text (scene, LAB_SCENE_CONTENT_TEXT, message, strlen (message));
      return;
    }
  if (length == 0)
    {
      scene->content = LAB_SCENE_CONTENT_NO_STRING;
      return;
    }

  text = lab_text_make_displayable (bytes, length, MAX_TEXT_CHARS, &report);
  if (lab_text_is_rather_numbers (&report))
    {
      scene->content = LAB_SCENE_CONTENT_NO_TEXT;
      scene->text = lab_text_format_bytes (bytes, MIN (n, MAX_HEX_BYTES));
    }
  else
    {
      scene->content = LAB_SCENE_CONTENT_TEXT;
      scene->text = g_steal_pointer (&text);
    }
}

/* The bytes that are there now, and not what once was written or seen. */
static void
take_content (LabPictureScene *scene,
              LabSession      *session,
              LabSegment      *segment)
{
  const LabLayout *layout;
  LabProtocolId protocol;

  if (!scene->exists)
    return;

  if (!scene->found || !lab_segment_is_attached (segment))
    {
      /* Never attached, so it is as the kernel made it. */
      if (scene->record.atime == 0)
        scene->content = LAB_SCENE_CONTENT_ZERO;
      return;
    }

  if (!lab_session_is_looking (session))
    scene->looked_at = lab_text_format_clock (g_get_real_time (), 0);

  layout = lab_segment_get_layout (segment);
  if (layout == NULL || !lab_layout_has_magic (layout))
    {
      take_foreign_bytes (scene, session, segment);
      return;
    }

  protocol = (LabProtocolId) atomic_load_explicit (&lab_layout_control (layout)->protocol, memory_order_relaxed);
  if (protocol == LAB_PROTOCOL_LATCH)
    take_whole_copy (scene, segment);
  else
    take_copy_a (scene, segment, protocol, lab_session_get_write_cursor (session) >= 0);
}

/**
 * lab_picture_scene_new:
 * @session: what to show
 *
 * Takes what is known now.  No System V call is made; of the segment only the
 * beginning is looked at, and only where this process has it attached.
 *
 * Returns: (transfer full): the scene
 */
LabPictureScene *
lab_picture_scene_new (LabSession *session)
{
  LabPictureScene *scene = g_new0 (LabPictureScene, 1);
  LabSegmentMonitor *monitor = lab_session_get_monitor (session);
  LabSegment *segment = lab_session_get_segment (session);
  const LabShmEntry *key_entry = lab_segment_monitor_get_key_entry (monitor);
  const int id = lab_session_get_id (session);
  const LabShmEntry *entry = id != -1 ? lab_segment_monitor_get_entry (monitor) : key_entry;

  scene->role = lab_session_get_role (session);
  scene->key = lab_session_get_key (session);
  scene->has_key = scene->key != LAB_KEY_FAILED;
  scene->other_id = -1;
  scene->id = id;
  scene->fate = lab_session_get_fate (session);
  scene->past = lab_segment_monitor_get_past (monitor);
  scene->found = segment != NULL;
  scene->exists = entry != NULL;
  if (entry != NULL)
    {
      scene->record = entry->record;
      scene->marked = (entry->record.mode & LAB_MODE_DEST) != 0;
      scene->n_unseen = lab_segment_monitor_get_n_unseen (monitor);
    }
  if (id != -1 && key_entry != NULL && key_entry->record.id != id)
    scene->other_id = key_entry->record.id;

  scene->processes = g_ptr_array_new_with_free_func (scene_process_free);
  take_creator (scene);
  take_writer (scene, segment);
  take_processes (scene, lab_segment_monitor_get_attachments (monitor));
  take_content (scene, session, segment);

  return scene;
}

void
lab_picture_scene_free (LabPictureScene *scene)
{
  g_ptr_array_unref (scene->processes);
  g_free (scene->creator_name);
  g_free (scene->looked_at);
  g_free (scene->text);
  g_free (scene);
}

/**
 * lab_picture_scene_get_own:
 * @scene: a scene
 *
 * Returns: (transfer none): this very process
 */
LabSceneProcess *
lab_picture_scene_get_own (const LabPictureScene *scene)
{
  for (guint i = 0; i < scene->processes->len; i++)
    {
      LabSceneProcess *process = g_ptr_array_index (scene->processes, i);

      if (process->own)
        return process;
    }

  return NULL;
}

/**
 * lab_picture_scene_get_n_attached:
 * @scene: a scene
 *
 * Returns: how many of its processes have the segment attached, once or more often
 */
guint
lab_picture_scene_get_n_attached (const LabPictureScene *scene)
{
  guint n = 0;

  for (guint i = 0; i < scene->processes->len; i++)
    n += ((LabSceneProcess *) g_ptr_array_index (scene->processes, i))->stretches->len > 0;

  return n;
}

/* “Three processes”: a number in words as far as words are short. */
static char *
count_processes (guint n)
{
  switch (n)
    {
    case 1:
      return g_strdup (_("One process"));
    case 2:
      return g_strdup (_("Two processes"));
    case 3:
      return g_strdup (_("Three processes"));
    case 4:
      return g_strdup (_("Four processes"));
    case 5:
      return g_strdup (_("Five processes"));
    default:
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u process", "%u processes", n), n);
    }
}

static char *
count_addresses (guint n)
{
  switch (n)
    {
    case 1:
      return g_strdup (_("one address"));
    case 2:
      return g_strdup (_("two addresses"));
    case 3:
      return g_strdup (_("three addresses"));
    case 4:
      return g_strdup (_("four addresses"));
    case 5:
      return g_strdup (_("five addresses"));
    default:
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u address", "%u addresses", n), n);
    }
}

/**
 * lab_picture_scene_is_hidden:
 * @scene: a scene
 *
 * Returns: whether the segment is there, and the kernel tells this process nothing more
 */
gboolean
lab_picture_scene_is_hidden (const LabPictureScene *scene)
{
  return !scene->exists && scene->fate == LAB_FATE_THERE;
}

/**
 * lab_picture_scene_has_lost_key:
 * @scene: a scene
 *
 * A key that is free again proves nothing about the memory: somebody may still have it attached.
 *
 * Returns: whether the kernel still has the segment that had the key
 */
gboolean
lab_picture_scene_has_lost_key (const LabPictureScene *scene)
{
  return !scene->exists && !lab_picture_scene_is_hidden (scene)
         && (scene->past.fate == LAB_FATE_THERE || scene->past.fate == LAB_FATE_MARKED);
}

static char *
dup_headline_without_segment (const LabPictureScene *scene)
{
  if (lab_picture_scene_is_hidden (scene))
    return g_strdup_printf (_("Segment %d is there."), scene->id);
  if (lab_picture_scene_has_lost_key (scene))
    return g_strdup_printf (_("Segment %d has lost its key."), scene->past.id);
  if (scene->other_id != -1)
    return g_strdup_printf (_("This segment is gone; another one, %d, has its key."), scene->other_id);
  if (scene->past.fate == LAB_FATE_GONE)
    return g_strdup_printf (_("Segment %d is gone."), scene->past.id);
  if (scene->id != -1)
    return g_strdup_printf (_("No segment has the id %d."), scene->id);
  if (!scene->has_key)
    return g_strdup (_("There is no key yet."));

  return g_strdup (_("No segment has this key."));
}

static char *
dup_explanation_without_segment (const LabPictureScene *scene)
{
  if (lab_picture_scene_is_hidden (scene))
    return g_strdup (_("There is no /proc/sysvipc/shm, and the segment’s mode forbids IPC_STAT: nothing more can be said."));
  if (lab_picture_scene_has_lost_key (scene))
    return g_strdup (_("IPC_RMID marked it for removal: nobody new finds it, and its memory is given back when the last process detaches."));
  if (scene->other_id != -1)
    return g_strdup (_("The key is only a name: who looks it up now finds the other segment."));
  if (scene->past.fate == LAB_FATE_GONE && scene->past.was_marked)
    return g_strdup (_("It was marked for removal, and the last process has detached: only now the memory is given back."));
  if (scene->past.fate == LAB_FATE_GONE)
    return g_strdup (_("IPC_RMID removed it, and nobody is attached any more: the memory is given back."));
  if (scene->id != -1)
    return g_strdup (_("It was removed, or there never was one: an id names one segment for as long as the kernel has it."));
  if (!scene->has_key)
    return g_strdup (_("ftok turns a file and a letter into a key; with the same key two processes find the same segment."));
  if (scene->role == LAB_ROLE_CLIENT)
    return g_strdup (_("A server makes one; a client never passes IPC_CREAT."));

  return g_strdup (_("shmget with IPC_CREAT asks the kernel to make one."));
}

/**
 * lab_picture_scene_dup_headline:
 * @scene: a scene
 *
 * Returns: (transfer full): what the picture shows, in one sentence
 */
char *
lab_picture_scene_dup_headline (const LabPictureScene *scene)
{
  guint n_attached = lab_picture_scene_get_n_attached (scene);
  const LabSceneProcess *own = lab_picture_scene_get_own (scene);
  g_autofree char *processes = NULL;
  g_autofree char *addresses = NULL;

  if (!scene->exists)
    return dup_headline_without_segment (scene);
  if (scene->marked)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "Marked for removal, and still there: %lu attachment is left.",
                                         "Marked for removal, and still there: %lu attachments are left.",
                                         scene->record.n_attaches),
                            scene->record.n_attaches);
  if (scene->record.n_attaches == 0)
    return g_strdup (_("The kernel has the segment; nobody is attached."));
  if (n_attached == 0)
    return g_strdup (_("Only processes that cannot be seen from here are attached."));
  if (n_attached == 1 && scene->n_seen == 1 && own->stretches->len == 1)
    return g_strdup (scene->role == LAB_ROLE_SERVER
                       ? _("A stretch of the server’s addresses is the segment.")
                       : _("A stretch of this client’s addresses is the segment."));

  processes = count_processes (n_attached);
  addresses = count_addresses (scene->n_addresses);

  /* Translators: “Three processes, three addresses, one piece of memory.” */
  return g_strdup_printf (_("%s, %s, one piece of memory."), processes, addresses);
}

/**
 * lab_picture_scene_dup_explanation:
 * @scene: a scene
 *
 * Returns: (transfer full): why that is so or what follows from it
 */
char *
lab_picture_scene_dup_explanation (const LabPictureScene *scene)
{
  const LabSceneProcess *own = lab_picture_scene_get_own (scene);
  guint n_attached = lab_picture_scene_get_n_attached (scene);

  if (!scene->exists)
    return dup_explanation_without_segment (scene);
  if (scene->other_id != -1)
    return g_strdup_printf (_("Segment %d has the key now: who looks it up meets that one, and never this."), scene->other_id);
  if (scene->marked)
    return g_strdup (_("IPC_RMID took the key away, so nobody finds it by key; who is attached goes on. The last shmdt gives the memory back."));
  if (scene->record.n_attaches == 0)
    return g_strdup (_("It lives in the kernel and not in a process: it stays until IPC_RMID or a restart, whoever ends."));
  if (scene->n_unseen > 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "The kernel counts %lu more attachment, of a process that cannot be seen from here.",
                                         "The kernel counts %lu more attachments, of processes that cannot be seen from here.",
                                         scene->n_unseen),
                            scene->n_unseen);
  if (scene->n_seen > n_attached)
    return g_strdup (_("The kernel counts attachments, not processes: a process that attaches twice counts twice."));
  if (own->stretches->len == 0)
    return g_strdup (_("This process is not attached: it sees who is, and not what is in it."));
  if (n_attached == 1)
    return g_strdup (_("What is stored at this address is stored in the segment, and stays there when the process ends."));
  if (scene->role == LAB_ROLE_SERVER)
    return g_strdup (_("Storing needs no system call: the bytes that are stored here are at once the bytes that the clients read."));

  return g_strdup (_("Reading needs no system call: the bytes that the server stores are at once the bytes that are read here."));
}
