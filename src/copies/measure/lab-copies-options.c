/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/measure/lab-copies-options.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "copies/measure/lab-copies-words.h"
#include "ui/parts/lab-choose-file.h"
#include "ui/parts/lab-wrap-layout.h"

/* A made-up file need not be longer to see where lines cross. */
#define MAX_PLOT_BYTES (16 * 1024 * 1024)

#define TRIP_TIME_MS "60"
#define TRIP_SIZES "1KiB,4KiB,16KiB,64KiB,256KiB,1MiB"

static const guint64 input_sizes[] = { 1 << 20, 16 << 20, 64 << 20, 256 << 20, 1 << 30 };
#define N_INPUT_SIZES ((guint) G_N_ELEMENTS (input_sizes))
#define DEFAULT_INPUT 2

const guint64 lab_copies_blocks[LAB_COPIES_N_BLOCKS] = {
  512, 1 << 10, 2 << 10, 4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20, 2 << 20, 4 << 20,
};
#define DEFAULT_BLOCK 7

/* As they stand in the list; after them comes the file that the user chooses. */
static const struct { LabCarryMode mode; const char *title; } outputs[] = {
  { LAB_CARRY_MODE_FRESH,    N_("A New File in Memory") },
  { LAB_CARRY_MODE_IN_PLACE, N_("Over a File’s Bytes in Memory") },
  { LAB_CARRY_MODE_NOWHERE,  N_("Nowhere (/dev/null)") },
  { LAB_CARRY_MODE_MEMORY,   N_("From Memory to Memory") },
};
#define CHOSEN_OUTPUT ((guint) G_N_ELEMENTS (outputs))

struct _LabCopiesOptions
{
  GtkWidget             parent_instance;

  GtkWidget            *row;
  GtkWidget            *input_box;
  GtkDropDown          *input;
  GtkWidget            *output_box;
  GtkDropDown          *output;
  GtkWidget            *block_box;
  GtkDropDown          *block;
  GtkSpinButton        *rounds;
  GtkWidget            *ways_button;
  GtkBox               *ways;
  GtkWidget            *way_checks[LAB_N_WAYS];

  GtkStringList        *input_names;
  GtkStringList        *output_names;
  GFile                *input_file;   /* NULL: none chosen yet */
  GFile                *output_file;
  LabCopiesPage         page;
};

