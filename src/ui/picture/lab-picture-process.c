/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/picture/lab-picture-process.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-address-space.h"
#include "backend/kernel/lab-text.h"
#include "ui/style/lab-resource.h"

/* A process: its name and pid, and where it sees the segment; of this very
 * process its whole address space, from the highest address to the lowest. */

struct _LabPictureProcess
{
  GtkWidget            parent_instance;

  GtkWidget           *header;
  GtkWidget           *title;
  GtkWidget           *pid_label;
  GtkWidget           *body;
  GtkWidget           *note;

  pid_t                pid;
  LabSceneProcessKind  kind;
  guint                number;  /* of a client, from 1 */
  guint                n_parts;
};

G_DEFINE_FINAL_TYPE (LabPictureProcess, lab_picture_process, GTK_TYPE_WIDGET)

/* A process that attaches without end has so many stretches drawn, and then a number; one
 * too many is drawn rather than counted. */
#define MAX_STRETCHES 4

/* What stands in the body, from the highest address down. */
typedef struct
{
  guint64           start;
  const LabRegion  *region;   /* or NULL: the segment */
  gboolean          writable;
} Entry;

static int
compare_entries (gconstpointer pointer_a,
                 gconstpointer pointer_b)
{
  const Entry *a = pointer_a;
  const Entry *b = pointer_b;

  return (a->start < b->start) - (a->start > b->start);
}

static const char *
region_name (LabRegionKind kind)
{
  switch (kind)
    {
    case LAB_REGION_STACK:
      /* Translators: a part of a process’s memory */
      return _("stack");
    case LAB_REGION_LIBRARIES:
      /* Translators: a part of a process’s memory */
      return _("libraries");
    case LAB_REGION_HEAP:
      /* Translators: a part of a process’s memory */
      return _("heap");
    case LAB_REGION_PROGRAM:
      /* Translators: a part of a process’s memory: the executable file */
      return _("program");
    case LAB_REGION_SEGMENT:
    default:
      g_assert_not_reached ();
    }
}

static char *
describe_region (const LabRegion *region)
{
  g_autofree char *start = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", region->start);
  g_autofree char *end = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", region->end);
  g_autofree char *size = g_format_size_full (region->mapped_bytes, G_FORMAT_SIZE_IEC_UNITS);
  const char *what;

  switch (region->kind)
    {
    case LAB_REGION_STACK:
      what = _("The main thread’s stack: local variables and return addresses.");
      break;
    case LAB_REGION_LIBRARIES:
      what = _("Shared libraries and what lies among them.");
      break;
    case LAB_REGION_HEAP:
      what = _("The heap: what malloc hands out.");
      break;
    case LAB_REGION_PROGRAM:
      what = _("The program itself: its code and its global variables.");
      break;
    case LAB_REGION_SEGMENT:
    default:
      g_assert_not_reached ();
    }

  /* Translators: a sentence, two addresses, and how much between them is mapped: “The heap: what malloc hands out.
   * 0x… to 0x…, 2.1 MiB mapped” */
  return g_strdup_printf (_("%s %s to %s, %s mapped"), what, start, end, size);
}

static LabPicturePart *
take_part (LabPictureProcess *self,
           guint              position)
{
  if (position == self->n_parts)
    {
      gtk_box_append (GTK_BOX (self->body), lab_picture_part_new ());
      self->n_parts++;
    }

  return lab_picture_process_get_part (self, position);
}

static void
drop_parts (LabPictureProcess *self,
            guint              n_kept)
{
  while (self->n_parts > n_kept)
    {
      gtk_box_remove (GTK_BOX (self->body), gtk_widget_get_last_child (self->body));
      self->n_parts--;
    }
}

static void
set_nothing (LabPicturePart *part)
{
  lab_picture_part_set (part, LAB_PICTURE_PART_EMPTY, _("nothing mapped here"), NULL,
                        _("No stretch of this process’s addresses is the segment; shmat makes one."));
}

static guint
get_n_drawn (guint n_stretches)
{
  return n_stretches <= MAX_STRETCHES + 1 ? n_stretches : MAX_STRETCHES;
}

static void
set_more (LabPicturePart *part,
          guint           n_more)
{
  g_autofree char *number = lab_text_format_count (n_more);
  g_autofree char *text = NULL;

  text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s more of the same process", "%s more of the same process", n_more),
                          number);
  lab_picture_part_set (part, LAB_PICTURE_PART_MORE, text, NULL,
                        _("It has the segment attached at that many more addresses; all stand in the Kernel Record."));
}

/* The order of the real addresses.  A place for the segment is kept where there
 * is the most room: right above the heap and the program, where the kernel puts
 * new mappings once it has gone down past the libraries. */
