/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-access.h"

#include <grp.h>
#include <string.h>
#include <unistd.h>

#define SOMEBODY   ((uid_t) 65534)
#define SOME_GROUP ((gid_t) 4711)
#define ELSE       ((uid_t) 4712)

typedef struct
{
  const char     *name;
  uid_t           owner;
  gid_t           group;
  guint           mode;
  LabAccessClass  class;
  gboolean        may_read, may_write;
  const char     *says[5];
} Case;

/* As somebody who is also in SOME_GROUP. */
static const Case cases[] = {
  { "owner-reads-and-writes", SOMEBODY, 0, 0600, LAB_ACCESS_OWNER, TRUE, TRUE, { NULL } },
  { "owner-is-refused-though-others-are-not", SOMEBODY, 0, 0066, LAB_ACCESS_OWNER, FALSE, FALSE,
    { "belongs to you", "mode is 0066 (---rw-rw-)", "even its owner", "shmat fails with EACCES", "IPC_SET" } },
  { "group-reads", ELSE, SOME_GROUP, 0640, LAB_ACCESS_GROUP, TRUE, FALSE,
    { "belongs to ", "mode 0640 (rw-r-----)", "refuses its group", "for writing fails", "mode such as 0660" } },
  { "group-is-refused", ELSE, SOME_GROUP, 0606, LAB_ACCESS_GROUP, FALSE, FALSE,
    { "in the segment’s group", "mode 0606 (rw----rw-)", "shmat fails", "mode such as 0640", "shmctl(IPC_SET)" } },
  { "others-read", ELSE, ELSE, 0644, LAB_ACCESS_OTHERS, TRUE, FALSE,
    { "neither the owner nor in its group", "mode 0644 (rw-r--r--)", "refuses all others", "for writing fails", "mode such as 0666" } },
  { "others-are-refused", ELSE, ELSE, 0660, LAB_ACCESS_OTHERS, FALSE, FALSE,
    { "neither the owner nor in its group", "mode 0660 (rw-rw----)", "shmat fails", "mode such as 0644", "run this client as 4712" } },
};

static void
test_subprocess (gconstpointer data)
{
  const Case *c = data;
  const gid_t groups[] = { SOME_GROUP };
  const LabShmRecord record = {
    .id = 25, .uid = c->owner, .cuid = c->owner, .gid = c->group, .cgid = c->group, .mode = c->mode,
  };
  g_autofree char *text = NULL;

  if (!g_test_subprocess ())
    return;

  g_assert_cmpint (setgroups (G_N_ELEMENTS (groups), groups), ==, 0);
  g_assert_cmpint (setgid (SOMEBODY), ==, 0);
  g_assert_cmpint (setuid (SOMEBODY), ==, 0);

  g_assert_cmpint (lab_access_get_class (&record), ==, c->class);
  g_assert_cmpint (lab_access_may_read (&record), ==, c->may_read);
  g_assert_cmpint (lab_access_may_write (&record), ==, c->may_write);
  text = lab_access_describe_refusal (&record);
  for (guint i = 0; i < G_N_ELEMENTS (c->says) && c->says[i] != NULL; i++)
    if (strstr (text, c->says[i]) == NULL)
      g_error ("“%s” is not in “%s”", c->says[i], text);
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
