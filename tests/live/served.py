#!/usr/bin/env python3
# served.py: channel mode with nothing of a test in between: an example of a C
# programmer, a real Centrifugo, and `bellpull serve --publish-proxy` as the
# backend.
#
#   served.py BELLPULL SCHEMA TASKS-EXAMPLE

import os
import signal
import subprocess
import sys

sys.dont_write_bytecode = True

import centrifugo  # noqa: E402

SKIPPED = 77
WANT = """tasks.get_stats {user_id: "123"}
total 3, completed 1, pending 2
  open: 2
  done: 1
tasks.get_stats {user_id: "nobody"}
refused: 404 no such user
"""


def start_backend(bellpull, schema, api):
    backend = subprocess.Popen(
        [bellpull, "serve", schema, "--publish-proxy", "--port", "0",
         "--api-url", api], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "CENTRIFUGO_API_KEY": "test-api-key"},
        preexec_fn=centrifugo.die_with_parent)
    line = backend.stdout.readline()
    return backend, line.split()[-1]


def main():
    bellpull, schema, example = sys.argv[1:]
    program = centrifugo.find()
    if program is None:
        print("SKIPPED: channel mode by `serve`, for want of a Centrifugo: "
              "scripts/setup.sh --centrifugo makes one")
        return 1 if os.environ.get("CI") == "true" else SKIPPED
    # The server's port must be known before the backend's, which it names.
    port = centrifugo.free_port()
    backend, endpoint = start_backend(bellpull, schema,
                                      f"http://127.0.0.1:{port}/api")
    server = centrifugo.Centrifugo(
        program, "http://127.0.0.1:1/rpc", proxy_publish=True,
        proxy_publish_endpoint=endpoint, proxy_publish_timeout="10s",
        allow_user_limited_channels=True, api_key="test-api-key")
    failed = 0
    try:
        server.move(port)
        server.start()
        for user in ("42", "7"):
            done = subprocess.run(
                [example, server.url(), centrifugo.token(user), user],
                capture_output=True, text=True, timeout=60)
            if done.returncode != 0 or done.stdout != WANT or done.stderr:
                failed += 1
                print(f"{user}: {done.returncode}\n{done.stdout}{done.stderr}")
        # Replies to another user's channel are refused by the backend.
        done = subprocess.run(
            [example, server.url(), centrifugo.token("42"), "7"],
            capture_output=True, text=True, timeout=60)
        if done.returncode == 0:
            failed += 1
            print(f"a stranger's channel was served:\n{done.stdout}")
    finally:
        backend.send_signal(signal.SIGTERM)
        if backend.wait(timeout=10) != 0:
            failed += 1
            print("the backend did not end well")
        server.close()
    print("passed" if failed == 0 else f"{failed} failed")
    return 1 if failed else 0


sys.exit(main())
