# probe.py: a WebSocket client of a few lines, so that the harness can be
# checked without the runtime that it tests. It knows whole frames only.

import json
import os
import socket
import struct


class Probe:
    """One connection; commands out, messages in."""

    def __init__(self, port, seconds=5):
        self.socket = socket.create_connection(("127.0.0.1", port), seconds)
        self.buffer = b""
        self.socket.sendall(
            b"GET /connection/websocket HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
        while b"\r\n\r\n" not in self.buffer:
            self.receive()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 101"):
            raise RuntimeError(head.decode())

    def receive(self):
        got = self.socket.recv(65536)
        if not got:
            raise EOFError("the server closed")
        self.buffer += got

    def take(self, size):
        while len(self.buffer) < size:
            self.receive()
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def send(self, command):
        payload = json.dumps(command).encode()
        key = os.urandom(4)
        size = len(payload)
        keys = key * (size // 4 + 1)
        masked = (int.from_bytes(payload, "big") ^
                  int.from_bytes(keys[:size], "big")).to_bytes(size, "big")
        head = (struct.pack("!BB", 0x81, 0x80 | size) if size < 126
                else struct.pack("!BBH", 0x81, 0xFE, size) if size < 65536
                else struct.pack("!BBQ", 0x81, 0xFF, size))
        self.socket.sendall(head + key + masked)

    def next(self):
        """A list of replies, or the close code."""
        first, size = self.take(2)  # a server's frames are not masked
        if size == 126:
            size = struct.unpack("!H", self.take(2))[0]
        elif size == 127:
            size = struct.unpack("!Q", self.take(8))[0]
        payload = self.take(size)
        if first & 0xF == 8:
            return struct.unpack("!H", payload[:2])[0]
        return [json.loads(line) for line in payload.split(b"\n")]

    def connect(self, token):
        """Connected, or an exception."""
        self.send({"id": 1, "connect": {"token": token}})
        reply = self.next()
        if isinstance(reply, int) or "connect" not in reply[0]:
            raise RuntimeError(f"not connected: {reply}")

    def cut(self):
        """Another thread's next() ends."""
        self.socket.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.socket.close()
