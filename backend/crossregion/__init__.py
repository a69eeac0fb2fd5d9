"""驻沪办事点: what it takes in for the departments at home, and how."""

from backend.crossregion.ask import asked_for
from backend.crossregion.bundle_sitting import sitting_of
from backend.crossregion.certified import ask_to_sign
from backend.crossregion.desk_look import RECORD
from backend.crossregion.eligible import elsewhere, plan
from backend.crossregion.export import export_case
from backend.crossregion.forget import forget
from backend.crossregion.live import met_by
from backend.crossregion.outbox import to_export
from backend.crossregion.phone import phone_of
from backend.crossregion.recorded import recording_text
from backend.crossregion.seat import Party, party_of, usual_of

__all__ = [
    "RECORD",
    "Party",
    "ask_to_sign",
    "asked_for",
    "elsewhere",
    "export_case",
    "forget",
    "met_by",
    "party_of",
    "phone_of",
    "plan",
    "recording_text",
    "sitting_of",
    "to_export",
    "usual_of",
]
