#!/usr/bin/env python3
# parity_test.py: the mock beside a real Centrifugo: the same commands and
# frames, in JSON and in binary, get the same answers, close codes and order.
# What differs stands in parity.txt with its reason, and differs indeed.
#
#   parity_test.py BELLPULL SCHEMA [CASE...]
#
# Skipped where there is no Centrifugo.

import json
import os
import re
import signal
import struct
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "live"))
import centrifugo  # noqa: E402
import parity_cases as cases  # noqa: E402
from line import Line, Server  # noqa: E402

SKIPPED = 77
BELLPULL, SCHEMA = sys.argv[1:3]
LAST = 4000000000  # the call behind a case: what came before it is the answer
TOGETHER = 24  # lines at once: some wait five seconds for their end


# ---- One line ----

def read_varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def read_message(data):
    """Fields as pairs: numbers, and bytes as they are."""
    at, fields = 0, []
    while at < len(data):
        key, at = read_varint(data, at)
        value, at = read_varint(data, at)
        if key & 7 == 2:
            value, at = data[at:at + value], at + value
        fields.append((key >> 3, value))
    return fields


NAMES = {1: "id", 2: "error", 4: "push", 5: "connect", 13: "rpc",
         14: "refresh"}


def read_binary(payload):
    """Replies, each as its fields; those of a message inside, too."""
    at = 0
    while at < len(payload):
        size, at = read_varint(payload, at)
        reply = {}
        for field, value in read_message(payload[at:at + size]):
            name = NAMES.get(field, str(field))
            reply[name] = (value if isinstance(value, int)
                           else sorted(read_message(value), key=str))
        yield reply
        at += size


def tame(reply):
    """What no two servers have alike: the client's id, the version; seconds
    are some seconds."""
    for body in (reply.get("connect"), reply.get("refresh")):
        if isinstance(body, dict):
            for key in ("client", "version"):
                if key in body:
                    body[key] = "..."
            if "ttl" in body:
                body["ttl"] = f"{round(body['ttl'] / 60)} minutes"
        elif isinstance(body, list):
            body[:] = [(field, "..." if field in (1, 2) else
                        round(value / 60) if field == 4 else value)
                       for field, value in body]
    return reply


def last(binary):
    if binary:
        return cases.p_rpc(LAST, "tasks.touch", '{"user_id":"1"}')
    return cases.touch(LAST)


def listen(line, binary, heard, pongs=True):
    """Until the last call is answered, or the line is over. Pings come at
    random: they are answered, and not told."""
    limit = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < limit:
        opcode, payload = line.receive()
        if opcode == 8:
            code = struct.unpack("!H", payload[:2])[0] if payload else 1005
            heard.append(["close", code, payload[2:].decode()])
            return
        if opcode in (9, 10):
            heard.append(["control", opcode, payload.decode()])
            continue
        replies = (read_binary(payload) if binary else
                   (json.loads(row) for row in payload.split(b"\n")))
        for reply in replies:
            if reply.get("id") == LAST:
                return
            if reply or not pongs:
                heard.append(tame(reply))
            else:
                line.send("{}")
    heard.append("nothing more")


def play(port, frames, binary=False, connected=True):
    """What is heard: replies, then how it ended."""
    line = Line(port, seconds=40)
    heard = []
    try:
        more = ({"Sec_WebSocket_Protocol": "centrifuge-protobuf"}
                if binary else {})
        if line.upgrade(**more) != 101:
            return ["no upgrade"]
        opcode = 2 if binary else 1
        if connected:
            given = cases.token()
            line.send(cases.p_connect(given) if binary
                      else cases.connect(given), opcode)
            line.receive()
        for frame in frames:
            if frame in (WAIT, NO_PONG):
                line.socket.settimeout(WAIT_SECONDS)
                listen(line, binary, heard, frame is WAIT)
                return heard
            if isinstance(frame, cases.Frame):
                line.write(frame)
            else:
                line.send(frame, opcode)
        if not isinstance(frames, cases.Ends):
            line.send(last(binary), opcode)
        listen(line, binary, heard)
    except (EOFError, ConnectionError):
        heard.append("the end")
    except TimeoutError:
        heard.append("nothing more")
    finally:
        line.close()
    return heard


