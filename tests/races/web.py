"""A real web process, killed by the pid we know."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

import httpx

from backend import local
from backend.local.server import free_port
from tests.races.processes import OURS, PATIENCE, ROOT, until


class Web:
    """`python -m backend web` on a port of its own."""

    def __init__(self, log: Path, redis_url: str, **given: str) -> None:
        self.port, self.log = free_port(), log
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {
            **os.environ,
            "REDIS_URL": redis_url,
            "HOST": "127.0.0.1",
            "PORT": f"{self.port}",
            **given,
        }
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self, *command: str) -> Self:
        """Start it (or a web that a test holds up), and return when it answers."""
        self._spawn(command or ("backend", "web"))
        await self.answers()
        return self

    def _spawn(self, command: tuple[str, ...]) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=local.end_with_parent,  # noqa: PLW1509  (one system call, as in production)
            )

    async def answers(self) -> None:
        """Return when it serves."""
        async with self.browser() as browser:
            await until(lambda: _alive(browser))

    def browser(self, token: str = "") -> httpx.AsyncClient:
        """A browser of somebody who is signed in."""
        headers = OURS | ({"cookie": f"session={token}"} if token else {})
        return httpx.AsyncClient(
            base_url=self.url, headers=headers, timeout=PATIENCE, trust_env=False, verify=False
        )

    def serving(self) -> list[int]:
        """The processes that serve, under the one we started."""
        assert self.process
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill(self) -> None:
        """kill -9, all of it."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        """End it, however it was left."""
        if self.process:
            self.kill()


async def _alive(browser: httpx.AsyncClient) -> bool:
    try:
        return (await browser.get("/healthz")).status_code == 200
    except httpx.TransportError:
        return False
