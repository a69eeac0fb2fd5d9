"""Tables of booking (预约): how much there is, what was promised to whom, and what happened to it."""

from uuid import uuid4

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    SmallInt,
    Text,
    Time,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.catalog.tables import Hall, Item, Line
from backend.identity.tables import Account, Person, Staff


class Policy(Table, tablename="appointment_policy"):
    """The rules of one item group (预约规则). Minutes, working days and counts; a city changes them as data."""

    id = UUID(primary_key=True, default=uuid4)
    group = Varchar(length=40, unique=True)
    name = Varchar(length=60, default="")
    notice_minutes = SmallInt(default=120)
    window_working_days = SmallInt(default=7)
    active_per_person = SmallInt(default=3)
    month_per_person = SmallInt(default=6)
    account_factor = SmallInt(default=3)
    cancel_until_minutes = SmallInt(default=30)
    no_shows = SmallInt(default=3)
    no_show_days = SmallInt(default=90)
    pause_days = SmallInt(default=30)
    frozen_minutes = SmallInt(default=30)
    offer_minutes = SmallInt(default=10)
    grace_minutes = SmallInt(default=15)
    to_confirm = Boolean(default=False)
    edited_at = Timestamptz(null=True, default=None)


class Template(Table, tablename="capacity_template"):
    """What a line offers on a weekday (1 Monday … 7 Sunday) between two times, holidays aside."""

    id = UUID(primary_key=True, default=uuid4)
    line = ForeignKey(Line, on_delete=OnDelete.restrict, null=False, index=False)
    weekday = SmallInt()
    starts = Time()
    ends = Time()
    slot_minutes = SmallInt(default=30)
    counters = SmallInt(default=1)
    minutes_per_matter = SmallInt(default=15)
    online_percent = SmallInt(default=60)
    edited_at = Timestamptz(null=True, default=None)

    capacity_template_once = Unique([line, weekday, starts])


class CapacityException(Table, tablename="capacity_exception"):
    """A day that differs from its template: other counters (0 closes), for a line or the whole hall."""

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=False)
    line = ForeignKey(Line, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    day = Date()
    starts = Time(null=True, default=None)
    ends = Time(null=True, default=None)
    counters = SmallInt(default=0)
    reason = Varchar(length=200)
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    created_at = Timestamptz()
    withdrawn_at = Timestamptz(null=True, default=None)


class Slot(Table, tablename="slot"):
    """A stretch of time at a line (号源). `taken` never passes `capacity`: the database says so.

    `offered` is what the hall offers now; it falls below `taken` when people hold places of a day that was closed
    or made smaller. `capacity` never does, and only as many as are offered are given out.
    """

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=False)
    line = ForeignKey(Line, on_delete=OnDelete.restrict, null=False, index=False)
    day = Date()
    starts_at = Timestamptz()
    ends_at = Timestamptz()
    offered = SmallInt()
    capacity = SmallInt()
    taken = SmallInt(default=0)

    slot_once = Unique([line, starts_at])
    slot_never_oversold = Check((taken >= 0) & (taken <= capacity))


class Appointment(Table, tablename="appointment"):
    """One promise to one person: this matter, this slot (预约单).

    States: booked, then arrived (到场), missed (爽约) or cancelled.
    """

    id = UUID(primary_key=True, default=uuid4)
    number = Varchar(length=12, unique=True)
    slot = ForeignKey(Slot, on_delete=OnDelete.restrict, null=False, index=True)
    item = ForeignKey(Item, on_delete=OnDelete.restrict, null=False, index=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    person_index = Bytea()
    day = Date()
    booked_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=False, index=True)
    state = Varchar(length=20, default="booked")
    created_at = Timestamptz()
    materials_confirmed_at = Timestamptz(null=True, default=None)
    arrived_at = Timestamptz(null=True, default=None)


