#!/usr/bin/env python3
# console.py: what a page says that the program prints is what it prints.
#
#   console.py BELLPULL PAGE [NAME=PATH]...
#
# In an empty folder with copies of what is named, in the page's order: a
# block ```text PATH is written to that file; in a block ```console each line
# behind `$ ` is run by a shell, and the lines below it are what it must print,
# errors too. A line `...` stands for any lines.

import os
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


def commands(text):
    """Pairs of a command and the lines that it prints."""
    found = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def matches(want, got):
    pattern = ""
    for line in want:
        pattern += r"(?:.*\n)*?" if line == "..." else re.escape(line) + "\n"
    return re.fullmatch(pattern, got) is not None


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def run(shell, command):
    """The shell goes on from command to command, as a reader's does."""
    shell.stdin.write(f"{{ {command}; }} 2>&1 </dev/null; code=$?; echo; "
                      "echo =done; (exit $code)\n")
    shell.stdin.flush()
    got = []
    for line in shell.stdout:
        if line == "=done\n":
            break
        got.append(line)
    text = "".join(got)
    return text[:-1] if text.endswith("\n") else text


def copy(source, target):
    if os.path.isdir(source):
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)


def main(bellpull, page, *copies):
    failed = 0
    count = 0
    with open(page, encoding="utf-8") as file:
        blocks = BLOCK.findall(file.read())
    with tempfile.TemporaryDirectory() as scratch:
        for each in copies:
            name, _, source = each.partition("=")
            copy(source, os.path.join(scratch, name))
        environment = dict(os.environ, NO_COLOR="1", PATH=os.path.dirname(
            os.path.abspath(bellpull)) + os.pathsep + os.environ["PATH"])
        with subprocess.Popen(["sh"], cwd=scratch, env=environment, text=True,
                              stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as shell:
            for kind, path, text in blocks:
                if kind == "text" and path:
                    write(os.path.join(scratch, path), text)
                for command, want in (commands(text) if kind == "console"
                                      else []):
                    got = run(shell, command)
                    count += 1
                    if not matches(want, got):
                        failed += 1
                        print(f"$ {command}\n--- want\n" + "\n".join(want) +
                              f"\n--- got\n{got}")
            shell.stdin.close()
    print(f"{count} commands, {failed} failed")
    return 1 if failed or count == 0 else 0


sys.exit(main(*sys.argv[1:]))
