/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a program really asks the kernel: a library that is loaded before the C
 * library (LD_PRELOAD) and writes each System V call, and ftok, to the file
 * SHMLAB_WITNESS, a line each, with its real arguments:
 *
 *   shmget 0x5eb10001 4096 03600 = 12 0 pid tid begin_ns end_ns
 *
 * Name, arguments, "=", result, errno (0 when it went well), process, thread,
 * and when it began and ended by CLOCK_REALTIME.  Pointers are in hex, keys too;
 * flags are octal.  A structure that was filled in follows after ";" as
 * key=… uid=… and so on.  It knows nothing of the project. */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_SEMOPS 2000  /* so many of a process are written down */

static atomic_int n_semops;

static long long
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);

  return (long long) now.tv_sec * 1000000000 + now.tv_nsec;
}

/* One write each, to the end of the file, so that lines of several threads and processes stay whole. */
static void
tell (long long   begin_ns,
      const char *result,
      int         errsv,
      const char *filled,
      const char *format,
      ...)
{
  long long end_ns = now_ns ();
  const char *path = getenv ("SHMLAB_WITNESS");
  char call[256];
  char line[768];
  va_list args;
  int length;
  int fd;

  if (path == NULL)
    return;

  va_start (args, format);
  vsnprintf (call, sizeof call, format, args);
  va_end (args);
  length = snprintf (line, sizeof line, "%s = %s %d %ld %ld %lld %lld%s%s\n", call, result, errsv, (long) getpid (),
                     (long) syscall (SYS_gettid), begin_ns, end_ns, *filled != '\0' ? " ; " : "", filled);
  fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd == -1)
    return;
  if (write (fd, line, (size_t) length) != length)
    abort ();
  close (fd);
}

#define REAL(name) ((__typeof__ (&name)) (uintptr_t) dlsym (RTLD_NEXT, #name))

#define TELL_INT(result, errsv, filled, ...) \
  do { \
    char result_[32]; \
    snprintf (result_, sizeof result_, "%lld", (long long) (result)); \
    tell (begin_ns, result_, (result) == -1 ? (errsv) : 0, filled, __VA_ARGS__); \
    errno = (errsv); \
  } while (0)

key_t
ftok (const char *path,
      int         letter)
{
  long long begin_ns = now_ns ();
  key_t result = REAL (ftok) (path, letter);
  int errsv = errno;
  char text[32];

  snprintf (text, sizeof text, "0x%x", (unsigned) result);
  tell (begin_ns, text, result == -1 ? errsv : 0, "", "ftok %s %d", path, letter);
  errno = errsv;

  return result;
}

int
shmget (key_t  key,
        size_t size,
        int    flags)
{
  long long begin_ns = now_ns ();
  int result = REAL (shmget) (key, size, flags);
  int errsv = errno;

  TELL_INT (result, errsv, "", "shmget 0x%x %zu 0%o", (unsigned) key, size, (unsigned) flags);

  return result;
}

void *
shmat (int         id,
       const void *address,
       int         flags)
{
  long long begin_ns = now_ns ();
  void *result = REAL (shmat) (id, address, flags);
  int errsv = errno;
  char text[32];

  snprintf (text, sizeof text, "0x%llx", (unsigned long long) (uintptr_t) result);
  tell (begin_ns, text, result == (void *) -1 ? errsv : 0, "", "shmat %d 0x%llx 0%o", id,
        (unsigned long long) (uintptr_t) address, (unsigned) flags);
  errno = errsv;

  return result;
}

int
shmdt (const void *address)
{
  long long begin_ns = now_ns ();
  int result = REAL (shmdt) (address);
  int errsv = errno;

  TELL_INT (result, errsv, "", "shmdt 0x%llx", (unsigned long long) (uintptr_t) address);

  return result;
}

int
shmctl (int              id,
        int              command,
        struct shmid_ds *record)
{
  long long begin_ns = now_ns ();
  int result = REAL (shmctl) (id, command, record);
  int errsv = errno;
  char filled[384] = "";

  if (result != -1 && (command == IPC_STAT || command == SHM_STAT))
    snprintf (filled, sizeof filled,
              "key=0x%x uid=%u gid=%u cuid=%u cgid=%u mode=0%o size=%zu atime=%lld dtime=%lld ctime=%lld cpid=%ld lpid=%ld"
              " nattch=%lu",
              (unsigned) record->shm_perm.__key, record->shm_perm.uid, record->shm_perm.gid, record->shm_perm.cuid,
              record->shm_perm.cgid, (unsigned) record->shm_perm.mode, record->shm_segsz, (long long) record->shm_atime,
              (long long) record->shm_dtime, (long long) record->shm_ctime, (long) record->shm_cpid, (long) record->shm_lpid,
              (unsigned long) record->shm_nattch);
  TELL_INT (result, errsv, filled, "shmctl %d %d", id, command);

  return result;
}

int
semget (key_t key,
        int   n_semaphores,
        int   flags)
{
  long long begin_ns = now_ns ();
  int result = REAL (semget) (key, n_semaphores, flags);
  int errsv = errno;

  TELL_INT (result, errsv, "", "semget 0x%x %d 0%o", (unsigned) key, n_semaphores, (unsigned) flags);

  return result;
}

int
semop (int            id,
       struct sembuf *ops,
       size_t         n_ops)
{
  long long begin_ns = now_ns ();
  int result = REAL (semop) (id, ops, n_ops);
  int errsv = errno;

  /* A race takes and gives half a million times a second, which nobody reads. */
  if (atomic_fetch_add_explicit (&n_semops, 1, memory_order_relaxed) < MAX_SEMOPS)
    TELL_INT (result, errsv, "", "semop %d %zu %u %d 0%o", id, n_ops, n_ops > 0 ? ops[0].sem_num : 0,
              n_ops > 0 ? ops[0].sem_op : 0, n_ops > 0 ? (unsigned) ops[0].sem_flg : 0);
  errno = errsv;

  return result;
}

int
semtimedop (int                    id,
            struct sembuf         *ops,
            size_t                 n_ops,
            const struct timespec *timeout)
{
  long long begin_ns = now_ns ();
  int result = REAL (semtimedop) (id, ops, n_ops, timeout);
  int errsv = errno;

  TELL_INT (result, errsv, "", "semtimedop %d %zu %u %d 0%o", id, n_ops, n_ops > 0 ? ops[0].sem_num : 0,
            n_ops > 0 ? ops[0].sem_op : 0, n_ops > 0 ? (unsigned) ops[0].sem_flg : 0);

  return result;
}

int
semctl (int id,
        int number,
        int command,
        ...)
{
  long long begin_ns = now_ns ();
  void *argument;
  va_list args;
  int result;
  int errsv;

  /* A union of a pointer and an int is passed as a pointer is; without one, what is there is not looked at. */
  va_start (args, command);
  argument = va_arg (args, void *);
  va_end (args);
  result = REAL (semctl) (id, number, command, argument);
  errsv = errno;

  TELL_INT (result, errsv, "", "semctl %d %d %d", id, number, command);

  return result;
}

int
msgget (key_t key,
        int   flags)
{
  long long begin_ns = now_ns ();
  int result = REAL (msgget) (key, flags);
  int errsv = errno;

  TELL_INT (result, errsv, "", "msgget 0x%x 0%o", (unsigned) key, (unsigned) flags);

  return result;
}

int
msgctl (int              id,
        int              command,
        struct msqid_ds *record)
{
  long long begin_ns = now_ns ();
  int result = REAL (msgctl) (id, command, record);
  int errsv = errno;

  TELL_INT (result, errsv, "", "msgctl %d %d", id, command);

  return result;
}
