"""Who is asking: nobody, an account, or a member of staff."""

from hashlib import sha256
from uuid import UUID

import msgspec


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """The person behind a request, as the session row tells. `roles` are those of staff, anywhere;
    `halls` the codes of their halls, `departments` those for which they decide, `*` for all. `must_enrol`: no roles
    until an authenticator is set up.
    """

    account: UUID | None = None
    staff: UUID | None = None
    roles: frozenset[str] = frozenset()
    halls: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    name: str = ""
    session: UUID | None = None
    must_change: bool = False
    must_enrol: bool = False

    @property
    def known(self) -> bool:
        """Somebody is signed in."""
        return self.session is not None

    @property
    def owner(self) -> str:
        """By which a browser tells whose the things are that it keeps; empty without an account. It names nobody."""
        return sha256(self.account.bytes).hexdigest()[:16] if self.account else ""


NOBODY = Visitor()
