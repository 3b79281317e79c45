#!/usr/bin/env python3
# robust_test.py: `bellpull serve` where its surroundings are poor: requests
# that come together, clients that do not read, no descriptors, no output.
#
#   robust_test.py BELLPULL SCHEMA

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
from line import Line, Server, WAIT_SECONDS_MAX  # noqa: E402

BELLPULL, SCHEMA = sys.argv[1:3]


class Case(unittest.TestCase):
    def serve(self, *words, **more):
        server = Server(BELLPULL, SCHEMA, *words, **more)
        self.addCleanup(server.close)
        return server

    def line(self, server):
        line = Line(server.port)
        self.addCleanup(line.close)
        return line

    def client(self, server):
        line = self.line(server)
        self.assertEqual(101, line.upgrade())
        line.send('{"id":1,"connect":{}}')
        self.assertIn(b'"connect"', line.receive()[1])
        return line

    def ended(self, *words, **more):
        """The exit code and stderr of a run that does not listen for long."""
        done = subprocess.run(
            [BELLPULL, "serve", SCHEMA, *words], stderr=subprocess.PIPE,
            text=True, timeout=WAIT_SECONDS_MAX, check=False,
            **{"stdout": subprocess.DEVNULL, **more})
        return done.returncode, done.stderr


class Together(Case):
    """Requests of one TCP segment."""

    def twice(self, server, path, body):
        line = self.line(server)
        request = (f"POST {path} HTTP/1.1\r\nHost: h\r\n"
                   f"Content-Length: {len(body)}\r\n\r\n{body}").encode()
        line.write(request * 3)
        answers = [line.answer() for _ in range(3)]
        self.assertEqual([200] * 3, [status for status, _, _ in answers])
        self.assertEqual(0, server.end())
        return [json.loads(answer) for _, _, answer in answers]

    def test_calls(self):
        body = json.dumps({"method": "tasks.touch", "data": {"user_id": "1"}})
        self.assertEqual([{}] * 3,
                         self.twice(self.serve("--rpc-proxy"), "/rpc", body))

    def test_publications(self):
        body = json.dumps({"user": "1", "channel": "elsewhere", "data": {}})
        server = self.serve("--publish-proxy")
        answers = self.twice(server, "/publish", body)
        self.assertEqual([1003] * 3,
                         [answer["error"]["code"] for answer in answers])

    def test_in_pieces_of_any_size(self):
        server = self.serve("--rpc-proxy")
        body = b'{"method":"tasks.touch","data":{"user_id":"1"}}'
        for chunk in (1, 7):
            line = self.line(server)
            pieces = b"".join(
                b"%x\r\n%s\r\n" % (len(piece), piece) for piece in
                (body[at:at + chunk] for at in range(0, len(body), chunk)))
            whole = (b"POST /rpc HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
                     b"\r\n" + pieces + b"0\r\nTrailer: x\r\n\r\n")
            for at in range(0, len(whole), 11):
                line.write(whole[at:at + 11])
            self.assertEqual((200, b"{}"), line.answer()[::2])
            line.write(whole + whole)  # nothing of the last one is left
            for _ in range(2):
                self.assertEqual((200, b"{}"), line.answer()[::2])

    def test_bodies_have_an_end(self):
        server = self.serve("--rpc-proxy")
        for head in (b"Content-Length: 99999999999", b"Content-Length: -1",
                     b"Content-Length: 1x", b"Transfer-Encoding: chunked"):
            line = self.line(server)
            line.write(b"POST /rpc HTTP/1.1\r\n" + head + b"\r\n\r\nxyz\r\n")
            self.assertEqual(400, line.answer()[0], head)
        line = self.line(server)
        line.write(b"POST /rpc HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n")
        self.assertEqual(413, line.answer()[0])
        line = self.line(server)
        line.write(b"POST /rpc HTTP/1.1\r\n" + b"A: b\r\n" * 5000)
        self.assertEqual(431, line.answer()[0])


    def test_what_can_be_read_in_two_ways(self):
        server = self.serve("--rpc-proxy")
        body = b'{"method":"tasks.touch","data":{"user_id":"1"}}'
        size = b"Content-Length: %d" % len(body)
        chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        for head, sent, status in (
                (size, body, 200),
                (size + b"\r\n" + size, body, 200),
                (b"Transfer-Encoding: Chunked", chunks, 200),
                (size + b"\r\nContent-Length: 1", body, 400),
                (size + b"\r\nTransfer-Encoding: chunked", chunks, 400),
                (b"Transfer-Encoding: chunked\r\n" + size, chunks, 400),
                (size.replace(b":", b" :"), body, 400),
                (b"Transfer-Encoding: chunked",
                 chunks.replace(b"}\r\n", b"} \r\n"), 400),
                (b"Transfer-Encoding: gzip, chunked", chunks, 400),
                (b"Transfer-Encoding: identity", body, 400),
                (b"Transfer-Encoding: chunked\r\n"
                 b"Transfer-Encoding: chunked", chunks, 400)):
            line = self.line(server)
            line.write(b"POST /rpc HTTP/1.1\r\n" + head + b"\r\n\r\n" + sent)
            got, headers, _ = line.answer()
            self.assertEqual(status, got, head)
            self.assertEqual(status == 400, "connection" in headers)
            if status == 400:
                self.assertTrue(line.at_end(), head)

    def test_empty_lines_before_a_request(self):
        server = self.serve("--rpc-proxy")
        body = b'{"method":"tasks.touch","data":{"user_id":"1"}}'
        request = (b"\r\n\nPOST /rpc HTTP/1.1\r\nContent-Length: %d\r\n\r\n"
                   b"%s\r\n" % (len(body), body))
        line = self.line(server)
        line.write(request + request)
        for _ in range(2):
            self.assertEqual((200, b"{}"), line.answer()[::2])
        line.write(b"\r\n" * 9000)
        self.assertEqual(431, line.answer()[0])

    def test_a_head_has_no_body(self):
        line = self.line(self.serve("--rpc-proxy"))
        line.write(b"HEAD /rpc HTTP/1.1\r\n\r\nGET /rpc HTTP/1.1\r\n\r\n")
        heads = line.take_until(b"\r\n\r\n")
        self.assertIn(b" 405 ", heads)
        self.assertNotIn(b"Content-Length: 0", heads)
        self.assertEqual(405, line.answer()[0])
        line = self.line(self.serve())
        line.write(b"HEAD / HTTP/1.1\r\n\r\n")
        self.assertIn(b" 404 ", line.take_until(b"\r\n\r\n"))
        self.assertTrue(line.at_end())

    def test_a_body_that_waits_is_asked_for_once(self):
        line = self.line(self.serve("--rpc-proxy"))
        body = b'{"method":"tasks.touch","data":{"user_id":"1"}}'
        head = {"Content-Length": len(body), "Expect": "100-Continue"}
        for _ in range(2):
            line.ask("POST", "/rpc", head)
            self.assertEqual(b"HTTP/1.1 100 Continue",
                             line.take_until(b"\r\n\r\n"))
            for at in range(0, len(body), 20):
                line.write(body[at:at + 20])
            self.assertEqual((200, b"{}"), line.answer()[::2])
        line.ask("POST", "/rpc", head, body)
        self.assertEqual(200, line.answer()[0])


