/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/lab-copies-window.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "copies/draw/lab-copies-bars.h"
#include "copies/draw/lab-copies-diagram.h"
#include "copies/draw/lab-copies-plot.h"
#include "copies/draw/lab-copies-table.h"
#include "copies/lab-copies-resources.h"
#include "copies/measure/lab-carry-runner.h"
#include "copies/measure/lab-copies-data.h"
#include "copies/measure/lab-copies-options.h"
#include "copies/measure/lab-copies-words.h"
#include "copies/measure/lab-prediction.h"
#include "ui/app/lab-ui.h"
#include "ui/parts/lab-banner.h"
#include "ui/parts/lab-choose-file.h"

#define RESOURCE_PATH "/io/github/shmlab/copies/"

/* Of what went wrong with a file, whose path stands in it. */
#define MAX_REASON_CHARS 300

static const char * const page_names[LAB_N_COPIES_PAGES] = { "copies", "blocks", "trips" };

struct _LabCopiesWindow
{
  GtkWindow             parent_instance;

  GtkLabel             *subtitle;
  GtkWidget            *run_button;
  GtkWidget            *cancel_button;
  LabBanner            *banner;
  GtkProgressBar       *progress;
  LabCopiesOptions     *options;
  GtkStack             *pages;

  LabCopiesDiagram     *four;
  LabCopiesDiagram     *two;
  LabPrediction        *copies_prediction;
  GtkWidget            *copies_results;
  GtkLabel             *copies_note;
  LabCopiesBars        *bars;
  GtkLabel             *copies_sentence;
  LabCopiesTable       *table;

  GtkDropDown          *crossing;
  GtkLabel             *crossing_verdict;
  GtkWidget            *blocks_results;
  LabCopiesPlot        *blocks_plot;
  GtkLabel             *blocks_note;
  GtkLabel             *blocks_sentence;

  LabPrediction        *trips_prediction;
  GtkWidget            *trips_results;
  LabCopiesPlot        *trips_plot;
  GtkLabel             *trips_note;
  GtkLabel             *trips_sentence;

  GBytes               *to_save;  /* while the user chooses where to */

  LabCarryRunner       *runner;
  LabCopiesData        *data[LAB_N_COPIES_PAGES];
  char                 *measured[LAB_N_COPIES_PAGES];  /* which run the data are of, or NULL before the first */
  guint                 n_rounds[LAB_N_COPIES_PAGES];  /* of it, as planned */
  LabCopiesPage         running_page;
  guint64               running_block;
  gboolean              running_file;   /* a file of the user's is carried */
  double                running_load;   /* of the computer when it began */
  LabCarryMode          shown_mode;
};

G_DEFINE_FINAL_TYPE (LabCopiesWindow, lab_copies_window, GTK_TYPE_WINDOW)

static LabCopiesPage
get_page (LabCopiesWindow *self)
{
  const char *name = gtk_stack_get_visible_child_name (self->pages);

  for (guint i = 0; i < LAB_N_COPIES_PAGES; i++)
    if (g_strcmp0 (name, page_names[i]) == 0)
      return (LabCopiesPage) i;

  return LAB_COPIES_PAGE_CARRY;
}

static void
ask_about_copies (LabCopiesWindow *self)
{
  guint ids[LAB_N_WAYS];
  const char *titles[LAB_N_WAYS];
  guint n = lab_copies_options_get_ways (self->options, ids, titles);

  lab_prediction_ask (self->copies_prediction, _("Predict first: which will be the fastest? Put it on top."), titles, ids, n);
}

static void
ask_about_trips (LabCopiesWindow *self)
{
  guint ids[LAB_N_TRIPS];
  const char *titles[LAB_N_TRIPS];

  for (guint i = 0; i < LAB_N_TRIPS; i++)
    {
      ids[i] = i;
      titles[i] = lab_trip_kind_get_title ((LabTripKind) i);
    }
  lab_prediction_ask (self->trips_prediction,
                      _("Predict first: 100 bytes there and back. Which way will be the fastest? Put it on top."), titles, ids, LAB_N_TRIPS);
}

