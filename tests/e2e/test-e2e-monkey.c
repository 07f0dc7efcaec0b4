/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A monkey uses both programs: it clicks and types at random, through the accessibility bus, the mouse and the
 * keyboard, while segments vanish, processes are killed and a stranger writes.  No program may end but when it is
 * asked to, and none may warn.  For LAB_STRESS_SECONDS seconds, else for 8, and then GTK's own warnings are only told;
 * G_TEST seeds (--seed) say what it does. */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "backend/kernel/lab-segment-table.h"
#include "backend/kernel/lab-sysv.h"
#include "helpers/helper-e2e-private.h"
#include "helpers/helper-scene.h"

#define N_PROGRAMS 3  /* a server and two clients */

typedef struct
{
  Scene      *scene;
  E2eProgram *programs[N_PROGRAMS];
  int         doomed[N_PROGRAMS];    /* the signal that ends it, or 0 */
  guint       n_starts;
  guint       n_acts;
  GString    *diary;                 /* the last acts, for whoever has to find out */
} Monkey;

static const char * const keys[] = {
  "Tab", "shift+Tab", "Return", "Escape", "space", "Up", "Down", "Left", "Right", "Home", "End", "Page_Up", "Page_Down",
  "Delete", "BackSpace", "F5", "F6", "F7", "F8", "F10", "ctrl+a", "ctrl+c", "ctrl+d", "ctrl+e", "ctrl+f", "ctrl+g",
  "ctrl+h", "ctrl+l", "ctrl+o", "ctrl+p", "ctrl+r", "ctrl+v", "ctrl+w", "ctrl+x", "ctrl+z", "ctrl+4", "ctrl+Return",
  "ctrl+question", "alt+1", "alt+2", "alt+3", "alt+4", "alt+5", "ctrl+shift+Home", "ctrl+End", "shift+Down", "ctrl+Tab",
};

static const char * const texts[] = {
  "", "a", "Good morning, class!", "0", "-1", "0xffffffff", "0x41000001", "999999999999999999999", "12 apples", "64KiB",
  "rwxrwxrwx", "0232", "/etc/passwd", "/nowhere/at/all", "\t\t\t\t", "line\nline\n\nline", "\u202eevil\u202c",
  "a\u0300\u0301\u0302\u0303\u0304", "\u2028\u2029\xc2\x85", "\U0001f600\U0001f468\u200d\U0001f469", "\u0627\u0644\u0633\u0644\u0627\u0645",
};

/* In the words of the accessibility bus. */
static const char * const clickable[] = {
  "button", "toggle button", "switch", "check box", "radio button", "tab", "list item", "menu item", "combo box", "row",
  "grid cell", "slider", "text box", "entry",
};

static void
note (Monkey     *self,
      guint       which,
      const char *format,
      ...) G_GNUC_PRINTF (3, 4);

static void
note (Monkey     *self,
      guint       which,
      const char *format,
      ...)
{
  va_list args;

  va_start (args, format);
  g_string_append_printf (self->diary, "\n%u: program %u: ", self->n_acts, which);
  g_string_append_vprintf (self->diary, format, args);
  va_end (args);
  if (self->diary->len > 8000)
    g_string_erase (self->diary, 0, 4000);
}

static void
start (Monkey *self,
       guint   which)
{
  if (which == 0)
    self->programs[0] = g_test_rand_bit ()
                          ? scene_start_server (self->scene, "--start", "--message", "from the monkey", NULL)
                          : scene_start_server (self->scene, NULL);
  else
    self->programs[which] = g_test_rand_bit () ? scene_start_client (self->scene, "--interval", "10", NULL)
                                               : scene_start_client (self->scene, NULL);
  self->doomed[which] = 0;
  self->n_starts++;
}

