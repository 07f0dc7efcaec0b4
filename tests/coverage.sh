#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# coverage.sh FOLDER
#
# After the tests have run in a folder built with -Db_coverage=true: a table of
# the rooms of src/, how many of their lines ran, and FOLDER/lines/index.html
# with the same by file and line.
# Needs: gcovr.
set -u

folder=$1
top=$(cd "$(dirname "$0")/.." && pwd)

mkdir -p "$folder/lines"
if ! gcovr --root "$top" --object-directory "$folder" --filter "$top/src/" --gcov-ignore-parse-errors --exclude-unreachable-branches \
    --csv "$folder/lines/files.csv" --html-details "$folder/lines/index.html" "$folder" >"$folder/lines/log" 2>&1; then
  cat "$folder/lines/log" >&2
  exit 1
fi

# The columns by their names: the order is not the same in every version.
row='%-28s %7s %7s %6s %9s %6s\n'
# shellcheck disable=SC2059 # a row
printf "$row" room lines ran % branches %
awk -F, -v row="$row" '
  NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
  {
    room = $column["filename"]
    sub("/[^/]*$", "", room)
    add(room)
    add("together")  # after each src/…
  }
  function add (room) {
    lines[room] += $column["line_total"]; ran[room] += $column["line_covered"]
    branches[room] += $column["branch_total"]; taken[room] += $column["branch_covered"]
  }
  function percent (part, whole) { return whole > 0 ? sprintf ("%.1f", 100 * part / whole) : "-" }
  END {
    for (room in lines)
      printf row, room, lines[room], ran[room], percent(ran[room], lines[room]), branches[room], percent(taken[room], branches[room])
  }' "$folder/lines/files.csv" | sort