static gboolean
has_prediction (LabCopiesWindow *self)
{
  switch (get_page (self))
    {
    case LAB_COPIES_PAGE_CARRY:
      return lab_prediction_is_committed (self->copies_prediction);
    case LAB_COPIES_PAGE_TRIPS:
      return lab_prediction_is_committed (self->trips_prediction);
    case LAB_COPIES_PAGE_BLOCKS:
      return gtk_drop_down_get_selected (self->crossing) != 0;
    default:
      g_return_val_if_reached (FALSE);
    }
}

static LabCopiesPlot *
get_plot (LabCopiesWindow *self)
{
  switch (get_page (self))
    {
    case LAB_COPIES_PAGE_BLOCKS:
      return self->blocks_plot;
    case LAB_COPIES_PAGE_TRIPS:
      return self->trips_plot;
    case LAB_COPIES_PAGE_CARRY:
    default:
      return NULL;
    }
}

static void
update_actions (LabCopiesWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean running = lab_carry_runner_is_running (self->runner);
  LabCopiesPlot *plot = get_plot (self);
  gboolean has_plot = plot != NULL && !lab_copies_plot_is_empty (plot);
  guint ids[LAB_N_WAYS];
  const char *titles[LAB_N_WAYS];
  gboolean has_ways = get_page (self) == LAB_COPIES_PAGE_TRIPS || lab_copies_options_get_ways (self->options, ids, titles) > 0;
  gboolean had_focus = gtk_widget_has_focus (self->run_button) || gtk_widget_has_focus (self->cancel_button);

  gtk_widget_action_set_enabled (widget, "copies.run", !running && has_ways && has_prediction (self));
  gtk_widget_action_set_enabled (widget, "copies.cancel", running);
  gtk_widget_action_set_enabled (widget, "copies.choose-file", !running);
  gtk_widget_action_set_enabled (widget, "copies.predict-again", !running);
  gtk_widget_action_set_enabled (widget, "copies.save-csv", !lab_copies_data_is_empty (self->data[get_page (self)]));
  gtk_widget_action_set_enabled (widget, "copies.save-svg", has_plot);
  gtk_widget_action_set_enabled (widget, "copies.save-png", has_plot);

  gtk_widget_set_visible (self->run_button, !running);
  gtk_widget_set_visible (self->cancel_button, running);
  if (had_focus)
    gtk_widget_grab_focus (running ? self->cancel_button : self->run_button);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->options), !running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->crossing), !running);
}

static char *
describe_plan (const char *what,
               guint       n_rounds)
{
  /* Translators: %s is such as “64 MiB of random bytes · blocks of 64 KiB” */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s · %u round", "%s · %u rounds", n_rounds), what, n_rounds);
}

/* What is measured now, or by the next run; what is shown says itself of which run it is. */
static char *
describe_run (LabCopiesWindow *self)
{
  LabCopiesPage page = get_page (self);
  guint n_rounds = lab_copies_options_get_rounds (self->options);
  g_autofree char *chosen = NULL;
  g_autofree char *plan = NULL;

  if (lab_carry_runner_is_running (self->runner))
    {
      plan = describe_plan (self->measured[self->running_page], self->n_rounds[self->running_page]);
      /* Translators: %s is such as “64 MiB of random bytes · blocks of 64 KiB” */
      return g_strdup_printf (_("Measuring: %s"), plan);
    }

  chosen = lab_copies_options_describe (self->options);
  plan = describe_plan (chosen, n_rounds);
  if (!lab_copies_data_is_empty (self->data[page])
      && (g_strcmp0 (chosen, self->measured[page]) != 0 || n_rounds != self->n_rounds[page]))
    /* Translators: %s is such as “64 MiB of random bytes · blocks of 64 KiB” */
    return g_strdup_printf (_("Next run: %s"), plan);

  return g_steal_pointer (&plan);
}

static void
update (LabCopiesWindow *self)
{
  g_autofree char *text = describe_run (self);

  gtk_label_set_text (self->subtitle, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->subtitle), text);
  update_actions (self);
}

