"""What the desk in Shanghai keeps of its own: cases, papers and bookings lie with their domains."""

from uuid import uuid4

from piccolo.columns import (
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

from backend.cases.tables import Case
from backend.catalog.tables import Department, Hall, Item
from backend.identity.tables import Staff


class DeskAsking(Table, tablename="desk_asking"):
    """Somebody asked at the desk for what it does not take in: an item, or, where there is none, in which words."""

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.cascade, null=False, index=False)
    item = ForeignKey(Item, on_delete=OnDelete.cascade, null=True, default=None, index=True)
    words = Varchar(length=60)
    staff = ForeignKey(Staff, on_delete=OnDelete.set_null, null=True, default=None, index=False)
    at = Timestamptz(index=True)

    desk_asking_for_one = Check("(item IS NULL) <> (words = '')")


class Bundle(Table, tablename="desk_bundle"):
    """一件事: matters that people need together (国发〔2024〕3 号), taken in by one form, as one case each.
    `says`: whom it is for. From `bundles.toml`; `edited_at` as in the catalog.
    """

    id = UUID(primary_key=True, default=uuid4)
    code = Varchar(length=32, unique=True)
    name = Varchar(length=60)
    says = Varchar(length=200)
    to_confirm = Boolean(default=False)
    edited_at = Timestamptz(null=True, default=None)


class BundleItem(Table, tablename="desk_bundle_item"):
    """One of the matters of a bundle, in which of its situations (empty: the plain one)."""

    id = UUID(primary_key=True, default=uuid4)
    bundle = ForeignKey(Bundle, on_delete=OnDelete.cascade, null=False, index=False)
    item = ForeignKey(Item, on_delete=OnDelete.cascade, null=False, index=True)
    position = SmallInt()
    situation = Varchar(length=60)

    desk_bundle_item_once = Unique([bundle, item])


class DeskIntake(Table, tablename="desk_intake"):
    """How a case was taken in at the desk, as it was planned then: who applied (`applicant`), in which `situation`,
    with which `conditions` of the papers; the `mode`, how it is signed, whether originals travel, and why somebody
    has to see the applicant `live`. `consent_…`: the 同意书 as it was shown (sealed, and its SHA-256), and what was
    signed under it: drawn on the screen, by a signature service (its answer), or on paper (`consent_way`).
    Where somebody comes for another with a 委托书: who (`proxy_sealed`), what they may do (`powers`, codes of the
    rules), and until which day.
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, unique=True)
    applicant = Varchar(length=20)
    situation = Varchar(length=60)
    conditions = Array(base_column=Varchar(length=120))
    mode = Varchar(length=8)
    signing = Varchar(length=12)
    live = Varchar(length=120)
    originals = Boolean(default=False)
    proxy_sealed = Bytea(null=True, default=None)
    powers = Array(base_column=Varchar(length=12))
    powers_until = Date(null=True, default=None)
    consent_way = Varchar(length=12, default="")
    consent_text_sealed = Bytea(null=True, default=None)
    consent_hash = Varchar(length=64, default="")
    consent_sealed = Bytea(null=True, default=None)
    consented_at = Timestamptz(null=True, default=None)

    desk_intake_mode_known = Check("mode IN ('online', 'proxy', 'joint')")
    desk_intake_consent_known = Check("consent_way IN ('', 'drawn', 'certified', 'paper')")
    desk_intake_mandate_whole = Check(
        "(powers_until IS NULL) = (cardinality(powers) = 0) AND (powers_until IS NULL) = (proxy_sealed IS NULL)"
    )
    desk_intake_consent_whole = Check(
        "(consent_way = '') = (consent_hash = '') AND (consent_way = '') = (consented_at IS NULL)"
        " AND (consent_way = '') = (consent_text_sealed IS NULL)"
    )


class DeskPhone(Table, tablename="desk_phone"):
    """The applicant's own phone joins the sitting (手机传材料): whoever opens the address with this token may send
    pages to the case until then, and sees nothing else of it.
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, index=True)
    token_hash = Bytea(unique=True)
    staff = ForeignKey(Staff, on_delete=OnDelete.set_null, null=True, default=None, index=False)
    until = Timestamptz()


class DeskExport(Table, tablename="desk_export"):
    """What was handed on goes to the department's own system, too (transactional outbox; `export.py`): for which
    department, how often it was tried, when it is tried next (none: it has it, or we gave up), when it had it, and
    what was answered last (`said`: a code).
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, unique=True)
    department = ForeignKey(Department, on_delete=OnDelete.restrict, null=False, index=False)
    tries = SmallInt(default=0)
    next_at = Timestamptz(null=True, default=None)
    sent_at = Timestamptz(null=True, default=None)
    said = Varchar(length=40, default="")


class DeskRecord(Table, tablename="desk_record"):
    """A record that was taken in without a network (断网收件), and the case that it became. `id`: the record's;
    `at`: when that was, by the desk's computer. `stale`: the consent that was signed then is not today's text.
    """

    id = UUID(primary_key=True)
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, unique=True)
    at = Timestamptz()
    stale = Boolean(default=False)


KEYED: dict[str, str] = {
    "desk_intake.proxy_sealed": "sealed",
    "desk_intake.consent_text_sealed": "sealed",
    "desk_intake.consent_sealed": "sealed",
    "desk_phone.token_hash": "keyless",
}
RAW_CONSTRAINTS = ["CREATE INDEX desk_export_due ON desk_export (next_at) WHERE next_at IS NOT NULL"]
