/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The only file that makes System V calls, so that no call goes unrecorded. */

#include "config.h"

#include "backend/kernel/lab-sysv.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "backend/kernel/lab-explain.h"
#include "backend/kernel/lab-key-parts.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-text.h"

G_STATIC_ASSERT (SHM_DEST == LAB_MODE_DEST);
G_STATIC_ASSERT (SHM_LOCKED == LAB_MODE_LOCKED);
G_STATIC_ASSERT (IPC_PRIVATE == LAB_KEY_PRIVATE);
G_STATIC_ASSERT (IPC_CREAT == LAB_MODE_CREATE);
G_STATIC_ASSERT (IPC_EXCL == LAB_MODE_EXCL);

/* The last call of a thread that failed. */
typedef struct
{
  LabCallArguments  arguments;    /* its path is owned */
  int               errsv;
  gint64            real_us;      /* when it came back, microseconds since 1970 */
  LabExplanation   *explanation;  /* as of the moment of the call, or NULL while nobody has asked */
} Failure;

static void
failure_free (gpointer data)
{
  Failure *failure = data;

  g_free ((char *) failure->arguments.path);
  lab_explanation_free (failure->explanation);
  g_free (failure);
}

static GPrivate last_failure = G_PRIVATE_INIT (failure_free);

/* A counter that nothing else hangs on, so no order is asked for. */
static _Atomic guint64 n_watch_calls;

/* The ids that the kernel has named to this process, of segments, sets and queues: what has
 * one of them was there, and is gone when the kernel no longer knows it. */
static GMutex      seen_lock;
static GHashTable *seen_ids[3];

static guint
get_kind (LabCallName call)
{
  return call <= LAB_CALL_SHMCTL ? 0 : call <= LAB_CALL_SEMCTL ? 1 : 2;
}

static void
note_id (LabCallName call,
         int         id)
{
  const guint kind = get_kind (call);

  if (id == -1)
    return;

  g_mutex_lock (&seen_lock);
  if (seen_ids[kind] == NULL)
    seen_ids[kind] = g_hash_table_new (NULL, NULL);
  g_hash_table_add (seen_ids[kind], GINT_TO_POINTER (id));
  g_mutex_unlock (&seen_lock);
}

static gboolean
was_seen (LabCallName call,
          int         id)
{
  const guint kind = get_kind (call);
  gboolean seen;

  g_mutex_lock (&seen_lock);
  seen = seen_ids[kind] != NULL && g_hash_table_contains (seen_ids[kind], GINT_TO_POINTER (id));
  g_mutex_unlock (&seen_lock);

  return seen;
}

static Failure *
remember_failure (const LabCallArguments *arguments,
                  int                     errsv)
{
  Failure *failure = g_new0 (Failure, 1);

  failure->arguments = *arguments;
  failure->arguments.path = g_strdup (arguments->path);
  failure->arguments.was_seen = was_seen (arguments->call, arguments->id);
  failure->errsv = errsv;
  failure->real_us = g_get_real_time ();
  g_private_replace (&last_failure, failure);

  return failure;
}

static const LabExplanation *
explain_failure (Failure *failure)
{
  if (failure->explanation == NULL)
    failure->explanation = lab_explain_now (&failure->arguments, failure->errsv);

  return failure->explanation;
}

/**
 * lab_sysv_set_error:
 * @error: return location for an error
 *
 * Sets a %LAB_SHM_ERROR that explains the last call of this thread that failed, by what the
 * kernel said when it failed or, when the call was not recorded, says now.
 */
void
lab_sysv_set_error (GError **error)
{
  Failure *failure = g_private_get (&last_failure);

  g_return_if_fail (failure != NULL);

  lab_explanation_set_error (explain_failure (failure), failure->real_us, error);
}

/* A call that is being made: when it began, whether anybody wants to know, and who is
 * handed the record. */
