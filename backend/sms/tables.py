"""Text messages: one row per promise, what happened to each, and how the providers are doing."""

from uuid import uuid4

from piccolo.columns import (
    UUID,
    Bytea,
    ForeignKey,
    Integer,
    OnDelete,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check
from piccolo.table import Table


class Sms(Table, tablename="sms"):
    """One text message (短信). Its `id` is the idempotency key that providers see, its `key` the one that our verbs
    choose. Phone and text are sealed, and erased when nobody needs them any more.

    `due_at` is the timer of the next attempt. `provider` is whom it is given to now (another worker that takes
    over a dead one's claim asks the same one again), null: whose turn it is; `tried` is who failed in this round,
    `rounds` how often all failed, `attempts` how often anybody was asked.
    """

    id = UUID(primary_key=True, default=uuid4)
    key = Varchar(length=160, unique=True)
    kind = Varchar(length=40)
    phone_sealed = Bytea(default=b"")
    text_sealed = Bytea(default=b"")
    state = Varchar(length=12, default="waiting")
    why = Varchar(length=60, default="")
    created_at = Timestamptz()
    due_at = Timestamptz()
    useless_after = Timestamptz(null=True, default=None)
    claimed_until = Timestamptz(null=True, default=None)
    attempts = SmallInt(default=0)
    rounds = SmallInt(default=0)
    provider = Varchar(length=20, null=True, default=None)
    tried = Varchar(length=20, default="")
    sent_at = Timestamptz(null=True, default=None)
    delivered_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)

    sms_state_known = Check(
        "state IN ('waiting', 'sent', 'delivered', 'undelivered', 'failed', 'withdrawn', 'lapsed')"
    )


class SmsEvent(Table, tablename="sms_event"):
    """What happened to a message, or (without one) to a provider. An attempt has `took_ms`, how long the provider
    took to answer. Nothing personal.
    """

    id = UUID(primary_key=True, default=uuid4)
    sms = ForeignKey(Sms, on_delete=OnDelete.cascade, null=True, default=None, index=True)
    provider = Varchar(length=20, default="")
    what = Varchar(length=20)
    from_state = Varchar(length=12, default="")
    to_state = Varchar(length=12, default="")
    took_ms = Integer(null=True, default=None)
    why = Varchar(length=60, default="")
    at = Timestamptz(index=True)


class SmsProvider(Table, tablename="sms_provider"):
    """How a provider is doing, for all workers: `demoted_until` (slow: asked last), `busy_until` (429: not asked)."""

    name = Varchar(length=20, primary_key=True)
    demoted_until = Timestamptz(null=True, default=None)
    busy_until = Timestamptz(null=True, default=None)


# Columns under a key, by how `python -m backend rekey` moves them to the newest: see `backend/commands/keyed.py`.
KEYED: dict[str, str] = {"sms.phone_sealed": "sealed", "sms.text_sealed": "sealed"}
RAW_CONSTRAINTS = [
    "CREATE INDEX sms_waiting ON sms (due_at) WHERE state = 'waiting'",
    "CREATE INDEX sms_latest ON sms (created_at)",
    "CREATE INDEX sms_event_attempts ON sms_event (provider, at) WHERE took_ms IS NOT NULL",
]
