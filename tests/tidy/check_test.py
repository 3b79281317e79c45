#!/usr/bin/env python3
# check_test.py: feeds check.py trees that break one rule each. A tree that
# breaks none must pass, or the others prove nothing.

import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))

# What the runtimes of three languages say alike.
MEANT_C = """\
/* meant.c: what is said. */
static const char *const status_names[] = {"ok", "limit", "bad reply"};
static int meant(void)
{
    fill_time(&options->reconnect_min_ms, 500);
    if (options->depth_max == 0) {
        options->depth_max = 64;
    }
    log(BELL_LEVEL_WARN, "lost", "not connected");
}
"""
MEANT_GO = """\
// high.go: high.

package bell

const (
\tStatusLimit    Status = "limit" // one was met
\tStatusBadReply Status = "bad_reply"
\tdepthMax = 64
)

func high() int {
\tfill(&made.reconnectMin, 500*time.Millisecond)
\tvoice.say(LevelWarn, "lost", "not connected")
\treturn low()
}
"""
MEANT_TYPESCRIPT = """\
/* high.ts: high. */
import { a } from "./low.js";
export type Status =
  /** A limit; see others. */
  | "limit"
  | "bad_reply";

export const DEPTH_MAX = 64;
const defaults = {
  reconnectMinMs: 500,
};
this.#teller.say(bad ? "warn" : "info", "lost", `not connected`);
"""

GO = "// low.go: low.\n\npackage bell\n\n"

KINDS_GO = (
    "// Package schema has kinds.\npackage schema\n\nconst (\n"
    "\tKindBool Kind = iota + 1\n\tKindJSON\n\tKindUint64\n\tKindList\n)\n\n"
    "var (\n"
    '\tTableBool = &Type{Kind: KindBool, Name: "bool"}\n'
    '\tTableJson = &Type{Kind: KindJSON, Name: "json"}\n'
    '\tTableUint64 = &Type{Kind: KindUint64, Name: "uint64"}\n)\n')
KINDS_TYPESCRIPT = (
    "/* schema.ts: kinds. */\n"
    'export { json, uint64 } from "./record/free.js";\n'
    'export { list, flag as bool } from "./record/list.js";\n'
    'export { encode } from "./record/encode.js";\n')
KINDS_JSON = (
    '{"a": {"enum": ["bool", "json", "uint64"]},\n'
    ' "not": {"enum": ["bool", "json", "uint64", "map", "null"]}}\n')

GOOD = {
    "runtime/c/include/bell/bell.h": "/* bell.h: for people. */\n",
    "runtime/c/base/base.h": "/* base.h: memory. */\n#include <bell/bell.h>\n",
    "runtime/c/core/core.h": "/* core.h: the core. */\n",
    "runtime/c/core/other.h": (
        "/* other.h: the other. */\n"
        '#include "core/core.h"\n'),
    "runtime/c/core/other.c": (
        "/* other.c: the other. */\n"
        '#include "core/other.h"\n'
        "int other(void)\n{\n    return core();\n}\n"),
    # A circle that has a reason, in circles.txt.
    "runtime/c/core/knot.c": (
        "/* knot.c: a knot. */\n"
        "int end(void)\n{\n    return 0;\n}\n"
        "int knot(void)\n{\n    return tie();\n}\n"),
    "runtime/c/core/tie.c": (
        "/* tie.c: a tie. */\n"
        "int tie(void)\n{\n    return knot() + new_one();\n}\n"),
    "tests/tidy/circles.txt": (
        "runtime/c/core: knot tie: they are one thing\n"),
    "runtime/c/client/open.c": (
        "/* open.c: opens. */\n"
        "int bell_open(void)\n{\n    return core();\n}\n"),
    "runtime/c/core/core.c": (
        "/* core.c: the core. */\n"
        '#include "core/core.h"\n'
        "#include <string.h>\n"
        '#include "base/base.h"\n'
        "/* says strcpy( in a comment */\n"
        'int core(void)\n{\n    return puts("strcpy(a, b)");\n}\n'),
    "generator/read/read.c": (
        "/* read.c: the reader. */\n#include <bell/schema.h>\n"
        "#include <yaml.h>\n"
        '#include "base/base.h"\n'
        "int read(void)\n{\n    return bell_open();\n}\n"),
    "runtime/typescript/src/low.ts": "/* low.ts: low. */\n",
    "runtime/typescript/src/high.ts": MEANT_TYPESCRIPT,
    "runtime/go/low.go": GO + "func low() int {\n\treturn 1\n}\n",
    # Texts and urls have no fold.
    "runtime/go/text.go": (
        "// Package bell calls.\npackage bell\n\n"
        'const text = "' + "a" * 80 + '"\n'
        "// https://example.org/" + "a" * 80 + "\n"),
    "templates/c/a.tmpl": "%% # a.tmpl: a.\n" + "${a}" * 40 + "\n",
    "runtime/go/high.go": MEANT_GO,
    "runtime/c/client/meant.c": MEANT_C,
    "runtime/c/include/bell/schema.h": (
        "/* schema.h: kinds. */\nenum {\n    BELL_KIND_BOOL = 1,\n"
        "    BELL_KIND_JSON,\n    BELL_KIND_UINT64,\n    BELL_KIND_LIST\n};\n"),
    "generator/model/scalar.c": (
        '/* scalar.c: rows. */\n#include "model/scalar.h"\n'),
    "generator/model/scalar.h": (
        "/* scalar.h: rows. */\n#define SCALARS(ROW) \\\n"
        "    ROW(BOOL, bool) \\\n    ROW(JSON, json) \\\n"
        "    ROW(UINT64, uint64)\n"),
    "runtime/go/schema/table.go": KINDS_GO,
    "runtime/typescript/src/schema.ts": KINDS_TYPESCRIPT,
    "schemas/bellpull.schema.json": KINDS_JSON,
    "tests/conformance/schemas/kinds.yaml": "a: bool\nb: json\nc: uint64\n",
    "generated/c/tasks/tasks.c": "#include <bell/bell.h>\n",
    "scripts/run.sh": "#!/bin/sh\n# run.sh: runs.\n",
    "README.md": ("Read me.\n| " + "wide " * 40 + "|\n"
                  "```\n" + "a" * 99 + "\n```\n"),
    "runtime/c/core/old.c": "/* old.c: old. */\nint a = free(b);\n",
    "tests/tidy/reasons.txt": ("# Why.\n"
                               "runtime/c/core/old.c free(): it is old\n"),
    "go.mod": "module a\n\trequire b\n",
}

