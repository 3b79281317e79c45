#!/usr/bin/env python3
# example.py: a program of examples/ that shows ARCP, against a real server. It
# knows no language: the program's words are compared with what it prints in all
# of them.
"""Usage: example.py [--no-sockets] PROGRAM...

Starts an ARCP and a place where an agent listens, and runs the program with
their urls. Without sockets, nothing is wanted of what comes unasked. Exit code
77 where there is no ARCP.
"""

import os
import re
import subprocess
import sys

import agent
import live
import server

HERE = os.path.dirname(os.path.abspath(__file__))
AGENT = "my-testing-agent"


def plain(said):
    """Without what differs from run to run."""
    said = re.sub(r"similarity [0-9.]+", "similarity N", said)
    return re.sub(r"127.0.0.1:[0-9]+", "127.0.0.1:PORT", said)


def main():
    program = server.find(live.ROOT)
    if program is None:
        print("SKIPPED: no ARCP; scripts/setup.sh --arcp installs one")
        sys.exit(77)
    words = sys.argv[1:]
    sockets = words[0] != "--no-sockets"
    running = server.Server(program)
    try:
        ended = subprocess.run(
            words[not sockets:] + [running.url, agent.listen(AGENT)],
            timeout=600,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        running.stop()
    with open(os.path.join(HERE, "example.txt")) as file:
        wanted = "".join(line for line in file
                         if sockets or not line.startswith("socket"))
    said = plain(ended.stdout)
    if ended.returncode != 0 or said != wanted or ended.stderr != "":
        sys.exit("exit code %d, errors %s, said:\n%s\nwanted was:\n%s" %
                 (ended.returncode, ended.stderr or "none", said, wanted))


if __name__ == "__main__":
    main()
