/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/picture/lab-picture-canvas.h"

#include <math.h>

#include <glib/gi18n-lib.h>

#include "ui/picture/lab-picture-part.h"
#include "ui/picture/lab-picture-process.h"
#include "ui/picture/lab-picture-segment.h"
#include "ui/style/lab-resource.h"

/* Where the picture's boxes stand and the lines between them: the servers, the
 * segment, the others.  The boxes are widgets; only the lines are drawn. */

#define MIN_GAP            36
#define MAX_GAP           120
#define MAX_COLUMN_WIDTH  280
#define COLUMN_CHARS       31
#define MAX_HEIGHT        560
#define MAX_FULL            4    /* processes in a column; the rest is a number */
#define LINE_SPREAD        14
#define ARROW_SIZE          8
#define TRANSITION_US  250000

/* One attachment's line.  It grows when the attachment appears, and shrinks to
 * nothing when it goes; both once. */
typedef struct
{
  gint64            since_us;   /* when it appeared or went, 0 for long ago */
  gboolean          leaving;
  GtkWidget        *widget;     /* where it begins, while it is not leaving */
  gboolean          writable;
  graphene_point_t  from;       /* as last drawn */
  graphene_point_t  to;
  GdkRGBA           color;
} Line;

struct _LabPictureCanvas
{
  GtkWidget   parent_instance;

  GtkWidget  *servers;
  GtkWidget  *segment;
  GtkWidget  *others;
  GtkWidget  *no_server;
  GtkWidget  *more;
  GtkWidget  *unseen;

  GHashTable *processes;  /* pid to LabPictureProcess, which its column owns */
  GHashTable *lines;      /* "pid:address" to Line */
  guint       tick_id;
};

G_DEFINE_FINAL_TYPE (LabPictureCanvas, lab_picture_canvas, GTK_TYPE_WIDGET)

static guint
get_free_client_number (LabPictureCanvas *self)
{
  for (guint number = 1;; number++)
    {
      GHashTableIter iter;
      gpointer process;
      gboolean taken = FALSE;

      g_hash_table_iter_init (&iter, self->processes);
      while (!taken && g_hash_table_iter_next (&iter, NULL, &process))
        taken = lab_picture_process_get_number (process) == number;
      if (!taken)
        return number;
    }
}

/* The left column is that of the servers and of who made the segment. */
static gboolean
is_left (const LabSceneProcess *process)
{
  return process->kind == LAB_SCENE_SERVER || process->creator;
}

/* The box for a process; one that is there stays the same widget, with the
 * focus that it may have. */
static GtkWidget *
take_process (LabPictureCanvas      *self,
              const LabSceneProcess *process,
              gboolean               animate)
{
  gpointer key = GINT_TO_POINTER (process->pid);
  GtkWidget *widget = g_hash_table_lookup (self->processes, key);
  guint number;

  if (widget != NULL && lab_picture_process_get_kind (LAB_PICTURE_PROCESS (widget)) == process->kind
      && gtk_widget_get_parent (widget) == (is_left (process) ? self->servers : self->others))
    return widget;

  if (widget != NULL)
    {
      g_hash_table_remove (self->processes, key);  /* before its number is asked for */
      gtk_box_remove (GTK_BOX (gtk_widget_get_parent (widget)), widget);
    }

  number = process->kind == LAB_SCENE_CLIENT && !process->own ? get_free_client_number (self) : 0;
  widget = lab_picture_process_new (process->kind, number);
  if (animate)
    gtk_widget_add_css_class (widget, "appear");
  gtk_box_append (GTK_BOX (is_left (process) ? self->servers : self->others), widget);
  g_hash_table_insert (self->processes, key, widget);

  return widget;
}

static void
drop_processes (LabPictureCanvas *self,
                GHashTable       *kept)
{
  GHashTableIter iter;
  gpointer pid, widget;

  g_hash_table_iter_init (&iter, self->processes);
  while (g_hash_table_iter_next (&iter, &pid, &widget))
    if (!g_hash_table_contains (kept, pid))
      {
        g_hash_table_iter_remove (&iter);
        gtk_box_remove (GTK_BOX (gtk_widget_get_parent (widget)), widget);
      }
}

