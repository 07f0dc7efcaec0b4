/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-states.h"

#include <glib/gstdio.h>
#include <string.h>

#include "helpers/helper-places.h"
#include "helpers/helper-rules.h"

/* How long a window may take until it says what is so; the machine may be busy. */
#define PATIENCE_MS 10000
#define HURRY_MS    1500
#define UNEXPECTED  "not as expected: "

/* What one look at one page, or at all of a program, gave. */
typedef struct
{
  GString   *lines;       /* with names instead of what differs from run to run */
  GString   *raw;
  GPtrArray *complaints;
} Page;

static Page *
page_new (void)
{
  Page *page = g_new0 (Page, 1);

  page->lines = g_string_new (NULL);
  page->raw = g_string_new (NULL);
  page->complaints = g_ptr_array_new_with_free_func (g_free);

  return page;
}

static void
page_free (Page *page)
{
  g_string_free (page->lines, TRUE);
  g_string_free (page->raw, TRUE);
  g_ptr_array_unref (page->complaints);
  g_free (page);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, page_free)

/**
 * states_set_up:
 * @self: a fixture
 * @group: (type utf8): the name of this group of states
 *
 * For the set_up of a test: everything that is started from here on is witnessed.
 */
void
states_set_up (States        *self,
               gconstpointer  group)
{
  scene_set_up (&self->scene, NULL);
  self->group = g_strdup (group);
  self->log_path = g_build_filename (g_get_user_cache_dir (), "witness.log", NULL);
  self->report = g_string_new (NULL);
  self->windows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->programs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_remove (self->log_path);
  g_setenv ("SHMLAB_WITNESS", self->log_path, TRUE);
  if (g_getenv ("E2E_WITNESS") != NULL)
    g_setenv ("LD_PRELOAD", g_getenv ("E2E_WITNESS"), TRUE);
  self->stage = stage_new (self->log_path);
}

/**
 * states_can_look:
 * @self: a fixture
 *
 * Skips the test where calls cannot be witnessed.
 *
 * Returns: whether they can
 */
gboolean
states_can_look (States *self)
{
  if (g_getenv ("E2E_WITNESS") != NULL)
    return TRUE;

  g_test_skip ("what is loaded first is the sanitizer, so nobody witnesses the calls");

  return FALSE;
}

static void
write_report (States *self)
{
  const char *folder = g_getenv ("E2E_STATES");
  g_autofree char *name = g_strconcat (self->group, ".txt", NULL);
  g_autofree char *path = NULL;

  if (folder == NULL || self->report->len == 0)
    return;

  path = g_build_filename (folder, name, NULL);
  g_mkdir_with_parents (folder, 0777);
  g_file_set_contents (path, self->report->str, (gssize) self->report->len, NULL);
}

void
states_tear_down (States        *self,
                  gconstpointer  group)
{
  g_unsetenv ("LD_PRELOAD");
  g_unsetenv ("SHMLAB_WITNESS");
  write_report (self);
  scene_tear_down (&self->scene, NULL);
  g_clear_pointer (&self->stage, stage_free);
  g_clear_pointer (&self->group, g_free);
  g_clear_pointer (&self->log_path, g_free);
  g_string_free (self->report, TRUE);
  g_hash_table_unref (self->programs);
  g_hash_table_unref (self->windows);
}

/**
 * states_play:
 * @self: a fixture
 * @role: what it is called in what is written down
 * @program: (nullable): a program that the test started
 *
 * Lets the rules know a process.
 */
void
states_play (States     *self,
             const char *role,
             E2eProgram *program)
{
  if (program == NULL)
    return;

  stage_add (self->stage, role, e2e_get_pid (program));
  g_hash_table_insert (self->programs, g_strdup (role), program);
}

static E2eProgram *
start (States     *self,
       const char *role,
       const char *name,
       va_list     args)
{
  E2eProgram *program = scene_start_valist (&self->scene, name, args);

  states_play (self, role, program);

  return program;
}

/**
 * states_start_server:
 * @self: a fixture
 * @role: what it is called in what is written down
 * @...: more of its command line, then %NULL
 *
 * Starts a server with the scene's key, and lets the rules know it.
 *
 * Returns: (transfer none): the program
 */
