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

Without a display both windows are served to a browser on this computer, beside
each other on one page; its address is printed. Ctrl+C ends everything.

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

# The tests bring what they have built.
built=${SHMLAB_BUILT_FOLDER:-$top/_build}
if [ -z "${SHMLAB_BUILT_FOLDER:-}" ]; then
  if $in_browser && ! $build_only; then
    need build broadway
  else
    need build
  fi

  echo "Building…"
  build "$built" programs --buildtype=debugoptimized
fi
if $build_only; then
  echo "Built: _build/src/server/shmlab-server and _build/src/client/shmlab-client"
  exit 0
fi

export GSETTINGS_SCHEMA_DIR="$built/data"

pids=
own_runtime=
page_folder=

end_all ()
{
  trap - EXIT HUP INT TERM
  # The programs first, each of which removes what it made in the kernel; last what shows them.
  for pid in $pids; do
    kill -TERM "$pid" 2>/dev/null || continue
    wait "$pid" 2>/dev/null || true
  done
  for folder in "$own_runtime" "$page_folder"; do
    [ -z "$folder" ] || rm -rf "$folder"
  done
}

trap end_all EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Sets broadway to the pid of one more display that a browser can open, number to which, and port to where.
number=-1
serve_to_browser ()
{
  log=$(mktemp)
  while [ $number -lt 19 ]; do
    number=$((number + 1))
    port=$((8081 + number))
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
      return 0
    fi
  done
  cat "$log" >&2
  rm -f "$log"
  echo "No free port from 8081 to 8100 for the browser." >&2
  return 1
}

# serve_both SERVER-PORT CLIENT-PORT: one page with a frame for each; sets pages to the pid of what serves it, and page to
# its address.
serve_both ()
{
  cat >"$page_folder/index.html" <<HTML
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Shmlab: server and client</title>
<style>
  body { margin: 0; background: #777; overflow: hidden; }
  iframe { border: 0; position: absolute; top: 0; transform-origin: 0 0; }
</style>
</head>
<body>
<iframe title="Server" src="http://127.0.0.1:$1/"></iframe>
<iframe title="Client" src="http://127.0.0.1:$2/"></iframe>
<script>
  // Half of the page each. A window is as large as GTK takes a page for until somebody looks, 1024 by 768, with a
  // shadow around it; where that does not fit, it is shown smaller.
  function place () {
    const half = Math.floor (innerWidth / 2) - 1, scale = Math.min (1, half / 1070, innerHeight / 810);
    document.querySelectorAll ("iframe").forEach ((frame, i) => Object.assign (frame.style, {
      left: i * (half + 2) + "px", width: half / scale + "px", height: innerHeight / scale + "px",
      transform: "scale(" + scale + ")" }));
  }
  addEventListener ("resize", place);
  place ();
</script>
</body>
</html>
HTML
  python3 - "$page_folder" <<'PYTHON' &
import functools, http.server, sys
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *what):
        pass
for port in range(8080, 8120):
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Quiet, directory=sys.argv[1]))
    except OSError:
        continue
    print(port, file=open(sys.argv[1] + "/port", "w"), flush=True)
    server.serve_forever()
PYTHON
  pages=$!
  tries=0
  while [ $tries -lt 200 ] && kill -0 "$pages" 2>/dev/null && ! [ -s "$page_folder/port" ]; do
    sleep 0.05
    tries=$((tries + 1))
  done
  if ! [ -s "$page_folder/port" ]; then
    echo "No free port from 8080 to 8119 for the page with both windows." >&2
    return 1
  fi
  page="http://127.0.0.1:$(cat "$page_folder/port")/"
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
  page_folder=$(mktemp -d)
  # A display each: on one they would lie on each other.
  export GDK_BACKEND=broadway
  serve_to_browser
  pids=$broadway
  server_port=$port
  export BROADWAY_DISPLAY=":$number"
fi

"$built/src/server/shmlab-server" --start --message "Good morning, class!" &
server=$!
pids="$server $pids"

if $in_browser; then
  serve_to_browser
  pids="$pids $broadway"
  export BROADWAY_DISPLAY=":$number"
fi

"$built/src/client/shmlab-client" &
client=$!
pids="$client $pids"

if $in_browser; then
  serve_both "$server_port" "$port"
  pids="$pids $pages"
  echo "Open this page in a browser on this computer; it shows both windows:"
  echo "  $page"
  echo "Each window has a page of its own too: server http://127.0.0.1:$server_port/ client http://127.0.0.1:$port/"
  echo "What a window opens comes to its side; drag it by its title. Ctrl+C here ends everything."
fi

status=0
wait "$client" || status=$?
wait "$server" || status=$?
exit $status