static void
move_after (GtkWidget  *column,
            GtkWidget  *widget,
            GtkWidget **previous)
{
  if (gtk_widget_get_prev_sibling (widget) != *previous)
    gtk_box_reorder_child_after (GTK_BOX (column), widget, *previous);
  *previous = widget;
}

/* One too many is drawn rather than counted: “and 1 more” takes as much room. */
static guint
get_n_full (guint n)
{
  return n <= MAX_FULL + 1 ? n : MAX_FULL;
}

/* What stands in the place of who made the segment, when that is nobody who is attached and seen. */
static void
show_absent_creator (LabPictureCanvas      *self,
                     const LabPictureScene *scene)
{
  g_autofree char *text = NULL;
  const char *sentence;
  const int pid = scene->record.cpid;

  if (!scene->exists)
    {
      text = g_strdup (_("no server"));
      sentence = _("A server makes the segment with shmget and IPC_CREAT.");
    }
  else if (scene->creator == LAB_PRESENCE_UNSEEN || (scene->creator == LAB_PRESENCE_RUNS && scene->n_unseen > 0))
    {
      text = pid == 0 ? g_strdup (_("made by a process that cannot be seen from here"))
                      /* Translators: the number of a process */
                      : g_strdup_printf (_("made by pid %d"), pid);
      sentence = _("Whether it is attached cannot be seen from here.");
    }
  else if (scene->creator == LAB_PRESENCE_RUNS)
    {
      /* Translators: a process’s name and its number */
      text = g_strdup_printf (_("made by %s, pid %d, which is not attached"), scene->creator_name != NULL ? scene->creator_name : "?", pid);
      sentence = _("It runs and may attach again; the segment stays without it, and its bytes too.");
    }
  else
    {
      text = g_strdup_printf (_("made by pid %d, which has ended"), pid);
      sentence = _("The segment stays without the process that made it, and its bytes too.");
    }

  lab_picture_part_set (LAB_PICTURE_PART (self->no_server), LAB_PICTURE_PART_EMPTY, text, NULL, sentence);
}

static void
update_processes (LabPictureCanvas      *self,
                  const LabPictureScene *scene,
                  GArray                *regions,
                  gboolean               animate)
{
  g_autoptr(GHashTable) kept = g_hash_table_new (NULL, NULL);
  guint n_servers = 0, n_others = 0, n_left = 0, n_right = 0, n_more;
  GtkWidget *last_server = self->no_server, *last_other = NULL;

  for (guint i = 0; i < scene->processes->len; i++)
    if (is_left (g_ptr_array_index (scene->processes, i)))
      n_servers++;
    else
      n_others++;

  for (guint i = 0; i < scene->processes->len; i++)
    {
      const LabSceneProcess *process = g_ptr_array_index (scene->processes, i);

      if (is_left (process) ? n_left++ < get_n_full (n_servers) : n_right++ < get_n_full (n_others))
        g_hash_table_add (kept, GINT_TO_POINTER (process->pid));
    }
  drop_processes (self, kept);

  for (guint i = 0; i < scene->processes->len; i++)
    {
      const LabSceneProcess *process = g_ptr_array_index (scene->processes, i);
      GtkWidget *widget;

      if (!g_hash_table_contains (kept, GINT_TO_POINTER (process->pid)))
        continue;

      widget = take_process (self, process, animate);
      gtk_widget_set_vexpand (widget, process->own);
      lab_picture_process_update (LAB_PICTURE_PROCESS (widget), process, process->own ? regions : NULL);
      if (is_left (process))
        move_after (self->servers, widget, &last_server);
      else
        move_after (self->others, widget, &last_other);
    }

  gtk_widget_set_visible (self->no_server, n_servers == 0);
  show_absent_creator (self, scene);

  n_more = scene->processes->len - g_hash_table_size (kept);
  gtk_widget_set_visible (self->more, n_more > 0);
  if (n_more > 0)
    {
      g_autofree char *text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "and %u more process", "and %u more processes", n_more),
                                               n_more);

      gtk_button_set_label (GTK_BUTTON (self->more), text);
    }
  move_after (self->others, self->more, &last_other);

  gtk_widget_set_visible (self->unseen, scene->n_unseen > 0);
  if (scene->n_unseen > 0)
    {
      g_autofree char *text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu more attachment, not seen",
                                                            "%lu more attachments, not seen", scene->n_unseen),
                                               scene->n_unseen);

      lab_picture_part_set (LAB_PICTURE_PART (self->unseen), LAB_PICTURE_PART_MORE, text, NULL,
                            _("The kernel counts it; in which process it is cannot be seen from here."));
    }
  move_after (self->others, self->unseen, &last_other);
}

