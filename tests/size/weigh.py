#!/usr/bin/env python3
# weigh.py: the text and data of a program, beside the size that is kept for
# its target: 3% more is a failure, and so is more than the most.
"""Usage: weigh.py PROGRAM STRIP SIZE SIZES.json TARGET [--write]"""

import json
import os
import subprocess
import sys
import tempfile

LIMIT = 1.03


def weigh(program, strip, size):
    with tempfile.TemporaryDirectory() as folder:
        stripped = os.path.join(folder, "stripped")
        subprocess.run([strip, "-o", stripped, program], check=True)
        said = subprocess.run([size, stripped], check=True, text=True,
                              capture_output=True).stdout
    text, data = said.splitlines()[1].split()[:2]
    return int(text) + int(data)


def main():
    program, strip, size, path, target = sys.argv[1:6]
    found = weigh(program, strip, size)
    with open(path) as file:
        kept = json.load(file)
    if sys.argv[6:] == ["--write"]:
        kept["sizes"][target] = found
        with open(path, "w") as file:
            json.dump(kept, file, indent=2)
            file.write("\n")
        return
    want = kept["sizes"].get(target, 0)
    print("%s: %d bytes of text and data, %d are kept" % (target, found, want))
    if found > want * LIMIT:
        sys.exit("more than 3% larger: make it smaller, or set the size in "
                 "tests/size/sizes.json and say why in the commit")
    most = kept["most"].get(target, found)
    if found > most:
        sys.exit("more than %d bytes, which is the most: make it smaller" %
                 most)


main()
