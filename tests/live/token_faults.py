# token_faults.py: scenarios where a token runs out or is wrong, and a program
# is asked for others.

from centrifugo import token
from rig import error, ORIGIN_CLOSE, ORIGIN_LOCAL, ORIGIN_REPLY

# How long the server waits for a new token, and forgives an old one; how long a
# token lasts, that a slow machine connects with.
IMPATIENT = {"client_expired_close_delay": "1s"}
SHORT_SECONDS = 4


def ask(rig, answers, *lines):
    client = rig.run("ask", None, LIVE_ANSWERS=" ".join(answers))
    client.expect(*lines)
    client.end()


def terminal(origin, code, message="*"):
    return (f"terminal: ended for good: {message}",
            error("connect", "terminal", origin, code, "*", message))


def asked(rig):
    """The first token is asked for; one that has expired is asked again."""
    good, expired = token(), token(seconds=-5)
    ask(rig, [good], "echo ok", "asked 1, connected 1")
    ask(rig, [expired, good], "lost: *109*", "echo ok",
        "asked 2, connected 1")
    ask(rig, [expired, expired, good], "lost: *109*", "lost: *109*",
        "echo ok", "asked 3, connected 1")
    ask(rig, ["failed", good], "lost: *no token: as told*", "echo ok",
        "asked 2, connected 1")


def asked_in_vain(rig):
    ask(rig, ["unauthorized"],
        *terminal(ORIGIN_LOCAL, 0, "*no token: not authorized: as told*"),
        "asked 1, connected 0")
    ask(rig, [token(secret=b"another")], *terminal(ORIGIN_CLOSE, 3500),
        "asked 1, connected 0")
    ask(rig, ["anonymous"],
        *terminal(ORIGIN_CLOSE, 3501, "*no token was sent*"),
        "asked 1, connected 0")
    server = rig.another(allow_anonymous_connect_without_token=True)
    client = rig.run("ask", None, url=server.url(), LIVE_ANSWERS="anonymous")
    client.expect("echo ok", "asked 1, connected 1")
    client.end()


def renewed(rig):
    """In time, in place: no call and no connection is lost."""
    client = rig.run("keep", None, LIVE_ANSWERS=" ".join(
        [token(seconds=SHORT_SECONDS), token()]))
    client.expect("some calls 1, failed 0", "asked 2, connected 1")
    client.end()


def renewed_late(rig):
    """Who was asked and is silent: the server ends the connection (3005),
    and the answer to the next question makes another one."""
    client = rig.run("outlive", None, LIVE_ANSWERS=" ".join(
        [token(seconds=SHORT_SECONDS), "silence", token()]))
    client.expect("echo ok", "lost: *3005*", "lost: *no token came within*",
                  "next ok", "asked 3, connected 2")
    client.end()


def renewed_wrongly(rig):
    """An expired one is asked for again; another user's ends it."""
    short = token(seconds=SHORT_SECONDS)
    client = rig.run("outlive", None, LIVE_ANSWERS=" ".join(
        [short, token(seconds=-5), token()]))
    client.expect("echo ok", "lost: *3005*", "next ok",
                  "asked 3, connected 2")
    client.end()
    client = rig.run("outlive", None, LIVE_ANSWERS=" ".join(
        [token(seconds=SHORT_SECONDS), token("7")]))
    client.expect("echo ok", "terminal: *3500*",
                  error("next", "terminal", ORIGIN_CLOSE, 3500, "*"),
                  "asked 2, connected 1")
    client.end()


def not_renewed(rig):
    """A token by value: the connection ends with it (3005), then all (109)."""
    client = rig.run("outlive", token(seconds=SHORT_SECONDS))
    client.expect("echo ok", "lost: *3005*", "terminal: *109*",
                  error("next", "terminal", ORIGIN_REPLY, 109, "*"),
                  "asked 0, connected 1")
    client.end()


SCENARIOS = {
    "asked": (asked, {}),
    "asked_in_vain": (asked_in_vain, {}),
    "renewed": (renewed, IMPATIENT),
    "renewed_late": (renewed_late, IMPATIENT),
    "renewed_wrongly": (renewed_wrongly, IMPATIENT),
    "not_renewed": (not_renewed, IMPATIENT),
    "channel_renewed": (renewed, {"channel": True, **IMPATIENT}),
}
