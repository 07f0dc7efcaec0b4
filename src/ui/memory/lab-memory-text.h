/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/layout/lab-layout.h"

G_BEGIN_DECLS

typedef enum
{
  LAB_MEMORY_FORMAT_HEX,
  LAB_MEMORY_FORMAT_TEXT,
  LAB_MEMORY_FORMAT_C,
} LabMemoryFormat;

gboolean lab_memory_parse_offset      (const char       *text,
                                       gsize             size_bytes,
                                       gsize            *offset,
                                       GError          **error);
GBytes  *lab_memory_parse_hex         (const char       *text,
                                       GError          **error);
char    *lab_memory_format            (LabMemoryFormat   format,
                                       gsize             offset,
                                       const guint8     *bytes,
                                       gsize             n_bytes);
char    *lab_memory_describe_kind     (const LabField   *field);
char    *lab_memory_describe_value    (const LabField   *field,
                                       const guint8     *bytes,
                                       guint32           protocol);
char    *lab_memory_describe_byte     (gsize             offset,
                                       guint8            byte);

G_END_DECLS