static gboolean
is_animating (Line   *line,
              gint64  now_us)
{
  return line->since_us != 0 && now_us - line->since_us < TRANSITION_US;
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       unused)
{
  LabPictureCanvas *self = LAB_PICTURE_CANVAS (widget);
  gint64 now_us = gdk_frame_clock_get_frame_time (clock);
  gboolean animating = FALSE;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Line *line = value;

      if (is_animating (line, now_us))
        animating = TRUE;
      else if (line->leaving)
        g_hash_table_iter_remove (&iter);
      else
        line->since_us = 0;
    }

  gtk_widget_queue_draw (widget);
  if (animating)
    return G_SOURCE_CONTINUE;

  /* Or it would appear again each time the tab is shown. */
  g_hash_table_iter_init (&iter, self->processes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    gtk_widget_remove_css_class (value, "appear");
  self->tick_id = 0;

  return G_SOURCE_REMOVE;
}

/* TRUE when something about it is new. */
static gboolean
add_line (LabPictureCanvas *self,
          const char       *key,
          GtkWidget        *widget,
          gboolean          writable,
          gint64            now_us)
{
  Line *line = g_hash_table_lookup (self->lines, key);

  if (line != NULL && !line->leaving && line->writable == writable)
    {
      line->widget = widget;
      return FALSE;
    }

  if (line == NULL)
    {
      line = g_new0 (Line, 1);
      g_hash_table_insert (self->lines, g_strdup (key), line);
    }
  line->leaving = FALSE;
  line->since_us = now_us;
  line->widget = widget;
  line->writable = writable;

  return TRUE;
}

