#!/usr/bin/env python3
# circles.py: which files need each other in a circle, by includes, imports and
# calls, all read from the text; and who calls upward. What a circle is for,
# where it is right, stands in circles.txt.
"""Usage: circles.py [ROOT]. Prints every circle and what closes it."""

import os
import re
import sys

from source import (c_functions, go_code, go_functions, names_in,
                    without_comments_and_texts)

C_ROOMS = ("runtime/c/", "generator/")
GO_ROOMS = ("runtime/go/",)
TYPESCRIPT_ROOMS = ("runtime/typescript/src/",)
IMPORT = re.compile(r"""^(?:import|export)\b[^;"']*["'](\.[^"']+)["']""", re.M)
PUBLIC = re.compile(r"bell_(?!_)")


class Edges:
    """Who needs whom, and by which names."""

    def __init__(self):
        self.by = {}

    def add(self, one, other, name):
        if one != other:
            needed = self.by.setdefault(one, {})
            needed.setdefault(other, set()).add(name)

    def circles(self):
        """Each largest set of files that all reach each other (Tarjan)."""
        order, low, stack, found = {}, {}, [], []

        def visit(one):
            order[one] = low[one] = len(order)
            stack.append(one)
            for other in sorted(self.by.get(one, ())):
                if other not in order:
                    visit(other)
                if other in stack:
                    low[one] = min(low[one], low[other])
            if low[one] == order[one]:
                circle = set()
                while one not in circle:
                    circle.add(stack.pop())
                if len(circle) > 1:
                    found.append(frozenset(circle))
        for one in sorted(self.by):
            if one not in order:
                visit(one)
        return sorted(found, key=sorted)

    def inside(self, circle):
        """What closes a circle: (file, other file, names)."""
        for one in sorted(circle):
            for other in sorted(circle & set(self.by.get(one, ()))):
                yield one, other, sorted(self.by[one][other])


def stem(path):
    """A header and its source are one thing."""
    return path.rpartition(".")[0]


def include_edges(files, find):
    """Headers by their includes; find(path, name) is the file or None."""
    edges = Edges()
    pattern = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.M)
    for path, text in files.items():
        for match in pattern.finditer(text):
            target = find(path, match.group(1))
            if target in files:
                edges.add(path, target, match.group(1))
    return edges


class Calls:
    """The functions of C files that have a name outside of their own file, and
    who names them: calls them, or puts them into a table."""

    def __init__(self, files):
        self.defined = {}
        self.uses = []  # (file, line, name)
        own = {}
        codes = {path: without_comments_and_texts(text)
                 for path, text in files.items()}
        for path, code in codes.items():
            own[path] = set()
            for name, static, _, _ in c_functions(code):
                if static and path.endswith(".c"):
                    own[path].add(name)
                else:
                    self.defined[name] = path
        for path, code in codes.items():
            for number, line in self.code_lines(path, code):
                for name in names_in(line) - own[path]:
                    target = self.defined.get(name)
                    if target is not None and stem(target) != stem(path):
                        self.uses.append((path, number, name))

    @staticmethod
    def code_lines(path, code):
        """A header promises outside of functions, and uses inside alone."""
        lines = code.split("\n")
        if path.endswith(".c"):
            return list(enumerate(lines, 1))
        return [(number + 1, lines[number])
                for _, _, begin, end in c_functions(code)
                for number in range(begin, end)]

    def edges(self):
        edges = Edges()
        for path, _, name in self.uses:
            edges.add(stem(path), stem(self.defined[name]), name)
        return edges


def go_edges(files):
    """Files of a Go package by the functions that they call."""
    edges = Edges()
    codes = {path: go_code(text) for path, text in files.items()}
    defined = {}
    for path, code in codes.items():
        for match in re.finditer(r"^func (\w+)[\[(]", code, re.M):
            defined[os.path.dirname(path), match.group(1)] = path
    for path, code in codes.items():
        for name in names_in(code):
            target = defined.get((os.path.dirname(path), name))
            if target is not None:
                edges.add(path, target, name)
    return edges


