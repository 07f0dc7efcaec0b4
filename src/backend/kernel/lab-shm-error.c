/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-shm-error.h"

G_DEFINE_QUARK (lab-shm-error, lab_shm_error)
