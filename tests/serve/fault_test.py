#!/usr/bin/env python3
# fault_test.py: `bellpull serve --fault`: what goes wrong on demand, as it is
# seen on the wire.
#
#   fault_test.py BELLPULL SCHEMA

import http.client
import json
import queue
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.dont_write_bytecode = True
from line import Line, Server, WAIT_SECONDS_MAX  # noqa: E402

BELLPULL, SCHEMA = sys.argv[1:3]
GOOD = {"total": 3, "completed": 1, "pending": 2,
        "by_state": {"open": 2, "done": 1}}


class Case(unittest.TestCase):
    def serve(self, *faults, more=()):
        words = [word for fault in faults for word in ("--fault", fault)]
        server = Server(BELLPULL, SCHEMA, *words, *more)
        self.addCleanup(server.close)
        return server

    def line(self, server, connect=True):
        line = Line(server.port)
        self.addCleanup(line.close)
        self.assertEqual(101, line.upgrade())
        if connect:
            line.send('{"id":1,"connect":{}}')
            self.assertIn(b'"connect"', line.receive()[1])
        return line

    def call(self, line, *ids, method="tasks.get_stats",
             params='{"user_id":"123"}'):
        line.send("\n".join(
            '{"id":%d,"rpc":{"method":"%s","data":%s}}' % (id, method, params)
            for id in ids))

    def replies(self, line, count):
        """So many, in the order in which they come."""
        got = []
        while len(got) < count:
            opcode, payload = line.receive()
            self.assertEqual(1, opcode, payload)
            got += [json.loads(row) for row in payload.split(b"\n")]
        return got

    def ids(self, line, count):
        return [reply["id"] for reply in self.replies(line, count)]

    def result(self, line, id=2, **more):
        self.call(line, id, **more)
        return self.replies(line, 1)[0]["rpc"]["data"]


