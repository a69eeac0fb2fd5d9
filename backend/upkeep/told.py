"""A change of an item in words: 办理方式：窗口 → 窗口、网上."""

from typing import Any

import msgspec

from backend import catalog
from backend.upkeep import fields
from backend.upkeep.events import Event

YES = {"bookable": ("可以预约", "不能预约"), "charged": ("要收费", "不收费")}
CODES = {"kind": catalog.KINDS, "online_depth": catalog.DEPTHS}
UNITS = {"visits": " 次", "copies": " 份", "defer_days": " 个工作日"}


class Change(msgspec.Struct, frozen=True):
    """One field of a change: its name, what it was and what it became. `old` is empty where `new` says it all."""

    label: str
    old: str
    new: str


def told(event: Event, unit: str = "working") -> list[Change]:
    """Every field of a change, in the order of the form. `unit`: of the promised days."""
    labels = fields.MATERIAL if event.material else fields.ITEM
    return [_change(name, label, event, unit) for name, label in labels.items() if name in event.after]


def _change(name: str, label: str, event: Event, unit: str) -> Change:
    old, new = event.before[name], event.after[name]
    if isinstance(new, list) and name != "channels":
        return Change(label, "", _difference(list(map(_entry, old)), list(map(_entry, new))))
    return Change(label, _said(name, old, unit), _said(name, new, unit))


def _said(name: str, value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return YES.get(name, ("有", "没有"))[not value]
    if name == "channels":
        return "、".join(fields.CHANNELS[way] for way in value)
    if name == "promised_days":
        return f"{value} {catalog.UNITS[unit]}" if value else "当场办结"
    if name in CODES:
        return CODES[name].get(value, value)
    return f"{value}{UNITS[name]}" if name in UNITS else value or "（空）"


def _entry(entry: Any) -> str:
    return f"{entry['question']}{entry['answer']}" if isinstance(entry, dict) else entry


def _difference(old: list[str], new: list[str]) -> str:
    gone = [f"去掉“{entry}”" for entry in old if entry not in new]
    come = [f"加上“{entry}”" for entry in new if entry not in old]
    return "，".join(gone + come) or "换了先后"
