"""What somebody may do is changed: roles with their places, as one whole."""

from uuid import UUID

from backend.db import transaction
from backend.identity import administrators
from backend.identity.events import record
from backend.identity.roles import Grant, give, listed
from backend.identity.sessions import revoke_all
from backend.identity.staff import refuse_odd_places
from backend.refusal import Refusal


async def change_roles(username: str, grants: list[Grant], seen: str, by: UUID | None = None) -> None:
    """Give exactly these roles. `seen` are those that whoever decides had before their eyes (`roles.listed`).

    Who loses a role is signed out at once, everywhere. Refuses: Denied, NotFound, roles that somebody changed in
    the meantime, a place that does not exist or is not theirs to give, and the last administrator's own.
    """
    async with transaction():
        await administrators.one_at_a_time()
        staff, before = await administrators.member(username, by)
        if listed(before) != seen:
            raise Refusal("刚刚有人改过这位的岗位，下面是现在的，请看过再改")
        await administrators.refuse_beyond(by, grants)
        await refuse_odd_places(grants)
        if administrators.EVERYWHERE not in grants:
            await administrators.refuse_the_last(staff, before)
        if set(before) == set(grants):
            return
        await give(staff.id, grants)
        if set(before) - set(grants):
            await revoke_all(staff=staff.id)
        await record(
            "roles-changed", staff=staff.id, by_staff=by, before=listed(before), after=listed(grants)
        )
