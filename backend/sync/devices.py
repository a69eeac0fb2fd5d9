"""Devices: registered by whoever works on them, heard of whenever they reach us, revoked by these or a supervisor."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, identity
from backend.refusal import Denied, NotFound, Refusal
from backend.sync import chain, seal
from backend.sync.tables import SyncDevice

READERS = ("agent", "desk", "manager", "supervisor")
# Who works with a device, and who looks at what it sent.
REVIEWERS = {"agent": ("supervisor",), "desk": ("supervisor", "manager")}
THINGS = {"agent": "这部手机", "desk": "这台电脑"}
SKEW = 300  # seconds by which a phone's clock may be wrong before anybody is told; it is never refused
NO_KEYS = "还没有设离线记录的密钥，不能登记，请联系管理员（SYNC_KEYS）"
GONE = "没有找到这台设备"
DEVICES = """
SELECT d.id, d.role, d.name, d.created_at, d.seen_at, d.unsent, d.unsent_since, d.skew_seconds, d.revoked_at,
       d.revoked_why, d.wiped_at,
       (SELECT string_agg(coalesce(h.name, g.name), '、' ORDER BY o.scope) FROM staff_role o
        LEFT JOIN hall h ON o.scope_kind = 'hall' AND h.code = o.scope
        LEFT JOIN village g ON o.scope_kind = 'village' AND g.code = o.scope
        WHERE o.staff = d.staff AND o.role = d.role) AS halls, d.staff, s.name AS agent, r.name AS revoked_by,
       count(k.id) FILTER (WHERE k.genuine) AS records,
       count(k.id) FILTER (WHERE k.state = 'quarantined') AS quarantined,
       coalesce(max(k.seq) FILTER (WHERE k.genuine), 0) - count(DISTINCT k.seq) FILTER (WHERE k.genuine) AS missing
FROM sync_device d JOIN staff s ON s.id = d.staff LEFT JOIN staff r ON r.id = d.revoked_by
LEFT JOIN sync_record k ON k.device = d.id
"""
GROUP = " GROUP BY d.id, s.id, r.id ORDER BY d.revoked_at NULLS FIRST, d.unsent DESC, s.name, d.created_at"
SEEN = """
d.staff = $1 OR EXISTS (
    SELECT FROM staff_role mine
    WHERE mine.staff = $1 AND (mine.role = 'supervisor' OR mine.role = 'manager' AND d.role = 'desk')
      AND (mine.scope_kind = 'all' OR EXISTS (
        SELECT FROM staff_role theirs LEFT JOIN village g ON theirs.scope_kind = 'village' AND g.code = theirs.scope
        LEFT JOIN hall h ON h.id = g.hall
        WHERE theirs.staff = d.staff AND theirs.role = d.role AND (
           (theirs.scope_kind, theirs.scope) = (mine.scope_kind, mine.scope)
           OR (mine.scope_kind = 'hall' AND h.code = mine.scope)))))
"""
PLACES = """
SELECT name FROM hall WHERE code = ANY($1) UNION ALL SELECT name FROM village WHERE code = ANY($2)
"""
HEARD = """
UPDATE sync_device SET seen_at = $2, unsent = $3, unsent_since = $4, skew_seconds = $5, wiped_at = $6
WHERE id = $1
"""


async def register(name: str, key: bytes, by: UUID, role: str = "agent") -> UUID:
    """登记 for somebody in one of their roles; the same key again is the same device. Refuses: Denied, Refusal."""
    await identity.require(by, role)
    if not seal.newest():
        raise Refusal(NO_KEYS)
    made = SyncDevice(
        id=uuid4(), staff=by, role=role, name=name, public_key=key, created_at=await clock.now()
    )
    async with db.transaction():
        await SyncDevice.insert(made).on_conflict(target=SyncDevice.public_key, action="DO NOTHING")
        [found] = await db.rows("SELECT id, staff FROM sync_device WHERE public_key = $1", key)
    if found["staff"] != by:
        raise Refusal(f"{THINGS[role]}已由别人登记，请先清除再登记")
    return UUID(str(found["id"]))


async def places(by: UUID) -> list[str]:
    """The names of where they work, for the page that lists the devices."""
    grants = [grant for role in READERS for grant in await identity.scopes_of(by, role)]
    if any(grant.kind == "all" for grant in grants):
        return ["全市"]
    scopes = [[grant.scope for grant in grants if grant.kind == kind] for kind in ("hall", "village")]
    return [row["name"] for row in await db.rows(PLACES, *scopes)]


async def devices(by: UUID) -> list[dict[str, Any]]:
    """An agent's own phones; those of their places for a supervisor. In use first, most that is unsent first."""
    await identity.require(by, *READERS)
    return await db.rows(DEVICES + "WHERE " + SEEN + GROUP, by)


async def show(device: UUID, by: UUID) -> dict[str, Any]:
    """One phone with its records and what is wrong with its chain. Refuses: NotFound."""
    await identity.require(by, *READERS)
    found = await db.rows(DEVICES + f"WHERE d.id = $2 AND ({SEEN})" + GROUP, by, device)  # our own words
    if not found:
        raise NotFound(GONE)
    records = await db.rows(
        "SELECT id, record, seq, hash, prev, genuine, schema, at, received_at, skew_seconds, via, state, reason,"
        " settled_why FROM sync_record WHERE device = $1 ORDER BY seq DESC, received_at DESC",
        device,
    )
    links = [chain.Link(row["seq"], row["hash"], row["prev"], row["genuine"]) for row in records]
    return {**found[0], "flaws": chain.flaws(links), "rows": records}


async def revoke(device: UUID, why: str, by: UUID) -> None:
    """停用: its records go into quarantine from now on, then it erases itself. Refuses: NotFound; one that is revoked
    already.
    """
    found = await show(device, by)
    async with db.transaction():
        values: dict[Any, Any] = {"revoked_at": await clock.now(), "revoked_by": by, "revoked_why": why}
        done = SyncDevice.update(values).where(SyncDevice.id == device, SyncDevice.revoked_at.is_null())
        if not await done.returning(SyncDevice.id):
            raise Refusal(f"{THINGS[found['role']]}已经停用")


async def key_of(device: UUID) -> dict[str, Any]:
    """Its public key, whose it is, and whether it is revoked. Refuses: Denied, where nobody registered it."""
    found = await db.rows(
        "SELECT id, staff, role, public_key, revoked_at FROM sync_device WHERE id = $1", device
    )
    if not found:
        raise Denied("这台设备没有登记过，记录先留在这里，请联系办公室")
    return found[0]


async def heard(device: UUID, unsent: int, since: int, at: int, wiped: bool = False) -> dict[str, Any]:
    """A phone reports: how many records wait on it, since when (ms, 0 for none), what its clock shows (ms).
    Returns what it needs to know.
    """
    now = await clock.now()
    known = await key_of(device)
    skew = round(at / 1000 - now.timestamp())
    oldest = dt.datetime.fromtimestamp(since / 1000, dt.UTC) if since else None
    gone = now if wiped and known["revoked_at"] else None
    await db.rows(HEARD, device, now, unsent, oldest, max(-(2**31), min(skew, 2**31 - 1)), gone)
    [chained] = await db.rows(
        "SELECT coalesce(max(seq), 0) AS last, count(DISTINCT seq) AS n FROM sync_record WHERE device = $1 AND genuine",
        device,
    )
    return {
        "revoked": known["revoked_at"] is not None, "missing": chained["last"] - chained["n"],
        "held": chained["n"], "keys": seal.public_keys(), "now": int(now.timestamp() * 1000),
    }  # fmt: skip
