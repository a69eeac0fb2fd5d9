"""What a hall of the small world took in for a department far away."""

import datetime as dt
from io import BytesIO
from typing import IO
from uuid import UUID

from backend import cases, clock, identity, secrecy
from backend.catalog.tables import Item
from backend.crossregion import consent, intake, phone
from backend.crossregion.tables import DeskExport
from backend.esign.tables import SigningRequest
from tests import factories as make
from tests.world_cases import SCAN


async def taken_in_far_away(code: str, here: dict[str, str], desk: UUID, n: int) -> dict[str, str]:
    """`desk_case` was just taken in, and `consent_hash` is that of its consent; a phone joined it by `sheet` and sends
    `sheet_name`; somebody is awaited to sign on their own; `desk_signed` is ready to go home, `desk_handed` is
    there, and its department's own system did not take it.
    """
    item = UUID(here["item"])
    await Item.update({Item.shanghai: True, Item.audience: ["person"]}).where(Item.id == item)
    who = identity.Typed("赵六妹", "self", "resident", make.id_number(880 + n))
    found = {}
    for name in ("desk_case", "desk_signed", "desk_handed"):
        wanted = cases.Wanted(item, code, f"1000008{n:04d}", who)
        found[name] = await intake.take_in(wanted, intake.Seat("self"), desk, secrecy.fresh_token())
    hashes = {
        name: consent.digest(consent.consent_text(await intake.intake_of(case)))
        for name, case in found.items()
    }
    for signed in ("desk_signed", "desk_handed"):
        await consent.consent(found[signed], hashes[signed], b"", desk)
        planned = await intake.plan_of(await intake.intake_of(found[signed]))
        for name in intake.lacking(planned, []):
            await cases.add_paper(found[signed], desk, name, 1, 0)
    await intake.hand_on(found["desk_handed"], desk)
    department = (await intake.intake_of(found["desk_handed"]))["department"]
    await DeskExport.insert(DeskExport(case=found["desk_handed"], department=department, said="http-503"))
    await _asked_to_sign(found["desk_case"], hashes["desk_case"])
    token = secrecy.fresh_token()
    await phone.invite(found["desk_case"], token, desk)
    names = (await phone.invited(token))["names"]
    scan: list[tuple[str, IO[bytes]]] = [("a.pdf", BytesIO(SCAN))]
    await cases.add_files(found["desk_case"], cases.Asker(staff=desk), "身份证", scan)
    [paper] = await cases.papers_of(found["desk_case"])
    more = {
        "desk_paper": str(paper["id"]),
        "consent_hash": hashes["desk_case"],
        "sheet": token,
        "sheet_name": names[0] if names else "",
    }
    return {**{name: str(id) for name, id in found.items()}, **more}


async def _asked_to_sign(case: UUID, text_hash: str) -> None:
    """As a service answered that no test has."""
    now = await clock.now()
    row = SigningRequest(
        kind="consent", about=case, hash=text_hash, title="服务同意书", name_sealed=secrecy.seal("赵六妹"),
        id_type="resident", id_sealed=secrecy.seal("x"), provider="nobody", asked_at=now,
        address_sealed=secrecy.seal("https://sign.example/1"), until=now + dt.timedelta(minutes=10), next_at=now,
    )  # fmt: skip
    await SigningRequest.insert(row)
