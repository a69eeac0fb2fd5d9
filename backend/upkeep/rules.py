"""What no item and no material may say, whoever says it."""

import re
from typing import Any
from uuid import UUID

from backend import catalog, db
from backend.catalog.tables import Item
from backend.refusal import Refusal

MONEY = re.compile(r"[0-9].*元")


class Unfit(Refusal):
    """A value that cannot be (422); `field` names it."""

    status = 422

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def settled(values: dict[str, Any]) -> dict[str, Any]:
    """The values with those that follow from others: what takes days is a 承诺件, else a 即办件 (GB/T 39554)."""
    return {**values, "kind": "2" if values["promised_days"] else "1"}


async def judge_item(item: Item, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Refuses (Unfit): a promise longer than the law's term, a visit without a reason, no channel, a channel that
    nobody serves, booking without a window or capacity, a fee that contradicts itself.
    """
    _time(item, after)
    _fee(after)
    _channels(after)
    added = set(after["channels"]) - set(before["channels"])
    kinds = await _kinds(item.id) if added else set()
    if "window" in added and not kinds:
        raise Unfit("window", "还没有哪个大厅办这件事，先请管理员把窗口排好")
    if "shanghai" in added and "shanghai" not in kinds:
        raise Unfit("shanghai", "驻沪办事点还没有办这件事的窗口，先请管理员加上")
    if after["bookable"] and not before["bookable"] and not await _offered(item.id):
        raise Unfit("bookable", "办这件事的窗口还没有放号，先到“一周放号”加一条安排")


def _time(item: Item, after: dict[str, Any]) -> None:
    law, unit = item.statutory_days, item.statutory_unit
    if law is not None and unit == item.promised_unit and after["promised_days"] > law:
        raise Unfit("promised_days", f"承诺时限不能比法定的 {catalog.term(law, unit)} 还长")
    if after["visits"] and not after["visit_reason"]:
        raise Unfit("visit_reason", "要人到现场，就写明为什么")


def _fee(after: dict[str, Any]) -> None:
    if after["charged"] and after["fee"] in ("", "不收费"):
        raise Unfit("fee", "要收费，就写明收多少")
    if not after["charged"] and MONEY.search(after["fee"]):
        raise Unfit("charged", "写了金额，就勾上“要收费”；不收费就把金额去掉")


def _channels(after: dict[str, Any]) -> None:
    ways = after["channels"]
    if not ways:
        raise Unfit("window", "至少留一种办理方式，不然群众没处办")
    if after["bookable"] and "window" not in ways:
        raise Unfit("bookable", "不在窗口办，就不能预约；先去掉“可以预约”")
    if "online" in ways and after["online_depth"] < "2":
        raise Unfit("online_depth", "勾了网上办理，网办程度至少是“网上预约”")
    if "online" not in ways and after["online_depth"] == "4":
        raise Unfit("online_depth", "全程网办的，要勾上“网上”；不能在网上办，就把网办程度调低")


async def _kinds(item: UUID) -> set[str]:
    sql = "SELECT DISTINCT h.kind FROM item_place p JOIN hall h ON h.id = p.hall WHERE p.item = $1"
    return {row["kind"] for row in await db.rows(sql, item)}


async def _offered(item: UUID) -> bool:
    sql = (
        "SELECT 1 FROM item_place p JOIN capacity_template t ON t.line = p.line"
        " WHERE p.item = $1 AND t.counters > 0 LIMIT 1"
    )
    return bool(await db.rows(sql, item))


def judge_material(after: dict[str, Any]) -> None:
    """Refuses (Unfit): papers that may come later without a term or a way, and a term for those that may not."""
    if after["deferrable"] and not after["defer_days"]:
        raise Unfit("defer_days", "可以后补，就写明几个工作日内补")
    if after["deferrable"] and not after["defer_how"]:
        raise Unfit("defer_how", "可以后补，就写明怎么补，比如网上上传")
    if not after["deferrable"] and after["defer_days"]:
        raise Unfit("deferrable", "写了后补期限，就勾上“可以后补”；不能后补就把期限改成 0")
