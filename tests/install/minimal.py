#!/usr/bin/env python3
# minimal.py: which files of the runtime a program with one rpc client links:
# those of its own protocol and transport, and of no other.
"""Usage: minimal.py CC ROOT OBJECTS ARCHIVE LINK-FLAG..."""

import os
import re
import subprocess
import sys
import tempfile

# Rooms that a client has a part of, and which of their files an rpc client
# may have. Every other file there belongs to somebody else.
OURS = {
    "protocol": r"(centrifugo\w*|channel|said)\.c",
    "transport": r"(ws\w*|dial|resolve|socket|tls\w*|url|random|handshake|"
                 r"connection|http_head|frame_head|headers)\.c",
    "loop": r"(loop|wake|poller_\w+)\.c",
    "fake": None,
    "handler": None,
    "peer": None,
    "token": None,
}

PROGRAM = """
#include <tasks.h>
#include <bell/fake.h>

int main(int count, char **words)
{
    bell_error error;
    bell_client *client = NULL;
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    tasks_task_stats_result *stats = NULL;
    if (count > 1 && tasks_open(&(bell_options){.url = words[1]}, &client,
                                &error) == BELL_OK) {
        tasks_get_stats(client, &params, &stats, &error);
    }
%s
    bell_free(stats);
    bell_close(client);
    return 0;
}
"""

FAKE = "    bell_fake_close(NULL);"


def symbols(path, *flags):
    """The names that are defined in a file."""
    said = subprocess.run(["nm", "--defined-only", path, *flags], check=True,
                          capture_output=True, text=True).stdout
    return {line.split()[-1] for line in said.splitlines()
            if re.match(r"[0-9a-f]+ [A-Za-z] \w", line)}


def rooms(objects):
    """Each file of the runtime, as room/file.c, and its names."""
    found = {}
    for folder, _, names in os.walk(objects):
        for name in names:
            room = os.path.basename(folder)
            if name.endswith(".c.o") and "runtime/c" in folder:
                path = os.path.join(folder, name)
                found[room + "/" + name[:-len(".o")]] = symbols(path, "-g")
    return found


def linked(text, compiler, root, files, flags):
    """The files whose names a program of this text holds."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "main.c")
        program = os.path.join(folder, "main")
        with open(source, "w") as file:
            file.write(text)
        subprocess.run(
            [compiler, "-I" + root + "/runtime/c/include",
             "-I" + root + "/generated/c/tasks", source,
             root + "/generated/c/tasks/tasks.c", "-o", program] + flags,
            check=True)
        held = symbols(program)
    return sorted(name for name, own in files.items() if own & held)


def strangers(names):
    """Those that an rpc client has no use for."""
    for name in names:
        room, _, file = name.partition("/")
        if room in OURS and not re.fullmatch(OURS[room] or "", file):
            yield name


def main():
    compiler, root, objects = sys.argv[1:4]
    files = rooms(objects)
    names = linked(PROGRAM % "", compiler, root, files, sys.argv[4:])
    for each in ("client/call.c", "protocol/centrifugo.c", "transport/ws.c"):
        if each not in names:
            sys.exit("%s is not linked: this looks at the wrong names" % each)
    found = list(strangers(names))
    if found:
        sys.exit("an rpc client links what is not its own: " + " ".join(found))
    also = linked(PROGRAM % FAKE, compiler, root, files, sys.argv[4:])
    if not any(each.startswith("fake/") for each in strangers(also)):
        sys.exit("a program with a fake is not told from one without")
    print("%d files of %d are linked" % (len(names), len(files)))


if __name__ == "__main__":
    main()
