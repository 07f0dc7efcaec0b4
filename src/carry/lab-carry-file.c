/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "carry/lab-carry-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

/* So many bytes at a time when the parent itself reads or writes: between two it looks whether to stop. */
#define CHUNK_BYTES ((gsize) 256 * 1024)

#define MAX_TRIES 10

/* As many as the kernel follows; after that lab_carry_output_check() gets its ELOOP. */
#define MAX_LINKS 40

/**
 * lab_carry_set_write_error:
 * @error: return location for an error
 * @errsv: errno of a failed write(2)
 */
void
lab_carry_set_write_error (GError **error,
                           int      errsv)
{
  switch (errsv)
    {
    case ENOSPC:
      lab_carry_set_error (error, LAB_CARRY_ERROR_SPACE, errsv, _("There is no room for the output; free some, or choose another folder"));
      break;
    case EDQUOT:
      lab_carry_set_error (error, LAB_CARRY_ERROR_SPACE, errsv, _("Your quota has no room for the output; free some, or choose another folder"));
      break;
    case EFBIG:
      lab_carry_set_error (error, LAB_CARRY_ERROR_SPACE, errsv, _("The output may not grow that large; choose a smaller input"));
      break;
    default:
      lab_carry_set_error (error, LAB_CARRY_ERROR_OUTPUT, errsv, _("The output cannot be written"));
      break;
    }
}

/**
 * lab_carry_input_open:
 * @path: a file
 * @info: (out): what it is now
 * @error: return location for an error
 *
 * Opens a regular file to be read.  Anything else is refused before it can hold
 * us up, as a FIFO would.
 *
 * Returns: a file descriptor, or -1
 */
int
lab_carry_input_open (const char   *path,
                      struct stat  *info,
                      GError      **error)
{
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

  if (fd < 0)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_INPUT, errno, _("The input cannot be read; choose a file that you may read"));
      return -1;
    }

  if (fstat (fd, info) != 0)
    lab_carry_set_error (error, LAB_CARRY_ERROR_INPUT, errno, _("The input cannot be read; choose a file that you may read"));
  else if (S_ISDIR (info->st_mode))
    lab_carry_set_error (error, LAB_CARRY_ERROR_INPUT, EISDIR, _("The input is a folder; choose a file"));
  else if (S_ISFIFO (info->st_mode))
    lab_carry_set_error (error, LAB_CARRY_ERROR_INPUT, 0, _("The input is a FIFO, which has no end to wait for; choose a regular file"));
  else if (!S_ISREG (info->st_mode))
    lab_carry_set_error (error, LAB_CARRY_ERROR_INPUT, 0, _("The input is a device or a socket; choose a regular file"));
  else
    return fd;

  close (fd);

  return -1;
}

/* A file in @folder that has no name, so that nothing of it can stay behind. */
static int
open_nameless (const char *folder)
{
  int fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOENT))
    {
      g_autofree char *path = g_build_filename (folder, ".shmlab-XXXXXX", NULL);

      fd = mkostemp (path, O_CLOEXEC);
      if (fd >= 0)
        unlink (path);
    }

  return fd;
}

static guint64
next_random (guint64 *state)
{
  /* G. Marsaglia, Xorshift RNGs, 2003 */
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;

  return *state;
}

/**
 * lab_carry_input_make:
 * @folder: where; best where the output will be
 * @size_bytes: how long
 * @crew: looked at between chunks
 * @info: (out): what it is now
 * @error: return location for an error
 *
 * Makes up an input: a file of random bytes that has no name.
 *
 * Returns: a file descriptor, or -1
 */
int
lab_carry_input_make (const char   *folder,
                      guint64       size_bytes,
                      LabCrew      *crew,
                      struct stat  *info,
                      GError      **error)
{
  g_autofree guint64 *chunk = g_malloc (CHUNK_BYTES);
  guint64 state = ((guint64) g_random_int () << 32 | g_random_int ()) | 1;
  int fd = open_nameless (folder);

  if (fd < 0)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_OUTPUT, errno, _("No file can be made in this folder; choose another one"));
      return -1;
    }

  for (guint64 done = 0; done < size_bytes;)
    {
      gsize n = (gsize) MIN (CHUNK_BYTES, size_bytes - done);
      gssize written;

      if (lab_crew_is_cancelled (crew, error))
        goto fail;
      for (gsize i = 0; i < (n + 7) / 8; i++)
        chunk[i] = next_random (&state);
      written = pwrite (fd, chunk, n, (off_t) done);
      if (written < 0 && errno != EINTR)
        {
          lab_carry_set_write_error (error, errno);
          goto fail;
        }
      done += (guint64) MAX (written, 0);
    }

  if (fstat (fd, info) == 0)
    return fd;
  lab_carry_set_error (error, LAB_CARRY_ERROR_INPUT, errno, _("The made-up input cannot be looked at"));

fail:
  close (fd);

  return -1;
}

