"""A network printer to test with: a server on loopback that records what is printed, or fails as printers do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PAPER_OK, PAPER_OUT = b"\x12", b"\x72"
ASKED, DONE = b"\x10\x04\x04", b"\x1dr\x01"


class Printer:
    """What it was sent, without the questions; `status` is what it answers about its paper, nothing where it hangs."""

    def __init__(self, status: bytes = PAPER_OK, cuts: bool = False) -> None:
        self.status, self.cuts, self.printed = status, cuts, b""
        self.address = ""
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: answer what it asks."""
        self.connections += 1
        got = b""
        while more := await reader.read(4096):
            got += more
            if got == ASKED and self.status:
                got = b""
                writer.write(self.status)
            elif got.endswith(DONE) and not self.cuts:
                self.printed += got.removesuffix(DONE)
                got = b""
                writer.write(b"\x00")
            elif self.cuts and got != ASKED:
                break  # somebody pulled the plug
        writer.close()


@asynccontextmanager
async def running(**given: object) -> AsyncIterator[Printer]:
    """A printer that listens; its `address` is host:port."""
    found = Printer(**given)  # type: ignore[arg-type]
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    found.address = f"{host}:{port}"
    try:
        yield found
    finally:
        server.close()
