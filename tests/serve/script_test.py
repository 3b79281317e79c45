#!/usr/bin/env python3
# script_test.py: `bellpull serve` by a script, what it writes down, what it was
# told to expect, and schemas that change while it runs.
#
#   script_test.py BELLPULL SCHEMA

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
from line import Line, Server, WAIT_SECONDS_MAX  # noqa: E402

BELLPULL, SCHEMA = sys.argv[1:3]
SCRIPT = """\
- {method: tasks.get_stats, params: {user_id: "1"}, times: 2,
   result: {total: 1, completed: 0, pending: 1}}
- method: tasks.get_stats
  params: {user_id: "1"}
  error: {code: 429, message: too many, temporary: true}
- {method: tasks.touch, then: closed, times: always}
- {method: tasks.get_stats, when: closed, fault: "error:410:closed"}
- {method: tasks.get_stats, when: closed, then: "", times: always,
   result: {total: 9, completed: 9, pending: 0}}
- {method: tasks.list, fault: drop, times: 1}
"""


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name, text=None):
        path = os.path.join(self.folder, name)
        if text is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return path

    def serve(self, *words, schema=SCHEMA):
        server = Server(BELLPULL, schema, *words)
        self.addCleanup(server.close)
        return server

    def client(self, server):
        line = Line(server.port)
        self.addCleanup(line.close)
        self.assertEqual(101, line.upgrade())
        line.send('{"id":1,"connect":{}}')
        line.receive()
        return line

    def ask(self, line, user="1", method="tasks.get_stats"):
        line.send(json.dumps({"id": 2, "rpc": {
            "method": method, "data": {"user_id": user}}}))
        reply = json.loads(line.receive()[1])
        return reply.get("error", reply.get("rpc"))

    def ended(self, *words):
        done = subprocess.run(
            [BELLPULL, "serve", SCHEMA, "--port", "0", *words],
            capture_output=True, text=True, timeout=WAIT_SECONDS_MAX,
            check=False)
        return done.returncode, done.stderr


