#!/usr/bin/env python3
# websocket.py: round trips of a plain WebSocket by bell/ws.h beside those of
# others, on one core and the same echo server.
"""Usage: websocket.py --bin DIR [--python PYTHON] [--packages DIR]
                    [--json FILE] [--rounds N] [--smoke]

PYTHON is one that has websocket-rs, picows and websockets; who is not there is
left out, with a line that says so."""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys

from run import Case, pin, run_once, start_server, text

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {256: 5000, 8192: 3000, 102400: 600, 1000000: 80}
MODULES = {"websocket-rs": "websocket_rs", "picows": "picows",
           "websockets": "websockets.sync.client"}


def find_others(options):
    """name -> the beginning of a command line."""
    others = {}
    node = shutil.which("node")
    if node and os.path.isdir(
            os.path.join(options.packages, "node_modules", "ws")):
        others["npm ws"] = [node, os.path.join(HERE, "websocket_bench.mjs"),
                            options.packages]
    else:
        print("SKIPPED: npm's ws is not there", file=sys.stderr)
    for name, module in MODULES.items():
        there = options.python and subprocess.run(
            [options.python, "-c", f"import {module}"],
            stderr=subprocess.DEVNULL).returncode == 0
        if there:
            others[name] = [options.python,
                            os.path.join(HERE, "websocket_bench.py"), name]
        else:
            print(f"SKIPPED: {name} is not there (--python)", file=sys.stderr)
    return others


def make_cases(options, port, others):
    url = f"ws://127.0.0.1:{port}/"
    ours = os.path.join(options.bin, "websocket_bench")
    hand = os.path.join(options.bin, "baseline")
    cells = []
    for size, trips in SIZES.items():
        trips = "20" if options.smoke else str(trips)
        cell = {"by hand": Case(f"serial.{size}", "us",
                                [hand, "ws", port, str(size), trips]),
                "bellpull": Case(f"serial.{size}", "us",
                                 [ours, "serial", url, str(size), trips])}
        for name, command in others.items():
            cell[name] = Case(f"serial.{size}", "us",
                              [*command, "serial", url, str(size), trips])
        cells.append(cell)
    many = "200" if options.smoke else "5000"
    cell = {"bellpull": Case("pipelined.65536", "1/s",
                             [ours, "pipelined", url, "65536", many])}
    for name, command in others.items():
        cell[name] = Case("pipelined.65536", "1/s",
                          [*command, "pipelined", url, "65536", many])
    cells.append(cell)
    return cells


def measure(options, others):
    server, port = start_server(options.bin, "ws")
    try:
        cells = make_cases(options, port, others)
        every = [case for cell in cells for case in cell.values()]
        for _ in range(1 if options.smoke else options.rounds):
            for case in random.sample(every, len(every)):
                case.values.append(run_once(case.command))
        return cells
    finally:
        server.kill()
        server.wait()


def print_table(cells, names):
    form = "{:<18}" + " {:>18}" * len(names)
    print(form.format("", *names))
    for cell in cells:
        case = cell["bellpull"]
        ours = case.entry({})["median"]
        row = []
        for name in names:
            if name not in cell:
                row.append("-")
                continue
            median = cell[name].entry({})["median"]
            ratio = (median / ours if case.unit == "us" else ours / median)
            row.append(f"{text(median)} ({ratio:.2f})")
        print(form.format(f"{case.name} {case.unit}", *row))
    print("in brackets: how much longer it takes than bellpull")


def main():
    parser = argparse.ArgumentParser(description="WebSockets, side by side.")
    parser.add_argument("--bin", required=True, help="folder of the programs")
    parser.add_argument("--python", help="one that has the others' packages")
    parser.add_argument("--packages", default=os.path.join(
        HERE, "../../runtime/typescript"), help="where node_modules/ws is")
    parser.add_argument("--json", metavar="FILE", help="write figures here")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--smoke", action="store_true",
                        help="tiny counts: does everything run?")
    options = parser.parse_args()
    others = find_others(options)
    cpu = pin()
    print(f"one core (CPU {cpu}), client and server; median of the rounds")
    cells = measure(options, others)
    print_table(cells, ["by hand", "bellpull", *others])
    if options.json:
        entries = [{"client": name, **case.entry({})}
                   for cell in cells for name, case in cell.items()]
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(entries, file, indent=2)
            file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
