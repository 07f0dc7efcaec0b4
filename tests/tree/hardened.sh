#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Usage: sh tests/tree/hardened.sh OVERRUN PROGRAM...
#
# Whether each program is built as a release ought to be, and whether OVERRUN, which is built the same way and overruns
# a buffer, is ended for that; see "hardened" in meson.build.
set -u

overrun=$1
shift

export LC_ALL=C
status=0

# expect WHAT PATTERN COMMAND...: the pattern stands in what the command prints.
expect ()
{
  what=$1
  pattern=$2
  shift 2
  if ! "$@" | grep -q -E "$pattern"; then
    echo "$program: $what" >&2
    status=1
  fi
}

for program; do
  expect "not a position-independent executable" 'Type: +DYN' readelf -h -W "$program"
  expect "no segment that is read-only after relocation" 'GNU_RELRO' readelf -l -W "$program"
  expect "binds its functions as it goes" '\(BIND_NOW\)|\(FLAGS\).*BIND_NOW|\(FLAGS_1\).*NOW' readelf -d -W "$program"
  expect "its stack can be executed" 'GNU_STACK.* RW +0x' readelf -l -W "$program"
  expect "no canary on the stack" '__stack_chk_(fail|guard)' readelf --dyn-syms -W "$program"
done

# shellcheck disable=SC3045 # dash and bash have it; elsewhere a core is left
ulimit -c 0 2>/dev/null
said=$("$overrun" "far more than eight bytes" 2>&1)
case $said in
  *"buffer overflow detected"*) ;;
  *)
    echo "$overrun: an overrun went on: $said" >&2
    status=1
    ;;
esac

exit $status
