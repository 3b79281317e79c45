#!/usr/bin/env python3
# count_test.py: feeds count.py what callgrind writes and rows that are wrong:
# a test of speed that notices nothing is none.

import contextlib
import io
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import count  # noqa: E402

# Two files of ours, a driver, the C library; a call's cost is the other's.
CALLGRIND = """\
version: 1
events: Ir

ob=(1) /house/count_codec
fl=(1) /house/runtime/c/record/decode.c
fn=(1) bell__decode
10 100
fi=(2) /house/runtime/c/json/scan.h
+1 20
fe=(1)
cfi=(3) ./string/memcpy.S
cfn=(2) memcpy
calls=5 0
* 7000
+2 3

fl=(4) /house/tests/bench/count_codec.c
fn=(3) decode
5 900

fl=(5) /house/build/tests/bench/generated/c/bench/bench.c
fn=(5) bench_echo
1 11

fl=(3)
fn=(2)
1 7000

totals: 8034
"""
WANT = {"runtime/c/record/decode.c": 103, "runtime/c/json/scan.h": 20,
        "generated/c/bench/bench.c": 11}

KEPT = {"a": {"count": 1000}, "b": {"count": 1000, "was": 900,
                                    "reason": "it does more"}}
ROWS = [
    ("as it was", {"a": 1000, "b": 1000}, KEPT, []),
    ("three in a hundred more are fine", {"a": 1030, "b": 900}, KEPT, []),
    ("more than three are not", {"a": 1031, "b": 1000}, KEPT,
     ["a: 1031 instructions, +3.10% over the 1000 kept"]),
    ("a row that nobody keeps", {"a": 1000, "b": 1000, "c": 1}, KEPT,
     ["c: not in the file of counts"]),
    ("a row that nobody counts", {"a": 1000}, KEPT,
     ["b: kept, but no program counts it"]),
    ("a count without a reason", {"a": 5}, {"a": {"count": 9, "was": 4}},
     ["a: `was` and `reason` go together"]),
]


def check_costs():
    with tempfile.NamedTemporaryFile("w", suffix=".out") as file:
        file.write(CALLGRIND)
        file.flush()
        got = dict(count.ours(count.read_costs(file.name)))
    if got != WANT:
        print("callgrind: want %s, got %s" % (WANT, got))
    return got == WANT


def check_rows(name, counted, kept, want):
    with contextlib.redirect_stdout(io.StringIO()):
        got = count.compare({row: {"file": cost}
                             for row, cost in counted.items()}, kept, True)
    if got != want:
        print("%s: want %s, got %s" % (name, want, got))
    return got == want


def main():
    results = [check_costs()] + [check_rows(*row) for row in ROWS]
    print("%d passed, %d failed" % (results.count(True),
                                    results.count(False)))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
