/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Who is attached to a segment, from /proc/PID/maps: there the inode of a
 * /SYSV… mapping is the shmid.  Other users' processes cannot be read without
 * privilege; the kernel's nattch tells how many such attachments there are. */

#define LAB_TYPE_ATTACHMENT (lab_attachment_get_type ())
G_DECLARE_FINAL_TYPE (LabAttachment, lab_attachment, LAB, ATTACHMENT, GObject)

LabAttachment *lab_attachment_new          (int            shmid,
                                            pid_t          pid,
                                            const char    *process_name,
                                            guint64        address,
                                            gboolean       writable) G_GNUC_WARN_UNUSED_RESULT;
int            lab_attachment_get_shmid    (LabAttachment *self);
pid_t          lab_attachment_get_pid      (LabAttachment *self);
const char    *lab_attachment_get_process_name (LabAttachment *self);
guint64        lab_attachment_get_address  (LabAttachment *self);
gboolean       lab_attachment_is_writable  (LabAttachment *self);
gboolean       lab_attachment_equal        (LabAttachment *a,
                                            LabAttachment *b);

/* GPtrArray of LabAttachment, ordered by pid, then address.  shmid -1: of all segments. */
GPtrArray     *lab_attachment_parse_maps   (const char           *maps,
                                            pid_t                 pid,
                                            const char           *process_name,
                                            int                   shmid) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray     *lab_attachment_scan         (int                   shmid,
                                            GCancellable         *cancellable) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray     *lab_attachment_scan_process (pid_t                 pid,
                                            int                   shmid) G_GNUC_WARN_UNUSED_RESULT;
gboolean       lab_attachment_all_share_pids (GPtrArray          *attachments);
gboolean       lab_attachment_are_all_own  (int                   shmid);
void           lab_attachment_scan_async   (int                   shmid,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
GPtrArray     *lab_attachment_scan_finish  (GAsyncResult         *result,
                                            GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
