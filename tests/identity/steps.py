"""What the identity tests do again and again: send a code, sign in, fill a form."""

import datetime as dt

import httpx

from backend import clock, db, identity

PHONE = "10000000001"
PERSON = {
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