E2eProgram *
states_start_server (States     *self,
                     const char *role,
                     ...)
{
  E2eProgram *program;
  va_list args;

  va_start (args, role);
  program = start (self, role, "shmlab-server", args);
  va_end (args);

  return program;
}

/**
 * states_start_client:
 * @self: a fixture
 * @role: what it is called in what is written down
 * @...: more of its command line, then %NULL
 *
 * As states_start_server(), for a client.
 *
 * Returns: (transfer none): the program
 */
E2eProgram *
states_start_client (States     *self,
                     const char *role,
                     ...)
{
  E2eProgram *program;
  va_list args;

  va_start (args, role);
  program = start (self, role, "shmlab-client", args);
  va_end (args);

  return program;
}

static Page *
look_at_page (States     *self,
              const char *role,
              const char *panel)
{
  E2eProgram *program = g_hash_table_lookup (self->programs, role);
  Page *page = page_new ();
  g_autoptr(Facts) before = facts_take (self->stage);
  g_autoptr(GPtrArray) places = places_read (program, panel);
  g_autoptr(Facts) after = facts_take (self->stage);
  Actor *actor = facts_find_pid (after, e2e_get_pid (program));

  if (places->len == 0)
    g_ptr_array_add (page->complaints, g_strdup_printf ("%s: nothing can be read", panel != NULL ? panel : "window"));

  if (panel == NULL)
    g_hash_table_insert (self->windows, g_strdup (role), g_ptr_array_ref (places));
  for (guint i = 0; i < places->len; i++)
    {
      Place *place = places->pdata[i];
      g_autofree char *plain = rules_check (before, after, actor, places, i, g_hash_table_lookup (self->windows, role),
                                            page->complaints);
      Place shown = *place;
      g_autofree char *line = NULL;
      g_autofree char *raw = places_dup_line (place);

      shown.text = plain;
      line = places_dup_line (&shown);
      g_string_append_printf (page->lines, "%s / %s\n", role, line);
      g_string_append_printf (page->raw, "%s / %s\n", role, raw);
    }

  return page;
}

/* As long as there are complaints, the window may be about to say something else. */
static void
add_page (States     *self,
          const char *role,
          const char *panel,
          Look        look,
          Page       *all)
{
  /* What stays wrong on three pages is no matter of time. */
  gint64 deadline = e2e_deadline (look & LOOK_MOVES ? 0 : self->n_in_vain >= 3 ? HURRY_MS : PATIENCE_MS);
  g_autoptr(Page) page = look_at_page (self, role, panel);

  while (page->complaints->len > 0 && e2e_not_yet (deadline))
    {
      page_free (page);
      page = look_at_page (self, role, panel);
    }
  self->n_in_vain += page->complaints->len > 0;

  g_string_append (all->lines, page->lines->str);
  g_string_append (all->raw, page->raw->str);
  for (guint i = 0; i < page->complaints->len; i++)
    g_ptr_array_add (all->complaints, g_strdup_printf ("%s: %s", role, (char *) page->complaints->pdata[i]));
}

/* "server: text that is there", "server! text that is not". */
static gboolean
is_as_expected (const char *expectation,
                const char *raw)
{
  const char *mark = strpbrk (expectation, ":!");
  g_autofree char *role = g_strndup (expectation, mark - expectation);
  g_autofree char *start = g_strconcat (role, " / ", NULL);
  g_autofree char *pattern = g_strconcat ("*", mark + 2, "*", NULL);
  g_auto(GStrv) lines = g_strsplit (raw, "\n", -1);
  gboolean is_of_role = FALSE;
  gboolean found = FALSE;

  /* The further lines of a text are indented. */
  for (guint i = 0; lines[i] != NULL && !found; i++)
    {
      is_of_role = g_str_has_prefix (lines[i], start) || (is_of_role && *lines[i] == ' ');
      found = is_of_role && g_pattern_match_simple (pattern, lines[i]);
    }

  return found == (*mark == ':');
}

static E2eNode *
get_tab (GPtrArray *tabs,
         guint      i)
{
  return i < tabs->len ? g_ptr_array_index (tabs, i) : NULL;
}

/* Whether the page is read; that of the tab which was chosen already was read with the window. */
static gboolean
is_wanted (E2eNode   *tab,
           GPtrArray *chosen,
           Look       look)
{
  g_autofree char *name = e2e_dup_name (tab);

  return !g_ptr_array_find (chosen, tab, NULL) && !((look & LOOK_NO_PROGRAM) && g_str_equal (name, "C Program"));
}

