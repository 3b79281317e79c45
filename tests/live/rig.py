# rig.py: what every scenario starts from: a backend, a server, clients whose
# lines are compared. It knows no scenario.

import os
import queue
import re
import subprocess
import threading

import backend
import centrifugo

LINE_SECONDS_MAX = 40
SHORT_PINGS = {"ping_interval": "2s", "pong_timeout": "1500ms"}
# What the scenario `typed` says where all is well.
TYPED = ("echo 9007199254740993 same", "touch ok", "big 300000 of 300000",
         "connected 1")
ORIGIN_LOCAL, ORIGIN_REPLY, ORIGIN_CLOSE, ORIGIN_BACKEND = 1, 2, 3, 4


class Failure(Exception):
    """A scenario saw something else than it wanted."""


def matches(want, got):
    if want is None or got is None:
        return want is got
    pattern = ".*".join(re.escape(part) for part in want.split("*"))
    return re.fullmatch(pattern, got) is not None


class Client:
    """A live_client as a child: lines out, a word in."""

    def __init__(self, rig, scenario, token=None, host="127.0.0.1",
                 wrapper=(), url=None, errors=None, **more):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("CENTRIFUGO_")}
        environment.pop("LIVE_TOKEN", None)
        if token is not None:
            environment["LIVE_TOKEN"] = token
        if rig.channel:
            environment["LIVE_MODE"] = "channel"
        environment.update(more)
        self.process = subprocess.Popen(
            [*wrapper, rig.client, scenario, url or rig.server.url(host)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            text=True, env=environment,
            preexec_fn=centrifugo.die_with_parent)
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def next(self):
        try:
            return self.lines.get(timeout=LINE_SECONDS_MAX)
        except queue.Empty:
            return "(silence)"

    def expect(self, *wanted):
        """The next lines; * in a wanted line stands for any text."""
        for want in wanted:
            got = self.next()
            if not matches(want, got):
                raise Failure(f"want: {want}\n  got:  {got}")

    def go_on(self):
        self.process.stdin.write("go on\n")
        self.process.stdin.flush()

    def end(self):
        """No line is left, and the program ended well."""
        self.expect(None)
        status = self.process.wait(LINE_SECONDS_MAX)
        if status != 0:
            raise Failure(f"the client ended with {status}")

    def close(self):
        self.process.kill()
        self.process.wait()


class Rig:
    """What every scenario has: a backend, a server, clients."""

    def __init__(self, program, client, channel=False, **changes):
        self.client = client
        self.clients = []
        self.channel = channel
        self.backend = backend.Backend()
        if channel:
            publish = self.backend.endpoint.replace("/rpc", "/publish")
            changes.update(proxy_publish=True, proxy_publish_endpoint=publish,
                           proxy_publish_timeout="10s",
                           allow_user_limited_channels=True)
        self.program = program
        self.servers = []
        self.server = centrifugo.Centrifugo(program, self.backend.endpoint,
                                            **changes)

    def __enter__(self):
        self.backend.api = f"http://127.0.0.1:{self.server.port}/api"
        try:
            self.server.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_what):
        for client in self.clients:
            client.close()
        for server in [self.server, *self.servers]:
            server.close()
        self.backend.close()

    def another(self, **changes):
        """A second server, up."""
        self.servers.append(centrifugo.Centrifugo(
            self.program, self.backend.endpoint, **changes))
        self.servers[-1].start()
        return self.servers[-1]

    def run(self, scenario, token="valid", **more):
        if token == "valid":
            token = centrifugo.token()
        self.clients.append(Client(self, scenario, token, **more))
        return self.clients[-1]


def error(what, status, origin, code, temporary=0, message="*"):
    return (f"{what}: status={status} origin={origin} code={code} "
            f"temporary={temporary} message={message}")


def check(want, got):
    if want != got:
        raise Failure(f"want: {want}\n  got:  {got}")
