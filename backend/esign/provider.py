"""The service for electronic signatures over HTTP: one signed POST, the same until it is over.

`signing.py` says how it is signed (`X-Signing-…`); `Idempotency-Key` is the request's id. The body is `Asking`, the
answer, and a report that the service sends by itself, a `Told`: asked again, it says how the same request stands, so
that neither a lost answer nor a lost report loses a signature. Whoever signs does so over the document's hash: the text
never goes there. A service that speaks otherwise gets an adapter of a few lines before it, or another file here.
"""

import asyncio
import datetime as dt
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import msgspec

from backend import clock, secrecy
from backend.settings import Partner, settings
from backend.signing import signed

CONNECT, WHOLE = 2.0, 5.0  # seconds
LARGEST = 65_536  # bytes of an answer
AGAIN = (408, 425, 429)


class Asking(msgspec.Struct, frozen=True):
    """What is to be signed, by whom, until when; `report_url` is empty where nobody could reach us."""

    id: UUID
    hash: str
    algorithm: str
    title: str
    name: str
    id_type: str
    id_number: str
    report_url: str
    until: str


class Told(msgspec.Struct, frozen=True):
    """How a request stands: where to sign (`url`), or that it was declined, or the signature (base64), the certificates
    (PEM, the signer's first) and when it was made (ISO 8601, with its offset).
    """

    id: UUID
    state: Literal["waiting", "signed", "declined"]
    url: Annotated[str, msgspec.Meta(max_length=500)] = ""
    signature: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    certificates: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=9000)]], msgspec.Meta(max_length=6)
    ] = []
    signed_at: Annotated[dt.datetime, msgspec.Meta(tz=True)] | None = None


class Away(Exception):
    """No answer to use; `why` is a code, `final` if asking again would be answered alike."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.why, self.final = why, final


async def asked(to: Partner, one: dict[str, Any]) -> Told:
    """How it stands now. Refuses: Away."""
    body = msgspec.json.encode(_asking(to, one))
    seconds = int((await clock.now()).timestamp())
    headers = signed(to, urlsplit(to.url).path or "/", seconds, str(one["id"]), body, "Signing")
    answer = await _posted(to, body, {**headers, "Content-Type": "application/json"})
    if not answer.is_success:
        final = 400 <= answer.status_code < 500 and answer.status_code not in AGAIN
        raise Away(f"http-{answer.status_code}" if final else "unreachable", final=final)
    try:
        told = msgspec.json.decode(answer.content[:LARGEST], type=Told)
    except msgspec.MsgspecError:
        raise Away("unreadable", final=True) from None
    if told.id != one["id"]:
        raise Away("unreadable", final=True)
    return told


def _asking(to: Partner, one: dict[str, Any]) -> Asking:
    home = settings().public_url
    return Asking(
        id=one["id"], hash=one["hash"], algorithm="SHA-256", title=one["title"],
        name=secrecy.unseal(one["name_sealed"]), id_type=one["id_type"], id_number=secrecy.unseal(one["id_sealed"]),
        report_url=f"{home}/esign/reports/{to.name}" if home else "", until=one["until"].isoformat(),
    )  # fmt: skip


async def _posted(to: Partner, body: bytes, headers: dict[str, str]) -> httpx.Response:
    timeout = httpx.Timeout(WHOLE, connect=CONNECT)
    try:
        async with asyncio.timeout(WHOLE), httpx.AsyncClient(timeout=timeout, trust_env=False) as client:
            return await client.post(to.url, content=body, headers=headers)
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL):
        raise Away("unreachable") from None
