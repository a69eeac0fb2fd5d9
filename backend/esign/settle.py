"""What the service says, in its answer or by a report, and what follows from it: once, whatever is said again."""

import datetime as dt
import re
from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints, secrecy
from backend.esign.prove import Certified, Claim, Document, prove
from backend.esign.provider import Told
from backend.esign.request import GONE, USES
from backend.esign.rules import rules
from backend.esign.unproved import Unproved
from backend.settings import settings

ONE = "SELECT * FROM signing_request WHERE id = $1 AND provider = $2 AND state = 'waiting'"
WAITS = """
UPDATE signing_request SET address_sealed = $2, why = '' WHERE id = $1 AND state = 'waiting'
  AND address_sealed IS NULL RETURNING id
"""
END = f"""
UPDATE signing_request SET state = $2, why = $3, ended_at = $4, {GONE} WHERE id = $1 AND state = 'waiting' RETURNING id
"""  # noqa: S608  # our own words
ADDRESS = re.compile(r"https?://[!-~]{4,480}")


class _Late(Exception):
    """It ended meanwhile: nothing of this may stay."""


async def settle(provider: str, told: Told) -> bool:
    """Take it in; whether anything changed. What we do not know, what is over and what was said before change
    nothing.
    """
    found = await db.rows(ONE, told.id, provider)
    if not found:
        return False
    [one] = found
    if told.state == "waiting":
        return await _wait(one, told.url)
    if told.state == "declined":
        return await end(one, "failed", "declined")
    try:
        proved = _proved(one, told, await clock.now())
    except Unproved as none:
        return await end(one, "failed", none.why)
    return await _take(one, proved)


def _proved(one: dict[str, Any], told: Told, now: dt.datetime) -> Certified:
    slack = dt.timedelta(seconds=rules().report_seconds)
    if told.signed_at is None or not one["asked_at"] - slack <= told.signed_at <= now + slack:
        raise Unproved("time")
    document = Document(one["hash"], secrecy.unseal(one["name_sealed"]))
    claim = Claim(told.signature, told.certificates, told.signed_at)
    return prove(document, claim, settings().signing_roots)


@db.retrying
async def _wait(one: dict[str, Any], url: str) -> bool:
    if not url:  # it says so again, without the address that it gave before, or has none yet
        return False
    plain = settings().playful or url.startswith("https://")
    if not (ADDRESS.fullmatch(url) and plain):
        return await end(one, "failed", "unreadable")
    async with db.transaction():
        moved = await db.rows(WAITS, one["id"], secrecy.seal(url))
        if moved:
            _tell(one)
    return bool(moved)


@db.retrying
async def end(one: dict[str, Any], state: str, why: str) -> bool:
    """It is over without a signature; whether it was not before."""
    async with db.transaction():
        return await _ended(one, state, why)


async def _ended(one: dict[str, Any], state: str, why: str) -> bool:
    moved = await db.rows(END, one["id"], state, why[:40], await clock.now())
    if moved:
        _tell(one)
    return bool(moved)


@db.retrying
async def _take(one: dict[str, Any], proved: Certified) -> bool:
    try:
        async with db.transaction():
            # The domain's rows first, as everywhere: its own deeds lock them before they cancel a request.
            why = await USES[one["kind"]].take(UUID(str(one["about"])), proved)
            if not await _ended(one, "failed" if why else "signed", why):
                raise _Late
    except _Late:
        return False
    return True


def _tell(one: dict[str, Any]) -> None:
    db.after_commit(partial(hints.publish, f"{USES[one['kind']].topic}:{one['about']}"))
