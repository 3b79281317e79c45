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
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BELLPULL, SCHEMA = sys.argv[1:3]
KEY = "very-secret-key"
WAIT_SECONDS_MAX = 20


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

    request_queue_size = 128  # as many connect at once, and more

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

    def start(self, url, *more, key=KEY):
        self.server = subprocess.Popen(
            [BELLPULL, "serve", SCHEMA, "--publish-proxy", "--port", "0",
             "--api-url", url, "--verbose", *more],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "CENTRIFUGO_API_KEY": key})
        self.addCleanup(self.stop, self.server)
        self.said = []  # on stderr, line by line
        self.heard = threading.Condition()
        self.listener = threading.Thread(target=self.listen, daemon=True,
                                         args=(self.server, self.said))
        self.listener.start()
        line = self.server.stdout.readline()
        self.assertRegex(line, "^listening on http://127.0.0.1:[0-9]+/publish")
        self.port = int(line.split("127.0.0.1:")[1].split("/")[0])

    def listen(self, server, said):
        for line in server.stderr:
            with self.heard:
                said.append(line)
                self.heard.notify_all()

    def wait_for(self, words, count):
        """Until so many lines on stderr have the words."""
        with self.heard:
            self.assertTrue(self.heard.wait_for(
                lambda: sum(words in line for line in self.said) >= count,
                timeout=WAIT_SECONDS_MAX), (words, count, self.said))

    def stop(self, server):
        if server.poll() is None:
            server.kill()
        server.wait()
        self.listener.join()
        server.stdout.close()
        server.stderr.close()

    def end(self):
        """Ends well by a signal; gives what was said on stderr."""
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(0, self.server.wait(WAIT_SECONDS_MAX))
        self.listener.join()
        return "".join(self.said)

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
        path, key, body = self.api.published.get(timeout=WAIT_SECONDS_MAX)
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

    def test_what_is_told_is_tamed(self):
        self.ask(self.request(method="x\ny\x1b[2J", reply_to="user#7"))
        said = self.end()
        self.assertNotIn("\x1b", said)
        self.assertRegex(said, r"(?m)^x y.*: ")

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
            self.wait_for("could not be published", number + 1)
        self.assertEqual([], self.api.failures)
        self.ask(self.request(correlation_id="good"))
        self.assertEqual("good", self.reply()["data"]["correlation_id"])
        said = self.end()
        self.assertEqual(3, said.count("could not be published"), said)
        self.assertIn("API key is wrong", said)
        self.assertNotIn(KEY, said)

    def test_many_at_once(self):
        for number in range(300):
            self.ask(self.request(correlation_id=f"n-{number}"))
        want = {f"n-{number}" for number in range(300)}
        got = set()
        while got != want:  # one whose answer was lost is published again
            got.add(self.reply()["data"]["correlation_id"])

    def test_an_api_that_is_not_there(self):
        self.start("http://127.0.0.1:1/api")
        self.assertEqual({"result": {}}, self.ask(self.request()))
        self.wait_for("could not be published", 1)
        self.end()

    def file(self, data):
        """A file of these bytes, gone with the test."""
        file = tempfile.NamedTemporaryFile()
        self.addCleanup(file.close)
        file.write(data)
        file.flush()
        return file.name

    def test_the_key_from_a_file(self):
        """It is asked first; its line end is no part of it."""
        url = f"http://127.0.0.1:{self.api.server_port}/api"
        for data in (KEY.encode(), KEY.encode() + b"\n",
                     KEY.encode() + b"\r\n"):
            self.start(url, "--api-key-file", self.file(data), key="wrong")
            self.ask(self.request())
            self.reply()
            self.assertNotIn(KEY, self.end())

    def test_no_key_is_told_at_the_start(self):
        """Once, before it listens; with a key nothing is."""
        self.assertEqual("", self.end())
        self.start(f"http://127.0.0.1:{self.api.server_port}/api", key="")
        self.assertEqual(
            "bellpull: no API key: replies are published without one, which "
            "Centrifugo refuses unless its API is insecure; set "
            "$CENTRIFUGO_API_KEY or give --api-key-file FILE\n", self.end())

    def test_keys_that_are_none(self):
        for data in (b"", b"\n", b"a key", b"key\r\nX-Other: 1", b"k\0ey",
                     b"k\xc3\xa9y", b"k" * 600):
            self.refused(3, "--publish-proxy", "--api-key-file",
                         self.file(data))
        self.refused(3, "--publish-proxy", "--api-key-file", "/nowhere/key")
        self.refused(2, "--api-key-file", self.file(b"key"))

    def refused(self, code, *more):
        done = subprocess.run(
            [BELLPULL, "serve", SCHEMA, "--port", "0", *more],
            capture_output=True, text=True, timeout=WAIT_SECONDS_MAX)
        self.assertEqual(code, done.returncode, (more, done.stderr))
        self.assertRegex(done.stderr, "^bellpull: .*\n$")
        self.assertEqual("", done.stdout)

    def test_wrong_options(self):
        for more in (["--rpc-proxy"], ["--api-url", "ftp://h/"],
                     ["--api-url", "nonsense"], ["--api-url", ""]):
            done = subprocess.run(
                [BELLPULL, "serve", SCHEMA, "--publish-proxy", "--port", "0",
                 *more], capture_output=True, text=True, timeout=20)
            self.assertIn(done.returncode, (2, 3), more)
            self.assertIn("bellpull: ", done.stderr)


unittest.main(argv=sys.argv[:1])
