"""How fast, how often and by which way an item is done, in a few words."""

from typing import Any

from backend.catalog import words


def term(days: int | None, unit: str) -> str:
    """当场办结, 20 个工作日; 法律没有规定 where there is no limit."""
    if days is None:
        return "法律没有规定"
    return f"{days} {words.UNITS.get(unit, '天')}" if days else "当场办结"


def marks(item: Any) -> list[str]:
    """The handful of facts that decide whether and how somebody sets out."""
    pace = term(item.promised_days, item.promised_unit) + ("内" if item.promised_days else "")
    visits = f"到现场 {item.visits} 次" if item.visits else "不用到现场"
    ways = {
        "网上可办": item.online,
        "自助机可办": item.kiosk,
        "可上门": item.doorstep,
        "驻沪可办": item.shanghai,
    }
    cost = "要收费" if item.charged else "不收费"
    return [pace, visits, cost, *(said for said, offered in ways.items() if offered)]


def instead(item: Any) -> tuple[str, str]:
    """What to do where there is nothing to book: a sentence and its reason; empty for bookable items."""
    if item.bookable:
        return "", ""
    if not item.visits and item.online:
        return (
            "这件事不用预约，网上就能办",
            "在“苏服办”或江苏政务服务网上搜事项名称。不方便上网的，带上材料直接到窗口取号。",
        )
    if not item.promised_days:
        return "这件事不用预约，随到随办", "带上材料到窗口取号，当场办结。"
    return "这件事不用预约", "带上材料到窗口取号，窗口受理后按时限办结。"
