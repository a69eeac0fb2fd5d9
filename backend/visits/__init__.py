"""上门代办: somebody who cannot come to a hall is visited at home."""

from backend.visits.agree import agree
from backend.visits.ask import Asked, ask, ask_for
from backend.visits.calls import call, sampled, unmask
from backend.visits.dispatch import reassign, take, widen_all
from backend.visits.done import DoneFacts, Photo, Powers, Unplanned, complete_from_record
from backend.visits.forget import forget
from backend.visits.mandate import Terms, revoke, revoke_own, sign
from backend.visits.news import unread_count
from backend.visits.own_data import erase, export_of
from backend.visits.phone_look import RECORD
from backend.visits.result import deliver, rate, submit
from backend.visits.signed import Paper
from backend.visits.stop import pause, resume, terminate, withdraw
from backend.visits.timeline import happened, things_of
from backend.visits.today import Planned, today

__all__ = [
    "RECORD",
    "Asked",
    "DoneFacts",
    "Paper",
    "Photo",
    "Planned",
    "Powers",
    "Terms",
    "Unplanned",
    "agree",
    "ask",
    "ask_for",
    "call",
    "complete_from_record",
    "deliver",
    "erase",
    "export_of",
    "forget",
    "happened",
    "pause",
    "rate",
    "reassign",
    "resume",
    "revoke",
    "revoke_own",
    "sampled",
    "sign",
    "submit",
    "take",
    "terminate",
    "things_of",
    "today",
    "unmask",
    "unread_count",
    "widen_all",
    "withdraw",
]
