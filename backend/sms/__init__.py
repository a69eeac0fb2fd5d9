"""Text messages (短信): promised in the transaction of the fact, carried out by a worker through a gateway.

The domain knows no other: `identity` sends codes by it, `notify` falls back to it.
"""

from backend.sms.deliver import deliver, lag, sweep
from backend.sms.ending import forget
from backend.sms.look import Counts, Shown, counts, latest, providers
from backend.sms.outcomes import Outcome, outcomes
from backend.sms.own_data import erase, export_of
from backend.sms.send import available, send, withdraw
from backend.sms.tally import tally
from backend.sms.ways import pretending

__all__ = [
    "Counts",
    "Outcome",
    "Shown",
    "available",
    "counts",
    "deliver",
    "erase",
    "export_of",
    "forget",
    "lag",
    "latest",
    "outcomes",
    "pretending",
    "providers",
    "send",
    "sweep",
    "tally",
    "withdraw",
]