static void
update_lines (LabPictureCanvas *self,
              gboolean          animate)
{
  GdkFrameClock *clock = animate ? gtk_widget_get_frame_clock (GTK_WIDGET (self)) : NULL;
  gint64 now_us = clock != NULL ? MAX (gdk_frame_clock_get_frame_time (clock), 1) : 0;
  gboolean animating = FALSE, changed = FALSE;
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    ((Line *) value)->widget = NULL;

  g_hash_table_iter_init (&iter, self->processes);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      LabPictureProcess *process = value;

      for (guint i = 0; i < lab_picture_process_get_n_parts (process); i++)
        {
          LabPicturePart *part = lab_picture_process_get_part (process, i);
          g_autofree char *name = g_strdup_printf ("%d:%" G_GINT64_MODIFIER "x", GPOINTER_TO_INT (key),
                                                   lab_picture_part_get_address (part));

          if (lab_picture_part_get_kind (part) == LAB_PICTURE_PART_STRETCH
              || lab_picture_part_get_kind (part) == LAB_PICTURE_PART_MORE)
            changed |= add_line (self, name, GTK_WIDGET (part), lab_picture_part_is_writable (part), now_us);
        }
    }
  if (gtk_widget_get_visible (self->more))
    changed |= add_line (self, "more", self->more, FALSE, now_us);
  if (gtk_widget_get_visible (self->unseen))
    changed |= add_line (self, "unseen", self->unseen, FALSE, now_us);

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Line *line = value;

      if (line->widget == NULL && now_us == 0)
        {
          g_hash_table_iter_remove (&iter);
          changed = TRUE;
          continue;
        }
      if (line->widget == NULL && !line->leaving)
        {
          changed = TRUE;
          line->leaving = TRUE;
          line->since_us = now_us;
        }
      animating |= line->since_us != 0;
    }

  if (animating && self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
  if (changed)
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
find_color (GtkWidget *widget,
            GdkRGBA   *color)
{
  GtkWidget *process = gtk_widget_get_ancestor (widget, LAB_TYPE_PICTURE_PROCESS);
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  LabSceneProcessKind kind = process != NULL ? lab_picture_process_get_kind (LAB_PICTURE_PROCESS (process)) : LAB_SCENE_FOREIGN;

  if (kind == LAB_SCENE_SERVER && gtk_style_context_lookup_color (context, "lab_server", color))
    return;
  if (kind == LAB_SCENE_CLIENT && gtk_style_context_lookup_color (context, "lab_client", color))
    return;

  gtk_style_context_get_color (context, color);
  color->alpha *= 0.6f;
}

static int
compare_lines (gconstpointer pointer_a,
               gconstpointer pointer_b)
{
  const Line *a = *(Line * const *) pointer_a;
  const Line *b = *(Line * const *) pointer_b;

  return (a->from.y > b->from.y) - (a->from.y < b->from.y);
}

/* Where the lines begin and end: from the side of each stretch that faces the
 * segment to the segment's edge, one under the other in the order of the stretches. */
static void
place_lines (LabPictureCanvas *self)
{
  g_autoptr(GPtrArray) right = g_ptr_array_new ();
  g_autoptr(GPtrArray) left = g_ptr_array_new ();
  GPtrArray *sides[] = { right, left };
  graphene_rect_t segment;
  GHashTableIter iter;
  gpointer value;

  if (!gtk_widget_compute_bounds (self->segment, GTK_WIDGET (self), &segment))
    return;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Line *line = value;
      graphene_rect_t bounds;
      gboolean is_left;

      if (line->leaving || !gtk_widget_compute_bounds (line->widget, GTK_WIDGET (self), &bounds))
        continue;

      is_left = bounds.origin.x < segment.origin.x;
      line->from.x = bounds.origin.x + (is_left ? bounds.size.width : 0);
      line->from.y = bounds.origin.y + bounds.size.height / 2;
      line->to.x = segment.origin.x + (is_left ? 0 : segment.size.width);
      find_color (line->widget, &line->color);
      g_ptr_array_add (sides[is_left], line);
    }

  for (guint side = 0; side < G_N_ELEMENTS (sides); side++)
    {
      guint n = sides[side]->len;
      float spread = MIN (LINE_SPREAD, (segment.size.height - 2 * ARROW_SIZE) / MAX (n, 1));

      g_ptr_array_sort (sides[side], compare_lines);
      for (guint i = 0; i < n; i++)
        ((Line *) g_ptr_array_index (sides[side], i))->to.y =
          segment.origin.y + segment.size.height / 2 + ((float) i - (float) (n - 1) / 2) * spread;
    }
}

static void
draw_arrow (cairo_t                *cr,
            const graphene_point_t *tip,
            double                  direction)
{
  cairo_move_to (cr, tip->x, tip->y);
  cairo_line_to (cr, tip->x - direction * ARROW_SIZE, tip->y - ARROW_SIZE / 2.0);
  cairo_line_to (cr, tip->x - direction * ARROW_SIZE, tip->y + ARROW_SIZE / 2.0);
  cairo_close_path (cr);
  cairo_fill (cr);
}

