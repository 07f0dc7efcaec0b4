/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/stat.h>

#include "carry/lab-crew.h"

G_BEGIN_DECLS

/* The two files of a job.  The input is opened once, only to be read.  The
 * output has no name until it is whole, where the file system can do that. */

int      lab_carry_input_open    (const char       *path,
                                  struct stat      *info,
                                  GError          **error);
int      lab_carry_input_make    (const char       *folder,
                                  guint64           size_bytes,
                                  LabCrew          *crew,
                                  struct stat      *info,
                                  GError          **error);
gboolean lab_carry_input_check   (int               fd,
                                  const struct stat *before,
                                  GError          **error);
gboolean lab_carry_output_check  (const char       *path,
                                  const struct stat *input,
                                  GError          **error);
void     lab_carry_output_follow (char            **path);
int      lab_carry_output_open   (const char       *path,
                                  LabCarryObjects  *objects,
                                  GError          **error);
gboolean lab_carry_output_scrub  (int               fd,
                                  guint64           size_bytes,
                                  LabCrew          *crew,
                                  GError          **error);
gboolean lab_carry_output_finish (int               fd,
                                  const char       *path,
                                  mode_t            input_mode,
                                  LabCarryObjects  *objects,
                                  GError          **error);
gboolean lab_carry_compare       (int               input_fd,
                                  int               output_fd,
                                  guint64           size_bytes,
                                  LabCrew          *crew,
                                  GError          **error);
void     lab_carry_set_write_error (GError        **error,
                                    int             errsv);

G_END_DECLS
