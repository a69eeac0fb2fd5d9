"""定时照片: where no moving picture gets through, a still every two seconds over HTTPS, kept a few seconds."""

from typing import Any
from uuid import UUID

from backend import hints
from backend.handoff.guest import invited
from backend.handoff.record import standing
from backend.handoff.seats import NOT_NOW, SESSION, role_of, sits, there
from backend.refusal import Denied, Refusal

KEPT = 15  # seconds
MOST = 400 * 1024  # bytes
NOT_SEEN = "两边看到你在旁听以后，这里才看得到"
NO_PICTURE = "要一张 JPEG 照片，不超过 400 KB"


def _key(one: dict[str, Any], role: str) -> str:
    """Of this officer: what was shown to one before, who gave it away, is seen by nobody."""
    return f"handoff-still:{one['id']}:{one['officer']}:{role}"


async def show(handoff: UUID, picture: bytes, by: UUID) -> None:
    """Refuses: Denied, also who only looks on; NotFound, no JPEG, one that is too big, no session."""
    one, role = await _role(handoff, by)
    if role == "observer":
        raise Denied
    if len(picture) > MOST or not picture.startswith(b"\xff\xd8\xff"):
        raise Refusal(NO_PICTURE)
    await (await hints.redis()).set(_key(one, role), picture, ex=KEPT)


async def see(handoff: UUID, role: str, by: UUID) -> bytes:
    """The latest of an end; empty: there is none now. Refuses: Denied, NotFound, no session; who looks on before both
    ends see that they do.
    """
    one, looks = await _role(handoff, by)
    if looks == "observer" and not sits(await there(handoff), by):
        raise Refusal(NOT_SEEN)
    return await _latest(one, role)


async def see_officer(token: str) -> bytes:
    """The officer's latest, on the applicant's phone; empty: there is none now. Refuses: NotFound, a token that is
    over; no session.
    """
    one = await invited(token)
    if one["state"] not in SESSION:
        raise Refusal(NOT_NOW)
    return await _latest(one, "officer")


async def _latest(one: dict[str, Any], role: str) -> bytes:
    return bytes(await (await hints.redis()).get(_key(one, role)) or b"")


async def _role(handoff: UUID, by: UUID) -> tuple[dict[str, Any], str]:
    # Without a lock: a picture writes no row, and one that comes a moment late is seen by nobody whom this refuses.
    one = await standing(handoff)
    role = await role_of(one, by)
    if one["state"] not in SESSION:
        raise Refusal(NOT_NOW)
    return one, role