/* The part of the curve from its beginning up to @t, after de Casteljau. */
static void
draw_line (cairo_t    *cr,
           const Line *line,
           double      t)
{
  double direction = line->to.x > line->from.x ? 1 : -1;
  /* The curve ends at the foot of an arrow, not at its tip. */
  double x0 = line->from.x + direction * ARROW_SIZE;
  double x3 = line->to.x - (line->writable ? direction * ARROW_SIZE : 0);
  double y0 = line->from.y, y3 = line->to.y;
  double xm = (x0 + x3) / 2;
  double x01 = x0 + (xm - x0) * t, x23 = xm + (x3 - xm) * t;
  double x12 = xm;
  double x012 = x01 + (x12 - x01) * t, x123 = x12 + (x23 - x12) * t;
  double y12 = y0 + (y3 - y0) * t;
  double y012 = y0 + (y12 - y0) * t, y123 = y12 + (y3 - y12) * t;

  gdk_cairo_set_source_rgba (cr, &line->color);
  cairo_set_line_width (cr, 2.5);
  cairo_move_to (cr, x0, y0);
  cairo_curve_to (cr, x01, y0, x012, y012, x012 + (x123 - x012) * t, y012 + (y123 - y012) * t);
  cairo_stroke (cr);

  draw_arrow (cr, &line->from, -direction);
  if (line->writable && t >= 1)
    draw_arrow (cr, &line->to, direction);
}

static void
lab_picture_canvas_snapshot (GtkWidget   *widget,
                             GtkSnapshot *snapshot)
{
  LabPictureCanvas *self = LAB_PICTURE_CANVAS (widget);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  gint64 now_us = clock != NULL ? gdk_frame_clock_get_frame_time (clock) : 0;
  GHashTableIter iter;
  gpointer value;
  cairo_t *cr;

  GTK_WIDGET_CLASS (lab_picture_canvas_parent_class)->snapshot (widget, snapshot);

  if (g_hash_table_size (self->lines) == 0)
    return;

  place_lines (self);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget),
                                                                 gtk_widget_get_height (widget)));
  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Line *line = value;
      double t = line->since_us != 0 ? CLAMP ((double) (now_us - line->since_us) / TRANSITION_US, 0, 1) : 1;

      if (line->leaving)
        t = 1 - t;
      if (t > 0 && line->from.x != line->to.x)
        draw_line (cr, line, t);
    }
  cairo_destroy (cr);
}

static int
get_minimum_column_width (LabPictureCanvas *self)
{
  GtkWidget *columns[] = { self->servers, self->segment, self->others };
  int width = 0;

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      int min;

      gtk_widget_measure (columns[i], GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
      width = MAX (width, min);
    }

  return width;
}

/* Room for a whole address and its access, whatever stands there now: the
 * columns stay where they are when the picture changes. */
static int
get_natural_column_width (LabPictureCanvas *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int char_width = PANGO_PIXELS (pango_font_metrics_get_approximate_char_width (metrics));

  pango_font_metrics_unref (metrics);

  return MAX (get_minimum_column_width (self), COLUMN_CHARS * char_width);
}

/* Three columns of one width: first what an address needs, then a share of the
 * room; the gaps take the rest. */
static void
divide_width (LabPictureCanvas *self,
              int               width,
              int              *column,
              int              *gap)
{
  int min = get_minimum_column_width (self);
  int nat = get_natural_column_width (self);
  int room = width - 2 * MIN_GAP;

  *column = MAX (min, MIN (room / 3, MAX (nat, MIN (MAX_COLUMN_WIDTH, room * 10 / 36))));
  *gap = CLAMP ((width - 3 * *column) / 2, MIN_GAP, MAX_GAP);
}

static GtkSizeRequestMode
lab_picture_canvas_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
lab_picture_canvas_measure (GtkWidget      *widget,
                            GtkOrientation  orientation,
                            int             for_size,
                            int            *minimum,
                            int            *natural,
                            int            *minimum_baseline,
                            int            *natural_baseline)
{
  LabPictureCanvas *self = LAB_PICTURE_CANVAS (widget);
  GtkWidget *columns[] = { self->servers, self->segment, self->others };
  int column, gap;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 3 * get_minimum_column_width (self) + 2 * MIN_GAP;
      *natural = MAX (*minimum, 3 * get_natural_column_width (self) + 2 * MIN_GAP);
      return;
    }

  if (for_size == -1)
    for_size = 3 * get_natural_column_width (self) + 2 * MIN_GAP;
  divide_width (self, for_size, &column, &gap);

  *minimum = *natural = 0;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      int min, nat;

      gtk_widget_measure (columns[i], GTK_ORIENTATION_VERTICAL, column, &min, &nat, NULL, NULL);
      *minimum = MAX (*minimum, min);
      *natural = MAX (*natural, nat);
    }
}

