/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-names.h"

#include <errno.h>
#include <grp.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-text.h"

static GMutex      lock;
static GHashTable *user_names;   /* uid to name; names are never freed */
static GHashTable *group_names;

static char *
dup_group_name (gid_t gid)
{
  struct group entry, *found = NULL;
  long hint = sysconf (_SC_GETGR_R_SIZE_MAX);
  gsize size = hint > 0 ? (gsize) hint : 1024;

  if (!lab_process_knows_id (gid, TRUE))
    return g_strdup (_("a group without a number here"));

  while (TRUE)
    {
      g_autofree char *buffer = g_malloc (size);
      int errsv = getgrgid_r (gid, &entry, buffer, size, &found);

      if (errsv == ERANGE && size < 1024 * 1024)
        {
          size *= 2;
          continue;
        }
      if (errsv == 0 && found != NULL && entry.gr_name[0] != '\0')
        return lab_text_format_name (entry.gr_name);

      return g_strdup_printf ("%u", (guint) gid);
    }
}

static const char *
peek (GHashTable **table,
      guint        number)
{
  const char *name;

  g_mutex_lock (&lock);
  name = *table != NULL ? g_hash_table_lookup (*table, GUINT_TO_POINTER (number)) : NULL;
  g_mutex_unlock (&lock);

  return name;
}

/* Without the lock while the name is looked up: the main thread peeks. */
static const char *
resolve (GHashTable **table,
         guint        number,
         char      *(*look_up) (guint))
{
  const char *known = peek (table, number);
  char *name;

  if (known != NULL)
    return known;

  name = look_up (number);
  g_mutex_lock (&lock);
  if (*table == NULL)
    *table = g_hash_table_new (NULL, NULL);
  known = g_hash_table_lookup (*table, GUINT_TO_POINTER (number));
  if (known == NULL)
    g_hash_table_insert (*table, GUINT_TO_POINTER (number), g_steal_pointer (&name));
  known = g_hash_table_lookup (*table, GUINT_TO_POINTER (number));
  g_mutex_unlock (&lock);
  g_free (name);

  return known;
}

/**
 * lab_names_resolve_user:
 * @uid: a user
 *
 * May take long; for a thread.
 *
 * Returns: the login name in valid UTF-8, or the number of a user who has none;
 *   it stays valid
 */
const char *
lab_names_resolve_user (uid_t uid)
{
  return resolve (&user_names, uid, lab_process_dup_user_name);
}

/**
 * lab_names_resolve_group:
 * @gid: a group
 *
 * May take long; for a thread.
 *
 * Returns: the group's name in valid UTF-8, or the number of one that has none;
 *   it stays valid
 */
const char *
lab_names_resolve_group (gid_t gid)
{
  return resolve (&group_names, gid, dup_group_name);
}

/**
 * lab_names_peek_user:
 * @uid: a user
 *
 * Returns: (nullable): the name, or %NULL while nobody has looked it up
 */
const char *
lab_names_peek_user (uid_t uid)
{
  return peek (&user_names, uid);
}

/**
 * lab_names_peek_group:
 * @gid: a group
 *
 * Returns: (nullable): the name, or %NULL while nobody has looked it up
 */
const char *
lab_names_peek_group (gid_t gid)
{
  return peek (&group_names, gid);
}

typedef struct
{
  GArray *uids;
  GArray *gids;
} Order;

static void
order_free (Order *order)
{
  g_array_unref (order->uids);
  g_array_unref (order->gids);
  g_free (order);
}

static void
resolve_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  const Order *order = data;

  for (guint i = 0; i < order->uids->len; i++)
    lab_names_resolve_user (g_array_index (order->uids, guint, i));
  for (guint i = 0; i < order->gids->len; i++)
    lab_names_resolve_group (g_array_index (order->gids, guint, i));

  g_task_return_boolean (task, TRUE);
}

/**
 * lab_names_resolve_async:
 * @uids: (array length=n_uids): users
 * @n_uids: how many
 * @gids: (array length=n_gids): groups
 * @n_gids: how many
 * @cancellable: (nullable): to give up
 * @callback: called in the caller's main context; then the names can be peeked
 * @user_data: for @callback
 *
 * Looks names up in a thread.
 */
void
lab_names_resolve_async (const guint         *uids,
                         gsize                n_uids,
                         const guint         *gids,
                         gsize                n_gids,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Order *order = g_new0 (Order, 1);

  order->uids = g_array_new (FALSE, FALSE, sizeof (guint));
  order->gids = g_array_new (FALSE, FALSE, sizeof (guint));
  if (n_uids > 0)
    g_array_append_vals (order->uids, uids, (guint) n_uids);
  if (n_gids > 0)
    g_array_append_vals (order->gids, gids, (guint) n_gids);

  g_task_set_source_tag (task, lab_names_resolve_async);
  g_task_set_task_data (task, order, (GDestroyNotify) order_free);
  g_task_run_in_thread (task, resolve_thread);
}

/**
 * lab_names_resolve_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Errors: %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether the names are known now
 */
gboolean
lab_names_resolve_finish (GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
