"""The outbox and the inbox are one table: a notice is written with its fact and delivered afterwards. What goes
beyond the inbox is one row for each notice and target (`Dispatch`), written when the notice arrives there.
"""

from uuid import uuid4

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    Bytea,
    ForeignKey,
    OnDelete,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.identity.tables import Account, Person, Session


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


class PushSubscription(Table, tablename="push_subscription"):
    """A browser that lets us ring it, of one account and for as long as one session.

    Endpoint and keys are sealed: whoever holds them can tell a phone from all others. `key_id` is the VAPID key
    that it was made with: only that key may ring it. `revoked_why`: by-owner, gone (its push service says so),
    signed-out, replaced.
    """

    id = UUID(primary_key=True, default=uuid4)
    account = ForeignKey(Account, on_delete=OnDelete.cascade, null=False, index=False)
    session = ForeignKey(Session, on_delete=OnDelete.cascade, null=False, index=True)
    endpoint_hash = Bytea(default=b"", unique=True)
    sealed = Bytea(default=b"")
    key_id = SmallInt(default=0)
    device = Varchar(length=80, default="")
    created_at = Timestamptz()
    seen_at = Timestamptz()
    revoked_at = Timestamptz(null=True, default=None)
    revoked_why = Varchar(length=12, default="")


class Dispatch(Table, tablename="dispatch"):
    """One sending of a notice through a channel (push, sms) to a target: the timer, and what became of it.

    `id` is also the word by which a phone says that it showed it: random, told to that phone alone, in no log.
    `topic` lets a later copy replace an earlier one at the push service and on the screen. `due_at` is the timer,
    moved by quiet hours, back-off and `Retry-After`; `until_at` the moment from which it is not worth sending.
    """

    id = UUID(primary_key=True, default=uuid4)
    notice = ForeignKey(Notice, on_delete=OnDelete.cascade, null=False, index=False)
    channel = Varchar(length=8)
    subscription = ForeignKey(PushSubscription, on_delete=OnDelete.cascade, null=True, index=True)
    topic = UUID(default=None)
    urgent = Boolean(default=False)
    created_at = Timestamptz()
    due_at = Timestamptz()
    until_at = Timestamptz(null=True, default=None)
    claimed_until = Timestamptz(null=True, default=None)
    attempts = SmallInt(default=0)
    state = Varchar(length=12, default="waiting")
    error = Varchar(length=40, default="")
    sent_at = Timestamptz(null=True, default=None)
    shown_at = Timestamptz(null=True, default=None)
    opened_at = Timestamptz(null=True, default=None)

    dispatch_channel_known = Check("channel IN ('push', 'sms')")
    dispatch_push_has_a_target = Check("(channel = 'push') = (subscription IS NOT NULL)")
    dispatch_state_known = Check(
        "state IN ('waiting', 'sent', 'gone', 'refused', 'failed', 'exhausted',"
        " 'late', 'merged', 'read', 'spared', 'withdrawn', 'ended')"
    )


class NoticePreference(Table, tablename="notice_preference"):
    """What an account chose for a group of kinds (`notices.toml`); without a row: push, and SMS where it must be."""

    id = UUID(primary_key=True, default=uuid4)
    account = ForeignKey(Account, on_delete=OnDelete.cascade, null=False, index=False)
    group = Varchar(length=20)
    push = Boolean(default=True)
    sms = Boolean(default=False)
    changed_at = Timestamptz()

    notice_preference_once = Unique([account, group])


# Columns under a key, by how `python -m backend rekey` moves them to the newest: see `backend/commands/keyed.py`.
KEYED: dict[str, str] = {"push_subscription.sealed": "sealed", "push_subscription.endpoint_hash": "keyless"}
RAW_CONSTRAINTS = [
    "CREATE INDEX notice_waiting ON notice (due_at) WHERE delivered_at IS NULL AND withdrawn_at IS NULL",
    "CREATE INDEX notice_inbox ON notice (account, delivered_at DESC) WHERE delivered_at IS NOT NULL",
    "CREATE INDEX notice_unread ON notice (account)"
    " WHERE delivered_at IS NOT NULL AND read_at IS NULL AND withdrawn_at IS NULL",
    "CREATE INDEX notice_by_arrival ON notice (delivered_at) WHERE delivered_at IS NOT NULL",
    # By time, for counting the last hour: a hundredth of a tree's size, and next to nothing to keep.
    "CREATE INDEX notice_by_time ON notice USING brin (created_at)",
    "CREATE INDEX dispatch_by_time ON dispatch USING brin (created_at)",
    "CREATE INDEX notice_by_account_about ON notice (account, about)",
    "CREATE INDEX push_subscription_live ON push_subscription (account) WHERE revoked_at IS NULL",
    "CREATE UNIQUE INDEX dispatch_once_push ON dispatch (notice, subscription) WHERE channel = 'push'",
    "CREATE UNIQUE INDEX dispatch_once_sms ON dispatch (notice) WHERE channel = 'sms'",
    "CREATE INDEX dispatch_waiting ON dispatch (channel, urgent DESC, due_at) WHERE state = 'waiting'",
    "CREATE INDEX dispatch_unseen ON dispatch (notice) WHERE state IN ('waiting', 'sent') AND shown_at IS NULL",
]
