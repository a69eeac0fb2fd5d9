"""People who come to race, and what they came for."""

from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from backend import clock, db
from backend.appointments.tables import Appointment, Slot
from backend.catalog.tables import Item
from backend.db import transaction
from backend.identity.sessions import open_session
from tests import factories as make
from tests.races.processes import until


class Citizen(NamedTuple):
    """Somebody with an account and an open browser."""

    account: UUID
    person: UUID
    token: str


async def citizen(number: str = "") -> Citizen:
    """Somebody signed in; `number` is their ID."""
    owner = await make.account()
    person = await make.person(owner, number)
    async with transaction():
        token = await open_session(await clock.now(), "race", account=owner.id)
    return Citizen(owner.id, person.id, token)


def form(who: Citizen, slot: Slot, item: Item) -> dict[str, str]:
    """What the page of times posts."""
    return {"slot": f"{slot.id}", "item": f"{item.id}", "person": f"{who.person}"}


async def booked(slot: Slot | None = None) -> list[dict[str, Any]]:
    """The bookings that stand, in one slot or all."""
    here = Appointment.select().where(Appointment.state == "booked")
    return await (here.where(Appointment.slot == slot.id) if slot else here)


async def miscounted() -> list[dict[str, Any]]:
    """Slots whose count differs from the bookings that stand in them and the places that are held."""
    return await db.rows(
        "SELECT * FROM (SELECT s.id, s.taken, s.capacity,"
        " (SELECT count(*) FROM appointment a WHERE a.slot = s.id AND a.state <> 'cancelled')"
        " + (SELECT count(*) FROM place_hold h WHERE h.slot = s.id AND h.ended_at IS NULL) AS held FROM slot s) c"
        " WHERE taken <> held OR taken > capacity"
    )


async def deadlocks() -> int:
    """How many deadlocks this database has seen; a process reports its own when it leaves."""
    await until(_nobody_left)
    found = await db.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(found[0]["deadlocks"])


async def _nobody_left() -> bool:
    return not await db.rows("SELECT 1 FROM pg_stat_activity WHERE application_name = 'crowd'")


async def lock(connection: asyncpg.Connection, slot: UUID) -> None:
    """Hold a slot's row, so that whoever wants it waits."""
    await connection.execute("SELECT 1 FROM slot WHERE id = $1 FOR UPDATE", slot)


async def waiting_for(connection: asyncpg.Connection) -> list[int]:
    """The database processes that wait for what this connection holds."""
    pid = connection.get_server_pid()
    found = await db.rows("SELECT pid FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))", pid)
    return [row["pid"] for row in found]