enum { CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabCopiesOptions, lab_copies_options, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

/**
 * lab_copies_options_has_file:
 * @self: the options
 *
 * Returns: whether a file of the user's is carried
 */
gboolean
lab_copies_options_has_file (LabCopiesOptions *self)
{
  g_return_val_if_fail (LAB_IS_COPIES_OPTIONS (self), FALSE);

  return gtk_drop_down_get_selected (self->input) >= N_INPUT_SIZES && self->input_file != NULL && self->page != LAB_COPIES_PAGE_TRIPS
         && lab_copies_options_get_mode (self) != LAB_CARRY_MODE_MEMORY;
}

static guint64
get_made_size (LabCopiesOptions *self)
{
  guint selected = gtk_drop_down_get_selected (self->input);
  guint64 size = input_sizes[selected < N_INPUT_SIZES ? selected : DEFAULT_INPUT];

  return self->page == LAB_COPIES_PAGE_BLOCKS ? MIN (size, MAX_PLOT_BYTES) : size;
}

/* What somebody else may have named, for the screen. */
static char *
dup_name (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return lab_text_format_name (name);
}

static void
changed_cb (LabCopiesOptions *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
output_chosen_cb (GtkWidget *widget,
                  GFile     *file)
{
  LabCopiesOptions *self = LAB_COPIES_OPTIONS (widget);

  if (file != NULL && g_file_peek_path (file) != NULL)
    {
      g_autofree char *name = dup_name (file);
      const char *names[] = { name, NULL };

      g_set_object (&self->output_file, file);
      gtk_string_list_splice (self->output_names, CHOSEN_OUTPUT, 1, names);
      gtk_drop_down_set_selected (self->output, CHOSEN_OUTPUT);
    }
  else if (self->output_file == NULL)
    gtk_drop_down_set_selected (self->output, 0);
  changed_cb (self);
}

static void
output_changed_cb (LabCopiesOptions *self)
{
  if (gtk_drop_down_get_selected (self->output) == CHOSEN_OUTPUT && self->output_file == NULL)
    lab_choose_file (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_SAVE, _("Choose Where the Output Goes"), NULL, NULL,
                     output_chosen_cb);
  changed_cb (self);
}

static void
fill_lists (LabCopiesOptions *self)
{
  g_autoptr(GtkStringList) blocks = gtk_string_list_new (NULL);

  self->input_names = gtk_string_list_new (NULL);
  for (guint i = 0; i < N_INPUT_SIZES; i++)
    {
      g_autofree char *size = lab_copies_format_size (input_sizes[i]);
      /* Translators: a made-up file; %s is a size such as 64 MiB */
      g_autofree char *name = g_strdup_printf (_("Made up, %s"), size);

      gtk_string_list_append (self->input_names, name);
    }
  gtk_drop_down_set_model (self->input, G_LIST_MODEL (self->input_names));
  gtk_drop_down_set_selected (self->input, DEFAULT_INPUT);

  self->output_names = gtk_string_list_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++)
    gtk_string_list_append (self->output_names, _(outputs[i].title));
  gtk_string_list_append (self->output_names, _("A File of Mine…"));
  gtk_drop_down_set_model (self->output, G_LIST_MODEL (self->output_names));

  for (guint i = 0; i < LAB_COPIES_N_BLOCKS; i++)
    {
      g_autofree char *size = lab_copies_format_size (lab_copies_blocks[i]);

      gtk_string_list_append (blocks, size);
    }
  gtk_drop_down_set_model (self->block, G_LIST_MODEL (blocks));
  gtk_drop_down_set_selected (self->block, DEFAULT_BLOCK);
}

static void
fill_ways (LabCopiesOptions *self)
{
  for (guint i = 0; i < LAB_N_WAYS; i++)
    {
      self->way_checks[i] = gtk_check_button_new_with_label (lab_way_kind_get_title ((LabWayKind) i));
      gtk_check_button_set_active (GTK_CHECK_BUTTON (self->way_checks[i]), TRUE);
      g_signal_connect_object (self->way_checks[i], "toggled", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
      gtk_box_append (self->ways, self->way_checks[i]);
    }
}

static void
lab_copies_options_dispose (GObject *object)
{
  LabCopiesOptions *self = LAB_COPIES_OPTIONS (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), LAB_TYPE_COPIES_OPTIONS);

  G_OBJECT_CLASS (lab_copies_options_parent_class)->dispose (object);
}

static void
lab_copies_options_finalize (GObject *object)
{
  LabCopiesOptions *self = LAB_COPIES_OPTIONS (object);

  g_clear_object (&self->input_names);
  g_clear_object (&self->output_names);
  g_clear_object (&self->input_file);
  g_clear_object (&self->output_file);

  G_OBJECT_CLASS (lab_copies_options_parent_class)->finalize (object);
}

static void
lab_copies_options_class_init (LabCopiesOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_copies_options_dispose;
  object_class->finalize = lab_copies_options_finalize;

  /* Something was chosen. */
  signals[CHANGED] = g_signal_new ("changed", LAB_TYPE_COPIES_OPTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (LAB_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "labcopiesoptions");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/copies/measure/lab-copies-options.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, LabCopiesOptions, name)
  BIND (row);
  BIND (input_box);
  BIND (input);
  BIND (output_box);
  BIND (output);
  BIND (block_box);
  BIND (block);
  BIND (rounds);
  BIND (ways_button);
  BIND (ways);
#undef BIND
}

static void
lab_copies_options_init (LabCopiesOptions *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_spin_button_set_numeric (self->rounds, TRUE);

  fill_lists (self);
  fill_ways (self);
  g_signal_connect_object (self->input, "notify::selected", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->output, "notify::selected", G_CALLBACK (output_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->block, "notify::selected", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rounds, "notify::value", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * lab_copies_options_set_page:
 * @self: the options
 * @page: what is to be measured
 *
 * Shows the choices that there are for it.
 */
void
lab_copies_options_set_page (LabCopiesOptions *self,
                             LabCopiesPage     page)
{
  g_return_if_fail (LAB_IS_COPIES_OPTIONS (self));

  self->page = page;
  gtk_widget_set_visible (self->input_box, page != LAB_COPIES_PAGE_TRIPS);
  gtk_widget_set_visible (self->output_box, page != LAB_COPIES_PAGE_TRIPS);
  gtk_widget_set_visible (self->ways_button, page != LAB_COPIES_PAGE_TRIPS);
  gtk_widget_set_visible (self->block_box, page == LAB_COPIES_PAGE_CARRY);
}

/**
 * lab_copies_options_set_file:
 * @self: the options
 * @file: a file on this computer
 *
 * Carries this file from now on, instead of a made-up one.
 */
void
lab_copies_options_set_file (LabCopiesOptions *self,
                             GFile            *file)
{
  g_autofree char *name = NULL;
  const char *names[] = { NULL, NULL };
  guint n_known;

  g_return_if_fail (LAB_IS_COPIES_OPTIONS (self));
  g_return_if_fail (G_IS_FILE (file) && g_file_peek_path (file) != NULL);

  name = dup_name (file);
  names[0] = name;
  g_set_object (&self->input_file, file);
  n_known = g_list_model_get_n_items (G_LIST_MODEL (self->input_names));
  gtk_string_list_splice (self->input_names, N_INPUT_SIZES, n_known - N_INPUT_SIZES, names);
  gtk_drop_down_set_selected (self->input, N_INPUT_SIZES);
  changed_cb (self);
}

LabCarryMode
lab_copies_options_get_mode (LabCopiesOptions *self)
{
  guint selected;

  g_return_val_if_fail (LAB_IS_COPIES_OPTIONS (self), LAB_CARRY_MODE_FRESH);

  selected = gtk_drop_down_get_selected (self->output);

  return selected < CHOSEN_OUTPUT ? outputs[selected].mode : LAB_CARRY_MODE_FRESH;
}

guint64
lab_copies_options_get_block (LabCopiesOptions *self)
{
  g_return_val_if_fail (LAB_IS_COPIES_OPTIONS (self), 0);

  return lab_copies_blocks[MIN (gtk_drop_down_get_selected (self->block), LAB_COPIES_N_BLOCKS - 1)];
}

/**
 * lab_copies_options_get_rounds:
 * @self: the options
 *
 * Returns: how often everything is measured; a plot is many runs, and half as
 *   many rounds have to do for it
 */
guint
lab_copies_options_get_rounds (LabCopiesOptions *self)
{
  guint n;

  g_return_val_if_fail (LAB_IS_COPIES_OPTIONS (self), 1);

  n = (guint) gtk_spin_button_get_value_as_int (self->rounds);

  return self->page == LAB_COPIES_PAGE_CARRY ? n : (n + 1) / 2;
}

/**
 * lab_copies_options_get_ways:
 * @self: the options
 * @ids: (out): which
 * @titles: (out): how they are called
 *
 * Returns: how many ways are chosen
 */
guint
lab_copies_options_get_ways (LabCopiesOptions *self,
                             guint             ids[LAB_N_WAYS],
                             const char       *titles[LAB_N_WAYS])
{
  guint n = 0;

  g_return_val_if_fail (LAB_IS_COPIES_OPTIONS (self), 0);

  for (guint i = 0; i < LAB_N_WAYS; i++)
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (self->way_checks[i])))
      {
        ids[n] = i;
        titles[n++] = lab_way_kind_get_title ((LabWayKind) i);
      }

  return n;
}

/* The bytes, and why they are not those that stand in the list. */
static char *
describe_input (LabCopiesOptions *self)
{
  const guint selected = gtk_drop_down_get_selected (self->input);
  g_autofree char *size = NULL;

  if (lab_copies_options_has_file (self))
    return dup_name (self->input_file);

  size = lab_copies_format_size (get_made_size (self));
  if (selected < N_INPUT_SIZES && get_made_size (self) < input_sizes[selected])
    /* Translators: %s is a size such as 16 MiB */
    return g_strdup_printf (_("%s of random bytes, for a plot is many runs"), size);
  if (selected >= N_INPUT_SIZES)
    /* Translators: %s is a size such as 64 MiB */
    return g_strdup_printf (_("%s of random bytes, for in memory there is no file"), size);

  /* Translators: %s is a size such as 64 MiB */
  return g_strdup_printf (_("%s of random bytes"), size);
}

static const char *
get_output (LabCopiesOptions *self)
{
  guint selected = gtk_drop_down_get_selected (self->output);

  return gtk_string_list_get_string (self->output_names, selected < CHOSEN_OUTPUT || self->output_file != NULL ? selected : 0);
}

/**
 * lab_copies_options_describe:
 * @self: the options
 *
 * Returns: (transfer full): what a run with them measures, in a few words; how often, lab_copies_options_get_rounds() tells
 */
char *
lab_copies_options_describe (LabCopiesOptions *self)
{
  g_autofree char *input = NULL;
  g_autofree char *block = NULL;

  g_return_val_if_fail (LAB_IS_COPIES_OPTIONS (self), NULL);

  if (self->page == LAB_COPIES_PAGE_TRIPS)
    return g_strdup (_("messages of 100 bytes to 1 MiB"));

  input = describe_input (self);
  if (self->page == LAB_COPIES_PAGE_BLOCKS)
    return g_strdup_printf ("%s · %s", input, get_output (self));

  block = lab_copies_format_size (lab_copies_options_get_block (self));

  /* Translators: what is carried, a size such as 64 KiB, and where it goes */
  return g_strdup_printf (_("%s · blocks of %s · %s"), input, block, get_output (self));
}

/* Memory, so that the speed of a disk does not hide what is to be seen. */
static const char *
get_memory_folder (void)
{
  return access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
}

static void
add_pair (GStrvBuilder *args,
          const char   *option,
          const char   *value)
{
  g_strv_builder_add (args, option);
  g_strv_builder_add (args, value);
}

static char *
dup_ways (LabCopiesOptions *self)
{
  GString *list = g_string_new (NULL);
  guint ids[LAB_N_WAYS];
  const char *titles[LAB_N_WAYS];
  guint n = lab_copies_options_get_ways (self, ids, titles);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? "," : "", lab_way_kind_to_string ((LabWayKind) ids[i]));

  return g_string_free (list, FALSE);
}

static char *
dup_blocks (LabCopiesOptions *self)
{
  GString *list = g_string_new (NULL);

  if (self->page == LAB_COPIES_PAGE_TRIPS)
    g_string_append_printf (list, "%d,%s", LAB_COPIES_TRIP_BYTES, TRIP_SIZES);
  else if (self->page == LAB_COPIES_PAGE_CARRY)
    g_string_append_printf (list, "%" G_GUINT64_FORMAT, lab_copies_options_get_block (self));
  else
    for (guint i = 0; i < LAB_COPIES_N_BLOCKS; i++)
      g_string_append_printf (list, "%s%" G_GUINT64_FORMAT, i > 0 ? "," : "", lab_copies_blocks[i]);

  return g_string_free (list, FALSE);
}

static void
add_files (LabCopiesOptions *self,
           GStrvBuilder     *args)
{
  g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, get_made_size (self));