/* Whether all is well: who has ended was asked to, and is started anew. */
static gboolean
check (Monkey *self)
{
  for (guint i = 0; i < N_PROGRAMS; i++)
    {
      E2eProgram *program = self->programs[i];
      int status;

      if (e2e_is_running (program))
        continue;

      status = e2e_wait_exit (program);
      if (status == 1000 + SIGTRAP)
        {
          g_autofree char *complaint = e2e_dup_errors (program);

          g_test_message ("program %u ended: %s", i, complaint);
        }
      /* A program that has only just begun ends by SIGTERM itself. */
      if (status != 0 && status != 1000 + SIGTERM && !(self->doomed[i] != 0 && status == 1000 + self->doomed[i])
          && !(status == 1000 + SIGTRAP && e2e_stumbled_in_gtk (program)))
        {
          g_autofree char *errors = e2e_dup_errors (program);

          e2e_fail ("program %u ended with %d; it said: %s\nthe monkey did: %s", i, status, errors, self->diary->str);
          return FALSE;
        }
      start (self, i);
    }

  return TRUE;
}

static E2eNode *
choose_node (E2eProgram *program)
{
  g_autoptr(GPtrArray) nodes = g_ptr_array_new ();
  E2eNode *root = e2e_bus_read (program);

  if (root == NULL)
    return NULL;

  e2e_bus_collect (root, nodes);
  for (guint i = 0; i < 40; i++)
    {
      E2eNode *node = nodes->pdata[g_test_rand_int_range (0, (gint32) nodes->len)];

      for (guint j = 0; j < G_N_ELEMENTS (clickable); j++)
        if (g_strcmp0 (e2e_get_role (node), clickable[j]) == 0 && e2e_has_extents (node))
          return node;
    }

  return NULL;
}

/* A widget may have gone since it was found, and then nothing happens. */
static void
use_widget (Monkey     *self,
            guint       which,
            E2eProgram *program)
{
  g_autoptr(GVariant) reply = NULL;
  E2eNode *node = choose_node (program);
  const char *role;

  if (node == NULL)
    return;

  role = e2e_get_role (node);
  note (self, which, "%s “%s”", role, node->name);
  if (g_strcmp0 (role, "text box") == 0 || g_strcmp0 (role, "entry") == 0)
    reply = e2e_bus_call (node, "EditableText", "SetTextContents",
                          g_variant_new ("(s)", texts[g_test_rand_int_range (0, G_N_ELEMENTS (texts))]), "(b)");
  else if (g_strcmp0 (role, "slider") == 0)
    e2e_bus_set (node, "Value", "CurrentValue", g_variant_new_double (g_test_rand_double_range (-10, 10000)));
  else
    reply = e2e_bus_call (node, "Action", "DoAction", g_variant_new ("(i)", 0), "(b)");
}

static void
use_mouse (Monkey     *self,
           guint       which,
           E2eProgram *program)
{
  static const guint buttons[] = { 1, 1, 1, 1, 3, 4, 5, 2 };
  guint button = buttons[g_test_rand_int_range (0, G_N_ELEMENTS (buttons))];
  int x = g_test_rand_int_range (-520, 520);
  int y = g_test_rand_int_range (-380, 380);

  note (self, which, "mouse button %u at %d, %d", button, x, y);
  e2e_x_click (program->pid, 0, 0, x, y, button);
}

static void
use_keyboard (Monkey     *self,
              guint       which,
              E2eProgram *program)
{
  const char *key = keys[g_test_rand_int_range (0, G_N_ELEMENTS (keys))];

  /* The others may have the keyboard: then they get the key. */
  e2e_x_focus (program->pid);
  note (self, which, "key %s", key);
  e2e_key (key);
}

/* One of the programs may have been faster. */
static void
remove_segment (Scene *scene)
{
  LabShmRecord record;

  if (scene_stat (scene, &record))
    lab_sysv_shmctl_rmid (record.id, NULL);
}