def ask(port, request):
    """The status, and which subprotocol and extensions were taken."""
    line = Line(port)
    try:
        line.ask(*request)
        head = line.take_until(b"\r\n\r\n").decode().lower()
        words = re.findall(r"sec-websocket-(?:protocol|extensions): *(.*)",
                           head)
        return [int(head.split()[1]), [word.strip() for word in words]]
    except (EOFError, ConnectionError):
        return ["the end"]
    finally:
        line.close()


def rows():
    """Names, and what each does with a port."""
    for name, make in cases.FIRST.items():
        yield name, lambda port, make=make: play(port, make(),
                                                 connected=False)
    for name, make in cases.TOKENS.items():
        yield name, lambda port, make=make: play(
            port, [cases.connect(make())], connected=False)
        if name in ("token garbage", "token HS512", "token, exp over"):
            yield "binary: " + name, lambda port, make=make: play(
                port, [cases.p_connect(make())], True, False)
    for name, frames in cases.CALLS.items():
        yield name, lambda port, frames=frames: play(port, frames)
    for name, make in cases.REFRESH.items():
        yield name, lambda port, make=make: play(port, make())
    for name, frames in cases.BINARY.items():
        yield "binary: " + name, lambda port, frames=frames: play(
            port, frames, True)
    for name, request in cases.HTTP.items():
        yield name, lambda port, request=request: ask(port, request)
    yield "no pong", lambda port: play(port, [NO_PONG])
    yield "expiry", expire
    yield "renewed in time", renew


def expire(port):
    """Nobody renews: 25 seconds after the token's end the line is closed."""
    return play(port, [cases.connect(cases.token(exp=cases.now(2))), WAIT],
                connected=False)


def renew(port):
    return play(port, [
        cases.connect(cases.token(exp=cases.now(2))),
        '{"id":2,"refresh":{"token":"%s"}}' % cases.token(), WAIT],
        connected=False)


WAIT, NO_PONG = object(), object()  # until the line is over
WAIT_SECONDS = 31  # without a word: more than from a token's end to the line's


# ---- Both servers ----

class Real:
    """Centrifugo, whose backend is the mock's own answers."""

    def __init__(self, program):
        self.backend = Server(BELLPULL, SCHEMA, "--rpc-proxy")
        self.server = centrifugo.Centrifugo(
            program, f"http://127.0.0.1:{self.backend.port}/rpc",
            user_subscribe_to_personal=False, namespaces=[],
            client_concurrency=0)
        self.server.start()
        self.port = self.server.port

    def close(self):
        self.server.close()
        self.backend.close()


def allowances():
    """Names of cases that may differ, and why."""
    allowed = {}
    with open(os.path.join(HERE, "parity.txt"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, reason = line.rstrip("\n").split(" -- ", 1)
                allowed[name] = reason
    return allowed


class Parity(unittest.TestCase):
    maxDiff = None

    def test_all(self):
        chosen = [(name, run) for name, run in rows()
                  if not sys.argv[3:] or name in sys.argv[3:]]
        chosen.reverse()  # the slow ones first
        with ThreadPoolExecutor(TOGETHER) as pool:
            real = [pool.submit(run, REAL.port) for _, run in chosen]
            mock = [pool.submit(run, MOCK.port) for _, run in chosen]
            results = [(name, a.result(), b.result())
                       for (name, _), a, b in zip(chosen, real, mock)]
        allowed = allowances()
        wrong = []
        for name, want, got in results:
            if (want == got) == (name in allowed):
                note = " is allowed to differ" if want == got else ""
                wrong.append(f"{name}{note}\n    real {repr(want)[:600]}\n"
                             f"    mock {repr(got)[:600]}")
        if not sys.argv[3:]:
            names = [name for name, _ in chosen]
            self.assertEqual(len(names), len(set(names)))
            self.assertGreater(len(names), 200)
            wrong += [f"{name} is no case" for name in allowed
                      if name not in names]
        self.assertEqual("", "\n".join(wrong))


if __name__ == "__main__":
    PROGRAM = centrifugo.find()
    if PROGRAM is None:
        print("there is no Centrifugo (BELLPULL_CENTRIFUGO)", file=sys.stderr)
        sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)
    REAL = Real(PROGRAM)
    MOCK = Server(BELLPULL, SCHEMA, "--secret", cases.SECRET.decode(),
                  "--allow-origin", "http://localhost:3000")
    try:
        result = unittest.main(argv=sys.argv[:1], exit=False).result
    finally:
        REAL.close()
        MOCK.close()
    sys.exit(0 if result.wasSuccessful() else 1)