class Kinds(Case):
    def test_error(self):
        line = self.line(self.serve("error:404:no: such@1", "error@1"))
        self.call(line, 2, 3, 4)
        first, second, third = self.replies(line, 3)
        self.assertEqual({"code": 404, "message": "no: such"}, first["error"])
        self.assertEqual({"code": 100, "message": "internal server error",
                          "temporary": True}, second["error"])
        self.assertEqual(GOOD, third["rpc"]["data"])

    def test_close(self):
        line = self.line(self.serve("close:4500:go away@1"))
        self.call(line, 2, 3)
        self.assertEqual((4500, "go away"), line.receive_close())

    def test_close_is_cut_between_characters(self):
        server = self.serve("close:4000:" + "\u00e9" * 62)
        line = self.line(server)
        self.call(line, 2)
        self.assertEqual((4000, "\u00e9" * 61), line.receive_close())

    def test_what_was_answered_before_comes(self):
        line = self.line(self.serve("tasks.touch=close"))
        self.call(line, 2)
        self.call(line, 3, method="tasks.touch")
        self.assertEqual([2], self.ids(line, 1))
        self.assertEqual((3004, "internal server error"),
                         line.receive_close())

    def test_late(self):
        line = self.line(self.serve("late:300ms@1"))
        before = time.monotonic()
        self.call(line, 2, 3)
        self.assertEqual([3, 2], self.ids(line, 2))
        self.assertGreaterEqual(time.monotonic() - before, 0.3)

    def test_silent(self):
        line = self.line(self.serve("silent@1"))
        self.call(line, 2, 3)
        self.assertEqual([3], self.ids(line, 1))

    def test_drop(self):
        line = self.line(self.serve("tasks.touch=drop"))
        self.call(line, 2)
        self.assertEqual([2], self.ids(line, 1))
        self.call(line, 3, method="tasks.touch")
        self.assertTrue(line.at_end())

    def test_duplicate(self):
        line = self.line(self.serve("duplicate:3@1"))
        self.call(line, 2, 3)
        self.assertEqual([2, 2, 2, 3], self.ids(line, 4))

    def test_reorder(self):
        line = self.line(self.serve("reorder:2@1"))
        self.call(line, 2, 3, 4, 5)
        self.assertEqual([3, 4, 2, 5], self.ids(line, 4))

    def test_reorder_alone(self):
        line = self.line(self.serve("reorder"))
        self.call(line, 2)
        self.assertEqual([2], self.ids(line, 1))

    def test_wrong_type(self):
        seen = set()
        line = self.line(self.serve("wrong-type"))
        for id in range(2, 40):
            self.call(line, id)
            data = self.replies(line, 1)[0]["rpc"]["data"]
            self.assertNotEqual(GOOD, data)
            seen.add(json.dumps(data))
        self.assertGreater(len(seen), 3)  # not always the same

    def test_wrong_type_of_a_member(self):
        line = self.line(self.serve("wrong-type:total"))
        self.assertEqual({**GOOD, "total": "of another type"},
                         self.result(line))

    def test_unknown_variant(self):
        line = self.line(self.serve("unknown-variant"))
        data = self.result(line, method="tasks.list")
        states = [task["state"] for task in data]
        self.assertEqual(1, states.count("nobody knows this"), states)
        self.assertEqual(["Ring the bell", "Pull the rope"],
                         [task["title"] for task in data])

    def test_nothing_to_spoil(self):
        server = self.serve("unknown-variant")
        line = self.line(server)
        self.assertEqual(GOOD, self.result(line))
        self.assertIn("tasks.get_stats has nothing", server.errors())

    def test_cut_frame(self):
        for fault, size in (("cut-frame", None), ("cut-frame:1", 1),
                            ("cut-frame:9", 9)):
            line = self.line(self.serve(fault))
            self.call(line, 2)
            got = b""
            while True:
                piece = line.socket.recv(65536)
                if not piece:
                    break
                got += piece
            whole = 4 + len(b'{"id":2,"rpc":{"data":}}') + len(
                json.dumps(GOOD, separators=(",", ":")))
            self.assertEqual(0x81, got[0])
            self.assertLess(len(got), whole)
            if size is not None:
                self.assertEqual(size, len(got))

    def test_freeze(self):
        """Neither answers nor pings nor what is said comes through."""
        line = self.line(self.serve("tasks.touch=freeze:400ms@1"))
        before = time.monotonic()
        self.call(line, 2, method="tasks.touch")
        line.write(line.frame(b"p", 9))
        self.call(line, 3)
        opcodes = [line.receive()[0] for _ in range(3)]
        self.assertGreaterEqual(time.monotonic() - before, 0.4)
        self.assertEqual([1, 1, 10], sorted(opcodes))

    def test_freeze_hears_nothing(self):
        """Not even what has come in the same piece."""
        with tempfile.NamedTemporaryFile("r") as record:
            server = self.serve("tasks.touch=freeze@1",
                                more=("--record", record.name))
            line = self.line(server)
            calls = [json.dumps({"id": id, "rpc": {
                "method": "tasks.touch", "data": {"user_id": "1"}}})
                for id in (2, 3)]
            line.write(b"".join(line.frame(call.encode()) for call in calls))
            other = self.line(server)
            self.result(other)
            other.close()
            self.assertEqual(0, server.end())
            rows = [json.loads(row) for row in record]
        self.assertEqual([(1, "tasks.touch"), (2, "tasks.get_stats")],
                         [(row["client"], row["method"]) for row in rows])

    def test_freeze_for_good(self):
        server = self.serve("freeze")
        line = self.line(server)
        self.call(line, 2)
        line.socket.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            line.receive()
        self.assertEqual(0, server.end())

    def test_burst(self):
        line = self.line(self.serve("tasks.touch=burst:4"))
        self.call(line, 2, 3, 4, method="tasks.touch")
        self.call(line, 9)
        self.assertEqual([9], self.ids(line, 1))
        self.call(line, 5, method="tasks.touch")
        _, payload = line.receive()  # all in one frame
        self.assertEqual([2, 3, 4, 5],
                         [json.loads(row)["id"]
                          for row in payload.split(b"\n")])

    def test_in_binary(self):
        server = self.serve("tasks.touch=duplicate")
        line = Line(server.port)
        self.addCleanup(line.close)
        line.upgrade(Sec_WebSocket_Protocol="centrifuge-protobuf")
        line.send(b"\x04\x08\x01\x22\x00", 2)
        self.assertEqual(2, line.receive()[0])
        params = b'{"user_id":"1"}'
        call = (b"\x12\x0btasks.touch\x0a" + bytes([len(params)]) + params)
        command = b"\x08\x02\x6a" + bytes([len(call)]) + call
        line.send(bytes([len(command)]) + command, 2)
        self.assertEqual((2, b"\x04\x08\x02\x6a\x00" * 2), line.receive())