/* What was counted before was counted another way. */
static void
show_mode (LabCopiesWindow *self)
{
  self->shown_mode = lab_copies_options_get_mode (self->options);
  lab_copies_diagram_set_mode (self->four, self->shown_mode);
  lab_copies_diagram_set_mode (self->two, self->shown_mode);
}

static void
options_changed_cb (LabCopiesWindow *self)
{
  guint ids[LAB_N_WAYS];
  const char *titles[LAB_N_WAYS];
  guint n = lab_copies_options_get_ways (self->options, ids, titles);

  if (!lab_prediction_is_about (self->copies_prediction, ids, n))
    ask_about_copies (self);
  if (lab_copies_options_get_mode (self->options) != self->shown_mode)
    show_mode (self);
  update (self);
}

static void
page_changed_cb (LabCopiesWindow *self)
{
  if (self->runner == NULL)  /* while the template is built */
    return;

  lab_copies_options_set_page (self->options, get_page (self));
  update (self);
}

static void
show_error (LabCopiesWindow *self,
            const char      *title,
            const char      *text)
{
  lab_banner_show (self->banner, LAB_BANNER_TROUBLE, title, text);
}

static const LabCarryResult *
find_result (GArray     *rows,
             const guint kinds[],
             guint       n_kinds)
{
  for (guint k = 0; k < n_kinds; k++)
    for (guint i = 0; i < rows->len; i++)
      if (g_array_index (rows, LabCopiesRow, i).kind == (LabWayKind) kinds[k])
        return &g_array_index (rows, LabCopiesRow, i).median;

  return NULL;
}

static void
show_copies (LabCopiesWindow *self)
{
  static const guint four[] = { LAB_WAY_PIPE, LAB_WAY_FIFO, LAB_WAY_QUEUE };
  static const guint two[] = { LAB_WAY_RING, LAB_WAY_LOCKSTEP };
  g_autoptr(GArray) rows = lab_copies_data_get_rows (self->data[LAB_COPIES_PAGE_CARRY], self->running_block);

  lab_copies_bars_set_rows (self->bars, rows);
  lab_copies_table_set_rows (self->table, rows);
  lab_copies_diagram_set_result (self->four, find_result (rows, four, G_N_ELEMENTS (four)));
  lab_copies_diagram_set_result (self->two, find_result (rows, two, G_N_ELEMENTS (two)));
  gtk_widget_set_visible (self->copies_results, rows->len > 0);
}

/* What there is of the page that is measured. */
static void
show_data (LabCopiesWindow *self)
{
  gboolean any = !lab_copies_data_is_empty (self->data[self->running_page]);

  switch (self->running_page)
    {
    case LAB_COPIES_PAGE_CARRY:
      show_copies (self);
      break;
    case LAB_COPIES_PAGE_BLOCKS:
      lab_copies_plot_set_data (self->blocks_plot, self->data[LAB_COPIES_PAGE_BLOCKS]);
      gtk_widget_set_visible (self->blocks_results, any);
      break;
    case LAB_COPIES_PAGE_TRIPS:
      lab_copies_plot_set_data (self->trips_plot, self->data[LAB_COPIES_PAGE_TRIPS]);
      gtk_widget_set_visible (self->trips_results, any);
      break;
    default:
      g_return_if_reached ();
    }
}

static void
result_cb (LabCopiesWindow      *self,
           const LabCarryResult *result)
{
  lab_copies_data_add_result (self->data[self->running_page], result);
  show_data (self);
}

static void
trip_cb (LabCopiesWindow     *self,
         const LabTripResult *trip)
{
  lab_copies_data_add_trip (self->data[LAB_COPIES_PAGE_TRIPS], trip);
  show_data (self);
}

/* So that two processes may have found no core each. */
static gboolean
was_busy (LabCopiesWindow *self)
{
  return self->running_load > (double) g_get_num_processors () / 2;
}

