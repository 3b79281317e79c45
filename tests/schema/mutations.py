#!/usr/bin/env python3
# mutations.py: hundreds of damaged schemas: the schema of schemas accepts and
# refuses what the generator does. Any difference is one of the two's mistake.
#
#   mutations.py BELLPULL ROOT [SEED [ROUNDS]]

import copy
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # no folder beside this file

from goldens import HERE, Judge, SAID, own_of, place_of, read

ROUNDS = 400
WORDS = """string int64[] map<int64> T|null type enum union fields name doc x-a
wire default closed strict variants params result errors 404 0 -1 none 30s event
channel pattern min max min_items as unit reply data tag content recover
examples deprecated idempotent ? id? map null bell 1x true""".split() + [
    "", "a b", "T | null"]

# Of errors whose codes are about structure, these are not: names that meet,
# `null`, which an editor cannot tell from nothing, and a file that might be one
# that others include.
OWN = ("elsewhere", "there twice", "not 'null'", "'service' is missing")


def invent(depth=0):
    chance = random.random()
    if chance < 0.6:
        return random.choice(WORDS)
    if chance < 0.7:
        return random.choice([0, 1, -1, 1.5, 2 ** 31, 404])
    if depth > 2 or chance < 0.8:
        return []
    if chance < 0.9:
        return [invent(depth + 1) for _ in range(random.randrange(1, 3))]
    return {random.choice(WORDS): invent(depth + 1)
            for _ in range(random.randrange(3))}


def places(node):
    """Every container with each of its keys."""
    if not isinstance(node, (dict, list)):
        return
    keys = list(node) if isinstance(node, dict) else range(len(node))
    for key in keys:
        yield node, key
        yield from places(node[key])


def mutate(document):
    document = copy.deepcopy(document)
    for _ in range(random.choice([1, 1, 2])):
        node, key = random.choice(list(places(document)))
        chance = random.random()
        if chance < 0.4:
            node[key] = invent()
        elif chance < 0.55:
            del node[key]
        elif isinstance(node, dict) and chance < 0.8:
            node[random.choice(WORDS)] = invent()
        elif isinstance(node, dict):
            node[random.choice(WORDS + [f"{key}?", f"{key}s"])] = node.pop(key)
    return document


def ask(bellpull, path):
    """The exit code, and what is said, by codes and messages."""
    done = subprocess.run([bellpull, "check", "--quiet", path], text=True,
                          stderr=subprocess.PIPE, check=False)
    said = [match for match in map(SAID.match, done.stderr.splitlines())
            if match]
    return done.returncode, [(match["code"], match["message"])
                             for match in said]


def judge_one(judge, codes, bellpull, path):
    """What the two disagree in, or None."""
    errors = judge.errors(read(path))
    code, said = ask(bellpull, path)
    if code not in (0, 1):
        return f"exit code {code}"
    if errors and code == 0:
        return (f"only the schema refuses it, at {place_of(errors[0])}: "
                f"{errors[0].message[:200]}")
    told = [message for which, message in said if which in codes and
            not any(word in message for word in OWN)]
    if told and not errors:
        return f"only the generator refuses it: {told[0]}"
    return None


def main(bellpull, root, seed="1", rounds=str(ROUNDS)):
    root = Path(root)
    random.seed(int(seed))
    judge = Judge(json.loads(
        (root / "schemas/bellpull.schema.json").read_text()))
    codes, _ = own_of(HERE / "own.txt")
    documents = [read(path) for path in
                 sorted((root / "tests/golden/good").glob("*/schema.yaml")) +
                 sorted((root / "schemas").glob("*.yaml"))]
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "schema.yaml"
        for _ in range(int(rounds)):
            # JSON is YAML: what is a text stays one.
            text = json.dumps(mutate(random.choice(documents)))
            path.write_text(text)
            wrong = judge_one(judge, codes, bellpull, path)
            if wrong:
                failed += 1
                print(f"{wrong}\n  {text}")
    print(f"{rounds} damaged schemas, {failed} failed")
    return 1 if failed else 0


sys.exit(main(*sys.argv[1:]))
