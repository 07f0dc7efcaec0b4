/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-text.h"
#include "backend/layout/lab-layout.h"
#include "backend/segment/lab-key.h"

G_BEGIN_DECLS

/* The layouts of other people's programs, well-known from textbooks, so that a window can read the
 * segment that somebody else's program made. */

typedef enum
{
  LAB_PRESET_TEXT,          /* a C string in a buffer of count bytes; 0: up to the segment's end */
  LAB_PRESET_COUNTED_TEXT,  /* as many bytes as the int at byte 0 says, at most count */
  LAB_PRESET_INT,           /* int, count of them */
  LAB_PRESET_UNSIGNED,      /* unsigned int, count of them */
  LAB_PRESET_TIME,          /* time_t of 8 bytes, seconds since 1970 */
  LAB_PRESET_TIME_32,       /* time_t of 4 bytes, until 2038 */
} LabPresetType;

/**
 * LabPresetField:
 * @name: as the program calls it, in C
 * @type: how to read it
 * @offset: in the segment, in bytes
 * @count: how many, see @type
 */
typedef struct
{
  const char    *name;
  LabPresetType  type;
  gsize          offset;
  guint          count;
} LabPresetField;

/* How the layout's programs keep out of each other's way, and what it shows in the bytes. */
typedef enum
{
  LAB_HANDSHAKE_NONE,
  LAB_HANDSHAKE_STAR,        /* the reader overwrites byte 0 with a star */
  LAB_HANDSHAKE_STATUS,      /* an int at byte 0: NOT_READY -1, FILLED 0, TAKEN 1 */
  LAB_HANDSHAKE_SEMAPHORES,  /* two semaphores, in turns; an int at byte 0 counts the bytes */
  LAB_HANDSHAKE_SIGNALS,     /* an int at byte 100, and SIGUSR1 and SIGUSR2 */
  LAB_HANDSHAKE_NTP,         /* mode, count and valid of the reference clock */
} LabHandshake;

/**
 * LabPreset:
 * @id: what settings call it; never changes
 * @name: untranslated; see lab_preset_get_name()
 * @key_path: (nullable): for ftok(3), relative to where the program runs
 * @key_letter: for ftok(3)
 * @key: the key when there is no @key_path
 * @n_keys: how many keys from @key on, one for each unit
 * @size_bytes: the segment's size
 * @mode: its permission bits
 * @other_mode: permission bits that some of its segments have; @mode when there are none
 * @handshake: how reader and writer agree
 * @fields: (array length=n_fields): what is where, in order
 * @n_fields: how many there are
 * @semaphore_key: the key of the two semaphores that its programs have besides, or 0
 * @is_variant: whether it is the struct of the layout before, as another compiler lays it out
 *
 * One layout.
 */
typedef struct
{
  const char           *id;
  const char           *name;
  const char           *key_path;
  int                   key_letter;
  key_t                 key;
  guint                 n_keys;
  gsize                 size_bytes;
  guint                 mode;
  guint                 other_mode;
  LabHandshake          handshake;
  const LabPresetField *fields;
  guint                 n_fields;
  key_t                 semaphore_key;
  gboolean              is_variant;
} LabPreset;

#define LAB_PRESET_N_SEMAPHORES 2

/* What speaks for a layout, each more than the one before it.  None is a proof: public programs use
 * the same key and the same size for different structs. */
typedef enum
{
  LAB_GUESS_NONE,
  LAB_GUESS_OTHER_SIZE,  /* the segment has the layout's key, but another size: it is another layout */
  LAB_GUESS_SIZE,        /* its size and mode */
  LAB_GUESS_LETTER,      /* its size, and the letter that ftok(3) put into the key */
  LAB_GUESS_KEY,         /* its key and size */
} LabGuess;

const LabPreset *lab_preset_get_all        (guint           *n_presets);
const LabPreset *lab_preset_find           (const char      *id);
const char      *lab_preset_get_name       (const LabPreset *preset);
char            *lab_preset_dup_key_text   (const LabPreset *preset) G_GNUC_WARN_UNUSED_RESULT;
LabKeyChoice    *lab_preset_dup_key_choice (const LabPreset *preset,
                                            const char      *folder) G_GNUC_WARN_UNUSED_RESULT;
LabGuess         lab_preset_judge          (const LabPreset    *preset,
                                            key_t               key,
                                            const LabKeyChoice *choice,
                                            gsize               size_bytes,
                                            guint               mode);
GPtrArray       *lab_preset_guess          (key_t               key,
                                            const LabKeyChoice *choice,
                                            gsize               size_bytes,
                                            guint               mode) G_GNUC_WARN_UNUSED_RESULT;
char            *lab_preset_describe_guess (const LabPreset *preset,
                                            LabGuess         guess,
                                            gsize            size_bytes,
                                            guint            mode,
                                            int              n_semaphores) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
