/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-access.h"

#include <grp.h>
#include <unistd.h>

#include "backend/kernel/lab-ipc-object.h"

#define SOMEBODY   ((uid_t) 65534)
#define SOME_GROUP ((gid_t) 4711)
#define ELSE       ((uid_t) 4712)

typedef struct
{
  const char *name;
  uid_t       owner;
  gid_t       group;
  guint       mode;
  gboolean    may_read, may_write;
} Case;

/* As somebody who is also in SOME_GROUP. */
static const Case cases[] = {
  { "owner-reads-and-writes", SOMEBODY, 0, 0600, TRUE, TRUE },
  { "owner-is-refused-though-others-are-not", SOMEBODY, 0, 0066, FALSE, FALSE },
  { "group-reads", ELSE, SOME_GROUP, 0640, TRUE, FALSE },
  { "group-is-refused", ELSE, SOME_GROUP, 0606, FALSE, FALSE },
  { "others-read", ELSE, ELSE, 0644, TRUE, FALSE },
  { "others-are-refused", ELSE, ELSE, 0660, FALSE, FALSE },
};

static void
test_subprocess (gconstpointer data)
{
  const Case *c = data;
  const gid_t groups[] = { SOME_GROUP };
  const LabShmRecord record = {
    .id = 25, .uid = c->owner, .cuid = c->owner, .gid = c->group, .cgid = c->group, .mode = c->mode,
  };
  g_autoptr(LabProbe) probe = NULL;
  LabIpcObject object;

  if (!g_test_subprocess ())
    return;

  g_assert_cmpint (setgroups (G_N_ELEMENTS (groups), groups), ==, 0);
  g_assert_cmpint (setgid (SOMEBODY), ==, 0);
  g_assert_cmpint (setuid (SOMEBODY), ==, 0);

  probe = lab_probe_take (LAB_PROBE_USER, NULL);
  lab_ipc_object_init_record (&object, &record);
  g_assert_cmpint (lab_ipc_object_is_granted (probe, &object, LAB_IPC_READ), ==, c->may_read);
  g_assert_cmpint (lab_access_may_write (&record), ==, c->may_write);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *path = g_strconcat ("/backend/access/subprocess/", c->name, NULL);

  if (geteuid () != 0)
    {
      g_test_skip ("needs root, to become somebody else");
      return;
    }

  g_test_trap_subprocess (path, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/backend/access/", cases[i].name, NULL);
      g_autofree char *subprocess = g_strconcat ("/backend/access/subprocess/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
      g_test_add_data_func (subprocess, &cases[i], test_subprocess);
    }
  return g_test_run ();
}
