"""What both sides of a screen do about one applicant: identity, statements, signature, outcome."""

from uuid import uuid4

from piccolo.columns import UUID, Array, Bytea, ForeignKey, OnDelete, Text, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.handoff.tables import Handoff
from backend.identity.tables import Staff


class HandoffSitting(Table, tablename="handoff_sitting"):
    """One session's deeds. `…_saw_…`: who found the applicant to be the one of the ID, on either side. `record_…`: the
    屏对屏办理记录 as it was shown (sealed, and its SHA-256), and what was signed under it: drawn on the screen, by a
    signature service (its answer), or on paper (`record_way`). `outcome`, `why`, `gaps`: what the officer concluded.
    """

    id = UUID(primary_key=True, default=uuid4)
    handoff = ForeignKey(Handoff, on_delete=OnDelete.cascade, null=False, unique=True)
    desk_saw_at = Timestamptz(null=True, default=None)
    desk_saw_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    officer_saw_at = Timestamptz(null=True, default=None)
    officer_saw_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    record_way = Varchar(length=12, default="")
    record_text_sealed = Bytea(null=True, default=None)
    record_hash = Varchar(length=64, default="")
    record_sealed = Bytea(null=True, default=None)
    signed_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=12, default="")
    why = Text(default="")
    gaps = Array(base_column=Varchar(length=120), default=list)

    handoff_sitting_saw_whole = Check(
        "(desk_saw_at IS NULL) = (desk_saw_by IS NULL) AND (officer_saw_at IS NULL) = (officer_saw_by IS NULL)"
    )
    handoff_sitting_record_known = Check("record_way IN ('', 'drawn', 'certified', 'paper')")
    handoff_sitting_record_whole = Check(
        "(record_way = '') = (record_hash = '') AND (record_way = '') = (signed_at IS NULL)"
        " AND (record_way = '') = (record_text_sealed IS NULL)"
    )
    # What was signed says that both sides had seen who signed it.
    handoff_sitting_signed_seen = Check(
        "record_way = '' OR desk_saw_at IS NOT NULL AND officer_saw_at IS NOT NULL"
    )
    handoff_sitting_outcome_known = Check(
        "outcome IN ('', 'granted', 'refused', 'accepted', 'gaps', 'advice')"
    )


class SignedBefore(Table, tablename="handoff_signed_before"):
    """屏对屏办理记录 that was signed before another department had the session (不归我们): evidence of what was, and no
    ground for who decides now. `officer`: who had it then; the rest as in `HandoffSitting`.
    """

    id = UUID(primary_key=True, default=uuid4)
    handoff = ForeignKey(Handoff, on_delete=OnDelete.cascade, null=False, index=True)
    officer = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    record_way = Varchar(length=12)
    record_text_sealed = Bytea()
    record_hash = Varchar(length=64)
    record_sealed = Bytea(null=True, default=None)
    signed_at = Timestamptz()

    handoff_signed_before_known = Check("record_way IN ('drawn', 'certified', 'paper')")


class HandoffStatement(Table, tablename="handoff_statement"):
    """口头陈述: the applicant said it, or would not (`answer`); the words as they were then, and who wrote it down."""

    id = UUID(primary_key=True, default=uuid4)
    handoff = ForeignKey(Handoff, on_delete=OnDelete.cascade, null=False, index=False)
    code = Varchar(length=20)
    text = Varchar(length=200)
    answer = Varchar(length=8)
    at = Timestamptz()
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)

    handoff_statement_once = Unique([handoff, code])
    handoff_statement_answer_known = Check("answer IN ('said', 'refused')")


KEYED: dict[str, str] = {
    "handoff_sitting.record_text_sealed": "sealed",
    "handoff_sitting.record_sealed": "sealed",
    "handoff_signed_before.record_text_sealed": "sealed",
    "handoff_signed_before.record_sealed": "sealed",
}