class Ends(Case):
    def test_clients_are_told(self):
        server = self.serve()
        line = self.client(server)
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual((3001, "shutdown"), line.receive_close())
        line.write(line.frame(b"\x0b\xb9", 8))
        self.assertEqual(0, server.end(0))

    def test_a_second_signal_ends_it_at_once(self):
        server = self.serve()
        line = self.client(server)
        server.process.send_signal(signal.SIGTERM)
        line.receive_close()  # and no answer: it waits a moment
        self.assertEqual(-signal.SIGTERM, server.end())

    def test_whoever_does_not_answer_is_not_waited_for(self):
        server = self.serve()
        self.client(server)
        self.line(server)
        self.assertEqual(0, server.end())


class Slow(Case):
    CALLS = "\n".join(
        json.dumps({"id": i + 2, "rpc": {"method": "tasks.list",
                                         "data": {"user_id": "123"}}})
        for i in range(700))

    def test_a_client_that_does_not_read(self):
        """Bounded, and closed with 3008."""
        server = self.serve()
        line = self.client(server)
        usual = server.resident()
        frame = line.frame(self.CALLS.encode())
        line.socket.settimeout(1)
        try:
            for _ in range(2000):
                line.write(frame)
        except OSError:
            pass  # it does not read either
        self.assertLess(server.resident() - usual, 16 << 20)
        line.socket.settimeout(WAIT_SECONDS_MAX)
        self.assertEqual((3008, "slow"), line.receive_close())
        self.client(server)
        self.assertEqual(0, server.end())

    def test_a_client_that_pings_and_does_not_read(self):
        """The same, where nothing but pongs waits for it."""
        server = self.serve()
        line = self.client(server)
        usual = server.resident()
        pings = line.frame(b"x" * 125, 9) * 500
        line.socket.settimeout(1)
        try:
            for _ in range(1000):
                line.write(pings)
        except OSError:
            pass  # it does not read either
        self.assertLess(server.resident() - usual, 16 << 20)
        line.socket.settimeout(WAIT_SECONDS_MAX)
        self.assertEqual((3008, "slow"), line.receive_close())
        self.assertEqual(0, server.end())

    def test_a_proxy_that_does_not_read(self):
        server = self.serve("--rpc-proxy")
        line = self.line(server)
        usual = server.resident()
        body = b'{"method":"tasks.list","data":{"user_id":"123"}}'
        request = (b"POST /rpc HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s"
                   % (len(body), body))
        count = 0
        line.socket.settimeout(1)
        try:
            for count in range(1, 1000):
                line.write(request * 500)
        except OSError:
            pass
        self.assertLess(count, 999)
        self.assertLess(server.resident() - usual, 16 << 20)
        line.socket.settimeout(WAIT_SECONDS_MAX)
        for _ in range(100):
            self.assertEqual(200, line.answer()[0])
        self.assertEqual(0, server.end())