static Page *
look_at_all (States     *self,
             Look        look,
             GStrv       roles,
             GPtrArray  *expectations)
{
  Page *all = page_new ();
  g_autoptr(GPtrArray) tabs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);  /* of each role */
  g_autoptr(GPtrArray) chosen = g_ptr_array_new ();
  guint n_tabs = 0;

  for (guint i = 0; roles[i] != NULL; i++)
    {
      add_page (self, roles[i], NULL, look, all);
      g_ptr_array_add (tabs, places_find_tabs (g_hash_table_lookup (self->programs, roles[i])));
      n_tabs = MAX (n_tabs, ((GPtrArray *) tabs->pdata[i])->len);
      for (guint t = 0; t < ((GPtrArray *) tabs->pdata[i])->len; t++)
        if (e2e_is_selected (get_tab (tabs->pdata[i], t)))
          g_ptr_array_add (chosen, get_tab (tabs->pdata[i], t));
    }
  /* A click takes a quarter of a second, in all windows at once. */
  for (guint t = 0; t < n_tabs && !(look & LOOK_NO_TABS); t++)
    {
      for (guint i = 0; i < tabs->len; i++)
        {
          E2eNode *tab = get_tab (tabs->pdata[i], t);

          if (tab != NULL && is_wanted (tab, chosen, look))
            e2e_click (tab);
        }
      for (guint i = 0; i < tabs->len; i++)
        {
          E2eNode *tab = get_tab (tabs->pdata[i], t);
          g_autofree char *name = NULL;

          if (tab == NULL || !is_wanted (tab, chosen, look))
            continue;
          name = e2e_dup_name (tab);
          E2E_WAIT (e2e_is_selected (tab));
          add_page (self, roles[i], name, look, all);
        }
    }
  for (guint i = 0; i < expectations->len; i++)
    if (!is_as_expected (expectations->pdata[i], all->raw->str))
      g_ptr_array_add (all->complaints, g_strdup_printf (UNEXPECTED "“%s”", (char *) expectations->pdata[i]));

  return all;
}

/* Whether every text is so, and the state is not the one that the test waited for: it may be about to come. */
static gboolean
is_only_unexpected (const Page *page)
{
  for (guint i = 0; i < page->complaints->len; i++)
    if (!g_str_has_prefix (page->complaints->pdata[i], UNEXPECTED))
      return FALSE;

  return page->complaints->len > 0;
}

/**
 * states_look:
 * @self: a fixture
 * @state: its name
 * @look: how
 * @who: the roles whose windows are looked at, with spaces between
 * @...: what must be there ("server: *words*") and what must not ("client! *words*"), then %NULL
 *
 * Reads all that is to be read in this state, and fails the test for each text that is not so.
 */
void
states_look (States     *self,
             const char *state,
             Look        look,
             const char *who,
             ...)
{
  g_auto(GStrv) roles = g_strsplit (who, " ", -1);
  g_autoptr(GPtrArray) expectations = g_ptr_array_new ();
  g_autoptr(Page) page = NULL;
  g_auto(GStrv) lines = NULL;
  gint64 begun = g_get_monotonic_time ();
  gint64 deadline;
  const char *expectation;
  va_list args;

  va_start (args, who);
  while ((expectation = va_arg (args, const char *)) != NULL)
    g_ptr_array_add (expectations, (gpointer) expectation);
  va_end (args);

  page = look_at_all (self, look, roles, expectations);
  deadline = e2e_deadline (PATIENCE_MS);
  while (is_only_unexpected (page) && e2e_not_yet (deadline))
    {
      page_free (page);
      page = look_at_all (self, look, roles, expectations);
    }
  for (guint i = 0; i < page->complaints->len; i++)
    {
      g_test_message ("%s: %s", state, (char *) page->complaints->pdata[i]);
      g_test_fail ();
    }
  lines = g_strsplit (page->lines->str, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_string_append_printf (self->report, "%s%s%s\n", *lines[i] == ' ' ? "" : state, *lines[i] == ' ' ? "" : " / ", lines[i]);
  g_test_message ("%s: looked at in %.1f s", state, (double) (g_get_monotonic_time () - begun) / 1e6);
}
