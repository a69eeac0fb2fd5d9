"""Tables of cases (办件): what somebody asked for, where it stands, and everything that was done to it."""

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

from backend.catalog.tables import Department, Hall, Item
from backend.identity.tables import Account, Person, Staff
from backend.queue.tables import Ticket

STATES = (
    "received", "correcting", "accepted", "paused", "decided", "finished", "mailed", "delivered", "filed",
    "declined", "withdrawn", "terminated", "returned", "revoked",
)  # fmt: skip
OPEN = ("received", "correcting", "accepted", "paused", "decided", "finished", "mailed", "delivered")
LIGHTS = ("", "green", "yellow", "red", "double")
GAP_LIGHTS = ("", "open", "soon", "lapsed")


class Case(Table, tablename="service_case"):
    """One matter of one applicant, from the papers that were handed in to the result (办件).

    States: received (收件, no clock), correcting (补正通知已发), accepted (受理, 审查中), paused (特别程序), decided
    (已作出决定), finished (办结, the result is ready), mailed (寄送中), delivered (送达), filed (归档); and the side
    exits declined (不予受理), withdrawn (撤回), terminated (终止), returned (退件) and revoked (撤销决定, for a broken
    commitment).

    The file names its applicant itself (`name_sealed`, `id_…`, `phone_sealed`; for an `organisation` with its `uscc`
    where one is named), for it is kept by the law of archives (档案法) when the account is gone; `person` and `account`
    are those by which its owner sees it. `ticket`: the number with
    which they came to the counter. `promised_…` and `statutory_…`: the
    item's terms as they were when it was received (`term.UNITS`); `extension`: working days more (延长). `…_due`: the
    closing time of the last day, none while the clock does not run; `provisional`: the calendar up to there may
    still change. `correct_by`: without a notice until then it is accepted as of its receipt, or its hand-over
    (视为受理); `corrected_at`: when all gaps of the notice were filled. `gaps_until`: accepted with gaps (容缺), to be
    filled until then; `gaps_light`: none (nothing is missing), open, soon (reminded) or lapsed.
    `handed_at`: when what was taken in far away (收受分离) was handed to its department; until then only the desk
    works on it. `result_here_at`: when the result of such a case was there to be collected.
    `bundle`: as part of which 一件事 it was taken in, as that was called then; `lead`: the first of its cases, none
    for the first itself.
    `way`: how the applicant wants the result, and `mail_sealed` the address to which it is mailed; online (电子送达)
    is chosen with the applicant's agreement only.
    """

    id = UUID(primary_key=True, default=uuid4)
    number = Varchar(length=20, unique=True)
    password_sealed = Bytea()
    token_hash = Bytea(unique=True)
    external_case_no = Varchar(length=40, default="")
    channel = Varchar(length=1)
    item = ForeignKey(Item, on_delete=OnDelete.restrict, null=False, index=True)
    department = ForeignKey(Department, on_delete=OnDelete.restrict, null=False, index=False)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    ticket = ForeignKey(Ticket, on_delete=OnDelete.set_null, null=True, default=None, index=True)
    lead: ForeignKey = ForeignKey("self", on_delete=OnDelete.restrict, null=True, default=None, index=True)
    bundle = Varchar(length=60, default="")
    name_sealed = Bytea()
    id_type = Varchar(length=20)
    id_sealed = Bytea()
    person_index = Bytea()
    phone_sealed = Bytea()
    organisation = Varchar(length=80, default="")
    uscc = Varchar(length=18, default="")
    state = Varchar(length=12, default="received")
    received_at = Timestamptz()
    correct_by = Timestamptz(null=True, default=None)
    accepted_at = Timestamptz(null=True, default=None)
    deemed = Boolean(default=False)
    handed_at = Timestamptz(null=True, default=None)
    result_here_at = Timestamptz(null=True, default=None)
    corrected_at = Timestamptz(null=True, default=None)
    gaps_until = Timestamptz(null=True, default=None)
    gaps_light = Varchar(length=8, default="")
    promised_days = SmallInt()
    promised_unit = Varchar(length=8)
    statutory_days = SmallInt(null=True, default=None)
    statutory_unit = Varchar(length=8, default="working")
    extension = SmallInt(default=0)
    promised_due = Timestamptz(null=True, default=None)
    statutory_due = Timestamptz(null=True, default=None)
    provisional = Boolean(default=False)
    light = Varchar(length=8, default="")
    way = Varchar(length=8, default="")
    mail_sealed = Bytea(null=True, default=None)
    decision = Varchar(length=8, default="")
    decided_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)

    case_state_known = Check(f"state IN {STATES}")
    case_light_known = Check(f"light IN {LIGHTS}")
    case_gaps_light_known = Check(f"gaps_light IN {GAP_LIGHTS}")
    case_gaps_light_dated = Check("gaps_light = '' OR gaps_until IS NOT NULL")
    case_decision_known = Check("decision IN ('', 'granted', 'refused')")
    case_way_known = Check("way IN ('', 'counter', 'mail', 'online')")
    case_mail_whole = Check("(way = 'mail') = (mail_sealed IS NOT NULL)")
    case_clock_began = Check(
        "state NOT IN ('accepted', 'paused', 'decided', 'finished') OR accepted_at IS NOT NULL"
    )
    case_led_in_bundle = Check("lead IS NULL OR bundle <> ''")
    case_firm_whole = Check("(organisation = '') = (uscc = '')")


