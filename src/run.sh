#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu

usage ()
{
  cat <<'USAGE'
Usage: sh src/run.sh [--build-only]

Builds Shmlab and opens both windows: a server that has made its segment and
written a first message, and a client that reads it. Installs what is missing
for that on Debian and Ubuntu, and says so.

Without a display the windows are served to a browser on this computer, each on
a page of its own; the addresses are printed. Ctrl+C ends everything.

  --build-only   build in the folder _build, open nothing
  --help         show this
USAGE
}

build_only=false
for option; do
  case $option in
    --build-only) build_only=true ;;
    --help | -h) usage; exit 0 ;;
    *) echo "src/run.sh: unknown option $option" >&2; usage >&2; exit 1 ;;
  esac
done

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=src/depend.sh
. "$top/src/depend.sh"

in_browser=false
if [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
  in_browser=true
fi

if $in_browser && ! $build_only; then
  need build broadway
else
  need build
fi

echo "Building…"
build "$top/_build" programs --buildtype=debugoptimized
if $build_only; then
  echo "Built: _build/src/server/shmlab-server and _build/src/client/shmlab-client"
  exit 0
fi

export GSETTINGS_SCHEMA_DIR="$top/_build/data"

pids=
own_runtime=

end_all ()
{
  trap - EXIT HUP INT TERM
  # The programs first, each of which removes what it made in the kernel; last what shows them.
  for pid in $pids; do
    kill -TERM "$pid" 2>/dev/null || continue
    wait "$pid" 2>/dev/null || true
  done
  if [ -n "$own_runtime" ]; then
    rm -rf "$own_runtime"
  fi
}

trap end_all EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Sets broadway to the pid of one more display that a browser can open, number to which, and address to where.
number=-1
serve_to_browser ()
{
  log=$(mktemp)
  while [ $number -lt 19 ]; do
    number=$((number + 1))
    port=$((8080 + number))
    gtk4-broadwayd --address=127.0.0.1 --port=$port ":$number" >"$log" 2>&1 &
    broadway=$!
    # It says where it listens, or ends because another program is there already.
    tries=0
    while [ $tries -lt 100 ] && kill -0 "$broadway" 2>/dev/null && ! [ -S "$XDG_RUNTIME_DIR/broadway$((number + 1)).socket" ]; do
      sleep 0.05
      tries=$((tries + 1))
    done
    sleep 0.2
    if kill -0 "$broadway" 2>/dev/null; then
      rm -f "$log"
      address="http://127.0.0.1:$port/"
      return 0
    fi
  done
  cat "$log" >&2
  rm -f "$log"
  echo "No free port from 8080 to 8099 for the browser." >&2
  return 1
}

if $in_browser; then
  if [ ! -d "${XDG_RUNTIME_DIR:-}" ]; then
    own_runtime=$(mktemp -d)
    export XDG_RUNTIME_DIR="$own_runtime"
  fi
  # Where there is no desktop session there is no bus either: settings go to a file, and nothing listens to what a
  # screen reader would be told.
  if [ -z "${DBUS_SESSION_BUS_ADDRESS:-}" ] && [ ! -S "$XDG_RUNTIME_DIR/bus" ]; then
    export GSETTINGS_BACKEND=keyfile GTK_A11Y=none
  fi
  # A page each: on one page they would lie on each other.
  export GDK_BACKEND=broadway
  serve_to_browser
  pids=$broadway
  server_address=$address
  export BROADWAY_DISPLAY=":$number"
fi

"$top/_build/src/server/shmlab-server" --start --message "Good morning, class!" &
server=$!
pids="$server $pids"

if $in_browser; then
  serve_to_browser
  pids="$pids $broadway"
  export BROADWAY_DISPLAY=":$number"
fi

"$top/_build/src/client/shmlab-client" &
client=$!
pids="$client $pids"

if $in_browser; then
  echo "Open both pages in a browser on this computer, beside each other:"
  echo "  server  $server_address"
  echo "  client  $address"
  echo "What the windows open comes to their own page; drag it aside by its title. Ctrl+C here ends everything."
fi

status=0
wait "$client" || status=$?
wait "$server" || status=$?
exit $status