class Scripts(Case):
    def test_steps_and_states(self):
        line = self.client(self.serve("--script", self.path("s.yaml", SCRIPT)))
        total = [self.ask(line)["data"]["total"] for _ in range(2)]
        self.assertEqual([1, 1], total)
        self.assertEqual({"code": 429, "message": "too many",
                          "temporary": True}, self.ask(line))
        self.assertEqual(3, self.ask(line)["data"]["total"])  # the schema's
        self.assertEqual({}, self.ask(line, method="tasks.touch"))
        self.assertEqual({"code": 410, "message": "closed"}, self.ask(line))
        self.assertEqual(9, self.ask(line)["data"]["total"])
        self.assertEqual(3, self.ask(line)["data"]["total"])
        line.send('{"id":2,"rpc":{"method":"tasks.list",'
                  '"data":{"user_id":"1"}}}')
        self.assertTrue(line.at_end())

    def test_json_will_do(self):
        text = json.dumps([{"method": "tasks.touch",
                            "error": {"code": 7, "message": "no"}}])
        line = self.client(self.serve("--script", self.path("s.json", text)))
        self.assertEqual({"code": 7, "message": "no"},
                         self.ask(line, method="tasks.touch"))

    def test_wrong_ones(self):
        for text, said in (
                ("method: x", "s.yaml:1: a script is a list of steps"),
                ("- x", "s.yaml:1: a step is a map"),
                ("- {result: 1}", "s.yaml:1: a step has a method"),
                ("\n- {method: nix}", "s.yaml:2: there is no such method"),
                ("- {method: tasks.touch, result: 1}",
                 "s.yaml:1: result: the method has none"),
                ("- {method: tasks.get_stats,\n   result: {total: x}}",
                 "s.yaml:2: result.total: "),
                ("- {method: tasks.get_stats, params: {user_id: 5}}",
                 "s.yaml:1: params.user_id: "),
                ("- {method: tasks.touch, times: 0}", "s.yaml:1: times: "),
                ("- {method: tasks.touch, fault: nix}",
                 "s.yaml:1: the fault 'nix'"),
                ("- {method: tasks.touch, other: 1}",
                 "s.yaml:1: a step has method, params, "),
                ("- {method: tasks.touch, error: 409}",
                 "s.yaml:1: error: write {code: 409}"),
                ("- {method: tasks.touch, error: [409]}",
                 "s.yaml:1: error: wanted a map"),
                ("- method: tasks.touch\n  error: {message: x}",
                 "s.yaml:2: error.code: wanted a number from 1 to "),
                ("- {method: tasks.touch, error: {code: 0}}",
                 "s.yaml:1: error.code: wanted a number from 1 to "),
                ("- {method: tasks.touch, error: {code: 2147483648}}",
                 "s.yaml:1: error.code: wanted a number from 1 to "),
                ("- {method: tasks.touch, error: {code: 1, text: x}}",
                 "s.yaml:1: an error has code, message and temporary"),
                ("- {method: tasks.touch, error: {code: 1, message: [x]}}",
                 "s.yaml:1: message: wanted a word"),
                ("- {method: tasks.list,\n   result: [],\n"
                 "   error: {code: 1}}",
                 "s.yaml:3: a step has a result or an error, not both"),
                ("- {method: tasks.touch, when: [x]}",
                 "s.yaml:1: when: wanted a word"),
                ("- {method: tasks.touch, then: {x: y}}",
                 "s.yaml:1: then: wanted a word"),
                ("- {method: 'tasks.touch", "s.yaml:1:")):
            code, errors = self.ended("--script", self.path("s.yaml", text))
            self.assertEqual(1, code, text)
            self.assertIn(said, errors)
        self.assertEqual(3, self.ended("--script", "/nowhere")[0])


    def test_what_means_nothing_to_a_proxy(self):
        for mode, kinds in (
                ("--rpc-proxy", ("reorder", "duplicate", "burst")),
                ("--publish-proxy", ("close", "drop", "cut-frame",
                                     "freeze"))):
            for kind in kinds:
                script = self.path(
                    "s.yaml", "- {method: tasks.touch}\n"
                              f"- {{method: tasks.touch, fault: {kind}}}\n")
                self.assertEqual(
                    (1, f"bellpull: {script}:2: the fault {kind} means "
                        f"nothing with {mode}\n"),
                    self.ended(mode, "--script", script))


class Records(Case):
    def test_calls_are_written_down(self):
        record = self.path("record")
        server = self.serve("--record", record, "--fault",
                            "tasks.touch=error:5:no")
        line = self.client(server)
        line.send('{"id":2,"rpc":{"method":"tasks.get_stats","data":'
                  '{ "user_id" : "12 3\\" x" }}}')
        line.receive()
        self.ask(line, method="tasks.touch")
        line.send(b'{"id":2,"rpc":{"method":"nix\xff","data":"\xff"}}')
        line.receive()
        self.assertEqual(0, server.end())
        with open(record, encoding="utf-8") as file:
            rows = file.read().splitlines()
        self.assertTrue(rows[0].startswith(
            '{"client":1,"method":"tasks.get_stats",'
            '"params":{"user_id":"12 3\\" x"},"result":{"total":3'), rows[0])
        self.assertEqual(
            {"client": 1, "method": "tasks.touch", "params": {"user_id": "1"},
             "error": {"code": 5, "message": "no"}, "fault": "error"},
            json.loads(rows[1]))
        self.assertEqual("nix", json.loads(rows[2])["method"][:3])
        self.assertEqual(100, json.loads(rows[2])["error"]["code"])

    def test_params_stay_what_they_are(self):
        record = self.path("record")
        server = self.serve("--record", record)
        line = self.client(server)
        twice = '{"user_id":"1","user_id":"2"}'
        many = "{" + ",".join(f'"{at}":1' for at in range(6000)) + "}"
        for params in (twice, many):
            line.send('{"id":2,"rpc":{"method":"tasks.get_stats","data":' +
                      params + "}}")
            line.receive()
        before = server.ticks()
        self.assertEqual(0, server.end())
        self.assertLess(before, 200)  # of 100 a second
        with open(record, encoding="utf-8") as file:
            rows = file.read().splitlines()
        self.assertIn('"params":' + twice + ",", rows[0])
        self.assertIn('"params":' + many + ",", rows[1])
        server = self.serve("--expect", record)
        line = self.client(server)
        for params in (twice, many):
            line.send('{"id":2,"rpc":{"method":"tasks.get_stats","data":' +
                      params + "}}")
            line.receive()
        self.assertLess(server.ticks(), 200)
        self.assertEqual(0, server.end(), server.errors())

    def test_no_file_no_server(self):
        code, said = self.ended("--record", "/nowhere/record")
        self.assertEqual(3, code)
        self.assertIn("/nowhere/record", said)

    def test_a_full_disk_ends_it(self):
        server = self.serve("--record", "/dev/full")
        self.ask(self.client(server))
        self.assertEqual(3, server.end(0))
        self.assertIn("cannot write /dev/full: No space", server.errors())

    def test_a_record_is_what_can_be_expected(self):
        record = self.path("record")
        for words in (("--record", record), ("--expect", record)):
            server = self.serve(*words)
            line = self.client(server)
            for user in ("1", "2"):
                self.ask(line, user)
            self.assertEqual(0, server.end(), server.errors())