static void
fill_address_space (LabPictureProcess     *self,
                    const LabSceneProcess *process,
                    GArray                *regions)
{
  g_autoptr(GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  LabRegionKind last = LAB_REGION_SEGMENT;
  gboolean kept = process->stretches->len > 0;
  const guint n_drawn = get_n_drawn (process->stretches->len);
  guint position = 0, n_stretches = 0;

  for (guint i = 0; i < regions->len; i++)
    {
      const LabRegion *region = &g_array_index (regions, LabRegion, i);
      Entry entry = { region->start, region, FALSE };

      if (region->kind != LAB_REGION_SEGMENT)
        g_array_append_val (entries, entry);
    }
  for (guint i = 0; i < process->stretches->len; i++)
    {
      const LabSceneStretch *stretch = &g_array_index (process->stretches, LabSceneStretch, i);
      Entry entry = { stretch->address, NULL, stretch->writable };

      g_array_append_val (entries, entry);
    }
  g_array_sort (entries, compare_entries);

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      if (entry->region == NULL && n_stretches++ >= n_drawn)
        {
          if (n_stretches == n_drawn + 1)
            set_more (take_part (self, position++), process->stretches->len - n_drawn);
          last = LAB_REGION_SEGMENT;
          continue;
        }
      if (entry->region == NULL)
        {
          lab_picture_part_set_stretch (take_part (self, position++), self->pid, entry->start, entry->writable);
          last = LAB_REGION_SEGMENT;
          continue;
        }

      if (entry->region->kind == last)
        continue;  /* another segment, which is not ours to show, lies between the two */

      if (!kept && (entry->region->kind == LAB_REGION_HEAP || entry->region->kind == LAB_REGION_PROGRAM))
        {
          set_nothing (take_part (self, position++));
          kept = TRUE;
        }

      {
        g_autofree char *sentence = describe_region (entry->region);

        last = entry->region->kind;
        lab_picture_part_set (take_part (self, position++), LAB_PICTURE_PART_REGION, region_name (last), NULL, sentence);
      }
    }

  drop_parts (self, position);
}

static void
fill_stretches (LabPictureProcess     *self,
                const LabSceneProcess *process)
{
  const guint n = process->stretches->len;
  const guint n_drawn = get_n_drawn (n);
  guint position = 0;

  for (guint i = n; i > n - n_drawn; i--)
    {
      const LabSceneStretch *stretch = &g_array_index (process->stretches, LabSceneStretch, i - 1);

      lab_picture_part_set_stretch (take_part (self, position++), self->pid, stretch->address, stretch->writable);
    }
  if (n > n_drawn)
    set_more (take_part (self, position++), n - n_drawn);
  if (n == 0)
    set_nothing (take_part (self, position++));

  drop_parts (self, position);
}

static void
update_header (LabPictureProcess     *self,
               const LabSceneProcess *process)
{
  guint n = process->stretches->len;
  g_autofree char *title = NULL;
  g_autofree char *pid = g_strdup_printf (_("pid %d"), (int) process->pid);
  g_autofree char *name = NULL;
  g_autofree char *description = NULL;
  g_autofree char *attached = NULL;

  if (process->kind == LAB_SCENE_SERVER)
    title = g_strdup (_("Server"));
  else if (process->kind == LAB_SCENE_CLIENT && process->own)
    title = g_strdup (_("This client"));
  else if (process->kind == LAB_SCENE_CLIENT)
    title = g_strdup_printf (_("Client %u"), self->number);
  else
    title = g_strdup (process->name);

  gtk_label_set_text (GTK_LABEL (self->title), title);
  /* “Client 2” stays whole beside its pid; the longer name of a foreign process may not. */
  gtk_label_set_width_chars (GTK_LABEL (self->title), MIN (g_utf8_strlen (title, -1), 8));
  gtk_label_set_text (GTK_LABEL (self->pid_label), pid);
  gtk_label_set_text (GTK_LABEL (self->note), process->own ? _("this window") : process->name);
  if (process->creator && process->kind == LAB_SCENE_FOREIGN)
    gtk_label_set_text (GTK_LABEL (self->note), _("made the segment"));
  gtk_widget_set_visible (self->note, process->own || process->creator || process->kind != LAB_SCENE_FOREIGN);

  if (n == 0)
    attached = g_strdup (_("It is not attached."));
  else
    attached = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "It has the segment attached.",
                                             "It has the segment attached %u times.", n), n);

  /* Translators: “Client 1, pid 4100” */
  name = g_strdup_printf (_("%s, %s"), title, pid);
  /* Translators: a program’s name and a sentence */
  description = process->creator
    ? g_strdup_printf (_("A process of the program %s, which made the segment. %s"), process->name, attached) : g_strdup_printf (_("A process of the program %s, with addresses of its own. %s"), process->name, attached);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);
  /* The tooltip first, because it sets the description too. */
  if (g_strcmp0 (gtk_widget_get_tooltip_text (self->header), description) != 0)
    gtk_widget_set_tooltip_text (self->header, description);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->header),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);
}

