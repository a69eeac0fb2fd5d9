"""A signed JSON POST to one provider (`signing.py` says how it is signed).

The body is `{"id", "phone", "text", "kind"}`. 2xx: it has the message. 408, 425, 429, 5xx, a redirect, a broken
connection and a time-out are temporary; any other 4xx is final. The same message always carries the same
`Idempotency-Key`, so that a provider that had it already, though its answer was lost, sends it once. Two providers do
not know of each other: when one was asked in vain, the other is asked at once, though the first may have sent it
after all. What we send must reach people; a second copy of the same words is the lesser evil (at least once).

A city whose provider speaks otherwise changes this file only.
"""

import asyncio
import datetime as dt
import re
from email.utils import parsedate_to_datetime
from functools import cached_property
from urllib.parse import urlsplit

import httpx
import msgspec

from backend import clock
from backend.settings import Partner
from backend.signing import signed
from backend.sms.gateway import Accepted, Final, Message, Temporary

CONNECT, WHOLE = 2.0, 5.0  # seconds
TEMPORARY = {408, 425, 429}
IMPOSSIBLE = re.compile(r"1000000\d{4}")  # the demo's people


class HttpGateway:
    """One provider over HTTP. The machine's proxy settings are not followed: phones go to nobody else."""

    def __init__(self, provider: Partner) -> None:
        self.provider = provider
        self.path = urlsplit(provider.url).path or "/"

    @cached_property
    def client(self) -> httpx.AsyncClient:
        """Connections are kept for a few seconds: a batch shares them, a provider's restart is not met."""
        return httpx.AsyncClient(
            timeout=httpx.Timeout(WHOLE, connect=CONNECT),
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(keepalive_expiry=3.0),
        )

    async def send(self, message: Message) -> Accepted:
        """Post it. Refuses: Final also for a demo's number, which must never leave."""
        if IMPOSSIBLE.fullmatch(message.phone):
            raise Final("demo-phone")
        body = msgspec.json.encode(message)
        seconds = int((await clock.now()).timestamp())
        headers = signed(self.provider, self.path, seconds, str(message.id), body)
        answer = await self._posted(body, {**headers, "Content-Type": "application/json"})
        return _judged(answer, await clock.now())

    async def _posted(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        try:
            async with asyncio.timeout(WHOLE):
                return await self.client.post(self.provider.url, content=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise Temporary("unreachable") from None
        except (TimeoutError, httpx.TimeoutException):
            raise Temporary("timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise Temporary("broken") from None


def _judged(answer: httpx.Response, now: dt.datetime) -> Accepted:
    status, why = answer.status_code, f"http-{answer.status_code}"
    if 200 <= status < 300:
        return Accepted()
    if 400 <= status < 500 and status not in TEMPORARY:
        raise Final(why)
    asked = answer.headers.get("retry-after", "") if status in (429, 503) else ""
    raise Temporary(why, _span(asked, now))


def _span(asked: str, now: dt.datetime) -> dt.timedelta | None:
    """Retry-After: seconds, or a date (RFC 9110, 10.2.3). None where there is none, or none that can be read."""
    if re.fullmatch(r"[0-9]{1,9}", asked):
        return dt.timedelta(seconds=int(asked))
    try:
        return max(parsedate_to_datetime(asked) - now, dt.timedelta())
    except (TypeError, ValueError):
        return None
