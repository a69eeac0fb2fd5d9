"""Tables of home visits (上门代办): who asked for what, who goes and when, what was signed and handed over."""

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
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check
from piccolo.table import Table

from backend.cases.tables import Case
from backend.catalog.tables import Item, Village
from backend.identity.tables import Account, Person, Staff

STATES = (
    "requested", "taken", "agreed", "done", "submitted", "delivered", "paused", "withdrawn", "terminated",
)  # fmt: skip


class Visit(Table, tablename="visit"):
    """One matter of one person, done at their door.

    States: requested (等人接单), taken (已接单, a time is to be agreed), agreed (已约时间), done (已上门, the agent has
    the papers), submitted (已交件, a case runs), delivered (结果已送达); and the side exits paused (中止, goes on
    as `resumes` says), withdrawn (撤回) and terminated (终止), which are final.

    `circle`: who may take it, 1 the village's agent, 2 the neighbouring villages' too, 3 the town's centre too.
    Deadlines, each with a light: `circle_until` (then it moves on), `take_by` (two working hours), `agree_by`,
    `visit_by`; null where it does not count. `asked_by`: the account itself, a phone call, or the agent.
    `rating`: 1 非常不满意 … 5 非常满意.
    """

    id = UUID(primary_key=True, default=uuid4)
    number = Varchar(length=12, unique=True)
    token_hash = Bytea(unique=True)
    item = ForeignKey(Item, on_delete=OnDelete.restrict, null=False, index=True)
    village = ForeignKey(Village, on_delete=OnDelete.restrict, null=False, index=True)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    name_sealed = Bytea()
    phone_sealed = Bytea()
    address_sealed = Bytea()
    reason = Varchar(length=12)
    asked_by = Varchar(length=8)
    note = Varchar(length=200, default="")
    state = Varchar(length=12, default="requested")
    resumes = Varchar(length=12, default="")
    circle = SmallInt(default=1)
    agent = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    requested_at = Timestamptz()
    circle_until = Timestamptz(null=True, default=None)
    take_by = Timestamptz(null=True, default=None)
    agree_by = Timestamptz(null=True, default=None)
    visit_by = Timestamptz(null=True, default=None)
    starts_at = Timestamptz(null=True, default=None)
    ends_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    delivered_at = Timestamptz(null=True, default=None)
    case = ForeignKey(Case, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    rating = SmallInt(null=True, default=None)
    rating_words = Text(default="")
    rated_at = Timestamptz(null=True, default=None)

    visit_state_known = Check(f"state IN {STATES}")
    visit_asked_known = Check("asked_by IN ('account', 'phone', 'agent')")
    visit_circle_known = Check("circle BETWEEN 1 AND 3")
    visit_has_agent = Check("state NOT IN ('taken', 'agreed', 'done') OR agent IS NOT NULL")
    visit_has_time = Check("state <> 'agreed' OR (starts_at IS NOT NULL AND ends_at > starts_at)")
    visit_rating_known = Check("rating IS NULL OR rating BETWEEN 1 AND 5")


class VisitEvent(Table, tablename="visit_event"):
    """Who did what to a visit, when and why; written with the deed. Nobody: the clock."""

    id = UUID(primary_key=True, default=uuid4)
    visit = ForeignKey(Visit, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    kind = Varchar(length=20)
    from_state = Varchar(length=12, default="")
    to_state = Varchar(length=12)
    by_account = ForeignKey(Account, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    why = Text(default="")
    says = JSONB(default="{}")


class Mandate(Table, tablename="visit_mandate"):
    """委托书: what the agent may do for the person, until which day, with which papers; as it was signed.

    `text_hash`: SHA-256 of the text that was shown (`mandate.text_of`); `signature_sealed`: the drawn image (PNG in
    base64), empty where it was signed on paper (`way`). One a visit; whoever gave it may take it back.
    """

    id = UUID(primary_key=True, default=uuid4)
    visit = ForeignKey(Visit, on_delete=OnDelete.cascade, null=False, index=True)
    agent = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    powers = Array(base_column=Varchar(length=12))
    until = Date()
    papers = JSONB(default="[]")
    text_sealed = Bytea()
    text_hash = Varchar(length=64)
    way = Varchar(length=8)
    signature_sealed = Bytea(default=b"")
    signed_at = Timestamptz()
    revoked_at = Timestamptz(null=True, default=None)
    revoked_why = Varchar(length=200, default="")

    visit_mandate_way_known = Check("way IN ('drawn', 'paper')")


class DoneRecord(Table, tablename="visit_record"):
    """What was done at the door, by the id that the phone or the page gave it: taken in once.

    `happened_at`: the phone's clock; `papers`: 材料交接清单, name, originals and copies; `ticks`: the checklist. The
    signature is of the hand-over list, whose text on the phone had the SHA-256 `text_hash`.
    """

    id = UUID(primary_key=True)
    visit = ForeignKey(Visit, on_delete=OnDelete.cascade, null=False, index=True)
    agent = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    happened_at = Timestamptz()
    received_at = Timestamptz()
    identity = Varchar(length=12)
    ticks = Array(base_column=Varchar(length=80))
    papers = JSONB(default="[]")
    consent = Boolean(default=False)
    way = Varchar(length=8)
    signature_sealed = Bytea(default=b"")
    text_hash = Varchar(length=64, default="")
    note = Text(default="")
    facts_hash = Varchar(length=64)


class VisitPhoto(Table, tablename="visit_photo"):
    """A document that was photographed at the door, with consent; `sha256` names the file (`backend.files`)."""

    id = UUID(primary_key=True, default=uuid4)
    visit = ForeignKey(Visit, on_delete=OnDelete.cascade, null=False, index=True)
    name = Varchar(length=80)
    position = SmallInt()
    sha256 = Varchar(length=64, index=True)
    size = Integer()
    type = Varchar(length=40)


class VisitPaper(Table, tablename="visit_paper"):
    """中止单 (`pause`), which is over when `ended_at` says so (by a 续办委托书), or 终止单 (`termination`)."""

    id = UUID(primary_key=True, default=uuid4)
    visit = ForeignKey(Visit, on_delete=OnDelete.cascade, null=False, index=True)
    kind = Varchar(length=12)
    why = Varchar(length=400)
    at = Timestamptz()
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    ended_at = Timestamptz(null=True, default=None)
    ended_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)

    visit_paper_known = Check("kind IN ('pause', 'termination')")


class ReturnCall(Table, tablename="visit_call"):
    """回访 of one visit of the sample: until when, and what was said."""

    id = UUID(primary_key=True, default=uuid4)
    visit = ForeignKey(Visit, on_delete=OnDelete.cascade, null=False, unique=True, index=False)
    due_at = Timestamptz()
    called_at = Timestamptz(null=True, default=None)
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    outcome = Varchar(length=12, default="")
    note = Varchar(length=400, default="")

    visit_call_outcome_known = Check("outcome IN ('', 'content', 'discontent', 'unreached')")


KEYED: dict[str, str] = {
    "visit.token_hash": "keyless",
    "visit.name_sealed": "sealed",
    "visit.phone_sealed": "sealed",
    "visit.address_sealed": "sealed",
    "visit_mandate.text_sealed": "sealed",
    "visit_mandate.signature_sealed": "sealed",
    "visit_record.signature_sealed": "sealed",
}
# One agent is at one door at a time. Without btree_gist a range of one id stands for the id.
RAW_CONSTRAINTS = [
    "CREATE TYPE uuidrange AS RANGE (subtype = uuid)",
    "ALTER TABLE visit ADD CONSTRAINT visit_one_at_a_time EXCLUDE USING gist"
    " (uuidrange(agent, agent, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (state = 'agreed')",
    "CREATE UNIQUE INDEX visit_once ON visit (person, item)"
    " WHERE state IN ('requested', 'taken', 'agreed', 'paused', 'done')",
    "CREATE UNIQUE INDEX visit_mandate_once ON visit_mandate (visit) WHERE revoked_at IS NULL",
    "CREATE UNIQUE INDEX visit_pause_once ON visit_paper (visit) WHERE kind = 'pause' AND ended_at IS NULL",
    "CREATE INDEX visit_waiting ON visit (circle_until) WHERE state = 'requested'",
    "CREATE INDEX visit_call_open ON visit_call (due_at) WHERE called_at IS NULL",
    "CREATE SEQUENCE visit_number MAXVALUE 999999 CYCLE",
]
