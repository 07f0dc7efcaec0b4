/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-painter.h"

#include <math.h>

#include <glib/gi18n-lib.h>
#include <hb.h>

#include "backend/kernel/lab-text.h"

#define MARGIN         12  /* pixels at the left and the right */
#define CELL_PADDING    4  /* pixels at both sides of a byte's two digits */
#define CELL_GAP        2  /* pixels between bytes */
#define ROW_PADDING     3  /* pixels above and below the digits */
#define MIN_NOTE_CHARS 14  /* less room than this is no room for notes */
#define NUMBERS_CHARS  40  /* what a row of the control block may say of itself */
#define MAX_NOTES     256  /* layouts kept; the notes in sight are far fewer */

/* The glyphs of one weight. */
typedef struct
{
  PangoFont  *font;
  PangoGlyph  ascii[128];  /* 0 where the font has none */
} Face;

struct _LabMemoryPainter
{
  PangoContext *context;    /* in the monospace font */
  PangoContext *words;      /* in the font of notes */
  Face          regular;
  Face          bold;
  int           char_width;
  int           ascent;
  int           row_height;
  GHashTable   *notes;      /* text to PangoLayout */

  GdkRGBA       fg;
  GdkRGBA       dim;
  GdkRGBA       kinds[LAB_FIELD_PLAIN + 1];  /* the soft area behind a byte */
  GdkRGBA       glows[LAB_FIELD_PLAIN + 1];  /* what it is when it has just changed */
  GdkRGBA       accent;
  GdkRGBA       server;

  guint         n_columns;
  guint         n_digits;   /* of an offset */
  int           width;
  int           note_x;     /* 0 when there is no room for notes */
  gboolean      cramped;    /* the notes of numbers want the room of the text too */
};

/* One colour and weight of a row's text: glyphs placed at given pixels. */
typedef struct
{
  PangoGlyphString *glyphs;
  int               first_x;
  int               next_x;
} Run;

LabMemoryPainter *
lab_memory_painter_new (void)
{
  LabMemoryPainter *self = g_new0 (LabMemoryPainter, 1);

  self->notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->n_columns = LAB_MEMORY_MAX_COLUMNS;
  self->n_digits = 4;

  return self;
}

void
lab_memory_painter_free (LabMemoryPainter *self)
{
  g_clear_object (&self->context);
  g_clear_object (&self->words);
  g_clear_object (&self->regular.font);
  g_clear_object (&self->bold.font);
  g_hash_table_unref (self->notes);
  g_free (self);
}

/* Takes the glyph of every printable character of ASCII.  A look into the font's table
 * is enough, for no two of them are drawn as one, and costs less than shaping each.  A
 * text node has one font, so a character that another font must lend is left out. */
static void
load_face (Face         *face,
           PangoContext *context,
           PangoWeight   weight)
{
  PangoFontDescription *description = pango_font_description_copy (pango_context_get_font_description (context));
  PangoFontset *fonts;
  hb_font_t *hb_font;

  pango_font_description_set_weight (description, weight);
  fonts = pango_font_map_load_fontset (pango_context_get_font_map (context), context, description,
                                       pango_context_get_language (context));
  pango_font_description_free (description);

  g_clear_object (&face->font);
  face->font = pango_fontset_get_font (fonts, '0');
  hb_font = pango_font_get_hb_font (face->font);
  g_object_unref (fonts);

  for (guint c = 0; c < G_N_ELEMENTS (face->ascii); c++)
    {
      hb_codepoint_t glyph;

      face->ascii[c] = g_ascii_isgraph (c) && hb_font_get_nominal_glyph (hb_font, c, &glyph) ? glyph : 0;
    }
}

static GdkRGBA
look_up (GtkWidget  *widget,
         const char *name)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA color;

  if (!gtk_style_context_lookup_color (style, name, &color))
    gtk_style_context_get_color (style, &color);

  return color;
}

/**
 * lab_memory_painter_update:
 * @self: a painter
 * @widget: for whom it paints
 *
 * Takes the font and the colours from @widget's style; to be called when that changed.
 */
