#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# as-user.sh TEST [ARGUMENT...]
#
# Runs a test as an ordinary user, also when root runs the tests; where nobody may read what was built, it says in TAP that
# it is skipped.
set -u

if [ "$(id -u)" = 0 ]; then
  become='setpriv --reuid=65534 --regid=65534 --clear-groups'
  for file; do
    # shellcheck disable=SC2086 # several words
    if [ -e "$file" ] && ! $become test -r "$file" 2>/dev/null; then
      echo "1..0 # SKIP an ordinary user may not read $file"
      exit 0
    fi
  done
  # shellcheck disable=SC2086 # several words
  exec $become "$@"
fi

exec "$@"
