"""What the identity tests do again and again: send a code, sign in, fill a form."""

import datetime as dt
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import clock, db, identity, secrecy
from backend.settings import Settings, settings

PHONE = "10000000001"
PERSON: dict[str, Any] = {
    "relation": "self",
    "name": "张三丰",
    "id_type": "resident",
    "id_number": "320681190001010012",
    "priority_class": "",
}


async def code_for(phone: str = PHONE, address: str = "10.0.0.1") -> str:
    """A fresh code for the phone, as the demo shows it."""
    sent = await identity.send_code(phone, address)
    assert sent.code is not None
    return sent.code


async def later(**ahead: float) -> None:
    """The clock of every process runs ahead."""
    await clock.move_to(await clock.now() + dt.timedelta(**ahead))


async def account_of(token: str) -> UUID:
    """Whose token it is."""
    visitor = await identity.visitor_for(token)
    assert visitor
    assert visitor.account
    return visitor.account


async def session_of(token: str) -> UUID:
    """The session that the token opens."""
    visitor = await identity.visitor_for(token)
    assert visitor
    assert visitor.session
    return visitor.session


def rotate(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on key 200 seals and finds; the keys before it still open and are found."""
    old = settings()
    new = Settings(
        mode="test",
        sm4_keys={**old.sm4_keys, 200: b"k" * 16},
        index_keys={**old.index_keys, 200: b"i" * 32},
    )
    monkeypatch.setattr(secrecy, "settings", lambda: new)


async def token_for(phone: str = PHONE) -> str:
    """A new session's token; more than a minute must lie between two of one phone."""
    return await identity.sign_in(phone, await code_for(phone))


async def enter(client: httpx.AsyncClient, phone: str = PHONE) -> httpx.Response:
    """Sign in as a citizen does, by the pages."""
    code = await code_for(phone)
    answer = await client.post("/session", data={"phone": phone, "code": code})
    assert answer.status_code == 303, answer.text
    return answer


async def count(table: str, where: str = "true") -> int:
    """How many rows there are."""
    found = await db.rows(f"SELECT count(*) AS n FROM {table} WHERE {where}")
    return int(found[0]["n"])