typedef struct
{
  gboolean   recording;
  gint64     start_ns;
  LabCall  **made;
} Call;

static Call
begin (LabCall **made)
{
  Call call = { lab_call_log_is_recording (), 0, made };

  if (made != NULL)
    *made = NULL;
  if (call.recording)
    call.start_ns = lab_monotonic_ns ();
  errno = 0;

  return call;
}

/* Keeps errno as the call left it. */
static void G_GNUC_PRINTF (4, 5)
end (const Call             *call,
     const LabCallArguments *arguments,
     gint64                  result,
     const char             *format,
     ...)
{
  int errsv = errno;
  Failure *failure = result == -1 ? remember_failure (arguments, errsv) : NULL;
  LabCall *made;
  gint64 end_ns;
  va_list args;

  errno = errsv;
  if (!call->recording)
    return;

  end_ns = lab_monotonic_ns ();
  va_start (args, format);
  made = lab_call_log_add (lab_call_log_get_default (), arguments->call, g_strdup_vprintf (format, args), result,
                           failure != NULL ? errsv : 0, failure != NULL ? explain_failure (failure) : NULL,
                           call->start_ns, end_ns - call->start_ns);
  va_end (args);
  if (call->made != NULL)
    *call->made = made;
  else
    g_object_unref (made);
  errno = errsv;
}

/* g_strescape() writes every byte above 127 in octal; a valid UTF-8 name is
 * valid C as it stands, and can be read, unless something in it is not seen. */
static const char *
valid_utf8_exceptions (const char *text)
{
  static char high_bytes[129];

  if (!lab_text_is_clear (text))
    return NULL;

  for (int i = 0; i < 128; i++)
    high_bytes[i] = (char) (128 + i);

  return high_bytes;
}

static char *
letter_to_c (int letter)
{
  if (g_ascii_isprint (letter) && letter != '\'' && letter != '\\')
    return g_strdup_printf ("'%c'", letter);

  return g_strdup_printf ("%d", letter);
}

/**
 * lab_sysv_ftok_text:
 * @path: a file
 * @letter: the project letter
 *
 * Returns: (transfer full): lab_sysv_ftok() with these arguments, as C
 */
char *
lab_sysv_ftok_text (const char *path,
                    int         letter)
{
  g_autofree char *letter_text = letter_to_c (letter);
  g_autofree char *path_text = g_strescape (path, valid_utf8_exceptions (path));

  return g_strdup_printf ("ftok(\"%s\", %s)", path_text, letter_text);
}

/**
 * lab_sysv_ftok:
 * @path: an existing file
 * @letter: the project letter; only its low 8 bits count, and they must not be 0
 * @made: (out) (optional) (nullable) (transfer full): the record of this call, also when it
 *   failed; %NULL while nobody has asked for the log
 *
 * Errors (errno): those of stat(2): `ENOENT` no such file, `EACCES` a folder on
 * the way may not be searched.
 *
 * Source: ftok(3), POSIX.1-2017.
 *
 * Returns: the key, or %LAB_KEY_FAILED with errno set
 */
key_t
lab_sysv_ftok (const char  *path,
               int          letter,
               LabCall    **made)
{
  g_autofree char *text = lab_sysv_ftok_text (path, letter);
  Call call = begin (made);
  key_t key = ftok (path, letter);

  end (&call, &(LabCallArguments) { .call = LAB_CALL_FTOK, .path = path, .letter = letter }, key, "%s", text);

  return key;
}

static char *
key_to_c (key_t key)
{
  return key == IPC_PRIVATE ? g_strdup ("IPC_PRIVATE") : lab_key_format (key);
}

static const char *
get_flags_to_c (LabGetFlags flags)
{
  if (flags & LAB_GET_EXCLUSIVE)
    return "IPC_CREAT|IPC_EXCL|";
  if (flags & LAB_GET_CREATE)
    return "IPC_CREAT|";
  return "";
}