NO_JSON = "no kind json, which generator/model/scalar.h has"
CORE = GOOD["runtime/c/core/core.c"]
LONG = "".join("    core();\n" for _ in range(71))

# What is broken, the file, its text, and what must be said of it.
BAD = [
    ("tab", "README.md", "a\tb\n", "README.md:1: tab"),
    ("space at the end", "README.md", "a \n", "README.md:1: space at"),
    ("no newline", "README.md", "a", "README.md:1: no newline"),
    ("empty last line", "README.md", "a\n\n", "README.md:2: empty line"),
    ("not UTF-8", "README.md", b"\xff\n", "README.md:1: not UTF-8"),
    ("wide prose", "README.md", "a" * 81 + "\n", "README.md:1: 81 columns"),
    ("wide prose behind a fence", "README.md",
     "```\n```\n" + "a" * 81 + "\n", "README.md:3: 81 columns"),
    ("wide code", "runtime/c/core/core.c", CORE + "/*" + "a" * 80 + "*/\n",
     "core.c:10: 84 columns"),
    ("unfinished", "README.md", "TO" "DO: write\n", "README.md:1: unfinished"),
    ("a conflict's mark", "README.md", "<" * 7 + " HEAD\n",
     "README.md:1: mark of a conflict"),
    ("one machine's path", "README.md", "see /wo" "rk/main\n",
     "README.md:1: path of one machine"),
    ("a machine's temporary file", "README.md", "see /tm" "p/brief\n",
     "README.md:1: path of one machine"),
    ("a registry", "README.md", "proxy.golang" ".org\n",
     "README.md:1: name of a registry"),
    ("no first sentence", "runtime/c/core/core.c", "int core;\n",
     "core.c:1: the first line does not say"),
    ("another's first sentence", "runtime/c/core/core.c",
     "/* cord.c: no. */\n", "core.c:1: the first line does not say"),
    ("a script without a sentence", "scripts/run.sh", "#!/bin/sh\ntrue\n",
     "run.sh:1: the first line does not say"),
    ("a long file", "runtime/c/core/core.c", CORE + "int a;\n" * 600,
     "core.c:1: 609 lines"),
    ("a long function", "runtime/c/core/core.c",
     CORE + "int long_one(\n    void)\n{\n" + LONG + "}\n",
     "core.c:12: long_one() has 71 lines"),
    ("a banned function", "runtime/c/core/core.c", CORE + "a = strcpy(b);\n",
     "core.c:10: strcpy() is banned"),
    ("an allocation on the call path", "runtime/c/core/core.c",
     CORE + "a = malloc(7);\n", "core.c:10: malloc() is banned"),
    ("a number with a locale's point", "runtime/c/core/core.c",
     CORE + 'a = say("%8.3f ms");\n',
     "core.c:10: its format has a locale's point"),
    ("a room that does not know the other", "runtime/c/base/base.h",
     GOOD["runtime/c/base/base.h"] + '#include "core/core.h"\n',
     "base.h:3: runtime/c/base may not include runtime/c/core"),
    ("a way around by dots", "runtime/c/base/base.h",
     GOOD["runtime/c/base/base.h"] + '#include "../core/core.h"\n',
     "base.h:3: runtime/c/base may not include runtime/c/core"),
    ("yaml outside read", "generator/model/model.c",
     "/* model.c: m. */\n#include <yaml.h>\n",
     "model.c:2: generator/model may not include <yaml.h>"),
    ("libwebsockets in core", "runtime/c/core/core.c",
     CORE + "#include <libwebsockets.h>\n",
     "core.c:10: runtime/c/core may not include <libwebsockets.h>"),
    ("a socket outside transport", "runtime/c/core/core.c",
     CORE + "#include <sys/socket.h>\n",
     "core.c:10: runtime/c/core may not include <sys/socket.h>"),
    ("a private header in generated code", "generated/c/tasks/tasks.c",
     '#include "base/base.h"\n',
     "tasks.c:1: generated/c may not include runtime/c/base"),
    ("outside the repository", "runtime/c/core/core.c",
     CORE + '#include "../../../../other/thing.h"\n',
     "core.c:10: not in this repository"),
    ("an absolute include", "runtime/c/core/core.c",
     CORE + '#include "/usr/include/stdio.h"\n',
     "core.c:10: include by an absolute path"),
    ("a file in no room", "cellar/a.c", "/* a.c: a. */\n",
     "cellar/a.c:1: in no room"),
    ("a header that nobody includes", "runtime/c/core/lonely.h",
     "/* lonely.h: alone. */\n", "lonely.h:1: nobody includes this"),
    ("a reason that is not needed", "tests/tidy/reasons.txt",
     "README.md: it is long indeed\n", "not needed any more: README.md"),
    ("a reason without words", "tests/tidy/reasons.txt", "README.md: no\n",
     "reasons.txt:1: not `path [function]: reason`"),
    ("headers that include each other", "runtime/c/core/core.h",
     GOOD["runtime/c/core/core.h"] + '#include "core/other.h"\n',
     "a circle of includes: runtime/c/core: core.h other.h"),
    ("files that call each other", "runtime/c/core/core.c",
     CORE + "int core_two(void)\n{\n    return other();\n}\n",
     "a circle of calls: runtime/c/core: core other"),
    ("a table that names who calls back", "runtime/c/core/core.c",
     CORE + "static const struct ops ops = {.run = other};\n",
     "a circle of calls: runtime/c/core: core other"),
    ("a circle that is larger than its reason", "runtime/c/core/new.c",
     "/* new.c: new. */\nint new_one(void)\n{\n"
     "    return knot() + end();\n}\n",
     "a circle of calls: runtime/c/core: knot new tie"),
    ("a circle that is cut", "runtime/c/core/tie.c",
     "/* tie.c: a tie. */\nint tie(void)\n{\n    return 1;\n}\n",
     "circles.txt:1: no such circle any more"),
    ("a circle that is smaller than its reason", "tests/tidy/circles.txt",
     "runtime/c/core: knot new tie: until it is cut\n",
     "circles.txt:1: no such circle any more"),
    ("a circle without words", "tests/tidy/circles.txt",
     "runtime/c/core: knot tie: no\n", "circles.txt:1: not `folder"),
    ("modules that import each other", "runtime/typescript/src/low.ts",
     'import type { A } from "./high.js";\n',
     "a circle of imports: runtime/typescript/src: high.ts low.ts"),
    ("exports that go in a circle", "runtime/typescript/src/low.ts",
     'export {\n  A,\n} from "./high.js";\n',
     "a circle of imports: runtime/typescript/src: high.ts low.ts"),
    ("files of Go that call each other", "runtime/go/low.go",
     GO + "func low() int {\n\treturn high()\n}\n",
     "a circle of calls: runtime/go: high.go low.go"),
    ("a call upward", "runtime/c/base/base.c",
     "/* base.c: b. */\nint base(void)\n{\n    return core();\n}\n",
     "base.c:4: runtime/c/base may not call core of runtime/c/core"),
    ("a call of what is public, from below", "runtime/c/base/base.c",
     "/* base.c: b. */\nint base(void)\n{\n    return bell_open();\n}\n",
     "base.c:4: runtime/c/base may not call bell_open of runtime/c/client"),
    ("a room below that knows one above", "tests/tidy/rooms.txt",
     "a: b\nb:\n", "rooms.txt:1: a stands above b and may not know it"),
    ("a module without a sentence", "runtime/typescript/src/low.ts",
     "export const a = 1;\n", "low.ts:1: the first line does not say"),
    ("a long module", "runtime/typescript/src/low.ts",
     "/* low.ts: low. */\n" + "a();\n" * 600, "low.ts:1: 601 lines"),
    ("a long file of Go", "runtime/go/low.go",
     GO + "// a\n" * 600, "low.go:1: 604 lines"),
    ("a long template", "templates/c/a.tmpl", "a\n" * 601,
     "a.tmpl:1: 601 lines"),
    ("a file of Go without a sentence", "runtime/go/low.go",
     "package bell\n", "low.go:1: the first line does not say"),
    ("a template without a sentence", "templates/c/a.tmpl", "a\n",
     "a.tmpl:1: the first line does not say"),
    ("wide Go", "runtime/go/low.go", GO + "// " + "a" * 78 + "\n",
     "low.go:5: 81 columns"),
    ("wide Go around a text", "runtime/go/low.go",
     GO + "func low() { " + "a(b, c) " * 9 + 'd("e") }\n',
     "low.go:5: 93 columns"),
    ("wide TypeScript", "runtime/typescript/src/low.ts",
     "/* low.ts: low. */\n" + "a(b); " * 13 + "c();\n",
     "low.ts:2: 82 columns"),
    ("a wide division", "runtime/typescript/src/low.ts",
     "/* low.ts: low. */\na = b / " + "c + " * 18 + "d / e;\n",
     "low.ts:2: 86 columns"),
    ("a wide directive", "templates/c/a.tmpl",
     "%% # a.tmpl: a.\n%% if " + "a" * 75 + "\n%% end\n",
     "a.tmpl:2: 81 columns"),
    ("a default of TypeScript's own", "runtime/typescript/src/high.ts",
     MEANT_TYPESCRIPT.replace("reconnectMinMs: 500", "reconnectMinMs: 200"),
     "runtime/typescript/src:1: default reconnect_min: 200 here, 500 in C"),
    ("a default of Go's own", "runtime/go/high.go",
     MEANT_GO.replace("depthMax = 64", "depthMax = 32"),
     "runtime/go:1: default depth_max: 32 here, 64 in C"),
    ("an event of another name", "runtime/typescript/src/high.ts",
     MEANT_TYPESCRIPT.replace('"lost"', '"gone"'),
     "runtime/typescript/src:1: event gone: gone here, None in C"),
    ("an event that nobody tells", "runtime/typescript/src/high.ts",
     MEANT_TYPESCRIPT.replace('"lost"', '"gone"'),
     "runtime/typescript/src:1: event lost: None here, lost in C"),
    ("a status that is missing", "runtime/go/high.go",
     MEANT_GO.replace('"limit"', '"bound"'),
     "runtime/go:1: status limit: None here, limit in C"),
    ("a kind that Go has not", "runtime/go/schema/table.go",
     KINDS_GO.replace("\tKindList\n", ""), "table.go:1: no kind list, which"),
    ("a kind that C has not", "runtime/go/schema/table.go",
     KINDS_GO.replace("KindList\n", "KindList\n\tKindSet\n"),
     "table.go:1: a kind set, which"),
    ("a scalar without a table", "runtime/go/schema/table.go",
     KINDS_GO.replace("TableJson", "tableJson"), "table.go:1: " + NO_JSON),
    ("a kind that TypeScript has not", "runtime/typescript/src/schema.ts",
     KINDS_TYPESCRIPT.replace("list, ", ""),
     "schema.ts:1: no kind list, which"),
    ("a type that the schema of schemas has once",
     "schemas/bellpull.schema.json", KINDS_JSON.replace('"json", ', "", 1),
     "schema.json:1: " + NO_JSON),
    ("a type that the corpus has not", "tests/conformance/schemas/kinds.yaml",
     "a: bool\nc: uint64\n", "kinds.yaml:1: " + NO_JSON),
    ("a room that is none", "tests/tidy/rooms.txt", "a: b\n",
     "rooms.txt:1: a: no such room: b"),
]


def findings_of(files):
    """What check.py says of a tree of these files and the real rooms."""
    with tempfile.TemporaryDirectory() as root:
        os.makedirs(os.path.join(root, "tests/tidy"))
        shutil.copy(os.path.join(HERE, "rooms.txt"),
                    os.path.join(root, "tests/tidy/rooms.txt"))
        for path, text in files.items():
            path = os.path.join(root, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(text if isinstance(text, bytes) else text.encode())
        return check.House(root).check()


def main():
    failed = 0
    said = findings_of({path: text for path, text in GOOD.items()})
    if said:
        failed += 1
        print("a good tree: want nothing, got:", *said, sep="\n  ")
    for name, path, text, want in BAD:
        said = findings_of(dict(GOOD, **{path: text}))
        if not any(want in each for each in said):
            failed += 1
            print("%s: want: %s, got:" % (name, want), *said, sep="\n  ")
    print("%d passed, %d failed" % (len(BAD) + 1 - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
