"""What was done to an identity: ids only, in the transaction of the deed."""

from uuid import UUID

from backend import clock
from backend.db import inside
from backend.identity.tables import IdentityEvent


async def record(
    what: str,
    *,
    account: UUID | None = None,
    person: UUID | None = None,
    staff: UUID | None = None,
    by_staff: UUID | None = None,
    why: str = "",
    before: str = "",
    after: str = "",
    way: str = "",
    device: str = "",
) -> None:
    """Part: append one event. Refuses to run outside a transaction (RuntimeError)."""
    inside()
    await IdentityEvent(
        account=account, person=person, staff=staff, by_staff=by_staff, what=what, why=why, before=before,
        after=after, way=way, device=device[:80], at=await clock.now(),
    ).save()  # fmt: skip
