"""Tables of the sync (同步): devices, the records that they seal, the documents of these, and who looked at them."""

from uuid import uuid4

from piccolo.columns import (
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

from backend.identity.tables import Staff

# Public keys, hashes, and what is sealed under SYNC_KEYS (the phone chose the key, so we cannot seal it anew: a key
# stays in SYNC_KEYS as long as records under it are kept).
KEYED = {
    "sync_device.public_key": "keyless",
    "sync_record.hash": "keyless",
    "sync_record.prev": "keyless",
    "sync_record.body": "keyless",
    "sync_record.signature": "keyless",
    "sync_record.receipt_signature": "keyless",
    "sync_attachment.sha256": "keyless",
}
STATES = ("waiting", "stored", "accepted", "quarantined", "settled")


class SyncDevice(Table, tablename="sync_device"):
    """A phone or a computer that seals records. `role`: in which its owner works with it. `public_key`: of the key pair
    whose private half never leaves it. `unsent`, `unsent_since`: what it last said that waits on it. `wiped_at`:
    revoked, it has handed everything over and erased itself.
    """

    id = UUID(primary_key=True, default=uuid4)
    staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=True)
    role = Varchar(length=12, default="agent")
    name = Varchar(length=40)
    public_key = Bytea(default=b"", unique=True)
    created_at = Timestamptz()
    seen_at = Timestamptz(null=True, default=None)
    unsent = Integer(default=0)
    unsent_since = Timestamptz(null=True, default=None)
    skew_seconds = Integer(default=0)
    revoked_at = Timestamptz(null=True, default=None)
    revoked_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    revoked_why = Varchar(length=200, default="")
    wiped_at = Timestamptz(null=True, default=None)


class SyncRecord(Table, tablename="sync_record"):
    """One record as it was sealed on a device. `record` is the device's id of it, `id` ours: two different contents
    under one id are two rows, and neither is lost. `kind`: whose domain opens it (`kinds.KINDS`).

    States: waiting (documents are still to come), stored (all is here, a receipt was given), accepted (opened, and
    what it tells of is done), quarantined (refused; `reason` says why in plain words, `answer` by which HTTP status),
    settled (looked at by the office). `settled_…`: who decided last, tried again or settled, and why. A quarantined
    record counts as work done like any other. `at`: by the device's clock, which may be wrong by `skew_seconds`.
    """

    id = UUID(primary_key=True, default=uuid4)
    record = UUID()
    device = ForeignKey(SyncDevice, on_delete=OnDelete.restrict, null=False, index=False)
    seq = Integer()
    hash = Bytea(default=b"")
    prev = Bytea(default=b"")
    schema = SmallInt()
    kind = Varchar(length=12, default="visit")
    visit = UUID(null=True, default=None)
    at = Timestamptz()
    received_at = Timestamptz()
    skew_seconds = Integer(default=0)
    body = Bytea(default=b"")
    signature = Bytea(default=b"")
    genuine = Boolean(default=True)
    via = Varchar(length=8, default="phone")
    state = Varchar(length=12)
    reason = Varchar(length=200, default="")
    answer = SmallInt(default=200)
    receipt = Text(default="")
    receipt_signature = Bytea(default=b"")
    settled_at = Timestamptz(null=True, default=None)
    settled_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    settled_why = Varchar(length=200, default="")

    sync_record_once = Unique(["record", "hash"])
    sync_record_state_known = Check("state IN ('waiting', 'stored', 'accepted', 'quarantined', 'settled')")


class SyncAttachment(Table, tablename="sync_attachment"):
    """A sealed document that a record names; `held_at`: all of it is here and its hash is right."""

    id = UUID(primary_key=True, default=uuid4)
    row = ForeignKey(SyncRecord, on_delete=OnDelete.cascade, null=False, index=True)
    sha256 = Bytea(default=b"", index=True)
    size = Integer()
    held_at = Timestamptz(null=True, default=None)

    sync_attachment_once = Unique(["row", "sha256"])


class SyncOpening(Table, tablename="sync_opening"):
    """One look. `what`: the photograph's name; empty for the record itself."""

    id = UUID(primary_key=True, default=uuid4)
    row = ForeignKey(SyncRecord, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    what = Varchar(length=80, default="")
