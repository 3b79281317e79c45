#!/usr/bin/env python3
# serve_test.py: `bellpull serve` over real sockets: what Centrifugo's clients
# and Centrifugo's RPC proxy see of it.
#
#   serve_test.py BELLPULL SCHEMA mock|proxy

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "live"))
from probe import Probe  # noqa: E402

BELLPULL, SCHEMA, PART = sys.argv[1:4]
SECRET = "test-secret"


class Server(unittest.TestCase):
    """One server a test; it dies with the test."""

    options = []

    def setUp(self):
        self.serve(SCHEMA, *self.options)

    def serve(self, schema, *options):
        self.server = server = subprocess.Popen(
            [BELLPULL, "serve", schema, "--port", "0", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.stop, server)
        line = self.server.stdout.readline()
        self.assertTrue(line.startswith("listening on "), line)
        self.port = int(line.split("127.0.0.1:")[1].split("/")[0])

    @staticmethod
    def stop(server):
        if server.poll() is None:
            server.kill()
        server.communicate()


class Mock(Server):
    def connected(self):
        probe = Probe(self.port)
        self.addCleanup(probe.close)
        probe.send({"id": 1, "connect": {}})
        reply = probe.next()[0]["connect"]
        self.assertTrue(reply["pong"])
        self.assertEqual(25, reply["ping"])
        return probe

    def test_answers_by_example(self):
        probe = self.connected()
        for user, want in (("123", "rpc"), ("nobody", "error"), (5, "error")):
            probe.send({"id": 2, "rpc": {"method": "tasks.get_stats",
                                         "data": {"user_id": user}}})
            self.assertIn(want, probe.next()[0])

    def test_a_large_value_comes_whole(self):
        probe = self.connected()
        labels = ["x" * 1000] * 60
        probe.send({"id": 2, "rpc": {"method": "tasks.create", "data": {
            "title": "t", "owner": None, "labels": labels}}})
        self.assertEqual(3, probe.next()[0]["rpc"]["data"]["id"])

    def send_sized(self, probe, size):
        """A command that is a frame of so many bytes."""
        payload = b'{"id":2,"rpc":{"method":"tasks.touch","data":{"user_id":"'
        payload += b"x" * (size - len(payload) - 4) + b'"}}}'
        head = b"\x81\xff" + size.to_bytes(8, "big") + b"\0\0\0\0"
        probe.socket.sendall(head + payload)

    def test_a_frame_may_not_pass_64_kib(self):
        probe = self.connected()
        for size in (40000, 65536):
            self.send_sized(probe, size)
            self.assertEqual([{"id": 2, "rpc": {}}], probe.next())
        self.send_sized(probe, 65537)
        self.assertEqual(1009, probe.next())

    def test_closes_as_centrifugo_does(self):
        cases = (
            ({"id": 1, "connect": {}}, 3501),
            ({"id": 2, "unheard": {}}, 3501),
            ({"send": {}}, 3508),
            ({}, 3501),
        )
        for command, code in cases:
            probe = self.connected()
            probe.send(command)
            self.assertEqual(code, probe.next(), command)

    def test_the_first_command_is_connect(self):
        probe = Probe(self.port)
        self.addCleanup(probe.close)
        probe.send({"id": 1, "rpc": {"method": "tasks.touch"}})
        self.assertEqual(3501, probe.next())

    def test_another_path_is_refused(self):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        line.request("GET", "/elsewhere", headers={
            "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="})
        self.assertNotEqual(101, line.getresponse().status)
        line.close()

    def test_many_clients(self):
        probes = [self.connected() for _ in range(50)]
        for probe in probes:
            probe.send({"id": 9, "rpc": {"method": "tasks.touch",
                                         "data": {"user_id": "1"}}})
        for probe in probes:
            self.assertEqual([{"id": 9, "rpc": {}}], probe.next())

    def test_ends_at_a_signal(self):
        self.connected()
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(0, self.server.wait(timeout=10))

    def test_a_port_in_use_is_told(self):
        second = subprocess.run(
            [BELLPULL, "serve", SCHEMA, "--port", str(self.port)],
            capture_output=True, text=True, timeout=10)
        self.assertEqual(3, second.returncode)
        self.assertIn(str(self.port), second.stderr)


class MockWithSecret(Server):
    options = ["--secret", SECRET]

    def token(self, *options):
        made = subprocess.run(
            [BELLPULL, "token", "--secret", SECRET, "--user", "1", *options],
            capture_output=True, text=True, check=True)
        return made.stdout.strip()

    def greet(self, connect):
        probe = Probe(self.port)
        self.addCleanup(probe.close)
        probe.send({"id": 1, "connect": connect})
        return probe.next()

    def test_tokens(self):
        good = self.token()
        self.assertIn("connect", self.greet({"token": good})[0])
        self.assertEqual(3501, self.greet({}))
        self.assertEqual(3500, self.greet({"token": good[:-4] + "AAAA"}))
        short = self.token("--ttl", "1s")
        time.sleep(2.1)  # the claim is in whole seconds
        error = self.greet({"token": short})[0]["error"]
        self.assertEqual(109, error["code"])


class Seeds(Server):
    """What is made up is the same for the same seed."""

    schema = ("bellpull: 1\nservice: made\nrpc:\n  ids:\n"
              "    result: {fields: {id: uuid}}\n")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "made.yaml")
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(self.schema)

    def made(self, *options):
        self.serve(self.path, *options)
        probe = Probe(self.port)
        probe.send({"id": 1, "connect": {}})
        probe.next()
        probe.send({"id": 2, "rpc": {"method": "ids"}})
        answer = probe.next()[0]["rpc"]["data"]["id"]
        probe.close()
        return answer

    def test_one_is_the_usual_seed(self):
        usual = self.made()
        self.assertEqual(usual, self.made("--seed", "1"))
        self.assertNotEqual(usual, self.made("--seed", "2"))

    def test_there_is_no_seed_zero(self):
        ended = subprocess.run(
            [BELLPULL, "serve", self.path, "--seed", "0"],
            capture_output=True, text=True, timeout=10)
        self.assertEqual(2, ended.returncode)
        self.assertIn("--seed needs a number from 1 to", ended.stderr)


