#!/usr/bin/env python3
# run.py: what `bellpull generate` leaves on a disk, whatever happens to it:
# of each file the old text or the new one, and nothing beside them.
#
#   run.py --bellpull PATH --faults PATH CASE | --list

import argparse
import errno
import os
import pathlib
import re
import resource
import shutil
import socket
import stat
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # no folder beside this file

import others
import rig
from rig import (BANNER, DRAFT, SCHEMA, TASKS, check, everything, generate, run,
                 schema, texts, two_versions)


def check_mixture(folder, old, new, what):
    """Each file is old or new; drafts may lie about, nothing else."""
    for path, text in texts(folder).items():
        if DRAFT.fullmatch(os.path.basename(path)):
            continue
        check(text in (old.get(path), new.get(path)),
              "%s: %s is the old or the new text" % (what, path))


# ---- Cases ------------------------------------------------------------------


def case_exit_codes():
    """0 done, 1 schema, 2 usage, 3 files, 4 stale."""
    schema("good.yaml")
    pathlib.Path("bad.yaml").write_text("bellpull: 1\nservice: 5 5\n")
    generate("good.yaml", "out")
    generate("good.yaml", "out", "--check")
    run("check", "good.yaml")
    run("--help")
    run("--version")
    run("generate", "--help")
    generate("bad.yaml", "out", code=1)
    run("check", "bad.yaml", code=1)
    run("check", "bad.yaml", "good.yaml", code=1)
    for words in ([], ["genrate"], ["generate", "--outptu", "x"],
                  ["generate", "--output"], ["generate", "good.yaml", "-x"],
                  ["generate", "good.yaml", "--check=yes"],
                  ["generate", "good.yaml", "--python"],
                  ["serve", "good.yaml", "--port", "70000"], ["generate"]):
        done = run(*words, code=2)
        check(done.stderr.startswith("bellpull: "), "a sentence: %s" % words)
    generate("none.yaml", "out", code=3)
    generate(".", "out", code=3)
    generate("good.yaml", "good.yaml", code=3)
    generate("good.yaml", "out", "--depfile", "good.yaml/d", code=3)
    schema("good.yaml", doc="Other.")
    generate("good.yaml", "out", "--check", code=4)
    generate("good.yaml", "nowhere", "--check", "--quiet", code=4)
    # The other commands have the same codes.
    os.makedirs("own/c")
    pathlib.Path("own/c/service.c.tmpl").write_text("${x")
    generate("good.yaml", "out", "--templates", "own", code=1)
    run("templates", "check", "own", code=1)
    run("templates", "eject", "c", "--output", "own", code=3)
    run("templates", "paint", code=2)
    run("token", "--secret-file", "none", "--user", "1", code=3)
    run("token", code=2)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run("serve", "good.yaml", "--port", str(taken.getsockname()[1]),
            code=3)
    # What is wrong with a schema comes before what is wrong with files.
    generate("bad.yaml", "good.yaml", code=1)


def case_full_standard_output():
    schema("s.yaml")
    with open("/dev/full", "w") as full:
        for words in (["--help"], ["generate", "--help"],
                      ["generate", "s.yaml", "--c", "--list"],
                      ["check", "s.yaml"]):
            done = subprocess.run([rig.options.bellpull, *words], stdout=full,
                                  stderr=subprocess.PIPE, text=True)
            check(done.returncode == 3, "%s: 3" % words)
            check("standard output" in done.stderr, "%s: said" % words)


def faults(at, call="*", error=0, **more):
    env = {"LD_PRELOAD": rig.options.faults, "FAULT_AT": str(at),
           "FAULT_CALL": call, "FAULT_ERRNO": str(error),
           "FAULT_MARK": "struck"}
    env.update({"FAULT_" + key.upper(): "1" for key in more})
    return env


def struck():
    there = os.path.exists("struck")
    if there:
        os.unlink("struck")
    return there


def restore(folder, old):
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in old.items():
        place = pathlib.Path(folder, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text)