static int
get_flags_to_int (LabGetFlags flags,
                  guint       mode)
{
  int result = (int) mode;

  if (flags & LAB_GET_EXCLUSIVE)
    result |= IPC_CREAT | IPC_EXCL;
  else if (flags & LAB_GET_CREATE)
    result |= IPC_CREAT;

  return result;
}

/**
 * lab_sysv_shmget:
 * @key: the key
 * @size_bytes: bytes wanted; 0 to find a segment of any size
 * @flags: whether to make it
 * @mode: permission bits; the umask does not apply.  It is passed as it is given, so that 01232,
 *   which is the decimal number 666, makes what it makes in any C program
 * @made: (out) (optional) (nullable) (transfer full): the record of this call, also when it
 *   failed; %NULL while nobody has asked for the log
 *
 * Errors (errno): `EEXIST`, `ENOENT`, `EINVAL` (size below SHMMIN, above SHMMAX
 * or above that of the existing segment), `ENOSPC` (SHMMNI or SHMALL), `ENOMEM`,
 * `EACCES`.
 *
 * Source: shmget(2), POSIX.1-2017.
 *
 * Returns: the id, or -1 with errno set
 */
int
lab_sysv_shmget (key_t         key,
                 gsize         size_bytes,
                 LabGetFlags   flags,
                 guint         mode,
                 LabCall     **made)
{
  g_autofree char *key_text = key_to_c (key);
  Call call = begin (made);
  int id = shmget (key, size_bytes, get_flags_to_int (flags, mode));

  LabCallArguments arguments = { .call = LAB_CALL_SHMGET, .key = key, .size = size_bytes, .id = -1,
                                 .flags = (guint) get_flags_to_int (flags, mode) };

  if (flags == LAB_GET_EXISTING && mode == 0)
    end (&call, &arguments, id, "shmget(%s, %" G_GSIZE_FORMAT ", 0)", key_text, size_bytes);
  else
    end (&call, &arguments, id, "shmget(%s, %" G_GSIZE_FORMAT ", %s0%03o)",
         key_text, size_bytes, get_flags_to_c (flags), mode);
  note_id (LAB_CALL_SHMGET, id);

  return id;
}

/**
 * lab_sysv_shmat:
 * @id: a segment
 * @writable: %FALSE for `SHM_RDONLY`, the least privilege
 * @made: (out) (optional) (nullable) (transfer full): the record of this call, also when it
 *   failed; %NULL while nobody has asked for the log
 *
 * The kernel chooses the address.
 *
 * Errors (errno): `EACCES`, `EINVAL` (no such id), `EIDRM`, `ENOMEM`.
 *
 * Source: shmat(2), POSIX.1-2017.
 *
 * Returns: the address, or %NULL with errno set: the C library's `(void *) -1`
 *   is turned into %NULL here, once, so that no caller can test it wrongly
 */
gpointer
lab_sysv_shmat (int        id,
                gboolean   writable,
                LabCall  **made)
{
  Call call = begin (made);
  void *base = shmat (id, NULL, writable ? 0 : SHM_RDONLY);

  end (&call, &(LabCallArguments) { .call = LAB_CALL_SHMAT, .id = id, .writable = writable }, (gint64) (gintptr) base, "shmat(%d, NULL, %s)", id, writable ? "0" : "SHM_RDONLY");

  if (base == (void *) -1)
    return NULL;

  note_id (LAB_CALL_SHMAT, id);

  return base;
}

/**
 * lab_sysv_shmdt:
 * @base: what lab_sysv_shmat() returned
 * @made: (out) (optional) (nullable) (transfer full): the record of this call, also when it
 *   failed; %NULL while nobody has asked for the log
 *
 * Errors (errno): `EINVAL` (nothing is attached there).
 *
 * Source: shmdt(2), POSIX.1-2017.
 *
 * Returns: 0, or -1 with errno set
 */
