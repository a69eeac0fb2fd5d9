"""Telling people things (通知): promised in the transaction of the fact, delivered by a worker afterwards."""

from backend.notify.deliver import deliver, lag, sweep
from backend.notify.forget import forget
from backend.notify.inbox import inbox, read, read_all, unread
from backend.notify.own_data import erase, export_of
from backend.notify.tell import Promise, tell, withdraw

__all__ = [
    "Promise",
    "deliver",
    "erase",
    "export_of",
    "forget",
    "inbox",
    "lag",
    "read",
    "read_all",
    "sweep",
    "tell",
    "unread",
    "withdraw",
]
