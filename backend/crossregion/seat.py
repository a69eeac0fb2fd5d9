"""Who sits at the desk for a case, and what they may want next: for domains that go on with it."""

from typing import Any
from uuid import UUID

import msgspec

from backend.crossregion.consent import signer
from backend.crossregion.intake import intake_of, plan_of, taken_too
from backend.crossregion.mandate import entrusted


class Party(msgspec.Struct, frozen=True):
    """Who applies, as it stands in what is signed; whether somebody else sits there for them."""

    name: str
    entrusted: bool


async def party_of(case: UUID) -> Party:
    """For a caller who has asked whose the case is. Refuses: NotFound, one that no desk took in."""
    intake = await intake_of(case)
    return Party(signer(intake), entrusted(intake))


async def usual_of(case: UUID) -> list[dict[str, Any]]:
    """接着办: what usually goes with it, each with the case where the same applicant has one; for a caller who has
    asked whose the case is.
    """
    planned, taken = await plan_of(await intake_of(case)), await taken_too(case)
    return [
        {"id": one.id, "name": one.name, "case": taken.get(UUID(str(one.id)))} for one in planned.usual_with
    ]
