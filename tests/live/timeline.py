# timeline.py: scenarios of what a client says of itself with BELL_DEBUG=1:
# each call with its number, method, milliseconds and outcome, and nowhere a
# secret, whatever goes wrong.

import os
import re
import tempfile

import centrifugo
import front
from rig import check, Failure

LINE = re.compile(r"bell +(\d+\.\d{3}) ms  (?:#(\d+) (\S+)  )?(\S.*)")
BEGIN = re.compile(r"call, \d+ bytes of params(, waits for a connection)?")
REPLY = re.compile(r"reply, \d+ bytes in \d+\.\d{3} ms")
ERROR = re.compile(r"([a-z]+) after \d+\.\d{3} ms: \S.*")


class Timeline:
    """A run of a scenario from end to end: what it said on stdout, and what
    the runtime said on stderr."""

    def __init__(self, rig, scenario, token=None, secrets=(), **more):
        if token is not None:
            # Whoever has the last part and a name has the whole.
            secrets = [*secrets, token, *token.split(".")[1:]]
        if rig.channel:
            more["LIVE_MODE"] = "channel"
        with tempfile.TemporaryFile("w+") as errors:
            client = rig.run(scenario, token, errors=errors, BELL_DEBUG="1",
                             LIVE_LOG="1", **more)
            self.said = list(iter(client.next, None))
            client.process.wait()
            errors.seek(0)
            self.errors = errors.read()
        everything = "\n".join(self.said) + self.errors
        if "ms  connecting" not in self.errors:
            raise Failure(f"no timeline: {everything}")
        for secret in ["test-hmac-secret", "test-api-key", *secrets]:
            if secret in everything:
                raise Failure(f"{secret} is printed:\n{everything}")
        self.read()

    def read(self):
        self.calls = {}  # by number: [method, outcome]
        self.events = []
        last = 0.0
        for line in self.errors.splitlines():
            if not line.startswith("bell "):
                continue  # the log, which has the same
            found = LINE.fullmatch(line)
            if found is None:
                raise Failure(f"no line of a timeline: {line}")
            when, number, method, text = found.groups()
            if float(when) < last:
                raise Failure(f"out of order: {line}")
            last = float(when)
            if number is None:
                self.events.append(text)
            else:
                self.take(int(number), method, text)

    def take(self, number, method, text):
        if BEGIN.fullmatch(text):
            check(None, self.calls.get(number))
            self.calls[number] = [method, None]
            return
        outcome = "ok" if REPLY.fullmatch(text) else None
        failed = ERROR.fullmatch(text)
        outcome = failed[1] if failed else outcome
        if outcome is None or number not in self.calls:
            raise Failure(f"neither a call nor how one ended: #{number} {text}")
        check([method, None], self.calls[number])
        self.calls[number][1] = outcome

    def want(self, *calls):
        check([list(call) for call in calls],
              [self.calls[number] for number in sorted(self.calls)])

    def want_event(self, *words):
        for word in words:
            if not any(word in event for event in self.events):
                raise Failure(f"nothing of {word}: {self.events}")


TYPED_CALLS = (("live.echo", "ok"), ("live.touch", "ok"), ("live.big", "ok"))


def timeline(rig):
    good = centrifugo.token()
    line = Timeline(rig, "typed", good)
    line.want(*TYPED_CALLS)
    line.want_event("connecting", "connected", "closed")
    Timeline(rig, "error", good).want(
        ("live.fail", "refused"), ("live.fail", "refused"),
        ("live.missing", "refused"), ("live.echo", "ok"))
    Timeline(rig, "many", good).want(*[("live.echo", "ok")] * 501)


def timeline_ends(rig):
    """Cancelled, closed, refused by the size, disconnected."""
    good = centrifugo.token()
    Timeline(rig, "inside_cancel", good).want(
        ("live.slow", "cancelled"), ("live.echo", "ok"), ("live.echo", "ok"))
    line = Timeline(rig, "leave", good)
    line.want(("live.echo", "ok"), ("live.leave", "disconnected"),
              ("live.echo", "ok"), ("live.leave", "terminal"))
    line.want_event("4001", "ended for good: the server closed with 4501")


def timeline_tokens(rig):
    for wrong, words in (
            ("garbage-of-a-token", "3500"),
            (centrifugo.token(secret=b"another"), "3500"),
            (centrifugo.token(seconds=-5), "109")):
        line = Timeline(rig, "token", wrong)
        line.want()
        line.want_event(words)
    good, other = centrifugo.token(), centrifugo.token("7")
    short = centrifugo.token(seconds=4)
    line = Timeline(rig, "outlive", secrets=[short, other],
                    LIVE_ANSWERS=f"{short} {other}")
    line.want(("live.echo", "ok"))
    line.want_event("asking for a token", "3500")
    line = Timeline(rig, "ask", secrets=[good],
                    LIVE_ANSWERS=f"failed {good}")
    line.want(("live.echo", "ok"))
    line.want_event("no token: as told")


def timeline_lines(rig):
    """Nobody listens; and secrets in places where they do not belong."""
    good = centrifugo.token()
    port = centrifugo.free_port()
    line = Timeline(rig, "untrusted", good,
                    url=f"ws://127.0.0.1:{port}/connection/websocket")
    line.want_event("cannot connect to 127.0.0.1")
    Timeline(rig, "untrusted", good, secrets=["hidden-word"],
             url=f"ws://127.0.0.1:{rig.server.port}/none?key=hidden-word"
             ).want_event("404")
    client = rig.run("typed", good, url="ws://me:hidden-word@127.0.0.1:1/")
    said = client.next()
    if "the url" not in said or "hidden-word" in said:
        raise Failure(f"another trouble: {said}")


def timeline_secure(rig):
    """Of keys and certificates too, refused and accepted."""
    good = centrifugo.token()
    with front.Certificates(rig.client) as made:
        with open(made.path("good"), encoding="utf-8") as file:
            own = [text for text in file.read().splitlines()
                   if len(text) > 40]
        ca = made.path("authority")
        for name, words in (("other", "is for another name"),
                            ("stranger", "not signed by a trusted authority")):
            with front.Front(rig.server.port, made.path(name)) as line:
                Timeline(rig, "untrusted", good, own,
                         url=line.url("localhost"), LIVE_CA=ca,
                         LIVE_OWN=made.path("good")).want_event(words)
        with front.Front(rig.server.port, made.path("good"), ca) as line:
            Timeline(rig, "typed", good, own, url=line.url("localhost"),
                     LIVE_CA=ca, LIVE_OWN=made.path("good")
                     ).want(*TYPED_CALLS)
        key = os.path.join(made.folder, "key.pem")
        with open(key, "w", encoding="utf-8") as file:
            file.write("-----BEGIN PRIVATE KEY-----\nsecret-of-a-key\n")
        refuse_key(rig, good, key)


def refuse_key(rig, token, key):
    """A key that is none: the file is named, and nothing in it."""
    client = rig.run("typed", token, url="wss://127.0.0.1:1/", LIVE_OWN=key)
    said = client.next()
    if key not in said or "secret-of" in said or "PRIVATE" in said:
        raise Failure(f"another trouble: {said}")


SCENARIOS = {
    "timeline": (timeline, {}),
    "timeline_channel": (timeline, {"channel": True}),
    "timeline_ends": (timeline_ends, {}),
    "timeline_tokens": (timeline_tokens, {}),
    "timeline_lines": (timeline_lines, {}),
    "timeline_secure": (timeline_secure, {}),
}
