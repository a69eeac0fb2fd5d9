"""Tables of the queue (排队叫号): the numbers of a day, what happened to each, and the counters that call them."""

from uuid import uuid4

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    OnDelete,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.appointments.tables import Appointment
from backend.catalog.tables import Counter, Hall, Item, Line
from backend.identity.tables import Account, Person, Staff

LIVE = ("waiting", "called", "serving", "held")
STATES = (*LIVE, "missed", "done", "abandoned", "withdrawn", "voided")
DESKS = ("open", "paused", "closed")


class Rules(Table, tablename="queue_rules"):
    """How a hall issues and calls numbers. Minutes, seconds and counts; a city changes them as data.

    `priority_credits`: a list of {class, minutes}; the classes are those of `identity.toml`. `any_lines`: letters of
    the lines whose counters take any matter (综窗). `kiosk_identity`: a number at the kiosk asks for an ID.
    `anonymous_seconds`: so long after a number without an ID its kiosk asks before it gives another for the matter.
    """

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.cascade, null=False, unique=True)
    booking_credit_minutes = SmallInt(default=60)
    priority_credits = JSONB(default="[]")
    any_lines = Varchar(length=26, default="")
    kiosk_identity = Boolean(default=False)
    early_minutes = SmallInt(default=30)
    late_minutes = SmallInt(default=15)
    stop_minutes = SmallInt(default=30)
    live_per_person = SmallInt(default=3)
    day_per_person = SmallInt(default=6)
    account_factor = SmallInt(default=3)
    rings = SmallInt(default=3)
    ring_seconds = SmallInt(default=20)
    undo_seconds = SmallInt(default=10)
    return_minutes = SmallInt(default=30)
    return_behind = SmallInt(default=3)
    step_back_most = SmallInt(default=5)
    ahead = SmallInt(default=3)
    code_seconds = SmallInt(default=60)
    code_minutes = SmallInt(default=10)
    idle_seconds = SmallInt(default=30)
    anonymous_seconds = SmallInt(default=20)
    edited_at = Timestamptz(null=True, default=None)


class RulesEvent(Table, tablename="queue_rules_event"):
    """Who changed a hall's queue rules, when, and from what to what."""

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    before = JSONB()
    after = JSONB()


class Day(Table, tablename="queue_day"):
    """One hall's queue of one day. Its row is the lock of all that changes the order: one hall calls a few times a
    second, and `SKIP LOCKED` would let a locked number be overtaken.
    """

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=False)
    day = Date()

    queue_day_once = Unique([hall, day])


class Device(Table, tablename="device"):
    """A screen of a hall that nobody signs in to: a kiosk (取号机) or a board (叫号屏). It shows itself by a token.

    `printer`: host and port of a network printer (ESC/POS) that stands beside a kiosk; empty: the browser prints.
    `paper`: how wide its roll is, in millimetres. `pairing_until`: until then the token is that of an address which
    pairs a screen, once; null: a screen has it.
    """

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=True)
    kind = Varchar(length=8)
    name = Varchar(length=40)
    token_hash = Bytea(default=b"", unique=True)
    printer = Varchar(length=80, default="")
    paper = SmallInt(default=80)
    created_at = Timestamptz()
    created_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    pairing_until = Timestamptz(null=True, default=None)
    seen_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)

    device_kind_known = Check("kind IN ('kiosk', 'board')")
    device_paper_known = Check("paper IN (58, 80)")


