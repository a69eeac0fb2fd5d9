"""`python -m e2e.coming 32990019000101501X 10000009901`: somebody with this ID has booked this minute of today at the
city hall, in the database of DATA, by an account of this phone.
"""

import itertools
import sys

from backend import clock
from backend.catalog.tables import Item, ItemPlace, Line
from backend.commands import ground
from tests import factories as make


async def _book() -> None:
    # A process of its own counts from one: what another has counted already is taken.
    make._count = itertools.count(int(sys.argv[2][-4:]) * 10)
    place = await ItemPlace.objects().get(ItemPlace.item.name == "护照")
    assert place
    item, line = (
        await Item.objects().get(Item.id == place.item),
        await Line.objects().get(Line.id == place.line),
    )
    assert item
    assert line
    owner = await make.account(sys.argv[2])
    now = clock.local(await clock.now())
    slot = await make.slot(line, now.date(), f"{now.hour:02d}:{now.minute | 1:02d}")  # a time of no template
    await make.held(slot, item, owner, await make.person(owner, sys.argv[1]))


if __name__ == "__main__":
    with ground.ground():
        ground.run(_book)
