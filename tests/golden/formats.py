#!/usr/bin/env python3
# formats.py: `check --format json` and `--format sarif` tell of every bad
# golden what the text does, in documents that are what their names say.
#
#   formats.py BELLPULL BAD-FOLDER

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

SHOWN_MAX = 20
SAID = re.compile(r"^(?P<file>\S.*?)(?::(?P<line>\d+):(?P<column>\d+))?: "
                  r"error\[(?P<code>E\d+)\]: (?P<rest>.*)$", re.M)


def run(bellpull, case, arguments):
    done = subprocess.run([bellpull, *arguments], cwd=case, timeout=60,
                          stdin=subprocess.DEVNULL, capture_output=True)
    return done.returncode, done.stdout, done.stderr


def told(text):
    """(file, line, column, code, path and message) of each error."""
    found = []
    for match in SAID.finditer(text):
        found.append((match["file"], int(match["line"] or 0),
                      int(match["column"] or 0), match["code"],
                      match["rest"]))
    return found


def of_json(document):
    return [(error["file"], error.get("line", 0), error.get("column", 0),
             error["code"],
             (error["path"] + ": " if error["path"] else "") +
             error["message"]) for error in document["errors"]]


def of_sarif(document):
    assert document["version"] == "2.1.0" and "$schema" in document
    only, = document["runs"]
    rules = only["tool"]["driver"]["rules"]
    assert only["tool"]["driver"]["name"] == "bellpull"
    assert len({rule["id"] for rule in rules}) == len(rules)
    found = []
    for result in only["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == "error"
        location, = result["locations"]
        physical = location["physicalLocation"]
        region = physical.get("region", {})
        path = location.get("logicalLocations", [{}])[0].get(
            "fullyQualifiedName", "")
        for related in result.get("relatedLocations", []):
            assert related["message"]["text"]
            assert related["physicalLocation"]["artifactLocation"]["uri"]
        found.append((unquote(physical["artifactLocation"]["uri"]),
                      region.get("startLine", 0), region.get("startColumn", 0),
                      result["ruleId"], (path + ": " if path else "") +
                      result["message"]["text"]))
    return found


def plain(text):
    """Without what the text form shows as dots."""
    return re.sub(r"[^\x20-\x7e]|\.", "", text)


def same(want, got):
    return len(want) == len(got) and all(
        one[1:4] == two[1:4] and plain(one[0]) == plain(two[0]) and
        plain(one[4]) == plain(two[4]) for one, two in zip(want, got))


def main():
    bellpull, folder = os.path.abspath(sys.argv[1]), Path(sys.argv[2])
    cases, failed = 0, 0
    for case in sorted(folder.iterdir()):
        command = case / "command"
        words = command.read_text().split() if command.exists() else [
            "check", *sorted(path.name for path in case.glob("schema.*"))]
        if words[0] != "check" or "--format" in words:
            continue
        code, _, text = run(bellpull, case, words)
        want = told(text.decode("utf-8", "replace"))
        if code != 1:
            continue
        cases += 1
        for kind, read in (("json", of_json), ("sarif", of_sarif)):
            got_code, out, err = run(bellpull, case,
                                     [*words, "--format", kind])
            document = json.loads(out.decode("utf-8"))
            got = read(document)
            if kind == "json":
                assert document["count"] >= len(got)
            if got_code != code or err or not same(want,
                                                   got[:SHOWN_MAX]):
                failed += 1
                print(f"{case.name}: {kind} tells {got}, the text {want}")
    print(f"{cases} cases, {failed} failed")
    return 1 if failed or cases < 100 else 0


sys.exit(main())
