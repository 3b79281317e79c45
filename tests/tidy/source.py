#!/usr/bin/env python3
# source.py: what can be told of a source file by reading its text: code
# without its comments, functions, names. It knows no rule and no compiler.

import re

COMMENT_OR_TEXT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"'
                             r"|'(?:\\.|[^'\\\n])+'", re.S)
GO_COMMENT_OR_TEXT = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|`[^`]*`'
    r"|'(?:\\.|[^'\\\n])+'", re.S)

# A name that is used: no member of something, and no member being set.
# One that stands before a head: what is in it is nobody's name.
ATTRIBUTE = re.compile(r"__attribute__\(\((?:[^()]|\([^()]*\))*\)\)\s*")
NAME = re.compile(r"(?<![\w.>])([A-Za-z_]\w*)")


def without_comments_and_texts(text, pattern=COMMENT_OR_TEXT):
    """The code alone; lines stay where they are."""
    def blank(match):
        return '""' + "\n" * match.group(0).count("\n")
    return pattern.sub(blank, text)


def go_code(text):
    return without_comments_and_texts(text, GO_COMMENT_OR_TEXT)


def head_of(lines, begin):
    """The head of the function whose body begins at this line, as one."""
    head = ""
    for line in reversed(lines[max(0, begin - 12):begin]):
        if not line.strip() or line[0] in "}#":
            break
        head = line + " " + head
    return ATTRIBUTE.sub("", head)


def function_name(lines, begin):
    """The name before the first parenthesis of the head above the brace."""
    match = re.search(r"(\w+)\s*\(", head_of(lines, begin))
    return match.group(1) if match else "?"


def c_functions(code):
    """(name, is it static, line of its brace, line behind it) of each function
    of C: a body begins and ends with a brace in the first column."""
    lines = code.split("\n")
    begin = None
    for number, line in enumerate(lines):
        if line == "{":
            begin = number
        elif line.startswith("}") and begin is not None:
            head = head_of(lines, begin).partition("(")[0].split()
            yield function_name(lines, begin), "static" in head, begin, number
            begin = None


def go_functions(code):
    """The same for Go, where only functions without a receiver have a name
    that says whose they are."""
    name, begin = None, 0
    for number, line in enumerate(code.split("\n")):
        match = re.match(r"func (?:\([^)]*\) )?(\w+)", line)
        if match and not line.rstrip().endswith("}"):
            name, begin = match.group(1), number
        elif line.startswith("}") and name is not None:
            yield name, begin, number
            name = None


def names_in(code):
    return set(NAME.findall(code))
