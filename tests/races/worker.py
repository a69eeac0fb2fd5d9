"""A real worker process, killed by the pid we know."""

import asyncio
import os
import subprocess
import sys
from typing import Self

from backend import local
from tests.races.processes import PATIENCE, ROOT


class Worker:
    """A worker process: the real one, or one that a test holds up."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, redis_url: str, *command: str) -> Self:
        """`python -m backend worker`, or another command."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                *(command or ("backend", "worker")),
                cwd=ROOT,
                env={**os.environ, "REDIS_URL": redis_url},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                preexec_fn=local.end_with_parent,
            )
        )

    async def says(self, words: str) -> None:
        """Return when it has said so."""
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE):
            while line := await self.process.stdout.readline():
                if line.decode().strip() == words:
                    return
        raise AssertionError(f"the worker ended without saying {words!r}")

    async def go_on(self) -> None:
        """Let a held one go on."""
        assert self.process.stdin
        self.process.stdin.write(b"\n")
        await self.process.stdin.drain()

    async def kill(self) -> None:
        """kill -9."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
