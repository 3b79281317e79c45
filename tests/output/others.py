# others.py: cases about files that are somebody else's: in the way of output,
# checked out with other line ends, or named by a stranger's schema.

import os
import pathlib
import subprocess

import rig
from rig import check, generate, run, schema, texts


def case_strangers():
    """A file that bellpull did not make is named, and nothing is written."""
    schema("good.yaml")
    generate("good.yaml", "out")
    mine = pathlib.Path("out/c/tasks/tasks.h")
    mine.write_text("/* My own. */\n")
    pathlib.Path("out/c/tasks/tasks.c").unlink()
    done = generate("good.yaml", "out", code=3)
    check("out/c/tasks/tasks.h: it exists" in done.stderr, done.stderr)
    check(texts("out") == {"c/tasks/tasks.h": b"/* My own. */\n"},
          "nothing else is touched")
    generate("good.yaml", "out", "--check", code=4)
    mine.write_text("")
    generate("good.yaml", "out")  # an empty file is nobody's
    mine.unlink()
    pathlib.Path("elsewhere").write_text("/* My own. */\n")
    mine.symlink_to(pathlib.Path("elsewhere").resolve())
    generate("good.yaml", "out")  # a link is replaced, not written through
    check(pathlib.Path("elsewhere").read_text() == "/* My own. */\n",
          "what a link led to stays")


def case_hostile_files():
    """What a schema or a template names is a plain file below its folder, and
    no line of another is ever shown."""
    os.makedirs("here/schemas")
    os.makedirs("own/c")
    pathlib.Path("secret").write_text("password: [hunter2\n")
    shared = "bellpull: 1\nservice: s\ninclude: [%s]\n"
    named = pathlib.Path("here/schemas/s.yaml")
    os.mkfifo("here/schemas/pipe")
    os.symlink("../../secret", "here/schemas/link.yaml")
    for name in ("pipe", "link.yaml", "../../secret", "/proc/self/environ",
                 "/dev/zero", "/dev/stdin"):
        named.write_text(shared % name)
        done = run("check", str(named), code=1, env={"SECRET": "hunter2"})
        check("hunter2" not in done.stdout + done.stderr, done.stderr)
        check("[E403]" in done.stderr, done.stderr)
    # Nor does a folder of schemas hold a run up.
    named.write_text("bellpull: 1\nservice: s\n")
    os.unlink("here/schemas/link.yaml")
    os.rename("here/schemas/pipe", "here/schemas/pipe.yaml")
    done = run("check", code=3, cwd="here")
    check("pipe.yaml: it is not a plain file" in done.stderr, done.stderr)
    # What is named on the command line may be one.
    pipe = subprocess.run([rig.options.bellpull, "check", "/dev/stdin"],
                          input=b"bellpull: 1\nservice: s\n",
                          capture_output=True, timeout=60, check=False)
    check(pipe.returncode == 0, pipe.stderr)
    template = pathlib.Path("own/c/service.c.tmpl")
    for target in ("../../secret", "/proc/self/environ"):
        template.symlink_to(target)
        done = run("generate", str(named), "--c", "--templates", "own",
                   "--output", "out", code=1, env={"SECRET": "hunter2"})
        check("hunter2" not in done.stdout + done.stderr, done.stderr)
        template.unlink()
    os.mkfifo(template)
    done = run("generate", str(named), "--c", "--templates", "own", "--output",
               "out", code=1)
    check("it is not a plain file" in done.stderr, done.stderr)
    template.unlink()
    template.write_text("%% include \"../../secret\"\n")
    done = run("generate", str(named), "--c", "--templates", "own", "--output",
               "out", code=1, env={"SECRET": "hunter2"})
    check("hunter2" not in done.stdout + done.stderr, done.stderr)


def case_line_ends():
    """A checkout with CR LF is told in one line, and is stale all the same."""
    schema("good.yaml")
    generate("good.yaml", "out")
    header = pathlib.Path("out/c/tasks/tasks.h")
    header.write_bytes(header.read_bytes().replace(b"\n", b"\r\n"))
    done = generate("good.yaml", "out", "--check", code=4)
    check("tasks.h: its lines end in CR LF" in done.stdout and
          done.stdout.count("\n") == 1, done.stdout)
    header.write_bytes(header.read_bytes() + b"more\r\n")
    done = generate("good.yaml", "out", "--check", code=4)
    check("+++" in done.stdout, "another text is a diff")
