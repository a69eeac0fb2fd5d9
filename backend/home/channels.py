"""Ways to be served that have no pages of their own yet: what can be done that way, from the catalog."""

from typing import Any, Literal

from backend.catalog.tables import Item

Channel = Literal["doorstep", "shanghai"]


async def items_by(channel: Channel) -> list[dict[str, Any]]:
    """Items that can be done at the doorstep or at the desk in Shanghai, the most asked first."""
    offered = Item.doorstep if channel == "doorstep" else Item.shanghai
    found = Item.select(Item.id, Item.name, Item.promised_days, Item.promised_unit)
    return await found.where(offered.eq(True)).order_by(Item.asked, ascending=False).order_by(Item.name)