class Waiting(Table, tablename="waiting"):
    """Somebody who takes whatever becomes free for an item in a hall on some days (候补).

    States: waiting, offered, then booked, left or over (the days went by). `queued_at` is the place in the
    queue: who lets an offer lapse goes behind the others.
    """

    id = UUID(primary_key=True, default=uuid4)
    item = ForeignKey(Item, on_delete=OnDelete.restrict, null=False, index=False)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=False)
    line = ForeignKey(Line, on_delete=OnDelete.restrict, null=False, index=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=False)
    person_index = Bytea()
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=False, index=True)
    days = Array(base_column=Date())
    state = Varchar(length=12, default="waiting")
    created_at = Timestamptz()
    queued_at = Timestamptz()


class PlaceHold(Table, tablename="place_hold"):
    """A place that is taken by nobody's appointment: it counts in `slot.taken` until the hold ends.

    Kinds: `frozen` (冻结: given up a moment ago, `appointment` says by whom), `waiting` (offered to the waiting
    list) and `closing` (kept for somebody whose own time fell away, until they answer). Outcomes: claimed,
    lapsed, offered, refused, resumed, released. `freed`: the first hold since the place was given up, which says
    until when it rests however many it is offered to meanwhile; none where this is the first, or where the place
    was anybody's.
    """

    id = UUID(primary_key=True, default=uuid4)
    slot = ForeignKey(Slot, on_delete=OnDelete.restrict, null=False, index=False)
    kind = Varchar(length=12)
    waiting = ForeignKey(Waiting, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    appointment = ForeignKey(Appointment, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    created_at = Timestamptz()
    until = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=12, default="")
    freed = UUID(null=True, default=None)

    place_hold_kind_known = Check("kind IN ('frozen', 'waiting', 'closing')")


class WaitingEvent(Table, tablename="waiting_event"):
    """Who did what in the waiting list, when; written with the deed. Nobody: a place came free or lapsed."""

    id = UUID(primary_key=True, default=uuid4)
    waiting = ForeignKey(Waiting, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    by_account = ForeignKey(Account, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    kind = Varchar(length=20)
    from_state = Varchar(length=12, default="")
    to_state = Varchar(length=12)
    hold = ForeignKey(PlaceHold, on_delete=OnDelete.restrict, null=True, default=None, index=False)


class AppointmentEvent(Table, tablename="appointment_event"):
    """Who did what to an appointment, when and why; written with the deed."""

    id = UUID(primary_key=True, default=uuid4)
    appointment = ForeignKey(Appointment, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    by_account = ForeignKey(Account, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    kind = Varchar(length=20)
    from_state = Varchar(length=20, default="")
    to_state = Varchar(length=20)
    from_slot = ForeignKey(Slot, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    to_slot = ForeignKey(Slot, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    why = Text(default="")


class VoucherLink(Table, tablename="voucher_link"):
    """A link that shows one voucher to whoever holds it; only its token's hash (SM3) is here.

    It ends by itself: with the day after the slot's, wherever the slot is moved to. Of those who open it nothing
    is kept but when it was first and last opened.
    """

    id = UUID(primary_key=True, default=uuid4)
    appointment = ForeignKey(Appointment, on_delete=OnDelete.cascade, null=False, index=True)
    token_hash = Bytea(default=b"", unique=True)
    by = ForeignKey(Account, on_delete=OnDelete.restrict, null=False, index=False)
    created_at = Timestamptz()
    first_opened_at = Timestamptz(null=True, default=None)
    last_opened_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)


class Pause(Table, tablename="booking_pause"):
    """Online booking paused (爽约暂停) for a proved ID, or for an account where nobody's ID was proved.

    `until` is the first day on which online booking works again; `hall` is that of the last no-show, which
    answers appeals; `account` booked it and is told. States: running (also when it is over), lifted.
    """

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=False)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=False, index=True)
    person_index = Bytea(null=True, default=None)
    since = Timestamptz()
    until = Date()
    state = Varchar(length=12, default="running")

    booking_pause_state_known = Check("state IN ('running', 'lifted')")


class NoShow(Table, tablename="no_show"):
    """One booking for which nobody came (爽约). Convenience data: kept for a year.

    `person_index` only where the person's ID had been proved by then: else it counts for the account alone, for
    anybody may type anybody's number. `pause` is the one that it led to: a no-show counts towards one only.
    """

    id = UUID(primary_key=True, default=uuid4)
    appointment = ForeignKey(Appointment, on_delete=OnDelete.cascade, null=False, unique=True)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=False)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=False, index=True)
    person_index = Bytea(null=True, default=None)
    at = Timestamptz(index=True)
    marked_at = Timestamptz()
    pause = ForeignKey(Pause, on_delete=OnDelete.set_null, null=True, default=None, index=True)
    withdrawn_at = Timestamptz(null=True, default=None)


class Appeal(Table, tablename="booking_appeal"):
    """What somebody says against a no-show or a pause (申诉), and what the hall answered.

    About one of the two, once. States: open, then granted or kept.
    """

    id = UUID(primary_key=True, default=uuid4)
    no_show = ForeignKey(NoShow, on_delete=OnDelete.cascade, null=True, default=None, unique=True)
    pause = ForeignKey(Pause, on_delete=OnDelete.cascade, null=True, default=None, unique=True)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=False)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=False, index=True)
    text = Varchar(length=300)
    created_at = Timestamptz()
    state = Varchar(length=12, default="open")
    answer = Varchar(length=200, default="")
    answered_at = Timestamptz(null=True, default=None)
    answered_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)

    booking_appeal_state_known = Check("state IN ('open', 'granted', 'kept')")
    booking_appeal_about_one = Check("(no_show IS NULL) <> (pause IS NULL)")


