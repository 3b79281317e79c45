#!/usr/bin/env python3
# code.py: compiles the C that documents show.
#
# Each block fenced as ```c is a fragment. Its #include lines and its functions
# (from a line in the first column that ends without a semicolon, to a brace in
# the first column) stand in a file of their own; what is left stands inside of
# a function, where the names below are known. A message tells the document's
# own line.
#
#   code.py COMPILER INCLUDE-FOLDER... -- DOCUMENT...

import re
import subprocess
import sys
import tempfile

# What a guide leaves out: the program around its fragments.
AROUND = """#include <inttypes.h>
#include <stdio.h>
#include <tasks.h>
struct program { uint64_t request; };
struct histogram { double values[8]; };
struct counters { uint64_t ended[16]; struct histogram latency; };
void fetch_token_in_background(struct program *program);
void histogram_add(struct histogram *histogram, double value);
void on_stats(void *context, bell_status status,
              const tasks_task_stats_result *result, const bell_error *error);
void on_touched(void *context, bell_status status, const bell_error *error);
"""
KNOWN = """int shown(const char *url, const char *token, const char *user,
          bell_client *client, bell_error error, bell_call call, void *context,
          struct program *program, bell_loop *loop,
          tasks_task_stats_params params, tasks_task_stats_result *stats);
int shown(const char *url, const char *token, const char *user,
          bell_client *client, bell_error error, bell_call call, void *context,
          struct program *program, bell_loop *loop,
          tasks_task_stats_params params, tasks_task_stats_result *stats)
{{
"""
FLAGS = ["-std=c11", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
         "-Wno-unused", "-Wno-unused-parameter"]


def blocks(text):
    """The C of a document, as lists of (line number, line)."""
    inside = None
    for number, line in enumerate(text.splitlines(), 1):
        if inside is None and line == "```c":
            inside = []
        elif inside is not None and line == "```":
            yield inside
            inside = None
        elif inside is not None:
            inside.append((number, line))


def begins_function(lines, at):
    line = lines[at][1]
    return (re.match(r"[a-z]", line) and not line.endswith(";")
            and "(" in line and " = " not in line
            and any(later == "{" for _, later in lines[at + 1:at + 4]))


def sort_lines(lines):
    """What stands at the top of the file, and what inside of a function."""
    top, body, at = [], [], 0
    while at < len(lines):
        if lines[at][1].startswith("#"):
            top.append(lines[at])
        elif begins_function(lines, at):
            while lines[at][1] != "}":
                top.append(lines[at])
                at += 1
            top.append(lines[at])
        else:
            body.append(lines[at])
        at += 1
    return top, body


def placed(lines, name):
    return "".join('#line %d "%s"\n%s\n' % (number, name, line)
                   for number, line in lines)


def compile_block(compiler, folders, lines, name):
    top, body = sort_lines(lines)
    text = (AROUND + placed(top, name) + KNOWN + placed(body, name)
            + "}\nreturn 0;\n}\n")
    done = subprocess.run(
        [compiler, *FLAGS, *("-I" + folder for folder in folders), "-xc", "-"],
        input=text, capture_output=True, text=True)
    return done.stderr if done.returncode != 0 else None


def check(compiler, folders, path):
    count, wrong = 0, []
    for lines in blocks(open(path, encoding="utf-8").read()):
        count += 1
        said = compile_block(compiler, folders, lines, path)
        if said is not None:
            wrong.append(said)
    return count, wrong


def prove_that_it_can_fail(compiler, folders):
    """A wrong block is told, with its line."""
    with tempfile.NamedTemporaryFile("w", suffix=".md") as document:
        document.write("text\n\n```c\nbell_client *made = NULL;\n"
                       "tasks_get_stats(made);\n```\n")
        document.flush()
        count, wrong = check(compiler, folders, document.name)
        return count == 1 and wrong and document.name + ":5:" in wrong[0]


def main():
    compiler, *words = sys.argv[1:]
    middle = words.index("--")
    folders, documents = words[:middle], words[middle + 1:]
    failed = not prove_that_it_can_fail(compiler, folders)
    if failed:
        print("a wrong block was not told")
    for path in documents:
        count, wrong = check(compiler, folders, path)
        print("%s: %d blocks, %d wrong" % (path, count, len(wrong)))
        print("".join(wrong), end="")
        failed = failed or wrong or count == 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