int
lab_sysv_shmdt (gconstpointer   base,
                LabCall       **made)
{
  Call call = begin (made);
  int result = shmdt (base);

  end (&call, &(LabCallArguments) { .call = LAB_CALL_SHMDT, .id = -1, .address = (guintptr) base }, result, "shmdt(%p)", base);

  return result;
}

static LabShmRecord
to_record (int                    id,
           const struct shmid_ds *ds)
{
  return (LabShmRecord) {
    .id = id,
    .key = ds->shm_perm.__key,
    .uid = ds->shm_perm.uid,
    .gid = ds->shm_perm.gid,
    .cuid = ds->shm_perm.cuid,
    .cgid = ds->shm_perm.cgid,
    .mode = ds->shm_perm.mode,
    .seq = ds->shm_perm.__seq,
    .size_bytes = ds->shm_segsz,
    .atime = ds->shm_atime,
    .dtime = ds->shm_dtime,
    .ctime = ds->shm_ctime,
    .cpid = ds->shm_cpid,
    .lpid = ds->shm_lpid,
    .n_attaches = ds->shm_nattch,
  };
}

/**
 * lab_sysv_shmctl_stat:
 * @id: a segment
 * @record: (out): what the kernel says
 * @made: (out) (optional) (nullable) (transfer full): the record of this call, also when it
 *   failed; %NULL while nobody has asked for the log
 *
 * Errors (errno): `EACCES` (needs read permission), `EINVAL` (no such id), `EIDRM`.
 *
 * Source: shmctl(2) IPC_STAT, POSIX.1-2017.
 *
 * Returns: 0, or -1 with errno set
 */
int
lab_sysv_shmctl_stat (int            id,
                      LabShmRecord  *record,
                      LabCall      **made)
{
  struct shmid_ds ds;
  Call call = begin (made);
  int result = shmctl (id, IPC_STAT, &ds);

  end (&call, &(LabCallArguments) { .call = LAB_CALL_SHMCTL, .command = "IPC_STAT", .id = id }, result,
       "shmctl(%d, IPC_STAT, &record)", id);
  if (result == -1)
    return -1;

  note_id (LAB_CALL_SHMCTL, id);
  *record = to_record (id, &ds);

  return 0;
}

/**
 * lab_sysv_shmctl_set:
 * @id: a segment
 * @record: what it shall have; its owner, group and permission bits count
 * @made: (out) (optional) (nullable) (transfer full): the record of this call, also when it
 *   failed; %NULL while nobody has asked for the log
 *
 * The chmod and chown of segments.  Who is attached stays so.
 *
 * Errors (errno): `EPERM` (neither owner nor creator), `EINVAL`, `EIDRM`.
 *
 * Source: shmctl(2) IPC_SET, POSIX.1-2017.
 *
 * Returns: 0, or -1 with errno set
 */
int
lab_sysv_shmctl_set (int                  id,
                     const LabShmRecord  *record,
                     LabCall            **made)
{
  struct shmid_ds ds = { .shm_perm = { .uid = record->uid, .gid = record->gid, .mode = (unsigned short) record->mode } };
  Call call = begin (made);
  int result = shmctl (id, IPC_SET, &ds);

  end (&call, &(LabCallArguments) { .call = LAB_CALL_SHMCTL, .command = "IPC_SET", .id = id }, result,
       "shmctl(%d, IPC_SET, &record)", id);

  return result;
}

/**
 * lab_sysv_shm_watch:
 * @key: the key of a segment; used when @id is -1
 * @id: a segment, or -1 to ask for @key
 * @record: (out): what the kernel says
 *
 * shmget(2) for what exists, then shmctl(2) IPC_STAT, neither of which changes anything.
 * This is asked again and again where /proc has no table, so it is not recorded: the list
 * of calls would hold nothing else.  lab_sysv_get_n_watch_calls() says how many calls these were.
 *
 * Errors (errno): `ENOENT` (no such key), `EACCES` (needs read permission), `EINVAL` (no such
 * id), `EIDRM`.
 *
 * Source: shmget(2), shmctl(2), POSIX.1-2017.
 *
 * Returns: 0, or -1 with errno set
 */
