# front.py: what ends TLS before a server that speaks none, and the
# certificates for it, made anew each time. It knows no scenario.

import os
import select
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading

PIECE_BYTES = 65536
QUIET_SECONDS_MAX = 60


class Certificates:
    """A folder of NAME.pem, each with its key; gone at the end."""

    def __init__(self, client):
        self.folder = tempfile.mkdtemp(prefix="bellpull-live-")
        program = os.path.join(os.path.dirname(client), "live_certificates")
        subprocess.run([program, self.folder], check=True, timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *_what):
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name + ".pem")


class Front:
    """One TLS port before a plain one, a thread a line."""

    def __init__(self, port, certificate, clients=None):
        self.behind = port
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.context.set_alpn_protocols(["http/1.1"])
        if clients is not None:
            self.context.load_verify_locations(clients)
            self.context.verify_mode = ssl.CERT_REQUIRED
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_what):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def url(self, host):
        return f"wss://{host}:{self.port}/connection/websocket"

    def accept(self):
        while True:
            try:
                plain = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.carry, args=(plain,),
                             daemon=True).start()

    def carry(self, plain):
        plain.settimeout(QUIET_SECONDS_MAX)
        try:
            with self.context.wrap_socket(plain, server_side=True) as line:
                with socket.create_connection(
                        ("127.0.0.1", self.behind)) as behind:
                    pass_bytes(line, behind)
        except OSError:
            plain.close()  # refused by the client: what a test wants


def pass_bytes(line, behind):
    while True:
        # What TLS has read already rings no bell.
        ready = [line] if line.pending() else select.select(
            [line, behind], [], [], QUIET_SECONDS_MAX)[0]
        for source in ready:
            got = source.recv(PIECE_BYTES)
            if not got:
                return
            (behind if source is line else line).sendall(got)
        if not ready:
            return
