"""The outbox and the inbox are one table: a notice is written with its fact and delivered afterwards."""

from uuid import uuid4

from piccolo.columns import JSONB, UUID, ForeignKey, OnDelete, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from backend.identity.tables import Account, Person


class Notice(Table, tablename="notice"):
    """One thing that an account must be told (通知).

    `facts` holds what the text needs and nothing personal; `due_at` is the timer, `useless_after` the moment from
    which its words would be false; `claimed_until`
    lets another worker take over what a killed one left; `key` keeps one promise from becoming two.
    """

    id = UUID(primary_key=True, default=uuid4)
    account = ForeignKey(Account, on_delete=OnDelete.cascade, null=False, index=False)
    person = ForeignKey(Person, on_delete=OnDelete.cascade, null=True, default=None, index=False)
    kind = Varchar(length=40)
    about = UUID(index=True, default=None)
    key = Varchar(length=120, unique=True)
    facts = JSONB(default="{}")
    title = Varchar(length=80, default="")
    body = Text(default="")
    created_at = Timestamptz()
    due_at = Timestamptz()
    useless_after = Timestamptz(null=True, default=None)
    claimed_until = Timestamptz(null=True, default=None)
    attempts = SmallInt(default=0)
    delivered_at = Timestamptz(null=True, default=None)
    read_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)


RAW_CONSTRAINTS = [
    "CREATE INDEX notice_waiting ON notice (due_at) WHERE delivered_at IS NULL AND withdrawn_at IS NULL",
    "CREATE INDEX notice_inbox ON notice (account, delivered_at DESC) WHERE delivered_at IS NOT NULL",
    "CREATE INDEX notice_unread ON notice (account)"
    " WHERE delivered_at IS NOT NULL AND read_at IS NULL AND withdrawn_at IS NULL",
]
