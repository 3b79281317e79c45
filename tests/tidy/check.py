#!/usr/bin/env python3
# check.py: the house rules, read from the text of the files. It knows no
# compiler: what a room is comes from rooms.txt, what is exempt from the
# tables below and from reasons.txt.
"""Usage: check.py [ROOT]. Prints `file:line: what is wrong`; exit code 1
where there is anything, else 0."""

import os
import re
import sys

from circles import check_circles
from kinds import check_kinds
from meanings import check_meanings
from source import c_functions, without_comments_and_texts

COLUMNS_MAX = 80
FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70

NOT_OURS = {".git", "build", ".cache", "__pycache__", "node_modules",
            "dist"}

# Text that is somebody's input or somebody's output: kept as it came.
DATA = ("tests/golden/", "tests/conformance/", "tests/fuzz/",
        "tests/live/frames/")
GENERATED = ("generated/", "tests/golden/good/", "docs/errors.md")

CODE = (".c", ".h", ".cmake", ".sh", ".py", "CMakeLists.txt")
SIZED = CODE + (".go", ".ts", ".tmpl")

# A text in quotes, or a pattern of TypeScript: neither has a fold.
LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|\'(?:\\.|[^\'\\])*\''
                     r"|(?<![\w)*/] )(?<![\w)*/])/(?![/*])(?:\\.|[^/\\])+/")
TABS_WELCOME = ("go.mod", "go.sum", ".go", "Makefile", ".tmpl")
BINARY = (".png", ".gif", ".jpg", ".ico", ".gz", ".bin")

BANNED = {
    "": "strcpy strcat sprintf vsprintf atoi atol atoll atof strtok gets",
    # The call path: locale, allocation and formatting have no place here.
    "runtime/c/json/": "strtod strtof snprintf malloc calloc realloc free",
    "runtime/c/record/": "strtod strtof snprintf malloc calloc realloc free",
    "runtime/c/core/": "strtod snprintf malloc calloc realloc free",
    "runtime/c/protocol/": "strtod malloc calloc realloc free",
    "runtime/c/loop/": "strtod malloc calloc realloc free",
    "runtime/c/transport/": "strtod malloc calloc realloc free",
    "runtime/c/client/": "strtod malloc calloc realloc free",
    "runtime/c/seam/": "strtod snprintf malloc calloc realloc free",
}

# Spelled in two halves so that this file keeps its own rule.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
MACHINE = re.compile(r"(?<![\w.*])/(?:work|root|home|Users)/\w|/tmp/\w")
CONFLICT = re.compile(r"(<{7}|>{7}) ")  # what a merge that failed leaves
REGISTRY = re.compile(
    r"\b(proxy\.golang|sum\.golang|registry\.npmjs|deb\.debian|"
    r"security\.debian|pypi|files\.pythonhosted)\.(?:org|com)\b")


def is_mostly_literal(line):
    """Is more than half of this line inside of literals, or a url? Where code
    is around them, the code is folded; a text is not cut in two."""
    texts = sum(len(match.group(0)) for match in LITERAL.finditer(line))
    return (2 * texts > len(line)
            or "://" in line and " " not in line.strip("\t */"))


