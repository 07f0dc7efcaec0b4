#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts what test programs report, from meson's testlog.json, or several.

Prints "PASSED FAILED SKIPPED"; with --failing, the names of the programs that
failed; with --check, checks itself. Of a program that is in several logs the
last counts. A program that speaks TAP counts by its checks, any other by its
exit status. A program that crashes, runs out of time, bails
out or breaks its own plan counts as one failure more, unless its failure is
already among its checks.
"""

import json
import re
import sys

RESULT = re.compile(r'^( *)(not )?ok(?=\s|$)(?:[^#\\]|\\.)*(?:#\s*(\w+))?')
PLAN = re.compile(r'^1\.\.\d+')


def checks(output):
    """The checks in TAP output, each 'passed', 'failed' or 'skipped'."""
    found = []
    inner = {}  # how many checks stand at each indentation since the last line above it
    for line in output.splitlines():
        match = RESULT.match(line)
        if not match:
            continue
        depth = len(match[1])
        below = sum(n for d, n in inner.items() if d > depth)
        inner = {d: n for d, n in inner.items() if d <= depth}
        inner[depth] = inner.get(depth, 0) + 1
        if below and not match[2]:
            continue  # the sum of a subtest, whose checks are counted
        if (match[3] or '').lower().startswith(('skip', 'todo')):
            found.append('skipped')
        elif match[2]:
            if not below:
                found.append('failed')
        else:
            found.append('passed')
    return found


def count(test):
    """What one line of the log comes to: passed, failed, skipped."""
    output = test.get('stdout') or ''
    result = test['result']
    good = result in ('OK', 'EXPECTEDFAIL')
    if not any(PLAN.match(line) or RESULT.match(line) for line in output.splitlines()):
        return int(good), int(not good and result != 'SKIP'), int(result == 'SKIP')
    found = checks(output)
    failed = found.count('failed')
    if not good and result != 'SKIP' and not failed:
        failed = 1
    return found.count('passed'), failed, found.count('skipped')


def check():
    cases = [
        ('OK', 'TAP version 13\n1..2\nok 1 /a\nok 2 /b # SKIP no display\n', (1, 0, 1)),
        ('ERROR', '1..2\nok 1 /a\nnot ok 2 /b\n', (1, 1, 0)),
        ('ERROR', '1..2\nok 1 /a\nnot ok /b - Lab:ERROR:x.c:1: no\nBail out!\n', (1, 1, 0)),
        ('ERROR', '1..3\nok 1 /a\n', (1, 1, 0)),           # crashed: the plan was not kept
        ('TIMEOUT', '1..3\nok 1 /a\nok 2 /b\n', (2, 1, 0)),
        ('ERROR', '', (0, 1, 0)),                            # crashed before its first word
        ('OK', '1..0 # SKIP no display\n', (0, 0, 0)),
        ('SKIP', '', (0, 0, 1)),
        ('OK', 'valid\n', (1, 0, 0)),
        ('FAIL', 'ok, but not valid', (0, 1, 0)),
        # As newer GLibs write it: a group is a subtest, whose sum does not count.
        ('OK', '# Subtest: a\n    # Subtest: b\n        ok 1 c\n        ok 2 d\n        1..2\n    ok 1 b\n    1..1\n'
               'ok 1 a\n1..1\n', (2, 0, 0)),
        ('ERROR', '# Subtest: a\n    ok 1 c\n    not ok 2 d\n    1..2\nnot ok 1 a\nok 2 e\n1..2\n', (2, 1, 0)),
    ]
    for result, output, want in cases:
        got = count({'result': result, 'stdout': output})
        if got != want:
            sys.exit('%r of %s: %s, not %s' % (output, result, got, want))


def read(paths):
    """What each program comes to, by its name."""
    counts = {}
    for path in paths:
        try:
            with open(path, encoding='utf-8', errors='replace') as log:
                for line in log:
                    test = json.loads(line)
                    counts[test['name']] = count(test)
        except FileNotFoundError:
            pass  # no test ran
    return counts


def main(paths):
    if paths[:1] == ['--failing']:
        # meson puts the project and the suites before the name.
        print(*(name.split(' / ')[-1] for name, (_, failed, _) in read(paths[1:]).items() if failed))
        return
    print(*(sum(column) for column in zip((0, 0, 0), *read(paths).values())))


if sys.argv[1:] == ['--check']:
    check()
else:
    main(sys.argv[1:])
