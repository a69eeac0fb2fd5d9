"""A handoff (屏对屏), whom it rang, what happened, and who is on duty to answer."""

from uuid import uuid4

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    OnDelete,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.cases.tables import Case
from backend.catalog.tables import Department, Hall, Item
from backend.identity.tables import Staff

STATES = ("queued", "ringing", "connecting", "live", "interrupted", "deciding")
SESSION = STATES[2:]  # somebody has it
ENDS = ("done", "callback_booked", "cancelled", "failed")


class Handoff(Table, tablename="handoff"):
    """One wish to be seen by somebody at home, from the asking to its outcome.

    `version` grows with every move. `due_at`: when the state is over that it is in, whatever the state (its timer);
    `give_up_at`: until when somebody is looked for. `clerk_seen_at`, `officer_seen_at`: the leases of the two pages.
    `officer`: who has it, or had it last; `after`: when the next of those can who said 几分钟后; `wanted`: to whom it
    was passed, while it did not ring there yet. `way`: how the two see each other (`session.WAYS`); `paused`:
    the applicant wants nothing of theirs sent for now.
    `call_back_…`: when which officer calls back; `called_at`: when they did.
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, index=True)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=False)
    clerk = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    department = ForeignKey(Department, on_delete=OnDelete.restrict, null=False, index=False)
    item = ForeignKey(Item, on_delete=OnDelete.restrict, null=False, index=False)
    state = Varchar(length=16, default="queued")
    version = Integer(default=0)
    round = SmallInt(default=0)
    officer = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    after = Timestamptz(null=True, default=None)
    wanted = ForeignKey(Staff, on_delete=OnDelete.set_null, null=True, default=None, index=False)
    asked_at = Timestamptz()
    due_at = Timestamptz(null=True, default=None)
    give_up_at = Timestamptz(null=True, default=None)
    clerk_seen_at = Timestamptz(null=True, default=None)
    officer_seen_at = Timestamptz(null=True, default=None)
    connected_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    way = Varchar(length=10, default="")
    paused = Boolean(default=False)
    call_back_at = Timestamptz(null=True, default=None)
    called_at = Timestamptz(null=True, default=None)
    call_back_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)

    handoff_state_known = Check(
        "state IN ('queued', 'ringing', 'connecting', 'live', 'interrupted', 'deciding', 'done', 'callback_booked',"
        " 'cancelled', 'failed')"
    )
    handoff_ended_whole = Check(
        "(ended_at IS NOT NULL) = (state IN ('done', 'callback_booked', 'cancelled', 'failed'))"
    )
    # Nothing that is open is without a timer: nobody rings or waits for ever.
    handoff_timed = Check("(due_at IS NULL) = (ended_at IS NOT NULL)")
    handoff_call_back_whole = Check(
        "(state = 'callback_booked') <= (call_back_at IS NOT NULL AND call_back_by IS NOT NULL)"
    )
    handoff_had = Check(
        "state NOT IN ('connecting', 'live', 'interrupted', 'deciding') OR officer IS NOT NULL"
    )


class Offer(Table, tablename="handoff_offer"):
    """One officer's screen rings for one handoff, until then. `answer`: in which way it was answered."""

    id = UUID(primary_key=True, default=uuid4)
    handoff = ForeignKey(Handoff, on_delete=OnDelete.cascade, null=False, index=True)
    officer = ForeignKey(Staff, on_delete=OnDelete.cascade, null=False, index=False)
    round = SmallInt()
    state = Varchar(length=16, default="ringing")
    answer = Varchar(length=16, default="")
    rung_at = Timestamptz()
    until = Timestamptz()
    answered_at = Timestamptz(null=True, default=None)

    handoff_offer_state_known = Check(
        "state IN ('ringing', 'accepted', 'rejected', 'timeout', 'rescinded', 'undeliverable')"
    )
    handoff_offer_answered = Check("(state = 'ringing') = (answered_at IS NULL)")