class Descriptors(Case):
    def test_whoever_comes_waits(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
        server = self.serve(preexec_fn=few)
        lines = [self.line(server) for _ in range(24)]
        while "no file descriptor is left" not in server.errors():
            time.sleep(0.02)
        before = server.ticks()
        time.sleep(1)
        self.assertLess(server.ticks() - before, 10)
        self.assertEqual(1, server.errors().count("\n"), server.errors())
        for line in lines[:20]:
            line.close()
        self.assertEqual(101, lines[-1].upgrade())
        self.assertEqual(0, server.end())


class Output(Case):
    def test_nobody_can_be_told_the_port(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            code, said = self.ended("--port", "0", stdout=full)
        self.assertEqual((3, "bellpull: cannot write to standard output\n"),
                         (code, said))
        code, said = self.ended("--port", "0",
                                preexec_fn=lambda: os.close(1), stdout=None)
        self.assertEqual(3, code)
        self.assertIn("standard output", said)
        reader, writer = os.pipe()
        os.close(reader)
        code, said = self.ended("--port", "0", stdout=writer)
        os.close(writer)
        self.assertEqual((3, "bellpull: cannot write to standard output\n"),
                         (code, said))


class Binding(Case):
    def test_in_use(self):
        server = self.serve()
        code, said = self.ended("--port", str(server.port))
        self.assertEqual(
            (3, f"bellpull: cannot listen on 127.0.0.1:{server.port}: the "
                "port is in use; leave --port out for a free one\n"),
            (code, said))

    def test_no_descriptor(self):
        def none():
            resource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))
        code, said = self.ended("--port", "0", preexec_fn=none)
        self.assertEqual(3, code)
        self.assertIn("no file descriptor is left", said)


class Options(Case):
    def test_what_means_nothing_together(self):
        for words, said in (
                (("--rpc-proxy", "--publish-proxy"), "not both"),
                (("--rpc-proxy", "--secret", "s"), "--secret"),
                (("--publish-proxy", "--secret", "s"), "--secret"),
                (("--api-url", "http://h/api"), "--publish-proxy"),
                (("--rpc-proxy", "--api-url", "http://h/api"),
                 "--publish-proxy"),
                (("--api-key-file", "/nowhere"), "--publish-proxy"),
                (("--verbose", "--quiet"), "--quiet"),
                (("--secret", ""), "--secret")):
            code, text = self.ended("--port", "0", *words)
            self.assertEqual(2, code, words)
            self.assertRegex(text, "^bellpull: .*\n$")
            self.assertIn(said, text)


class Schemas(Case):
    def test_wrong_ones(self):
        for text, said in (("nonsense", "error[E"),
                           ("bellpull: 1\nservice: s\n", "no rpc method")):
            done = subprocess.run(
                [BELLPULL, "serve", "-", "--port", "0"], input=text,
                capture_output=True, text=True, timeout=WAIT_SECONDS_MAX,
                check=False)
            self.assertEqual((1, ""), (done.returncode, done.stdout))
            self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
