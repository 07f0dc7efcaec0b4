/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copies/measure/lab-copies-data.h"

G_BEGIN_DECLS

char *lab_copies_data_say_copies (LabCopiesData *self,
                                  guint64        block_bytes);
char *lab_copies_data_say_blocks (LabCopiesData *self);
char *lab_copies_data_say_trips  (LabCopiesData *self);

char *lab_copies_format_size  (guint64 bytes);
char *lab_copies_format_speed (double  bytes_per_second);
char *lab_copies_format_time  (double  ns);

G_END_DECLS
