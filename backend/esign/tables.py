"""What was asked of the service for electronic signatures."""

from uuid import uuid4

from piccolo.columns import UUID, Bytea, ForeignKey, OnDelete, SmallInt, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from backend.identity.tables import Staff


class SigningRequest(Table, tablename="signing_request"):
    """Somebody is asked to sign one document (its SHA-256 as `hash`) at the `provider`, until then: of which `kind` it
    is, and `about` which row of the domain that asked; who has to sign, and the address where they do (sealed, and gone
    with the end); who asked. `next_at`: when the provider is asked next; `why`: a code of `words.py`.
    """

    id = UUID(primary_key=True, default=uuid4)
    kind = Varchar(length=20)
    about = UUID(index=True)
    hash = Varchar(length=64)
    title = Varchar(length=120)
    name_sealed = Bytea(null=True, default=None)
    id_type = Varchar(length=20)
    id_sealed = Bytea(null=True, default=None)
    provider = Varchar(length=20)
    address_sealed = Bytea(null=True, default=None)
    staff = ForeignKey(Staff, on_delete=OnDelete.set_null, null=True, default=None, index=False)
    state = Varchar(length=10, default="waiting")
    why = Varchar(length=40, default="")
    tries = SmallInt(default=0)
    asked_at = Timestamptz()
    until = Timestamptz()
    next_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)

    signing_request_state_known = Check("state IN ('waiting', 'signed', 'failed', 'lapsed', 'cancelled')")
    signing_request_ends = Check(
        "(state = 'waiting') = (ended_at IS NULL) AND (state = 'waiting') = (next_at IS NOT NULL)"
        " AND (state = 'waiting' OR coalesce(name_sealed, id_sealed, address_sealed) IS NULL)"
    )


KEYED: dict[str, str] = {
    "signing_request.name_sealed": "sealed",
    "signing_request.id_sealed": "sealed",
    "signing_request.address_sealed": "sealed",
}
RAW_CONSTRAINTS = [
    "CREATE UNIQUE INDEX signing_request_one ON signing_request (kind, about) WHERE state = 'waiting'",
    "CREATE INDEX signing_request_due ON signing_request (next_at) WHERE next_at IS NOT NULL",
]
