"""What waits at the desk: cases to be handed on, corrections to be passed on, results and originals to be given
back, and packages of originals in which something is wrong.
"""

from typing import Any
from uuid import UUID

from backend import cases, db, secrecy
from backend.crossregion.ask import desks_of

KINDS = ("asked", "handing", "correcting", "coming", "result", "owed", "odd")
WAITING = f"""
SELECT c.id, c.number, c.name_sealed, c.organisation, c.received_at, c.corrected_at, i.name AS item_name,
       d.name AS department_name, c.state,
       CASE WHEN {cases.ASKED} THEN 'asked' WHEN c.state = 'received' THEN 'handing'
            WHEN c.state = 'correcting' THEN 'correcting' WHEN c.state = 'finished'
              THEN CASE WHEN c.result_here_at IS NULL THEN 'coming' ELSE 'result' END
            ELSE 'owed' END AS kind,
       (SELECT count(*) FROM case_event e WHERE e."case" = c.id AND e.kind IN ('asked', 'correcting')) AS rings,
       r.at AS offline_at, r.stale AND t.consent_way = '' AS stale,
       (SELECT count(*) FROM case_gap g WHERE g."case" = c.id AND g.filled_at IS NULL) AS gaps
FROM desk_intake t JOIN service_case c ON c.id = t."case" JOIN item i ON i.id = c.item JOIN hall h ON h.id = c.hall
JOIN department d ON d.id = c.department LEFT JOIN desk_record r ON r."case" = c.id
WHERE ($1::bool OR h.code = ANY($2)) AND (c.state = 'received' AND c.handed_at IS NULL OR c.state = 'correcting'
  OR c.state = 'finished' AND c.way NOT IN ('mail', 'online') OR c.state <> 'filed' AND {cases.ASKED} OR {cases.OWED})
ORDER BY c.received_at, c.id LIMIT 200
"""  # noqa: S608  # our own words
ODD = f"""
SELECT k.id, k.number, c.name_sealed, c.organisation, c.received_at, i.name AS item_name, 'odd' AS kind,
       NULL AS offline_at, false AS stale, 0 AS gaps
FROM desk_intake t JOIN service_case c ON c.id = t."case" JOIN item i ON i.id = c.item JOIN hall h ON h.id = c.hall
JOIN custody_parcel k ON k."case" = c.id
WHERE ($1::bool OR h.code = ANY($2)) AND {cases.ODD} ORDER BY k.packed_at, k.id LIMIT 200
"""  # noqa: S608  # our own words


async def waiting(by: UUID) -> dict[str, list[dict[str, Any]]]:
    """By KINDS, what came first, first; of the halls where they sit at the desk, supervise or lead."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    places = await desks_of(by, "desk", "manager", "supervisor")
    for row in [*await db.rows(WAITING, *places), *await db.rows(ODD, *places)]:
        who = row["organisation"] or secrecy.mask_name(secrecy.unseal(row["name_sealed"]))
        found[row["kind"]].append({**row, "who": who})
        # A question does not hide what is to be brought.
        if row["kind"] == "asked" and row["state"] == "correcting":
            found["correcting"].append({**row, "kind": "correcting", "who": who})
    return found
