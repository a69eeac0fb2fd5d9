"""The table of commitments (告知承诺): what an applicant signed instead of proving it, and what came of it."""

from uuid import uuid4

from piccolo.columns import UUID, ForeignKey, OnDelete, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from backend.cases.tables import Case
from backend.identity.tables import Staff

OUTCOMES = ("", "kept", "mending", "broken")
LIGHTS = ("", "green", "yellow", "red")


class CaseCommitment(Table, tablename="case_commitment"):
    """The commitment by which a case was accepted. `text`: as it was signed; `verify_by`: until when the department
    verifies it (核查); `outcome`: none yet, kept (履约), mending (限期整改, until `mend_by`) or broken (失信), as
    `verified_by` found at `verified_at`, with a `note`. `light`: how near the verification's end is.
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, unique=True, index=False)
    text = Text()
    signed_at = Timestamptz()
    verify_by = Timestamptz()
    mend_by = Timestamptz(null=True, default=None)
    outcome = Varchar(length=8, default="")
    verified_at = Timestamptz(null=True, default=None)
    verified_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    note = Varchar(length=400, default="")
    light = Varchar(length=8, default="green")

    case_commitment_outcome_known = Check(f"outcome IN {OUTCOMES}")
    case_commitment_light_known = Check(f"light IN {LIGHTS}")
    case_commitment_verified_whole = Check("(outcome = '') = (verified_at IS NULL)")
    case_commitment_mend_dated = Check("outcome <> 'mending' OR mend_by IS NOT NULL")
    case_commitment_done_dark = Check("(outcome IN ('kept', 'broken')) = (light = '')")