class Proxy(Server):
    options = ["--rpc-proxy"]

    def ask(self, body, method="POST"):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        self.addCleanup(line.close)
        line.request(method, "/rpc", body)
        answer = line.getresponse()
        return answer.status, answer.read()

    def call(self, **request):
        status, body = self.ask(json.dumps(request))
        self.assertEqual(200, status)
        return json.loads(body)

    def test_answers(self):
        stats = self.call(method="tasks.get_stats", data={"user_id": "123"},
                          client="c", user="42", protocol="json")
        self.assertEqual(3, stats["result"]["data"]["total"])
        self.assertEqual({}, self.call(method="tasks.touch",
                                       data={"user_id": "1"}))
        refused = self.call(method="tasks.get_stats", data={"user_id": 1})
        self.assertEqual(400, refused["error"]["code"])
        self.assertIn("params.user_id", refused["error"]["message"])
        self.assertEqual(404, self.call(method="nix")["error"]["code"])

    def test_wrong_requests(self):
        self.assertEqual(400, self.ask("nonsense")[0])
        self.assertEqual(400, self.ask("")[0])
        self.assertEqual(400, self.ask('{"method":5}')[0])
        self.assertEqual(405, self.ask(None, "GET")[0])

    def test_one_connection_carries_many(self):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        self.addCleanup(line.close)
        body = json.dumps({"method": "tasks.get_stats",
                           "data": {"user_id": "123"}})
        for _ in range(20):
            line.request("POST", "/rpc", body)
            answer = line.getresponse()
            self.assertEqual(200, answer.status)
            self.assertIn(b"total", answer.read())


def cases():
    loader = unittest.defaultTestLoader
    kinds = {"mock": (Mock, MockWithSecret, Seeds), "proxy": (Proxy,)}[PART]
    return unittest.TestSuite(
        loader.loadTestsFromTestCase(kind) for kind in kinds)


if __name__ == "__main__":
    result = unittest.TextTestRunner(stream=sys.stderr).run(cases())
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)