static void
released_cb (LabPictureProcess *self,
             int                n_press,
             double             x,
             double             y)
{
  if (gtk_widget_contains (GTK_WIDGET (self), x, y))
    gtk_widget_activate_action (GTK_WIDGET (self), "inspector.show-process", "i", (int) self->pid);
}

static void
lab_picture_process_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_PICTURE_PROCESS);

  G_OBJECT_CLASS (lab_picture_process_parent_class)->dispose (object);
}

static void
lab_picture_process_class_init (LabPictureProcessClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_picture_process_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "picture/lab-picture-process.ui");
  gtk_widget_class_bind_template_child (widget_class, LabPictureProcess, header);
  gtk_widget_class_bind_template_child (widget_class, LabPictureProcess, title);
  gtk_widget_class_bind_template_child_full (widget_class, "pid", FALSE, G_STRUCT_OFFSET (LabPictureProcess, pid_label));
  gtk_widget_class_bind_template_child (widget_class, LabPictureProcess, body);
  gtk_widget_class_bind_template_child (widget_class, LabPictureProcess, note);
  gtk_widget_class_bind_template_callback (widget_class, released_cb);

  gtk_widget_class_set_css_name (widget_class, "pictureprocess");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
lab_picture_process_init (LabPictureProcess *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * lab_picture_process_new:
 * @kind: which program it is of
 * @number: of a client, from 1
 *
 * Returns: (transfer floating): an empty box; lab_picture_process_update() fills it
 */
GtkWidget *
lab_picture_process_new (LabSceneProcessKind kind,
                         guint               number)
{
  static const char * const css_classes[] = {
    [LAB_SCENE_SERVER] = "server",
    [LAB_SCENE_CLIENT] = "client",
    [LAB_SCENE_FOREIGN] = "foreign",
  };
  LabPictureProcess *self = g_object_new (LAB_TYPE_PICTURE_PROCESS, NULL);

  self->kind = kind;
  self->number = number;
  gtk_widget_add_css_class (GTK_WIDGET (self), css_classes[kind]);

  return GTK_WIDGET (self);
}

/**
 * lab_picture_process_update:
 * @self: a process's box
 * @process: what to show
 * @regions: (nullable) (element-type LabRegion): the whole address space, from the lowest address up
 */
void
lab_picture_process_update (LabPictureProcess     *self,
                            const LabSceneProcess *process,
                            GArray                *regions)
{
  g_return_if_fail (LAB_IS_PICTURE_PROCESS (self));

  if (self->pid != process->pid)
    {
      self->pid = process->pid;
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->header), "i", (int) self->pid);
    }
  update_header (self, process);
  if (regions != NULL)
    fill_address_space (self, process, regions);
  else
    fill_stretches (self, process);
}

pid_t
lab_picture_process_get_pid (LabPictureProcess *self)
{
  g_return_val_if_fail (LAB_IS_PICTURE_PROCESS (self), 0);

  return self->pid;
}

LabSceneProcessKind
lab_picture_process_get_kind (LabPictureProcess *self)
{
  g_return_val_if_fail (LAB_IS_PICTURE_PROCESS (self), LAB_SCENE_FOREIGN);

  return self->kind;
}

guint
lab_picture_process_get_number (LabPictureProcess *self)
{
  g_return_val_if_fail (LAB_IS_PICTURE_PROCESS (self), 0);

  return self->number;
}

guint
lab_picture_process_get_n_parts (LabPictureProcess *self)
{
  g_return_val_if_fail (LAB_IS_PICTURE_PROCESS (self), 0);

  return self->n_parts;
}

/**
 * lab_picture_process_get_part:
 * @self: a process's box
 * @position: from the highest address, 0, down
 *
 * Returns: (transfer none): the part
 */
LabPicturePart *
lab_picture_process_get_part (LabPictureProcess *self,
                              guint              position)
{
  GtkWidget *part;

  g_return_val_if_fail (LAB_IS_PICTURE_PROCESS (self), NULL);
  g_return_val_if_fail (position < self->n_parts, NULL);

  part = gtk_widget_get_first_child (self->body);
  while (position-- > 0)
    part = gtk_widget_get_next_sibling (part);

  return LAB_PICTURE_PART (part);
}