  add_pair (args, "--mode", lab_carry_mode_to_string (lab_copies_options_get_mode (self)));
  add_pair (args, "--folder", get_memory_folder ());
  if (!lab_copies_options_has_file (self))
    add_pair (args, "--make", size);

  g_strv_builder_add (args, "--");
  if (lab_copies_options_has_file (self))
    g_strv_builder_add (args, g_file_peek_path (self->input_file));
  if (gtk_drop_down_get_selected (self->output) == CHOSEN_OUTPUT && self->output_file != NULL)
    g_strv_builder_add (args, g_file_peek_path (self->output_file));
}

/**
 * lab_copies_options_dup_args:
 * @self: the options
 *
 * Returns: (transfer full): arguments for shmlab-carry
 */
GStrv
lab_copies_options_dup_args (LabCopiesOptions *self)
{
  g_autoptr(GStrvBuilder) args = g_strv_builder_new ();
  g_autofree char *rounds = NULL;
  g_autofree char *blocks = NULL;
  g_autofree char *ways = NULL;

  g_return_val_if_fail (LAB_IS_COPIES_OPTIONS (self), NULL);

  rounds = g_strdup_printf ("%u", lab_copies_options_get_rounds (self));
  blocks = dup_blocks (self);
  ways = dup_ways (self);
  add_pair (args, "--rounds", rounds);
  add_pair (args, "--blocks", blocks);
  if (self->page == LAB_COPIES_PAGE_TRIPS)
    {
      g_strv_builder_add (args, "--round-trips");
      add_pair (args, "--time", TRIP_TIME_MS);
    }
  else
    {
      add_pair (args, "--ways", ways);
      add_files (self, args);
    }

  return g_strv_builder_end (args);
}