/* What came out, if anything, and what it is worth. */
static void
set_sentence (LabCopiesWindow *self,
              GtkLabel        *label,
              const char      *sentence)
{
  g_autofree char *text = NULL;

  if (sentence != NULL && was_busy (self))
    /* Translators: %s are sentences about what was measured */
    text = g_strdup_printf (_("The computer was busy when it began, so this says little about the ways themselves: %s"), sentence);
  else
    text = g_strdup (sentence != NULL ? sentence : "");
  gtk_label_set_text (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), sentence != NULL);
}

/* How many processes wanted a core in the last minute, our own runs among them; 0 when nobody knows. */
static double
get_load (void)
{
  double load;

  return getloadavg (&load, 1) == 1 ? load : 0;
}

static char *
describe_rounds (LabCopiesData *data)
{
  guint least;
  guint most = lab_copies_data_count_rounds (data, &least);

  if (least < most)
    /* Translators: of a run that was stopped; both are numbers of rounds */
    return g_strdup_printf (_("median of %u to %u rounds, in turn"), least, most);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u round", "median of %u rounds, in turn", most), most);
}

/* Of which run the numbers are, and how they were taken. */
static char *
dup_note (LabCopiesWindow *self,
          gboolean         complete)
{
  LabCopiesData *data = self->data[self->running_page];
  g_autofree char *rounds = describe_rounds (data);
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = now != NULL ? g_date_time_format (now, "%X") : NULL;
  GString *note = g_string_new (self->measured[self->running_page]);

  if (self->running_file && lab_copies_data_get_size (data) > 0)
    {
      g_autofree char *size = lab_copies_format_size (lab_copies_data_get_size (data));

      /* Translators: %s is a size such as 64 MiB */
      g_string_append_printf (note, _(" · %s each time"), size);
    }
  g_string_append_printf (note, " · %s", rounds);
  if (time != NULL)
    /* Translators: %s is a time of day */
    g_string_append_printf (note, _(" · measured at %s"), time);
  if (!complete)
    g_string_append (note, _(" · not to the end"));
  if (lab_copies_data_is_compared (data))
    g_string_append (note, _(" · output compared byte for byte"));
  if (self->running_page != LAB_COPIES_PAGE_TRIPS)
    g_string_append (note, _(" · without setting up"));
  if (was_busy (self))
    /* Translators: the load as uptime shows it, and a number of cores */
    g_string_append_printf (note, g_dngettext (GETTEXT_PACKAGE, " · this computer was busy when it began (load %.1f on %u core), so repeat it when it is calm",
                                               " · this computer was busy when it began (load %.1f on %u cores), so repeat it when it is calm",
                                               g_get_num_processors ()), self->running_load, g_get_num_processors ());

  return g_string_free (note, FALSE);
}

static GtkLabel *
get_note (LabCopiesWindow *self)
{
  switch (self->running_page)
    {
    case LAB_COPIES_PAGE_BLOCKS:
      return self->blocks_note;
    case LAB_COPIES_PAGE_TRIPS:
      return self->trips_note;
    case LAB_COPIES_PAGE_CARRY:
    default:
      return self->copies_note;
    }
}

/* From where on the one is faster, in the words of the verdict. */
static char *
describe_lead (guint earliest,
               guint latest)
{
  g_autofree char *from = earliest < LAB_COPIES_N_BLOCKS ? lab_copies_format_size (lab_copies_blocks[earliest]) : NULL;
  g_autofree char *to = latest < LAB_COPIES_N_BLOCKS ? lab_copies_format_size (lab_copies_blocks[latest]) : NULL;

  if (from == NULL)
    return g_strdup (_("✗ measured: from none of these sizes on"));
  if (to == NULL)
    /* Translators: %s is a size such as 64 KiB */
    return g_strdup_printf (_("✗ measured: not slower from %s on"), from);
  if (earliest == latest)
    /* Translators: %s is a size such as 64 KiB */
    return g_strdup_printf (_("✗ measured: from %s on"), from);

  /* Translators: both are sizes such as 64 KiB */
  return g_strdup_printf (_("✗ measured: not slower from %s on, faster from %s on"), from, to);
}

