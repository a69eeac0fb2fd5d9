"""How people sign in and whom they act for, as data: `identity.toml` of the city's reference data."""

import re
from functools import cache
from typing import Annotated

import msgspec

from backend.settings import settings

FILE = "identity.toml"
Count = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
Code = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z-]{0,19}$")]  # as the table of people holds it


class Codes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One-time codes; `tries` is also bounded by the database. `text` is the message, with `{code}` and
    `{minutes}` in it.
    """

    minutes: Count
    tries: Annotated[int, msgspec.Meta(ge=1, le=5)]
    resend_seconds: Count
    a_day: Count
    text: Annotated[str, msgspec.Meta(max_length=120)]

    def __post_init__(self) -> None:
        if set(re.findall(r"[{](.*?)[}]", self.text)) != {"code", "minutes"}:
            raise ValueError("text: Expected {code} and {minutes} in it, and nothing else in braces")

    def said(self, digits: str) -> str:
        """The words of the message."""
        return self.text.format(code=digits, minutes=self.minutes)


class Sessions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A session ends after so many hours unused, and after so many in any case."""

    idle_hours: Count
    most_hours: Count

    def __post_init__(self) -> None:
        if self.most_hours < self.idle_hours:
            raise ValueError("most_hours: Expected at least idle_hours")


class Accounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a number may have a new owner, how many people one account may act for, and for how long after a sign-in
    its owner may take their data away or erase it.
    """

    idle_days: Count
    most_people: Count
    fresh_minutes: Count


class Authorisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days one acts for somebody who is not family: usually, and at most."""

    days: Count
    most_days: Count

    def __post_init__(self) -> None:
        if self.most_days < self.days:
            raise ValueError("most_days: Expected at least days")


class StaffLock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From how many wrong passwords on a username is locked, for how long at first and at most."""

    failures: Count
    first_minutes: Count
    most_minutes: Count

    def __post_init__(self) -> None:
        if self.most_minutes < self.first_minutes:
            raise ValueError("most_minutes: Expected at least first_minutes")


class Totp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Codes of an authenticator: which roles must have one (`playful`: in demo and test mode, too), by how many steps
    of 30 seconds a clock may be wrong, how many minutes lie between password and code, how many recovery codes.
    """

    roles: frozenset[Code]
    playful: bool
    drift_steps: Annotated[int, msgspec.Meta(ge=0, le=3)]
    minutes: Count
    recovery_codes: Annotated[int, msgspec.Meta(ge=1, le=20)]


class Oidc(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the issuer is asked for, what its claims are called, and how long things last.

    `phone`, `name`, `id_number` name the claims; `phone_verified` and `id_verified` those that vouch for them, where
    any of `yes` means verified (compared as small letters). `algorithms` may sign an ID token.
    """

    scopes: str
    phone: str
    phone_verified: str
    name: str
    id_number: str
    id_verified: str
    id_type: Code
    yes: frozenset[str]
    algorithms: frozenset[str]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=60)]
    cache_minutes: Count

    def __post_init__(self) -> None:
        if weak := {name for name in self.algorithms if name == "none" or name.startswith("HS")}:
            raise ValueError(f"algorithms: {weak} prove nothing")
        if "openid" not in self.scopes.split():
            raise ValueError("scopes: Expected openid among them")


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days sign-ins are kept and shown."""

    days: Count


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    codes: Codes
    citizen_sessions: Sessions
    staff_sessions: Sessions
    accounts: Accounts
    authorisation: Authorisation
    staff_lock: StaffLock
    totp: Totp
    history: History
    oidc: Oidc
    priority_classes: dict[Code, Annotated[str, msgspec.Meta(min_length=1)]]


@cache
def limits() -> Limits:
    """The limits of this deployment. Refuses: msgspec.ValidationError; loading refuses it before."""
    return msgspec.toml.decode((settings().reference / FILE).read_bytes(), type=Limits)


def priority_name(code: str) -> str:
    """What a priority class (优先情形) is called; empty where there is none."""
    return limits().priority_classes.get(code, "")


def priority_classes() -> dict[str, str]:
    """Every priority class, by its code."""
    return dict(limits().priority_classes)
