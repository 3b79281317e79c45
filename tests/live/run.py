#!/usr/bin/env python3
# run.py: scenarios against a real Centrifugo. Each is a ctest.
#
#     run.py --client PROGRAM SCENARIO...      all of them: `all`
#     run.py --list
#
# Where there is no Centrifugo (the program $BELLPULL_CENTRIFUGO, else
# build/servers/centrifugo) scenarios are skipped, loudly; with CI=true that is
# a failure.

import argparse
import os
import signal
import sys
import time

sys.dont_write_bytecode = True

import centrifugo  # noqa: E402
import front  # noqa: E402
import line_faults  # noqa: E402
import probe  # noqa: E402
import responders  # noqa: E402
import timeline  # noqa: E402
import token_faults  # noqa: E402
from rig import (Failure, Rig, check, error, ORIGIN_BACKEND,  # noqa: E402
                 ORIGIN_CLOSE, ORIGIN_LOCAL, ORIGIN_REPLY, SHORT_PINGS, TYPED)

SKIPPED = 77  # what ctest is told to take for "skipped"


def harness(rig):
    """The rig itself, by a client that is not ours."""
    line = probe.Probe(rig.server.port)
    line.send({"id": 1, "connect": {"token": centrifugo.token()}})
    line.next()
    want = [({"number": 5}, "live.echo", {"rpc": {"data": {"number": 5}}}),
            ({}, "live.touch", {"rpc": {}}),
            ({}, "ping", {"rpc": {}}),
            ({"code": 1000, "message": "no rope"}, "live.fail",
             {"error": {"code": 1000, "message": "no rope"}}),
            ({}, "live.missing",
             {"error": {"code": 100, "message": "internal server error",
                        "temporary": True}})]
    for number, (params, method, reply) in enumerate(want, 2):
        line.send({"id": number, "rpc": {"method": method, "data": params}})
        check([{"id": number, **reply}], line.next())
    line.send({"id": 9, "rpc": {"method": "live.leave",
                                "data": {"code": 4001}}})
    check(4001, line.next())
    line.close()


def typed(rig):
    client = rig.run("typed")
    client.expect(*TYPED)
    client.end()


def localhost(rig):
    """`localhost` is ::1 first; the server listens on 127.0.0.1 only."""
    client = rig.run("typed", host="localhost")
    client.expect(*TYPED)
    client.end()


def valgrind(rig):
    client = rig.run("typed", wrapper=(
        "valgrind", "--quiet", "--error-exitcode=9", "--leak-check=full",
        "--show-leak-kinds=definite,indirect,possible"))
    client.expect(*TYPED)
    client.end()


def errors(rig):
    client = rig.run("error")
    client.expect(
        error("fail", "refused", ORIGIN_REPLY, 1000, 1, "no rope*"),
        error("fail", "refused", ORIGIN_REPLY, 404, 0, "no rope*"),
        error("missing", "refused", ORIGIN_REPLY, 100, 1,
              "internal server error*"),
        "echo ok", "connected 1")
    client.end()


def late(rig):
    client = rig.run("late")
    client.expect("echo ok", "slow deadline, not early",
                  "pings 100000 failed 0", "slow ended 1", "echo ok",
                  "connected 1")
    client.end()
    check(1, rig.backend.answers.get("live.slow"))


def many(rig):
    client = rig.run("many")
    client.expect("echo ok", "answered once 500, own 500")
    client.end()
    check(501, rig.backend.answers.get("live.echo"))


def oversize(rig):
    client = rig.run("oversize")
    client.expect("before ok",
                  error("oversize", "limit", ORIGIN_LOCAL, 0, 0,
                        "*request_bytes_max*"),
                  "after ok", "connected 1")
    client.end()


def inside_sync(rig):
    client = rig.run("inside_sync")
    client.expect("sync reentrant", "echo ok 1, slow ok 1", "echo ok")
    client.end()


def inside_cancel(rig):
    client = rig.run("inside_cancel")
    client.expect("echo ok 1, slow cancelled 1", "echo ok")
    client.end()


def inside_close(rig):
    client = rig.run("inside_close")
    client.expect("reply lent", "echo ok 1, slow closed 1", "echo ok")
    client.end()


