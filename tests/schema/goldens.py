#!/usr/bin/env python3
# goldens.py: schemas/bellpull.schema.json accepts and refuses what the
# generator does, over all goldens.
#
#   goldens.py ROOT
#
# What the generator says is in the goldens' stderr.txt; which of its errors are
# about structure, so that an editor can tell them by the schema, and which bad
# cases are the generator's own, is in own.txt beside this file.

import json
import os
import re
import sys
from pathlib import Path

try:
    import jsonschema
    import yaml
except ImportError as missing:
    system = "/usr/bin/python3"  # what Debian's packages are for
    if (os.path.exists(system) and
            os.path.realpath(system) != os.path.realpath(sys.executable)):
        os.execv(system, [system, *sys.argv])
    print(f"{missing}: scripts/setup.sh --tests installs it")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)

HERE = Path(__file__).resolve().parent
SAID = re.compile(r"^(?P<file>[^:\s]+):\d+:\d+: error\[(?P<code>E\d+)\]: "
                  r"(?:(?P<place>\S+): )?(?P<message>.*)$")


class Loader(yaml.CSafeLoader):
    """YAML 1.2's core schema by libyaml; keys are texts."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=True):
        return {self.key(key): self.construct_object(value, deep=True)
                for key, value in node.value}

    @staticmethod
    def key(node):
        if not isinstance(node, yaml.ScalarNode):
            raise yaml.YAMLError("a key that is not text")
        return node.value


def core(tag, pattern, first):
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag,
                                 re.compile("^(?:" + pattern + ")$"), first)


core("bool", "true|True|TRUE|false|False|FALSE", list("tTfF"))
core("null", "~|null|Null|NULL|", ["~", "n", "N", ""])
core("int", "[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789"))
core("float",
     r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
     r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", list("-+0123456789."))
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node:
                       int(node.value, 0 if node.value[:2] in ("0o", "0x")
                           else 10))
Loader.add_constructor("tag:yaml.org,2002:map", Loader.construct_mapping)


def read(path):
    """The document as an editor sees it; None where it is none."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if path.suffix == ".json":
            return json.loads(text)
        if text.count("&") > 5 and re.search(r": &\w+ \[\*", text):
            return None  # a bomb: anchors of lists of aliases
        return yaml.load(text, Loader)
    except (yaml.YAMLError, ValueError, RecursionError, OSError):
        return None


def own_of(path):
    """The codes about structure, and what is the generator's own."""
    codes, own = set(), {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].split()
        if line and line[0] == "structural":
            codes.update(line[1:])
        elif line:
            own[line[0]] = True
    return codes, own


def said_of(case):
    """What the generator says: for each file the codes and their places."""
    said = {}
    told = case / "stderr.txt"
    for line in told.read_text().splitlines() if told.exists() else []:
        match = SAID.match(line)
        if match:
            said.setdefault(match["file"], []).append(
                (match["code"], match["place"] or ""))
    return said


def schemas_of(case):
    return sorted(path for path in case.iterdir()
                  if path.suffix in (".yaml", ".yml", ".json"))


def place_of(error):
    """As the generator writes it: rpc.list.examples[0]."""
    text = ""
    for part in error.absolute_path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def meets(told, place):
    """Whether an editor's mark is where the generator's is: there, in it, or
    at the map that it is a key of."""
    if told.startswith(place):
        return True
    return place.startswith(told) and (told != "" or "." not in place)


OWN = (": where that is the generator's own to say, list it in "
       "tests/schema/own.txt")


class Judge:
    def __init__(self, schema):
        jsonschema.Draft7Validator.check_schema(schema)
        self.validator = jsonschema.Draft7Validator(schema)
        self.failed = 0
        self.counts = {"accepted": 0, "refused": 0, "own": 0}

    def errors(self, document):
        return sorted(self.validator.iter_errors(document),
                      key=lambda error: list(map(str, error.absolute_path)))

    def want(self, good, name, sentence):
        if not good:
            print(f"{name}: {sentence}")
            self.failed += 1

    def accepts(self, path, name):
        document = read(path)
        if document is None:
            self.want(False, name, "cannot be read")
            return
        errors = self.errors(document)
        told = "; ".join(f"{place_of(error)}: {error.message[:100]}"
                         for error in errors[:3])
        self.want(not errors, name, f"should be accepted: {told}")
        self.counts["accepted"] += 1

    def refuses(self, path, name, places=()):
        document = read(path)
        if document is None:
            self.want(False, name, "cannot be read")
            return
        told = [place_of(error) for error in self.errors(document)]
        self.want(told, name, "should be refused" + OWN)
        for place in places:
            self.want(any(meets(one, place) for one in told), name,
                      f"should be refused at {place}" + OWN)
        self.counts["refused"] += 1


def is_reader_code(code):
    """The text is no YAML or JSON: an editor says so by itself."""
    return code.startswith("E0")


def judge_bad(judge, case, codes, own):
    said = said_of(case)
    for path in schemas_of(case):
        name = f"{case.name}/{path.name}"
        told = said.get(path.name, [])
        if own.pop(name, False):
            judge.accepts(path, name + " (own.txt)")
            judge.counts["own"] += 1
            continue
        places = [place for code, place in told if code in codes and
                  not own.pop(f"{name}:{place}", False)]
        if places and not any(is_reader_code(code) for code, _ in told):
            judge.refuses(path, name, places)


def check_words(judge, schema):
    """An editor shows each key's description."""
    def look(node, place):
        if isinstance(node, list):
            for part in node:
                look(part, place)
        if not isinstance(node, dict):
            return
        for key, value in node.get("properties", {}).items():
            while "$ref" in value:
                value = schema["definitions"][value["$ref"].split("/")[-1]]
            judge.want("description" in value or "not" in value,
                       f"{place}.{key}", "has no description")
        for key, value in node.items():
            look(value, f"{place}.{key}")
    look(schema, "schema")


def main(root):
    schema = json.loads((root / "schemas/bellpull.schema.json").read_text())
    codes, own = own_of(HERE / "own.txt")
    judge = Judge(schema)
    goldens = root / "tests/golden"
    for case in sorted((goldens / "good").iterdir()):
        for path in schemas_of(case):
            judge.accepts(path, f"good/{case.name}/{path.name}")
    for folder in ("schemas", "schemas/arcp", "tests/live", "tests/bench"):
        for path in sorted((root / folder).glob("*.yaml")):
            judge.accepts(path, f"{folder}/{path.name}")
    for case in sorted((goldens / "bad").iterdir()):
        judge_bad(judge, case, codes, own)
    for path in sorted((HERE / "good").glob("*.yaml")):
        judge.accepts(path, f"schema/good/{path.name}")
    for path in sorted((HERE / "bad").glob("*.yaml")):
        judge.refuses(path, f"schema/bad/{path.name}")
    check_words(judge, schema)
    for name in own:
        judge.want(False, name, "is in own.txt, and there is no such case")
    judge.want(judge.counts["refused"] > 20, "goldens", "hardly any is bad")
    print(", ".join(f"{count} {what}" for what, count in
                    judge.counts.items()) + f", {judge.failed} failed")
    return 1 if judge.failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