int
lab_sysv_shm_watch (key_t         key,
                    int           id,
                    LabShmRecord *record)
{
  struct shmid_ds ds;

  /* Of these a segment would be made, not found. */
  if (id == -1 && key == IPC_PRIVATE)
    {
      errno = ENOENT;
      return -1;
    }

  if (id == -1)
    {
      atomic_fetch_add_explicit (&n_watch_calls, 1, memory_order_relaxed);
      id = shmget (key, 0, 0);
      if (id == -1)
        return -1;
    }

  atomic_fetch_add_explicit (&n_watch_calls, 1, memory_order_relaxed);
  if (shmctl (id, IPC_STAT, &ds) == -1)
    return -1;

  *record = to_record (id, &ds);

  return 0;
}

/**
 * lab_sysv_get_n_watch_calls:
 *
 * May be called in any thread.
 *
 * Returns: how many calls lab_sysv_shm_watch() has made in this process, which no list has
 */
guint64
lab_sysv_get_n_watch_calls (void)
{
  return atomic_load_explicit (&n_watch_calls, memory_order_relaxed);
}

/**
 * lab_sysv_shmctl_rmid:
 * @id: a segment
 * @made: (out) (optional) (nullable) (transfer full): the record of this call, also when it
 *   failed; %NULL while nobody has asked for the log
 *
 * Marks the segment for removal; it goes when the last process detaches.
 *
 * Errors (errno): `EPERM` (neither owner nor creator), `EINVAL`, `EIDRM`.
 *
 * Source: shmctl(2) IPC_RMID, POSIX.1-2017.
 *
 * Returns: 0, or -1 with errno set
 */
int
lab_sysv_shmctl_rmid (int       id,
                      LabCall **made)
{
  Call call = begin (made);
  int result = shmctl (id, IPC_RMID, NULL);

  end (&call, &(LabCallArguments) { .call = LAB_CALL_SHMCTL, .command = "IPC_RMID", .id = id }, result,
       "shmctl(%d, IPC_RMID, NULL)", id);

  return result;
}

/* semctl(2) wants its caller to define this. */
union semun
{
  int              val;
  struct semid_ds *buf;
  unsigned short  *array;
};

/**
 * lab_sysv_semget:
 * @key: the key
 * @n_semaphores: how many semaphores; 0 to find a set of any number
 * @flags: whether to make it
 * @mode: permission bits; the umask does not apply.  It is passed as it is given, so that 01232,
 *   which is the decimal number 666, makes what it makes in any C program
 *
 * Linux gives a new set zeros; POSIX does not promise it.
 *
 * Errors (errno): `EEXIST`, `ENOENT`, `EINVAL` (too many, or more than the set
 * has), `ENOSPC` (SEMMNI or SEMMNS), `ENOMEM`, `EACCES`.
 *
 * Source: semget(2), POSIX.1-2017.
 *
 * Returns: the id, or -1 with errno set
 */
int
lab_sysv_semget (key_t       key,
                 guint       n_semaphores,
                 LabGetFlags flags,
                 guint       mode)
{
  g_autofree char *key_text = key_to_c (key);
  Call call = begin (NULL);
  int id = semget (key, (int) n_semaphores, get_flags_to_int (flags, mode));

  LabCallArguments arguments = { .call = LAB_CALL_SEMGET, .key = key, .size = n_semaphores, .id = -1,
                                 .flags = (guint) get_flags_to_int (flags, mode) };

  if (flags == LAB_GET_EXISTING && mode == 0)
    end (&call, &arguments, id, "semget(%s, %u, 0)", key_text, n_semaphores);
  else
    end (&call, &arguments, id, "semget(%s, %u, %s0%03o)",
         key_text, n_semaphores, get_flags_to_c (flags), mode);
  note_id (LAB_CALL_SEMGET, id);

  return id;
}