/* What the learner said about the crossing, against what came out. */
static void
judge_crossing (LabCopiesWindow *self)
{
  g_autoptr(GArray) pipe = lab_copies_data_get_speeds (self->data[LAB_COPIES_PAGE_BLOCKS], LAB_WAY_PIPE);
  g_autoptr(GArray) lockstep = lab_copies_data_get_speeds (self->data[LAB_COPIES_PAGE_BLOCKS], LAB_WAY_LOCKSTEP);
  guint said = gtk_drop_down_get_selected (self->crossing) - 1;  /* the first of the list is “Choose…”, the last “Never” */
  guint earliest, latest;
  g_autofree char *text = NULL;

  if (pipe->len != lockstep->len || pipe->len != LAB_COPIES_N_BLOCKS)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->crossing_verdict), FALSE);
      return;
    }

  lab_copies_find_lead (lockstep, pipe, &earliest, &latest);
  text = said >= earliest && said <= latest ? g_strdup (_("✓ right")) : describe_lead (earliest, latest);
  gtk_label_set_text (self->crossing_verdict, text);
  gtk_widget_set_visible (GTK_WIDGET (self->crossing_verdict), TRUE);
}

static void
finish_page (LabCopiesWindow *self,
             gboolean         complete)
{
  LabCopiesData *data = self->data[self->running_page];
  g_autofree char *note = dup_note (self, complete);
  g_autofree char *sentence = NULL;
  g_autoptr(GArray) order = NULL;

  gtk_label_set_text (get_note (self), note);
  if (!complete)
    {
      if (self->running_page != LAB_COPIES_PAGE_BLOCKS)
        lab_prediction_set_measuring (self->running_page == LAB_COPIES_PAGE_CARRY ? self->copies_prediction : self->trips_prediction, FALSE);
      return;
    }

  switch (self->running_page)
    {
    case LAB_COPIES_PAGE_CARRY:
      sentence = lab_copies_data_say_copies (data, self->running_block);
      set_sentence (self, self->copies_sentence, sentence);
      order = lab_copies_data_get_order (data, self->running_block);
      lab_prediction_reveal (self->copies_prediction, order);
      break;

    case LAB_COPIES_PAGE_BLOCKS:
      sentence = lab_copies_data_say_blocks (data);
      set_sentence (self, self->blocks_sentence, sentence);
      judge_crossing (self);
      break;

    case LAB_COPIES_PAGE_TRIPS:
      sentence = lab_copies_data_say_trips (data);
      set_sentence (self, self->trips_sentence, sentence);
      order = lab_copies_data_get_trip_order (data, LAB_COPIES_TRIP_BYTES);
      lab_prediction_reveal (self->trips_prediction, order);
      break;

    default:
      g_return_if_reached ();
    }
}

static void
finished_cb (LabCopiesWindow *self,
             const GError    *error)
{
  const char *run = self->measured[self->running_page];
  gboolean any = !lab_copies_data_is_empty (self->data[self->running_page]);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  finish_page (self, error == NULL);
  if (g_error_matches (error, LAB_CARRY_ERROR, LAB_CARRY_ERROR_CANCELLED))
    {
      /* Translators: %s is such as “64 MiB of random bytes · blocks of 64 KiB” */
      title = g_strdup_printf (_("Stopped: %s"), run);
      lab_banner_show (self->banner, LAB_BANNER_INFO, title,
                       any ? _("What was made for it is removed. What is shown of it was measured before it was stopped.")
                           : _("What was made for it is removed. Nothing was measured to the end."));
    }
  else if (error != NULL)
    {
      title = g_strdup_printf (_("Not measured to the end: %s"), run);
      text = any ? g_strdup_printf (_("%s. What is shown of it was measured before."), error->message) : g_strdup (error->message);
      show_error (self, title, text);
    }
  update (self);
}

static void
fraction_cb (LabCopiesWindow *self)
{
  gtk_progress_bar_set_fraction (self->progress, lab_carry_runner_get_fraction (self->runner));
}

