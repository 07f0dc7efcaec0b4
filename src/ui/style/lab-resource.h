/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where the templates and stylesheets of src/ui are in the GResource. */
#define LAB_UI_RESOURCE_PATH "/io/github/shmlab/ui/"
