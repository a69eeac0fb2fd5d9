"""Where originals are: every one in exactly one place, and who works there."""

from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec

from backend import db, identity
from backend.cases.askers import TAKERS
from backend.refusal import Refusal

SETTLED = ("returned", "kept", "lost")
NOWHERE = "没有找到这个地方，请重新选"
ENDED = ("delivered", "declined", "withdrawn", "terminated", "returned", "revoked")
# Of a case `c`: an original that is somewhere else than with its applicant, in the file, or known to be lost.
OUT = f"""EXISTS (SELECT 1 FROM case_paper p WHERE p."case" = c.id AND p.form = 'paper' AND p.removed_at IS NULL
  AND p.originals > (SELECT count(*) FROM custody_original o WHERE o.paper = p.id AND o.place IN {SETTLED}))"""  # noqa: S608  # our own words
OWED = f"c.state IN {ENDED} AND {OUT}"
PLACE = """
SELECT 'hall' AS kind, id, code, name FROM hall WHERE $1 = 'hall' AND code = $2
UNION ALL SELECT 'department', id, code, name FROM department WHERE $1 = 'department' AND code = $2
"""
# One that was never handed over has no row yet: it lies in the hall that took the case in.
ORIGINALS = """
SELECT p.id AS paper, p.name, p.originals, n AS position, coalesce(o.place, 'hall') AS place,
       coalesce(o.damaged, false) AS damaged, coalesce(o.since, p.added_at) AS since,
       coalesce(h.name, d.name, '') AS at_name, coalesce(h.code, d.code, '') AS at_code, k.id AS parcel,
       k.number, k.state, k.way, k.tracking, k.to_kind, k.sent_at, coalesce(th.name, td.name, '申请人') AS to_name
FROM case_paper p JOIN service_case c ON c.id = p."case" CROSS JOIN generate_series(1, p.originals) AS n
LEFT JOIN custody_original o ON o.paper = p.id AND o.position = n
LEFT JOIN hall h ON h.id = CASE WHEN o.id IS NULL THEN c.hall ELSE o.hall END
LEFT JOIN department d ON d.id = o.department
LEFT JOIN custody_parcel k ON k.id = o.parcel
LEFT JOIN hall th ON th.id = k.to_hall LEFT JOIN department td ON td.id = k.to_department
WHERE p."case" = $1 AND p.form = 'paper' AND p.removed_at IS NULL ORDER BY p.name, p.added_at, p.id, n
"""


class Place(msgspec.Struct, frozen=True):
    """A hall or a department (`kind`), as a page names it: `hall:city`."""

    kind: str
    id: UUID
    code: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"

    def columns(self, prefix: str = "") -> dict[str, UUID | None]:
        """The two columns that say so."""
        return {f"{prefix}{kind}": self.id if kind == self.kind else None for kind in ("hall", "department")}


class Spot(msgspec.Struct, frozen=True):
    """So many originals of one paper that are at one place."""

    paper: UUID
    name: str
    count: int
    damaged: int
    row: dict[str, Any]

    @property
    def at(self) -> str:
        """The hall or department as a page names it; empty where they lie in none."""
        return f"{self.row['place']}:{self.row['at_code']}" if self.row["at_code"] else ""


async def place_of(text: str) -> Place:
    """`hall:city`. Refuses: what there is not."""
    found = await db.rows(PLACE, *text.partition(":")[::2])
    if not found:
        raise Refusal(NOWHERE)
    return Place(**found[0])


async def works_at(by: UUID, kind: str, code: str) -> bool:
    """Whether the member of staff takes papers in, or decides, in this hall or department."""
    grants = [grant for role in TAKERS for grant in await identity.scopes_of(by, role)]
    return any(grant.covers(kind, code) for grant in grants)


def _spot(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["name"], row["paper"], row["place"], row["at_code"], row["parcel"] or UUID(int=0)


async def spots_of(case: UUID) -> list[Spot]:
    """Where each original of a case is, by paper and place; for a caller who has asked whose it is."""
    rows = sorted(await db.rows(ORIGINALS, case), key=_spot)
    grouped = [list(rows) for _, rows in groupby(rows, _spot)]
    return [
        Spot(one[0]["paper"], one[0]["name"], len(one), sum(row["damaged"] for row in one), one[0])
        for one in grouped
    ]


def said(spot: Spot) -> str:
    """The place in plain words."""
    row = spot.row
    if row["place"] == "parcel" and row["state"] == "refused":
        return f"被退回，正在回来的路上（包 {row['number']}）"
    if row["place"] == "parcel" and row["state"] == "packed":
        return f"封在包 {row['number']} 里，等着交给{row['to_name']}"
    if row["place"] == "parcel":
        return f"在路上，交给{row['to_name']}{'，单号 ' + row['tracking'] if row['tracking'] else ''}"
    return {
        "missing": f"交给{row['to_name']}时对不上，正在找（包 {row['number']}）", "returned": "已经还给申请人",
        "kept": "按规定留在案卷里", "lost": "丢了，已经登记",
    }.get(row["place"], f"在{row['at_name']}")  # fmt: skip


async def refuse_out(case: UUID) -> None:
    """A part: every original was given back, is kept by rule, or is known to be lost. Refuses: which is not, and where
    it is.
    """
    out = [spot for spot in await spots_of(case) if spot.row["place"] not in SETTLED]
    if out:
        told = "；".join(f"{spot.name} {spot.count} 份{said(spot)}" for spot in out[:3])
        raise Refusal(f"还有原件没有还给申请人，不能归档：{told}。先还给申请人，或登记留在案卷里。")