def each_fault(call, error, codes, old, new, start, **more):
    """A fault at the first call, at the second, ... until none is left."""
    at = 0
    while at < 2000:
        at += 1
        what = "%s %d of %s" % (errno.errorcode.get(error, "kill"), at, call)
        restore("out", start)
        done = generate("new.yaml", "out", "--depfile", "deps/d", code=codes,
                        env=faults(at, call, error, **more))
        if not struck():
            break
        check_mixture("out", old, new, what)
        if done.returncode == 0:
            check(texts("out") == new, what + ": done is done")
        elif done.returncode > 0:
            check(done.stderr.startswith("bellpull: "), what + ": is told")
            check(call != "*" or not [
                path for path in everything("out")
                if DRAFT.fullmatch(os.path.basename(path))],
                what + ": no draft is left")
        generate("new.yaml", "out", "--depfile", "deps/d")
        check(texts("out") == new, what + ": the next run mends it")
        check(everything("out") == TASKS, what + ": and leaves nothing")
        check(os.listdir("deps") == ["d"], what + ": nor beside the depfile")
        shutil.rmtree("deps")
        if rig.failures > 5:
            break
    check(at > 3, "%s: some calls failed" % call)


def case_failing_calls():
    """ENOSPC, EIO, EINTR at every call that touches a file, in turn."""
    old, new = two_versions()
    for error in (errno.ENOSPC, errno.EIO, errno.EINTR):
        each_fault("*", error, (0, 3), old, new, old)
        each_fault("*", error, (0, 3), old, new, {})


def case_full_disk():
    """From some write on, nothing more fits."""
    old, new = two_versions()
    for error in (errno.ENOSPC, errno.EDQUOT):
        restore("out", old)
        done = generate("new.yaml", "out", code=3,
                        env=faults(1, "write", error, stays=1))
        check(struck(), "a write failed")
        check(os.strerror(error) in done.stderr, "the reason: " + done.stderr)
        check(texts("out") == old, "all is as it was")
        check(everything("out") == TASKS, "no draft is left")
        done = generate("new.yaml", "out", code=3,
                        env=faults(2, "write", error, stays=1))
        check_mixture("out", old, new, "the second write")


def case_interrupted():
    """Every write of one byte, and interrupts between them, are no failure."""
    old, new = two_versions()
    restore("out", old)
    generate("new.yaml", "out", env=faults(0, short=1))
    check(texts("out") == new, "one byte at a time gives the same")
    restore("out", old)
    generate("new.yaml", "out",
             env=faults(2, "write", errno.EINTR, short=1))
    check(struck(), "a write was interrupted")
    check(texts("out") == new, "an interrupt gives the same")


def case_killed():
    """kill -9 before every call that touches a file, in turn."""
    old, new = two_versions()
    each_fault("*", 0, (0, -9), old, new, old)
    each_fault("*", 0, (0, -9), old, new, {})


def case_file_size_limit():
    old, _ = two_versions()

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    restore("out", old)
    done = generate("new.yaml", "out", code=3, preexec_fn=limit)
    check("File too large" in done.stderr, "the reason: " + done.stderr)
    check(texts("out") == old, "all is as it was")
    check(everything("out") == TASKS, "no draft is left")


def case_read_only():
    """As a user whom the folder does not let write."""
    old, new = two_versions()
    restore("out", old)
    shutil.copy(rig.options.bellpull, "bellpull")
    os.chmod(".", 0o755)
    for path in [*pathlib.Path("out").rglob("*"), pathlib.Path("out")]:
        path.chmod(path.stat().st_mode & ~0o222)
    user = {"user": 65534, "group": 65534, "extra_groups": []}
    if os.getuid() != 0:
        user = {}
    for words, code in ((["old.yaml", "--output", "out"], 0),
                        (["new.yaml", "--output", "out"], 3),
                        (["new.yaml", "--output", "out", "--check"], 4),
                        (["old.yaml", "--output", "out/inner"], 3)):
        done = subprocess.run(["./bellpull", "generate", *words, "--c"],
                              capture_output=True, text=True, **user)
        check(done.returncode == code, "%s: want %d, got %d: %s" % (
            words, code, done.returncode, done.stderr))
        check(code != 3 or "Permission denied" in done.stderr, "it says why")
    check(texts("out") == old, "nothing changed")
    for path in [pathlib.Path("out"), *pathlib.Path("out").rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)
    # A read-only file in a folder that may be written keeps its mode.
    pathlib.Path("out/c/tasks/tasks.h").chmod(0o444)
    generate("new.yaml", "out")
    check(texts("out") == new, "a read-only file is replaced")
    mode = os.stat("out/c/tasks/tasks.h").st_mode
    check(stat.S_IMODE(mode) == 0o444, "and stays read-only")


