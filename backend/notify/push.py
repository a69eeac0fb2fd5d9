"""Ringing one phone: what is sent, to whom, and what the push service answered. No database here.

Sources: RFC 8030 (Web Push), 8291 (encryption), 8292 (VAPID); declarative web push (WebKit) for the JSON.
"""

import datetime as dt
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
import structlog
from pywebpush import WebPushException, webpush_async

from backend.notify import endpoints, vapid
from backend.notify.devices import Keys
from backend.notify.few import Few
from backend.settings import settings

log = structlog.get_logger()
DECLARATIVE = 8030  # the number by which iOS knows JSON that it may show without waking our worker
MOST_BYTES = 2048  # RFC 8030 promises 4096 encrypted; some services keep less
TIMEOUT = 6.0  # seconds for all of it: a job lasts ten, and what was not answered is tried again
CONNECT = 3.0  # seconds: where a push service cannot be reached at all, packets vanish
MISSES, AWAY = 20, 60.0  # a service that did not answer so often in a row is left alone for so many seconds
LONGEST_PAUSE = 24 * 3600.0  # seconds a service may ask us to wait


_missed: Few[str, int] = Few()  # by host, in a row
_away: Few[str, float] = Few()  # by host, until when (monotonic)


class Ring(msgspec.Struct, frozen=True):
    """One push: what the phone shows, and where it leads."""

    id: UUID
    title: str
    body: str
    leads: str
    topic: UUID
    urgency: str
    ttl: int
    keys: Keys
    key_id: int


class Answer(msgspec.Struct, frozen=True):
    """What became of it: sent, gone, refused, failed (final), or again (after `pause` seconds, if it said so)."""

    state: str
    error: str = ""
    pause: float = 0.0


class _Straight:
    """A session that follows no redirect: an allowed host must not lead us to one that is not."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def post(self, url: str, timeout: float, **given: Any) -> aiohttp.ClientResponse:  # noqa: ASYNC109
        limits = aiohttp.ClientTimeout(total=timeout, connect=CONNECT)
        return await self.session.post(url, timeout=limits, allow_redirects=False, **given)


@asynccontextmanager
async def line(width: int) -> AsyncIterator[Any]:
    """A line to the push services, for so many pushes at once; connections are used again."""
    connector = aiohttp.TCPConnector(limit=width, limit_per_host=width)
    # Without `trust_env`, which asks the disk (~/.netrc) in a thread for every single push.
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield _Straight(session)


def payload(ring: Ring) -> bytes:
    """What the phone reads: declarative JSON, with our token among the data."""
    shown = {
        "title": ring.title,
        "body": ring.body,
        "lang": "zh-CN",
        "tag": ring.topic.hex,
        "navigate": settings().public_url + ring.leads,
        "data": {"token": str(ring.id), "leads": ring.leads},
    }
    return msgspec.json.encode({"web_push": DECLARATIVE, "mutable": True, "notification": shown})


async def ring(one: Ring, over: Any) -> Answer:
    """Send one push and judge the answer. Never raises for what a push service or a network does."""
    words, host = payload(one), endpoints.host(one.keys.endpoint)
    if wrong := _unfit(one, words):
        return wrong
    # Behind the firewall a service may swallow every packet; what waits for it must not hold up the others.
    if (rest := _away.used(host, 0.0) - time.monotonic()) > 0:
        return Answer("again", "network", rest)
    answer = await _answer(one, words, over)
    _note(host, missed=answer.error in ("silent", "network"))
    return answer


def _note(host: str, missed: bool) -> None:
    _missed[host] = _missed.used(host, 0) + 1 if missed else 0
    if _missed[host] >= MISSES:
        _missed[host], _away[host] = 0, time.monotonic() + AWAY
        log.error("push-away", service=host)


async def _answer(one: Ring, words: bytes, over: Any) -> Answer:
    try:
        await _send(one, words, over)
    except WebPushException as no:
        return _judged(no, one)
    except TimeoutError:
        return Answer("again", "silent")
    except (aiohttp.ClientError, OSError):
        return Answer("again", "network")
    return Answer("sent")


def _unfit(one: Ring, words: bytes) -> Answer | None:
    """Why it must not even be tried."""
    if not endpoints.allowed(one.keys.endpoint):
        return Answer("failed", "host")
    if not vapid.known(one.key_id):
        return Answer("refused", "key")
    if len(words) > MOST_BYTES:
        log.error("push-too-long", bytes=len(words))
        return Answer("failed", "413")
    return None


async def _send(one: Ring, words: bytes, over: Any) -> None:
    headers = {
        "Authorization": vapid.authorization(one.key_id, endpoints.origin(one.keys.endpoint)),
        "Urgency": one.urgency,
        "Topic": one.topic.hex,
    }
    keys: dict[str, str | bytes] = {"p256dh": one.keys.p256dh, "auth": one.keys.auth}
    await webpush_async(
        {"endpoint": one.keys.endpoint, "keys": keys},
        words,  # it says str, and takes bytes as well
        ttl=max(one.ttl, 1),
        timeout=TIMEOUT,
        headers=headers,
        aiohttp_session=over,
    )


def _judged(no: WebPushException, one: Ring) -> Answer:
    status, service = no.status_code or 0, endpoints.host(one.keys.endpoint)
    if status in (404, 410):
        return Answer("gone", str(status))
    if status in (401, 403):  # ours to mend: the subscription may be well
        log.error("push-refused", service=service, status=status, key=one.key_id)
        return Answer("refused", str(status))
    if status in (429, 503) or status >= 500:
        return Answer("again", str(status), _pause(no.retry_after))
    log.error("push-failed", service=service, status=status)
    return Answer("failed", str(status))


def _pause(text: str | None) -> float:
    """`Retry-After` in seconds: a number, or a date by the world's clock."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
    return min(max(until.timestamp() - time.time(), 0.0), LONGEST_PAUSE)