static char *
semop_to_c (int             id,
            const LabSemOp *ops,
            guint           n_ops)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "semop(%d, (struct sembuf []) {", id);
  for (guint i = 0; i < n_ops; i++)
    g_string_append_printf (text, "%s{%u, %d, %s}", i > 0 ? ", " : "", ops[i].number, ops[i].change,
                            ops[i].nowait && ops[i].undo ? "IPC_NOWAIT|SEM_UNDO"
                            : ops[i].nowait ? "IPC_NOWAIT" : ops[i].undo ? "SEM_UNDO" : "0");
  g_string_append_printf (text, "}, %u)", n_ops);

  return g_string_free (text, FALSE);
}

/**
 * lab_sysv_semop:
 * @id: a semaphore set
 * @ops: (array length=n_ops): what to do, all or nothing
 * @n_ops: from 1 to %LAB_SEM_OPS_MAX
 *
 * Errors (errno): `EAGAIN` (would wait, and must not), `EINTR`, `EIDRM` (removed
 * while waiting), `EINVAL` (no such id), `EACCES`, `ERANGE`, `ENOSPC` (undo).
 *
 * Source: semop(2), POSIX.1-2017.
 *
 * Returns: 0, or -1 with errno set
 */
int
lab_sysv_semop (int             id,
                const LabSemOp *ops,
                guint           n_ops)
{
  struct sembuf buffer[LAB_SEM_OPS_MAX];
  Call call;
  int result;

  g_return_val_if_fail (n_ops >= 1 && n_ops <= LAB_SEM_OPS_MAX, -1);

  for (guint i = 0; i < n_ops; i++)
    buffer[i] = (struct sembuf) {
      .sem_num = (unsigned short) ops[i].number,
      .sem_op = (short) ops[i].change,
      .sem_flg = (short) ((ops[i].nowait ? IPC_NOWAIT : 0) | (ops[i].undo ? SEM_UNDO : 0)),
    };

  call = begin (NULL);
  result = semop (id, buffer, n_ops);
  if (call.recording || result == -1)
    {
      int errsv = errno;
      g_autofree char *text = call.recording ? semop_to_c (id, ops, n_ops) : g_strdup ("");

      errno = errsv;
      end (&call, &(LabCallArguments) { .call = LAB_CALL_SEMOP, .id = id }, result, "%s", text);
    }

  return result;
}

/**
 * lab_sysv_semctl_setval:
 * @id: a semaphore set
 * @number: which semaphore, from 0
 * @value: its new value, 0 to SEMVMX (32767)
 *
 * Wakes who waits for it, and clears every undo of this semaphore.
 *
 * Errors (errno): `EACCES`, `EINVAL`, `EIDRM`, `ERANGE`.
 *
 * Source: semctl(2) SETVAL, POSIX.1-2017.
 *
 * Returns: 0, or -1 with errno set
 */
int
lab_sysv_semctl_setval (int   id,
                        guint number,
                        int   value)
{
  Call call = begin (NULL);
  int result = semctl (id, (int) number, SETVAL, (union semun) { .val = value });

  end (&call, &(LabCallArguments) { .call = LAB_CALL_SEMCTL, .command = "SETVAL", .id = id }, result,
       "semctl(%d, %u, SETVAL, %d)", id, number, value);

  return result;
}

/**
 * lab_sysv_semctl_getval:
 * @id: a semaphore set
 * @number: which semaphore, from 0
 *
 * Errors (errno): `EACCES`, `EINVAL`, `EIDRM`.
 *
 * Source: semctl(2) GETVAL, POSIX.1-2017.
 *
 * Returns: its value, or -1 with errno set
 */
