/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/protocol/lab-writer.h"
#include "backend/server/lab-publisher.h"

G_BEGIN_DECLS

/* What the two rooms of a publisher share: lab-publisher.c writes whole messages,
 * lab-publisher-slow.c store by store. */

struct _LabPublisher
{
  GObject        parent_instance;

  LabSession    *session;
  LabWriter     *writer;       /* while the segment is attached */
  LabProtocolId  protocol;     /* chosen; in force as soon as the writer could change it */
  char          *pending;      /* a message that has to wait for its turn, or NULL */
  gsize          pending_length;
  guint          retry_source;
  gboolean       slow;
  char          *slow_text;    /* the last that was begun in slow motion */
  gsize          slow_length;
  gboolean       playing;
  guint          speed;        /* stores per second */
  guint          play_source;
  LabRace       *race;         /* the last one, running or over */
};

void     lab_publisher_changed       (LabPublisher  *self);
void     lab_publisher_published     (LabPublisher  *self);
void     lab_publisher_wait_for_turn (LabPublisher  *self,
                                      char          *text,
                                      gsize          length);
gboolean lab_publisher_begin         (LabPublisher  *self,
                                      const char    *text,
                                      gsize          length,
                                      GError       **error);

G_END_DECLS
