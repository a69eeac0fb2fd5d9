"""How long an officer waits for the work list, and for a search, with 100,000 cases in the city: p95 in ms over HTTP
with the whole real path (session, rights, SQL, page), against the same page with the list of a department without any.
"""

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx

from backend import clock, db, identity, reference, secrecy
from backend.cases import views
from backend.identity.sessions import open_session
from backend.identity.tables import Staff, StaffRole
from backend.pager import PAGE
from backend.settings import settings
from tests.bench.ground import PORT, ground, web

CASES, OPEN_EACH, TIMES, WARM = 100_000, 12, 120, 10
# Every twelfth is open; the departments share them as they come, the busiest (the first) takes a fifth.
FILL = """
INSERT INTO service_case (id, number, password_sealed, token_hash, channel, item, department, hall, name_sealed,
  id_type, id_sealed, person_index, phone_sealed, state, received_at, accepted_at, promised_days, promised_unit,
  promised_due, light)
SELECT gen_random_uuid(), 'B' || lpad(n::text, 19, '0'), $1, decode(md5(n::text), 'hex'), '1', i.id, d.id, h.id, $1,
  'resident', $2, decode(md5((n % 40000)::text), 'hex'), $3,
  CASE WHEN n % $4 = 0 THEN 'accepted' ELSE 'filed' END, now() - n * interval '90 s', now() - n * interval '90 s', 5,
  'working', now() + (n % 5000 - 1000) * interval '20 min', 'green'
FROM generate_series(1, $5) n
JOIN LATERAL (SELECT id FROM item ORDER BY code OFFSET n % 60 LIMIT 1) i ON true
JOIN LATERAL (SELECT id FROM department ORDER BY code
  OFFSET CASE WHEN n / $4 % 5 = 0 THEN 0 ELSE n / $4 % (SELECT count(*) FROM department) END LIMIT 1) d ON true
JOIN LATERAL (SELECT id FROM hall ORDER BY code OFFSET n % (SELECT count(*) FROM hall) LIMIT 1) h ON true
"""
HISTORY = """
INSERT INTO case_event (id, "case", at, kind, to_state, says) SELECT gen_random_uuid(), id, received_at, k, state, '{}'
FROM service_case, unnest(ARRAY['received', 'accepted', 'checked']) k
"""


async def list_() -> dict[str, Any]:
    """The busiest department's officer: the list, and a search by number and by ID."""
    async with ground():
        await reference.load(settings().reference)
        await _fill()
        busy, idle = await _officer("0"), await _officer("none")
        await _show_plan()
        async with web():
            spans = await _measure(await _cookie(busy), await _cookie(idle))
    worst = max(spans["list"], spans["number"], spans["id"])
    return {
        "value": round(worst, 1), "unit": "ms (p95)", "limit": round(spans["empty"], 1), "limit_by": "the empty list",
        "goal": 100, "cases": CASES, **{name: round(span, 1) for name, span in spans.items()},
    }  # fmt: skip


async def _fill() -> None:
    sealed = (secrecy.seal("李四喜"), secrecy.seal("320681190001010000"), secrecy.seal("10000000000"))
    await db.rows(FILL, *sealed, OPEN_EACH, CASES)
    await db.rows(HISTORY)
    index = identity.any_id_indexes("320681190001010000")[0]
    await db.rows("UPDATE service_case SET person_index = $1 WHERE number LIKE '%00777'", index)
    for table in ("service_case", "case_event"):
        await db.rows(f"ANALYZE {table}")


async def _officer(which: str) -> UUID:
    """Of the busiest department, or of none."""
    [code] = [row["code"] for row in await db.rows("SELECT code FROM department ORDER BY code LIMIT 1")]
    one = Staff(
        username=f"officer-{which}",
        name="审批",
        password_hash="-",
        created_at=await clock.now(),
        must_change=False,
    )
    await Staff.insert(one)
    scope = code if which == "0" else "none"
    await StaffRole.insert(StaffRole(staff=one.id, role="officer", scope_kind="department", scope=scope))
    return UUID(str(one.id))


async def _cookie(by: UUID) -> str:
    async with db.transaction():
        return await open_session(await clock.now(), "bench", staff=by)


async def _show_plan() -> None:
    """The plans of the list, of what arrived and of a search, to stderr."""
    chosen = f"FROM service_case c WHERE {views.THEIRS} AND c.state IN {views.GROUPS['open']}"
    [one] = await db.rows("SELECT id, code FROM department ORDER BY code LIMIT 1")
    theirs: tuple[Any, ...] = (False, [one["id"]], [])
    plans: list[tuple[str, tuple[Any, ...]]] = [
        (f"SELECT c.id {chosen} ORDER BY {views.DUE} LIMIT {PAGE}", theirs),
        (views.ARRIVED, (False, [one["code"]])),
        (f"SELECT c.id {views.FOUND} ORDER BY c.received_at DESC, c.id LIMIT {PAGE}",
         (*theirs, f"B{CASES // 2:019d}", identity.any_id_indexes("320681190001010000"))),
    ]  # fmt: skip
    for sql, values in plans:
        for row in await db.rows(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", *values):
            print(row["QUERY PLAN"], file=sys.stderr)


async def _measure(busy: str, idle: str) -> dict[str, float]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", trust_env=False, timeout=30) as client:

        def get(cookie: str) -> Callable[[], Any]:
            return lambda: client.get("/console/cases", headers={"cookie": f"session={cookie}"})

        def search(words: str) -> Callable[[], Any]:
            head = {"cookie": f"session={busy}", "sec-fetch-site": "same-origin"}
            return lambda: client.post("/console/cases/search", data={"q": words}, headers=head)

        asked = {
            "list": get(busy), "empty": get(idle), "number": search(f"B{CASES // 2:019d}"),
            "id": search("320681190001010000"),
        }  # fmt: skip
        return {name: await _p95(one) for name, one in asked.items()}


async def _p95(ask: Callable[[], Any]) -> float:
    spans = []
    for _ in range(WARM + TIMES):
        began = time.perf_counter()
        answer = await ask()
        spans.append((time.perf_counter() - began) * 1000)
        if answer.status_code not in (200, 303):
            raise RuntimeError(f"{answer.status_code}: {answer.text[:300]}")
    return statistics.quantiles(spans[WARM:], n=20)[18]
