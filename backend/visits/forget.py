"""What visits no longer keep, by `retention.toml`. A 委托书 that led to a case is kept with it (档案法)."""

import datetime as dt

from backend import db, retention
from backend.visits import photos

FORGET = {
    "visits": """
UPDATE visit SET name_sealed = '', phone_sealed = '', address_sealed = '', note = '', rating_words = '' WHERE id IN (
  SELECT id FROM visit WHERE state IN ('delivered', 'withdrawn', 'terminated') AND length(name_sealed) > 0
  AND coalesce(delivered_at, requested_at) < $1 LIMIT $2) RETURNING id""",
    "visits told": """
DELETE FROM visit_news WHERE id IN (SELECT id FROM visit_news WHERE at < $1 LIMIT $2) RETURNING id""",
    "visits signed": """
UPDATE visit_record SET signature_sealed = '', note = '' WHERE id IN (
  SELECT id FROM visit_record WHERE received_at < $1 AND length(signature_sealed) > 0 LIMIT $2) RETURNING id""",
    "visits without a case": """
DELETE FROM visit_mandate WHERE id IN (SELECT m.id FROM visit_mandate m JOIN visit v ON v.id = m.visit
  WHERE m.signed_at < $1 AND v."case" IS NULL LIMIT $2) RETURNING id""",
}


# A case keeps its own papers.
PHOTOS = """
DELETE FROM visit_photo WHERE id IN (SELECT p.id FROM visit_photo p JOIN visit v ON v.id = p.visit
  WHERE v.state IN ('delivered', 'withdrawn', 'terminated') AND coalesce(v.delivered_at, v.requested_at) < $1
  LIMIT $2) RETURNING sha256"""


async def forget(now: dt.datetime) -> int:
    """One batch; how many rows."""
    shot = await db.rows(PHOTOS, retention.before(now, "visits"), retention.BATCH)
    await photos.drop([row["sha256"] for row in shot])
    return len(shot) + await retention.forget(FORGET, now)
