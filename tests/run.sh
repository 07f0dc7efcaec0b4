#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
set -u

usage ()
{
  cat <<'USAGE'
Usage: sh tests/run.sh [--sanitize | --proof | --coverage] [TEST...]

Builds Shmlab with every warning an error, runs all tests (or those named), some
beside each other and each on a display of its own, and ends with a line
"N passed, N failed". Installs what is missing for that on Debian and Ubuntu,
and says so. Fails also when a test leaves something in the kernel that ipcs
would show. Up to three programs that fail beside the others are run once more,
alone.

  --sanitize   run the backend and the widget tests once more with the address
               and undefined-behaviour sanitizers, and the protocol tests with
               the thread sanitizer; always done when CI=true
  --proof      run only what proves more the longer it runs, and for long, some
               thirty minutes: writers against readers for a minute each,
               millions of inputs for the fuzzer, a thousand messages, hundreds
               of kills, a crowd that comes and goes, and for ten minutes random
               clicks and keys under the sanitizers. The other runs do the same
               in a short form. LAB_STRESS_SECONDS=600 makes all that longer
  --coverage   build to count which lines ran, and end with a table of the rooms
               of src/; the same by file and line is in _build-coverage/lines
  --help       show this
USAGE
}

sanitize=false
proof=false
coverage=false
if [ "${CI:-}" = true ]; then
  sanitize=true
fi
options=
while [ $# -gt 0 ]; do
  case $1 in
    --sanitize) sanitize=true ;;
    --proof) proof=true ;;
    --coverage) coverage=true ;;
    --help | -h) usage; exit 0 ;;
    -*) echo "tests/run.sh: unknown option $1" >&2; usage >&2; exit 1 ;;
    *) break ;;
  esac
  options="$options $1"
  shift
done
if $proof || $coverage; then
  sanitize=false
fi

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=src/depend.sh
. "$top/src/depend.sh"

# shellcheck source=tests/kernel.sh
. "$top/tests/kernel.sh"

# Each test is a program of its own, and these link it in a third of the time.
for linker in lld gold; do
  if [ -z "${CC_LD:-}" ] && links cc "-fuse-ld=$linker"; then
    export CC_LD=$linker
  fi
done

# The same words and the same numbers everywhere.
unset LANGUAGE MAKEFLAGS MESON_TESTTHREADS
export LC_ALL=C.UTF-8

# A private System V namespace, where that is allowed: what else goes on in this computer cannot disturb the tests,
# nor they it.
if [ -z "${SHMLAB_TESTS_ALONE:-}" ]; then
  kinds='build test'
  if $sanitize || $proof; then kinds="$kinds full"; fi
  if $coverage; then kinds="$kinds coverage"; fi
  # shellcheck disable=SC2086 # one word a kind
  need $kinds
  export SHMLAB_TESTS_ALONE=1
  find_isolate
  if [ -n "$isolate" ]; then
    # shellcheck disable=SC2086 # several words
    exec $isolate sh "$top/tests/run.sh" $options "$@"
  fi
fi

if $proof; then
  export LAB_SLOW_TESTS=1
  export LAB_STRESS_SECONDS="${LAB_STRESS_SECONDS:-60}"
fi

# Most tests wait for a window most of the time, so that there may be three for each processor.
n_beside=$((3 * $(nproc)))

passed=0
failed=0
skipped=0
passed_alone=