class CaseEvent(Table, tablename="case_event"):
    """Who did what to a case, when and why; written with the deed. Nobody: the clock (视为受理)."""

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    kind = Varchar(length=20)
    from_state = Varchar(length=12, default="")
    to_state = Varchar(length=12)
    by_account = ForeignKey(Account, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    why = Text(default="")
    says = JSONB(default="{}")


class CaseStop(Table, tablename="case_stop"):
    """A special procedure (特别程序) for which the legal clock stands: which, why, by which paper, approved by whom;
    `days`: how many working days it will take, as the applicant is told (行政许可法 45).
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, index=True)
    procedure = Varchar(length=20)
    reason = Text()
    document = Varchar(length=60)
    approver = Varchar(length=30)
    days = SmallInt(default=0)
    since = Date()
    until = Date(null=True, default=None)

    case_stop_ends_after = Check("until IS NULL OR until >= since")


class CaseGap(Table, tablename="case_gap"):
    """Something that is missing: named by the one notice of all gaps (补正), or promised with 容缺受理, and then by a
    day. `how`: what to bring or change; `ways`: how it may be handed in later (`tolerate.WAYS`); `answer`: what the
    applicant wrote to it.
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, index=True)
    kind = Varchar(length=12)
    what = Varchar(length=120)
    how = Varchar(length=200)
    ways = Array(base_column=Varchar(length=8))
    position = SmallInt()
    answer = Varchar(length=400, default="")
    answered_at = Timestamptz(null=True, default=None)
    filled_at = Timestamptz(null=True, default=None)

    case_gap_kind_known = Check("kind IN ('correction', 'tolerance')")


class CasePaper(Table, tablename="case_paper"):
    """Something that was handed in (材料): a file, named by its content (`sha256`, see `backend.files`), or paper that
    lies with the case: so many originals and copies. `name`: which of the papers that the item asks for; `gap`: which
    gap it answers; `checked_…`: who held it against the original (与原件核对一致), and when. One that was taken away
    (`removed_at`) stays written down; the file of it is not shown any more.
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, index=True)
    name = Varchar(length=80)
    form = Varchar(length=8)
    gap = ForeignKey(CaseGap, on_delete=OnDelete.set_null, null=True, default=None, index=False)
    originals = SmallInt(default=0)
    copies = SmallInt(default=0)
    sha256 = Varchar(length=64, default="")
    size = Integer(default=0)
    type = Varchar(length=40, default="")
    added_at = Timestamptz()
    by_account = ForeignKey(Account, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    removed_at = Timestamptz(null=True, default=None)
    checked_at = Timestamptz(null=True, default=None)
    checked_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)

    case_paper_checked_by_one = Check("(checked_at IS NULL) = (checked_by IS NULL)")
    case_paper_form_known = Check("form IN ('file', 'paper')")
    case_paper_file_whole = Check("(form = 'file') = (sha256 <> '' AND size > 0 AND type <> '')")
    case_paper_counted = Check("form = 'file' OR originals + copies > 0")


class CaseLook(Table, tablename="case_look"):
    """Somebody asked for a case by number and password: from which address (a blind index), and whether it was right.
    Kept to count wrong tries, for a day.
    """

    id = UUID(primary_key=True, default=uuid4)
    address_index = Bytea(index=True)
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=True, default=None, index=True)
    at = Timestamptz(index=True)
    right = Boolean(default=False)


KEYED: dict[str, str] = {
    "service_case.password_sealed": "sealed",
    "service_case.token_hash": "keyless",
    "service_case.name_sealed": "sealed",
    "service_case.id_sealed": "sealed",
    "service_case.person_index": "person",
    "service_case.phone_sealed": "sealed",
    "service_case.mail_sealed": "sealed",
    "case_look.address_index": "brief",
}
RAW_CONSTRAINTS = [
    # The same page sent twice is one.
    'CREATE UNIQUE INDEX case_paper_once ON case_paper ("case", name, sha256)'
    " WHERE removed_at IS NULL AND sha256 <> ''",
    'CREATE UNIQUE INDEX case_stop_once ON case_stop ("case") WHERE until IS NULL',
    "CREATE INDEX case_work ON service_case (department, promised_due)"
    " WHERE state IN ('received', 'correcting', 'accepted', 'paused', 'decided', 'finished', 'mailed')",
    "CREATE INDEX case_of_hall ON service_case (hall, received_at)",
    "CREATE INDEX case_of_person ON service_case (person_index)",
    "CREATE INDEX case_correct_by ON service_case (correct_by) WHERE state = 'received'",
    "CREATE INDEX case_gaps_due ON service_case (gaps_until) WHERE gaps_light IN ('open', 'soon')",
    # 100,000 cases: found by the number of another system, and the latest that are over first.
    "CREATE INDEX case_external ON service_case (lower(replace(external_case_no, ' ', '')))"
    " WHERE external_case_no <> ''",
    "CREATE INDEX case_over ON service_case (department, coalesce(ended_at, decided_at, received_at) DESC, id)",
    # What another department passed on, among all that ever happened.
    "CREATE INDEX case_event_passed ON case_event (\"case\", at) WHERE kind = 'transferred'",
    "CREATE SEQUENCE case_number MAXVALUE 999999 CYCLE",
]
