# server.py: a real ARCP server of one's own, on a free port. As a program it
# says where, and runs until it is ended. It knows no operation.
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

ADMIN = {"username": "ARCP", "password": "ARCP"}
KEYS = ["test-agent-%03d" % number for number in range(1, 5)]
SCRAPE = "scrape-me-0123456789"


def find(root):
    """The program that scripts/setup.sh --arcp installs, or None."""
    servers = os.environ.get("BELLPULL_SERVERS",
                             os.path.join(root, "build", "servers"))
    path = os.path.join(servers, "arcp", "bin", "uvicorn")
    return path if os.access(path, os.X_OK) else None


class Server:
    """Runs from its making to its stop."""

    def __init__(self, program, **settings):
        self.folder = tempfile.mkdtemp(prefix="arcp.")
        place = {
            "PATH": os.environ["PATH"],
            "PYTHON_DOTENV_DISABLED": "1",
            "TZ": "UTC",
            "ENVIRONMENT": "development",
            "ALLOWED_AGENT_TYPES":
                "security,monitoring,automation,networking,testing",
            "JWT_SECRET": "0123456789abcdef0123456789abcdef",
            "JWT_ALGORITHM": "HS256",
            "JWT_EXPIRE_MINUTES": "60",
            "ADMIN_USERNAME": ADMIN["username"],
            "ADMIN_PASSWORD": ADMIN["password"],
            "AGENT_KEYS": ",".join(KEYS),
            "METRICS_SCRAPE_TOKEN": SCRAPE,
            "ARCP_DATA_DIR": os.path.join(self.folder, "data"),
            "ARCP_LOGS_DIR": os.path.join(self.folder, "logs"),
        }
        place.update(settings)
        words = [program, "arcp.__main__:app", "--host", "127.0.0.1", "--port",
                 "0"]
        if shutil.which("setpriv"):  # it dies with its parent
            words = ["setpriv", "--pdeathsig", "TERM"] + words
        self.process = subprocess.Popen(
            words, cwd=self.folder, env=place, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        self.said = []
        self.url = None
        self.listen()

    def listen(self):
        """Until it says where it is."""
        for line in self.process.stderr:
            self.said.append(line)
            found = re.search(r"running on (http://\S+)", line)
            if found:
                self.url = found.group(1)
                break
        if self.url is None:
            raise RuntimeError("ARCP does not start:\n" + "".join(self.said))
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def stop(self):
        """The server and what it wrote are gone."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    """Until SIGTERM."""
    here = os.path.dirname(os.path.abspath(__file__))
    program = find(os.path.dirname(os.path.dirname(here)))
    if program is None:
        sys.exit("no ARCP; scripts/setup.sh --arcp installs one")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    running = Server(program)
    try:
        print("listening on", running.url, flush=True)
        running.process.wait()
    finally:
        running.stop()


if __name__ == "__main__":
    main()