class DeviceEvent(Table, tablename="device_event"):
    """Who added, changed or revoked a screen, and when one was paired (by nobody: whoever stood before it)."""

    id = UUID(primary_key=True, default=uuid4)
    device = ForeignKey(Device, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    kind = Varchar(length=12)
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    before = JSONB(null=True, default=None)


class Ticket(Table, tablename="ticket"):
    """A number (号): one matter of one visitor on one day.

    States: waiting (等候), called (叫号), serving (办理中), held (挂起: went to copy papers), missed (过号), then done
    (办结), abandoned (弃号), withdrawn (本人取消) or voided (作废). `line` does the matter; `series` is the line whose
    letter the number carries where that is another one (Y预约, V优先). `turn_at` decides the order, see `seniority`.
    `party` is the visitor: tickets of one party are never called at the same time. `only`: transferred to this
    counter. `person_index`: the blind index of an ID shown at a kiosk, whether or not anybody's account has it.
    `told_…`: the minutes of waiting that were said when it was taken, so that we learn how wrong we were
    (`told_raw`: what stood behind it, as `wait.habits.Said` writes it).
    """

    id = UUID(primary_key=True, default=uuid4)
    day = ForeignKey(Day, on_delete=OnDelete.restrict, null=False, index=False)
    letter = Varchar(length=1)
    digits = SmallInt()
    line = ForeignKey(Line, on_delete=OnDelete.restrict, null=False, index=False)
    series = ForeignKey(Line, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    item = ForeignKey(Item, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    party = UUID()
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    person_index = Bytea(null=True, default=None)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    appointment = ForeignKey(Appointment, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    device = ForeignKey(Device, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    source = Varchar(length=8)
    priority_class = Varchar(length=20, default="")
    credit = Varchar(length=8, default="")
    taken_at = Timestamptz()
    turn_at = Timestamptz()
    state = Varchar(length=12, default="waiting")
    counter = ForeignKey(Counter, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    only = ForeignKey(Counter, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    called_at = Timestamptz(null=True, default=None)
    rung_at = Timestamptz(null=True, default=None)
    rings = SmallInt(default=0)
    started_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    missed_at = Timestamptz(null=True, default=None)
    returned = Boolean(default=False)
    near_at = Timestamptz(null=True, default=None)
    told_low = SmallInt(null=True, default=None)
    told_middle = SmallInt(null=True, default=None)
    told_high = SmallInt(null=True, default=None)
    told_raw = JSONB(null=True, default=None)

    ticket_number_once = Unique([day, letter, digits])
    ticket_state_known = Check(f"state IN {STATES}")
    ticket_source_known = Check("source IN ('kiosk', 'guide', 'phone', 'booking', 'counter')")
    ticket_credit_known = Check("credit IN ('', 'booking', 'priority')")
    ticket_at_a_counter = Check("state NOT IN ('called', 'serving') OR counter IS NOT NULL")

    @property
    def number(self) -> str:
        """A005; four digits past 999."""
        return f"{self.letter}{self.digits:03d}"


class TicketEvent(Table, tablename="ticket_event"):
    """Who did what to a number, when and why; nobody: it happened by itself. `before`: the columns that changed, as
    they were, so that a slip can be undone.
    """

    id = UUID(primary_key=True, default=uuid4)
    ticket = ForeignKey(Ticket, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    kind = Varchar(length=16)
    from_state = Varchar(length=12, default="")
    to_state = Varchar(length=12)
    counter = ForeignKey(Counter, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    by_account = ForeignKey(Account, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    why = Varchar(length=200, default="")
    before = JSONB(null=True, default=None)


class TicketLink(Table, tablename="ticket_link"):
    """A link that shows a number to whoever holds it: printed on its paper, or sent to the family by its owner."""

    id = UUID(primary_key=True, default=uuid4)
    ticket = ForeignKey(Ticket, on_delete=OnDelete.cascade, null=False, index=True)
    token_hash = Bytea(default=b"", unique=True)
    kind = Varchar(length=8)
    created_at = Timestamptz()
    withdrawn_at = Timestamptz(null=True, default=None)

    ticket_link_kind_known = Check("kind IN ('paper', 'family')")


class Pace(Table, tablename="queue_pace"):
    """What a hall's waiting times have taught so far (service times per item, how wide to say a range)."""

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.cascade, null=False, unique=True)
    learned = JSONB(default="{}")
    until = Timestamptz()


class Desk(Table, tablename="desk"):
    """A counter as it works now: open, paused with a reason, or closed; who sits there, and what else it can do.

    A counter does the matters of its own line; `lines` and `items` are more skills. `staff` sat down last. `reason` is
    read by those who wait; `note`, a clerk's own words for 其他, by staff alone.
    """

    id = UUID(primary_key=True, default=uuid4)
    counter = ForeignKey(Counter, on_delete=OnDelete.cascade, null=False, unique=True)
    state = Varchar(length=8, default="closed")
    reason = Varchar(length=40, default="")
    note = Varchar(length=20, default="")
    staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    since = Timestamptz()
    lines = Array(base_column=UUID())
    items = Array(base_column=UUID())

    desk_state_known = Check(f"state IN {DESKS}")
    desk_pause_reasoned = Check("state <> 'paused' OR reason <> ''")


class DeskEvent(Table, tablename="desk_event"):
    """Who opened, paused or closed a counter, or changed what it can do; when and why."""

    id = UUID(primary_key=True, default=uuid4)
    counter = ForeignKey(Counter, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz(index=True)
    kind = Varchar(length=16)
    from_state = Varchar(length=8, default="")
    to_state = Varchar(length=8)
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    why = Varchar(length=40, default="")
    note = Varchar(length=20, default="")
    before = JSONB(null=True, default=None)


KEYED: dict[str, str] = {
    "ticket.person_index": "person",
    "device.token_hash": "keyless",
    "ticket_link.token_hash": "keyless",
}
RAW_CONSTRAINTS = [
    # One person at a counter, and one live number for one matter of one visitor.
    "CREATE UNIQUE INDEX ticket_one_at_counter ON ticket (counter) WHERE state IN ('called', 'serving')",
    "CREATE UNIQUE INDEX ticket_once ON ticket (party, item) WHERE state IN ('waiting', 'called', 'serving', 'held')",
    "CREATE UNIQUE INDEX ticket_one_of_booking ON ticket (appointment)"
    " WHERE state NOT IN ('voided', 'withdrawn', 'abandoned')",
    "CREATE INDEX ticket_waiting ON ticket (day, turn_at) WHERE state = 'waiting'",
    "CREATE INDEX ticket_live ON ticket (day) WHERE state IN ('waiting', 'called', 'serving', 'held', 'missed')",
    "CREATE INDEX ticket_party ON ticket (party)",
    # What a counter did before: the waiting times learn from it every minute.
    "CREATE INDEX ticket_event_by_counter ON ticket_event (counter, at) WHERE counter IS NOT NULL",
    "CREATE INDEX ticket_by_person_index ON ticket (person_index, day) WHERE person_index IS NOT NULL",
]
