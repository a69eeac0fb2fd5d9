"""What one timeline is made of: each domain tells of its own things, `home` puts them together."""

import datetime as dt
from uuid import UUID

import msgspec


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """A booking, a number, a visit or a case of an account's.

    `of`: which of the four; `href`: where it is looked at; `day`: on which it is, or was taken in; `begun` and `over`:
    moments, `over` none while more is to come of it. `belongs`: the other thing with which it is known to be one
    matter. `state` is a word, `kind` its colour. `todo`: what comes next, in a sentence whose {} is the moment `ahead`.
    `bundle`: what it was taken in as part of (一件事), and `lead`: the first of that, none for the first itself.
    """

    of: str
    id: UUID
    href: str
    person: UUID | None
    item: UUID | None
    title: str
    name: str
    day: dt.date
    begun: dt.datetime
    over: dt.datetime | None = None
    belongs: UUID | None = None
    state: str
    kind: str = ""
    ahead: dt.datetime | None = None
    todo: str = ""
    bundle: str = ""
    lead: UUID | None = None


class Line(msgspec.Struct, frozen=True):
    """Something that happened: `words`, whose {} is the moment `when`, and what else is to be said of it."""

    at: dt.datetime
    words: str
    more: str = ""
    when: dt.datetime | None = None
