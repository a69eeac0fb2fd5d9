"""The screens of a hall (设备): added by its manager, paired once by an address, changed, revoked."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import appointments, clock, db, identity
from backend.queue.tables import Device, DeviceEvent
from backend.refusal import NotFound, Refusal
from backend.secrecy import fresh_token, token_hash
from backend.web.device import Screen

KEEPER = "manager"
KINDS = {"kiosk": "取号机", "board": "叫号屏"}
PAPERS = {58: "58 毫米", 80: "80 毫米"}
HOURS = 24  # for which a pairing address works, until it is used
GONE = "这个登记地址已经用过，或过期了。请大厅负责人在工作台的“设备”里再生成一个"
TAKEN = {"device_token_hash_key": Refusal("这一页放得太久，请重新打开再试")}
DEVICES = """
SELECT d.id, d.kind, d.name, d.printer, d.paper, d.created_at, d.pairing_until, d.seen_at, d.revoked_at,
       h.code AS hall_code, h.name AS hall_name, s.name AS by_name
FROM device d JOIN hall h ON h.id = d.hall JOIN staff s ON s.id = d.created_by
"""
SCREEN = """
SELECT d.id, d.kind, d.name, d.printer, d.paper, h.id AS hall, h.code, h.name AS hall_name
FROM device d JOIN hall h ON h.id = d.hall
WHERE d.token_hash = $1 AND d.revoked_at IS NULL AND d.pairing_until IS NULL
"""
SEEN = """
UPDATE device SET seen_at = $2 WHERE id = $1 AND (seen_at IS NULL OR seen_at < $2::timestamptz - interval '1 minute')
"""
EVENTS = """
SELECT e.kind, e.at, e.before->>'why' AS why, s.name AS by_name
FROM device_event e LEFT JOIN staff s ON s.id = e.by_staff
WHERE e.device = $1 ORDER BY e.at DESC, e.id
"""


class Pairing(msgspec.Struct, frozen=True):
    """A screen that may be paired: the token of its address is known this once."""

    device: UUID
    token: str


async def devices(by: UUID) -> list[dict[str, Any]]:
    """The screens of the halls that a manager manages, those in use first. Refuses: Denied."""
    halls = [hall["code"] for hall in await appointments.halls_for(by, KEEPER)]
    return await db.rows(
        DEVICES + "WHERE h.code = ANY($1) ORDER BY d.revoked_at NULLS FIRST, h.code, d.name", halls
    )


async def show_device(device: UUID, by: UUID) -> dict[str, Any]:
    """One of them, and what was done. Refuses: NotFound, Denied."""
    found = await db.rows(DEVICES + "WHERE d.id = $1", device)
    if not found:
        raise NotFound("没有找到这台设备")
    await identity.require(by, KEEPER, hall=found[0]["hall_code"], missing="没有找到这台设备")
    return {**found[0], "events": await db.rows(EVENTS, device)}


@db.retrying
async def add_device(hall: str, kind: str, name: str, by: UUID, token: str, **more: Any) -> Pairing:
    """登记: a screen of a hall (its code), and the token of the address that pairs it within HOURS. The same token
    again (a page sent twice) is the same screen. `more`: printer, paper. Refuses: NotFound, Denied.
    """
    await identity.require(by, KEEPER, hall=hall, missing="没有找到这个大厅")
    async with db.transaction(refusing=TAKEN):
        at = await db.rows("SELECT id FROM hall WHERE code = $1", hall)
        if not at:
            raise NotFound("没有找到这个大厅")
        for known in await db.rows("SELECT id FROM device WHERE token_hash = $1", token_hash(token)):
            return Pairing(known["id"], token)
        now = await clock.now()
        made = Device(
            id=uuid4(), hall=at[0]["id"], kind=kind, name=name, token_hash=token_hash(token), created_at=now,
            created_by=by, pairing_until=now + dt.timedelta(hours=HOURS), **more,
        )  # fmt: skip
        await Device.insert(made)
        await _record(UUID(str(made.id)), "added", by)
    return Pairing(UUID(str(made.id)), token)


@db.retrying
async def change_device(device: UUID, by: UUID, **values: Any) -> None:
    """Its name, printer or paper. Refuses: NotFound, Denied, one that is revoked."""
    async with db.transaction():
        await _change(device, by, "changed", **values)


@db.retrying
async def pair_again(device: UUID, by: UUID, token: str) -> Pairing:
    """重新登记: a fresh address; whatever browser was this screen until now is it no more. Refuses: NotFound, Denied,
    one that is revoked.
    """
    async with db.transaction(refusing=TAKEN):
        until = await clock.now() + dt.timedelta(hours=HOURS)
        await _change(device, by, "readdressed", token_hash=token_hash(token), pairing_until=until)
    return Pairing(device, token)


@db.retrying
async def revoke_device(device: UUID, by: UUID) -> None:
    """停用: it opens nothing any more. Refuses: NotFound, Denied, one that is revoked."""
    async with db.transaction():
        await _change(device, by, "revoked", revoked_at=await clock.now())


async def _change(device: UUID, by: UUID, kind: str, **values: Any) -> None:
    seen = await show_device(device, by)
    changed = Device.update(values).where(Device.id == device, Device.revoked_at.is_null())  # type: ignore[arg-type]
    if not await changed.returning(Device.id):
        raise Refusal("这台设备已经停用。要再用，请重新登记一台")
    await _record(
        device, kind, by, {name: seen[name] for name in values if name in ("name", "printer", "paper")}
    )


async def _record(device: UUID, kind: str, by: UUID | None, before: dict[str, Any] | None = None) -> None:
    kept = msgspec.json.encode(before).decode() if before else None
    await DeviceEvent.insert(
        DeviceEvent(id=uuid4(), device=device, at=await clock.now(), kind=kind, by_staff=by, before=kept)
    )


async def pairing(token: str) -> dict[str, Any]:
    """What an address would make of the browser that opened it. Refuses: NotFound, used, over, revoked."""
    now = await clock.now()
    found = await db.rows(
        DEVICES + "WHERE d.token_hash = $1 AND d.pairing_until > $2 AND d.revoked_at IS NULL",
        token_hash(token),
        now,
    )
    if not found:
        raise NotFound(GONE)
    return found[0]


@db.retrying
async def pair(token: str) -> tuple[str, str]:
    """登记这块屏: its kind, and the token it keeps from now on; the address opens nothing any more. Who holds the
    address stands before the screen. Refuses: NotFound, as `pairing`.
    """
    kept = fresh_token()
    async with db.transaction():
        wanted, now = await pairing(token), await clock.now()
        values: dict[Any, Any] = {"token_hash": token_hash(kept), "pairing_until": None, "seen_at": now}
        paired = Device.update(values).where(
            Device.id == wanted["id"], Device.token_hash == token_hash(token)
        )
        if not await paired.returning(Device.id):
            raise NotFound(GONE)
        await _record(wanted["id"], "paired", None)
    return wanted["kind"], kept


async def screen_for(token: str) -> Screen | None:
    """The paired screen with this token, noting that it was seen; None where it is none."""
    found = await db.rows(SCREEN, token_hash(token))
    if not found:
        return None
    await db.rows(SEEN, found[0]["id"], await clock.now())
    return Screen(**found[0])
