# line.py: a WebSocket client byte by byte, which may do what no client should,
# and `bellpull serve` as a child. It knows no test.

import os
import re
import signal
import socket
import struct
import subprocess
import tempfile

WAIT_SECONDS_MAX = 30


class Server:
    """One `bellpull serve`; what it says on stderr is in a file."""

    def __init__(self, program, *words, **more):
        self.log = tempfile.TemporaryFile("w+")
        # What is freed counts as freed, also where a sanitizer keeps it.
        settings = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"
        self.process = subprocess.Popen(
            [program, "serve", *words, "--port", "0"],
            stdout=subprocess.PIPE, stderr=self.log, text=True,
            env={**os.environ, "ASAN_OPTIONS": settings}, **more)
        self.said = self.process.stdout.readline()
        found = re.search(r"listening on \w+://127\.0\.0\.1:(\d+)/", self.said)
        if found is None:
            self.process.kill()
            raise RuntimeError(self.said + self.errors())
        self.port = int(found.group(1))

    def errors(self):
        """The server writes at the same place of the file: it stays."""
        size = os.fstat(self.log.fileno()).st_size
        return os.pread(self.log.fileno(), size, 0).decode(errors="replace")

    def end(self, number=signal.SIGTERM):
        """Its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=WAIT_SECONDS_MAX)

    def resident(self):
        """Bytes of memory."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    def ticks(self):
        """Of the processor, so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()


class Line:
    """One connection: bytes in, bytes out."""

    def __init__(self, port, seconds=WAIT_SECONDS_MAX):
        self.socket = socket.create_connection(("127.0.0.1", port), seconds)
        self.buffer = b""

    def write(self, data):
        self.socket.sendall(data)

    def fill(self):
        got = self.socket.recv(1 << 16)
        if not got:
            raise EOFError("the server closed")
        self.buffer += got

    def take(self, size):
        while len(self.buffer) < size:
            self.fill()
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def take_until(self, mark):
        while mark not in self.buffer:
            self.fill()
        taken, self.buffer = self.buffer.split(mark, 1)
        return taken

    def at_end(self):
        """Whether the server says nothing more."""
        try:
            self.fill()
        except EOFError:
            return self.buffer == b""
        except ConnectionError:
            return True
        return False

    # ---- HTTP ----

    def ask(self, method, path, headers, body=b""):
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def answer(self):
        """The status, the headers in small letters, the body."""
        first, *lines = self.take_until(b"\r\n\r\n").decode().split("\r\n")
        pairs = (line.split(":", 1) for line in lines)
        headers = {name.lower(): value.strip() for name, value in pairs}
        size = int(headers.get("content-length", 0))
        return int(first.split()[1]), headers, self.take(size)

    def upgrade(self, path="/connection/websocket", **headers):
        """The status of the answer."""
        more = {name.replace("_", "-"): value
                for name, value in headers.items()}
        self.ask("GET", path, {
            "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", **more})
        first = self.take_until(b"\r\n\r\n").decode().split("\r\n")[0]
        return int(first.split()[1])

    # ---- Frames ----

    def frame(self, payload, opcode=1, final=True, mask=True, reserved=0,
              size=None):
        """The bytes of one frame."""
        length = len(payload) if size is None else size
        first = (0x80 if final else 0) | reserved << 4 | opcode
        bit = 0x80 if mask else 0
        head = (struct.pack("!BB", first, bit | length) if length < 126
                else struct.pack("!BBH", first, bit | 126, length)
                if length < 65536
                else struct.pack("!BBQ", first, bit | 127, length))
        if not mask:
            return head + payload
        key = b"\x37\xfa\x21\x3d"
        masked = bytes(byte ^ key[i & 3] for i, byte in enumerate(payload))
        return head + key + masked

    def send(self, text, opcode=1):
        payload = text if isinstance(text, bytes) else text.encode()
        self.write(self.frame(payload, opcode))

    def receive(self):
        """The opcode and the payload of the next frame."""
        first, size = self.take(2)
        if size == 126:
            size = struct.unpack("!H", self.take(2))[0]
        elif size == 127:
            size = struct.unpack("!Q", self.take(8))[0]
        return first & 0xF, self.take(size)

    def receive_close(self):
        """The code and reason of the close frame that comes at last."""
        opcode, payload = self.receive()
        while opcode != 8:
            opcode, payload = self.receive()
        return struct.unpack("!H", payload[:2])[0], payload[2:].decode()

    def close(self):
        self.socket.close()