/* What an earlier run gave is not shown as if it were of the one that begins. */
static void
forget_run (LabCopiesWindow *self)
{
  g_autofree char *note = g_strdup_printf (_("measuring… %s"), self->measured[self->running_page]);

  lab_copies_data_clear (self->data[self->running_page]);
  gtk_label_set_text (get_note (self), note);
  switch (self->running_page)
    {
    case LAB_COPIES_PAGE_CARRY:
      show_mode (self);
      set_sentence (self, self->copies_sentence, NULL);
      lab_prediction_set_measuring (self->copies_prediction, TRUE);
      break;
    case LAB_COPIES_PAGE_BLOCKS:
      set_sentence (self, self->blocks_sentence, NULL);
      gtk_widget_set_visible (GTK_WIDGET (self->crossing_verdict), FALSE);
      break;
    case LAB_COPIES_PAGE_TRIPS:
      set_sentence (self, self->trips_sentence, NULL);
      lab_prediction_set_measuring (self->trips_prediction, TRUE);
      break;
    default:
      g_return_if_reached ();
    }
  show_data (self);
}

static void
run_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  LabCopiesWindow *self = LAB_COPIES_WINDOW (widget);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) args = NULL;

  lab_banner_hide (self->banner);
  args = lab_copies_options_dup_args (self->options);
  if (!lab_carry_runner_start (self->runner, (const char * const *) args, &error))
    {
      show_error (self, _("It could not be measured"), error->message);
      return;
    }

  self->running_page = get_page (self);
  self->running_block = lab_copies_options_get_block (self->options);
  self->running_load = get_load ();
  self->running_file = lab_copies_options_has_file (self->options);
  self->n_rounds[self->running_page] = lab_copies_options_get_rounds (self->options);
  g_free (self->measured[self->running_page]);
  self->measured[self->running_page] = lab_copies_options_describe (self->options);
  forget_run (self);
  update (self);
}

static void
cancel_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  lab_carry_runner_cancel (LAB_COPIES_WINDOW (widget)->runner);
}

static void
predict_again_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  LabCopiesWindow *self = LAB_COPIES_WINDOW (widget);

  switch (get_page (self))
    {
    case LAB_COPIES_PAGE_CARRY:
      ask_about_copies (self);
      break;
    case LAB_COPIES_PAGE_BLOCKS:
      gtk_drop_down_set_selected (self->crossing, 0);
      gtk_widget_set_visible (GTK_WIDGET (self->crossing_verdict), FALSE);
      break;
    case LAB_COPIES_PAGE_TRIPS:
      ask_about_trips (self);
      break;
    default:
      g_return_if_reached ();
    }
  update_actions (self);
}

static void
input_chosen_cb (GtkWidget *widget,
                 GFile     *file)
{
  if (file != NULL)
    lab_copies_window_set_file (LAB_COPIES_WINDOW (widget), file);
}

static void
choose_file_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  lab_choose_file (widget, GTK_FILE_CHOOSER_ACTION_OPEN, _("Choose a File to Carry"), NULL, NULL, input_chosen_cb);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(LabCopiesWindow) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *reason = NULL;

  /* The window may have been closed meanwhile. */
  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error) || self->banner == NULL)
    return;

  reason = lab_text_format_excerpt (error->message, strlen (error->message), MAX_REASON_CHARS);  /* it has the file's name */
  show_error (self, _("It could not be saved"), reason);
}

static void
save_chosen_cb (GtkWidget *widget,
                GFile     *file)
{
  LabCopiesWindow *self = LAB_COPIES_WINDOW (widget);

  if (file != NULL)
    g_file_replace_contents_bytes_async (file, self->to_save, NULL, FALSE, G_FILE_CREATE_NONE, NULL, saved_cb,
                                         g_object_ref (self));
  g_clear_pointer (&self->to_save, g_bytes_unref);
}

/* Takes over @bytes. */
static void
save (LabCopiesWindow *self,
      const char      *title,
      const char      *name,
      GBytes          *bytes)
{
  g_clear_pointer (&self->to_save, g_bytes_unref);
  self->to_save = bytes;
  lab_choose_file (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_SAVE, title, NULL, name, save_chosen_cb);
}

