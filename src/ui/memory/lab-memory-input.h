/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/memory/lab-memory-view.h"

G_BEGIN_DECLS

void lab_memory_input_add (LabMemoryView *view);

G_END_DECLS
