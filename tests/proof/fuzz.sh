#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Usage: sh tests/proof/fuzz.sh PROGRAM CORPUS [OPTION...]
#
# Runs a libFuzzer program for a short while from a corpus, which stays as it is.
# For long: build it with "ninja tests/proof/fuzz-segment" and start it by hand, such as
#   mkdir found && tests/proof/fuzz-segment -max_len=1200 -runs=10000000 found tests/proof/corpus/segment
set -eu

program=$1
corpus=$2
shift 2

# A relative path from the build folder would not survive the change of folder.
program=$(realpath "$program")
corpus=$(realpath "$corpus")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/found"
cd "$scratch"

# Every input of the corpus, then new ones for some seconds, always the same.
"$program" -runs=0 "$corpus" 2>&1 | tail -n 3
if ! "$program" -seed=1 -max_len=1200 -runs=30000 -max_total_time=15 "$@" found "$corpus" > log 2>&1; then
  cat log
  for input in crash-* leak-* oom-* timeout-*; do
    [ -e "$input" ] || continue
    echo "The input, in base64:"
    base64 "$input"
  done
  exit 1
fi
tail -n 1 log