static void
disturb (Monkey     *self,
         guint       which,
         E2eProgram *program)
{
  g_autofree char *seed = g_strdup_printf ("%d", (int) g_test_rand_int ());
  E2eProgram *stranger;

  switch (g_test_rand_int_range (0, 5))
    {
    case 0:
      note (self, which, "kill -9");
      self->doomed[which] = SIGKILL;
      e2e_signal (program, SIGKILL);
      break;
    case 1:
      note (self, which, "kill");
      e2e_signal (program, SIGTERM);
      break;
    case 2:
      note (self, which, "the segment is removed");
      remove_segment (self->scene);
      break;
    case 3:
      note (self, which, "a stranger writes");
      stranger = e2e_start ("helper-scribbler", self->scene->key_text, seed, NULL);
      for (gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC / 2; g_get_monotonic_time () < end; )
        use_widget (self, which, program);
      e2e_signal (stranger, SIGKILL);
      e2e_wait_exit (stranger);
      break;
    default:
      note (self, which, "Escape, three times");
      e2e_x_focus (program->pid);
      for (guint i = 0; i < 3; i++)
        e2e_key ("Escape");
      break;
    }
}

/* Ends all but @n_kept of the clients of this session; some were started by the programs. */
static guint
end_surplus (guint n_kept)
{
  const char *session = g_getenv ("DBUS_SESSION_BUS_ADDRESS");
  g_autoptr(GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint n_clients = 0;

  while (proc != NULL && (name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *comm_path = g_build_filename ("/proc", name, "comm", NULL);
      g_autofree char *environ_path = g_build_filename ("/proc", name, "environ", NULL);
      g_autofree char *environment = NULL;
      g_autofree char *comm = NULL;
      gsize length = 0;

      if (!g_ascii_isdigit (*name)
          || !g_file_get_contents (comm_path, &comm, NULL, NULL) || !g_str_has_prefix (comm, "shmlab-client")
          || !g_file_get_contents (environ_path, &environment, &length, NULL)
          || memmem (environment, length, session, strlen (session)) == NULL)
        continue;
      if (++n_clients > n_kept)
        kill ((pid_t) g_ascii_strtoll (name, NULL, 10), SIGTERM);
    }

  return n_clients;
}

static gboolean
is_alone (void)
{
  g_autoptr(GArray) entries = lab_segment_table_read (NULL);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    if (g_array_index (entries, LabShmEntry, i).record.key != 0)
      return FALSE;

  return TRUE;
}

static gint64
get_time_ms (void)
{
  const char *seconds = g_getenv ("LAB_STRESS_SECONDS");

  return seconds != NULL ? g_ascii_strtoll (seconds, NULL, 10) * 1000 : 8000;
}

static void
test_nothing_dies_of_a_monkey (Scene         *scene,
                               gconstpointer  unused)
{
  Monkey self = { scene, .diary = g_string_new (NULL) };
  g_autofree char *folder = g_dir_make_tmp ("shmlab-monkey-XXXXXX", NULL);
  g_autofree char *before = g_get_current_dir ();
  gint64 end;

  if (!is_alone ())
    {
      /* It removes what it finds in the window Segments. */
      g_test_skip ("somebody else's segments are here");
      return;
    }

  if (g_getenv ("LAB_STRESS_SECONDS") == NULL)
    e2e_forgive_gtk ();
  g_chdir (folder);  /* what it saves */
  for (guint i = 0; i < N_PROGRAMS; i++)
    start (&self, i);

  for (end = e2e_deadline (get_time_ms ()); g_get_monotonic_time () < end && check (&self); self.n_acts++)
    {
      guint which = (guint) g_test_rand_int_range (0, N_PROGRAMS);
      E2eProgram *program = self.programs[which];
      int dice = g_test_rand_int_range (0, 100);

      if (dice < 40)
        use_widget (&self, which, program);
      else if (dice < 65)
        use_mouse (&self, which, program);
      else if (dice < 96)
        use_keyboard (&self, which, program);
      else
        disturb (&self, which, program);
      if (self.n_acts % 50 == 0)
        end_surplus (N_PROGRAMS + 2);
    }
  check (&self);
  g_test_message ("%u acts, %u starts", self.n_acts, self.n_starts);

  for (guint i = 0; i < N_PROGRAMS; i++)
    e2e_signal (self.programs[i], SIGTERM);
  E2E_WAIT (end_surplus (0) == 0);
  g_chdir (before);
  remove_segment (scene);
  g_string_free (self.diary, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
  g_test_add ("/e2e/monkey/nothing-dies-of-it", Scene, NULL, scene_set_up, test_nothing_dies_of_a_monkey, scene_tear_down);
  return g_test_run ();
}
