#!/usr/bin/env python3
# publish_test.py: `bellpull serve --publish-proxy`: what Centrifugo's publish
# proxy sees of it, and what its server API gets.
#
#   publish_test.py BELLPULL SCHEMA

import http.client
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BELLPULL, SCHEMA = sys.argv[1:3]
KEY = "very-secret-key"


class Api(BaseHTTPRequestHandler):
    """Centrifugo's server API: notes what is published."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, answer = 200, b'{"result":{}}'
        if self.server.failures:
            status, answer = self.server.failures.pop(0)
        if status == 0:
            self.close_connection = True
            return
        if status == 200 and b"error" not in answer:
            self.server.published.put((self.path,
                                       self.headers.get("X-API-Key"),
                                       json.loads(body)))
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments):
        """Quiet."""


class ApiServer(ThreadingHTTPServer):
    """Who hangs up early is no error of this test."""

    def handle_error(self, request, client_address):
        """Quiet."""


class Publish(unittest.TestCase):
    """One server and one API a test; both die with the test."""

    def setUp(self):
        self.api = ApiServer(("127.0.0.1", 0), Api)
        self.api.daemon_threads = True
        self.api.published = queue.Queue()
        self.api.failures = []
        threading.Thread(target=self.api.serve_forever, daemon=True).start()
        self.addCleanup(self.api.server_close)
        self.addCleanup(self.api.shutdown)
        self.start(f"http://127.0.0.1:{self.api.server_port}/api")

    def start(self, url):
        self.server = subprocess.Popen(
            [BELLPULL, "serve", SCHEMA, "--publish-proxy", "--port", "0",
             "--api-url", url, "--verbose"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "CENTRIFUGO_API_KEY": KEY})
        self.addCleanup(self.stop)
        line = self.server.stdout.readline()
        self.assertRegex(line, "^listening on http://127.0.0.1:[0-9]+/publish")
        self.port = int(line.split("127.0.0.1:")[1].split("/")[0])

    def stop(self):
        if self.server.poll() is None:
            self.server.kill()
        self.server.communicate()

    def post(self, body):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(line.close)
        line.request("POST", "/publish", body)
        answer = line.getresponse()
        return answer.status, answer.read()

    def ask(self, data, user="42", channel="rpc.requests"):
        status, body = self.post(json.dumps({
            "client": "c", "transport": "websocket", "protocol": "json",
            "encoding": "json", "user": user, "channel": channel,
            "data": data}))
        self.assertEqual(200, status)
        return json.loads(body)

    def request(self, user_id="123", **more):
        return {"method": "tasks.get_stats", "params": {"user_id": user_id},
                "correlation_id": "abc-1", "reply_to": "user#42", **more}

    def reply(self):
        path, key, body = self.api.published.get(timeout=10)
        self.assertEqual("/api/publish", path)
        self.assertEqual(KEY, key)
        return body

    def test_answers_by_the_api(self):
        self.assertEqual({"result": {}}, self.ask(self.request()))
        self.assertEqual(
            {"channel": "user#42", "data": {
                "correlation_id": "abc-1",
                "result": {"total": 3, "completed": 1, "pending": 2,
                           "by_state": {"open": 2, "done": 1}}}},
            self.reply())

    def test_errors_are_replies(self):
        for request, code in ((self.request("nobody"), 404),
                              (self.request(5), 400),
                              (self.request(method="tasks.nothing"), 404)):
            self.assertEqual({"result": {}}, self.ask(request))
            self.assertEqual(code, self.reply()["data"]["error"]["code"])

    def test_refuses(self):
        cases = [
            (self.request(reply_to="user#7"), {}, 1003),
            (self.request(reply_to="news"), {}, 1003),
            (self.request(), {"user": "7"}, 1003),
            (self.request(), {"channel": "rpc.other"}, 1003),
            (self.request(correlation_id=5), {}, 1000),
            (self.request(correlation_id="x" * 200), {}, 1000),
            (self.request(reply_to=None), {}, 1000),
            (self.request(reply_to="u\0x"), {}, 1000),
            (self.request(method=7), {}, 1000),
            (self.request(method="m" * 300), {}, 1000),
            ("text", {}, 1000), ([], {}, 1000), (None, {}, 1000),
        ]
        for data, more, code in cases:
            answer = self.ask(data, **more)
            self.assertEqual(code, answer["error"]["code"], (data, answer))
        self.assertTrue(self.api.published.empty())
        self.assertEqual({"result": {}}, self.ask(self.request()))
        self.reply()

    def test_no_reply_is_wanted(self):
        request = {"method": "tasks.get_stats", "params": {"user_id": "123"}}
        self.assertEqual({"result": {}}, self.ask(request))
        self.assertEqual({"result": {}}, self.ask(self.request()))
        self.assertEqual("abc-1", self.reply()["data"]["correlation_id"])
        self.assertTrue(self.api.published.empty())

    def test_what_is_no_request(self):
        for body in (b"", b"{", b"[]", b"null", b"\xff", b'{"user":1}',
                     b'{"user":"1","channel":5,"data":{}}',
                     b'{"data":{}}', b"[" * 5000):
            status, _ = self.post(body)
            self.assertEqual(400, status, body[:20])
        self.assertEqual({"result": {}}, self.ask(self.request()))
        self.reply()

    def test_tries_again(self):
        self.api.failures = [(503, b"busy"), (0, b"")]
        self.ask(self.request())
        self.assertEqual("abc-1", self.reply()["data"]["correlation_id"])

    def test_gives_up(self):
        self.api.failures = [(401, b"unauthorized"),
                             (200, b'{"error":{"code":100}}'),
                             (500, b"a"), (500, b"b"), (500, b"c")]
        for number in range(3):
            self.ask(self.request(correlation_id=f"lost-{number}"))
            time.sleep(0.05)
        limit = time.monotonic() + 10
        while self.api.failures and time.monotonic() < limit:
            time.sleep(0.05)
        self.ask(self.request(correlation_id="good"))
        self.assertEqual("good", self.reply()["data"]["correlation_id"])
        self.server.send_signal(signal.SIGTERM)
        _, said = self.server.communicate(timeout=10)
        self.assertEqual(0, self.server.returncode)
        self.assertEqual(3, said.count("could not be published"), said)
        self.assertIn("API key is wrong", said)
        self.assertNotIn(KEY, said)

    def test_many_at_once(self):
        for number in range(300):
            self.ask(self.request(correlation_id=f"n-{number}"))
        got = {self.reply()["data"]["correlation_id"] for _ in range(300)}
        self.assertEqual({f"n-{number}" for number in range(300)}, got)

    def test_an_api_that_is_not_there(self):
        self.stop()
        self.start("http://127.0.0.1:1/api")
        self.assertEqual({"result": {}}, self.ask(self.request()))
        time.sleep(0.1)
        self.server.send_signal(signal.SIGTERM)
        self.server.communicate(timeout=10)
        self.assertEqual(0, self.server.returncode)

    def test_wrong_options(self):
        for more in (["--rpc-proxy"], ["--api-url", "ftp://h/"],
                     ["--api-url", "nonsense"], ["--api-url", ""]):
            done = subprocess.run(
                [BELLPULL, "serve", SCHEMA, "--publish-proxy", "--port", "0",
                 *more], capture_output=True, text=True, timeout=20)
            self.assertIn(done.returncode, (2, 3), more)
            self.assertIn("bellpull: ", done.stderr)


unittest.main(argv=sys.argv[:1])
