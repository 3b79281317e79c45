# backend.py: what a real Centrifugo calls as its RPC proxy. Threaded, so slow
# methods overlap. It knows no client.

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_BYTES_MAX = 1024 * 1024


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
        method = METHODS.get(call.get("method"))
        if method is None:
            self.send_error(500)  # Centrifugo makes error 100 of it
            return
        answer = json.dumps(method(call.get("data", {}))).encode()
        self.server.count(call["method"])
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
    request_queue_size = 128

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.answers = {}
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.server_port}/rpc"

    def count(self, method):
        with self.lock:
            self.answers[method] = self.answers.get(method, 0) + 1

    def handle_error(self, request, client_address):
        """A server that was killed leaves broken pipes behind: expected."""

    def close(self):
        self.shutdown()
        self.server_close()