def tokens(rig):
    for token, origin, code in (
            ("garbage", ORIGIN_CLOSE, 3500),
            (centrifugo.token(secret=b"another"), ORIGIN_CLOSE, 3500),
            (None, ORIGIN_CLOSE, 3501),
            (centrifugo.token(seconds=-5), ORIGIN_REPLY, 109)):
        client = rig.run("token", token)
        client.expect(error("connect", "terminal", origin, code, "*"),
                      error("echo", "terminal", origin, code, "*"),
                      "connected 0")
        client.end()


def killed(rig):
    client = rig.run("killed")
    client.expect("echo ok", "in flight")
    rig.server.kill()
    time.sleep(0.5)
    rig.server.start()
    client.expect("next ok", "ended once 1000, sum 1000",
                  "some replied 1, some unknown 1", "connected 2")
    client.end()


def stopped(rig):
    client = rig.run("stopped")
    client.expect("echo ok")
    rig.server.stop()
    client.go_on()
    client.expect("stopped deadline, not early", "dropped")
    rig.server.signal(signal.SIGCONT)
    client.expect("next ok", "connected again 1")
    client.end()


def restarted(rig):
    """As `stopped`, but another server takes the port."""
    client = rig.run("stopped")
    client.expect("echo ok")
    rig.server.stop()
    client.go_on()
    client.expect("stopped deadline, not early", "dropped")
    rig.server.kill()
    rig.server.start()
    client.expect("next ok", "connected again 1")
    client.end()


def idle(rig):
    client = rig.run("idle")
    client.expect("echo ok")
    rig.server.kill()
    rig.server.start()
    client.go_on()
    client.expect("next ok", "connected 2")
    client.end()


def leave(rig):
    client = rig.run("leave")
    client.expect("echo ok",
                  error("leave", "disconnected", ORIGIN_CLOSE, 4001, "*"),
                  "next ok",
                  error("leave", "terminal", ORIGIN_CLOSE, 4501, "*"),
                  error("next", "terminal", ORIGIN_CLOSE, 4501, "*"),
                  "connected 2")
    client.end()


def channel_typed(rig):
    client = rig.run("typed")
    client.expect(*TYPED)
    client.end()


def channel_subscribed(rig):
    """The server subscribed the reply channel itself: 105, and it works."""
    client = rig.run("typed", centrifugo.token(channels=["user#42"]))
    client.expect(*TYPED)
    client.end()


def channel_errors(rig):
    """A backend's envelope; a publication that the proxy refused."""
    client = rig.run("error")
    client.expect(
        error("fail", "refused", ORIGIN_BACKEND, 1000, 1, "no rope*"),
        error("fail", "refused", ORIGIN_BACKEND, 404, 0, "no rope*"),
        error("missing", "refused", ORIGIN_REPLY, 1001, 0, "unknown method*"),
        "echo ok", "connected 1")
    client.end()


def channel_cross(rig):
    client = rig.run("channel_cross")
    client.expect("own 1000, own 1000, other 0, failed 0")
    client.end()


def channel_forged(rig):
    """Another user answers first; the backend's reply still completes."""
    client = rig.run("channel_forged")
    client.expect("asked")
    limit = time.monotonic() + 5
    while rig.backend.correlation is None and time.monotonic() < limit:
        time.sleep(0.01)
    line = probe.Probe(rig.server.port)
    line.send({"id": 1, "connect": {"token": centrifugo.token("7")}})
    line.next()
    line.send({"id": 2, "publish": {"channel": "user#42", "data": {
        "correlation_id": rig.backend.correlation, "result": {"ms": 666}}}})
    check([{"id": 2, "publish": {}}], line.next())
    client.expect('refused: *user "7"*', "slow ok, ms 700")
    client.end()
    line.close()


def untrusted(reason):
    return (f"connect: status=deadline origin={ORIGIN_LOCAL} code=0 "
            f"temporary=* message=*{reason}*",
            f"echo: status=disconnected origin={ORIGIN_LOCAL} code=0 "
            f"temporary=* message=*{reason}*",
            "connected 0")