class Names(Case):
    def test_connect(self):
        server = self.serve("connect=error:109:token expired@1",
                            "connect=close:3001@1")
        line = self.line(server, connect=False)
        line.send('{"id":1,"connect":{}}')
        self.assertEqual(109, self.replies(line, 1)[0]["error"]["code"])
        line = self.line(server, connect=False)
        line.send('{"id":1,"connect":{}}')
        self.assertEqual(3001, line.receive_close()[0])
        self.line(server)

    def test_refresh(self):
        line = self.line(self.serve("refresh=error:500:later@1"))
        line.send('{"id":2,"refresh":{"token":"t"}}')
        self.assertEqual(500, self.replies(line, 1)[0]["error"]["code"])
        line.send('{"id":3,"refresh":{"token":"t"}}')
        self.assertEqual([{"id": 3, "refresh": {}}], self.replies(line, 1))

    def test_rates_and_seeds(self):
        runs = []
        for seed in ("1", "1", "2"):
            line = self.line(self.serve("error@30%", more=["--seed", seed]))
            self.call(line, *range(2, 202))
            runs.append(["error" in reply for reply in
                         self.replies(line, 200)])
        self.assertEqual(runs[0], runs[1])
        self.assertNotEqual(runs[0], runs[2])
        self.assertTrue(30 < sum(runs[0]) < 90, sum(runs[0]))

    def test_a_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("# rules\n\n  error:401@1\n\ttasks.touch=silent \n")
            file.flush()
            line = self.line(self.serve(more=["--faults-file", file.name]))
            self.call(line, 2)
            self.assertEqual(401, self.replies(line, 1)[0]["error"]["code"])
            self.call(line, 3, method="tasks.touch")
            self.call(line, 4)
            self.assertEqual([4], self.ids(line, 1))

    def refused(self, *words):
        done = subprocess.run(
            [BELLPULL, "serve", SCHEMA, "--port", "0", *words],
            capture_output=True, text=True, timeout=WAIT_SECONDS_MAX,
            check=False)
        self.assertEqual("", done.stdout)
        return done.returncode, done.stderr

    def test_wrong_words(self):
        self.assertEqual(
            (2, "bellpull: the fault 'late:5': wanted late[:TIME], such as "
                "500ms or 2s\n"), self.refused("--fault", "late:5"))
        self.assertEqual(
            (2, "bellpull: the fault 'lat': there is no such kind\n"),
            self.refused("--fault", "lat"))
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("# rules\nsilent\nnix\n")
            file.flush()
            code, said = self.refused("--faults-file", file.name)
            self.assertEqual(2, code)
            self.assertIn(f"{file.name}:3: the fault 'nix'", said)
        self.assertEqual(3, self.refused("--faults-file", "/nowhere")[0])
        for code in (999, 1004, 1005, 1006, 1015, 5000):
            self.assertEqual(
                (2, f"bellpull: the fault 'close:{code}': wanted "
                    "close[:CODE[:REASON]], CODE from 1000 to 4999 but for "
                    "1004, 1005, 1006 and 1015\n"),
                self.refused("--fault", f"close:{code}"))

    def test_names_that_no_call_has(self):
        server = self.serve("tasks.lst=late", "connect=late:0ms",
                            "refresh=late", "ping=late", "tasks.list=late",
                            "zzzzzz=late")
        self.assertEqual(0, server.end())
        self.assertEqual(
            "bellpull: a fault is for tasks.lst, and there is no method of "
            "this name in the schema (did you mean tasks.list?)\n"
            "bellpull: a fault is for zzzzzz, and there is no method of this "
            "name in the schema\n", server.errors())

    def test_what_means_nothing_to_a_proxy(self):
        for mode, kinds in (
                ("--rpc-proxy", ("reorder", "duplicate", "burst")),
                ("--publish-proxy", ("close", "drop", "cut-frame",
                                     "freeze"))):
            for kind in kinds:
                self.assertEqual(
                    (2, f"bellpull: the fault {kind} means nothing with "
                        f"{mode}\n"), self.refused(mode, "--fault", kind))


