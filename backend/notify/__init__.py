"""Telling people things (通知): promised in the transaction of the fact, delivered by a worker afterwards."""

from backend.notify.carry import carry
from backend.notify.deliver import deliver, lag, sweep
from backend.notify.devices import devices, revoke, subscribe
from backend.notify.inbox import inbox, read, read_all, unread
from backend.notify.rules import awake, quiet
from backend.notify.tell import Promise, tell, withdraw

__all__ = [
    "Promise",
    "awake",
    "carry",
    "deliver",
    "devices",
    "inbox",
    "lag",
    "quiet",
    "read",
    "read_all",
    "revoke",
    "subscribe",
    "sweep",
    "tell",
    "unread",
    "withdraw",
]
