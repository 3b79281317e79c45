#!/usr/bin/env python3
# minimal.py: which files of the runtime a program with one client links, of rpc
# or of rest: those of its own protocol and transport, and of no other.
"""Usage: minimal.py CC ROOT OBJECTS ARCHIVE LINK-FLAG..."""

import os
import re
import subprocess
import sys
import tempfile

# Rooms that a client has a part of, and which of their files an rpc client
# may have. Every other file there belongs to somebody else.
RPC = {
    "protocol": r"(centrifugo\w*|channel|said)\.c",
    "transport": r"(ws|ws_(line|read|write|close)|dial|resolve|socket|tls\w*|"
                 r"url|random|handshake|connection|http_head|frame_head|"
                 r"headers|proxy|tunnel)\.c",
    "loop": r"(loop|wake|poller_\w+)\.c",
    # Its types have no fractions, forms or rules.
    "record": r"(?!codec_|rule|pattern|duration|time|unix|form)\w+\.c",
    "client": r"(?!rest|tokens|asking|login|fingerprint|message|push|stream)"
              r"\w+\.c",
    "fake": None,
    "websocket": None,
    "handler": None,
    "peer": None,
    "token": None,
}

# The same for a client of REST, whose params may have rules.
REST = dict(RPC, **{
    "client": r"\w+\.c",
    "token": r"held\.c",
    "record": r"(?!codec_(?!rule)|duration|time|unix|form)\w+\.c",
    "protocol": r"(rest\w*|http_date|said)\.c",
    "transport": r"(http\w*|dial|resolve|socket|tls\w*|url|handshake|"
                 r"connection|headers|proxy|tunnel|inflate\w*|gzip\w*)\.c",
})

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

REST_PROGRAM = """
#include <bell/schema.h>

static const bell_link links[] = {{.name = "rest", .kind = &bell_link_rest}};
static const bell_service service = {
    .name = "web", .tables = &bell_tables_v%d, .links = links,
    .link_count = 1};

int main(int count, char **words)
{
    bell_error error;
    bell_client *client = NULL;
    bell_options options = {.url = words[count - 1]};
    bell_client_open(&service, &options, sizeof options, &client, &error,
                     sizeof error);
    bell_close(client);
    return 0;
}
"""


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


def linked(text, compiler, root, files, flags, services=()):
    """The files whose names a program of this text and the services holds."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "main.c")
        program = os.path.join(folder, "main")
        with open(source, "w") as file:
            file.write(text)
        subprocess.run(
            [compiler, "-I" + root + "/runtime/c/include",
             "-I" + root + "/generated/c/tasks", source,
             *services, "-o", program] + flags,
            check=True)
        held = symbols(program)
    return sorted(name for name, own in files.items() if own & held)


def strangers(names, ours):
    """Those that such a client has no use for."""
    for name in names:
        room, _, file = name.partition("/")
        if room in ours and not re.fullmatch(ours[room] or "", file):
            yield name


def table_version(root):
    """As the header says."""
    with open(root + "/runtime/c/include/bell/schema.h") as file:
        return int(re.search(r"BELL_TABLE_VERSION (\d+)", file.read()).group(1))


def main():
    compiler, root, objects = sys.argv[1:4]
    files = rooms(objects)
    tasks = [root + "/generated/c/tasks/tasks.c"]
    names = linked(PROGRAM % "", compiler, root, files, sys.argv[4:], tasks)
    for each in ("client/call.c", "protocol/centrifugo.c", "transport/ws.c"):
        if each not in names:
            sys.exit("%s is not linked: this looks at the wrong names" % each)
    found = list(strangers(names, RPC))
    if found:
        sys.exit("an rpc client links what is not its own: " + " ".join(found))
    also = linked(PROGRAM % FAKE, compiler, root, files, sys.argv[4:], tasks)
    if not any(each.startswith("fake/") for each in strangers(also, RPC)):
        sys.exit("a program with a fake is not told from one without")
    rest = linked(REST_PROGRAM % table_version(root), compiler, root, files,
                  sys.argv[4:])
    for each in ("protocol/rest.c", "transport/http.c", "record/route.c",
                 "core/places.c", "core/parked.c", "client/login.c",
                 "transport/http_cache.c"):
        if each not in rest:
            sys.exit("%s is not linked: this looks at the wrong names" % each)
        if each in names:
            sys.exit("an rpc client links " + each)
    found = list(strangers(rest, REST))
    if found:
        sys.exit("a client of rest links what is not its own: " +
                 " ".join(found))
    print("%d files of %d are linked" % (len(names), len(files)))


if __name__ == "__main__":
    main()