void
lab_memory_painter_update (LabMemoryPainter *self,
                           GtkWidget        *widget)
{
  PangoContext *context = gtk_widget_create_pango_context (widget);
  PangoFontDescription *description = pango_font_description_copy (pango_context_get_font_description (context));
  PangoFontMetrics *metrics;

  pango_font_description_set_family (description, "monospace");
  pango_context_set_font_description (context, description);
  pango_context_set_base_dir (context, PANGO_DIRECTION_LTR);
  pango_font_description_free (description);
  g_set_object (&self->context, context);
  g_object_unref (context);

  g_clear_object (&self->words);
  self->words = gtk_widget_create_pango_context (widget);
  pango_context_set_base_dir (self->words, PANGO_DIRECTION_LTR);

  metrics = pango_context_get_metrics (self->context, NULL, NULL);
  self->char_width = (int) ceil (pango_font_metrics_get_approximate_digit_width (metrics) / (double) PANGO_SCALE);
  self->ascent = (int) ceil (pango_font_metrics_get_ascent (metrics) / (double) PANGO_SCALE);
  self->row_height = self->ascent + (int) ceil (pango_font_metrics_get_descent (metrics) / (double) PANGO_SCALE)
                     + 2 * ROW_PADDING + CELL_GAP;
  pango_font_metrics_unref (metrics);

  load_face (&self->regular, self->context, PANGO_WEIGHT_NORMAL);
  load_face (&self->bold, self->context, PANGO_WEIGHT_BOLD);
  g_hash_table_remove_all (self->notes);

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &self->fg);
  self->dim = self->fg;
  self->dim.alpha *= 0.6f;
  self->kinds[LAB_FIELD_COPY_A] = look_up (widget, "lab_segment_bg");
  self->kinds[LAB_FIELD_COPY_B] = look_up (widget, "lab_spare_bg");
  self->kinds[LAB_FIELD_CONTROL] = look_up (widget, "lab_control_bg");
  self->kinds[LAB_FIELD_TEXT] = self->kinds[LAB_FIELD_COPY_A];
  self->kinds[LAB_FIELD_NUMBER] = self->kinds[LAB_FIELD_CONTROL];
  self->kinds[LAB_FIELD_PLAIN] = self->fg;
  self->kinds[LAB_FIELD_PLAIN].alpha = 0.06f;
  self->glows[LAB_FIELD_COPY_A] = look_up (widget, "lab_segment");
  self->glows[LAB_FIELD_COPY_B] = self->glows[LAB_FIELD_COPY_A];
  self->glows[LAB_FIELD_CONTROL] = look_up (widget, "lab_control");
  self->glows[LAB_FIELD_TEXT] = self->glows[LAB_FIELD_COPY_A];
  self->glows[LAB_FIELD_NUMBER] = self->glows[LAB_FIELD_CONTROL];
  self->glows[LAB_FIELD_PLAIN] = self->glows[LAB_FIELD_COPY_A];
  self->accent = look_up (widget, "lab_accent");
  self->server = look_up (widget, "lab_server");
}

/**
 * lab_memory_painter_set_segment:
 * @self: a painter
 * @size_bytes: the size of the segment, which says how many digits an offset has
 *
 * Returns: whether that changed anything
 */
gboolean
lab_memory_painter_set_segment (LabMemoryPainter *self,
                                gsize             size_bytes)
{
  guint n_digits = 4;

  for (gsize last = size_bytes > 0 ? (size_bytes - 1) >> 16 : 0; last > 0; last >>= 4)
    n_digits++;

  if (n_digits == self->n_digits)
    return FALSE;

  self->n_digits = n_digits;

  return TRUE;
}

static int
cell_width (const LabMemoryPainter *self)
{
  return 2 * self->char_width + 2 * CELL_PADDING;
}

