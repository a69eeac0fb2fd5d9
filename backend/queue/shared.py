"""One reading of a hall's queue for everybody in this process who looks at it.

However many ask, one reading of a hall runs at a time, and whoever asks meanwhile shares the one after it. While
streams are open a hall is read again after each change that is signalled, and every `BEAT` seconds in case a signal
was lost (an emptied Redis, a database that was away); an open stream costs no query of its own.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context

import structlog

from backend import db
from backend.queue import outlook, view
from backend.queue.view import HallView
from backend.refusal import NotFound
from backend.web.live import hub

log = structlog.get_logger()
BEAT = 3.0  # seconds
AGAIN = 0.5  # seconds until we ask a database again that is away
Change = Callable[[HallView | None, HallView], None]


class Shared:
    """The readings of this process, by the hall's code."""

    def __init__(self) -> None:
        self._kept: dict[str, HallView] = {}
        self._next: dict[str, asyncio.Future[HallView]] = {}
        self._readers: dict[str, asyncio.Task[None]] = {}
        self._watchers: dict[str, asyncio.Task[None]] = {}
        self._changed: dict[str, asyncio.Event] = {}
        self.tell: list[Change] = []  # who hears of each reading: the one before, and it

    async def read(self, hall: str) -> HallView:
        """A reading that begins no sooner than this call. Refuses: NotFound."""
        if hall not in self._next:
            self._next[hall] = asyncio.get_running_loop().create_future()
        if hall not in self._readers:
            # In a context of its own: whoever asks may be inside a transaction.
            self._readers[hall] = asyncio.create_task(self._work(hall), context=Context())
        return await asyncio.shield(self._next[hall])

    async def recent(self, hall: str) -> HallView:
        """The latest reading where it is kept up to date and nothing is known to have changed since, else a new one:
        for what thousands may ask for at once. Refuses: NotFound.
        """
        known = self._kept.get(hall)
        changed = self._changed.get(hall)
        if known and hub.listening and hall in self._watchers and changed and not changed.is_set():
            return known
        return await self.read(hall)

    def latest(self, hall: str) -> HallView | None:
        """What was read last, at whatever moment."""
        return self._kept.get(hall)

    async def _work(self, hall: str) -> None:
        try:
            while asked := self._next.pop(hall, None):
                await self._answer(hall, asked)
        finally:
            del self._readers[hall]

    async def _answer(self, hall: str, asked: asyncio.Future[HallView]) -> None:
        try:
            found = await view.read(hall)
            await outlook.prepare(found)
        except BaseException as error:
            asked.set_exception(error)
            asked.exception()  # who asked may have gone: then nobody else would look at it
            if not isinstance(error, Exception):
                raise
            return
        before, self._kept[hall] = self._kept.get(hall), found
        asked.set_result(found)
        for tell in self.tell:
            _safely(tell, before, found)

    def watched(self, hall: str) -> bool:
        """Streams show this hall, or are about to."""
        return hall in self._watchers

    def watch(self, hall: str) -> None:
        """Keep a hall up to date while streams of its topic (see `beat`) are open."""
        if hall not in self._watchers:
            self._changed[hall] = asyncio.Event()
            self._watchers[hall] = asyncio.create_task(self._watch(hall), context=Context())

    async def _watch(self, hall: str) -> None:
        changed = self._changed[hall]
        try:
            await self._wait(changed, BEAT)
            while hub.followed(beat(hall)):
                await self._wait(changed, AGAIN if await self._failed(hall, changed) else BEAT)
        finally:
            del self._watchers[hall], self._changed[hall]
            self._kept.pop(hall, None)

    async def _failed(self, hall: str, changed: asyncio.Event) -> bool:
        changed.clear()  # first: a change from now on needs one more
        try:
            await self.read(hall)
        except (NotFound, *db.AWAY) as error:
            log.warning("queue-reading", error=type(error).__name__)
            return True
        except Exception as error:  # a fault of ours must not leave thousands of streams silent for good
            log.error("queue-reading", exc_info=error)
            return True
        return False

    async def _wait(self, changed: asyncio.Event, seconds: float) -> None:
        try:
            await asyncio.wait_for(changed.wait(), seconds)
        except TimeoutError:
            return

    def signal(self, topic: str) -> None:
        """A hall may look different now; `ready`: any may."""
        kind, _, code = topic.partition(":")
        for hall, changed in self._changed.items():
            if kind == "ready" or (kind == "hall" and code == hall):
                changed.set()


def _safely(tell: Change, before: HallView | None, now: HallView) -> None:
    # Whoever waits for a reading must not hang because one of those who hear of it fails.
    try:
        tell(before, now)
    except Exception as error:
        log.error("queue-tell", exc_info=error)


def beat(hall: str) -> str:
    """The topic of every stream that shows this hall; nothing is ever said on it."""
    return f"beat:{hall}"


shared = Shared()
hub.listen(shared.signal)