def all_at_once(commands):
    started = [subprocess.Popen([rig.options.bellpull, "generate", *words],
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)
               for words in commands]
    broken = set()
    while any(one.poll() is None for one in started):
        try:
            with open("out/c/tasks/tasks.h") as file:
                text = file.read()
            if not text.startswith(BANNER) or not text.endswith("#endif\n"):
                broken.add(text[-40:])
        except FileNotFoundError:
            pass
    check(not broken, "a reader never meets half a file: %s" % broken)
    for one in started:
        said = one.communicate()[1]
        check(one.returncode == 0, "all end well: " + said)


def case_twenty_at_once():
    """The same schema, then versions of it, then twenty services."""
    old, new = two_versions()
    all_at_once([["old.yaml", "--output", "out", "--c"]] * 20)
    check(texts("out") == old, "twenty runs make what one makes")
    for _ in range(5):
        restore("out", old)
        all_at_once([["new.yaml", "--output", "out", "--c", "--clean"]] * 20)
        check(texts("out") == new, "also with --clean")
    both = ["old.yaml", "new.yaml"]
    all_at_once([[both[i % 2], "--output", "out", "--c"] for i in range(20)])
    check_mixture("out", old, new, "two versions")
    check(everything("out") == TASKS, "no draft is left")
    names = ["service%d" % i for i in range(20)]
    all_at_once([[schema(name + ".yaml", name), "--output", "many", "--c"]
                 for name in names])
    check(len(texts("many")) == 40, "forty files of twenty services")
    check(sorted(os.listdir("many/c")) == sorted(names), "and nothing else")


def case_odd_folders():
    schema("s.yaml")
    generate("s.yaml", "plain")
    wanted = texts("plain")
    for name in ("a b", "line\nbreak", "-dash", "a\tb", "käse", "'q\"",
                 os.fsdecode(b"\xff\xfe"), "$HOME", "%s%n", "deep/er/still",
                 "./dot/../dot2", "slash///", os.path.abspath("absolute"),
                 "x" * 255):
        if name == "./dot/../dot2":
            os.mkdir("dot")
        run("generate", "s.yaml", "--output=" + name, "--c")
        check(texts(name) == wanted, "%r holds the files" % name)
        run("generate", "s.yaml", "--output=" + name, "--c", "--check")
    for name, reason in (("x" * 256, "File name too long"),
                         ("y/" * 3000, "File name too long"),
                         ("", "No such file")):
        done = run("generate", "s.yaml", "--output=" + name, "--c", code=3)
        check(reason in done.stderr, "%r...: %s" % (name[:9], done.stderr))


def case_not_a_folder():
    schema("s.yaml")
    pathlib.Path("file").write_text("mine")
    os.symlink("nowhere", "dangling")
    os.symlink("loop", "loop")
    os.mkfifo("pipe")
    for name in ("file", "file/below", "dangling", "dangling/below", "loop",
                 "pipe"):
        for words in ([], ["--check"], ["--dry-run"], ["--clean"]):
            if words in (["--check"], ["--dry-run"]) and "/" in name:
                continue
            done = generate("s.yaml", name, *words, code=3)
            check(name.split("/")[0] in done.stderr, "it names " + name)
    check(pathlib.Path("file").read_text() == "mine", "the file is as it was")
    check(not os.path.exists("nowhere"), "nothing behind the link")
    # A folder or a pipe where a file should be.
    for make in (os.mkdir, os.mkfifo):
        os.makedirs("out/c/tasks", exist_ok=True)
        make("out/c/tasks/tasks.h")
        for words in ([], ["--check"], ["--dry-run"]):
            done = generate("s.yaml", "out", *words, code=3)
            check("out/c/tasks/tasks.h" in done.stderr, "it is named")
        check(everything("out")[:2] == ["c", "c/tasks"], "the rest stands")
        shutil.rmtree("out")
    os.makedirs("out/c")
    pathlib.Path("out/c/tasks").write_text("mine")
    done = generate("s.yaml", "out", code=3)
    check("out/c/tasks: a file with that name" in done.stderr, done.stderr)


def case_links():
    """The output folder may be a link; below it none leads out."""
    schema("s.yaml")
    generate("s.yaml", "plain")
    wanted = texts("plain")
    os.mkdir("real")
    os.symlink("real", "link")
    generate("s.yaml", "link")
    check(texts("real") == wanted, "a link as the output folder is followed")
    os.makedirs("out/c")
    os.mkdir("outside")
    os.symlink(os.path.abspath("outside"), "out/c/tasks")
    for words in ([], ["--check"], ["--dry-run"], ["--clean"]):
        done = generate("s.yaml", "out", *words, code=3)
        check("out/c/tasks: it is a symbolic link" in done.stderr, done.stderr)
    check(os.listdir("outside") == [], "nothing was written outside")
    os.unlink("out/c/tasks")
    os.mkdir("out/c/tasks")
    pathlib.Path("outside/mine").write_text("mine")
    os.symlink(os.path.abspath("outside/mine"), "out/c/tasks/tasks.h")
    os.symlink("nowhere", "out/c/tasks/tasks.c")
    generate("s.yaml", "out", "--check", code=4)
    generate("s.yaml", "out")
    check(texts("out") == wanted, "links to files are replaced")
    check(pathlib.Path("outside/mine").read_text() == "mine",
          "and not written through")