class Expectations(Case):
    def run_with(self, expected, *users):
        server = self.serve("--expect", self.path("e", expected))
        line = self.client(server)
        for user in users:
            self.ask(line, user)
        return server.end(), server.errors()

    ONE = ('{"method":"tasks.get_stats","params":{"user_id":"1"}}\n'
           '\n{"method":"tasks.get_stats"}\n')

    def test_what_came_is_what_was_expected(self):
        self.assertEqual((0, ""), self.run_with(self.ONE, "1", "2"))
        spelled = r'{"params":{"user_\u0069d":"\u0031"},"method":"tasks' \
                  r'\u002eget_stats"}'
        self.assertEqual((0, ""), self.run_with(spelled, "1"))
        self.assertEqual((0, ""), self.run_with(""))

    def test_another_one(self):
        code, said = self.run_with(self.ONE, "2", "3", "4")
        self.assertEqual(6, code)
        self.assertEqual(
            'bellpull: call 1 is not the expected one: tasks.get_stats '
            '{"user_id": "2"}; expected was "tasks.get_stats" '
            '{"user_id":"1"}\n', said)

    def test_one_too_many(self):
        code, said = self.run_with(self.ONE, "1", "2", "3")
        self.assertEqual(6, code)
        self.assertIn("call 3 is not the expected one", said)
        self.assertIn("no more were expected", said)

    def test_one_too_few(self):
        code, said = self.run_with(self.ONE, "1")
        self.assertEqual(6, code)
        self.assertEqual('bellpull: a call never came: "tasks.get_stats" \n',
                         said)

    def test_wrong_files(self):
        for text in ("nonsense", "[]", '{"params":{}}', '{"method":5}'):
            code, said = self.ended("--expect", self.path("e", "\n" + text))
            self.assertEqual(2, code)
            self.assertIn("e:2: a line is an object with a method", said)
        self.assertEqual(3, self.ended("--expect", "/nowhere")[0])


SCHEMA_TEXT = ("bellpull: 1\nservice: made\nrpc:\n  made.one:\n"
               "    result: {fields: {n: int32}}\n"
               "    examples: [{result: {n: %d}}]\n")


