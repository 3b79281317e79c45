#!/usr/bin/env python3
# meanings.py: what the runtimes of all languages must say alike and the corpus
# cannot see: statuses, events of the log, defaults. It reads their sources and
# knows no compiler; what C alone can mean has its reason below.
"""Usage: meanings.py [ROOT]. Prints the table of all languages."""

import os
import re
import sys

LANGUAGES = ("c", "go", "typescript")
FOLDERS = {"c": ("runtime/c/", (".c", ".h")), "go": ("runtime/go/", ".go"),
           "typescript": ("runtime/typescript/src/", ".ts")}

# What C says that others cannot mean.
ONLY_C = {
    "status ok": "the others have no error then",
    "status no memory": "the others end with their process",
    "status reentrant": "the others have no sync calls",
}

EVENTS = {
    "c": r'(?:BELL_LEVEL_\w+|call_level),\s*'
         r'(?:status == BELL_OK \? "reply" : )?"(\w+)"|'
         r'\? "(reply)" : "(error)"',
    "go": r'Event:\s*"(\w+)"|say\(Level\w+,\s*"(\w+)"|'
          r'\.Event = Level\w+, "(\w+)"',
    "typescript": r'say\([\w\s?:]*"(?:error|warn|info|debug)"'
                  r'(?: : "\w+")?,\s*"(\w+)"',
}

DEFAULTS = {  # name: the name in C, Go, TypeScript
    "connect_deadline": ("connect_deadline_ms", "connectTry",
                         "connectDeadlineMs"),
    "connect_wait": ("connect_wait_ms", "connectWait", "connectWaitMs"),
    "reconnect_min": ("reconnect_min_ms", "reconnectMin", "reconnectMinMs"),
    "reconnect_max": ("reconnect_max_ms", "reconnectMax", "reconnectMaxMs"),
    "ping_grace": ("ping_grace_ms", "pingGrace", "pingGraceMs"),
    "calls_max": ("calls_max", "Calls", "callsMax"),
    "request_bytes_max": ("request_bytes_max", "RequestBytes",
                          "requestBytesMax"),
    "queue_bytes_max": ("queue_bytes_max", "QueueBytes", "queueBytesMax"),
    "message_bytes_max": ("message_bytes_max", "MessageBytes",
                          "messageBytesMax"),
    "reply_bytes_max": ("reply_bytes_max", "ReplyBytes", "replyBytesMax"),
    "depth_max": ("depth_max", "depthMax", "export const DEPTH_MAX"),
    "items_max": ("items_max", "itemsMax", "export const ITEMS_MAX"),
}

SHAPES = {  # how a default stands there, %s being its name
    "c": r"(?:options->|\.)%s(?:, | = )([\d *MIB]+)[);,]",
    "go": r"\b%s(?:, | += )([\d *]*\d(?:\*time\.\w+)?|"
          r"(?:\d+\*)?mebibyte)(?:[)\s,]|$)",
    "typescript": r"\b%s(?:: | = )([\d_ *MIB]+)[,;]",
}

UNITS = (("_", ""), ("time.Second", "1000"), ("time.Millisecond", "1"),
         ("MIB", "1048576"), ("mebibyte", "1048576"))


def number(text):
    """`64 * MIB`, `5*time.Second`: a number of bytes, items, milliseconds."""
    for word, value in UNITS:
        text = text.replace(word, value)
    product = 1
    for factor in text.split("*"):
        product *= int(factor)
    return product


def statuses(language, text):
    if language == "c":
        table = re.search(r"status_names\[\] = \{([^}]*)\}", text)
        return re.findall(r'"([\w ]+)"', table.group(1)) if table else []
    if language == "go":
        return re.findall(r'^\tStatus\w+\s+Status = "(\w+)"', text, re.M)
    kind = re.search(r"export type Status =(.*?);\n\n", text, re.S)
    return re.findall(r'\| "(\w+)"', kind.group(1)) if kind else []


def events(language, text):
    for groups in re.findall(EVENTS[language], text):
        for name in groups if isinstance(groups, tuple) else (groups,):
            if name:
                yield name


def said(language, text):
    """{what: value} of one language; a status and an event is its own."""
    found = {}
    for name in statuses(language, text):
        found["status " + name.replace("_", " ")] = name.replace("_", " ")
    for name in events(language, text):
        found["event " + name] = name
    for name, names in DEFAULTS.items():
        own = names[LANGUAGES.index(language)]
        match = re.search(SHAPES[language] % own, text, re.M)
        if match:
            found["default " + name] = number(match.group(1))
    return found


def of_house(house):
    table = {}
    for language, (folder, ends) in FOLDERS.items():
        text = "\n".join(
            house.read(path) or "" for path in house.files
            if path.startswith(folder) and path.endswith(ends)
            and not path.endswith("_test.go"))
        table[language] = said(language, text)
    return table


def differences(table):
    """(language, what, its value, C's) of what is not said alike."""
    for what in sorted(set().union(*table.values())):
        want = table["c"].get(what)
        for language in LANGUAGES[1:]:
            got = table[language].get(what)
            if got != want and what not in ONLY_C:
                yield language, what, got, want


def check_meanings(house):
    """Of a tree that has the three languages."""
    table = of_house(house)
    if not all(table.values()):
        return
    for language, what, got, want in differences(table):
        house.say(FOLDERS[language][0].rstrip("/"), 1,
                  "%s: %s here, %s in C" % (what, got, want))


def main():
    from check import House
    here = os.path.dirname(os.path.abspath(__file__))
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "..")
    table = of_house(House(os.path.abspath(root)))
    for what in sorted(set().union(*table.values())):
        print("%-28s" % what, *("%-14s" % table[language].get(what, "-")
                                for language in LANGUAGES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