def case_clean():
    schema("one.yaml", "one")
    schema("two.yaml", "two")
    schema("three.yaml", "three")
    run("generate", "one.yaml", "two.yaml", "three.yaml", "--output", "out",
        "--c")
    os.mkdir("outside")
    for name in ("outside/linked.h", "out/c/two/mine.h", "out/other.h"):
        pathlib.Path(name).write_text("/* mine */\n")
    pathlib.Path("outside/ours.h").write_text(BANNER)
    pathlib.Path("out/c/late.h").write_text("/* first */\n" + BANNER)
    pathlib.Path("out/c/quoted.h").write_text('"' + BANNER)
    pathlib.Path("out/c/empty.h").write_text("")
    pathlib.Path("out/root.h").write_text(BANNER)
    os.mkdir("out/c/hollow")
    os.makedirs("out/go/one")
    pathlib.Path("out/go/one/one.go").write_text(BANNER)
    os.makedirs("out/c/own/deep/er")
    pathlib.Path("out/c/own/deep/er/x.py").write_text(
        "# Code generated by bellpull. DO NOT EDIT.\n")
    os.symlink(os.path.abspath("outside"), "out/c/away")
    os.symlink(os.path.abspath("outside/ours.h"), "out/c/link.h")
    os.mkfifo("out/c/pipe.h")
    pathlib.Path("out/c/three/.bellpull-0123456789abcdef.new").write_text("")
    before = everything("out")
    gone = ["out/c/own/deep/er/x.py", "out/c/three/three.c",
            "out/c/three/three.h", "out/c/two/two.c", "out/c/two/two.h"]

    for words, code in ((["--dry-run"], 0), (["--check"], 4)):
        done = generate("one.yaml", "out", "--clean", *words, code=code)
        check(done.stdout.splitlines() == ["remove " + path for path in gone],
              "%s names what would go: %s" % (words, done.stdout))
        check(everything("out") == before, "%s removes nothing" % words)
    generate("one.yaml", "out", "--check")
    generate("one.yaml", "out")
    check(everything("out") == before, "without --clean nothing goes")

    done = generate("one.yaml", "out", "--clean")
    said = done.stdout.splitlines()
    check(said[:-1] == ["removed " + path for path in gone], done.stdout)
    check("5 removed" in said[-1], "the sum: " + said[-1])
    check(everything("outside") == ["linked.h", "ours.h"],
          "behind links nothing goes")
    check(everything("out") == [
        "c", "c/away", "c/empty.h", "c/hollow", "c/late.h", "c/link.h",
        "c/one", "c/one/one.c", "c/one/one.h", "c/pipe.h", "c/quoted.h",
        "c/two", "c/two/mine.h", "go", "go/one", "go/one/one.go", "other.h",
        "root.h"],
        "only what is ours goes: %s" % everything("out"))
    done = generate("one.yaml", "out", "--clean", "--check")
    check(done.stdout == "", "clean is clean")
    done = generate("two.yaml", "out", "--clean", "--quiet")
    check(done.stdout == "", "--quiet says nothing")

    run("generate", "one.yaml", "two.yaml", "--output", "flat", "--c",
        "--flat")
    pathlib.Path("flat/x.go").write_text(BANNER)
    os.mkdir("flat/below")
    pathlib.Path("flat/below/x.h").write_text(BANNER)
    generate("one.yaml", "flat", "--flat", "--clean")
    check(everything("flat") == ["below", "below/x.h", "one.c", "one.h",
                                 "x.go"], "flat: %s" % everything("flat"))
    done = generate("one.yaml", "new", "--clean")
    check("0 removed" in done.stdout, "a folder that was not there")


