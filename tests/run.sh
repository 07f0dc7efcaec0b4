#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
set -u

usage ()
{
  cat <<'USAGE'
Usage: sh tests/run.sh [--sanitize] [TEST...]

Builds Shmlab with every warning an error, runs all tests (or those named) on
private X displays, and ends with a line "N passed, N failed". Installs what is
missing for that on Debian and Ubuntu, and says so. Fails also when a test
leaves something in the kernel that ipcs would show.

  --sanitize   run the backend and the widget tests once more with the address
               and undefined-behaviour sanitizers, and the protocol tests with
               the thread sanitizer; always done when CI=true
  --help       show this
USAGE
}

sanitize=false
if [ "${CI:-}" = true ]; then
  sanitize=true
fi
while [ $# -gt 0 ]; do
  case $1 in
    --sanitize) sanitize=true ;;
    --help | -h) usage; exit 0 ;;
    -*) echo "tests/run.sh: unknown option $1" >&2; usage >&2; exit 1 ;;
    *) break ;;
  esac
  shift
done

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=src/depend.sh
. "$top/src/depend.sh"

# The same words and the same numbers everywhere.
unset LANGUAGE MAKEFLAGS MESON_TESTTHREADS
export LC_ALL=C.UTF-8

# A private System V namespace, where that is allowed: what else goes on in this computer cannot disturb the tests,
# nor they it.
if [ -z "${SHMLAB_TESTS_ALONE:-}" ]; then
  if $sanitize; then
    need build test full
  else
    need build test
  fi
  export SHMLAB_TESTS_ALONE=1
  if [ "$(id -u)" = 0 ] && unshare --ipc true 2>/dev/null; then
    if $sanitize; then set -- --sanitize "$@"; fi
    exec unshare --ipc sh "$top/tests/run.sh" "$@"
  fi
fi

kernel_objects ()
{
  # Kind, key and id of each segment, semaphore set and queue.
  for kind in shm sem msg; do
    awk -v kind="$kind" 'NR > 1 { print kind, $1, $2 }' "/proc/sysvipc/$kind"
  done | sort
}

passed=0
failed=0
skipped=0

# run FOLDER [TEST...]: builds nothing; counts what the test programs report one by one.
run ()
{
  folder=$1
  shift
  rm -f "$folder"/meson-logs/testlog*.json
  status=0
  meson test -C "$folder" --no-rebuild --print-errorlogs "$@" || status=$?
  # With a wrapper, meson puts its name into that of the log.
  # shellcheck disable=SC2046 # three numbers
  set -- $(python3 "$top/tests/count-results.py" "$folder"/meson-logs/testlog*.json)
  passed=$((passed + ${1:-0}))
  failed=$((failed + ${2:-0}))
  skipped=$((skipped + ${3:-0}))
  # Whatever meson does not like is a failure, and so is a run without tests.
  if { [ $status -ne 0 ] && [ "${2:-0}" -eq 0 ]; } || [ $(( ${1:-0} + ${2:-0} )) -eq 0 ]; then
    failed=$((failed + 1))
  fi
}

has_suite ()
{
  meson introspect --tests "$1" 2>/dev/null | grep -q "\"suite\": \[[^]]*:$2\""
}

before=$(kernel_objects)

echo "Building…"
if build "$top/_build-test" "" --werror --buildtype=debugoptimized; then
  run "$top/_build-test" --timeout-multiplier 2 "$@"
else
  failed=$((failed + 1))
fi

if $sanitize; then
  echo "Building with the address and undefined-behaviour sanitizers…"
  if build "$top/_build-sanitize" "backend-tests ui-tests" --werror --buildtype=debugoptimized -Db_sanitize=address,undefined; then
    run "$top/_build-sanitize" --timeout-multiplier 5 --suite backend --suite ui "$@"
  else
    failed=$((failed + 1))
  fi

  if [ -d "$top/_build-test" ] && has_suite "$top/_build-test" protocol; then
    # The thread sanitizer wants its addresses for itself, and not every kernel's layout leaves them free.
    leash=
    if setarch -R true 2>/dev/null; then
      leash='setarch -R'
    fi
    echo "Building with the thread sanitizer…"
    if build "$top/_build-tsan" protocol-tests --werror --buildtype=debugoptimized -Db_sanitize=thread; then
      run "$top/_build-tsan" --timeout-multiplier 5 --suite protocol ${leash:+--wrapper "$leash"} "$@"
    else
      failed=$((failed + 1))
    fi
  fi
fi

# What a test has just ended may need a moment to go.
tries=0
while after=$(kernel_objects); [ "$after" != "$before" ] && [ $tries -lt 300 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
left=$(printf '%s\n' "$after" | grep -vxF -e "$before" | grep .) || true
if [ -n "$left" ]; then
  echo "Left in the kernel (kind, key, id):"
  echo "$left"
  # Key 0 is also that of a segment which is removed, but still attached: by whom?
  cat /proc/sysvipc/shm
  grep -ls '/SYSV' /proc/[0-9]*/maps | while read -r maps; do
    echo "${maps%/maps}: $(tr '\0' ' ' <"${maps%/maps}/cmdline")"
  done
  failed=$((failed + 1))
fi

[ $skipped -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