class HandoffEvent(Table, tablename="handoff_event"):
    """What was done to a handoff, when, by whom (nobody: the clock) and why; written with the deed."""

    id = UUID(primary_key=True, default=uuid4)
    handoff = ForeignKey(Handoff, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    kind = Varchar(length=20)
    from_state = Varchar(length=16)
    to_state = Varchar(length=16)
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    why = Text(default="")


class Duty(Table, tablename="handoff_duty"):
    """Whether an officer answers calls now (值守). `idle_since`: since when nobody was put through to them, which
    makes the order fair; `silent`: how many calls in a row they let ring; `seen_at`: when their page answered last.
    """

    id = UUID(primary_key=True, default=uuid4)
    staff = ForeignKey(Staff, on_delete=OnDelete.cascade, null=False, unique=True)
    state = Varchar(length=12)
    since = Timestamptz()
    idle_since = Timestamptz()
    silent = SmallInt(default=0)
    seen_at = Timestamptz(null=True, default=None)

    handoff_duty_state_known = Check("state IN ('on', 'busy', 'wrapping', 'away')")


class Seat(Table, tablename="handoff_seat"):
    """席位: an end of a session (desk, officer, the applicant's own phone: citizen), or who looks on (observer),
    announced to all. `page`: which of their open pages speaks, the newest; `left_at`: since when none does.
    `token_hash`: of the link by which the applicant came.
    """

    id = UUID(primary_key=True, default=uuid4)
    handoff = ForeignKey(Handoff, on_delete=OnDelete.cascade, null=False, index=True)
    role = Varchar(length=10)
    staff = ForeignKey(Staff, on_delete=OnDelete.cascade, null=True, default=None, index=False)
    token_hash = Bytea(default=b"")
    page = UUID(null=True, default=None)
    joined_at = Timestamptz()
    seen_at = Timestamptz(null=True, default=None)
    left_at = Timestamptz(null=True, default=None)

    handoff_seat_role_known = Check("role IN ('desk', 'officer', 'observer', 'citizen')")
    handoff_seat_whose = Check("(staff IS NULL) = (role = 'citizen')")


class Word(Table, tablename="handoff_word"):
    """What was written in a session (文字交流), by a member of staff or, nobody, the applicant; sealed."""

    id = UUID(primary_key=True, default=uuid4)
    handoff = ForeignKey(Handoff, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    role = Varchar(length=10)
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    text_sealed = Bytea()


class Skill(Table, tablename="handoff_skill"):
    """An officer knows this matter best: they are rung before the rest of their department."""

    id = UUID(primary_key=True, default=uuid4)
    staff = ForeignKey(Staff, on_delete=OnDelete.cascade, null=False, index=False)
    item = ForeignKey(Item, on_delete=OnDelete.cascade, null=False, index=True)

    handoff_skill_once = Unique([staff, item])


class SkillEvent(Table, tablename="handoff_skill_event"):
    """Who said since when an officer is rung first for a matter, or is no more."""

    id = UUID(primary_key=True, default=uuid4)
    staff = ForeignKey(Staff, on_delete=OnDelete.cascade, null=False, index=False)
    item = ForeignKey(Item, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    kind = Varchar(length=8)
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)

    handoff_skill_event_kind_known = Check("kind IN ('assigned', 'removed')")


class DeviceCheck(Table, tablename="device_check"):
    """设备自检: what a computer could do of what a session needs. `place`: the window or the room, as who sits there
    calls it. `results`: an outcome for each of `check_words.KINDS`; `down`, `up`: kbit/s; `rtt`: milliseconds. Nothing
    that tells one device from another.
    """

    id = UUID(primary_key=True, default=uuid4)
    staff = ForeignKey(Staff, on_delete=OnDelete.cascade, null=False, index=True)
    hall = ForeignKey(Hall, on_delete=OnDelete.cascade, null=True, default=None, index=False)
    department = ForeignKey(Department, on_delete=OnDelete.cascade, null=True, default=None, index=False)
    place = Varchar(length=20)
    at = Timestamptz()
    results = JSONB()
    down = Integer(null=True, default=None)
    up = Integer(null=True, default=None)
    rtt = Integer(null=True, default=None)


RAW_CONSTRAINTS = [
    'CREATE UNIQUE INDEX handoff_case_once ON handoff ("case") WHERE ended_at IS NULL',
    "CREATE UNIQUE INDEX handoff_officer_once ON handoff (officer)"
    " WHERE state IN ('connecting', 'live', 'interrupted', 'deciding')",
    "CREATE INDEX handoff_due ON handoff (due_at) WHERE due_at IS NOT NULL",
    "CREATE UNIQUE INDEX handoff_offer_once ON handoff_offer (officer) WHERE state = 'ringing'",
    "CREATE UNIQUE INDEX handoff_seat_once ON handoff_seat (handoff, role) WHERE role <> 'observer'",
    "CREATE UNIQUE INDEX handoff_observer_once ON handoff_seat (handoff, staff) WHERE role = 'observer'",
    "CREATE UNIQUE INDEX handoff_seat_page ON handoff_seat (page) WHERE page IS NOT NULL",
    "CREATE UNIQUE INDEX handoff_offer_accepted ON handoff_offer (handoff) WHERE state = 'accepted'",
]
KEYED: dict[str, str] = {"handoff_seat.token_hash": "keyless", "handoff_word.text_sealed": "sealed"}