static int
cell_x (const LabMemoryPainter *self,
        guint                   n_columns,
        guint                   column)
{
  int x = MARGIN + ((int) self->n_digits + 2) * self->char_width;

  x += (int) column * (cell_width (self) + CELL_GAP);
  if (column >= n_columns / 2)  /* a wider gap in the middle helps to count */
    x += self->char_width;

  return x;
}

static int
text_x (const LabMemoryPainter *self,
        guint                   n_columns)
{
  return cell_x (self, n_columns, n_columns) + self->char_width;
}

/**
 * lab_memory_painter_get_width:
 * @self: a painter
 * @n_columns: bytes in a row
 *
 * Returns: the pixels that a row needs, without notes
 */
int
lab_memory_painter_get_width (const LabMemoryPainter *self,
                              guint                   n_columns)
{
  return text_x (self, n_columns) + (int) n_columns * self->char_width + MARGIN;
}

/**
 * lab_memory_painter_set_width:
 * @self: a painter
 * @width: pixels
 *
 * Chooses how many bytes a row has, 16, 8 or 4, and whether there are notes.
 *
 * Returns: whether the number of columns changed
 */
gboolean
lab_memory_painter_set_width (LabMemoryPainter *self,
                              int               width)
{
  guint before = self->n_columns;
  int end;

  self->n_columns = LAB_MEMORY_MAX_COLUMNS;
  while (self->n_columns > 4 && lab_memory_painter_get_width (self, self->n_columns) > width)
    self->n_columns /= 2;

  end = lab_memory_painter_get_width (self, self->n_columns);
  self->note_x = width - end >= MIN_NOTE_CHARS * self->char_width ? end : 0;
  self->cramped = width - end < NUMBERS_CHARS * self->char_width;
  self->width = MAX (width, end);

  return self->n_columns != before;
}

guint
lab_memory_painter_get_columns (const LabMemoryPainter *self)
{
  return self->n_columns;
}

int
lab_memory_painter_get_row_height (const LabMemoryPainter *self)
{
  return self->row_height;
}

/**
 * lab_memory_painter_find_column:
 * @self: a painter
 * @x: pixels from the left
 *
 * Returns: the byte of the row that is nearest, in the hex or in the text part
 */
int
lab_memory_painter_find_column (const LabMemoryPainter *self,
                                double                  x)
{
  int text = text_x (self, self->n_columns);

  if (x >= text - self->char_width / 2.0)
    return CLAMP ((int) floor ((x - text) / self->char_width), 0, (int) self->n_columns - 1);

  for (guint i = 1; i < self->n_columns; i++)
    if (x < cell_x (self, self->n_columns, i) - CELL_GAP / 2.0)
      return (int) i - 1;

  return (int) self->n_columns - 1;
}

static void
fill (GtkSnapshot   *snapshot,
      const GdkRGBA *color,
      double         alpha,
      float          x,
      float          y,
      float          width,
      float          height)
{
  GdkRGBA with_alpha = *color;

  with_alpha.alpha *= (float) alpha;
  gtk_snapshot_append_color (snapshot, &with_alpha, &GRAPHENE_RECT_INIT (x, y, width, height));
}

static void
outline (GtkSnapshot   *snapshot,
         const GdkRGBA *color,
         float          line_width,
         float          x,
         float          y,
         float          width,
         float          height)
{
  const float widths[4] = { line_width, line_width, line_width, line_width };
  const GdkRGBA colors[4] = { *color, *color, *color, *color };
  GskRoundedRect rect;

  gsk_rounded_rect_init_from_rect (&rect, &GRAPHENE_RECT_INIT (x, y, width, height), 2);
  gtk_snapshot_append_border (snapshot, &rect, widths, colors);
}

static void
run_add (Run        *run,
         const Face *face,
         char        c,
         int         x,
         int         char_width)
{
  PangoGlyphInfo *info;
  int n;

  if (face->ascii[(guchar) c] == 0)
    return;

  if (run->glyphs == NULL)
    {
      run->glyphs = pango_glyph_string_new ();
      run->first_x = x;
    }
  else
    {
      run->glyphs->glyphs[run->glyphs->num_glyphs - 1].geometry.width += (x - run->next_x) * PANGO_SCALE;
    }

  n = run->glyphs->num_glyphs;
  pango_glyph_string_set_size (run->glyphs, n + 1);
  info = &run->glyphs->glyphs[n];
  *info = (PangoGlyphInfo) { .glyph = face->ascii[(guchar) c], .geometry.width = char_width * PANGO_SCALE };
  run->next_x = x + char_width;
}

