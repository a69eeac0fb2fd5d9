"""要屏对屏的事: before it is handed on, somebody who decides it has seen the applicant. Who knows that says so here."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from backend.crossregion.eligible import Plan
from backend.refusal import Refusal

Met = Callable[[UUID], Awaitable[bool]]
MET: list[Met] = []


def met_by(asked: Met) -> None:
    """A domain knows whether the applicant of a case was seen, or need not be."""
    if asked not in MET:
        MET.append(asked)


async def to_meet(case: UUID, planned: Plan) -> str:
    """Why somebody still has to see the applicant; empty where nobody has to any more."""
    return "" if not planned.live or any([await met(case) for met in MET]) else planned.live


async def require_met(intake: dict[str, Any], planned: Plan) -> None:
    """A part of the hand-over. Refuses: a matter for which somebody still has to see the applicant."""
    if why := await to_meet(intake["case"], planned):
        raise Refusal(f"这件事要先屏对屏（{why}）：请启东接通，两边都核对了身份，再交")
