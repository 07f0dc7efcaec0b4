/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-scene.h"

#include <glib/gstdio.h>
#include <string.h>

#include "backend/kernel/lab-sysv.h"
#include "backend/segment/lab-key.h"
#include "helpers/helper-keys.h"

/**
 * scene_set_up:
 * @self: a scene
 * @unused: nothing
 *
 * For the set_up of a test: a key that nothing else uses.
 */
void
scene_set_up (Scene         *self,
              gconstpointer  unused)
{
  e2e_set_up ();
  self->key = test_key ();
  self->key_text = lab_key_format (self->key);
}

/**
 * scene_tear_down:
 * @self: a scene
 * @unused: nothing
 *
 * For the tear_down: ends the programs, and removes the key's segment and
 * semaphore should the test have left them.
 */
void
scene_tear_down (Scene         *self,
                 gconstpointer  unused)
{
  e2e_tear_down ();
  if (scene_has_segment (self))
    scene_remove (self);
  if (scene_has_semaphore (self))
    lab_sysv_semctl_rmid (lab_sysv_semget (self->key, 0, LAB_GET_EXISTING, 0));
  g_clear_pointer (&self->key_text, g_free);
}

/**
 * scene_start_valist:
 * @self: a scene
 * @name: of the program
 * @args: more of its command line, then %NULL
 *
 * As scene_start_server() and scene_start_client(), for who has a list of arguments already.
 *
 * Returns: (transfer none): the program
 */
E2eProgram *
scene_start_valist (Scene      *self,
                    const char *name,
                    va_list     args)
{
  g_autoptr(GPtrArray) arguments = g_ptr_array_new ();
  const char *argument;

  g_ptr_array_add (arguments, (gpointer) name);
  g_ptr_array_add (arguments, (gpointer) "--key");
  g_ptr_array_add (arguments, self->key_text);
  while ((argument = va_arg (args, const char *)) != NULL)
    g_ptr_array_add (arguments, (gpointer) argument);
  g_ptr_array_add (arguments, NULL);

  return e2e_startv ((const char * const *) arguments->pdata);
}

/**
 * scene_start_server:
 * @self: a scene
 * @...: more of its command line, then %NULL
 *
 * Starts a server with the scene's key.
 *
 * Returns: (transfer none): the program
 */
E2eProgram *
scene_start_server (Scene *self,
                    ...)
{
  E2eProgram *program;
  va_list args;

  va_start (args, self);
  program = scene_start_valist (self, "shmlab-server", args);
  va_end (args);

  return program;
}

E2eProgram *
scene_start_client (Scene *self,
                    ...)
{
  E2eProgram *program;
  va_list args;

  va_start (args, self);
  program = scene_start_valist (self, "shmlab-client", args);
  va_end (args);

  return program;
}

/**
 * scene_start_stranger:
 * @self: a scene
 * @size_bytes: of the segment to make
 * @mode: of the segment to make
 * @...: more for helper-stranger, then %NULL
 *
 * Has somebody else make a segment under the scene's key, and waits for it.
 * Skips the test when that somebody may not be.
 *
 * Returns: (transfer none) (nullable): the program, or %NULL when the test is skipped
 */
E2eProgram *
scene_start_stranger (Scene *self,
                      gsize  size_bytes,
                      guint  mode,
                      ...)
{
  g_autofree char *size_text = g_strdup_printf ("%" G_GSIZE_FORMAT, size_bytes);
  g_autofree char *mode_text = g_strdup_printf ("%o", mode);
  g_autoptr(GPtrArray) arguments = g_ptr_array_new ();
  E2eProgram *program;
  const char *argument;
  va_list args;

  g_ptr_array_add (arguments, (gpointer) "helper-stranger");
  g_ptr_array_add (arguments, self->key_text);
  g_ptr_array_add (arguments, size_text);
  g_ptr_array_add (arguments, mode_text);
  va_start (args, mode);
  while ((argument = va_arg (args, const char *)) != NULL)
    g_ptr_array_add (arguments, (gpointer) argument);
  va_end (args);
  g_ptr_array_add (arguments, NULL);

  program = e2e_startv ((const char * const *) arguments->pdata);
  E2E_WAIT (scene_has_segment (self) || !e2e_is_running (program));
  if (!e2e_is_running (program) && e2e_wait_exit (program) == 77)
    {
      g_test_skip ("only root can be somebody else");
      return NULL;
    }

  return program;
}

/**
 * scene_stat:
 * @self: a scene
 * @record: (out): the kernel's record
 *
 * Returns: whether a segment has the scene's key
 */
gboolean
scene_stat (Scene        *self,
            LabShmRecord *record)
{
  g_autoptr(GArray) table = lab_segment_table_read (NULL);
  const LabShmEntry *entry = lab_segment_table_find_key (table, self->key);

  if (entry != NULL)
    *record = entry->record;

  return entry != NULL;
}