static void
lab_picture_canvas_size_allocate (GtkWidget *widget,
                                  int        width,
                                  int        height,
                                  int        baseline)
{
  LabPictureCanvas *self = LAB_PICTURE_CANVAS (widget);
  GtkWidget *columns[] = { self->servers, self->segment, self->others };
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int column, gap, x, minimum;

  divide_width (self, width, &column, &gap);
  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
  height = MAX (minimum, MIN (height, MAX_HEIGHT));
  x = MAX (0, (width - 3 * column - 2 * gap) / 2);

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      GtkAllocation area = { x, 0, column, height };

      gtk_widget_size_allocate (columns[rtl ? G_N_ELEMENTS (columns) - 1 - i : i], &area, -1);
      x += column + gap;
    }
}

static void
lab_picture_canvas_dispose (GObject *object)
{
  LabPictureCanvas *self = LAB_PICTURE_CANVAS (object);

  g_hash_table_remove_all (self->lines);
  g_hash_table_remove_all (self->processes);
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_PICTURE_CANVAS);

  G_OBJECT_CLASS (lab_picture_canvas_parent_class)->dispose (object);
}

static void
lab_picture_canvas_finalize (GObject *object)
{
  LabPictureCanvas *self = LAB_PICTURE_CANVAS (object);

  g_hash_table_unref (self->lines);
  g_hash_table_unref (self->processes);

  G_OBJECT_CLASS (lab_picture_canvas_parent_class)->finalize (object);
}

static void
lab_picture_canvas_class_init (LabPictureCanvasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_picture_canvas_dispose;
  object_class->finalize = lab_picture_canvas_finalize;
  widget_class->snapshot = lab_picture_canvas_snapshot;
  widget_class->get_request_mode = lab_picture_canvas_get_request_mode;
  widget_class->measure = lab_picture_canvas_measure;
  widget_class->size_allocate = lab_picture_canvas_size_allocate;

  g_type_ensure (LAB_TYPE_PICTURE_PART);
  g_type_ensure (LAB_TYPE_PICTURE_SEGMENT);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "picture/lab-picture-canvas.ui");
  gtk_widget_class_bind_template_child (widget_class, LabPictureCanvas, servers);
  gtk_widget_class_bind_template_child (widget_class, LabPictureCanvas, segment);
  gtk_widget_class_bind_template_child (widget_class, LabPictureCanvas, others);
  gtk_widget_class_bind_template_child (widget_class, LabPictureCanvas, no_server);
  gtk_widget_class_bind_template_child (widget_class, LabPictureCanvas, more);
  gtk_widget_class_bind_template_child (widget_class, LabPictureCanvas, unseen);

  gtk_widget_class_set_css_name (widget_class, "picturecanvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
lab_picture_canvas_init (LabPictureCanvas *self)
{
  self->processes = g_hash_table_new (NULL, NULL);
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * lab_picture_canvas_update:
 * @self: a canvas
 * @scene: what to show
 * @regions: (nullable) (element-type LabRegion): this process's address space, from the lowest address up
 * @animate: whether lines that come and go do so in a quarter of a second, and not at once
 */
void
lab_picture_canvas_update (LabPictureCanvas      *self,
                           const LabPictureScene *scene,
                           GArray                *regions,
                           gboolean               animate)
{
  g_return_if_fail (LAB_IS_PICTURE_CANVAS (self));

  update_processes (self, scene, regions, animate);
  lab_picture_segment_update (LAB_PICTURE_SEGMENT (self->segment), scene);
  update_lines (self, animate);
}
