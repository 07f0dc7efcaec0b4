/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dlfcn.h>

#include <gtk/gtk.h>

#include "client/lab-client-resources.h"
#include "copies/lab-copies-resources.h"
#include "helpers/helper-tree.h"
#include "server/lab-server-resources.h"
#include "ui/app/lab-ui.h"

/* Every type that a header of src/ names is built, each of its properties is read, set and
 * notified, and it is freed: a new type needs no line here. */

/* Two values that a text may have, where not every text will do. */
static const struct { const char *type; const char *property; const char *texts[2]; } known_texts[] = {
  { "LabInspector", "current-name", { "memory", "calls" } },
};

static GObject *build (GType type);

/* The types whose LAB_TYPE_ macro stands in a header of src/. */
static GArray *
find_types (void)
{
  GArray *types = g_array_new (FALSE, FALSE, sizeof (GType));
  g_autoptr(GPtrArray) files = tree_files ("src", ".h", NULL);
  g_autoptr(GRegex) macro = g_regex_new ("#define LAB_TYPE_\\w+\\s+\\((lab_\\w+_get_type) \\(\\)\\)", 0, 0, NULL);

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *text = tree_read (g_ptr_array_index (files, i));
      g_autoptr(GMatchInfo) match = NULL;

      for (g_regex_match (macro, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
        {
          g_autofree char *name = g_match_info_fetch (match, 1);
          GType (*get_type) (void) = (GType (*) (void)) dlsym (RTLD_DEFAULT, name);
          GType type;

          if (get_type == NULL)
            g_printerr ("%s: %s is in no library\n", (const char *) g_ptr_array_index (files, i), name);
          g_assert_nonnull (get_type);
          type = get_type ();
          if (G_TYPE_IS_OBJECT (type) && !G_TYPE_IS_ABSTRACT (type))
            g_array_append_val (types, type);
        }
    }

  return types;
}

/* Another value than @value, in the range of @pspec; for what can be made from nothing. */
static gboolean
make_other (GParamSpec   *pspec,
            const GValue *value,
            GValue       *other)
{
  g_value_init (other, pspec->value_type);

  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    {
      g_value_set_boolean (other, !g_value_get_boolean (value));
    }
  else if (G_IS_PARAM_SPEC_STRING (pspec))
    {
      const char *texts[2] = { "some text", "another" };

      for (gsize i = 0; i < G_N_ELEMENTS (known_texts); i++)
        if (g_str_equal (known_texts[i].type, g_type_name (pspec->owner_type))
            && g_str_equal (known_texts[i].property, pspec->name))
          memcpy (texts, known_texts[i].texts, sizeof texts);
      g_value_set_string (other, texts[g_strcmp0 (g_value_get_string (value), texts[0]) == 0 ? 1 : 0]);
    }
  else if (G_IS_PARAM_SPEC_ENUM (pspec))
    {
      GEnumClass *klass = G_PARAM_SPEC_ENUM (pspec)->enum_class;

      g_value_set_enum (other, klass->values[klass->values[0].value == g_value_get_enum (value) ? 1 : 0].value);
    }
  else if (G_IS_PARAM_SPEC_OBJECT (pspec))
    {
      GType type = pspec->value_type;

      /* An object of the same kind, where one can be built, or none. */
      if (!g_str_has_prefix (g_type_name (type), "Lab") || G_TYPE_IS_ABSTRACT (type) || !G_TYPE_IS_OBJECT (type))
        g_value_set_object (other, NULL);
      else
        g_value_take_object (other, build (type));
    }
  else if (G_TYPE_IS_VALUE_TYPE (pspec->value_type) && g_value_type_transformable (G_TYPE_DOUBLE, pspec->value_type))
    {
      GValue number = G_VALUE_INIT;

      g_value_init (&number, G_TYPE_DOUBLE);
      for (double candidate = 0; candidate < 1e5; candidate = candidate * 2 + 1)
        {
          g_value_set_double (&number, candidate);
          g_value_transform (&number, other);
          if (!g_param_value_validate (pspec, other) && g_param_values_cmp (pspec, value, other) != 0)
            break;
        }
      g_value_unset (&number);
    }
  else
    {
      return FALSE;
    }

  return g_param_values_cmp (pspec, value, other) != 0;
}

/* An object of @type; what it must be given at its construction is built too. */
static GObject *
build (GType type)
{
  g_autoptr(GTypeClass) klass = g_type_class_ref (type);
  guint n_pspecs;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_CLASS (klass), &n_pspecs);
  g_autoptr(GPtrArray) names = g_ptr_array_new ();
  g_autoptr(GArray) values = g_array_new (FALSE, TRUE, sizeof (GValue));
  GObject *object;

  g_array_set_clear_func (values, (GDestroyNotify) g_value_unset);
  for (guint i = 0; i < n_pspecs; i++)
    if ((pspecs[i]->flags & G_PARAM_CONSTRUCT_ONLY) != 0 && g_str_has_prefix (g_type_name (pspecs[i]->owner_type), "Lab")
        && G_IS_PARAM_SPEC_OBJECT (pspecs[i]) && g_str_has_prefix (g_type_name (pspecs[i]->value_type), "Lab"))
      {
        g_array_set_size (values, values->len + 1);
        g_value_init (&g_array_index (values, GValue, values->len - 1), pspecs[i]->value_type);
        g_value_take_object (&g_array_index (values, GValue, values->len - 1), build (pspecs[i]->value_type));
        g_ptr_array_add (names, (gpointer) pspecs[i]->name);
      }

  object = g_object_new_with_properties (type, names->len, (const char **) names->pdata, (const GValue *) (gpointer) values->data);
  if (G_IS_INITIALLY_UNOWNED (object))
    g_object_ref_sink (object);

  return object;
}

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          guint      *n_notified)
{
  ++*n_notified;
}