static void
save_csv_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  LabCopiesWindow *self = LAB_COPIES_WINDOW (widget);
  char *csv = lab_copies_data_to_csv (self->data[get_page (self)]);
  g_autofree char *file_name = g_strdup_printf ("shmlab-%s.csv", page_names[get_page (self)]);

  save (self, _("Save Results"), file_name, g_bytes_new_take (csv, strlen (csv)));
}

static void
save_plot_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  LabCopiesWindow *self = LAB_COPIES_WINDOW (widget);
  gboolean svg = g_str_equal (name, "copies.save-svg");
  gboolean trips = get_page (self) == LAB_COPIES_PAGE_TRIPS;
  const char *about = trips ? _("Round trips between two processes") : _("Carrying a file from one process to another");
  g_autofree char *title = g_strdup_printf ("%s: %s", about, self->measured[get_page (self)]);
  g_autofree char *file_name = g_strdup_printf ("shmlab-%s.%s", page_names[get_page (self)], svg ? "svg" : "png");
  g_autoptr(GError) error = NULL;
  GBytes *bytes = lab_plot_render (lab_copies_plot_get_plot (get_plot (self)), svg, title, &error);

  if (bytes == NULL)
    show_error (self, _("It could not be saved"), error->message);
  else
    save (self, _("Save Plot"), file_name, bytes);
}

/* Another prediction than the one that was judged. */
static void
crossing_chosen_cb (LabCopiesWindow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->crossing_verdict), FALSE);
  update (self);
}

static void
fill_crossings (LabCopiesWindow *self)
{
  g_autoptr(GtkStringList) crossings = gtk_string_list_new (NULL);

  gtk_string_list_append (crossings, _("Choose…"));
  for (guint i = 0; i < LAB_COPIES_N_BLOCKS; i++)
    {
      g_autofree char *size = lab_copies_format_size (lab_copies_blocks[i]);

      gtk_string_list_append (crossings, size);
    }
  gtk_string_list_append (crossings, _("Never"));
  gtk_drop_down_set_model (self->crossing, G_LIST_MODEL (crossings));
}

static void
lab_copies_window_dispose (GObject *object)
{
  LabCopiesWindow *self = LAB_COPIES_WINDOW (object);

  if (self->runner != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->runner, self);
      lab_carry_runner_cancel (self->runner);
    }
  gtk_widget_dispose_template (GTK_WIDGET (self), LAB_TYPE_COPIES_WINDOW);

  G_OBJECT_CLASS (lab_copies_window_parent_class)->dispose (object);
}

static void
lab_copies_window_finalize (GObject *object)
{
  LabCopiesWindow *self = LAB_COPIES_WINDOW (object);

  g_clear_pointer (&self->to_save, g_bytes_unref);
  g_clear_object (&self->runner);
  for (guint i = 0; i < LAB_N_COPIES_PAGES; i++)
    {
      lab_copies_data_free (self->data[i]);
      g_free (self->measured[i]);
    }

  G_OBJECT_CLASS (lab_copies_window_parent_class)->finalize (object);
}

