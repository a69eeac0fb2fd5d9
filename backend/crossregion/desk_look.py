"""What is sealed in a record of the desk, for who of the office looks at it; and what the sync has to know of these."""

import base64
from typing import Any
from uuid import UUID

from backend import cases, db, identity, secrecy, signature, sync
from backend.crossregion import consent
from backend.crossregion.from_desk import Facts, complete, drawn, said_at
from backend.crossregion.rules import desk_rules
from backend.refusal import Denied, NotFound, Refusal

CASE = 'SELECT "case" FROM desk_record WHERE id = $1'


async def leads(found: dict[str, Any], by: UUID) -> tuple[str, str] | None:
    """The case that it became, where they may read it."""
    for row in await db.rows(CASE, found["record"]):
        try:
            one = await cases.show_to_staff(row["case"], by)
        except (Denied, NotFound):
            return None
        return f"看办件 {one['number']}", f"/console/cases/{one['id']}"
    return None


async def inside(found: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """What its template shows."""
    who = desk_rules().applicants.get(facts.applicant)
    return {
        "applicant": who.name if who else facts.applicant, "at": said_at(facts),
        "id": f"{identity.ID_TYPES.get(facts.id_type, facts.id_type)} {secrecy.mask_id(facts.id_number)}",
        "relation": dict(cases.RELATIONS).get(facts.relation, facts.relation), "signature": _picture(facts),
        "same": consent.digest(facts.text) == facts.document_hash,
        "pages": {sheet.name: facts.documents.count(sheet.name) for sheet in facts.sheets},
    }  # fmt: skip


def _picture(facts: Facts) -> str:
    """The data address of the drawn name; empty where there is none."""
    try:
        image = drawn(facts)
    except Refusal:
        return ""
    return signature.HEAD + base64.b64encode(image).decode() if image else ""


RECORD = sync.Kind(
    name="断网收件", role="desk", facts=Facts, complete=complete, leads=leads, inside=inside,
    template="crossregion/_record.html",
)  # fmt: skip