class House:
    """A tree of files, the rules for it, and what was found wrong."""

    def __init__(self, root):
        self.root = root
        self.findings = []
        self.rooms = {}
        self.libraries = {}
        self.reasons = {}
        self.included = set()
        self.files = sorted(self.walk())
        self.known = set(self.files)

    def walk(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = [each for each in folders if each not in NOT_OURS]
            for name in set(names) - NOT_OURS:
                path = os.path.relpath(os.path.join(folder, name), self.root)
                if not path.endswith(BINARY):
                    yield path.replace(os.sep, "/")

    def say(self, path, line, what):
        self.findings.append("%s:%d: %s" % (path, line, what))

    def read(self, path):
        """The file's text, or None where it is not UTF-8 (a finding)."""
        with open(os.path.join(self.root, path), "rb") as file:
            data = file.read()
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            self.say(path, 1, "not UTF-8")
            return None

    # ---- What rooms.txt and reasons.txt say ------------------------------

    def read_rooms(self, path="tests/tidy/rooms.txt"):
        for number, line in self.lines(path):
            match = re.match(r"(<?[\w./]+>?):\s*(.*)$", line)
            if match is None:
                self.say(path, number, "not `room: rooms`")
                continue
            table = self.libraries if line[0] == "<" else self.rooms
            table[match.group(1)] = match.group(2).split()
        for room, allowed in self.rooms.items():
            for each in allowed:
                if each != "*" and each not in self.rooms:
                    self.say(path, 1, "%s: no such room: %s" % (room, each))

    def read_reasons(self, path="tests/tidy/reasons.txt"):
        for number, line in self.lines(path):
            place, colon, reason = line.partition(": ")
            if not colon or len(reason.split()) < 3:
                self.say(path, number, "not `path [function]: reason`")
                continue
            self.reasons[place] = False

    def lines(self, path):
        text = self.read(path) if path in self.known else ""
        for number, line in enumerate((text or "").splitlines(), 1):
            line = line.partition("#")[0].rstrip()
            if line:
                yield number, line

    def has_reason(self, place):
        if place not in self.reasons:
            return False
        self.reasons[place] = True
        return True

    def room_of(self, path):
        rooms = [room for room in self.rooms if path.startswith(room + "/")]
        return max(rooms, key=len) if rooms else None

    # ---- Rules of any text ------------------------------------------------

    def check_text(self, path, text):
        if text and not text.endswith("\n"):
            self.say(path, text.count("\n") + 1, "no newline at the end")
        if text.endswith("\n\n"):
            self.say(path, text.count("\n"), "empty line at the end")
        fenced = False  # what a program printed is shown as it came
        for number, line in enumerate(text.split("\n"), 1):
            self.check_line(path, number, line)
            if path.endswith(".md") and line.startswith("```"):
                fenced = not fenced
            if (len(line) > COLUMNS_MAX and not fenced
                    and self.is_narrow(path, line)):
                self.say(path, number, "%d columns, %d at most"
                         % (len(line), COLUMNS_MAX))

    def check_line(self, path, number, line):
        if "\t" in line and not path.endswith(TABS_WELCOME):
            self.say(path, number, "tab")
        if line != line.rstrip():
            self.say(path, number, "space at the end of a line")
        if UNFINISHED.search(line):
            self.say(path, number, "unfinished: do it or drop it")
        if CONFLICT.match(line):
            self.say(path, number, "mark of a conflict")
        if MACHINE.search(line):
            self.say(path, number, "path of one machine")
        if REGISTRY.search(line):
            self.say(path, number, "name of a registry's host")

    @staticmethod
    def is_narrow(path, line):
        if path.startswith(GENERATED):
            return False
        if path.endswith(".md"):  # a table's row or a link has no fold
            return not line.startswith("|") and "://" not in line
        if path.endswith(".tmpl"):  # what is no directive is a line of output
            return line.startswith("%%")
        if path.endswith((".go", ".ts")):
            return not is_mostly_literal(line)
        return path.endswith(CODE)

    def check_first_sentence(self, path, text):
        name = path.rpartition("/")[2]
        if path.endswith((".c", ".h", ".ts")):
            good = text.startswith("/* %s: " % name)
        elif path.endswith((".sh", ".py")):
            good = re.match(r"(#!.*\n)?# %s: " % re.escape(name), text)
        elif path.endswith(".go"):  # or the package's own, as godoc wants it
            good = re.match(r"(//go:build .*\n\n)?// (%s:|Package \w+) "
                            % re.escape(name), text)
        elif path.endswith(".tmpl"):
            good = text.startswith("%%%% # %s: " % name)
        else:
            return
        if not good:
            self.say(path, 1, "the first line does not say what %s is" % name)

    def check_size(self, path, text):
        count = text.count("\n")
        if count > FILE_LINES_MAX and not self.has_reason(path):
            self.say(path, 1, "%d lines, %d at most; see reasons.txt"
                     % (count, FILE_LINES_MAX))

    # ---- Rules of C -------------------------------------------------------

    def check_c(self, path, text):
        self.check_includes(path, text)
        code = without_comments_and_texts(text)
        for prefix, names in BANNED.items():
            if path.startswith(prefix):
                self.check_banned(path, code, names)
        if path.startswith("runtime/c/"):
            self.check_formats(path, text)
        self.check_functions(path, code)

    def check_formats(self, path, text):
        """A number with a point has a comma in some locales."""
        for number, line in enumerate(text.split("\n"), 1):
            for literal in re.findall(r'"(?:\\.|[^"\\])*"', line):
                if re.search(r"%[-+ 0#]*[0-9]*(f|\.[0-9]+[feg])", literal):
                    self.say(path, number, "its format has a locale's point")

    def check_banned(self, path, code, names):
        pattern = re.compile(r"(?<![\w.>])(%s)\s*\(" % "|".join(names.split()))
        for number, line in enumerate(code.split("\n"), 1):
            for match in pattern.finditer(line):
                name = match.group(1)
                if not self.has_reason("%s %s()" % (path, name)):
                    self.say(path, number, "%s() is banned here" % name)

    def check_functions(self, path, code):
        for name, _, begin, end in c_functions(code):
            self.check_function(path, name, begin, end)

    def check_function(self, path, name, begin, end):
        count = end - begin - 1
        if (count > FUNCTION_LINES_MAX
                and not self.has_reason("%s %s" % (path, name))):
            self.say(path, begin + 1, "%s() has %d lines, %d at most; see "
                     "reasons.txt" % (name, count, FUNCTION_LINES_MAX))

    def check_includes(self, path, text):
        room = self.room_of(path)
        if room is None:
            self.say(path, 1, "in no room of tests/tidy/rooms.txt")
            return
        pattern = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)
        for match in pattern.finditer(text):
            number = text.count("\n", 0, match.start()) + 1
            self.check_include(path, number, room, match.group(1),
                               match.group(2))

    def check_include(self, path, number, room, mark, name):
        if name.startswith("/"):
            self.say(path, number, "include by an absolute path: " + name)
            return
        target = self.find_include(path, name)
        if target is not None:
            self.included.add(target)
            self.check_room(path, number, room, target)
        elif mark == '"':
            self.say(path, number, "not in this repository: " + name)
        else:
            self.check_library(path, number, room, name)

    def find_include(self, path, name):
        own = path.rpartition("/")[0]
        places = [own, "runtime/c", "runtime/c/include", "tests/unit", "tests"]
        if not path.startswith("runtime/"):
            places.insert(1, "generator")
            places += ["generated/c/tasks"]
        for place in places:
            target = os.path.normpath(place + "/" + name).replace(os.sep, "/")
            if target in self.known:
                return target
        return None

    def check_room(self, path, number, room, target):
        other = self.room_of(target)
        allowed = self.rooms[room]
        if other != room and "*" not in allowed and other not in allowed:
            self.say(path, number, "%s may not include %s (%s)"
                     % (room, other, target))

    def check_library(self, path, number, room, name):
        for prefix, rooms in self.libraries.items():
            if ("<" + name + ">").startswith(prefix) and room not in rooms:
                self.say(path, number, "%s may not include <%s>"
                         % (room, name))

    def check_unused(self):
        for path in self.files:
            if (path.startswith(("runtime/c/", "generator/"))
                    and path.endswith(".h")
                    and path not in self.included):
                self.say(path, 1, "nobody includes this")

    # ---- All of it --------------------------------------------------------

    def check(self):
        self.read_rooms()
        self.read_reasons()
        for path in self.files:
            if path.startswith(DATA) and not path.endswith(CODE):
                continue
            text = self.read(path)
            if text is not None:
                self.check_file(path, text)
        self.check_unused()
        check_circles(self)
        check_kinds(self)
        check_meanings(self)
        for place, used in self.reasons.items():
            if not used:
                self.say("tests/tidy/reasons.txt", 1,
                         "not needed any more: " + place)
        return self.findings

    def check_file(self, path, text):
        self.check_text(path, text)
        if path.endswith((".c", ".h")):
            self.check_c(path, text)
        if not path.startswith(GENERATED):
            self.check_first_sentence(path, text)
            if path.endswith(SIZED):
                self.check_size(path, text)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "..")
    house = House(os.path.abspath(root))
    findings = house.check()
    for finding in findings:
        print(finding)
    print("%d files, %d findings" % (len(house.files), len(findings)))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
