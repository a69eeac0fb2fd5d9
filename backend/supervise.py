"""Keeps child processes alive: a dead one is started again, with a growing pause; stopped in order."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from backend.local import end_with_parent

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0  # seconds before a dead child is started again
STEADY = 30.0  # seconds alive after which the next death counts as the first
GRACE = 8.0  # seconds to end by itself before it is killed
log = structlog.get_logger()


@dataclass
class Child:
    """A command that must always run. It dies with us, and takes the processes it started with it."""

    name: str
    command: list[str]
    deaths: int = 0
    process: asyncio.subprocess.Process | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep(self) -> None:
        """Run it, and again each time it ends, until `stop`."""
        pause = FIRST_PAUSE
        while not self.stopping.is_set():
            began = time.monotonic()
            code = await self._run()
            if self.stopping.is_set():
                return
            self.deaths += 1
            pause = FIRST_PAUSE if time.monotonic() - began > STEADY else pause
            log.error("child-died", child=self.name, code=code, again_in=pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def stop(self) -> None:
        """End it well, by force after the grace."""
        self.stopping.set()
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), GRACE)
        except TimeoutError:
            _sweep(self.process.pid)

    async def _run(self) -> int:
        # A session of its own: Ctrl-C reaches only us, and what it leaves behind is swept as one group.
        self.process = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        code = await self.process.wait()
        _sweep(self.process.pid)
        return code


def _sweep(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


async def supervise(children: list[Child], stop: asyncio.Event, revive: Callable[[], list[str]]) -> None:
    """Keep the children, and every second what `revive` looks after, until `stop`; then end them in order."""
    kept = [asyncio.create_task(child.keep()) for child in children]
    while not stop.is_set():
        for name in revive():
            log.error("server-died", server=name)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 1)
    for child in children:
        await child.stop()
    await asyncio.gather(*kept)
