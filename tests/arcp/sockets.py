# sockets.py: the three sockets of a real ARCP server, by programs of several
# languages: NAME=PROGRAM, which is given the url and two tokens.
import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
import urllib.request

import server

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
SECRET = b"0123456789abcdef0123456789abcdef"
AGENT = {
    "name": "Scanner", "agent_id": "scanner-1", "agent_type": "security",
    "endpoint": "https://scanner.example.com:8080",
    "context_brief": "Finds known flaws in container images.",
    "capabilities": ["vulnerability_scan"], "owner": "Example",
    "public_key": "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXA=",
    "metadata": {"region": "eu"}, "version": "1.0.0",
    "communication_mode": "remote"}


def part(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(who, role):
    """A JSON Web Token as the server would give it."""
    now = int(time.time())
    claims = {"sub": who, "agent_id": who, "scopes": [], "role": role,
              "iat": now, "exp": now + 3600}
    head = part(b'{"alg":"HS256","typ":"JWT"}')
    body = head + b"." + part(json.dumps(claims).encode())
    sign = hmac.new(SECRET, body, hashlib.sha256).digest()
    return (body + b"." + part(sign)).decode()


def register(url, shown):
    request = urllib.request.Request(
        url + "/agents/register", json.dumps(AGENT).encode(),
        {"Content-Type": "application/json",
         "Authorization": "Bearer " + shown})
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()


def main():
    program = server.find(ROOT)
    if program is None:
        print("no ARCP server: scripts/setup.sh --arcp")
        return 77
    bad = 0
    running = server.Server(program)
    try:
        agent = token("scanner-1", "agent")
        admin = token("user_ARCP", "admin")
        register(running.url, agent)
        for word in sys.argv[1:]:
            name, path = word.split("=", 1)
            done = subprocess.run([path, running.url, admin, agent],
                                  timeout=120, check=False)
            print("%s: %d" % (name, done.returncode))
            bad += done.returncode != 0
    finally:
        running.stop()
    return 1 if bad else 0


sys.exit(main())
