# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
#
# What is in the kernel, and a System V namespace of one's own.  Read by tests/run.sh and tests/with-display.sh.

# Sets "isolate" to what starts a command in an IPC namespace of its own: root may have one, most others within a user
# namespace in which they stay who they are.  Empty where neither is allowed.
find_isolate ()
{
  for isolate in 'unshare --ipc' 'unshare --user --map-current-user --ipc' ''; do
    # What only says that it has one is of no use: nothing may be in it.
    # shellcheck disable=SC2086 # several words
    if [ -n "$isolate" ] && [ "$($isolate sh -c 'cat /proc/sysvipc/shm | wc -l' 2>/dev/null)" = 1 ]; then
      return
    fi
  done
}

# Kind, key and id of each segment, semaphore set and queue.
kernel_objects ()
{
  for kind in shm sem msg; do
    awk -v kind="$kind" 'NR > 1 { print kind, $1, $2 }' "/proc/sysvipc/$kind"
  done | sort
}

# nothing_left [OBJECTS]: whether there is nothing but these; else says what, and who is attached.
nothing_left ()
{
  # What a test has just ended may need a moment to go.
  tries=0
  while left=$(kernel_objects | grep -vxF -e "${1:-}" | grep .) && [ $tries -lt 300 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  [ -n "$left" ] || return 0

  echo "Left in the kernel (kind, key, id):"
  echo "$left"
  # Key 0 is also that of a segment which is removed, but still attached: by whom?
  cat /proc/sysvipc/shm
  ipc=$(readlink /proc/self/ns/ipc)
  for process in /proc/[0-9]*; do
    if [ "$(readlink "$process/ns/ipc" 2>/dev/null)" = "$ipc" ] && grep -qs '/SYSV' "$process/maps"; then
      echo "$process: $(tr '\0' ' ' <"$process/cmdline")"
    fi
  done
  return 1
}
