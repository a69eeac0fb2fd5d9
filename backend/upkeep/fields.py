"""What may be changed of an item and of a material, and what each field is called.

Name, code, type and legal basis are the same on all four levels (四级四同) and are not here.
"""

from typing import Any

from backend.catalog.tables import Item, Material

CHANNELS = {
    "window": "窗口",
    "online": "网上",
    "mail": "邮寄",
    "kiosk": "自助机",
    "doorstep": "上门",
    "shanghai": "驻沪",
}
ITEM = {
    "conditions": "谁能办",
    "steps": "怎么办",
    "promised_days": "承诺时限",
    "kind": "办件类型",
    "visits": "到现场",
    "visit_reason": "到现场的原因",
    "channels": "办理方式",
    "online_depth": "网办程度",
    "bookable": "预约",
    "assisted": "帮办代办",
    "delivery": "快递送达",
    "commitment": "告知承诺",
    "charged": "收费",
    "fee": "收费标准",
    "consult_phone": "咨询电话",
    "complaint_phone": "监督电话",
    "questions": "常见问题",
    "words": "大家的说法",
}
MATERIAL = {
    "rule": "要求",
    "condition": "什么情况要带",
    "copies": "份数",
    "deferrable": "后补",
    "defer_days": "后补期限",
    "defer_how": "后补方式",
}


def of_item(item: Item) -> dict[str, Any]:
    """The values of an item that may be changed; its channels as one list."""
    found = {name: getattr(item, name) for name in ITEM if name != "channels"}
    return {**found, "channels": [way for way in CHANNELS if getattr(item, way)]}


def of_material(material: Material) -> dict[str, Any]:
    """The values of a material that may be changed."""
    return {name: getattr(material, name) for name in MATERIAL}


def columns(values: dict[str, Any]) -> dict[str, Any]:
    """Values as columns: the list of channels is a flag for each again."""
    ways = values.get("channels")
    flags = {} if ways is None else {way: way in ways for way in CHANNELS}
    return {**{name: value for name, value in values.items() if name != "channels"}, **flags}
