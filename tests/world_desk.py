"""What a hall of the small world took in for a department far away."""

import datetime as dt
from io import BytesIO
from typing import IO
from uuid import UUID, uuid4

from backend import cases, clock, db, identity, secrecy
from backend.catalog.tables import Item, Line
from backend.crossregion import bundle_sitting, bundles, consent, hand_in, hand_over, intake, phone
from backend.crossregion.tables import Bundle, BundleItem, DeskExport
from backend.esign.tables import SigningRequest
from tests import factories as make
from tests.world_cases import SCAN, officer_of


async def taken_in_far_away(code: str, here: dict[str, str], desk: UUID, n: int) -> dict[str, str]:
    """As a 一件事, `bundle`, `bundled` was just taken in (`bundled_hash`), and `bundled_signed` is ready to go home;
    `entrusted`: somebody came for another, and a phone joined by `shooting_sheet`.
    `desk_case` was just taken in, and `consent_hash` is that of its consent; a phone joined it by `sheet` and sends
    `sheet_name`; somebody is awaited to sign on their own; `desk_signed` is ready to go home,
    `desk_handed` is there, and its department's own system did not take it; the result of `desk_finished` is made.
    """
    item = UUID(here["item"])
    await Item.update({Item.shanghai: True, Item.assisted: True, Item.audience: ["person"]}).where(
        Item.id == item
    )
    bundled = await _bundled(code, item, desk, n)
    who = identity.Typed("赵六妹", "self", "resident", make.id_number(880 + n))
    found = {}
    for_another = cases.Wanted(
        item,
        code,
        f"1000008{600 + n:04d}",
        identity.Typed("郑九", "self", "resident", make.id_number(870 + n)),
    )
    found["entrusted"] = await intake.take_in(
        for_another, intake.Seat("authorised"), desk, secrecy.fresh_token()
    )
    for name in ("desk_case", "desk_signed", "desk_handed", "desk_finished"):
        wanted = cases.Wanted(item, code, f"1000008{n:04d}", who)
        found[name] = await intake.take_in(wanted, intake.Seat("self"), desk, secrecy.fresh_token())
    hashes = {
        name: consent.digest(consent.consent_text(await intake.intake_of(case)))
        for name, case in found.items()
    }
    for signed in ("desk_signed", "desk_handed", "desk_finished"):
        await consent.consent(found[signed], hashes[signed], b"", desk)
        planned = await intake.plan_of(await intake.intake_of(found[signed]))
        for name in hand_in.lacking(planned, []):
            await cases.add_paper(found[signed], desk, name, 1, 0)
    await hand_over.hand_on(found["desk_handed"], desk)
    await hand_over.hand_on(found["desk_finished"], desk)
    await _decided(found["desk_finished"])
    department = (await intake.intake_of(found["desk_handed"]))["department"]
    await DeskExport.insert(DeskExport(case=found["desk_handed"], department=department, said="http-503"))
    await asked_to_sign(found["desk_case"], hashes["desk_case"])
    token, shooting = secrecy.fresh_token(), secrecy.fresh_token()
    await phone.invite(found["desk_case"], token, desk)
    await phone.invite(found["entrusted"], shooting, desk)
    names = (await phone.invited(token))["names"]
    scan: list[tuple[str, IO[bytes]]] = [("a.pdf", BytesIO(SCAN))]
    await cases.add_files(found["desk_case"], cases.Asker(staff=desk), "身份证", scan)
    [paper] = await cases.papers_of(found["desk_case"])
    more = {
        "desk_paper": str(paper["id"]),
        "consent_hash": hashes["desk_case"],
        "sheet": token,
        "shooting_sheet": shooting,
        "sheet_name": names[0] if names else "",
    }
    return {**{name: str(id) for name, id in found.items()}, **more, **bundled}


async def _decided(case: UUID) -> None:
    officer = await officer_of(case)
    await cases.accept(case, officer)
    await cases.decide(case, "granted", officer)
    await cases.finish(case, officer)


async def _bundled(code: str, item: UUID, desk: UUID, n: int) -> dict[str, str]:
    [line] = await db.rows(
        "SELECT l.id FROM line l JOIN hall h ON h.id = l.hall WHERE h.code = $1 LIMIT 1", code
    )
    place = await Line.objects().get(Line.id == line["id"])
    assert place
    other = await make.item(place, f"居住证明{n}", shanghai=True, audience=["person"])
    one = Bundle(id=uuid4(), code=f"moving-{n}", name="安家", says="来上海的人", to_confirm=False)
    await Bundle.insert(one)
    parts = [UUID(str(id)) for id in (item, other.id)]
    await BundleItem.insert(
        *(BundleItem(bundle=one.id, item=part, position=at, situation="") for at, part in enumerate(parts))
    )
    found = {}
    for at, name in enumerate(("bundled", "bundled_signed")):
        who = identity.Typed("钱七妹", "self", "resident", make.id_number(890 + 2 * n + at))
        wanted = cases.Wanted(item, code, f"1000008{500 + 2 * n + at:04d}", who)
        found[name] = await bundles.take_in_bundle(
            UUID(str(one.id)), parts, wanted, intake.Seat("self"), desk, secrecy.fresh_token()
        )
    [first, second], signed = [await bundle_sitting.sitting(case, desk) for case in found.values()]
    await consent.consent(second.id, second.hash, b"", desk)
    await bundle_sitting.consent_to_all(found["bundled_signed"], [each.hash for each in signed], b"", desk)
    for each in signed:
        for name in each.lacking:
            await cases.add_paper(each.id, desk, name, 1, 0)
    return {
        **{name: str(id) for name, id in found.items()},
        "bundle": str(one.id),
        "bundled_hash": first.hash,
    }


async def asked_to_sign(about: UUID, text_hash: str, kind: str = "consent") -> None:
    """As a service answered that no test has."""
    now = await clock.now()
    row = SigningRequest(
        kind=kind, about=about, hash=text_hash, title="服务同意书", name_sealed=secrecy.seal("赵六妹"),
        id_type="resident", id_sealed=secrecy.seal("x"), provider="nobody", asked_at=now,
        address_sealed=secrecy.seal("https://sign.example/1"), until=now + dt.timedelta(minutes=10), next_at=now,
    )  # fmt: skip
    await SigningRequest.insert(row)
