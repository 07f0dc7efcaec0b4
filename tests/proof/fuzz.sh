#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Usage: sh tests/proof/fuzz.sh PROGRAM CORPUS [OPTION...]
#
# Runs a libFuzzer program from a corpus, which stays as it is: for a short while and
# always the same; with LAB_SLOW_TESTS=1 millions of inputs, each time others.
# By hand: build it with "ninja tests/proof/fuzz-segment" and start it, such as
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

how='-seed=1 -runs=30000 -max_total_time=15'
if [ -n "${LAB_SLOW_TESTS:-}" ]; then
  how='-runs=3000000 -max_total_time=900'
fi

# Every input of the corpus, then new ones.
"$program" -runs=0 "$corpus" 2>&1 | tail -n 3
# shellcheck disable=SC2086 # several words
if ! "$program" $how -max_len=1200 "$@" found "$corpus" > log 2>&1; then
  cat log
  for input in crash-* leak-* oom-* timeout-*; do
    [ -e "$input" ] || continue
    echo "The input, in base64:"
    base64 "$input"
  done
  exit 1
fi
tail -n 1 log