static void
run_end (Run           *run,
         const Face    *face,
         GtkSnapshot   *snapshot,
         const GdkRGBA *color,
         float          baseline)
{
  GskRenderNode *node;

  if (run->glyphs == NULL)
    return;

  node = gsk_text_node_new (face->font, run->glyphs, color, &GRAPHENE_POINT_INIT (run->first_x, baseline));
  if (node != NULL)
    {
      gtk_snapshot_append_node (snapshot, node);
      gsk_render_node_unref (node);
    }
  g_clear_pointer (&run->glyphs, pango_glyph_string_free);
}

static void
draw_note (LabMemoryPainter *self,
           GtkSnapshot      *snapshot,
           float             x,
           float             y,
           const char       *text,
           const GdkRGBA    *color)
{
  PangoLayout *layout = g_hash_table_lookup (self->notes, text);
  int room = self->width - (int) x - MARGIN;

  if (layout == NULL)
    {
      if (g_hash_table_size (self->notes) >= MAX_NOTES)
        g_hash_table_remove_all (self->notes);
      layout = pango_layout_new (self->words);
      pango_layout_set_text (layout, text, -1);
      pango_layout_set_single_paragraph_mode (layout, TRUE);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      g_hash_table_insert (self->notes, g_strdup (text), layout);
    }
  if (pango_layout_get_width (layout) != room * PANGO_SCALE)
    pango_layout_set_width (layout, room * PANGO_SCALE);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y + self->ascent - pango_layout_get_baseline (layout) / (float) PANGO_SCALE));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_folded (LabMemoryPainter    *self,
             GtkSnapshot         *snapshot,
             float                y,
             const LabMemoryLine *line)
{
  g_autofree char *count = lab_text_format_count (line->n_folded);
  g_autofree char *words = g_strdup_printf (ngettext ("%s byte, all zero", "%s bytes, all zero", (gulong) line->n_folded), count);

  draw_note (self, snapshot, MARGIN + (self->n_digits - 1) * self->char_width, y, "⋮", &self->dim);
  draw_note (self, snapshot, cell_x (self, self->n_columns, 0) + CELL_PADDING, y, words, &self->dim);
}

/* A byte's area, over the gap to the byte before it when both are one field. */
static void
draw_area (LabMemoryPainter    *self,
           GtkSnapshot         *snapshot,
           float                y,
           const LabMemoryLine *line,
           guint                i)
{
  const LabMemoryCell *cell = &line->cells[i];
  int x = cell_x (self, self->n_columns, i);
  int end = x + cell_width (self);
  int height = self->row_height - CELL_GAP;

  if (cell->joined && i > 0)
    x = cell_x (self, self->n_columns, i - 1) + cell_width (self);

  fill (snapshot, &self->kinds[cell->kind], 1, x, y, end - x, height);
  if (cell->glow > 0)
    {
      fill (snapshot, &self->glows[cell->kind], 0.75 * cell->glow, x, y, end - x, height);
      fill (snapshot, &self->fg, 1, end - cell_width (self) + CELL_PADDING, y + height - 3, 2 * self->char_width, 2);
    }
  if (cell->selected)
    fill (snapshot, &self->accent, 0.35, x, y, end - x, height);
}

