/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/carry/lab-carry-report.h"

G_BEGIN_DECLS

/* One run of shmlab-carry in a folder of its own, and, where the machine allows
 * it, in an IPC namespace of its own, so that whatever is left there is its. */

typedef struct
{
  char             *folder;       /* also the folder for temporary files */
  char             *program;      /* a copy that every user can reach, or NULL */
  GSubprocess      *process;
  GDataInputStream *lines;
  LabCarryEvent     event;        /* the last line */
  GArray           *results;      /* LabCarryResult */
  GArray           *trips;        /* LabTripResult */
  LabCarryError     error_code;
  char             *error_message;
  gboolean          done;
  gboolean          failed;
  int               server_fd;    /* pidfds of the run under way; -1: none */
  int               client_fd;
} CarryRun;

void      carry_isolate     (void);
gboolean  carry_is_isolated (void);
gboolean  carry_is_thorough (void);
CarryRun *carry_run_new     (void);
void      carry_run_free    (CarryRun           *run);
char     *carry_run_path    (CarryRun           *run,
                             const char         *name);
char     *carry_run_input   (CarryRun           *run,
                             gsize               size_bytes);
void      carry_run_start   (CarryRun           *run,
                             GSpawnChildSetupFunc child_setup,
                             const char         *first_arg,
                             ...) G_GNUC_NULL_TERMINATED;
gboolean  carry_run_next    (CarryRun           *run);
gboolean  carry_run_until   (CarryRun           *run,
                             LabCarryEventType   type);
int       carry_run_finish  (CarryRun           *run);
void      carry_run_expect_nothing_left (CarryRun           *run,
                                         const char * const *names);
void      carry_expect_same_files       (const char         *a,
                                         const char         *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CarryRun, carry_run_free)

G_END_DECLS
