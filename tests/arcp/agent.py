#!/usr/bin/env python3
# agent.py: where an agent listens: it is well, and whoever wants to talk to it
# may come. It knows no ARCP.
"""Usage: agent.py NAME; it listens until it is ended."""

import http.server
import json
import sys
import threading


class Agent(http.server.BaseHTTPRequestHandler):
    """Where an agent listens: the server asks how it does, and tells it."""

    name = ""

    def do_GET(self):
        """How it does."""
        self.answer({"status": "healthy", "agent_id": self.name})

    def do_POST(self):
        """Somebody wants to talk to it."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer({"status": "success", "message": "come", "agent_id":
                     self.name})

    def answer(self, said):
        """With 200."""
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nobody reads it."""


def listen(agent):
    """The agent's url; it listens as long as this program runs."""
    named = type("Named", (Agent,), {"name": agent})
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), named)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    return "http://127.0.0.1:%d" % listener.server_port


def main():
    print("listening on", listen(sys.argv[1]), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