# run_failed_again FOLDER: a few programs that failed beside the others have the computer to themselves once more. What
# is wrong fails again; what only came too late on a busy machine does not, and is named.
run_failed_again ()
{
  failing=$(python3 "$top/tests/count-results.py" --failing "$1"/meson-logs/testlog.json)
  # shellcheck disable=SC2086 # several words
  set -- "$1" $failing
  if [ $# -lt 2 ] || [ $# -gt 4 ]; then
    return 1
  fi
  mv "$1"/meson-logs/testlog.json "$1"/meson-logs/first.json
  mv "$1"/meson-logs/testlog.txt "$1"/meson-logs/first.txt
  echo "Once more, alone: $failing"
  folder=$1
  shift
  meson test -C "$folder" --no-rebuild --print-errorlogs --num-processes 1 --timeout-multiplier 5 "$@"
}

# run FOLDER [TEST...]: builds nothing; counts what the test programs report one by one.
run ()
{
  folder=$1
  shift
  rm -f "$folder"/meson-logs/testlog*.json "$folder"/meson-logs/first.json
  status=0
  meson test -C "$folder" --no-rebuild --print-errorlogs --num-processes $n_beside "$@" || status=$?
  if [ $status -ne 0 ] && ! $proof && run_failed_again "$folder"; then
    status=0
    passed_alone="$passed_alone $failing"
  fi
  # With a wrapper, meson puts its name into that of the log.
  # shellcheck disable=SC2046 # three numbers
  set -- $(python3 "$top/tests/count-results.py" "$folder"/meson-logs/first.json "$folder"/meson-logs/testlog*.json)
  passed=$((passed + ${1:-0}))
  failed=$((failed + ${2:-0}))
  skipped=$((skipped + ${3:-0}))
  # Whatever meson does not like is a failure, and so is a run without tests.
  if { [ $status -ne 0 ] && [ "${2:-0}" -eq 0 ]; } || [ $(( ${1:-0} + ${2:-0} )) -eq 0 ]; then
    failed=$((failed + 1))
  fi
}

# What a sanitizer watches is there whatever is optimised, and it tells no more than lines and names.
build_sanitized ()
{
  build "$top/_build-sanitize" "$1" --werror --buildtype=debugoptimized -Doptimization=1 -Dc_args=-g1 -Db_sanitize=address,undefined
}

build_for_threads ()
{
  build "$top/_build-tsan" protocol-tests --werror --buildtype=debugoptimized -Db_sanitize=thread
}

# What run() shows, and counts, is kept in the folder.
run_threads ()
{
  # The thread sanitizer wants its addresses for itself, and not every kernel's layout leaves them free.
  leash=
  if setarch -R true 2>/dev/null; then
    leash='setarch -R'
  fi
  passed=0
  failed=0
  skipped=0
  rm -f "$top/_build-tsan/counts"
  run "$top/_build-tsan" --timeout-multiplier 5 --suite protocol ${leash:+--wrapper "$leash"} "$@" >"$top/_build-tsan/tests.log" 2>&1
  echo "$passed $failed $skipped" >"$top/_build-tsan/counts"
}

before=$(kernel_objects)

echo "Building…"
if $coverage; then
  # What was counted before, perhaps of other lines.
  find "$top/_build-coverage" -name '*.gcda' -delete 2>/dev/null
  if build "$top/_build-coverage" "" --buildtype=debug -Db_coverage=true; then
    run "$top/_build-coverage" --timeout-multiplier 5 "$@"
    sh "$top/tests/coverage.sh" "$top/_build-coverage" || failed=$((failed + 1))
  else
    failed=$((failed + 1))
  fi
elif build "$top/_build-test" "" --werror --buildtype=debugoptimized; then
  if $proof; then
    run "$top/_build-test" --timeout-multiplier 20 --suite proof "$@"
    # Chance finds more where each byte is watched.
    echo "Building with the address and undefined-behaviour sanitizers…"
    if build_sanitized "programs tests/e2e/test-e2e-monkey tests/helpers/helper-scribbler"; then
      LAB_STRESS_SECONDS=$((10 * LAB_STRESS_SECONDS)) run "$top/_build-sanitize" --timeout-multiplier 20 e2e-monkey
    else
      failed=$((failed + 1))
    fi
  else
    # Meanwhile, with what the tests leave of the processors; what fails here fails again below, and is told there.
    if $sanitize; then
      { gently='nice -n 19'; build_for_threads; build_sanitized "backend-tests ui-tests"; } >/dev/null 2>&1 &
    fi
    run "$top/_build-test" --timeout-multiplier 2 "$@"
  fi
else
  failed=$((failed + 1))
fi

if $sanitize; then
  wait
  echo "Building with the sanitizers…"
  threads=
  if build_for_threads; then
    run_threads "$@" &
    threads=$!
  else
    failed=$((failed + 1))
  fi
  if build_sanitized "backend-tests ui-tests"; then
    run "$top/_build-sanitize" --timeout-multiplier 5 --suite backend --suite ui "$@"
  else
    failed=$((failed + 1))
  fi
  if [ -n "$threads" ]; then
    wait "$threads"
    cat "$top/_build-tsan/tests.log"
    if read -r n_passed n_failed n_skipped <"$top/_build-tsan/counts"; then
      passed=$((passed + n_passed))
      failed=$((failed + n_failed))
      skipped=$((skipped + n_skipped))
    else
      failed=$((failed + 1))
    fi
  fi
fi

nothing_left "$before" || failed=$((failed + 1))

[ -z "$passed_alone" ] || echo "passed only alone:$passed_alone"
[ $skipped -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