class RpcProxy(Case):
    def ask(self, server, count=1):
        line = http.client.HTTPConnection("127.0.0.1", server.port,
                                          timeout=WAIT_SECONDS_MAX)
        self.addCleanup(line.close)
        answers = []
        for _ in range(count):
            line.request("POST", "/rpc", json.dumps(
                {"method": "tasks.get_stats", "data": {"user_id": "123"}}))
            answers.append(json.loads(line.getresponse().read()))
        return answers

    def test_answers(self):
        server = self.serve("error:401@1", "late:200ms@1",
                            "wrong-type:total@1", more=["--rpc-proxy"])
        first, second, third, fourth = self.ask(server, 4)
        self.assertEqual(401, first["error"]["code"])
        self.assertEqual(GOOD, second["result"]["data"])
        self.assertEqual("of another type", third["result"]["data"]["total"])
        self.assertEqual(GOOD, fourth["result"]["data"])

    def test_lines(self):
        server = self.serve("drop@1", "cut-frame@1", "close@1",
                            "cut-frame:5@1", more=["--rpc-proxy"])
        for wanted in (http.client.RemoteDisconnected,
                       http.client.IncompleteRead,
                       http.client.RemoteDisconnected,
                       http.client.BadStatusLine):
            with self.assertRaises(wanted):
                self.ask(server)
        self.assertEqual([{"result": {"data": GOOD}}], self.ask(server))

    def test_silence(self):
        server = self.serve("silent@1", "freeze@1", more=["--rpc-proxy"])
        body = b'{"method":"tasks.touch","data":{"user_id":"1"}}'
        for _ in range(2):
            line = Line(server.port, 0.5)
            line.ask("POST", "/rpc", {"Content-Length": len(body)}, body)
            with self.assertRaises(TimeoutError):
                line.fill()
            line.close()
        self.assertEqual([{"result": {"data": GOOD}}], self.ask(server))


class PublishProxy(Case):
    def test_replies(self):
        published = queue.Queue()

        class Api(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["Content-Length"])
                published.put(json.loads(self.rfile.read(size)))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"result":{}}')

            def log_message(self, *_arguments):
                """Quiet."""

        api = ThreadingHTTPServer(("127.0.0.1", 0), Api)
        api.daemon_threads = True
        api.handle_error = lambda *_arguments: None  # it is killed in the end
        threading.Thread(target=api.serve_forever, daemon=True).start()
        self.addCleanup(api.server_close)
        self.addCleanup(api.shutdown)
        server = self.serve(
            "silent@1", "late:300ms@1", "duplicate@1", "error:7:no@1",
            more=["--publish-proxy", "--api-url",
                  f"http://127.0.0.1:{api.server_port}/api"])
        line = http.client.HTTPConnection("127.0.0.1", server.port,
                                          timeout=WAIT_SECONDS_MAX)
        self.addCleanup(line.close)
        for number in range(1, 6):
            line.request("POST", "/publish", json.dumps(
                {"user": "1", "channel": "rpc.requests", "data": {
                    "method": "tasks.get_stats", "params": {"user_id": "123"},
                    "correlation_id": str(number), "reply_to": "user#1"}}))
            self.assertEqual({"result": {}},
                             json.loads(line.getresponse().read()))
        replies = [published.get(timeout=WAIT_SECONDS_MAX)["data"]
                   for _ in range(5)]
        self.assertEqual("2", replies[-1]["correlation_id"])  # the late one
        by_id = sorted(reply["correlation_id"] for reply in replies)
        self.assertEqual(["2", "3", "3", "4", "5"], by_id)
        errors = [reply["error"] for reply in replies if "error" in reply]
        self.assertEqual([{"code": 7, "message": "no"}], errors)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
