"""问一问: what the applicant asks about a case, and what is answered: both are events of it, so that they stand in its
history, and the answer is told like any other step.
"""

from functools import partial
from typing import Any
from uuid import UUID

from backend import db, hints
from backend.cases.askers import MISSING, TAKERS, may
from backend.cases.record import Asker, locked, record
from backend.refusal import NotFound, Refusal

MOST = 3  # questions of one case that wait for their answer
WORDS = "请写明想问什么"
ANSWER = "请写明怎么回答"
PATIENT = "前面问的还没有回答，等有了回答再问"
ANSWERED = "这个问题已经有人回答了"
OVER = "已经归档，有事请打电话问"
UNANSWERED = """e.kind = 'asked' AND NOT EXISTS (SELECT 1 FROM case_event a WHERE a."case" = e."case"
  AND a.kind = 'answered' AND a.says->>'question' = e.id::text)"""
ASKED = f'EXISTS (SELECT 1 FROM case_event e WHERE e."case" = c.id AND {UNANSWERED})'  # noqa: S608  # our own words
OPEN = f'SELECT e.id FROM case_event e WHERE e."case" = $1 AND {UNANSWERED} ORDER BY e.at'  # noqa: S608


@db.retrying
async def ask_about(case: UUID, words: str, by: UUID) -> None:
    """The applicant asks; whoever took the case in is told at once. Refuses: NotFound, nothing said, MOST questions
    that wait, a case that is filed.
    """
    if not words:
        raise Refusal(WORDS)
    async with db.transaction():
        found = await locked(case)
        if found["account"] != by:
            raise NotFound(MISSING)
        _not_filed(found)
        if len(await db.rows(OPEN, case)) >= MOST:
            raise Refusal(PATIENT)
        await record(case, "asked", found["state"], found["state"], Asker(account=by), words)
        db.after_commit(partial(hints.publish, f"hall:{found['hall_code']}"))


@db.retrying
async def answer(case: UUID, question: UUID, words: str, by: UUID) -> None:
    """Where it was taken in, or decided, somebody answers. Refuses: Denied, NotFound, nothing said, a question that has
    its answer, a case that is filed.
    """
    if not words:
        raise Refusal(ANSWER)
    async with db.transaction():
        found = await locked(case)
        await may(found, by, *TAKERS)
        _not_filed(found)
        if question not in [row["id"] for row in await db.rows(OPEN, case)]:
            raise Refusal(ANSWERED)
        await record(
            case, "answered", found["state"], found["state"], Asker(staff=by), words, question=f"{question}"
        )


def _not_filed(case: dict[str, Any]) -> None:
    if case["state"] == "filed":
        raise Refusal(OVER)


def unanswered(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions among the events of a case that wait for their answer, the first one first."""
    done = {event["says"].get("question") for event in events if event["kind"] == "answered"}
    return [event for event in reversed(events) if event["kind"] == "asked" and f"{event['id']}" not in done]
