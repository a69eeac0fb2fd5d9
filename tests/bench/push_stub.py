"""`python -m tests.bench.push_stub PORT`: a push service that takes everything (201) and remembers when each topic
came; GET gives what it remembers. As little work as a server can do, for it shares the machine with what is measured.
"""

import asyncio
import json
import sys
import time

import uvloop

SEEN: list[tuple[float, str]] = []
TAKEN = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


class Stub(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there."""
        self.transport, self.rest = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer every whole request that has come."""
        self.rest += data
        while (end := self.rest.find(b"\r\n\r\n")) >= 0:
            head = self.rest[:end].decode("latin-1")
            fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:])
            whole = end + 4 + int(fields.get("content-length", 0))
            if len(self.rest) < whole:
                return
            self.rest = self.rest[whole:]
            self.transport.write(self.answer(head, fields))  # type: ignore[attr-defined]

    def answer(self, head: str, fields: dict[str, str]) -> bytes:
        """201, or what came so far."""
        if head.startswith("POST"):
            SEEN.append((time.time(), fields["topic"]))
            return TAKEN
        body = json.dumps(SEEN).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


async def serve(port: int) -> None:
    """Until somebody ends it."""
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