gboolean
scene_stat_id (int           id,
               LabShmRecord *record)
{
  g_autoptr(GArray) table = lab_segment_table_read (NULL);
  const LabShmEntry *entry = lab_segment_table_find_id (table, id);

  if (entry != NULL)
    *record = entry->record;

  return entry != NULL;
}

/**
 * scene_is_untouched:
 * @self: a scene
 * @before: the record as it was
 *
 * Returns: whether the key still has that segment, and all that differs is what
 *   looking at it changes: lpid and the times of attaching and detaching
 */
gboolean
scene_is_untouched (Scene              *self,
                    const LabShmRecord *before)
{
  LabShmRecord now;

  return scene_stat (self, &now) && now.id == before->id && now.uid == before->uid && now.mode == before->mode &&
         now.size_bytes == before->size_bytes && now.cpid == before->cpid && now.ctime == before->ctime &&
         now.n_attaches == before->n_attaches;
}

gboolean
scene_has_segment (Scene *self)
{
  LabShmRecord record;

  return scene_stat (self, &record);
}

/**
 * scene_count_attached:
 * @self: a scene
 *
 * Returns: the nattch of the segment under the scene's key, 0 without one
 */
gulong
scene_count_attached (Scene *self)
{
  LabShmRecord record;

  return scene_stat (self, &record) ? record.n_attaches : 0;
}

/**
 * scene_has_semaphore:
 * @self: a scene
 *
 * Returns: whether the kernel has a semaphore set under the scene's key
 */
gboolean
scene_has_semaphore (Scene *self)
{
  return lab_sysv_semget (self->key, 0, LAB_GET_EXISTING, 0) != -1;
}

/**
 * scene_remove:
 * @self: a scene whose key has a segment
 *
 * Does what ipcrm(1) does.
 */
void
scene_remove (Scene *self)
{
  LabShmRecord record;

  g_assert_true (scene_stat (self, &record));
  g_assert_cmpint (lab_sysv_shmctl_rmid (record.id, NULL), ==, 0);
}

/**
 * scene_count_made_by:
 * @program: a program, which may have ended
 *
 * Returns: how many segments in the kernel were made by it, under whatever key;
 *   without those that X11 libraries make to show pictures, which are marked for
 *   removal as soon as they are attached
 */
guint
scene_count_made_by (E2eProgram *program)
{
  g_autoptr(GArray) table = lab_segment_table_read (NULL);
  guint n = 0;

  for (guint i = 0; i < table->len; i++)
    {
      const LabShmRecord *record = &g_array_index (table, LabShmEntry, i).record;

      if (record->cpid == e2e_get_pid (program) && (record->mode & LAB_MODE_DEST) == 0)
        n++;
    }

  return n;
}

/**
 * scene_write:
 * @server: an attached server
 * @text: the message
 *
 * Puts the text into the server's entry and writes it, by the action that the
 * button Write and Ctrl+Enter stand for.
 */
void
scene_write (E2eProgram *server,
             const char *text)
{
  e2e_set_text (e2e_get (server, "text box", "Message"), text);
  e2e_activate (server, "win.write", NULL);
}

/**
 * scene_write_slowly:
 * @server: a server whose slow motion is off
 * @text: the message
 * @n_steps: of its stores
 *
 * Begins a message in slow motion, and makes its first stores.
 */
void
scene_write_slowly (E2eProgram *server,
                    const char *text,
                    guint       n_steps)
{
  E2eNode *step;

  e2e_click (e2e_get (server, "switch", "Slow motion"));
  step = e2e_get (server, "button", "Step");  /* there once the switch has moved */
  scene_write (server, text);
  E2E_WAIT (e2e_is_sensitive (step));
  for (guint i = 0; i < n_steps; i++)
    e2e_click (step);
}

/**
 * scene_get_shown:
 * @client: a client
 *
 * Returns: (transfer none): the label with the message, in large type
 */
E2eNode *
scene_get_shown (E2eProgram *client)
{
  return e2e_find_below (e2e_get (client, NULL, "Message shown"), "label", NULL);
}

gboolean
scene_shows_message (E2eProgram *client,
                     const char *text)
{
  g_autofree char *shown = e2e_dup_text (scene_get_shown (client));

  return g_str_equal (shown, text);
}

/**
 * scene_fill_clipboard:
 * @bytes: any bytes
 * @length: how many
 *
 * Has another program put text on the clipboard.
 */
void
scene_fill_clipboard (gconstpointer bytes,
                      gsize         length)
{
  g_autofree char *path = g_build_filename (g_get_user_cache_dir (), "clipboard", NULL);
  g_autoptr(GError) error = NULL;
  E2eProgram *program;

  g_file_set_contents (path, bytes, (gssize) length, &error);
  g_assert_no_error (error);
  program = e2e_start ("helper-clipboard", path, NULL);
  E2E_WAIT (e2e_output_has (program, "ready"));
}

/**
 * scene_choose_protection:
 * @server: a server
 * @title: a row of its list
 *
 * Chooses it by the keyboard.
 */
void
scene_choose_protection (E2eProgram *server,
                         const char *title)
{
  e2e_choose (server, "Protection", "alt+r", title);
}
