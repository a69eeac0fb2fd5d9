"""What each number of a booking policy means: its name, unit, bounds and the sentence that explains it."""

import hashlib
from typing import Any

import msgspec

HOURS = 60
DAY = 24 * HOURS


class Rule(msgspec.Struct, frozen=True):
    """One number: least and most are what a hall could sensibly mean, not what the column can hold."""

    name: str
    label: str
    unit: str
    least: int
    most: int
    help: str


RULES = (
    Rule(
        "notice_minutes",
        "最晚提前",
        "分钟",
        0,
        7 * DAY,
        "离开始不到这么久就不能在网上约了，要到现场取号。120 就是 2 小时",
    ),
    Rule(
        "window_working_days",
        "能约多远",
        "个工作日",
        1,
        60,
        "从今天往后数这么多个工作日以内的号可以约，周末和节假日不算",
    ),
    Rule("active_per_person", "每人同时", "个", 1, 20, "同一个证件最多有几个还没办的预约"),
    Rule("month_per_person", "每人每月", "次", 1, 60, "同一个证件一个自然月最多约几次，取消的不算"),
    Rule(
        "account_factor", "一个账号顶几人", "倍", 1, 20, "一个账号可以替家人约：同时和每月的上限是个人的几倍"
    ),
    Rule(
        "cancel_until_minutes",
        "最晚取消",
        "分钟前",
        0,
        7 * DAY,
        "离开始不到这么久就不能在网上取消、改时间，要打电话",
    ),
    Rule("grace_minutes", "多等一会儿", "分钟", 0, 4 * HOURS, "约的时段结束后再等这么久还没到，才算没来"),
    Rule("no_shows", "几次没来", "次", 0, 20, "下面的天数里没来满这么多次，就暂停网上预约；0 就是从不暂停"),
    Rule("no_show_days", "多少天内", "天", 1, 365, "只数最近这么多天里没来的次数"),
    Rule("pause_days", "暂停多久", "天", 1, 180, "暂停的只是网上预约，现场取号、打电话一直可以"),
    Rule(
        "frozen_minutes", "退号先放一放", "分钟", 0, DAY, "没人候补时，退出来的号过这么久再放出来，防止倒号"
    ),
    Rule(
        "offer_minutes",
        "给候补的人留",
        "分钟",
        2,
        2 * HOURS,
        "退出来的号先留给候补的下一位这么久，没点就轮到再下一位",
    ),
)
BY_NAME = {rule.name: rule for rule in RULES}
VALUES = ("name", *BY_NAME, "to_confirm")


def values_of(row: dict[str, Any]) -> dict[str, Any]:
    """What can be edited of a policy's row."""
    return {name: row[name] for name in VALUES}


def mark(row: dict[str, Any]) -> str:
    """A mark of the values that an editor saw; another mark means that somebody changed them since."""
    return hashlib.sha256(msgspec.json.encode(values_of(row))).hexdigest()[:16]


def wrong(values: dict[str, Any]) -> dict[str, str]:
    """What is not sane, by field; bounds first, then what does not fit together."""
    found = {
        rule.name: f"{rule.label}要在 {rule.least} 到 {rule.most} {rule.unit}之间"
        for rule in RULES
        if not rule.least <= values[rule.name] <= rule.most
    }
    if values["month_per_person"] < values["active_per_person"]:
        found.setdefault("month_per_person", "每人每月的次数不能比同时的个数少，不然同时的上限用不满")
    if values["cancel_until_minutes"] > values["notice_minutes"]:
        found.setdefault("cancel_until_minutes", "最晚取消不能早过最晚提前，不然刚约好就取消不了")
    return found


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What differs, in words: 最晚提前 120 → 60 分钟."""
    told = [
        f"{rule.label} {before[rule.name]} → {after[rule.name]} {rule.unit}"
        for rule in RULES
        if rule.name in before and before[rule.name] != after.get(rule.name)
    ]
    if before["name"] != after["name"]:
        told.append(f"名称 {before['name']} → {after['name']}")
    if before["to_confirm"] != after["to_confirm"]:
        told.append("又待主管部门确认" if after["to_confirm"] else "主管部门已确认")
    return told
