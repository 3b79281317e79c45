# line_faults.py: scenarios where the line between a client and the server is
# at fault: it stops, breaks, tears messages apart, or swallows them.

import re

import front
from relay import Line, Relay
from rig import Failure, check, SHORT_PINGS, TYPED

WATCHDOG_MS = 12000  # the server's ping of 2 s, and 10 s of grace
WATCHDOG_SLACK_MS = 10000  # for a loaded machine


def paused(rig):
    """Deadlines hold on a line that stands still; who has time waits."""
    with Relay(rig.server.port) as relay:
        client = rig.run("paused", url=relay.url())
        client.expect("echo ok")
        relay.all(Line.hold)
        client.go_on()
        client.expect("deadline 200, waiting 200")
        relay.all(Line.let_go)
        client.expect("own 200, deadline 200, once 400", "echo ok",
                      "connected 1")
        client.end()
    # Each left once, and the late answers were for nobody.
    check(402, rig.backend.wait_for("live.echo", 402))


def broken(rig, command):
    with Relay(rig.server.port) as relay:
        client = rig.run("killed", url=relay.url())
        client.expect("echo ok", "in flight")
        relay.all(command)
        client.expect("next ok", "ended once 1000, sum 1000",
                      "some replied 1, some unknown 1", "connected 2")
        client.end()
        check(2, len(relay.lines))


def cut(rig):
    broken(rig, Line.cut)


def reset(rig):
    broken(rig, Line.reset)


def full(rig, command):
    """More than a standing line takes: what is left was certainly not sent,
    and as nothing came through, none of it was executed."""
    with Relay(rig.server.port) as relay:
        client = rig.run("full", url=relay.url())
        client.expect("echo ok")
        relay.all(Line.hold)
        client.go_on()
        client.expect("in flight")
        relay.all(command)
        client.expect("ended once 400, sum 400, replied 0",
                      "some not sent 1, some unknown 1", "next ok",
                      "connected 2")
        client.end()
    check(2, rig.backend.answers.get("live.echo"))


def cut_full(rig):
    full(rig, Line.cut)


def reset_full(rig):
    full(rig, Line.reset)


def single_bytes(rig):
    with Relay(rig.server.port, single=True) as relay:
        client = rig.run("typed", url=relay.url())
        client.expect(*TYPED)
        client.end()


def single_bytes_secure(rig):
    with front.Certificates(rig.client) as made:
        with front.Front(rig.server.port, made.path("good")) as line, \
                Relay(line.port, single=True) as relay:
            client = rig.run("typed", url=relay.url("localhost", "wss"),
                             LIVE_CA=made.path("authority"))
            client.expect(*TYPED)
            client.end()


def delayed(rig):
    with Relay(rig.server.port, delay=0.05) as relay:
        client = rig.run("typed", url=relay.url())
        client.expect(*TYPED)
        client.end()
        client = rig.run("many", url=relay.url())
        client.expect("echo ok", "answered once 500, own 500")
        client.end()


def half_open(rig):
    """The other end is gone and nobody says so: only the missing ping
    tells."""
    with Relay(rig.server.port) as relay:
        client = rig.run("silent", url=relay.url())
        client.expect("echo ok")
        relay.all(Line.swallow)
        client.go_on()
        client.expect("silent disconnected, unknown")
        said = client.next()
        found = re.fullmatch(r".*no ping from the server for (\d+) ms", said)
        if found is None:
            raise Failure(f"another reason: {said}")
        silence = int(found[1])
        if not 0 <= silence - WATCHDOG_MS < WATCHDOG_SLACK_MS:
            raise Failure(f"found after {silence} ms, "
                          f"not about {WATCHDOG_MS}")
        client.expect("next ok", "connected 2")
        client.end()
        check(2, len(relay.lines))


CHANNEL = {"channel": True}
SCENARIOS = {
    "paused": (paused, {}),
    "cut": (cut, {}),
    "reset": (reset, {}),
    "cut_full": (cut_full, {}),
    "reset_full": (reset_full, {}),
    "single_bytes": (single_bytes, {}),
    "single_bytes_secure": (single_bytes_secure, {}),
    "delayed": (delayed, {}),
    "half_open": (half_open, SHORT_PINGS),
    "channel_paused": (paused, CHANNEL),
    "channel_cut": (cut, CHANNEL),
    "channel_reset": (reset, CHANNEL),
    "channel_single_bytes": (single_bytes, CHANNEL),
}
