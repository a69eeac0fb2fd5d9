"""What an account chose for each group of kinds: whether phones ring, and whether an SMS follows."""

from typing import Any
from uuid import UUID

from backend import clock, db
from backend.notify.rules import rules
from backend.notify.tables import NoticePreference

WRITE = """
INSERT INTO notice_preference (id, account, "group", push, sms, changed_at)
SELECT gen_random_uuid(), $1, u.name, u.push, u.sms, $2 FROM unnest($3::text[], $4::boolean[], $5::boolean[])
  AS u (name, push, sms)
ON CONFLICT (account, "group") DO UPDATE SET push = excluded.push, sms = excluded.sms, changed_at = excluded.changed_at
"""


async def preferences(by: UUID) -> list[dict[str, Any]]:
    """Each group with its words, what was chosen, and the kinds that reach one by SMS whatever was chosen."""
    rows = await NoticePreference.select().where(NoticePreference.account == by)
    chosen = {row["group"]: row for row in rows}
    return [_shown(name, chosen.get(name, {"push": True, "sms": False})) for name in rules().groups]


def _shown(name: str, chosen: dict[str, Any]) -> dict[str, Any]:
    group, kinds = rules().groups[name], rules().kinds_of(name)
    must = [kind.name for kind in kinds if kind.must_reach]
    return {
        "name": name,
        "title": group.title,
        "line": group.line,
        "push": chosen["push"],
        "sms": chosen["sms"] or len(must) == len(kinds),
        "must": must,
        "all_must": len(must) == len(kinds),
    }


async def prefer(by: UUID, push: set[str], sms: set[str]) -> None:
    """Ring for these groups, write for these, and no longer for the others. Groups that nobody knows are nothing;
    what must reach goes by SMS all the same.
    """
    groups = list(rules().groups)
    chosen = [[name in push for name in groups], [name in sms for name in groups]]
    await db.rows(WRITE, by, await clock.now(), groups, *chosen)
