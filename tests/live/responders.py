# responders.py: scenarios of channel mode where a client answers: who may, and
# who may not.

import centrifugo
import probe
from responder import Responder, USER
from rig import (check, error, Failure, ORIGIN_BACKEND, ORIGIN_LOCAL,
                 TYPED)

TAKEN_SECONDS_MAX = 20


def run(rig, scenario, responder=USER, **more):
    if responder is not None:
        more["LIVE_RESPONDER"] = responder
    return rig.run(scenario, LIVE_MODE="channel", **more)


def forge(rig, user, correlation):
    """Somebody who may publish, and has seen the request."""
    line = probe.Probe(rig.server.port)
    line.connect(centrifugo.token(user))
    line.send({"id": 2, "publish": {"channel": "user#42", "data": {
        "correlation_id": correlation, "result": {"ms": 666}}}})
    # Who forges his own user's reply gets it himself, too.
    messages = line.next()
    check({"id": 2, "publish": {}}, next(
        message for message in messages if "id" in message))
    line.close()


def responder(rig):
    with Responder(rig.server.port):
        client = run(rig, "typed")
        client.expect(*TYPED)
        client.end()


def responder_errors(rig):
    with Responder(rig.server.port):
        client = run(rig, "error")
        client.expect(
            error("fail", "refused", ORIGIN_BACKEND, 1000, 1, "no rope*"),
            error("fail", "refused", ORIGIN_BACKEND, 404, 0, "no rope*"),
            error("missing", "refused", ORIGIN_BACKEND, 1001, 0,
                  "unknown method*"),
            "echo ok", "connected 1")
        client.end()


def responder_cross(rig):
    with Responder(rig.server.port):
        client = run(rig, "channel_cross")
        client.expect("own 1000, own 1000, other 0, failed 0")
        client.end()


def responder_forged(rig):
    """Others answer first; the responder's reply still completes."""
    with Responder(rig.server.port) as answers:
        answers.free.clear()
        client = run(rig, "channel_forged")
        client.expect("asked")
        if not answers.taken.acquire(timeout=TAKEN_SECONDS_MAX):
            raise Failure("the request did not reach the responder")
        for user in ("7", "42", USER + "2", ""):
            forge(rig, user, answers.correlation)
            client.expect(f'refused: *user "{user}"*')
        answers.free.set()
        client.expect("slow ok, ms 700")
        client.end()


def responder_unnamed(rig):
    """Without responder_user nobody who is a client may answer."""
    with Responder(rig.server.port):
        client = run(rig, "channel_forged", responder=None,
                     LIVE_DEADLINE="2500")
        client.expect("asked", f'refused: *user "{USER}"*',
                      error("slow", "deadline", ORIGIN_LOCAL, 0, "*"))
        client.end()


def responder_other(rig):
    """And where another one is named, only that one."""
    with Responder(rig.server.port):
        client = run(rig, "channel_forged", responder="somebody",
                     LIVE_DEADLINE="2500")
        client.expect("asked", f'refused: *user "{USER}"*',
                      error("slow", "deadline", ORIGIN_LOCAL, 0, "*"))
        client.end()


# What a client may publish at once is what a reply of 300,000 bytes needs.
OPEN = {"allow_publish_for_client": True,
        "allow_publish_for_anonymous": True,
        "websocket_message_size_limit": 1048576}
SCENARIOS = {
    "responder": (responder, OPEN),
    "responder_errors": (responder_errors, OPEN),
    "responder_cross": (responder_cross, OPEN),
    "responder_forged": (responder_forged, OPEN),
    "responder_unnamed": (responder_unnamed, OPEN),
    "responder_other": (responder_other, OPEN),
}
