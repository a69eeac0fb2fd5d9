"""A client thin enough to measure a server with: keep-alive HTTP/1.1 on bare streams, in a process of its own."""

import asyncio
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable

CLIENTS = 32


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length, chunked = 0, False
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        chunked = chunked or (name.lower() == b"transfer-encoding" and b"chunked" in value)
    if chunked:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        await reader.readexactly(length)
    return int(head[9:12])


async def _client(port: int, requests: list[bytes], end: float, said: Counter[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while requests and time.monotonic() < end:
        writer.write(requests.pop())
        said[await _answer(reader)] += 1
    writer.close()


async def _all(port: int, requests: list[bytes], seconds: float) -> tuple[Counter[int], float]:
    said: Counter[int] = Counter()
    begun = time.monotonic()
    await asyncio.gather(*(_client(port, requests, begun + seconds, said) for _ in range(CLIENTS)))
    return said, time.monotonic() - begun


def _process(
    make: Callable[[], list[bytes]], port: int, seconds: float, out: multiprocessing.SimpleQueue
) -> None:
    out.put(asyncio.run(_all(port, make(), seconds)))


async def load(make: Callable[[], list[bytes]], port: int, seconds: float) -> tuple[Counter[int], float]:
    """Send the requests that `make` returns from 32 clients, until they or the seconds run out.

    Returns how often each status came, and the seconds it took. `make` must be importable (it runs elsewhere).
    """
    out = multiprocessing.get_context("spawn").SimpleQueue()
    process = multiprocessing.get_context("spawn").Process(target=_process, args=(make, port, seconds, out))
    process.start()
    result: tuple[Counter[int], float] = await asyncio.to_thread(out.get)
    process.join()
    return result
