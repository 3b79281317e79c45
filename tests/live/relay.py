# relay.py: a TCP relay before a server, that does to its lines what networks
# do: holds them up, cuts them, resets them, tears their bytes apart, swallows
# them. It knows no protocol.

import collections
import queue
import select
import socket
import struct
import threading
import time

PIECE_BYTES = 65536
STALL_SECONDS_MAX = 30  # of one send, or of one command to a line


class Line(threading.Thread):
    """One client's connection and ours to the server behind. All that is done
    to its sockets is done by its own thread: a command has been obeyed when
    tell() returns."""

    def __init__(self, relay, client, behind):
        super().__init__(daemon=True)
        self.relay = relay
        self.sides = {client: behind, behind: client}
        self.later = collections.deque()  # (when, to whom, bytes)
        self.commands = queue.Queue()
        self.bell, self.rung = socket.socketpair()
        self.held = False
        self.silent = False
        self.over = False
        for side in self.sides:
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            side.settimeout(STALL_SECONDS_MAX)

    def tell(self, command):
        done = threading.Event()
        self.commands.put((command, done))
        try:
            self.bell.send(b"!")
        except OSError:
            return  # the line is over
        while not done.wait(0.1):
            if not self.is_alive():
                return

    def run(self):
        try:
            while not self.over:
                self.turn()
        except OSError:
            pass  # a side is gone: so is the line
        finally:
            self.end()

    def turn(self):
        sources = [] if self.held else list(self.sides)
        wait = None
        if self.later and not self.held:
            wait = max(0, self.later[0][0] - time.monotonic())
        ready = select.select([self.rung, *sources], [], [], wait)[0]
        if self.rung in ready:
            self.rung.recv(PIECE_BYTES)
            self.obey()
            return
        for source in ready:
            self.take(source)
        while self.later and self.later[0][0] <= time.monotonic():
            self.forward(*self.later.popleft()[1:])

    def obey(self):
        while not self.commands.empty():
            command, done = self.commands.get()
            command(self)
            done.set()

    def take(self, source):
        got = source.recv(PIECE_BYTES)
        if self.silent:
            if not got:
                # Nobody hears of this end either.
                del self.sides[source]
                source.close()
            return
        if not got:
            self.over = True
            return
        when = time.monotonic() + self.relay.delay
        self.later.append((when, self.sides[source], got))

    def forward(self, sink, got):
        if not self.relay.single:
            sink.sendall(got)
            return
        for at in range(len(got)):
            sink.sendall(got[at:at + 1])

    def reset(self):
        """The sockets vanish: the other ends get an RST."""
        for side in self.sides:
            side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            struct.pack("ii", 1, 0))
        self.over = True

    def cut(self):
        self.over = True

    def hold(self):
        self.held = True

    def let_go(self):
        self.held = False

    def swallow(self):
        self.silent = True
        self.later.clear()

    def end(self):
        for side in [*self.sides, self.bell, self.rung]:
            side.close()


class Relay:
    """A port before another one. `single` sends each byte alone, `delay`
    holds each piece for so many seconds."""

    def __init__(self, port, single=False, delay=0):
        self.behind = port
        self.single = single
        self.delay = delay
        self.lines = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_what):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()
        self.all(Line.cut)
        for line in self.lines:
            line.join()

    def url(self, host="127.0.0.1", scheme="ws"):
        return f"{scheme}://{host}:{self.port}/connection/websocket"

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            try:
                behind = socket.create_connection(("127.0.0.1", self.behind))
            except OSError:
                client.close()
                continue
            line = Line(self, client, behind)
            self.lines.append(line)
            line.start()

    def all(self, command):
        """Done to every line that there is; later ones are not touched."""
        for line in list(self.lines):
            line.tell(command)