/**
 * lab_carry_input_check:
 * @fd: the input
 * @before: what it was
 * @error: return location for an error
 *
 * Returns: whether it is as it was
 */
gboolean
lab_carry_input_check (int                fd,
                       const struct stat *before,
                       GError           **error)
{
  struct stat now;

  if (fstat (fd, &now) != 0)
    lab_carry_set_error (error, LAB_CARRY_ERROR_INPUT, errno, _("The input cannot be looked at"));
  else if (now.st_size > before->st_size)
    lab_carry_set_error (error, LAB_CARRY_ERROR_CHANGED, 0, _("The input grew while it was carried; run it again when nobody writes to it"));
  else if (now.st_size < before->st_size)
    lab_carry_set_error (error, LAB_CARRY_ERROR_CHANGED, 0, _("The input shrank while it was carried; run it again when nobody writes to it"));
  else if (now.st_mtim.tv_sec != before->st_mtim.tv_sec || now.st_mtim.tv_nsec != before->st_mtim.tv_nsec)
    lab_carry_set_error (error, LAB_CARRY_ERROR_CHANGED, 0, _("The input was written to while it was carried; run it again when nobody does"));
  else
    return TRUE;

  return FALSE;
}

/**
 * lab_carry_output_check:
 * @path: where the output is to be
 * @input: the input
 * @error: return location for an error
 *
 * Returns: whether it may be made there; a regular file that is there already
 *   will be replaced, but never the input
 */
gboolean
lab_carry_output_check (const char        *path,
                        const struct stat *input,
                        GError           **error)
{
  struct stat info;

  if (stat (path, &info) != 0)
    {
      if (errno == ENOENT)
        return TRUE;
      lab_carry_set_error (error, LAB_CARRY_ERROR_OUTPUT, errno, _("The output cannot be made there; choose another place"));
    }
  else if (info.st_dev == input->st_dev && info.st_ino == input->st_ino)
    lab_carry_set_error (error, LAB_CARRY_ERROR_OUTPUT, 0, _("The output is the input; choose another file, the input is never touched"));
  else if (!S_ISREG (info.st_mode))
    lab_carry_set_error (error, LAB_CARRY_ERROR_OUTPUT, S_ISDIR (info.st_mode) ? EISDIR : 0, _("The output is not a regular file; choose another one"));
  else
    return TRUE;

  return FALSE;
}

/**
 * lab_carry_output_follow:
 * @path: (inout): where the output is to be
 *
 * Follows symbolic links, also one that leads to no file yet: it is the file at their
 * end that is replaced, as cp(1) does it, and not the link.
 */
void
lab_carry_output_follow (char **path)
{
  for (guint i = 0; i < MAX_LINKS; i++)
    {
      g_autofree char *target = g_file_read_link (*path, NULL);
      g_autofree char *folder = g_path_get_dirname (*path);

      if (target == NULL)
        return;

      g_free (*path);
      *path = g_path_is_absolute (target) ? g_steal_pointer (&target) : g_build_filename (folder, target, NULL);
    }
}

/* The name under which the output stands beside its place before it takes it. */
static void
choose_name (LabCarryObjects *objects,
             const char      *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);

  /* NAME_MAX is 255 bytes; a part of a long name is enough to recognise it. */
  g_snprintf (objects->paths[LAB_CARRY_PATH_OUTPUT], sizeof objects->paths[LAB_CARRY_PATH_OUTPUT],
              "%s/.%.200s.shmlab-%08x", folder, name, g_random_int ());
}

/**
 * lab_carry_output_open:
 * @path: where the output is to be in the end
 * @objects: where its temporary name is written down, when it needs one
 * @error: return location for an error
 *
 * Makes an empty output in the folder of @path, without a name where the file
 * system can do that (`O_TMPFILE`), else under a temporary one.
 *
 * Source: open(2).
 *
 * Returns: a file descriptor, or -1
 */
int
lab_carry_output_open (const char       *path,
                       LabCarryObjects  *objects,
                       GError          **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
    for (guint i = 0; i < MAX_TRIES && fd < 0; i++)
      {
        int errsv;

        choose_name (objects, path);
        fd = open (objects->paths[LAB_CARRY_PATH_OUTPUT], O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        errsv = errno;
        if (fd < 0)
          objects->paths[LAB_CARRY_PATH_OUTPUT][0] = '\0';
        errno = errsv;
        if (fd < 0 && errno != EEXIST)
          break;
      }

  if (fd < 0)
    lab_carry_set_error (error, LAB_CARRY_ERROR_OUTPUT, errno, _("The output cannot be made in this folder; choose another one"));

  return fd;
}

/**
 * lab_carry_output_scrub:
 * @fd: an output
 * @size_bytes: how long it is to be
 * @crew: looked at between chunks
 * @error: return location for an error
 *
 * Fills the output with bytes of its own, so that overwriting it in place finds
 * its pages there, and a comparison cannot pass with what an earlier round left.
 *
 * Returns: whether it worked
 */
gboolean
lab_carry_output_scrub (int       fd,
                        guint64   size_bytes,
                        LabCrew  *crew,
                        GError  **error)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);

  memset (chunk, 0xa5, CHUNK_BYTES);
  for (guint64 done = 0; done < size_bytes;)
    {
      gssize n;

      if (lab_crew_is_cancelled (crew, error))
        return FALSE;
      n = pwrite (fd, chunk, (gsize) MIN (CHUNK_BYTES, size_bytes - done), (off_t) done);
      if (n < 0 && errno != EINTR)
        {
          lab_carry_set_write_error (error, errno);
          return FALSE;
        }
      done += (guint64) MAX (n, 0);
    }

  return TRUE;
}

