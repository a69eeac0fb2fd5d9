"""What really happened, asked of the tables: a deed that changed nothing, or was refused, is no fact."""

from collections import Counter

from backend import db
from backend.refusal import Refusal

HAPPENED = """
SELECT 'hold ' || kind || ' ' || outcome AS fact, count(*) AS n FROM place_hold WHERE ended_at IS NOT NULL GROUP BY 1
UNION ALL SELECT 'booking ' || kind || CASE WHEN by_account IS NOT NULL THEN '' WHEN by_staff IS NOT NULL
    THEN ' by staff' ELSE ' by itself' END, count(*) FROM appointment_event GROUP BY 1
UNION ALL SELECT 'wait ' || kind, count(*) FROM waiting_event GROUP BY 1
UNION ALL SELECT 'pause ' || kind || CASE WHEN p.person_index IS NULL THEN ' of an account' ELSE ' of an ID' END,
    count(*) FROM booking_pause_event e JOIN booking_pause p ON p.id = e.pause GROUP BY 1
UNION ALL SELECT 'closing ' || kind, count(*) FROM closing_event GROUP BY 1
UNION ALL SELECT 'relocation ' || state, count(*) FROM relocation GROUP BY 1
UNION ALL SELECT 'appeal ' || state, count(*) FROM booking_appeal GROUP BY 1
UNION ALL SELECT 'capacity ' || kind, count(*) FROM capacity_event GROUP BY 1
UNION ALL SELECT 'told ' || kind, count(*) FROM notice WHERE delivered_at IS NOT NULL GROUP BY 1
"""
REASONS = {
    "同一个人最多": "active of a person",
    "同一个人一个自然月": "month of a person",
    "一个账号最多": "active of an account",
    "一个账号一个自然月": "month of an account",
    "这个人这一天": "once a day",
    "网上预约要提前": "too soon",
    "现在只能约": "too far ahead",
    "离开始不到": "too late",
    "这个位置已经让给": "lapsed",
}


async def facts() -> Counter[str]:
    """How often each kind of thing happened since the tables were empty."""
    return Counter({row["fact"]: row["n"] for row in await db.rows(HAPPENED)})


def reason(refusal: Refusal) -> str:
    """Why a rule said no, in a few words; its own first words where it is none of those looked for."""
    if type(refusal) is not Refusal:
        return type(refusal).__name__
    sentence = refusal.sentence
    return next((why for begins, why in REASONS.items() if sentence.startswith(begins)), sentence[:12])
