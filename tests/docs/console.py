#!/usr/bin/env python3
# console.py: what a page tells a reader to type works, and prints what the
# page says.
#
#   console.py [--bare] ROOT BUILD PAGE [NAME=PATH]...
#
# A reader's machine: a folder `bellpull`, which is the checkout, its
# `build/demo` what a demonstration left there; and beside it an empty folder
# to work in, with copies of what is named. The paths of `build/demo/env.sh`
# are set, but with --bare, where the page has to do it.
#
# In the page's order: a block ```KIND PATH is written to that file. In a block
# ```sh each command must end with 0. In a block ```console each line behind
# `$ ` is run, and the lines below it are what it must print, errors too. One
# shell goes through the page. A line `...` stands for any lines, `...` in a
# line for any text, milliseconds for any. What ends in ` &` goes on beside the
# rest. Ports are free ones. `<!-- elsewhere: WHY -->` before a block leaves
# that one out.

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

BLOCK = re.compile(r"^(?:<!-- elsewhere: ([^\n]+) -->\n\n?)?"
                   r"```(\w*)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
PORT = re.compile(r"\b(800[0-3])\b")
# What stands in a block of no kind is not to be typed.
TYPED = re.compile(r"(?:\$ )?(?:bellpull|cc|cmake|npm|npx|node|go|scripts/\S+|"
                   r"\. )\s")
MILLISECONDS = r" *\d+\.\d{3} ms"
ANY = re.compile(f"({MILLISECONDS}|\\.\\.\\.)")
PATIENCE = 120


def join_lines(lines):
    """Commands over several lines are one."""
    joined = []
    for line in lines:
        if joined and joined[-1].endswith("\\"):
            joined[-1] += "\n" + line
        else:
            joined.append(line)
    return joined


def commands(kind, text):
    """Pairs of a command and the lines that it prints; None: whatever."""
    if kind == "sh":
        return [(line, None) for line in join_lines(text.splitlines())
                if line and not line.startswith("#")]
    found = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], []])
        elif found[-1][0].endswith("\\"):
            found[-1][0] += "\n" + line
        else:
            found[-1][1].append(line)
    return found


def pattern(want):
    text = ""
    for line in want:
        if line == "...":
            text += r"(?:.*\n)*?"
            continue
        for piece in ANY.split(line):
            text += (".*" if piece == "..." else
                     MILLISECONDS if ANY.fullmatch(piece) else
                     re.escape(piece))
        text += "\n"
    return text


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])


class Shell:
    """It goes on from command to command, as a reader's does."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.beside = 0
        self.process = subprocess.Popen(
            ["bash", "--norc"], cwd=folder, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, start_new_session=True)

    def run(self, command, want):
        """Whether it ended with 0, and what it printed."""
        if command.endswith(" &"):
            return self.run_beside(command[:-2], want)
        self.process.stdin.write(f"{{ {command}\n}} 2>&1 </dev/null; code=$?; "
                                 "echo; echo =done $code; (exit $code)\n")
        self.process.stdin.flush()
        got, code = [], None
        for line in self.process.stdout:
            if line.startswith("=done "):
                code = int(line.split()[1])
                break
            got.append(line)
        text = "".join(got)
        return code == 0, text[:-1] if text.endswith("\n") else text

    def run_beside(self, command, want):
        """Waits until it has printed what is wanted."""
        self.beside += 1
        out = os.path.join(os.path.dirname(self.folder), f"out{self.beside}")
        self.process.stdin.write(f"{{ {command}\n}} >{shlex.quote(out)} 2>&1 "
                                 "</dev/null &\n")
        self.process.stdin.flush()
        until, got = time.monotonic() + PATIENCE, ""
        while time.monotonic() < until:
            if os.path.exists(out):
                with open(out, encoding="utf-8") as file:
                    got = file.read()
            # A server that prints nothing of interest is up when it speaks.
            if (re.fullmatch(pattern(want), got) if want else got):
                return True, got
            time.sleep(0.05)
        return False, got

    def close(self):
        """With all that still runs beside it: they are one group."""
        self.process.stdin.close()
        for end in (signal.SIGTERM, signal.SIGKILL):
            until = time.monotonic() + 5
            while self.is_there(end) and time.monotonic() < until:
                time.sleep(0.05)
        self.process.stdout.close()

    def is_there(self, end):
        """Asks the group to end; whether somebody of it was there."""
        self.process.poll()
        try:
            os.killpg(self.process.pid, end)
        except ProcessLookupError:
            return False
        return True


def copy(source, target):
    if os.path.isdir(source):
        shutil.copytree(source, target,
                        ignore=shutil.ignore_patterns("node_modules", "build"))
    else:
        shutil.copy(source, target)


def make_machine(scratch, root, build, copies):
    """The two folders; the environment of a shell that has read env.sh."""
    checkout, mine = (os.path.join(scratch, name)
                      for name in ("bellpull", "mine"))
    os.mkdir(checkout)
    os.mkdir(mine)
    for name in os.listdir(root):
        if name not in ("build", ".git"):
            os.symlink(os.path.join(root, name), os.path.join(checkout, name))
    prefix = os.path.join(checkout, "build", "demo")
    subprocess.run(["cmake", "--install", build, "--prefix", prefix],
                   check=True, stdout=subprocess.DEVNULL)
    script = subprocess.run([os.path.join(root, "scripts", "env.sh"), prefix],
                            check=True, capture_output=True, text=True).stdout
    with open(os.path.join(prefix, "env.sh"), "w", encoding="utf-8") as file:
        file.write(script)
    for each in copies:
        name, _, source = each.partition("=")
        copy(source, os.path.join(mine, name))
    return mine, script


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def follow(page, shell):
    """Counts commands and those that failed."""
    with open(page, encoding="utf-8") as file:
        text = file.read()
    ports = {port: free_port() for port in sorted(set(PORT.findall(text)))}
    count = failed = 0
    for elsewhere, kind, path, block in BLOCK.findall(text):
        if kind == "" and TYPED.match(block):
            print("a block is to be typed but is neither sh nor console:\n" +
                  block)
            failed += 1
        block = PORT.sub(lambda port: ports[port.group()], block)
        if elsewhere or kind not in ("sh", "console"):
            if path:
                write(os.path.join(shell.folder, path), block)
            continue
        for command, want in commands(kind, block):
            count += 1
            good, got = shell.run(command, want)
            if not (good if want is None else
                    re.fullmatch(pattern(want), got)):
                failed += 1
                print(f"$ {command}\n--- want\n" +
                      "\n".join(want or ["(that it ends with 0)"]) +
                      f"\n--- got\n{got}")
    return count, failed


def main(words):
    bare = words[:1] == ["--bare"]
    root, build, page, *copies = words[bare:]
    with tempfile.TemporaryDirectory() as scratch:
        mine, script = make_machine(scratch, os.path.abspath(root),
                                    os.path.abspath(build), copies)
        environment = dict(os.environ, NO_COLOR="1")
        for name in [name for name in environment
                     if name.startswith(("CENTRIFUGO_", "BELL"))]:
            del environment[name]
        shell = Shell(mine, environment)
        if not bare:
            shell.run(script, None)
        try:
            count, failed = follow(page, shell)
        finally:
            shell.close()
    print(f"{page}: {count} commands, {failed} failed")
    return 1 if failed or count == 0 else 0


sys.exit(main(sys.argv[1:]))
