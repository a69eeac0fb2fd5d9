"""Staff are told: written with the fact, shown on every page of the console until it is read. Staff have no inbox and
no telephone here; their page of visits is where they look.
"""

from typing import Any
from uuid import UUID, uuid4

from backend import clock, db
from backend.refusal import NotFound
from backend.visits.news_tables import VisitNews

MISSING = "没有找到这条消息，请刷新后再试"
THEIRS = "SELECT 1 FROM visit_news WHERE staff = $1 AND id = ANY($2)"
# Who may take it in its circle, and was not told yet; see `dispatch`.
ASKED = """
SELECT DISTINCT s.id FROM visit v JOIN village g ON g.id = v.village JOIN hall h ON h.id = g.hall
JOIN staff_role r ON
  (r.role = 'agent' AND (r.scope_kind = 'all' OR r.scope_kind = 'village'
     AND (r.scope = g.code OR v.circle >= 2 AND r.scope = ANY(g.neighbours::text[]))))
  OR (v.circle >= 3 AND r.role IN ('agent', 'clerk', 'manager') AND r.scope_kind = 'hall' AND r.scope = h.code)
JOIN staff s ON s.id = r.staff AND s.disabled_at IS NULL
WHERE v.id = $1 AND NOT EXISTS (SELECT 1 FROM visit_news n WHERE n.staff = s.id AND n.visit = v.id AND n.kind = 'asked')
"""
# Somebody else took it, or it is no more: who was asked need not hear of it.
LIVE = "n.staff = $1 AND n.read_at IS NULL AND (n.kind <> 'asked' OR v.state = 'requested')"
COUNT = f"SELECT count(*) AS n FROM visit_news n JOIN visit v ON v.id = n.visit WHERE {LIVE}"  # noqa: S608  # ours
UNREAD = f"""
SELECT n.id, n.visit, n.kind, n.at, e.why, i.name AS item_name, g.name AS village_name
FROM visit_news n JOIN visit v ON v.id = n.visit JOIN visit_event e ON e.id = n.event
JOIN item i ON i.id = v.item JOIN village g ON g.id = v.village WHERE {LIVE} ORDER BY n.at DESC, n.id LIMIT 50
"""  # noqa: S608  # put together from our own constants


async def tell(visit: UUID, kind: str, event: UUID, asker: UUID | None, was: Any = None) -> None:
    """A part: those who go there hear of it, but never who did it."""
    found = {staff: what for staff, what in (await _whom(visit, kind, was)).items() if staff != asker}
    now = await clock.now()
    rows = [
        VisitNews(id=uuid4(), staff=staff, visit=visit, event=event, kind=what, at=now)
        for staff, what in found.items()
    ]
    if rows:
        await VisitNews.insert(*rows)


async def _whom(visit: UUID, kind: str, was: UUID | None) -> dict[UUID, str]:
    if kind in ("requested", "widened"):
        return {row["id"]: "asked" for row in await db.rows(ASKED, visit)}
    if kind not in ("reassigned", "withdrawn", "paused", "terminated"):
        return {}
    [row] = await db.rows("SELECT agent FROM visit WHERE id = $1", visit)
    now = {row["agent"]: "given" if kind == "reassigned" else kind} if row["agent"] else {}
    return {**({was: "gone"} if was else {}), **now}


async def unread_count(staff: UUID | None, roles: frozenset[str]) -> int:
    """How much there is to read; asks only for whom there can be any."""
    if staff is None or not roles & {"agent", "clerk", "manager"}:
        return 0
    return int((await db.rows(COUNT, staff))[0]["n"])


async def unread(staff: UUID) -> list[dict[str, Any]]:
    """What they have not read, the latest first."""
    return await db.rows(UNREAD, staff)


@db.retrying
async def read(by: UUID, news: list[UUID]) -> None:
    """These are read; what came meanwhile is not. Refuses: NotFound, what nobody told them."""
    async with db.transaction():
        if len(await db.rows(THEIRS, by, news)) < len(set(news)):
            raise NotFound(MISSING)
        seen = VisitNews.update({VisitNews.read_at: await clock.now()}).where(
            VisitNews.staff == by, VisitNews.read_at.is_null()
        )
        if news:
            await seen.where(VisitNews.id.is_in(news))
