#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Usage: sh tests/tree/browser.sh CHECKOUT BUILD-FOLDER
#
# What src/run.sh serves where there is no display: one page with both windows side by side, so that neither hides the
# other, and nothing is left of it afterwards.
set -u

top=$1
# shellcheck source=tests/kernel.sh
. "$top/tests/kernel.sh"

command -v gtk4-broadwayd >/dev/null || { echo "gtk4-broadwayd is not installed"; exit 77; }

if [ -z "${SHMLAB_BROWSER_ISOLATED:-}" ]; then
  find_isolate
  [ -n "$isolate" ] || { echo "no System V namespace of its own is to be had here"; exit 77; }
  export SHMLAB_BROWSER_ISOLATED=yes
  # shellcheck disable=SC2086 # several words
  exec $isolate sh "$0" "$@"
fi

work=$(mktemp -d)
run=
clean ()
{
  if [ -n "$run" ]; then
    kill -TERM "$run" 2>/dev/null
    wait "$run"
  fi
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM

mkdir -m 0700 "$work/run" "$work/home"
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS GDK_BACKEND
export XDG_RUNTIME_DIR="$work/run" HOME="$work/home" SHMLAB_BUILT_FOLDER="$2" LC_ALL=C.UTF-8
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME GSETTINGS_BACKEND GSK_RENDERER G_DEBUG

sh "$top/src/run.sh" >"$work/said" 2>"$work/errors" &
run=$!

fail ()
{
  echo "$1" >&2
  cat "$work/said" "$work/errors" >&2
  exit 1
}

# until_true WHAT COMMAND...: waits, for a minute at most
until_true ()
{
  what=$1
  shift
  tries=0
  until "$@"; do
    kill -0 "$run" 2>/dev/null && [ $tries -lt 600 ] || fail "$what"
    sleep 0.1
    tries=$((tries + 1))
  done
}

has_told () { grep -q '^Each window has' "$work/said"; }
# Server and client, each with a window that has come up so far.
are_attached () { [ "$(awk 'NR > 1 { n += $7 } END { print n + 0 }' /proc/sysvipc/shm)" = 2 ]; }

until_true "no page was told" has_told
until_true "server and client are not attached" are_attached

python3 - "$(sed -n 's|^ *\(http://.*/\)$|\1|p' "$work/said" | head -n 1)" <<'PYTHON' || fail "the page is not as it should be"
import re, sys, urllib.request

def read(address):
    return urllib.request.urlopen(address, timeout=20).read().decode()

page = read(sys.argv[1])
frames = re.findall(r'<iframe title="(\w+)" src="([^"]+)"', page)
assert [name for name, address in frames] == ["Server", "Client"], frames
# A display each: on one display the windows lie on each other.
assert len({address for name, address in frames}) == 2, frames
for name, address in frames:
    assert "broadway" in read(address), address
# And the frames stand beside each other.
assert re.search(r"left: i \* \(half \+ ", page), page
PYTHON

kill -TERM "$run"
wait "$run"
run=
nothing_left >&2 || exit 1
for address in $(grep -o 'http://[0-9.:]*/' "$work/said" | sort -u); do
  if python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' "$address" 2>/dev/null; then
    echo "$address is still served" >&2
    exit 1
  fi
done
