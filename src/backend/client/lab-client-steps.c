/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/client/lab-client-steps.h"

/**
 * lab_client_steps_foretell:
 * @life: the life of a client
 * @session: what is known by now
 * @id: a shmid that was given instead of a key, or -1
 * @writable: whether it attaches for writing too
 *
 * Says what the steps that are still to come would call.
 */
void
lab_client_steps_foretell (LabLife    *life,
                           LabSession *session,
                           int         id,
                           gboolean    writable)
{
  const LabKeyChoice *choice = lab_choice_get_key_choice (lab_session_get_choice (session));
  g_autofree char *key = lab_session_dup_key_text (session);
  g_autofree char *id_text = lab_session_get_segment (session) == NULL && id >= 0 ? g_strdup_printf ("%d", id)
                                                                                  : lab_session_dup_id_text (session);
  g_autofree char *address = lab_session_dup_address_text (session);

  if (id >= 0)
    {
      lab_life_foretell (life, LAB_CLIENT_STEP_KEY, "int id = %d", id);
      lab_life_foretell (life, LAB_CLIENT_STEP_FIND, "shmctl(%d, IPC_STAT, &record)", id);
    }
  else
    {
      lab_life_foretell_key (life, LAB_CLIENT_STEP_KEY, choice);
      lab_life_foretell (life, LAB_CLIENT_STEP_FIND, "shmget(%s, 0, 0)", key);
    }
  lab_life_foretell (life, LAB_CLIENT_STEP_ATTACH, "shmat(%s, NULL, %s)", id_text, writable ? "0" : "SHM_RDONLY");
  lab_life_foretell (life, LAB_CLIENT_STEP_LOOK, "memcpy(message, %s, length)", address);
  lab_life_foretell (life, LAB_CLIENT_STEP_DETACH, "shmdt(%s)", address);
}
