# backend.py: what a real Centrifugo calls as its RPC proxy. Threaded, so slow
# methods overlap. It knows no client.

import http.client
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

BODY_BYTES_MAX = 1024 * 1024
WAIT_SECONDS_MAX = 20
PUBLISHERS = 4


def echo(params):
    return {"result": {"data": params}}


def slow(params):
    time.sleep(params["ms"] / 1000)
    return {"result": {"data": params}}


def fail(params):
    error = {"code": params["code"], "message": params["message"]}
    if params.get("temporary"):
        error["temporary"] = True
    return {"error": error}


def big(params):
    return {"result": {"data": {"text": "x" * params["bytes"]}}}


def leave(params):
    return {"disconnect": {"code": params["code"], "reason": "go"}}


def touch(_params):
    return {}


METHODS = {
    "live.echo": echo,
    "live.slow": slow,
    "live.fail": fail,
    "live.big": big,
    "live.leave": leave,
    "live.touch": touch,
}


class Handler(BaseHTTPRequestHandler):
    """One request is one call."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together

    def do_POST(self):
        size = int(self.headers.get("Content-Length", 0))
        if size > BODY_BYTES_MAX:
            self.send_error(413)
            return
        call = json.loads(self.rfile.read(size))
        if self.path == "/publish":
            answer = json.dumps(self.server.take_publication(call)).encode()
            self.answer(answer)
            return
        method = METHODS.get(call.get("method"))
        if method is None:
            self.send_error(500)  # Centrifugo makes error 100 of it
            return
        answer = json.dumps(method(call.get("data", {}))).encode()
        self.server.count(call["method"])
        self.answer(answer)

    def answer(self, answer):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments):
        """Quiet: the harness tells what failed."""


class Backend(ThreadingHTTPServer):
    """Listens on a free port of the loopback and counts answers."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.answers = {}
        self.api = None  # the server's, for channel mode
        self.correlation = None  # of the last request in channel mode
        self.publishers = ThreadPoolExecutor(PUBLISHERS)
        self.lines = threading.local()  # a connection to the API each
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.server_port}/rpc"

    def take_publication(self, publication):
        """Channel mode: the reply goes out by the server API, later."""
        data = publication["data"]
        reply_to = "user#" + publication["user"]
        if publication["channel"].startswith("user#"):
            return {"result": {}}  # a careless one: anybody may forge
        if publication["channel"] != "rpc.requests" or \
                data["reply_to"] != reply_to:
            return {"error": {"code": 403, "message": "not your channel"}}
        method = METHODS.get(data["method"])
        if method is None:
            return {"error": {"code": 1001, "message": "unknown method"}}
        self.correlation = data["correlation_id"]
        arguments = (method, data, reply_to)
        if method is slow:  # these overlap, however many there are
            threading.Thread(target=self.reply, args=arguments,
                             daemon=True).start()
        else:
            self.publishers.submit(self.reply, *arguments)
        return {"result": {}}

    def reply(self, method, data, reply_to):
        answer = method(data.get("params", {}))
        reply = {"correlation_id": data["correlation_id"]}
        if "error" in answer:
            reply["error"] = answer["error"]
        else:
            reply["result"] = answer.get("result", {}).get("data")
        self.count(data["method"])
        self.publish(reply_to, reply)

    def publish(self, channel, data):
        """Once for each thread's line: two thousand new connections at a
        time are not taken by every machine, and a reply lost here would
        be a call lost there."""
        api = urlsplit(self.api)
        line = getattr(self.lines, "line", None)
        if line is None:
            line = http.client.HTTPConnection(api.netloc, timeout=10)
            self.lines.line = line
        request = (
            "POST", api.path + "/publish",
            json.dumps({"channel": channel, "data": data}).encode(),
            {"X-API-Key": "test-api-key", "Content-Type": "application/json"})
        try:
            line.request(*request)
            answer = line.getresponse()
        except (OSError, http.client.HTTPException):
            line.close()  # of a server that was there before: opens anew
            line.request(*request)
            answer = line.getresponse()
        if answer.status != 200 or b"error" in answer.read():
            print("backend: the server API refused a reply", file=sys.stderr)

    def count(self, method):
        with self.lock:
            self.answers[method] = self.answers.get(method, 0) + 1

    def wait_for(self, method, count):
        """How many of a method were answered, when `count` have been."""
        limit = time.monotonic() + WAIT_SECONDS_MAX
        while self.answers.get(method, 0) < count and \
                time.monotonic() < limit:
            time.sleep(0.01)
        return self.answers.get(method, 0)

    def handle_error(self, request, client_address):
        """A server that was killed leaves broken pipes behind: expected."""

    def close(self):
        self.shutdown()
        self.server_close()
