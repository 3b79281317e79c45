#!/usr/bin/env python3
# hostile_test.py: `bellpull serve` under clients that mean no good, by a seed:
# it says nothing of memory, does not grow, and serves whoever comes later.
#
#   hostile_test.py BELLPULL SCHEMA [SECONDS [SEED]]
#
# Ten minutes with the asan preset are what it was written for.

import json
import random
import socket
import struct
import sys
import time

sys.dont_write_bytecode = True
import parity_cases as cases  # noqa: E402
from line import Line, Server  # noqa: E402

BELLPULL, SCHEMA = sys.argv[1:3]
SECONDS = float(sys.argv[3]) if len(sys.argv) > 3 else 4
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 1
OPEN_MAX = 40  # lines at once
EVERY = 50  # steps: then a good client comes
GROWTH_MAX = 24 << 20  # bytes, of which most are the sanitizer's own
FAULTS = [word for fault in (
    "tasks.list=late:50ms@10%", "tasks.list=drop@3%", "tasks.list=burst:5@10%",
    "tasks.list=cut-frame@3%", "tasks.list=freeze:100ms@3%",
    "tasks.list=reorder@10%", "tasks.touch=duplicate@10%",
    "tasks.list=wrong-type@10%", "tasks.list=unknown-variant@10%",
    "tasks.touch=close:4000@2%") for word in ("--fault", fault)]


