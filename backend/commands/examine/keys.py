"""Keys: rows under one that is gone, rows that wait for `rekey`, keys that nobody needs any more."""

from collections import Counter
from collections.abc import AsyncIterator

from backend import db, secrecy
from backend.commands import keyed
from backend.commands.examine.finding import Finding, bad, good, mind
from backend.settings import settings

READABLE = """
SELECT 1 FROM person WHERE length(id_index) > 0 AND get_byte(id_index, 0) <> $1 AND length(id_sealed) > 0 LIMIT 1
"""
LATEST = """
SELECT phone_sealed, phone_index FROM account WHERE phone_index IS NOT NULL AND length(phone_sealed) > 0
ORDER BY created_at DESC LIMIT 1
"""
RUNG = "SELECT key_id, count(*) AS n FROM push_subscription WHERE revoked_at IS NULL GROUP BY 1"


async def examine() -> AsyncIterator[Finding]:
    """Each kind of key in turn."""
    columns = keyed.columns()
    for name, live, ours in (
        ("SM4_KEYS", settings().sm4_keys, [c for c in columns if c.how == "sealed"]),
        ("INDEX_KEYS", settings().index_keys, [c for c in columns if c.how != "sealed"]),
    ):
        counts = [(column, await keyed.census(column)) for column in ours]
        found = _sealed(name, set(live), counts, await _can_move(live))
        yield found if found.level == "bad" else await _another(name, ours) or found
    yield _rung(await db.rows(RUNG))


async def _another(name: str, ours: list[keyed.Column]) -> Finding | None:
    """The key under a known id is not the one that sealed the rows: an id alone proves nothing."""
    if name == "SM4_KEYS":
        wrong = [str(column) for column in ours if not await _opens(column)]
    else:
        wrong = ["account.phone_index"] if not await _is_found() else []
    if not wrong:
        return None
    return bad(
        name.lower().replace("_", "-"), f"{name} 里的密钥不是当初用的那一个：{'、'.join(wrong)} 对不上",
        f"把原来的密钥放回 {name}，编号不变",
    )  # fmt: skip


async def _opens(column: keyed.Column) -> bool:
    sql = f"SELECT {column.name} AS sealed FROM {column.table} WHERE length({column.name}) > 0 ORDER BY id DESC LIMIT 1"  # noqa: S608
    try:
        return all([secrecy.unseal(row["sealed"]) is not None for row in await db.rows(sql)])
    except secrecy.Unreadable:
        return False


async def _is_found() -> bool:
    """The latest account is found by its own phone."""
    try:
        return all(
            row["phone_index"] in secrecy.blinds(secrecy.unseal(row["phone_sealed"]))
            for row in await db.rows(LATEST)
        )
    except secrecy.Unreadable:
        return True  # said of the other key


async def _can_move(live: dict[int, bytes]) -> bool:
    """Somebody's index is under an older key and their ID can still be read."""
    return bool(live and await db.rows(READABLE, max(live)))


def _sealed(
    name: str, live: set[int], counts: list[tuple[keyed.Column, dict[int, int]]], readable: bool
) -> Finding:
    id, held = name.lower().replace("_", "-"), Counter[int]()
    if not live:
        return bad(id, f"没有设 {name}", "python -m backend keys")
    for _, found in counts:
        held.update(found)
    newest = max(live)
    if gone := {number: held[number] for number in held if number not in live}:
        where = "、".join(str(column) for column, found in counts if found.keys() & gone.keys())
        return bad(
            id, f"{sum(gone.values())} 行打不开：{where} 用的密钥 {_listed(gone)} 不在 {name} 里",
            f"把密钥 {_listed(gone)} 加回 {name}，再 python -m backend rekey",
        )  # fmt: skip
    ends = {"brief"} if readable else {"brief", "person"}  # what nobody can derive again, and night takes
    moving = {c for c, found in counts if c.how not in ends and found.keys() - {newest}}
    if moving:
        old = sorted({number for column, found in counts if column in moving for number in found} - {newest})
        return mind(
            id,
            f"还有行在旧密钥 {_listed(old)} 下：{'、'.join(sorted(map(str, moving)))}",
            "python -m backend rekey",
        )
    if waiting := sorted(held.keys() - {newest}):
        return mind(
            id,
            f"旧密钥 {_listed(waiting)} 还管着验证码和已注销的人的校验值，到期自动清除",
            "先留着，过些天再看：python -m backend doctor",
        )
    if spare := sorted(live - {newest}):
        return mind(
            id,
            f"旧密钥 {_listed(spare)} 没有行在用，可以去掉",
            f"从 {name} 里删去 {_listed(spare)}，重启 web 和 worker",
        )
    return good(id, f"全部在密钥 {newest} 下")


def _rung(rows: list[dict[str, int]]) -> Finding:
    live, held = set(settings().vapid_keys), {row["key_id"]: row["n"] for row in rows}
    if not live:
        return mind("vapid-keys", "没有设 VAPID_KEYS，不能推送，只有站内消息和短信", "python -m backend keys")
    if gone := held.keys() - live:
        return bad(
            "vapid-keys", f"{sum(held[number] for number in gone)} 台设备收不到推送：密钥 {_listed(gone)} 不在了",
            f"把密钥 {_listed(gone)} 加回 VAPID_KEYS",
        )  # fmt: skip
    if spare := live - held.keys() - {max(live)}:
        return mind(
            "vapid-keys",
            f"旧密钥 {_listed(spare)} 没有设备在用，可以去掉",
            f"从 VAPID_KEYS 里删去 {_listed(spare)}，重启",
        )
    return good("vapid-keys", f"新设备用密钥 {max(live)}，{sum(held.values())} 台设备都有自己的密钥")


def _listed(numbers: object) -> str:
    return "、".join(map(str, sorted(numbers)))  # type: ignore[call-overload]  # any collection of ids
