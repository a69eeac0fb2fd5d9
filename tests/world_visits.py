"""The home visits of a hall of the small world: one in every state, gone to by its manager."""

import datetime as dt
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec

from backend import cases, clock, db, files, identity, secrecy, visits
from backend.catalog.tables import Village
from backend.visits.mandate import text_for
from backend.visits.signed import digest
from backend.visits.tables import VisitPhoto
from tests import factories as make
from tests.world_cases import SCAN

STEPS = ("visit", "taken", "signed", "agreed", "paused", "done", "submitted", "delivered", "called")


async def village_of(hall: Any) -> str:
    """A village of the hall; its code."""
    made = Village(code=f"v-{hall.code}", name=f"{hall.code} 村", hall=hall.id, neighbours=[])
    await Village.insert(made)
    return str(made.code)


async def visits_of(code: str, here: dict[str, str], manager: UUID, officer: UUID, n: int) -> dict[str, str]:
    """`visit` waits to be taken; `visit_…` stand where their name says."""
    found: dict[str, UUID] = {}
    for number, name in enumerate(STEPS):
        who = identity.Typed("李四喜", "self", "resident", make.id_number(800 + 20 * n + number))
        wanted = visits.Asked(
            UUID(here["item"]), here["village"], "alone", "3 组", f"1000008{n:02d}{number:02d}", who
        )
        found[name] = await visits.ask_for(wanted, manager, secrecy.fresh_token())
    for name in STEPS[1:]:
        await visits.take(found[name], manager)
    start = clock.at(clock.local(await clock.now()).date() + dt.timedelta(days=1), dt.time(9))
    for number, name in enumerate(STEPS[3:]):
        await visits.agree(found[name], start + dt.timedelta(minutes=30 * number), 30, manager)
    await visits.pause(found["paused"], manager, "住院了")
    for name in ("signed", "done", "submitted", "delivered", "called"):
        await signed(found[name], manager)
    for name in ("done", "submitted", "delivered", "called"):
        await visits.complete_from_record(
            found[name], manager, visits.DoneFacts(found[name], "card", await clock.now())
        )
    for name in ("submitted", "delivered", "called"):
        await _handed_in(found[name], manager, officer, finished=name != "submitted")
    await visits.deliver(found["called"], manager)
    await db.rows("DELETE FROM visit_call WHERE visit = $1", found["called"])
    call = "INSERT INTO visit_call (id, visit, due_at) VALUES (gen_random_uuid(), $1, $2)"
    await db.rows(call, found["called"], await clock.now())
    named = {f"visit_{name}".removesuffix("_visit"): str(id) for name, id in found.items()}
    told = "INSERT INTO visit_news (id, staff, visit, event, kind, at)"
    told += " SELECT gen_random_uuid(), $2, visit, id, 'asked', at"
    made = await db.rows(told + " FROM visit_event WHERE visit = $1 RETURNING id", found["visit"], manager)
    named["visit_news"] = str(made[0]["id"])
    colleague = await db.rows("SELECT id FROM staff WHERE username = $1", f"clerk-{code}")
    named["photo"] = str(await _photographed(found["done"]))
    named["colleague"] = str(colleague[0]["id"])
    return {**named, "visit_hash": await text_hash(found["taken"], manager), "document_name": "intake"}


async def _photographed(visit: UUID) -> UUID:
    made = VisitPhoto(
        visit=visit, name="身份证", position=0, **msgspec.structs.asdict(await files.keep(BytesIO(SCAN)))
    )
    await VisitPhoto.insert(made)
    return UUID(str(made.id))


async def terms() -> visits.Terms:
    """What the people of the world allow."""
    day = clock.local(await clock.now()).date() + dt.timedelta(days=30)
    return visits.Terms(("submit",), day, (visits.Paper("身份证", 1, 0),))


async def text_hash(visit: UUID, by: UUID) -> str:
    """The hash of the 委托书 that would be shown now."""
    return digest(await text_for(visit, await terms(), by))


async def signed(visit: UUID, by: UUID) -> None:
    """The person signs on paper."""
    await visits.sign(visit, await terms(), by, await text_hash(visit, by))


async def _handed_in(visit: UUID, manager: UUID, officer: UUID, *, finished: bool) -> None:
    case = await visits.submit(visit, manager)
    if finished:
        await cases.accept(case, manager)
        await cases.decide(case, "granted", officer)
        await cases.finish(case, officer)
