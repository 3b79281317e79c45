#!/usr/bin/env python3
# count.py: how many instructions our own code takes for fixed work. It knows
# valgrind's callgrind and its output; the rows come from programs.
"""Usage: count.py --bin DIR --counts FILE [--write] [--files] [--json FILE]
                [ROW...]

--write keeps rows that are new, --files says which files a row runs through.
Counts are of instructions executed in functions of runtime/c, generator and
generated: the C library, OpenSSL, libyaml and the programs that drive them are
apart. Exit code 1 where a row is 3% over the one that is kept."""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

LIMIT = 1.03
NOTICE = 1.01
OURS = re.compile(r"(?:^|/)((?:runtime/c|generator|generated|templates)/.*)$")
DRIVERS = re.compile(r"(?:^|/)tests/(?!bench/generated/)")
PROGRAMS = ("count_codec", "count_framing", "count_session", "count_call")
METHODS = 1000
COMMANDS = {
    "generator.check": ["check", "big.yaml"],
    "generator.c": ["generate", "big.yaml", "--output", "out", "--c"],
    "generator.three": ["generate", "big.yaml", "--output", "out", "--c",
                        "--go", "--typescript"],
}


# ---- A schema of a thousand methods ----------------------------------------

def schema():
    """Types of every sort, and a method for each; nothing is random."""
    words = ("task", "agent", "order", "room", "bell", "user", "ticket",
             "report", "session", "stair")
    lines = ["bellpull: 1", "service: big", "version: 1.0.0",
             "doc: A service of a thousand methods.", "", "types:",
             "  State: {enum: [open, done, blocked]}",
             "  Sku: {type: string, pattern: '^[A-Z]{3}-\\d{4}$'}",
             "  Moved: {fields: {from: string, to: string}}",
             "  Gone: {fields: {}}",
             "  Event:", "    union: type", "    fields: {id: int64}",
             "    variants: {moved: Moved, gone: Gone}"]
    for number in range(METHODS // 10):
        name = "%s%d" % (words[number % 10].capitalize(), number)
        lines += [
            "  %s:" % name,
            "    doc: What is known of %s number %d." % (
                words[number % 10], number),
            "    fields:",
            "      id: {type: int64, doc: Its number.}",
            "      title: {type: string, min_length: 1, max_length: 80}",
            "      state: State",
            "      owner: string | null",
            "      sku?: Sku",
            "      note?: {type: string | null, doc: Never longer than it is.}",
            "      size?: {type: int32, min: 1, max: 50, default: 20}",
            "      by_state: map<int64>",
            "      events?: 'Event[]'",
            "      placed_at: datetime"]
    lines += ["", "rpc:"]
    for number in range(METHODS):
        word = words[number // 10 % 10]
        kind = "%s%d" % (word.capitalize(), number // 10)
        lines += [
            "  %ss%d.do_%d:" % (word, number // 10, number % 10),
            "    doc: Does what is to be done with a %s, the way %d." % (
                word, number % 10),
            "    params: {user_id: string, limit?: {type: int32, default: 20}}",
            "    result: %s%s" % (("'%s[]'" % kind) if number % 2 else kind,
                                  ""),
            "    deadline: %ds" % (number % 30 + 1)]
        if number % 3 == 0:
            lines += ["    errors: {404: no such %s}" % word,
                      "    idempotent: true"]
        if number % 10 == 0:
            lines += ["    examples:",
                      "      - params: {user_id: '%d'}" % number,
                      "        error: {code: 404, message: no such %s}" % word
                      if number % 3 == 0 else
                      "        result: {id: 1, title: a, state: open, "
                      "owner: null, by_state: {open: 2}, "
                      "placed_at: '2024-02-29T12:00:00Z'}"]
    return "\n".join(lines) + "\n"


# ---- Counting ----------------------------------------------------------------

def read_costs(path):
    """The instructions of one run by file, those of inlined code by the file
    that it is written in. A line after `calls=` is another function's."""
    costs = collections.Counter()
    names = {}
    file = None
    skip = False
    with open(path, encoding="utf-8") as text:
        for line in text:
            if skip:
                skip = False
                continue
            match = re.match(r"(c?)f[lie]=(\(\d+\)) ?(.*)$", line)
            if match:
                called, number, name = match.groups()
                if name:
                    names[number] = name
                file = file if called else names[number]
            elif line.startswith("calls="):
                skip = True
            elif line[0] in "+-*0123456789":
                costs[file] += int(line.split()[1])
    return costs


def ours(costs):
    """Only what is ours, by its place in the repository."""
    found = collections.Counter()
    for path, cost in costs.items():
        match = OURS.search(path or "")
        if match and not DRIVERS.search(path):
            found[match.group(1)] += cost
    return found


def measure(command, folder, inside):
    out = os.path.join(folder, "callgrind.out")
    measuring = ["valgrind", "--tool=callgrind", "--quiet",
                 "--callgrind-out-file=" + out]
    if inside:
        measuring += ["--collect-atstart=no",
                      "--toggle-collect=count_measured*"]
    done = subprocess.run(
        measuring + command, cwd=folder, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, check=False)
    if done.returncode != 0:
        sys.exit("count: %s ended with %d\n%s"
                 % (" ".join(command), done.returncode, done.stderr))
    counted = ours(read_costs(out))
    if not counted:
        sys.exit("count: nothing of ours in %s" % " ".join(command))
    return counted


def rows_of(programs):
    """Each row's name, its command and whether only a part is counted."""
    for name in PROGRAMS:
        program = os.path.join(programs, "tests/bench", name)
        listed = subprocess.run([program, "list"], stdout=subprocess.PIPE,
                                text=True, check=True)
        for row in listed.stdout.split():
            yield row, [program, row], True
    for row, arguments in COMMANDS.items():
        yield row, [os.path.join(programs, "bellpull")] + arguments, False


def count_row(row):
    """Its instructions by file, in a folder that is gone afterwards."""
    _, command, inside = row
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "big.yaml"), "w",
                  encoding="utf-8") as file:
            file.write(schema())
        return measure(command, folder, inside)


def count(programs, wanted):
    """{row: {file: instructions}}; a count is the same beside others."""
    rows = [row for row in rows_of(programs)
            if not wanted or any(row[0].startswith(each) for each in wanted)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip((row[0] for row in rows), pool.map(count_row, rows)))


# ---- Comparing ---------------------------------------------------------------

def check_kept(kept):
    """What is wrong with the file of counts itself."""
    for row, entry in kept.items():
        if ("was" in entry) != ("reason" in entry):
            yield "%s: `was` and `reason` go together" % row


def compare(counted, kept, whole):
    """Prints each row beside the one that is kept; what is wrong."""
    wrong = list(check_kept(kept))
    for row, files in counted.items():
        total = sum(files.values())
        if row not in kept:
            wrong.append("%s: not in the file of counts" % row)
            continue
        ratio = total / kept[row]["count"]
        mark = "  <-- over 3%" if ratio > LIMIT else (
            "  <-- over 1%" if ratio > NOTICE else "")
        print("%-26s %12d  %+7.2f%%%s"
              % (row, total, (ratio - 1) * 100, mark))
        if ratio > LIMIT:
            wrong.append("%s: %d instructions, %+.2f%% over the %d kept"
                         % (row, total, (ratio - 1) * 100,
                            kept[row]["count"]))
    for row in set(kept) - set(counted) if whole else ():
        wrong.append("%s: kept, but no program counts it" % row)
    return wrong


def write(path, counts, counted):
    """Rows that are new are kept; those that are there stay."""
    for row, files in counted.items():
        counts["rows"].setdefault(row, {"count": sum(files.values())})
    with open(path, "w", encoding="utf-8") as file:
        head = dict(counts)
        rows = head.pop("rows")
        text = json.dumps(head, indent=2)[:-2]
        text += ',\n  "rows": {\n' + ",\n".join(
            '    "%s": %s' % (row, json.dumps(entry))
            for row, entry in rows.items()) + "\n  }\n}\n"
        file.write(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--counts", required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--files", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("rows", nargs="*")
    options = parser.parse_args()
    with open(options.counts, encoding="utf-8") as file:
        counts = json.load(file)
    counted = count(os.path.abspath(options.bin), options.rows)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(counted, file, indent=1)
    if options.write:
        write(options.counts, counts, counted)
        return 0
    if options.files:
        for row, files in counted.items():
            print(row)
            for name, cost in files.most_common():
                print("  %12d %s" % (cost, name))
    wrong = compare(counted, counts["rows"], not options.rows)
    for each in wrong:
        print("wrong: " + each)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