int
lab_sysv_semctl_getval (int   id,
                        guint number)
{
  Call call = begin (NULL);
  int result = semctl (id, (int) number, GETVAL);

  end (&call, &(LabCallArguments) { .call = LAB_CALL_SEMCTL, .command = "GETVAL", .id = id }, result,
       "semctl(%d, %u, GETVAL)", id, number);

  return result;
}

/**
 * lab_sysv_semctl_getpid:
 * @id: a semaphore set
 * @number: which semaphore, from 0
 *
 * Errors (errno): `EACCES`, `EINVAL`, `EIDRM`.
 *
 * Source: semctl(2) GETPID, POSIX.1-2017.
 *
 * Returns: the process that last changed it, 0 for none, or -1 with errno set
 */
int
lab_sysv_semctl_getpid (int   id,
                        guint number)
{
  Call call = begin (NULL);
  int result = semctl (id, (int) number, GETPID);

  end (&call, &(LabCallArguments) { .call = LAB_CALL_SEMCTL, .command = "GETPID", .id = id }, result,
       "semctl(%d, %u, GETPID)", id, number);

  return result;
}

/**
 * lab_sysv_semctl_stat:
 * @id: a semaphore set
 * @record: (out): what the kernel says
 *
 * Errors (errno): `EACCES` (needs read permission), `EINVAL` (no such id), `EIDRM`.
 *
 * Source: semctl(2) IPC_STAT, POSIX.1-2017.
 *
 * Returns: 0, or -1 with errno set
 */
int
lab_sysv_semctl_stat (int           id,
                      LabSemRecord *record)
{
  struct semid_ds ds;
  Call call = begin (NULL);
  int result = semctl (id, 0, IPC_STAT, (union semun) { .buf = &ds });

  end (&call, &(LabCallArguments) { .call = LAB_CALL_SEMCTL, .command = "IPC_STAT", .id = id }, result,
       "semctl(%d, 0, IPC_STAT, &record)", id);
  if (result == -1)
    return -1;

  note_id (LAB_CALL_SEMCTL, id);
  *record = (LabSemRecord) {
    .id = id,
    .key = ds.sem_perm.__key,
    .uid = ds.sem_perm.uid,
    .cuid = ds.sem_perm.cuid,
    .mode = ds.sem_perm.mode & 0777,
    .n_semaphores = (guint) ds.sem_nsems,
    .otime = ds.sem_otime,
    .ctime = ds.sem_ctime,
  };

  return 0;
}

/**
 * lab_sysv_semctl_rmid:
 * @id: a semaphore set
 *
 * Removes the set at once, unlike a segment; who waits for it gets `EIDRM`.
 *
 * Errors (errno): `EPERM`, `EINVAL`, `EIDRM`.
 *
 * Source: semctl(2) IPC_RMID, POSIX.1-2017.
 *
 * Returns: 0, or -1 with errno set
 */
int
lab_sysv_semctl_rmid (int id)
{
  Call call = begin (NULL);
  int result = semctl (id, 0, IPC_RMID);

  end (&call, &(LabCallArguments) { .call = LAB_CALL_SEMCTL, .command = "IPC_RMID", .id = id }, result,
       "semctl(%d, 0, IPC_RMID)", id);

  return result;
}

/**
 * lab_sysv_msgget:
 * @key: the key
 * @flags: whether to make it
 * @mode: permission bits; the umask does not apply.  It is passed as it is given, so that 01232,
 *   which is the decimal number 666, makes what it makes in any C program
 *
 * Errors (errno): `EEXIST`, `ENOENT`, `ENOSPC` (MSGMNI), `ENOMEM`, `EACCES`.
 *
 * Source: msgget(2), POSIX.1-2017.
 *
 * Returns: the id, or -1 with errno set
 */
