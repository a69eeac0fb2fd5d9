"""Telling people things (通知): promised in the transaction of the fact, delivered by a worker afterwards."""

from backend.notify.acknowledge import acknowledge, opened
from backend.notify.carry import carry
from backend.notify.deliver import deliver, lag, sweep
from backend.notify.devices import devices, revoke, ringable, subscribe
from backend.notify.fallback import fall_back
from backend.notify.forget import forget
from backend.notify.inbox import inbox, read, read_all, unread
from backend.notify.own_data import erase, export_of
from backend.notify.preferences import prefer, preferences
from backend.notify.reach import Reach, reach
from backend.notify.rules import awake, quiet
from backend.notify.tally import due, tally
from backend.notify.tell import Promise, tell, withdraw
from backend.notify.trial import trial, try_out

__all__ = [
    "Promise",
    "Reach",
    "acknowledge",
    "awake",
    "carry",
    "deliver",
    "devices",
    "due",
    "erase",
    "export_of",
    "fall_back",
    "forget",
    "inbox",
    "lag",
    "opened",
    "prefer",
    "preferences",
    "quiet",
    "reach",
    "read",
    "read_all",
    "revoke",
    "ringable",
    "subscribe",
    "sweep",
    "tally",
    "tell",
    "trial",
    "try_out",
    "unread",
    "withdraw",
]
