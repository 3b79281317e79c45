#!/usr/bin/env python3
# names.py: the names that guides show are those that are generated. It reads
# the table under "## Names" of each guide; its second column has the names of
# what tests/docs/names.yaml describes.
#
#   names.py BELLPULL

import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
GUIDES = {"c": "c.md", "go": "go.md", "typescript": "typescript.md"}
PARTS = ("tasks_", "_with", "_start")       # of a name
VALUES = ("error", "err", "value", "text")  # that a function is shown with


def names_of(page):
    """The names in the second column of the table, by lines of the page."""
    inside = False
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if line.startswith("## "):
            inside = line == "## Names"
        cells = re.split(r"(?<!\\)\|", line)
        if not inside or len(cells) < 4 or cells[1] in (" schema ", "---"):
            continue
        for code in re.findall(r"`([^`]+)`", cells[2]):
            for name in re.findall(r"[A-Za-z_]\w*", code):
                yield number, name


def main():
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], "generate", HERE / "names.yaml",
                        "--output", folder], check=True,
                       stdout=subprocess.DEVNULL)
        for language, guide in GUIDES.items():
            page = HERE.parent.parent / "docs" / guide
            text = "".join(path.read_text() for path in
                           pathlib.Path(folder, language).rglob("*.*"))
            words = set(re.findall(r"\w+", text))
            shown = list(names_of(page))
            if len(shown) < 10:
                print(f"{page}: no table of names")
                wrong += 1
            for number, name in shown:
                part = name in PARTS and any(name in word for word in words)
                there = part or name in words
                if not there and name not in VALUES:
                    print(f"{page}:{number}: {name} is not generated")
                    wrong += 1
    return 1 if wrong else 0


sys.exit(main())
