"""Tables of custody (原件交接): where each original of a case is, the packages in which they travel, each hand-over."""

from uuid import uuid4

from piccolo.columns import UUID, Boolean, Bytea, ForeignKey, OnDelete, SmallInt, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.cases.tables import Case, CasePaper
from backend.catalog.tables import Department, Hall
from backend.identity.tables import Staff

PLACES = ("hall", "department", "parcel", "missing", "returned", "kept", "lost")
PARCELS = ("packed", "sent", "received", "refused", "back", "opened", "lost")
UNDER_WAY = ("packed", "sent", "refused")


class Parcel(Table, tablename="custody_parcel"):
    """Originals of one case that go from one place to another, in a sealed package (封包) or from hand to hand.

    `way`: courier (then `tracking`) or hand (then `to_staff`, or `signed` by who took them). States: packed (封好),
    sent (交出去了), received (收到), refused (拒收, on the way back), back (退回了), opened (没寄, 拆了), lost (丢了).
    `token`: of the page that made it, which may be sent twice. `receiver_sealed`: who took them, where it is no staff.
    """

    id = UUID(primary_key=True, default=uuid4)
    number = Varchar(length=20, unique=True)
    token = Varchar(length=40, unique=True)
    case = ForeignKey(Case, on_delete=OnDelete.restrict, null=False, index=True)
    way = Varchar(length=8)
    state = Varchar(length=8)
    from_hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    from_department = ForeignKey(
        Department, on_delete=OnDelete.restrict, null=True, default=None, index=False
    )
    to_kind = Varchar(length=10)
    to_hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    to_department = ForeignKey(Department, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    to_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    seal = Varchar(length=40, default="")
    tracking = Varchar(length=40, default="")
    packed_at = Timestamptz()
    packed_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    sent_at = Timestamptz(null=True, default=None)
    sent_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    ended_at = Timestamptz(null=True, default=None)
    ended_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    intact = Boolean(null=True, default=None)
    note = Varchar(length=400, default="")
    receiver_sealed = Bytea(default=b"")
    signed = Varchar(length=8, default="")
    signature_sealed = Bytea(default=b"")

    custody_parcel_state_known = Check(f"state IN {PARCELS}")
    custody_parcel_way_known = Check("way IN ('courier', 'hand')")
    custody_parcel_from_whole = Check("(from_hall IS NULL) <> (from_department IS NULL)")
    custody_parcel_to_whole = Check(
        "to_kind IN ('hall', 'department', 'applicant') AND (to_kind = 'hall') = (to_hall IS NOT NULL)"
        " AND (to_kind = 'department') = (to_department IS NOT NULL)"
    )
    custody_parcel_sent_whole = Check(
        "state IN ('packed', 'opened') OR sent_at IS NOT NULL AND (way = 'hand' OR tracking <> '')"
    )
    custody_parcel_signed_known = Check("signed IN ('', 'drawn', 'paper')")


class ParcelLine(Table, tablename="custody_line"):
    """What a package holds: so many originals of a paper; of which `arrived`, some of them `damaged`."""

    id = UUID(primary_key=True, default=uuid4)
    parcel = ForeignKey(Parcel, on_delete=OnDelete.cascade, null=False, index=False)
    paper = ForeignKey(CasePaper, on_delete=OnDelete.restrict, null=False, index=True)
    amount = SmallInt()
    arrived = SmallInt(null=True, default=None)
    damaged = SmallInt(default=0)

    custody_line_once = Unique(["parcel", "paper"])
    custody_line_counted = Check(
        "amount > 0 AND arrived BETWEEN 0 AND amount AND damaged BETWEEN 0 AND arrived"
    )


class Original(Table, tablename="custody_original"):
    """One original: the first, second … of a paper, and the one place where it is. Written with its first hand-over;
    before that it lies in the hall that took the case in. `parcel`: in which it travels, or out of which it is missing.
    """

    id = UUID(primary_key=True, default=uuid4)
    paper = ForeignKey(CasePaper, on_delete=OnDelete.restrict, null=False, index=False)
    position = SmallInt()
    place = Varchar(length=10)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    department = ForeignKey(Department, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    parcel = ForeignKey(Parcel, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    damaged = Boolean(default=False)
    since = Timestamptz()

    custody_original_once = Unique(["paper", "position"])
    custody_original_counted = Check("position > 0")
    custody_original_somewhere = Check(
        f"place IN {PLACES} AND (place = 'hall') = (hall IS NOT NULL)"
        " AND (place = 'department') = (department IS NOT NULL)"
        " AND (place IN ('parcel', 'missing')) <= (parcel IS NOT NULL)"
        " AND (parcel IS NOT NULL) <= (place IN ('parcel', 'missing', 'lost'))"
    )


class CustodyEvent(Table, tablename="custody_event"):
    """What happened to so many originals of a paper: when, by whom, in which package, why. Nobody: the applicant."""

    id = UUID(primary_key=True, default=uuid4)
    paper = ForeignKey(CasePaper, on_delete=OnDelete.restrict, null=False, index=True)
    parcel = ForeignKey(Parcel, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    at = Timestamptz()
    kind = Varchar(length=12)
    amount = SmallInt()
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    why = Varchar(length=400, default="")


KEYED: dict[str, str] = {
    "custody_parcel.receiver_sealed": "sealed",
    "custody_parcel.signature_sealed": "sealed",
}
RAW_CONSTRAINTS = [
    "CREATE SEQUENCE custody_number MAXVALUE 99999 CYCLE",
    # No more originals than were handed in, and none of a paper that was taken away.
    "CREATE TRIGGER custody_original_handed_in BEFORE INSERT OR UPDATE ON custody_original"
    " FOR EACH ROW EXECUTE FUNCTION custody_handed_in()",
]