int
lab_sysv_msgget (key_t       key,
                 LabGetFlags flags,
                 guint       mode)
{
  g_autofree char *key_text = key_to_c (key);
  Call call = begin (NULL);
  int id = msgget (key, get_flags_to_int (flags, mode));

  LabCallArguments arguments = { .call = LAB_CALL_MSGGET, .key = key, .id = -1, .flags = (guint) get_flags_to_int (flags, mode) };

  if (flags == LAB_GET_EXISTING && mode == 0)
    end (&call, &arguments, id, "msgget(%s, 0)", key_text);
  else
    end (&call, &arguments, id, "msgget(%s, %s0%03o)", key_text, get_flags_to_c (flags), mode);
  note_id (LAB_CALL_MSGGET, id);

  return id;
}

/**
 * lab_sysv_msgsnd:
 * @id: a queue
 * @message: a `long` above 0, the message's type, and its bytes
 * @n_bytes: bytes after the type, 0 to MSGMAX
 * @nowait: `IPC_NOWAIT`, fail with `EAGAIN` when the queue is full
 *
 * Errors (errno): `EAGAIN`, `EINTR`, `EIDRM` (removed while waiting), `EINVAL`
 * (no such id, a type below 1, or too long), `EACCES`, `ENOMEM`.
 *
 * Source: msgsnd(2), POSIX.1-2017.
 *
 * Returns: 0, or -1 with errno set
 */
int
lab_sysv_msgsnd (int           id,
                 gconstpointer message,
                 gsize         n_bytes,
                 gboolean      nowait)
{
  Call call = begin (NULL);
  int result = msgsnd (id, message, n_bytes, nowait ? IPC_NOWAIT : 0);

  end (&call, &(LabCallArguments) { .call = LAB_CALL_MSGSND, .id = id, .size = n_bytes }, result, "msgsnd(%d, &message, %" G_GSIZE_FORMAT ", %s)",
       id, n_bytes, nowait ? "IPC_NOWAIT" : "0");

  return result;
}

/**
 * lab_sysv_msgrcv:
 * @id: a queue
 * @message: room for a `long` and @n_bytes
 * @n_bytes: the longest message that fits
 * @type: 0 for the oldest message, or only of this type
 * @nowait: `IPC_NOWAIT`, fail with `ENOMSG` when there is none
 *
 * Errors (errno): `E2BIG`, `ENOMSG`, `EINTR`, `EIDRM` (removed while waiting),
 * `EINVAL`, `EACCES`.
 *
 * Source: msgrcv(2), POSIX.1-2017.
 *
 * Returns: bytes after the type, or -1 with errno set
 */
gssize
lab_sysv_msgrcv (int      id,
                 gpointer message,
                 gsize    n_bytes,
                 glong    type,
                 gboolean nowait)
{
  Call call = begin (NULL);
  gssize n = msgrcv (id, message, n_bytes, type, nowait ? IPC_NOWAIT : 0);

  end (&call, &(LabCallArguments) { .call = LAB_CALL_MSGRCV, .id = id, .size = n_bytes }, n, "msgrcv(%d, &message, %" G_GSIZE_FORMAT ", %ld, %s)",
       id, n_bytes, type, nowait ? "IPC_NOWAIT" : "0");

  return n;
}

/**
 * lab_sysv_msgctl_rmid:
 * @id: a queue
 *
 * Removes the queue with all its messages at once; who waits gets `EIDRM`.
 *
 * Errors (errno): `EPERM`, `EINVAL`, `EIDRM`.
 *
 * Source: msgctl(2) IPC_RMID, POSIX.1-2017.
 *
 * Returns: 0, or -1 with errno set
 */
int
lab_sysv_msgctl_rmid (int id)
{
  Call call = begin (NULL);
  int result = msgctl (id, IPC_RMID, NULL);

  end (&call, &(LabCallArguments) { .call = LAB_CALL_MSGCTL, .command = "IPC_RMID", .id = id }, result,
       "msgctl(%d, IPC_RMID, NULL)", id);

  return result;
}
