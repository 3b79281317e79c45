#!/usr/bin/env python3
# run.py: what our calls cost beside the same bytes without us.
#
# Servers and clients share one CPU, so a round trip is the work of both sides
# and says nothing about idle cores. Every round runs all configurations in a
# new order; a figure is the median of the rounds.
#
#     run.py --bin DIR [--json FILE] [--rounds N] [--smoke]

import argparse
import json
import os
import random
import statistics
import subprocess
import sys

CLIENT_SECONDS_MAX = 60


class Case:
    """One configuration: how to run it once, and what it gave so far."""

    def __init__(self, name, unit, command, baseline=None):
        self.name = name
        self.unit = unit
        self.command = command
        self.baseline = baseline
        self.values = []

    def entry(self, cases):
        median = statistics.median(self.values)
        base = None
        if self.baseline is not None:
            base = statistics.median(cases[self.baseline].values)
        return {
            "name": self.name,
            "unit": self.unit,
            "median": median,
            "min": min(self.values),
            "max": max(self.values),
            "baseline": base,
            "ratio": None if base is None else round(median / base, 4),
        }


def pin():
    """One CPU for this process and all that it starts."""
    cpu = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cpu})
    return cpu


def start_server(programs, kind):
    server = subprocess.Popen(
        [os.path.join(programs, "echo_server"), kind],
        stdout=subprocess.PIPE, text=True)
    return server, server.stdout.readline().strip()


def run_once(command):
    """The number that a client prints."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          timeout=CLIENT_SECONDS_MAX, check=True)
    return float(done.stdout)


def call_cases(programs, ports, smoke, size):
    """Calls of `size` bytes of payload beside the same bytes by hand."""
    baseline = os.path.join(programs, "baseline")
    call = os.path.join(programs, "call_bench")
    whole = str(int(run_once([call, "bytes", size])))
    trips = "20" if smoke else "5000" if size == "256" else "2000"
    url = f"ws://127.0.0.1:{ports['ws']}/connection/websocket"
    return whole, [
        Case(f"ws.serial.{size}", "us",
             [baseline, "ws", ports["ws"], whole, trips]),
        Case(f"call.serial.{size}", "us", [call, "serial", url, size, trips],
             f"ws.serial.{size}")]


def make_cases(programs, ports, smoke):
    baseline = os.path.join(programs, "baseline")
    call = os.path.join(programs, "call_bench")
    trips = "20" if smoke else "5000"
    many = "2000" if smoke else "300000"
    url = f"ws://127.0.0.1:{ports['ws']}/connection/websocket"
    secure = f"wss://127.0.0.1:{ports['wss']}/connection/websocket"
    size, cases = call_cases(programs, ports, smoke, "256")
    cases[0].baseline = "tcp.serial.256"
    cases.insert(0, Case("tcp.serial.256", "us",
                         [baseline, "tcp", ports["tcp"], size, trips]))
    for longer in ("8192", "65536"):
        cases += call_cases(programs, ports, smoke, longer)[1]
    number = os.path.join(programs, "number_bench")
    rounds = "1" if smoke else "50"
    for way in ("write", "read"):
        cases.append(Case(f"libc.double.{way}", "ns",
                          [number, f"libc-{way}", rounds]))
        cases.append(Case(f"double.{way}", "ns", [number, way, rounds],
                          f"libc.double.{way}"))
    return cases + [
        Case("openssl.serial.256", "us",
             [baseline, "wss", ports["wss"], size, trips]),
        Case("wss.serial.256", "us",
             [call, "serial", secure, "256", trips], "openssl.serial.256"),
        Case("ws.pipelined.256", "1/s",
             [baseline, "pipelined", ports["ws"], size, many]),
        Case("call.pipelined.256", "1/s",
             [call, "pipelined", url, "256", many], "ws.pipelined.256"),
    ], size


def measure(programs, rounds, smoke):
    servers = []
    try:
        ports = {}
        for kind in ("tcp", "ws", "wss"):
            server, ports[kind] = start_server(programs, kind)
            servers.append(server)
        cases, size = make_cases(programs, ports, smoke)
        for _ in range(rounds):
            for case in random.sample(cases, len(cases)):
                case.values.append(run_once(case.command))
        by_name = {case.name: case for case in cases}
        return [case.entry(by_name) for case in cases], size
    finally:
        for server in servers:
            server.kill()
            server.wait()


def measure_codec(programs, smoke):
    """codec_bench measures its own rounds and writes entries like ours."""
    program = os.path.join(programs, "codec_bench")
    command = [program, "--json"] + (["--smoke"] if smoke else [])
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          timeout=CLIENT_SECONDS_MAX, check=True)
    return json.loads(done.stdout)


def text(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 10000 else f"{value:,.2f}"


def print_table(entries, size, cpu, rounds):
    print(f"one core (CPU {cpu}), {rounds} interleaved rounds; a call of "
          f"256 B of payload is a command of {size} B")
    form = "{:<20} {:>5} {:>12} {:>12} {:>12} {:>12} {:>8}"
    print(form.format("name", "unit", "median", "min", "max", "baseline",
                      "ratio"))
    for entry in entries:
        print(form.format(entry["name"], entry["unit"],
                          text(entry["median"]), text(entry["min"]),
                          text(entry["max"]), text(entry["baseline"]),
                          text(entry["ratio"])))
    by_name = {entry["name"]: entry for entry in entries}
    over_tcp = (by_name["call.serial.256"]["median"]
                / by_name["tcp.serial.256"]["median"])
    print(f"call.serial.256 / tcp.serial.256 = {over_tcp:.2f}")


def main():
    parser = argparse.ArgumentParser(description="Benchmarks, side by side.")
    parser.add_argument("--bin", required=True, help="folder of the programs")
    parser.add_argument("--json", metavar="FILE", help="write figures here")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--smoke", action="store_true",
                        help="tiny counts: does everything run?")
    options = parser.parse_args()
    rounds = 1 if options.smoke else options.rounds
    cpu = pin()
    entries, size = measure(options.bin, rounds, options.smoke)
    entries += measure_codec(options.bin, options.smoke)
    print_table(entries, size, cpu, rounds)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(entries, file, indent=2)
            file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
