"""Tables of delivery (送达): a result on its way to its applicant and how that ended, and the files of a result."""

from uuid import uuid4

from piccolo.columns import UUID, Bytea, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from backend.cases.tables import Case
from backend.identity.tables import Staff


class Mailing(Table, tablename="case_mailing"):
    """A result that the courier has, with its number (邮件号). States: sent (寄送中), arrived (签收了), back (退回).

    `signer`: who signed for it, self or agent (代收人), as the courier says, and then `receiver_sealed` is their name;
    empty where the applicant said so themselves. `why`: why it came back.
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, on_delete=OnDelete.restrict, null=False, index=True)
    courier = Varchar(length=20)
    mail_no = Varchar(length=30)
    state = Varchar(length=8, default="sent")
    sent_at = Timestamptz()
    sent_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    ended_at = Timestamptz(null=True, default=None)
    ended_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    signer = Varchar(length=8, default="")
    receiver_sealed = Bytea(default=b"")
    why = Varchar(length=400, default="")

    case_mailing_state_known = Check("state IN ('sent', 'arrived', 'back')")
    case_mailing_whole = Check("courier <> '' AND mail_no <> '' AND (state = 'sent') = (ended_at IS NULL)")
    case_mailing_signer_known = Check("signer IN ('', 'self', 'agent')")
    case_mailing_reasoned = Check("(state = 'back') = (why <> '')")


class Result(Table, tablename="case_result"):
    """A file of the result (结果文件: 证照, 批文): named by its content (`sha256`, see `backend.files`). One that was
    taken away, or whose decision was revoked (`removed_at`), stays written down and is not shown any more.
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, on_delete=OnDelete.restrict, null=False, index=True)
    name = Varchar(length=80)
    sha256 = Varchar(length=64)
    size = Integer()
    type = Varchar(length=40)
    added_at = Timestamptz()
    added_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    removed_at = Timestamptz(null=True, default=None)

    case_result_whole = Check("name <> '' AND sha256 <> '' AND size > 0 AND type <> ''")


KEYED: dict[str, str] = {"case_mailing.receiver_sealed": "sealed"}
RAW_CONSTRAINTS = [
    "CREATE UNIQUE INDEX case_mailing_once ON case_mailing (\"case\") WHERE state = 'sent'",
    # The same file sent twice is one.
    'CREATE UNIQUE INDEX case_result_once ON case_result ("case", sha256) WHERE removed_at IS NULL',
]
