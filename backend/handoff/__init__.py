"""屏对屏: a citizen at the desk in Shanghai, an officer at home, one case between them."""

from backend.handoff.step import overdue, step

__all__ = ["overdue", "step"]
