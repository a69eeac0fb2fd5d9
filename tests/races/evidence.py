"""What is on record of a session: papers, words, who was known, statements, the signature, the recording, events."""

from uuid import UUID

from backend import cases, db
from backend.handoff import recording, words
from backend.handoff.recording_chunks import WEBM
from tests.handoff.meeting import Meeting
from tests.handoff.recorded import Sitting
from tests.handoff.sides import Sides

KEPT = """
SELECT 'event ' || id FROM handoff_event WHERE handoff = $1
UNION ALL SELECT 'word ' || w::text FROM handoff_word w WHERE handoff = $1
UNION ALL SELECT 'statement ' || s::text FROM handoff_statement s WHERE handoff = $1
UNION ALL SELECT concat_ws(' ', 'signed', desk_saw_at, officer_saw_at, record_way, record_hash, signed_at,
  record_sealed) FROM handoff_sitting WHERE handoff = $1
UNION ALL SELECT 'chunk ' || k::text FROM handoff_chunk k JOIN handoff_recording r ON r.id = k.recording
  WHERE r.handoff = $1
UNION ALL SELECT concat_ws(' ', 'paper', p.id, p.name, p.sha256, p.added_at)
  FROM case_paper p JOIN handoff h ON h."case" = p."case" WHERE h.id = $1
"""


async def kept(handoff: UUID) -> set[str]:
    """Everything, line by line."""
    return {str(row["?column?"]) for row in await db.rows(KEPT, handoff)}


async def lay(handoff: UUID, at: Sides, officer: UUID) -> None:
    """They speak: a paper, words, both know the applicant, who says everything and signs."""
    await cases.add_paper(at.case, at.desk, "申请表", 1, 0)
    await words.write(handoff, "请把身份证翻到背面", officer)
    await Meeting(handoff, at.case, at.desk, officer).signed()


async def film(handoff: UUID, at: Sides, officer: UUID) -> None:
    """Both agreed, and two chunks have come."""
    await recording.ask(handoff, at.desk)
    await recording.answer(handoff, True, "aloud", at.desk)
    await recording.answer(handoff, True, "window", officer)
    await Sitting(at, handoff, officer).send(WEBM + b"one", b"two")