/* As cp(1): a file that was there keeps its mode, a new one gets the input's less the umask. */
static void
set_mode (int         fd,
          const char *path,
          mode_t      input_mode)
{
  struct stat before;
  mode_t mask = umask (0);

  umask (mask);
  /* Where the file system knows no modes there is nothing to set. */
  if (fchmod (fd, stat (path, &before) == 0 ? before.st_mode & 0777 : input_mode & 0777 & ~mask) != 0)
    g_debug ("fchmod: %s", g_strerror (errno));
}

/**
 * lab_carry_output_finish:
 * @fd: the whole output
 * @path: where it is to be
 * @input_mode: of the input
 * @objects: where its temporary name is written down
 * @error: return location for an error
 *
 * Gives the output its name, all at once: nobody ever sees a part of it there.
 * Until then it is its owner's alone.
 *
 * Source: open(2) on `O_TMPFILE`, linkat(2), rename(2).
 *
 * Returns: whether it worked
 */
gboolean
lab_carry_output_finish (int               fd,
                         const char       *path,
                         mode_t            input_mode,
                         LabCarryObjects  *objects,
                         GError          **error)
{
  char *temporary = objects->paths[LAB_CARRY_PATH_OUTPUT];

  set_mode (fd, path, input_mode);
  if (temporary[0] == '\0')
    {
      char link_path[64];

      g_snprintf (link_path, sizeof link_path, "/proc/self/fd/%d", fd);
      choose_name (objects, path);
      if (linkat (AT_FDCWD, link_path, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) != 0)
        {
          int errsv = errno;

          temporary[0] = '\0';
          lab_carry_set_error (error, LAB_CARRY_ERROR_OUTPUT, errsv, _("The output is whole, but cannot be given its name"));
          return FALSE;
        }
    }

  if (rename (temporary, path) != 0)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_OUTPUT, errno, _("The output is whole, but cannot be given its name"));
      lab_carry_objects_remove_path (objects, LAB_CARRY_PATH_OUTPUT);
      return FALSE;
    }
  temporary[0] = '\0';

  return TRUE;
}

static gssize
read_at (int     fd,
         guint8 *bytes,
         gsize   n_bytes,
         guint64 offset)
{
  gsize done = 0;

  while (done < n_bytes)
    {
      gssize n = pread (fd, bytes + done, n_bytes - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      done += (gsize) n;
    }

  return (gssize) done;
}

/**
 * lab_carry_compare:
 * @input_fd: the input
 * @output_fd: the output
 * @size_bytes: how long both are to be
 * @crew: looked at between chunks
 * @error: return location for an error
 *
 * Returns: whether both have the same bytes
 */
gboolean
lab_carry_compare (int       input_fd,
                   int       output_fd,
                   guint64   size_bytes,
                   LabCrew  *crew,
                   GError  **error)
{
  g_autofree guint8 *a = g_malloc (CHUNK_BYTES);
  g_autofree guint8 *b = g_malloc (CHUNK_BYTES);
  struct stat output;

  if (fstat (output_fd, &output) != 0 || (guint64) output.st_size != size_bytes)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_DIFFERS, 0, _("The output has not the length of the input"));
      return FALSE;
    }

  for (guint64 offset = 0; offset < size_bytes; offset += CHUNK_BYTES)
    {
      gsize n = (gsize) MIN (CHUNK_BYTES, size_bytes - offset);
      gssize n_input, n_output;

      if (lab_crew_is_cancelled (crew, error))
        return FALSE;

      n_input = read_at (input_fd, a, n, offset);
      n_output = read_at (output_fd, b, n, offset);
      if (n_input < 0 || n_output < 0)
        {
          lab_carry_set_error (error, n_input < 0 ? LAB_CARRY_ERROR_INPUT : LAB_CARRY_ERROR_OUTPUT, errno, _("The files cannot be compared"));
          return FALSE;
        }
      if (n_input != n_output || memcmp (a, b, (gsize) n_input) != 0)
        {
          lab_carry_set_error (error, LAB_CARRY_ERROR_DIFFERS, 0, _("The output is not what the input was; please report it"));
          return FALSE;
        }
    }

  return TRUE;
}