/* Sets the property to @value, and counts how often it was notified. */
static guint
set_and_count (GObject      *object,
               const char   *name,
               const GValue *value)
{
  g_autofree char *signal = g_strconcat ("notify::", name, NULL);
  guint n_notified = 0;
  gulong handler = g_signal_connect (object, signal, G_CALLBACK (count_cb), &n_notified);

  g_object_set_property (object, name, value);
  g_signal_handler_disconnect (object, handler);

  return n_notified;
}

static void
check_property (GObject    *object,
                GParamSpec *pspec)
{
  GValue value = G_VALUE_INIT;
  GValue other = G_VALUE_INIT;
  GValue now = G_VALUE_INIT;

  if ((pspec->flags & G_PARAM_READABLE) == 0)
    return;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (object, pspec->name, &value);
  if (g_param_value_validate (pspec, &value))
    {
      g_printerr ("%s:%s has a value out of its range\n", G_OBJECT_TYPE_NAME (object), pspec->name);
      g_test_fail ();
    }

  if ((pspec->flags & G_PARAM_WRITABLE) == 0 || (pspec->flags & G_PARAM_CONSTRUCT_ONLY) != 0
      || !make_other (pspec, &value, &other))
    goto out;

  if (set_and_count (object, pspec->name, &other) != 1)
    {
      g_printerr ("%s:%s is not notified once when it changes\n", G_OBJECT_TYPE_NAME (object), pspec->name);
      g_test_fail ();
    }
  g_value_init (&now, pspec->value_type);
  g_object_get_property (object, pspec->name, &now);
  if (g_param_values_cmp (pspec, &now, &other) != 0)
    {
      g_printerr ("%s:%s does not keep what it was set to\n", G_OBJECT_TYPE_NAME (object), pspec->name);
      g_test_fail ();
    }
  if (set_and_count (object, pspec->name, &other) != 0)
    {
      g_printerr ("%s:%s is notified without a change\n", G_OBJECT_TYPE_NAME (object), pspec->name);
      g_test_fail ();
    }

out:
  g_value_unset (&value);
  if (G_IS_VALUE (&other))
    g_value_unset (&other);
  if (G_IS_VALUE (&now))
    g_value_unset (&now);
}

static void
test_every_type (gconstpointer data)
{
  GType type = GPOINTER_TO_SIZE (data);
  GObject *object = build (type);
  gpointer weak = object;
  guint n_pspecs;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_pspecs);

  g_object_add_weak_pointer (object, &weak);
  for (guint i = 0; i < n_pspecs; i++)
    if (g_str_has_prefix (g_type_name (pspecs[i]->owner_type), "Lab"))
      check_property (object, pspecs[i]);

  /* What is put off until the main loop runs may hold it, and must let go. */
  if (GTK_IS_WINDOW (object))
    gtk_window_destroy (GTK_WINDOW (object));
  g_object_unref (object);
  for (guint i = 0; weak != NULL && i < 1000; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (i < 10 ? 0 : 1000);
    }
  if (weak != NULL)
    {
      g_printerr ("%s is not freed\n", g_type_name (type));
      g_test_fail ();
      g_object_remove_weak_pointer (weak, &weak);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GArray) types = NULL;

  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_ui_init ();
  lab_client_register_resource ();
  lab_copies_register_resource ();
  lab_server_register_resource ();

  types = find_types ();
  g_assert_cmpuint (types->len, >, 50);
  for (guint i = 0; i < types->len; i++)
    {
      GType type = g_array_index (types, GType, i);
      g_autofree char *path = g_strconcat ("/tree/types/", g_type_name (type), NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (type), test_every_type);
    }

  return g_test_run ();
}
