#!/usr/bin/env python3
# exports.py: does the shared library export what the public headers declare,
# no more and no less? Arguments: the library, the include folder.

import pathlib
import re
import subprocess
import sys

library, include = sys.argv[1:]
declared = set()
features = pathlib.Path(include, "bell/features.h").read_text()
missing = re.findall(r"#define (BELL_HAS_\w+) 0", features)
for header in pathlib.Path(include).glob("bell/*.h"):
    text = header.read_text()
    for feature in missing:
        text = re.sub(r"#if %s\n.*?#endif\n" % feature, "", text, flags=re.S)
    declared.update(re.findall(r"\bBELL_API\b[^;(]*?\b(bell_\w+)\s*[(;]",
                               text))
listed = subprocess.run(["nm", "-D", "--defined-only", library], check=True,
                        capture_output=True, text=True).stdout
exported = {line.split()[-1] for line in listed.splitlines()}
# What a sanitizer adds is not ours.
exported = {name for name in exported if not name.startswith("__odr_asan")}
for name in sorted(exported - declared):
    print("exported, in no header: " + name)
for name in sorted(declared - exported):
    print("in a header, not exported: " + name)
print("%d declared, %d exported" % (len(declared), len(exported)))
sys.exit(0 if declared and declared == exported else 1)
