/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* Copies between private memory and memory that other processes change or look
 * at meanwhile.  A plain memcpy() would be a data race.  The shared side must
 * be aligned to 8 bytes.  The copy has no order of its own: the fences do that. */

void lab_copy_to_shared   (gpointer      shared,
                           gconstpointer bytes,
                           gsize         n_bytes);
void lab_copy_from_shared (gpointer      buffer,
                           gconstpointer shared,
                           gsize         n_bytes);

/* ThreadSanitizer does not know fences.  There the copy's own words carry the
 * order: each load acquires and each store releases. */
#if defined (__SANITIZE_THREAD__)
#define LAB_COPY_TSAN 1
#elif defined (__has_feature)
#if __has_feature (thread_sanitizer)
#define LAB_COPY_TSAN 1
#endif
#endif
#ifndef LAB_COPY_TSAN
#define LAB_COPY_TSAN 0
#endif

#if LAB_COPY_TSAN
#define LAB_COPY_LOAD  memory_order_acquire
#define LAB_COPY_STORE memory_order_release
#define lab_fence_acquire() ((void) 0)
#define lab_fence_release() ((void) 0)
#else
#define LAB_COPY_LOAD  memory_order_relaxed
#define LAB_COPY_STORE memory_order_relaxed
#define lab_fence_acquire() atomic_thread_fence (memory_order_acquire)
#define lab_fence_release() atomic_thread_fence (memory_order_release)
#endif

G_END_DECLS
