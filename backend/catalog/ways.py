"""How fast, how often and by which way an item is done, and what a paper must be, in a few words."""

from typing import Any

from backend.catalog import words

WAYS = {"online": "网上可办", "kiosk": "自助机可办", "doorstep": "可上门", "shanghai": "驻沪可办"}


def term(days: int | None, unit: str) -> str:
    """当场办结, 20 个工作日; 法律没有规定 where there is no limit."""
    if days is None:
        return "法律没有规定"
    return f"{days} {words.UNITS[unit]}" if days else "当场办结"


def pace(item: Any) -> str:
    """当场办结, 20 个工作日内办结."""
    return term(item.promised_days, item.promised_unit) + ("内办结" if item.promised_days else "")


def ways(item: Any) -> list[str]:
    """The ways to have it done other than at a window."""
    return [said for way, said in WAYS.items() if getattr(item, way)]


def marks(item: Any) -> list[str]:
    """The handful of facts that decide whether and how somebody sets out."""
    visits = f"到现场 {item.visits} 次" if item.visits else "不用到现场"
    return [pace(item), visits, "要收费" if item.charged else "不收费", *ways(item)]


def instead(item: Any, portal: str) -> tuple[str, str]:
    """What to do where there is nothing to book: a sentence and its reason; empty for bookable items.

    `portal` is the sentence that says where things are done online.
    """
    if item.bookable:
        return "", ""
    if not item.visits and item.online:
        return (
            "这件事不用预约，网上就能办",
            f"{portal}不方便上网的，带上材料直接到窗口取号。",
        )
    if not item.promised_days:
        return "这件事不用预约，随到随办", "带上材料到窗口取号，当场办结。"
    return "这件事不用预约", "带上材料到窗口取号，窗口受理后按时限办结。"


def paper(one: Any) -> str:
    """原件和复印件 2 份 · 电子的也行 · 医院开具."""
    copies = f" {one.copies} 份" if one.copies > 1 else ""
    form = {"either": "电子的也行", "digital": "只收电子的"}.get(one.form, "")
    issuer = f"{one.issuer}开具" if one.issuer else ""
    return " · ".join(part for part in (words.ORIGINALS.get(one.original, "") + copies, form, issuer) if part)
