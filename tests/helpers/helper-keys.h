/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>
#include <unistd.h>

/* A key that no other test uses: the pid makes it this process's own, the
 * number tells apart the tests within it. */
static inline key_t
test_key (void)
{
  static guint n;

  return (key_t) (0x60000000u | ((guint) getpid () & 0xffff) << 8 | (++n & 0xff));
}