def secure(rig):
    """Who is verified is called, and nobody else: each with its reason."""
    with front.Certificates(rig.client) as made:
        for name, host, lines in (
                ("good", "localhost", TYPED),
                ("good", "127.0.0.1", TYPED),
                ("other", "localhost",
                 untrusted("is for another name than localhost")),
                ("other", "127.0.0.1",
                 untrusted("is for another address than 127.0.0.1")),
                ("expired", "localhost", untrusted("has expired")),
                ("early", "localhost", untrusted("is not valid yet")),
                ("alone", "localhost", untrusted("is self-signed")),
                ("stranger", "localhost",
                 untrusted("not signed by a trusted authority"))):
            with front.Front(rig.server.port, made.path(name)) as line:
                client = rig.run("typed" if lines is TYPED else "untrusted",
                                 url=line.url(host),
                                 LIVE_CA=made.path("authority"))
                client.expect(*lines)
                client.end()


def secure_clients(rig):
    """A server that wants to know who calls."""
    with front.Certificates(rig.client) as made:
        ca = made.path("authority")
        with front.Front(rig.server.port, made.path("good"), ca) as line:
            url = line.url("localhost")
            client = rig.run("untrusted", url=url, LIVE_CA=ca)
            client.expect(*untrusted("set tls_certificate_file"))
            client.end()
            client = rig.run("typed", url=url, LIVE_CA=ca,
                             LIVE_OWN=made.path("good"))
            client.expect(*TYPED)
            client.end()


def secure_ports(rig):
    """TLS of Centrifugo itself; and where one side alone speaks it."""
    with front.Certificates(rig.client) as made:
        own = made.path("good")
        ca = made.path("authority")
        wrong = rig.server.url("localhost").replace("ws://", "wss://")
        client = rig.run("untrusted", url=wrong, LIVE_CA=ca)
        client.expect(*untrusted("does not speak TLS here"))
        client.end()
        server = rig.another(tls=True, tls_cert=own, tls_key=own)
        right = server.url("localhost")
        client = rig.run("untrusted", url=right.replace("wss://", "ws://"))
        client.expect(*untrusted("wss://"))
        client.end()
        client = rig.run("typed", url=right, LIVE_CA=ca)
        client.expect(*TYPED)
        client.end()


SCENARIOS = {
    "harness": (harness, {}),
    "typed": (typed, {}),
    "localhost": (localhost, {}),
    "errors": (errors, {}),
    "late": (late, {}),
    "many": (many, {}),
    "oversize": (oversize, {}),
    "inside_sync": (inside_sync, {}),
    "inside_cancel": (inside_cancel, {}),
    "inside_close": (inside_close, {}),
    "tokens": (tokens, {}),
    "killed": (killed, {}),
    "stopped": (stopped, SHORT_PINGS),
    "restarted": (restarted, SHORT_PINGS),
    "idle": (idle, {}),
    "leave": (leave, {}),
    "channel_typed": (channel_typed, {"channel": True}),
    "channel_subscribed": (channel_subscribed, {"channel": True}),
    "channel_errors": (channel_errors, {"channel": True}),
    "channel_cross": (channel_cross, {"channel": True}),
    "channel_forged": (channel_forged, {"channel": True}),
    "secure": (secure, {}),
    "secure_clients": (secure_clients, {}),
    "secure_ports": (secure_ports, {}),
    "valgrind": (valgrind, {}),
    **line_faults.SCENARIOS,
    **responders.SCENARIOS,
    **timeline.SCENARIOS,
    **token_faults.SCENARIOS,
}


def run(names, program, client):
    failed = 0
    for name in names:
        scenario, changes = SCENARIOS[name]
        try:
            with Rig(program, client, **changes) as rig:
                scenario(rig)
            print(f"{name}: passed", flush=True)
        except Failure as failure:
            failed += 1
            print(f"{name}: FAILED\n  {failure}", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description="Scenarios against a real "
                                     "Centrifugo.")
    parser.add_argument("--client", help="the program live_client")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("scenario", nargs="*")
    options = parser.parse_args()
    if options.list:
        print("\n".join(SCENARIOS))
        return 0
    names = options.scenario
    if names == ["all"]:
        names = list(SCENARIOS)
    unknown = [name for name in names if name not in SCENARIOS]
    if unknown or not names:
        parser.error(f"no such scenario: {' '.join(unknown) or '(none)'}")
    program = centrifugo.find()
    if program is None:
        print(f"SKIPPED: {len(names)} live scenarios, for want of a "
              "Centrifugo: scripts/setup.sh --centrifugo makes one")
        return 1 if os.environ.get("CI") == "true" else SKIPPED
    return run(names, program, options.client)


if __name__ == "__main__":
    sys.exit(main())
