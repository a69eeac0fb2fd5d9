"""屏对屏: a citizen at the desk in Shanghai, an officer at home, one case between them."""

from backend.handoff.call_backs import due_count
from backend.handoff.identify import met
from backend.handoff.recording_keep import forget
from backend.handoff.recording_list import export_of
from backend.handoff.recording_list import own as own_recordings
from backend.handoff.sign import ask_to_sign
from backend.handoff.step import overdue, step
from backend.handoff.sweep import sweep, watch

__all__ = [
    "ask_to_sign",
    "due_count",
    "export_of",
    "forget",
    "met",
    "overdue",
    "own_recordings",
    "step",
    "sweep",
    "watch",
]
