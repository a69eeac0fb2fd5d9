"""上门代办: somebody who cannot come to a hall is visited at home."""

from backend.visits.agree import agree
from backend.visits.ask import Asked, ask, ask_for
from backend.visits.dispatch import reassign, take, widen_all
from backend.visits.stop import pause, resume, terminate, withdraw

__all__ = [
    "Asked",
    "agree",
    "ask",
    "ask_for",
    "pause",
    "reassign",
    "resume",
    "take",
    "terminate",
    "widen_all",
    "withdraw",
]