class PauseEvent(Table, tablename="booking_pause_event"):
    """Who did what to a pause, when and why; nobody: it began by itself."""

    id = UUID(primary_key=True, default=uuid4)
    pause = ForeignKey(Pause, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    by_account = ForeignKey(Account, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    kind = Varchar(length=20)
    from_state = Varchar(length=12, default="")
    to_state = Varchar(length=12)
    why = Varchar(length=300, default="")


class CapacityEvent(Table, tablename="capacity_event"):
    """Who changed a template or an exception, when, from what to what.

    `subject` is the row. Events of one `deed` were written together and are undone together: `undoes` then names
    the deed that was taken back. `note` says what was done where the rows alone do not tell.
    """

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=True)
    at = Timestamptz()
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    kind = Varchar(length=20)
    before = JSONB(null=True, default=None)
    after = JSONB(null=True, default=None)
    deed = UUID(null=True, default=None, index=True)
    subject = UUID(null=True, default=None, index=True)
    undoes = UUID(null=True, default=None)
    note = Varchar(length=200, default="")


class PolicyEvent(Table, tablename="appointment_policy_event"):
    """Who changed the rules of an item group, when, from what to what; `before` is empty where they were added."""

    id = UUID(primary_key=True, default=uuid4)
    group = Varchar(length=40, index=True)
    at = Timestamptz()
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    kind = Varchar(length=20)
    before = JSONB(null=True, default=None)
    after = JSONB(null=True, default=None)


class ExportEvent(Table, tablename="appointment_export"):
    """Who took a hall's bookings away as a file, when, and of which days (both included)."""

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=True)
    at = Timestamptz()
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    first = Date()
    last = Date()
    bookings = Integer(default=0)