static void
draw_marks (LabMemoryPainter    *self,
            GtkSnapshot         *snapshot,
            float                y,
            const LabMemoryLine *line,
            gboolean             in_place_of_text)
{
  int height = self->row_height - CELL_GAP;
  int text = text_x (self, self->n_columns);

  if (line->cursor >= 0)
    outline (snapshot, &self->server, 3, cell_x (self, self->n_columns, line->cursor) - 2, y - 2, cell_width (self) + 4, height + 4);

  if (line->caret >= 0)
    {
      outline (snapshot, line->caret_focused ? &self->accent : &self->dim, line->caret_focused ? 2 : 1,
               cell_x (self, self->n_columns, line->caret), y, cell_width (self), height);
      if (!in_place_of_text)
        outline (snapshot, line->caret_focused ? &self->accent : &self->dim, 1,
                 text + line->caret * self->char_width - 1, y, self->char_width + 2, height);
    }
}

/* Whether none of the row's bytes is a letter of a text. */
static gboolean
is_numbers (const LabMemoryLine *line)
{
  const LabFieldKind first = line->cells[0].kind, last = line->cells[line->n_cells > 0 ? line->n_cells - 1 : 0].kind;

  return first == LAB_FIELD_CONTROL || (first == LAB_FIELD_NUMBER && last != LAB_FIELD_TEXT);
}

/**
 * lab_memory_painter_draw:
 * @self: a painter
 * @snapshot: where to
 * @y: the top of the row
 * @line: what to draw
 *
 * Draws one row.  The grid runs from left to right in every language, as hex does.
 */
void
lab_memory_painter_draw (LabMemoryPainter    *self,
                         GtkSnapshot         *snapshot,
                         float                y,
                         const LabMemoryLine *line)
{
  static const char digits[] = "0123456789abcdef";
  int text = text_x (self, self->n_columns);
  float baseline = y + ROW_PADDING + self->ascent;
  /* What numbers mean says more than their characters. */
  gboolean in_place_of_text = self->cramped && line->note != NULL && is_numbers (line);
  Run dim = { 0 }, strong = { 0 }, plain = { 0 };

  if (line->n_folded > 0)
    {
      draw_folded (self, snapshot, y + ROW_PADDING, line);
      return;
    }

  if (line->page > 1)
    fill (snapshot, &self->fg, 0.5, MARGIN / 2, y - CELL_GAP, self->width - MARGIN, 1);

  for (guint i = 0; i < line->n_cells; i++)
    {
      draw_area (self, snapshot, y, line, i);
      if (line->cells[i].selected && !in_place_of_text)
        fill (snapshot, &self->accent, 0.35, text + (int) i * self->char_width, y, self->char_width, self->row_height - CELL_GAP);
    }

  for (guint i = 0; i < self->n_digits; i++)
    run_add (&dim, &self->regular, digits[line->offset >> 4 * (self->n_digits - 1 - i) & 0xf],
             MARGIN + (int) i * self->char_width, self->char_width);

  for (guint i = 0; i < line->n_cells; i++)
    {
      guint8 byte = line->cells[i].byte;
      int x = cell_x (self, self->n_columns, i) + CELL_PADDING;
      Run *run = byte == 0 ? &dim : &strong;
      const Face *face = byte == 0 ? &self->regular : &self->bold;

      run_add (run, face, digits[byte >> 4], x, self->char_width);
      run_add (run, face, digits[byte & 0xf], x + self->char_width, self->char_width);
    }

  for (guint i = 0; i < line->n_cells && !in_place_of_text; i++)
    {
      guint8 byte = line->cells[i].byte;
      int x = text + (int) i * self->char_width;

      if (g_ascii_isgraph (byte))
        run_add (&plain, &self->regular, (char) byte, x, self->char_width);
      else if (byte != ' ')
        run_add (&dim, &self->regular, '.', x, self->char_width);
    }

  run_end (&dim, &self->regular, snapshot, &self->dim, baseline);
  run_end (&strong, &self->bold, snapshot, &self->fg, baseline);
  run_end (&plain, &self->regular, snapshot, &self->fg, baseline);

  if (line->note != NULL && (self->note_x > 0 || in_place_of_text))
    draw_note (self, snapshot, in_place_of_text ? text : self->note_x, y + ROW_PADDING, line->note, &self->fg);

  draw_marks (self, snapshot, y, line, in_place_of_text);
}
