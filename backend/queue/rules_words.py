"""What each of a hall's queue rules means: its name, unit, bounds and the sentence that explains it."""

import hashlib
from typing import Any

import msgspec

from backend import identity
from backend.queue.seniority import credits_of
from backend.queue.tables import Rules


class Rule(msgspec.Struct, frozen=True):
    """One number: least and most are what a hall could sensibly mean."""

    name: str
    label: str
    unit: str
    least: int
    most: int
    help: str


class Switch(msgspec.Struct, frozen=True):
    """One rule that holds or does not."""

    name: str
    label: str
    help: str


RULES = (
    Rule("booking_credit_minutes", "预约的人提前", "分钟", 0, 240, "按时签到的，当作早来这么久来排"),
    Rule(
        "early_minutes",
        "最早签到",
        "分钟前",
        0,
        240,
        "预约时间前这么久起可以签到；大厅也在开门前这么久起取号",
    ),
    Rule("late_minutes", "迟到宽限", "分钟", 0, 120, "过了预约时间这么久以内签到，还算预约号；再晚按普通号"),
    Rule("stop_minutes", "提前停止取号", "分钟", 0, 240, "关门前这么久起不再取号，已经取了的都会办完"),
    Rule("live_per_person", "同一个人同时", "个号", 1, 20, "同一个证件手上最多几个没办完的号"),
    Rule("day_per_person", "同一个人一天", "个号", 1, 50, "同一个证件一天最多取几个号"),
    Rule("account_factor", "一个手机顶几人", "倍", 1, 20, "一个手机可以替家人取号，上限是个人的几倍"),
    Rule("rings", "叫几次算过号", "次", 1, 10, "叫满这么多次没来，才能按过号"),
    Rule("ring_seconds", "两次之间隔", "秒", 0, 300, "刚叫过，要等这么久才能再叫"),
    Rule("return_minutes", "过号后多久内回来", "分钟", 0, 480, "这么久以内回来一次不用重新取号，再久就弃号"),
    Rule("return_behind", "回来排在第几位后面", "位", 0, 50, "过号回来的，排在当时等着的前面几位之后"),
    Rule("step_back_most", "一次最多往后退", "位", 1, 50, "手机上点“晚点再叫我”，一次最多退几位"),
    Rule("ahead", "前面还剩几位时提醒", "位", 1, 20, "手机上取号的人，前面剩这么多位时提醒"),
    Rule("undo_seconds", "多久内能撤销", "秒", 0, 120, "窗口按错了，这么久以内可以撤销"),
    Rule("idle_seconds", "没人操作回首页", "秒", 15, 300, "取号机这么久没人碰就回首页，屏上不留上一个人的号"),
    Rule(
        "anonymous_seconds",
        "不刷证件的再取先问",
        "秒",
        0,
        300,
        "没刷证件、同一件事，这么久以内再取，先问是不是同一个人；填 0 不问",
    ),
    Rule(
        "code_minutes",
        "扫码后多久内取号",
        "分钟",
        2,
        60,
        "扫了大厅的码，这么久以内登录、取号、签到都算人在大厅",
    ),
)
BY_NAME = {rule.name: rule for rule in RULES}
SWITCHES = (Switch("kiosk_identity", "取号机取号先刷证件", "要刷身份证或苏服码才出号；没带证件的到导办台取"),)
TICKED = {switch.name: switch for switch in SWITCHES}
GROUPS = (
    ("先后", ("booking_credit_minutes", "early_minutes", "late_minutes")),
    ("取号", ("stop_minutes", "live_per_person", "day_per_person", "account_factor")),
    ("叫号和过号", ("rings", "ring_seconds", "return_minutes", "return_behind", "undo_seconds")),
    ("取号机", ("kiosk_identity", "idle_seconds", "anonymous_seconds")),
    ("手机上", ("code_minutes", "step_back_most", "ahead")),
)
MOST_CREDIT = 240  # minutes


def values_of(rules: Rules) -> dict[str, Any]:
    """What can be edited of a hall's rules; the credits by priority class."""
    plain = {name: getattr(rules, name) for name in (*BY_NAME, *TICKED)}
    return {**plain, "any_lines": rules.any_lines, "credits": credits_of(rules)}


def mark(values: dict[str, Any]) -> str:
    """A mark of the values that an editor saw."""
    return hashlib.sha256(msgspec.json.encode(values, order="deterministic")).hexdigest()[:16]


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What differs, in words: 预约的人提前 60 → 45 分钟."""
    told = [
        f"{rule.label} {before[rule.name]} → {after[rule.name]} {rule.unit}"
        for rule in RULES
        if rule.name in before and before[rule.name] != after.get(rule.name)
    ]
    told += [
        f"{switch.label} {_said(before[switch.name])} → {_said(after.get(switch.name))}"
        for switch in SWITCHES
        if switch.name in before and before[switch.name] != after.get(switch.name)
    ]
    for name in sorted(before["credits"].keys() | after["credits"].keys()):
        was, now = before["credits"].get(name, 0), after["credits"].get(name, 0)
        if was != now:
            told.append(f"{identity.priority_name(name)}提前 {was} → {now} 分钟")
    if before["any_lines"] != after["any_lines"]:
        told.append(f"综窗 {before['any_lines'] or '没有'} → {after['any_lines'] or '没有'}")
    return told


def _said(holds: bool | None) -> str:
    return "是" if holds else "否"
