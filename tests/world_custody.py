"""Originals of the small world, on their way."""

from typing import Any
from uuid import UUID

from backend import cases, db, identity, secrecy
from backend.cases import Arrived, Pile, Seen
from tests import factories as make
from tests.world_cases import officer_of


def _pile(at: str, paper: UUID, count: int = 1) -> Pile:
    return Pile(at, {paper: count}, secrecy.fresh_token()[:40])


async def laid(case: UUID, clerk: UUID, count: int = 1) -> UUID:
    """A paper with originals that lies with the case."""
    await cases.add_paper(case, clerk, "户口簿", count, 0)
    [row] = await db.rows("SELECT id FROM case_paper WHERE \"case\" = $1 AND form = 'paper'", case)
    return UUID(str(row["id"]))


async def parcels_of(code: str, here: dict[str, str], clerk: UUID, n: int) -> dict[str, str]:
    """`parcel` is packed; `parcel_coming` is on its way to the hall from the department, out of `parcel_short` one is
    missing, in `parcel_damaged` one is, `parcel_mailed` is on its way to its applicant; `original` lies with `case`.
    """
    who = identity.Typed("李四喜", "self", "resident", make.id_number(900 + n))
    wanted = cases.Wanted(UUID(here["item"]), code, f"1000009{n:04d}", who)
    at, found = f"hall:{code}", {}
    one = await cases.receive(wanted, clerk, secrecy.fresh_token())
    paper = await laid(one, clerk, 6)
    [row] = await db.rows(
        "SELECT d.code FROM service_case c JOIN department d ON d.id = c.department WHERE c.id = $1", one
    )
    decides = await officer_of(one)
    department = f"department:{row['code']}"
    pile = _pile(at, paper)
    found["parcel"] = await cases.pack(one, pile, "applicant", pile.token, clerk)
    found["parcel_mailed"] = await _sent(one, _pile(at, paper), "applicant", clerk)
    found["parcel_short"] = await _sent(one, _pile(at, paper, 2), department, clerk)
    short = Seen(True, {paper: Arrived(1)}, "少了一本")
    await cases.receive_parcel(found["parcel_short"], short, decides)
    found["parcel_damaged"] = await _sent(one, _pile(at, paper), department, clerk)
    damaged = Seen(True, {paper: Arrived(1, 1)}, "湿了")
    await cases.receive_parcel(found["parcel_damaged"], damaged, decides)
    found["parcel_coming"] = await _sent(one, _pile(department, paper), at, decides)
    named = {name: str(id) for name, id in found.items()}
    lies = await laid(UUID(here["case"]), clerk)
    return {**named, "coming_original": str(paper), "original": str(lies)}


async def _sent(case: UUID, pile: Pile, to: str, by: UUID) -> UUID:
    parcel = await cases.pack(case, pile, to, pile.token, by)
    await cases.send_parcel(parcel, "EA123456789CN", by)
    return parcel


async def own_parcel(case: str, code: str, clerk: UUID) -> dict[str, Any]:
    """`own_parcel` is on its way to the owner."""
    paper = await laid(UUID(case), clerk)
    parcel = await _sent(UUID(case), _pile(f"hall:{code}", paper), "applicant", clerk)
    return {"own_parcel": str(parcel)}
