#!/usr/bin/env python3
# rest.py: exchanges of HTTP, typed by us and as bytes by others, on one core
# and the same server. The limit is a bare loop on epoll, with OpenSSL for
# https.
"""Usage: rest.py --bin DIR [--python PYTHON] [--go PROGRAM] [--only WORD]
               [--json FILE] [--rounds N] [--smoke]

PYTHON is one that has aiohttp and httpx, PROGRAM is rest_go, built; who is not
there is left out, with a line that says so."""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys

from run import CLIENT_SECONDS_MAX, pin, text

HERE = os.path.dirname(os.path.abspath(__file__))
CELLS = [(kind, lines) for kind in ("http", "https") for lines in (1, 16)]
RAW = "by hand"
# About as long for everybody.
COUNTS = {RAW: 10000, "bellpull": 10000, "libcurl": 5000, "net/http": 4000,
          "node http": 3000, "node fetch": 1000, "aiohttp": 1000, "httpx": 300}


def has_module(python, module):
    return python and os.path.exists(python) and subprocess.run(
        [python, "-c", f"import {module}"],
        stderr=subprocess.DEVNULL, check=False).returncode == 0


def find_clients(options):
    """name -> the beginning of a command line."""
    def program(name):
        return [os.path.join(options.bin, name)]

    node = shutil.which("node")
    script = os.path.join(HERE, "rest_bench.mjs")
    python = os.path.join(HERE, "rest_bench.py")
    wanted = {
        RAW: program("rest_raw"),
        "bellpull": program("rest_bench"),
        "libcurl": program("rest_curl"),
        "net/http": [options.go] if options.go else None,
        "node http": [node, script, "http"] if node else None,
        "node fetch": [node, script, "fetch"] if node else None,
    }
    for module in ("aiohttp", "httpx"):
        there = has_module(options.python, module)
        wanted[module] = [options.python, python, module] if there else None
    clients = {}
    for name, command in wanted.items():
        if command is None or not os.path.exists(command[0]):
            print(f"SKIPPED: {name} is not there", file=sys.stderr)
        elif not options.only or options.only in name or name == RAW:
            clients[name] = command
    return clients


def start_server(options, kind):
    server = subprocess.Popen([os.path.join(options.bin, "rest_server"), kind],
                              stdout=subprocess.PIPE, text=True)
    return server, server.stdout.readline().strip()


def run_once(command, name, url, lines, options, body):
    """The wall time and the CPU time of an exchange, in microseconds."""
    count = COUNTS[name] // (50 if options.smoke else 1)
    command = [*command, url, str(lines), str(count)]
    if name != "bellpull":
        command.append(body)
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=CLIENT_SECONDS_MAX, check=False,
        env={**os.environ, "NODE_TLS_REJECT_UNAUTHORIZED": "0",
             "GOMAXPROCS": "1"})
    if done.returncode != 0:
        sys.exit(f"{name} failed: {done.stderr}")
    return tuple(float(each) for each in done.stdout.split())


def measure(options, clients):
    """(kind, lines) -> name -> [(wall, CPU, wall / raw, CPU / raw)]."""
    ours = os.path.join(options.bin, "rest_bench")
    body = subprocess.run([ours, "body"], check=True, stdout=subprocess.PIPE,
                          text=True).stdout.strip()
    servers = {kind: start_server(options, kind) for kind in ("http", "https")}
    found = {cell: {name: [] for name in clients} for cell in CELLS}
    try:
        for _ in range(1 if options.smoke else options.rounds):
            for kind, lines in random.sample(CELLS, len(CELLS)):
                url = f"{kind}://127.0.0.1:{servers[kind][1]}"
                took = {}
                for name in random.sample(list(clients), len(clients)):
                    took[name] = run_once(clients[name], name, url, lines,
                                          options, body)
                raw = took[RAW]
                for name, (wall, cpu) in took.items():
                    found[kind, lines][name].append(
                        (wall, cpu, wall / raw[0], cpu / raw[1]))
        return found
    finally:
        for server, _ in servers.values():
            server.kill()
            server.wait()


def medians(rows):
    return [statistics.median(column) for column in zip(*rows)]


def print_table(found):
    form = "{:<12} {:>12} {:>10} {:>10} {:>10} {:>10}"
    for (kind, lines), clients in found.items():
        print()
        print(form.format(f"{kind} x{lines}", "wall us", "of hand",
                          "CPU us", "of hand", "max"))
        for name, rows in clients.items():
            wall, cpu, more_wall, more_cpu = medians(rows)
            print(form.format(name, text(wall), f"{more_wall:.2f}", text(cpu),
                              f"{more_cpu:.2f}",
                              f"{max(row[3] for row in rows):.2f}"))


def main():
    parser = argparse.ArgumentParser(description="Exchanges, side by side.")
    parser.add_argument("--bin", required=True, help="folder of the programs")
    parser.add_argument("--python", help="one that has the others' packages")
    parser.add_argument("--go", help="rest_go, built")
    parser.add_argument("--only", help="beside the limit, clients named so")
    parser.add_argument("--json", metavar="FILE", help="write figures here")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--smoke", action="store_true",
                        help="tiny counts: does everything run?")
    options = parser.parse_args()
    clients = find_clients(options)
    cpu = pin()
    found = measure(options, clients)
    print(f"one core (CPU {cpu}), client and server; medians of the rounds; "
          "256 B each way")
    print_table(found)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([{"kind": kind, "connections": lines, "client": name,
                        "rounds": rows}
                       for (kind, lines), clients in found.items()
                       for name, rows in clients.items()], file, indent=2)
            file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
