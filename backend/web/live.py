"""Live views: one Redis subscription per process, fanned out to every open event stream.

A signal says only *what* changed; the page fetches the fragment it shows. A lost signal costs nothing
lasting: on every (re)connect the stream says `ready` and the page refreshes. An open stream costs no
database query of its own. What a whole hall looks at is read once by its domain (`queue/shared.py`), which
listens here and says to each stream what concerns it, ready-made.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable

import redis.asyncio as aioredis
import structlog
from litestar import Request, Response, get
from litestar.response import Stream

from backend import hints
from backend.settings import settings
from backend.web import guards

log = structlog.get_logger()
LIFE = 300.0  # seconds; the browser comes back by itself, and a deployment never waits for a stream
BEAT = 20.0  # seconds between comments that keep proxies from closing the stream
# What a page of the staff side may listen to besides its halls, `?also=`: messages, a case, a handoff. A signal says
# nothing of it; the page asks, and is answered as its visitor may see it.
ALSO = re.compile(r"messages|(case|handoff):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST = 3  # things a page may listen to besides
QUEUE = 32  # signals a slow phone may lag behind before we drop some; reconnecting heals it
OVER = "event: over\ndata: 1\n\n"  # what a topic `over:…` says: the streams that hear it end
READY = "retry: 2000\nevent: ready\ndata: 1\n\n"
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
Listener = Callable[[str], None]


class Hub:
    """Fans signals out. It listens for the life of the process."""

    def __init__(self) -> None:
        self._streams: dict[str, set[asyncio.Queue[str]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._listeners: list[Listener] = []
        self.listening = False  # signals of other processes arrive

    def listen(self, listener: Listener) -> None:
        """Let a domain hear every topic, too, and `ready` when signals may have been missed."""
        if listener not in self._listeners:
            self._listeners.append(listener)

    def start(self) -> None:
        """Begin to listen, in the background."""
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Stop listening."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self) -> None:
        wait = 0.1
        while True:
            try:
                async for topic in self._signals():
                    wait = 0.1
                    self.fan(topic)
            except (aioredis.RedisError, OSError) as error:
                log.warning("live", error=type(error).__name__)
            finally:
                self.listening = False
            await asyncio.sleep(wait)
            wait = min(wait * 2, 5.0)
            self.fan_all("ready")  # whatever was missed meanwhile, pages ask again

    async def _signals(self) -> AsyncIterator[str]:
        client = aioredis.Redis.from_url(settings().redis_url, socket_keepalive=True)
        try:
            async with client.pubsub(ignore_subscribe_messages=True) as pubsub:
                await pubsub.psubscribe(hints.PREFIX + "*")
                self.listening = True
                async for message in pubsub.listen():
                    yield message["channel"].decode().removeprefix(hints.PREFIX)
        finally:
            await client.aclose()

    def fan(self, topic: str) -> None:
        """Give a signal to every stream of its topic, or of all topics of its kind (`hall:*`); the event's name is
        the topic's first word.
        """
        self._tell(topic)
        name = topic.partition(":")[0]
        for queue in {*self._streams.get(topic, ()), *self._streams.get(f"{name}:*", ())}:
            _put(queue, event(name))

    def fan_all(self, name: str) -> None:
        """Give an event to every stream."""
        self._tell(name)
        for queue in {queue for queues in self._streams.values() for queue in queues}:
            _put(queue, event(name))

    def _tell(self, topic: str) -> None:
        for listener in self._listeners:
            listener(topic)

    def say(self, topic: str, text: str) -> None:
        """Give a finished event (see `event`) to this process's streams of a topic."""
        for queue in self._streams.get(topic, ()):
            _put(queue, text)

    def followed(self, topic: str) -> bool:
        """A stream of this process is open that wants to hear of it."""
        return topic in self._streams

    async def stream(self, topics: list[str], first: Callable[[], str] = lambda: READY) -> AsyncIterator[str]:
        """The text of one event stream. `first` is asked once nothing can be missed any more."""
        queue: asyncio.Queue[str] = asyncio.Queue(QUEUE)
        for topic in topics:
            self._streams.setdefault(topic, set()).add(queue)
        try:
            yield first()
            end = asyncio.get_running_loop().time() + LIFE
            while (left := end - asyncio.get_running_loop().time()) > 0:
                text = await _next(queue, min(left, BEAT))
                yield text
                if text == OVER:
                    return
        finally:
            self._leave(queue, topics)

    def _leave(self, queue: asyncio.Queue[str], topics: list[str]) -> None:
        for topic in topics:
            self._streams[topic].discard(queue)
            if not self._streams[topic]:
                del self._streams[topic]


def event(name: str, data: str = "1") -> str:
    """One event as a stream says it; `data` is one line."""
    return f"event: {name}\ndata: {data}\n\n"


def _put(queue: asyncio.Queue[str], text: str) -> None:
    if queue.full():
        queue.get_nowait()  # the oldest: what is true now must arrive
    queue.put_nowait(text)


async def _next(queue: asyncio.Queue[str], patience: float) -> str:
    try:
        async with asyncio.timeout(patience):  # `wait_for` would make a task of every wait
            return await queue.get()
    except TimeoutError:
        return ": still here\n\n"


hub = Hub()


def stream(topics: list[str], first: Callable[[], str] = lambda: READY) -> Stream:
    """An answer that is an event stream."""
    return Stream(hub.stream(topics, first), media_type="text/event-stream", headers=HEADERS)


@get("/live", guards=[guards.public])
async def live(request: Request) -> Stream | Response[None]:
    """The one stream of a tab: what concerns the visitor's account, or the halls and departments of a member
    of staff, themselves, and what their page asks for.
    """
    visitor = request.scope["user"]
    topics = [f"account:{visitor.account}"] if visitor.account else []
    topics += [f"hall:{hall}" for hall in visitor.halls]
    topics += [f"case:{department}" for department in visitor.departments]
    topics += [f"officer:{visitor.staff}"] if visitor.staff else []
    also = request.query_params.getall("also", [])[:MOST]
    topics += [topic for topic in also if visitor.staff and ALSO.fullmatch(topic)]
    if not topics:
        return Response(None, status_code=204)  # tells EventSource not to come back
    return stream(topics)


routes = [live]
