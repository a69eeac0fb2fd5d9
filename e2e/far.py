"""`python -m e2e.far 医药费零星报销 N`: the demo's desk in Shanghai takes in a case of somebody, whom the number makes
another; prints its id. What ran before is over, and nobody is on duty. `python -m e2e.far chain HANDOFF`: of its
recording the chunks, the streams, and whether the chain is whole; `… truth HANDOFF`: what became of it.
`… invite HANDOFF`: the address in the code for the applicant's phone; a picture is nothing a test can scan;
`… sheet CASE`: that in the code for a phone that shoots pages;
`… photo CASE`: the desk shot a page of an ID; `… colleague CASE`: `second` is an officer of its department, too;
`… carries CASE`: its officer left their page a while ago and carries a phone; `… unsent HANDOFF`: what rang there is
given up by who sends it.
"""

import datetime as dt
import io
import json
import sys
from uuid import UUID

from PIL import Image

from backend import cases, clock, db, hints, identity, secrecy
from backend.commands import ground
from backend.crossregion import phone
from backend.crossregion.intake import Seat, take_in
from backend.handoff import guest, recording, recording_look

OVER = """
WITH over AS (UPDATE handoff SET state = 'cancelled', ended_at = $1, due_at = NULL, version = version + 1
  WHERE ended_at IS NULL RETURNING id)
UPDATE handoff_offer SET state = 'rescinded', answered_at = $1
WHERE state = 'ringing' AND handoff IN (SELECT id FROM over)
"""
TRUTH = """
SELECT h.state, h.ended_at IS NOT NULL AS ended,
  (SELECT count(*) FROM handoff_offer o WHERE o.handoff = h.id AND o.state = 'ringing') AS ringing,
  (SELECT count(*) FROM handoff_offer o WHERE o.handoff = h.id AND o.state = 'accepted') AS connected,
  (SELECT coalesce(array_agg(DISTINCT o.state), '{}') FROM handoff_offer o WHERE o.handoff = h.id) AS offers,
  (SELECT count(*) FROM handoff_event e WHERE e.handoff = h.id) AS events,
  (SELECT count(*) FROM handoff_word w WHERE w.handoff = h.id) AS words,
  (SELECT count(*) FROM handoff_duty u WHERE u.state = 'busy' AND h.ended_at IS NOT NULL) AS busy
FROM handoff h WHERE h.id = $1
"""
SECOND = """
UPDATE staff SET must_change = false, password_hash = (SELECT password_hash FROM staff WHERE username = 'officer')
WHERE username = 'second'
"""
CARRIES = """
WITH officer AS (UPDATE staff SET account = (SELECT id FROM account ORDER BY id LIMIT 1)
  WHERE username = 'officer' RETURNING id)
UPDATE handoff_duty SET seen_at = $1 WHERE staff IN (SELECT id FROM officer)
"""
UNSENT = """
UPDATE sms SET state = 'failed', ended_at = $1
WHERE key IN (SELECT 'notice:' || n.id FROM notice n JOIN handoff_offer o ON n.about = o.id WHERE o.handoff = $2)
RETURNING id
"""
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def _number(n: int) -> str:
    body = f"32990019030303{n % 1000:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


async def take(name: str, n: int) -> None:
    """Somebody hands it in themselves."""
    await db.rows(OVER, await clock.now())
    await db.rows("UPDATE handoff_duty SET state = 'away'")
    await db.rows("UPDATE staff SET account = NULL WHERE username = 'officer'")
    [item] = await db.rows("SELECT id FROM item WHERE name = $1", name)
    [desk] = await db.rows("SELECT id FROM staff WHERE username = 'desk'")
    who = identity.Typed("李四喜", "self", "resident", _number(n))
    wanted = cases.Wanted(UUID(str(item["id"])), "shanghai", f"1000090{n:04d}", who)
    print(await take_in(wanted, Seat("self"), UUID(str(desk["id"])), secrecy.fresh_token()))


async def chain(handoff: UUID) -> None:
    """Nothing is changed."""
    its = await recording.recording_of(handoff)
    whole = await recording_look.broken(its) is None
    print(its["next"], its["parts"], "whole" if whole else "broken")


async def truth(handoff: UUID) -> None:
    """Nothing is changed."""
    [row] = await db.rows(TRUTH, handoff)
    print(json.dumps(dict(row)))


async def invite(handoff: UUID) -> None:
    """As the desk does."""
    [desk] = await db.rows("SELECT id FROM staff WHERE username = 'desk'")
    token = secrecy.fresh_token()
    await guest.invite(handoff, token, UUID(str(desk["id"])))
    print(f"/screens/{token}")


async def sheet(case: UUID) -> None:
    """As the desk does."""
    [desk] = await db.rows("SELECT id FROM staff WHERE username = 'desk'")
    token = secrecy.fresh_token()
    await phone.invite(case, token, UUID(str(desk["id"])))
    print(f"/sheets/{token}")


async def photo(case: UUID) -> None:
    """A page of nothing, under the name of an ID."""
    [desk] = await db.rows("SELECT id FROM staff WHERE username = 'desk'")
    page = io.BytesIO()
    Image.new("RGB", (1200, 800), "white").save(page, "JPEG")
    page.seek(0)
    await cases.add_files(case, cases.Asker(staff=desk["id"]), "身份证", [("id.jpg", page)])


async def colleague(case: UUID) -> None:
    """With the password of the first."""
    [its] = await db.rows(
        "SELECT d.code FROM service_case c JOIN department d ON d.id = c.department WHERE c.id = $1", case
    )
    if not await db.rows("SELECT 1 FROM staff WHERE username = 'second'"):
        await identity.add_staff("second", "施审批", [identity.Grant("officer", "department", its["code"])])
        await db.rows(SECOND)


async def carries(case: UUID) -> None:
    """Anybody's, for nothing is to reach it."""
    await db.rows(CARRIES, await clock.now() - dt.timedelta(minutes=5))


async def unsent(handoff: UUID) -> None:
    """As many as there are by now."""
    print(len(await db.rows(UNSENT, await clock.now(), handoff)))


async def _do() -> None:
    what, about = sys.argv[1:]
    asked = {
        "chain": chain, "truth": truth, "invite": invite, "sheet": sheet, "photo": photo,
        "colleague": colleague, "carries": carries, "unsent": unsent,
    }.get(what)  # fmt: skip
    await (asked(UUID(about)) if asked else take(what, int(about)))
    await hints.close()


if __name__ == "__main__":
    with ground.ground():
        ground.run(_do)
