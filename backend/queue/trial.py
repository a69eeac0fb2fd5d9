"""试打一张: whether the printer beside a kiosk prints, tried by the hall's manager before people stand there."""

from uuid import UUID, uuid4

import msgspec

from backend import clock, db
from backend.queue.devices import show_device
from backend.queue.printing import print_slips
from backend.queue.slips import Slip
from backend.queue.tables import DeviceEvent
from backend.refusal import Refusal

NO_PRINTER = "这台设备没有填网络打印机；取号机自己的浏览器打印的，请在取号机上取个号试试"


async def try_printer(device: UUID, by: UUID, home: str) -> str:
    """Print a paper that is no number; empty when it came out, else why it did not. `home`: our address.

    Refuses: NotFound, Denied, a screen without a network printer or that is revoked.
    """
    found = await show_device(device, by)
    if found["revoked_at"] or not found["printer"]:
        raise Refusal(NO_PRINTER)
    why = await print_slips(found["printer"], found["paper"], [await _sample(found["hall_name"], home)])
    kept = msgspec.json.encode({"why": why}).decode()
    event = DeviceEvent(
        id=uuid4(), device=device, at=await clock.now(), kind="printed", by_staff=by, before=kept
    )
    async with db.transaction():
        await DeviceEvent.insert(event)
    return why


async def _sample(hall: str, home: str) -> Slip:
    return Slip(
        number="A000",
        hall=hall,
        line="试打的号票",
        matter="不能用来办事",
        note="",
        said="打得清楚就好了",
        at=clock.local(await clock.now()),
        link=home,
    )
