# websocket_bench.py: the same as websocket_bench.c by clients of others, in
# Python: websocket-rs (its sync client), picows, websockets (its sync client).
"""Usage: websocket_bench.py LIBRARY serial|pipelined URL BYTES COUNT"""

import statistics
import sys
import time

WINDOW = 100


class Blocking:
    """A client whose send and recv wait."""

    def __init__(self, connect, url, options):
        self.socket = connect(url, **options)

    def run(self, way, text, count):
        with self.socket as socket:
            return measure(socket.send, socket.recv, way, text, count)


def measure(send, receive, way, text, count):
    if way == "pipelined":
        sent = 0
        start = time.perf_counter()
        for i in range(count):
            while sent < count and sent - i < WINDOW:
                send(text)
                sent += 1
            receive()
        return count / (time.perf_counter() - start)
    for _ in range(count // 4 + 1):
        send(text)
        receive()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        send(text)
        receive()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def run_picows(way, url, text, count):
    """picows has functions that are called, and no recv."""
    import uvloop
    from picows import WSListener, WSMsgType, ws_connect

    payload = text.encode()
    times = []
    warm = count // 4 + 1 if way == "serial" else 0
    total = count + warm

    class Listener(WSListener):
        def on_ws_connected(self, transport):
            self.transport = transport
            self.sent = self.got = 0
            self.begun = time.perf_counter()
            self.fill()

        def fill(self):
            window = WINDOW if way == "pipelined" else 1
            while self.sent < total and self.sent - self.got < window:
                self.start = time.perf_counter()
                self.transport.send(WSMsgType.TEXT, payload)
                self.sent += 1

        def on_ws_frame(self, transport, frame):
            self.got += 1
            if self.got > warm:
                times.append(time.perf_counter() - self.start)
            if self.got == total:
                self.elapsed = time.perf_counter() - self.begun
                transport.disconnect()
            else:
                self.fill()

    async def talk():
        transport, listener = await ws_connect(
            Listener, url, max_frame_size=1 << 24)
        await transport.wait_disconnected()
        return listener.elapsed

    elapsed = uvloop.run(talk())
    return (count / elapsed if way == "pipelined"
            else statistics.median(times) * 1e6)


def main():
    library, way, url, size, count = sys.argv[1:]
    text = "x" * int(size)
    count = int(count)
    if library == "picows":
        value = run_picows(way, url, text, count)
    elif library == "websocket-rs":
        from websocket_rs.sync.client import connect
        value = Blocking(connect, url, {}).run(way, text, count)
    else:
        from websockets.sync.client import connect
        value = Blocking(connect, url, {
            "compression": None, "max_size": None, "max_queue": None,
        }).run(way, text, count)
    print(f"{value:.4f}")


main()