def import_edges(files):
    """TypeScript's modules by their imports, those of types too."""
    edges = Edges()
    for path, text in files.items():
        for name in IMPORT.findall(text):
            target = os.path.normpath(
                os.path.join(os.path.dirname(path), name))
            target = re.sub(r"\.js$", ".ts", target.replace(os.sep, "/"))
            if target in files:
                edges.add(path, target, name)
    return edges


class Reasons:
    """circles.txt: `FOLDER: NAME NAME: reason`."""

    def __init__(self, house, path="tests/tidy/circles.txt"):
        self.path = path
        self.said = {}  # the line of each circle
        self.used = set()
        for number, line in house.lines(path):
            match = re.match(r"([\w./]+): ([\w./ ]+): (.*)$", line)
            if match is None or len(match.group(3).split()) < 3:
                house.say(path, number, "not `folder: name name: reason`")
                continue
            names = (match.group(1) + "/" + name
                     for name in match.group(2).split())
            self.said[frozenset(names)] = number

    def has(self, circle):
        if circle not in self.said:
            return False
        self.used.add(circle)
        return True

    def unused(self):
        return [number for names, number in self.said.items()
                if names not in self.used]


def text_of(house, rooms, ends):
    return {path: house.read(path) or "" for path in house.files
            if path.startswith(rooms) and path.endswith(ends)
            and not path.endswith("_test.go")}


def all_edges(house):
    """(what they are, edges) of every language; and the calls of C."""
    c_files = text_of(house, C_ROOMS, (".c", ".h"))
    calls = Calls(c_files)
    return calls, [
        ("includes", include_edges(c_files, house.find_include)),
        ("calls", calls.edges()),
        ("calls", go_edges(text_of(house, GO_ROOMS, ".go"))),
        ("imports", import_edges(text_of(house, TYPESCRIPT_ROOMS, ".ts")))]


def short(circle):
    folder = os.path.commonpath([os.path.dirname(each) for each in circle])
    return "%s: %s" % (folder, " ".join(
        sorted(os.path.relpath(each, folder) for each in circle)))


def check_circles(house):
    """Says of each circle without a reason, each reason without a circle, and
    each call of a room that the caller's room may not know."""
    reasons = Reasons(house)
    calls, kinds = all_edges(house)
    for what, edges in kinds:
        for circle in edges.circles():
            if not reasons.has(circle):
                one, other, names = next(edges.inside(circle))
                house.say(one, 1, "a circle of %s: %s (it begins with %s of "
                          "%s); cut it, or see circles.txt"
                          % (what, short(circle), names[0], other))
    for number in reasons.unused():
        house.say(reasons.path, number, "no such circle any more: take the "
                  "line out")
    for path, number, name in calls.uses:
        check_call(house, path, number, name, calls.defined[name])
    check_order(house)


def check_call(house, path, number, name, target):
    """What bell.h promises is anybody's who stands above the runtime, and its
    own inline functions'."""
    room, other = house.room_of(path), house.room_of(target)
    allowed = house.rooms.get(room, ())
    below = path.startswith("runtime/c/") and room != "runtime/c/include"
    if PUBLIC.match(name) and not below:
        return
    if other != room and "*" not in allowed and other not in allowed:
        house.say(path, number, "%s may not call %s of %s"
                  % (room, name, other))


def check_order(house, path="tests/tidy/rooms.txt"):
    """A room knows only rooms that stand above it in rooms.txt."""
    above = set()
    for room, allowed in house.rooms.items():
        for other in allowed:
            if other != "*" and other in house.rooms and other not in above:
                house.say(path, 1, "%s stands above %s and may not know it"
                          % (room, other))
        above.add(room)


def main():
    from check import House
    here = os.path.dirname(os.path.abspath(__file__))
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "..")
    house = House(os.path.abspath(root))
    reasons = Reasons(house)
    count = 0
    for what, edges in all_edges(house)[1]:
        for circle in edges.circles():
            count += 1
            print("%s: %s%s" % (what, short(circle),
                                "" if reasons.has(circle) else "  <-- !"))
            for one, other, names in edges.inside(circle):
                print("    %s -> %s: %s" % (one, other, " ".join(names[:4])))
    print("%d circles" % count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
