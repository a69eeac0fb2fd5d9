"""正在进行的: the sessions at which who leads or supervises a hall may look on."""

from typing import Any
from uuid import UUID

from backend import db
from backend.handoff.parties import led
from backend.handoff.seats import SESSION

# Nothing of the applicant: that is in the session itself, where whoever opens it is announced.
RUNNING = """
SELECT h.id, h.state, coalesce(h.connected_at, h.asked_at) AS since, i.name AS item_name, l.name AS hall_name,
       l.code AS hall_code, k.name AS clerk_name, d.name AS department_name, o.name AS officer_name
FROM handoff h JOIN item i ON i.id = h.item JOIN hall l ON l.id = h.hall JOIN staff k ON k.id = h.clerk
JOIN department d ON d.id = h.department JOIN staff o ON o.id = h.officer
WHERE h.state = ANY($1) ORDER BY since, h.id
"""


async def running(by: UUID) -> list[dict[str, Any]]:
    """Of the halls that they lead or supervise."""
    return await led(await db.rows(RUNNING, list(SESSION)), by)
