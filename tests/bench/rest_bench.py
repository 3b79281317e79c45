# rest_bench.py: the same as rest_raw.c by clients of Python: aiohttp, httpx.
"""Usage: rest_bench.py aiohttp|httpx URL CONNECTIONS COUNT BODY"""

import asyncio
import sys
import time

WARM = 200
HEADERS = {"Accept": "application/json", "Content-Type": "application/json",
           "Authorization": "Bearer abcdefghijklmnopqrstuvwxyz0123456789"}


async def run(exchange, connections, count):
    left = count

    async def one():
        nonlocal left
        while left > 0:
            left -= 1
            await exchange()

    await asyncio.gather(*(one() for _ in range(connections)))


async def measure(exchange, connections, count):
    await run(exchange, connections, WARM)
    wall, cpu = time.perf_counter(), time.process_time()
    await run(exchange, connections, count)
    print((time.perf_counter() - wall) * 1e6 / count,
          (time.process_time() - cpu) * 1e6 / count)


async def by_aiohttp(url, connections, count, body):
    import aiohttp

    connector = aiohttp.TCPConnector(limit=connections, ssl=False)
    async with aiohttp.ClientSession(connector=connector) as session:
        async def exchange():
            async with session.post(url, data=body, headers=HEADERS) as answer:
                await answer.read()

        await measure(exchange, connections, count)


async def by_httpx(url, connections, count, body):
    import httpx

    limits = httpx.Limits(max_connections=connections)
    async with httpx.AsyncClient(verify=False, limits=limits) as client:
        async def exchange():
            await client.post(url, content=body, headers=HEADERS)

        await measure(exchange, connections, count)


def main():
    library, url, connections, count, body = sys.argv[1:6]
    client = by_aiohttp if library == "aiohttp" else by_httpx
    asyncio.run(client(url + "/echo", int(connections), int(count),
                       body.encode()))


main()
