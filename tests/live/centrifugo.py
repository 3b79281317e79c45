# centrifugo.py: a real Centrifugo as a child process: found, configured on a
# free port, waited for, killed, stopped, started again. It knows no scenario.

import base64
import ctypes
import hashlib
import hmac
import json
import math
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SECRET = b"test-hmac-secret"
START_SECONDS_MAX = 15
PR_SET_PDEATHSIG = 1


def find():
    """The program's path, or None."""
    named = os.environ.get("BELLPULL_CENTRIFUGO")
    if named:
        return named if os.access(named, os.X_OK) else None
    built = os.path.join(ROOT, "build", "servers", "centrifugo")
    return built if os.access(built, os.X_OK) else None


def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def token(user="42", seconds=3600, secret=SECRET, **more):
    """A connection token; negative seconds: it is expired."""
    head = encode(b'{"alg":"HS256","typ":"JWT"}')
    claims = {"sub": user, "exp": math.ceil(time.time()) + seconds, **more}
    body = head + b"." + encode(json.dumps(claims).encode())
    mac = hmac.new(secret, body, hashlib.sha256).digest()
    return (body + b"." + encode(mac)).decode()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Centrifugo:
    """One server. Its port stays the same over kill() and start()."""

    def __init__(self, program, endpoint, **changes):
        self.program = program
        self.port = free_port()
        self.folder = tempfile.mkdtemp(prefix="bellpull-live-")
        self.process = None
        self.secure = "tls" in changes
        self.log = open(os.path.join(self.folder, "log"), "w+b")
        with open(os.path.join(HERE, "configs", "centrifugo.json"),
                  encoding="utf-8") as file:
            config = json.load(file)
        config.update(port=self.port, proxy_rpc_endpoint=endpoint, **changes)
        self.config = os.path.join(self.folder, "config.json")
        with open(self.config, "w", encoding="utf-8") as file:
            json.dump(config, file)

    def move(self, port):
        """Before start(): another port, which somebody was told of."""
        self.port = port
        with open(self.config, encoding="utf-8") as file:
            config = json.load(file)
        config["port"] = port
        with open(self.config, "w", encoding="utf-8") as file:
            json.dump(config, file)

    def url(self, host="127.0.0.1"):
        scheme = "wss" if self.secure else "ws"
        return f"{scheme}://{host}:{self.port}/connection/websocket"

    def start(self):
        # Centrifugo reads every CENTRIFUGO_* as its own configuration.
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith("CENTRIFUGO_")}
        self.process = subprocess.Popen(
            [self.program, "-c", self.config], env=clean, cwd=self.folder,
            stdout=self.log, stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent)
        self.wait_healthy()

    def wait_healthy(self):
        limit = time.monotonic() + START_SECONDS_MAX
        # Whose certificate it is, is the client's question.
        anybody = ssl._create_unverified_context() if self.secure else None
        scheme = "https" if self.secure else "http"
        while time.monotonic() < limit:
            if self.process.poll() is not None:
                break
            try:
                url = f"{scheme}://127.0.0.1:{self.port}/health"
                with urllib.request.urlopen(url, timeout=1,
                                            context=anybody) as answer:
                    if answer.status == 200:
                        self.check_log()
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        raise RuntimeError("Centrifugo did not start:\n" + self.log_text())

    def log_text(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as file:
            return file.read()

    def check_log(self):
        """A misspelt key is only a line in the log."""
        if "unknown key" in self.log_text():
            raise RuntimeError("Centrifugo's config:\n" + self.log_text())

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Silent, though alive for the kernel. One thread alone hears the
        signal and stops the others when it is scheduled: until then they
        answer."""
        self.signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def close(self):
        self.kill()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
