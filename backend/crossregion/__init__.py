"""驻沪办事点: what it takes in for the departments at home, and how."""

from backend.crossregion.ask import asked_for
from backend.crossregion.eligible import elsewhere, plan

__all__ = ["asked_for", "elsewhere", "plan"]
