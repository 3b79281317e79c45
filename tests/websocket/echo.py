# echo.py: the echo server of echo.mjs on Python's websockets. `echo.py SEED`
# prints its url.

import asyncio
import random
import sys

from websockets.asyncio.server import serve


def cut(draw, message):
    """The message in up to four pieces."""
    ends = sorted(draw.randrange(len(message) + 1)
                  for _ in range(draw.randrange(4)))
    at = 0
    for end in [*ends, len(message)]:
        yield message[at:end]
        at = end


async def echo(socket):
    draw = random.Random(int(sys.argv[1]))
    async for message in socket:
        words = message.split(" ") if isinstance(message, str) else [""]
        if len(message) < 100 and words[0] == "close":
            await socket.close(int(words[1]), " ".join(words[2:]))
        elif len(message) < 100 and words[0] == "stream":
            for i in range(int(words[1])):
                await socket.send(f"item {i}")
        else:
            await socket.send(cut(draw, message))
            await socket.ping()


async def main():
    async with serve(echo, "127.0.0.1", 0, max_size=128 << 20, max_queue=None,
                     subprotocols=["echo"], select_subprotocol=lambda _, names:
                     "echo" if "echo" in names else None) as server:
        port = server.sockets[0].getsockname()[1]
        print(f"ws://127.0.0.1:{port}/", flush=True)
        await asyncio.get_running_loop().create_future()


asyncio.run(main())