def case_depfile():
    """make and ninja read what stands in it."""
    odd = "a b#$:c\\ d\\"
    os.makedirs(odd)
    source = os.path.abspath(schema(odd + "/s .yaml"))
    out = os.path.abspath(odd + "/o ut")
    os.makedirs("overlay/c")
    pathlib.Path("overlay/c/service.c.tmpl").write_text("// ${service.name}\n")
    template = os.path.abspath("overlay")
    generate(source, out, "--templates", template, "--depfile", "d")
    header = out + "/c/tasks/tasks.h"
    check("lang.yaml" not in pathlib.Path("d").read_text(),
          "what is in the program is no file")

    os.rename(source, source + ".away")
    done = subprocess.run(["make", "-f", "d", header], capture_output=True,
                          text=True)
    wanted = "No rule to make target '%s', needed by '%s'" % (source, header)
    check(wanted in done.stderr, "make: want %s, got %s" % (
        wanted, done.stderr))
    os.rename(source + ".away", source)

    escaped = header.replace("$", "$$").replace(" ", "$ ").replace(":", "$:")
    pathlib.Path("build.ninja").write_text(
        "rule make\n  command = true\n  depfile = d\n  deps = gcc\n"
        "build %s: make\n" % escaped)
    subprocess.run(["ninja", "-d", "keepdepfile"], check=True,
                   capture_output=True)
    done = subprocess.run(["ninja", "-t", "deps"], capture_output=True,
                          text=True)
    read = [line.strip() for line in done.stdout.splitlines()[1:]
            if line.strip()]
    check(read == [source, template + "/c/service.c.tmpl"],
          "ninja: %s" % done.stdout)

    done = subprocess.run(
        [rig.options.bellpull, "generate", "-", "--output", "o", "--c",
         "--depfile", "d2"], input=SCHEMA % ("tasks", "x", 1), text=True,
        capture_output=True)
    check(done.returncode == 0 and "stdin" not in
          pathlib.Path("d2").read_text(), "standard input is no file")
    os.mkdir("new\nline")
    done = generate(schema("new\nline/s.yaml"), "o", "--depfile", "d3", code=3)
    check("line break" in done.stderr, done.stderr)
    check(not os.path.exists("d3"), "no depfile")
    for words in (["--check"], ["--dry-run"], ["--list"]):
        generate(source, out, *words, "--depfile", "d4", code=(0, 4))
        check(not os.path.exists("d4"), "%s writes no depfile" % words)


def case_init():
    """A first project: all of it or nothing, and nothing overwritten."""
    files = [".gitignore", "CMakeLists.txt", "README.md", "first.yaml",
             "main.c"]
    done = run("init", "first")
    check(sorted(os.listdir("first")) == files, done.stdout)
    run("check", "first/first.yaml")
    for path in files:
        text = pathlib.Path("first", path).read_text()
        check(not re.search("@[a-z]+@", text), path + ": nothing is left open")
    pathlib.Path("first/main.c").write_text("mine")
    before = texts("first")
    done = run("init", "first", code=3)
    check("already exists" in done.stderr, done.stderr)
    check(texts("first") == before, "nothing is overwritten")
    pathlib.Path("file").write_text("mine")
    run("init", "file", code=3)
    os.symlink("nowhere", "dangling")
    run("init", "dangling", code=3)
    check(not os.path.exists("nowhere"), "nothing behind the link")
    for words in ([], ["a", "b"], ["A"], ["a-b"], ["../a"], ["a/b"], [""],
                  ["_a"], ["a__b"], ["1a"], ["a b"], ["a\n"], ["bell"],
                  ["bell_a"], ["a" * 300], ["a", "--c"]):
        run("init", *words, code=2)
    check(sorted(os.listdir(".")) == ["dangling", "file", "first"],
          "a wrong name makes nothing")
    shutil.rmtree("first")
    for error in (errno.ENOSPC, errno.EIO):
        for at in range(1, 1000):
            done = run("init", "first", code=(0, 3),
                       env=faults(at, "*", error))
            if not struck():
                break
            there = os.listdir("first") if os.path.isdir("first") else []
            check(sorted(there) == (files if done.returncode == 0 else []),
                  "fault %d: %s" % (at, there))
            shutil.rmtree("first", ignore_errors=True)
        shutil.rmtree("first")
        check(at > 10, "some calls failed")


CASES = {name[len("case_"):]: function
         for name, function in [*globals().items(), *vars(others).items()]
         if name.startswith("case_")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--bellpull", type=os.path.abspath)
    parser.add_argument("--faults", type=os.path.abspath)
    parser.add_argument("case", nargs="?")
    rig.options = parser.parse_args()
    if rig.options.list:
        print("\n".join(CASES))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        CASES[rig.options.case]()
        os.chdir("/")
    return 1 if rig.failures else 0


sys.exit(main())
