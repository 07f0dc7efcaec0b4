#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# with-display.sh COMMAND [ARGUMENT...]
#
# Runs a command in a desktop session of its own: an X display, a window
# manager, a D-Bus session with the accessibility bus, and empty home folders.
# Passes the command's exit status on, writes nothing to standard output, and
# ends all it has started, also when the command crashes or this script is
# killed.  What the servers say is shown when they do not come up.
#
# Where that is allowed the session has a System V namespace of its own as well,
# so that several can be beside each other; then it is a failure, exit status 1,
# when the command leaves something in the kernel that ipcs would show.
#
#   with-display.sh --isolates
#
# only tells by its exit status whether that is allowed.
#
# Environment: SIZE, the screen's size, 1800x1000 when not set.
# Needs: xvfb, openbox, dbus, at-spi2-core, util-linux.
set -u

[ $# -gt 0 ] || { echo "usage: with-display.sh COMMAND [ARGUMENT...]" >&2; exit 2; }

# shellcheck source=tests/kernel.sh
. "$(dirname "$0")/kernel.sh"

if [ -z "${SHMLAB_DISPLAY_ISOLATED:-}" ]; then
  find_isolate
  if [ "$1" = --isolates ]; then
    [ -n "$isolate" ]
    exit
  fi
  export SHMLAB_DISPLAY_ISOLATED=no
  if [ -n "$isolate" ]; then
    export SHMLAB_DISPLAY_ISOLATED=yes
    # shellcheck disable=SC2086 # several words
    exec $isolate sh "$0" "$@"
  fi
fi
isolated=$SHMLAB_DISPLAY_ISOLATED
unset SHMLAB_DISPLAY_ISOLATED

for program in Xvfb openbox dbus-daemon; do
  command -v "$program" >/dev/null || { echo "with-display.sh: $program is not installed" >&2; exit 127; }
done

# Not even kill -9 of this script leaves a display behind, where setpriv can say so.
if setpriv --pdeathsig TERM true 2>/dev/null; then
  leash='setpriv --pdeathsig TERM'
else
  leash=
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/shmlab-display.XXXXXX") || exit 1
command=
servers=

clean ()
{
  trap - EXIT
  trap '' HUP INT TERM
  # The command first: it must find its display alive while it tidies up.
  if [ -n "$command" ] && kill -TERM "$command" 2>/dev/null; then
    n=0
    while [ $n -lt 50 ] && kill -0 "$command" 2>/dev/null; do
      sleep 0.1
      n=$((n + 1))
    done
    kill -KILL "$command" 2>/dev/null
  fi
  for pid in $servers; do
    kill -TERM "$pid" 2>/dev/null
  done
  for pid in $servers; do
    n=0
    while [ $n -lt 50 ] && kill -0 "$pid" 2>/dev/null; do
      sleep 0.1
      n=$((n + 1))
    done
    kill -KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  done
  rm -rf "$tmp"
}

fail ()
{
  echo "with-display.sh: $1" >&2
  cat "$tmp/log" >&2
  exit 1
}

trap clean EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir -m 0700 "$tmp/home" "$tmp/run" "$tmp/data" "$tmp/config" "$tmp/cache"
export HOME="$tmp/home" XDG_RUNTIME_DIR="$tmp/run"
export XDG_DATA_HOME="$tmp/data" XDG_CONFIG_HOME="$tmp/config" XDG_CACHE_HOME="$tmp/cache" XDG_STATE_HOME="$tmp/data"
export GDK_BACKEND=x11 NO_AT_BRIDGE=0
unset WAYLAND_DISPLAY XAUTHORITY AT_SPI_BUS_ADDRESS DBUS_STARTER_ADDRESS DBUS_STARTER_BUS_TYPE
unset NO_AT_BRIDGE DESKTOP_STARTUP_ID GTK_THEME GTK_DEBUG GDK_SCALE GTK_MODULES
: >"$tmp/log"

# The display chooses a free number by itself and tells it when it is ready.
mkfifo "$tmp/number"
$leash Xvfb -displayfd 3 -screen 0 "${SIZE:-1800x1000}x24" -nolisten tcp -noreset \
  3>"$tmp/number" >>"$tmp/log" 2>&1 &
servers=$!
read -r number <"$tmp/number" || fail "the X display did not start"
export DISPLAY=":$number"

$leash dbus-daemon --session --nofork --nosyslog --nopidfile --address="unix:path=$tmp/run/bus" >>"$tmp/log" 2>&1 &
servers="$! $servers"
export DBUS_SESSION_BUS_ADDRESS="unix:path=$tmp/run/bus"
n=0
while ! [ -S "$tmp/run/bus" ]; do
  kill -0 "${servers%% *}" 2>/dev/null && [ $n -lt 200 ] || fail "the D-Bus session did not start"
  sleep 0.05
  n=$((n + 1))
done

$leash openbox --sm-disable >>"$tmp/log" 2>&1 &
servers="$! $servers"

# In the background, so that a signal is seen at once; a shell gives such a
# command no standard input and makes it ignore SIGINT, hence "<&0".
$leash "$@" <&0 &
command=$!
wait "$command"
status=$?
command=
if [ $isolated = yes ]; then
  clean
  if ! nothing_left >&2 && [ $status -eq 0 ]; then
    status=1
  fi
fi
exit $status