class Changes(Case):
    def number(self, line):
        line.send('{"id":2,"rpc":{"method":"made.one"}}')
        return json.loads(line.receive()[1])["rpc"]["data"]["n"]

    def wait_for(self, server, said):
        limit = time.monotonic() + WAIT_SECONDS_MAX
        while said not in server.errors():
            self.assertLess(time.monotonic(), limit, server.errors())
            time.sleep(0.02)

    def replace(self, text):
        """As editors do: another file takes the name."""
        os.replace(self.path("new", text), self.path("made.yaml"))

    def test_a_signal(self):
        path = self.path("made.yaml", SCHEMA_TEXT % 1)
        server = self.serve(schema=path)
        line = self.client(server)
        self.assertEqual(1, self.number(line))
        self.replace(SCHEMA_TEXT % 2)
        self.assertEqual(1, self.number(line))
        server.process.send_signal(signal.SIGHUP)
        self.wait_for(server, "has been read again")
        self.assertEqual(2, self.number(line))  # on the same line
        self.path("made.yaml", "nonsense")
        server.process.send_signal(signal.SIGHUP)
        self.wait_for(server, "read before still serves")
        self.assertEqual(2, self.number(line))
        self.assertEqual(0, server.end())

    def test_a_pipe_is_not_waited_for(self):
        path = self.path("made.yaml", SCHEMA_TEXT % 1)
        script = self.path("s.yaml", "[]")
        server = self.serve("--script", script, schema=path)
        line = self.client(server)
        for name, text in ((path, SCHEMA_TEXT % 1), (script, "[]")):
            os.remove(name)
            os.mkfifo(name)
            server.process.send_signal(signal.SIGHUP)
            self.wait_for(server, f"cannot read {name} again: it is no "
                                  "regular file")
            self.assertEqual(1, self.number(line))
            self.path("new", text)
            os.replace(self.path("new"), name)
        self.assertEqual(0, server.end())

    def test_a_fault_that_means_nothing_is_not_read_again(self):
        path = self.path("made.yaml", SCHEMA_TEXT % 1)
        script = self.path("s.yaml", "[]")
        server = self.serve("--script", script, "--rpc-proxy", schema=path)
        self.path("s.yaml", "- {method: made.one, fault: duplicate}")
        server.process.send_signal(signal.SIGHUP)
        self.wait_for(server, "read before still serves")
        self.assertIn("s.yaml:1: the fault duplicate means nothing with "
                      "--rpc-proxy", server.errors())

    def test_watched(self):
        path = self.path("made.yaml", SCHEMA_TEXT % 1)
        server = self.serve("--watch", schema=path)
        line = self.client(server)
        for number in (2, 3):
            self.replace(SCHEMA_TEXT % number)
            limit = time.monotonic() + WAIT_SECONDS_MAX
            while self.number(line) != number:
                self.assertLess(time.monotonic(), limit)
                time.sleep(0.05)
        self.assertEqual(2, server.errors().count("read again"))

    def test_a_script_is_watched(self):
        path = self.path("made.yaml", SCHEMA_TEXT % 1)
        script = self.path("s.yaml", "- {method: made.one, result: {n: 5}, "
                                     "times: always}")
        line = self.client(self.serve("--watch", "--script", script,
                                      schema=path))
        self.assertEqual(5, self.number(line))
        self.path("s.yaml", "[]")
        limit = time.monotonic() + WAIT_SECONDS_MAX
        while self.number(line) != 1:
            self.assertLess(time.monotonic(), limit)
            time.sleep(0.05)

    def test_standard_input_cannot_be_watched(self):
        done = subprocess.run(
            [BELLPULL, "serve", "-", "--watch"], input=SCHEMA_TEXT % 1,
            capture_output=True, text=True, timeout=WAIT_SECONDS_MAX,
            check=False)
        self.assertEqual(2, done.returncode)
        self.assertIn("--watch", done.stderr)


class Verbose(Case):
    def test_params_are_shown_and_tamed(self):
        server = self.serve("--verbose")
        line = self.client(server)
        self.ask(line, "1\n\x1b[31m\u202e")
        line.send('{"id":2,"rpc":{"method":"nix\\nnix\\u001b","data":1}}')
        line.receive()
        self.ask(line, "x" * 5000)
        self.assertEqual(0, server.end())
        first, second, third = server.errors().splitlines()
        self.assertEqual('#1 tasks.get_stats {"user_id": "1\\n\\u001b[31m'
                         '\\u202e"}: 68 bytes', first)
        self.assertEqual("#1 nix nix  1: error 404 method not found", second)
        self.assertIn("xxx...: 68 bytes", third)
        self.assertLess(len(third), 700)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
