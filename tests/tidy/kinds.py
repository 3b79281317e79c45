#!/usr/bin/env python3
# kinds.py: the kinds of types, which stand in a list in each language, in the
# schema of schemas and in the corpus. It reads these files and knows no
# compiler.
"""Usage: kinds.py [ROOT]. Prints the kinds of each list."""

import os
import re
import sys

ENUM = "runtime/c/include/bell/schema.h"
ROWS = "generator/model/scalar.h"


def of_enum(text):
    return re.findall(r"^    BELL_KIND_(\w+)", text, re.M)


def of_go(text):
    return re.findall(r"^\tKind(\w+)", text, re.M)


def of_typescript(text):
    """What schema.ts gives of the files that have kinds; one_of has a form of
    unions."""
    for names, file in re.findall(
            r'export \{([^}]*)\} from "\./record/(\w+)\.js"', text):
        if file not in ("encode", "decode", "limits", "one_of"):
            for name in re.findall(r"(?:\w+ as )?(\w+)", names):
                yield name


def of_rows(text):
    return re.findall(r"^    ROW\((\w+),", text, re.M)


def of_tables(text):
    return re.findall(r'^\tTable(\w+) += &Type\{Kind: \w+, Name:', text, re.M)


def of_lists(text):
    """The lists of built-in types; what is in one and not in the other is
    missing."""
    enums = re.findall(r'"enum": \[([^\]]*"uint64"[^\]]*)\]', text)
    lists = [set(re.findall(r'"(\w+)"', each)) - {"map", "null"}
             for each in enums]
    return set.intersection(*lists) if len(lists) > 1 else ()


def of_corpus(text):
    return set(re.findall(r"\w+", re.sub(r"#.*", "", text)))


KINDS = {  # the file: how its kinds are read
    "runtime/go/schema/table.go": of_go,
    "runtime/typescript/src/schema.ts": of_typescript,
}
SCALARS = {
    "runtime/go/schema/table.go": of_tables,
    "runtime/typescript/src/schema.ts": of_typescript,
    "schemas/bellpull.schema.json": of_lists,
    "tests/conformance/schemas/kinds.yaml": of_corpus,
}
# Lists that have more than the built-in types.
WIDER = (of_typescript, of_corpus)


def lowered(names):
    return {name.lower() for name in names}


def differences(house, first, read, others):
    """(file, what) of names that one list has and another has not."""
    wanted = lowered(read(house.read(first) or ""))
    for path, read_other in others.items():
        if path not in house.known:
            continue
        found = lowered(read_other(house.read(path) or ""))
        for name in sorted(wanted - found):
            yield path, "no kind %s, which %s has" % (name, first)
        if read_other not in WIDER or first == ENUM:
            for name in sorted(found - wanted):
                yield path, "a kind %s, which %s has not" % (name, first)


def check_kinds(house):
    """Of a tree that has kinds."""
    if ENUM not in house.known or ROWS not in house.known:
        return
    scalars = lowered(of_rows(house.read(ROWS)))
    for name in sorted(scalars - lowered(of_enum(house.read(ENUM)))):
        house.say(ROWS, 1, "a kind %s, which %s has not" % (name, ENUM))
    for path, what in (*differences(house, ENUM, of_enum, KINDS),
                       *differences(house, ROWS, of_rows, SCALARS)):
        house.say(path, 1, what)


def main():
    from check import House
    here = os.path.dirname(os.path.abspath(__file__))
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "..")
    house = House(os.path.abspath(root))
    for path, read in ((ENUM, of_enum), *KINDS.items(), (ROWS, of_rows),
                       *SCALARS.items()):
        print(path, *sorted(lowered(read(house.read(path)))), sep="\n    ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