class Closing(Table, tablename="closing"):
    """A stretch of a day that a hall gives up (停办): a line or all of it, `counters` of each line left open.

    What is wanted, once; one `Relocation` for each booking that it pushes out, treated one by one.
    States: running ⇄ stopped, then done; undoing, then undone.
    """

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=False)
    line = ForeignKey(Line, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    day = Date()
    starts = Time(null=True, default=None)
    ends = Time(null=True, default=None)
    counters = SmallInt(default=0)
    reason = Varchar(length=100)
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    exception = ForeignKey(CapacityException, on_delete=OnDelete.restrict, null=False, index=True)
    state = Varchar(length=12, default="running")
    created_at = Timestamptz()
    finished_at = Timestamptz(null=True, default=None)

    closing_state_known = Check("state IN ('running', 'stopped', 'done', 'undoing', 'undone')")


class Relocation(Table, tablename="relocation"):
    """One booking that a closing pushed out, and what became of it.

    States: pending (not treated yet), offered (`hold` keeps a place in `new_slot`), none (nothing fits: they
    choose or call); then, by the citizen, accepted, moved or cancelled; by the hall lapsed (no answer in time),
    undone (the closing was) or kept (they came all the same).
    """

    id = UUID(primary_key=True, default=uuid4)
    closing = ForeignKey(Closing, on_delete=OnDelete.restrict, null=False, index=True)
    appointment = ForeignKey(Appointment, on_delete=OnDelete.restrict, null=False, index=True)
    old_slot = ForeignKey(Slot, on_delete=OnDelete.restrict, null=False, index=False)
    new_slot = ForeignKey(Slot, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    hold = ForeignKey(PlaceHold, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    state = Varchar(length=12, default="pending")
    created_at = Timestamptz()
    told_at = Timestamptz(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)


class ClosingEvent(Table, tablename="closing_event"):
    """Who did what to a closing, when; nobody: the worker finished."""

    id = UUID(primary_key=True, default=uuid4)
    closing = ForeignKey(Closing, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    kind = Varchar(length=20)
    from_state = Varchar(length=12, default="")
    to_state = Varchar(length=12)


# Columns under a key, by how `python -m backend rekey` moves them to the newest: see `backend/commands/keyed.py`.
KEYED: dict[str, str] = {
    "appointment.person_index": "person",
    "waiting.person_index": "person",
    "no_show.person_index": "person",
    "booking_pause.person_index": "person",
    "voucher_link.token_hash": "keyless",
}
RAW_CONSTRAINTS = [
    "CREATE UNIQUE INDEX appointment_once ON appointment (person_index, item, day) WHERE state = 'booked'",
    "CREATE INDEX appointment_by_person_index ON appointment (person_index, day)",
    "CREATE INDEX slot_by_hall_day ON slot (hall, day)",
    "CREATE INDEX slot_by_line_day ON slot (line, day)",
    "CREATE INDEX capacity_exception_by_hall_day ON capacity_exception (hall, day)",
    "CREATE UNIQUE INDEX waiting_once ON waiting (person_index, item) WHERE state IN ('waiting', 'offered')",
    "CREATE INDEX waiting_by_line ON waiting (line, queued_at) WHERE state IN ('waiting', 'offered')",
    "CREATE INDEX place_hold_open ON place_hold (until) WHERE ended_at IS NULL",
    "CREATE INDEX place_hold_by_slot ON place_hold (slot) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX place_hold_one_offer ON place_hold (waiting) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX place_hold_one_for_each ON place_hold (appointment)"
    " WHERE ended_at IS NULL AND kind = 'closing'",
    "CREATE UNIQUE INDEX relocation_one_open ON relocation (appointment)"
    " WHERE state IN ('pending', 'offered', 'none')",
    "CREATE INDEX relocation_to_treat ON relocation (closing) WHERE state IN ('pending', 'offered', 'none')",
    "CREATE INDEX closing_by_hall_day ON closing (hall, day)",
    "CREATE INDEX closing_to_treat ON closing (state) WHERE state IN ('running', 'undoing')",
    "CREATE INDEX appointment_still_booked ON appointment (day) WHERE state = 'booked'",
    "CREATE INDEX no_show_by_person_index ON no_show (person_index, at) WHERE withdrawn_at IS NULL",
    "CREATE INDEX booking_pause_by_person_index ON booking_pause (person_index) WHERE state = 'running'",
    "CREATE INDEX booking_appeal_open ON booking_appeal (hall) WHERE state = 'open'",
    # For whoever deletes holds: without them each would read the whole of both tables.
    "CREATE INDEX waiting_event_by_hold ON waiting_event (hold) WHERE hold IS NOT NULL",
    "CREATE INDEX relocation_by_hold ON relocation (hold) WHERE hold IS NOT NULL",
    "CREATE SEQUENCE appointment_number START 10000001",
]