static void
lab_copies_window_class_init (LabCopiesWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_copies_window_dispose;
  object_class->finalize = lab_copies_window_finalize;

  g_type_ensure (LAB_TYPE_BANNER);
  g_type_ensure (LAB_TYPE_COPIES_BARS);
  g_type_ensure (LAB_TYPE_COPIES_DIAGRAM);
  g_type_ensure (LAB_TYPE_COPIES_OPTIONS);
  g_type_ensure (LAB_TYPE_COPIES_PLOT);
  g_type_ensure (LAB_TYPE_COPIES_TABLE);
  g_type_ensure (LAB_TYPE_PREDICTION);

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "lab-copies-window.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, LabCopiesWindow, name)
  BIND (subtitle);
  BIND (run_button);
  BIND (cancel_button);
  BIND (banner);
  BIND (progress);
  BIND (options);
  BIND (pages);
  BIND (four);
  BIND (two);
  BIND (copies_prediction);
  BIND (copies_results);
  BIND (copies_note);
  BIND (bars);
  BIND (copies_sentence);
  BIND (table);
  BIND (crossing);
  BIND (crossing_verdict);
  BIND (blocks_results);
  BIND (blocks_plot);
  BIND (blocks_note);
  BIND (blocks_sentence);
  BIND (trips_prediction);
  BIND (trips_results);
  BIND (trips_plot);
  BIND (trips_note);
  BIND (trips_sentence);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, options_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, page_changed_cb);

  gtk_widget_class_install_action (widget_class, "copies.run", NULL, run_action);
  gtk_widget_class_install_action (widget_class, "copies.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "copies.choose-file", NULL, choose_file_action);
  gtk_widget_class_install_action (widget_class, "copies.predict-again", NULL, predict_again_action);
  gtk_widget_class_install_action (widget_class, "copies.save-csv", NULL, save_csv_action);
  gtk_widget_class_install_action (widget_class, "copies.save-svg", NULL, save_plot_action);
  gtk_widget_class_install_action (widget_class, "copies.save-png", NULL, save_plot_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, GDK_CONTROL_MASK, "copies.run", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "copies.cancel", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK, "copies.choose-file", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "copies.save-csv", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}

static void
lab_copies_window_init (LabCopiesWindow *self)
{
  for (guint i = 0; i < LAB_N_COPIES_PAGES; i++)
    self->data[i] = lab_copies_data_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self->crossing_verdict), FALSE);
  fill_crossings (self);
  self->runner = lab_carry_runner_new ();
  g_signal_connect_object (self->runner, "notify::fraction", G_CALLBACK (fraction_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->runner, "result", G_CALLBACK (result_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->runner, "trip", G_CALLBACK (trip_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->runner, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->crossing, "notify::selected", G_CALLBACK (crossing_chosen_cb), self, G_CONNECT_SWAPPED);
  ask_about_copies (self);
  ask_about_trips (self);
  page_changed_cb (self);
}

/**
 * lab_copies_window_new:
 *
 * Returns: (transfer floating): a window that measures nothing yet
 */
GtkWidget *
lab_copies_window_new (void)
{
  static gboolean done;

  lab_ui_init ();
  if (!done)
    {
      g_autoptr(GtkCssProvider) provider = gtk_css_provider_new ();

      lab_copies_register_resource ();
      gtk_css_provider_load_from_resource (provider, RESOURCE_PATH "lab-copies.css");
      gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                                  GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
      done = TRUE;
    }

  return g_object_new (LAB_TYPE_COPIES_WINDOW, NULL);
}

/**
 * lab_copies_window_set_file:
 * @self: a window
 * @file: a file on this computer
 *
 * Carries this file from now on, instead of a made-up one.
 */
void
lab_copies_window_set_file (LabCopiesWindow *self,
                            GFile           *file)
{
  g_return_if_fail (LAB_IS_COPIES_WINDOW (self));
  g_return_if_fail (G_IS_FILE (file));

  if (g_file_peek_path (file) != NULL)
    lab_copies_options_set_file (self->options, file);
  else
    show_error (self, _("This file cannot be carried"), _("It is not on this computer; choose one that is."));
}

/**
 * lab_copies_window_present:
 * @parent: (nullable): the window that asks for it
 *
 * Opens the window, or brings the one that is open to the front.
 */
void
lab_copies_window_present (GtkWindow *parent)
{
  g_autoptr(GListModel) windows = NULL;
  GApplication *application = g_application_get_default ();
  GtkWidget *window;

  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));

  windows = g_object_ref (gtk_window_get_toplevels ());
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) open = g_list_model_get_item (windows, i);

      if (LAB_IS_COPIES_WINDOW (open))
        {
          gtk_window_present (GTK_WINDOW (open));
          return;
        }
    }

  window = lab_copies_window_new ();
  if (GTK_IS_APPLICATION (application))
    gtk_window_set_application (GTK_WINDOW (window), GTK_APPLICATION (application));
  gtk_window_present (GTK_WINDOW (window));
}
