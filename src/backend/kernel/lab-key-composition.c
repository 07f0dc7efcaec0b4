/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-key-composition.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-key-parts.h"
#include "backend/kernel/lab-text.h"

/* Files of a folder that are looked at for another one with the same key. */
#define MAX_FILES 100000

struct _LabKeyComposition
{
  GObject       parent_instance;

  char         *path;
  int           letter;
  GCancellable *cancellable;
  char         *text;
  char         *twin;
};

enum { PROP_0, PROP_TEXT, PROP_TWIN, N_PROPS };

G_DEFINE_FINAL_TYPE (LabKeyComposition, lab_key_composition, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

/* The path in whose folder others are looked for. */
static char *
find_twin (const char        *path,
           const struct stat *status)
{
  g_autofree char *folder = g_path_get_dirname (path);
  DIR *dir = opendir (folder);
  const struct dirent *entry;
  char *twin = NULL;

  for (guint n = 0; dir != NULL && twin == NULL && n < MAX_FILES && (entry = readdir (dir)) != NULL; n++)
    {
      struct stat other;

      if ((entry->d_ino - status->st_ino) % LAB_KEY_INODES == 0
          && strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0
          && fstatat (dirfd (dir), entry->d_name, &other, 0) == 0
          && other.st_ino != status->st_ino
          && lab_key_join (1, other.st_dev, other.st_ino) == lab_key_join (1, status->st_dev, status->st_ino))
        {
          g_autofree char *name = lab_text_format_name (entry->d_name);
          const gboolean more = other.st_ino > status->st_ino;
          g_autofree char *distance = lab_text_format_count (more ? other.st_ino - status->st_ino : status->st_ino - other.st_ino);

          /* Translators: the name of a file, and the distance of two inodes, a multiple of 65,536 */
          twin = g_strdup_printf (_("In the same folder %s makes the same key with the same letter: its inode differs by %s."), name, distance);
        }
    }
  if (dir != NULL)
    closedir (dir);

  return twin;
}

typedef struct
{
  char *path;
  int   letter;
  char *text;
  char *twin;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->path);
  g_free (question->text);
  g_free (question->twin);
  g_free (question);
}

static void
ask_thread (GTask        *task,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  Question *question = data;
  struct stat status;

  if (stat (question->path, &status) == 0)
    {
      question->text = lab_key_describe_parts ((guint) question->letter, status.st_dev, status.st_ino);
      question->twin = find_twin (question->path, &status);
    }
  g_task_return_boolean (task, TRUE);
}

static void
set_words (LabKeyComposition *self,
           char              *text,
           char              *twin)
{
  GObject *object = G_OBJECT (self);

  g_object_freeze_notify (object);
  if (g_strcmp0 (self->text, text) != 0)
    g_object_notify_by_pspec (object, properties[PROP_TEXT]);
  if (g_strcmp0 (self->twin, twin) != 0)
    g_object_notify_by_pspec (object, properties[PROP_TWIN]);
  g_free (self->text);
  g_free (self->twin);
  self->text = text;
  self->twin = twin;
  g_object_thaw_notify (object);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  LabKeyComposition *self = LAB_KEY_COMPOSITION (source);
  Question *question = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return;

  g_clear_object (&self->cancellable);
  set_words (self, g_steal_pointer (&question->text), g_steal_pointer (&question->twin));
}

static void
lab_key_composition_dispose (GObject *object)
{
  LabKeyComposition *self = LAB_KEY_COMPOSITION (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (lab_key_composition_parent_class)->dispose (object);
}

static void
lab_key_composition_finalize (GObject *object)
{
  LabKeyComposition *self = LAB_KEY_COMPOSITION (object);

  g_free (self->path);
  g_free (self->text);
  g_free (self->twin);

  G_OBJECT_CLASS (lab_key_composition_parent_class)->finalize (object);
}

static void
lab_key_composition_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_TEXT:
      g_value_set_string (value, LAB_KEY_COMPOSITION (object)->text);
      break;
    case PROP_TWIN:
      g_value_set_string (value, LAB_KEY_COMPOSITION (object)->twin);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_key_composition_class_init (LabKeyCompositionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = lab_key_composition_dispose;
  object_class->finalize = lab_key_composition_finalize;
  object_class->get_property = lab_key_composition_get_property;

  /* Translated sentences; %NULL without a file that is there. */
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  /* What other file of its folder makes the same key; %NULL for none. */
  properties[PROP_TWIN] = g_param_spec_string ("twin", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_key_composition_init (LabKeyComposition *self)
{
}

/**
 * lab_key_composition_new:
 *
 * Returns: (transfer full): a composition of nothing
 */
LabKeyComposition *
lab_key_composition_new (void)
{
  return g_object_new (LAB_TYPE_KEY_COMPOSITION, NULL);
}

/**
 * lab_key_composition_set_file:
 * @self: a composition
 * @path: (nullable): a file for ftok(3), or %NULL for none
 * @letter: the project letter, 1 to 255
 *
 * A thread looks at the file and its folder now; the properties follow.
 *
 * Source: ftok(3), stat(2).
 */
void
lab_key_composition_set_file (LabKeyComposition *self,
                              const char        *path,
                              int                letter)
{
  g_autoptr(GTask) task = NULL;
  Question *question;

  g_return_if_fail (LAB_IS_KEY_COMPOSITION (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (g_strcmp0 (self->path, path) != 0 || self->letter != letter)
    set_words (self, NULL, NULL);
  g_free (self->path);
  self->path = g_strdup (path);
  self->letter = letter;
  if (path == NULL)
    return;

  self->cancellable = g_cancellable_new ();
  question = g_new0 (Question, 1);
  question->path = g_strdup (path);
  question->letter = letter;
  task = g_task_new (self, self->cancellable, asked_cb, NULL);
  g_task_set_source_tag (task, lab_key_composition_set_file);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, ask_thread);
}

/**
 * lab_key_composition_get_text:
 * @self: a composition
 *
 * Returns: (nullable): how the key is composed, in translated sentences
 */
const char *
lab_key_composition_get_text (LabKeyComposition *self)
{
  g_return_val_if_fail (LAB_IS_KEY_COMPOSITION (self), NULL);

  return self->text;
}

/**
 * lab_key_composition_get_twin:
 * @self: a composition
 *
 * Returns: (nullable): which other file of the folder makes the same key, in a translated sentence
 */
const char *
lab_key_composition_get_twin (LabKeyComposition *self)
{
  g_return_val_if_fail (LAB_IS_KEY_COMPOSITION (self), NULL);

  return self->twin;
}