class Hostile:
    def __init__(self, server, proxy):
        self.server = server
        self.proxy = proxy
        self.random = random.Random(SEED)
        self.lines = []
        self.steps = 0
        self.texts = [frame for frames in cases.CALLS.values()
                      for frame in frames if not isinstance(frame, cases.Frame)]
        self.frames = [frame for frames in cases.CALLS.values()
                       for frame in frames if isinstance(frame, cases.Frame)]
        self.binary = [frame for frames in cases.BINARY.values()
                       for frame in frames]

    def damaged(self, data):
        """Some bytes changed, cut out, or said twice."""
        data = bytearray(data)
        for _ in range(self.random.choice((0, 1, 1, 3, 20))):
            if not data:
                break
            at = self.random.randrange(len(data))
            how = self.random.randrange(4)
            if how == 0:
                data[at] = self.random.randrange(256)
            elif how == 1:
                del data[at:at + self.random.randrange(1, 9)]
            elif how == 2:
                data[at:at] = data[at:at + self.random.randrange(1, 40)]
            else:
                data[at] ^= 1 << self.random.randrange(8)
        return bytes(data)

    def dial(self):
        try:
            line = Line(self.server.port, 2)
        except OSError:
            return None
        line.binary = False
        self.lines.append(line)
        return line

    def drop(self, line):
        """By an end, a reset, or half an end."""
        self.lines.remove(line)
        how = self.random.randrange(3)
        try:
            if how == 0:
                line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       struct.pack("ii", 1, 0))
            elif how == 1:
                line.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        line.close()

    def garbage(self, line):
        size = self.random.choice((1, 10, 100, 5000, 70000))
        line.write(self.random.randbytes(size))

    def head(self, line):
        path = self.random.choice(("/connection/websocket", "/rpc", "/",
                                   "/connection/websocket?format=protobuf"))
        lines = [f"{self.random.choice(('GET', 'POST'))} {path} HTTP/1.1",
                 "Host: h"]
        lines += [f"{name}: {value}" for name, value in cases.UPGRADE.items()
                  if self.random.random() < 0.9]
        lines += [f"X-{'x' * self.random.randrange(2000)}: y"
                  for _ in range(self.random.choice((0, 0, 1, 20)))]
        line.write(self.damaged(("\r\n".join(lines) + "\r\n\r\n").encode()))

    def post(self, line):
        body = self.damaged(json.dumps(
            {"method": "tasks.list", "data": {"user_id": "123"}}).encode())
        length = len(body) + self.random.choice((0, 0, 0, 1, -1, 100))
        head = f"POST /rpc HTTP/1.1\r\nContent-Length: {length}\r\n\r\n"
        whole = head.encode() + body
        if self.random.random() < 0.3:
            whole = (b"POST /rpc HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                     b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
        line.write(self.damaged(whole) if self.random.random() < 0.5
                   else whole * self.random.choice((1, 1, 50)))

    def upgrade(self, line):
        line.binary = self.random.random() < 0.3
        more = ({"Sec_WebSocket_Protocol": "centrifuge-protobuf"}
                if line.binary else {})
        if line.upgrade(**more) == 101 and self.random.random() < 0.9:
            line.send(cases.p_connect("t") if line.binary
                      else '{"id":1,"connect":{}}', 2 if line.binary else 1)

    def speak(self, line):
        how = self.random.randrange(6)
        if how == 0:
            line.write(self.damaged(self.random.choice(self.frames)))
        elif how == 1:
            calls = "\n".join(cases.rpc(
                '"method":"tasks.list","data":{"user_id":"123"}', id + 2)
                for id in range(self.random.choice((1, 30, 600))))
            for _ in range(self.random.choice((1, 1, 30))):
                line.send(calls)
        elif how == 2:
            payload = self.random.randbytes(self.random.choice((0, 9, 3000)))
            line.write(line.frame(
                payload, self.random.randrange(16), self.random.random() < 0.8,
                self.random.random() < 0.9,
                self.random.choice((0, 0, 0, 0, 4)),
                self.random.choice((None, None, 1 << 20, 1 << 62))))
        elif line.binary:
            line.send(self.damaged(self.random.choice(self.binary)), 2)
        else:
            text = self.random.choice(self.texts)
            text = text.encode() if isinstance(text, str) else text
            line.send(self.damaged(text[:4000]))

    def listen(self, line):
        line.socket.setblocking(False)
        try:
            line.socket.recv(1 << 16)
        except OSError:
            pass
        line.socket.settimeout(0.2)

    def step(self):
        self.steps += 1
        if len(self.lines) < 5 or self.random.random() < 0.15:
            line = self.dial()
            if line is not None and not self.proxy and \
                    self.random.random() < 0.8:
                self.upgrade(line)
            return
        line = self.random.choice(self.lines)
        ways = (self.listen, self.head, self.garbage,
                *((self.post,) * 6 if self.proxy else (self.speak,) * 12))
        self.random.choice(ways)(line)
        if len(self.lines) > OPEN_MAX or self.random.random() < 0.05:
            self.drop(self.random.choice(self.lines))

    def run(self, seconds):
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            try:
                self.step()
            except (OSError, EOFError, RuntimeError, ValueError, IndexError):
                self.drop(self.random.choice(self.lines))
            if self.steps % EVERY == 0:
                self.check_good()
        for line in list(self.lines):
            self.drop(line)

    def check_good(self):
        """Somebody who means well is served."""
        line = Line(self.server.port, 30)
        params = '"method":"tasks.get_stats","data":{"user_id":"123"}'
        if self.proxy:
            body = ("{" + params + "}").encode()
            line.ask("POST", "/rpc", {"Content-Length": len(body)}, body)
            assert b'"total":3' in line.answer()[2]
        else:
            assert line.upgrade() == 101
            line.send('{"id":1,"connect":{}}')
            line.receive()
            line.send(cases.rpc(params))
            assert b'"total":3' in line.receive()[1]
        line.close()


def settled(server):
    """Its memory when everybody has gone: lines are waited for so long."""
    time.sleep(min(SECONDS, 6))
    return server.resident()


def attack(proxy):
    more = (["--rpc-proxy", "--fault", "tasks.list=drop@3%"] if proxy
            else FAULTS)
    server = Server(BELLPULL, SCHEMA, "--seed", str(SEED), "--verbose", *more)
    try:
        hostile = Hostile(server, proxy)
        hostile.run(SECONDS / 4)
        usual = settled(server)
        hostile.run(SECONDS / 4)
        grown = settled(server) - usual
        hostile.check_good()
        code = server.end()
        said = server.errors()
        print(f"{'proxy' if proxy else 'mock'}: {hostile.steps} steps, "
              f"{usual >> 10} KiB, {grown >> 10} more")
        for word in ("Sanitizer", "runtime error", "Assertion", "bellpull: "):
            for row in said.splitlines():
                if word in row and "nothing that this fault" not in row:
                    sys.exit(f"it said {row}\n{said[-4000:]}")
        if code != 0 or grown > GROWTH_MAX:
            sys.exit(f"exit code {code}, {grown} bytes more\n{said[-4000:]}")
    finally:
        server.close()


attack(proxy=False)
attack(proxy=True)
