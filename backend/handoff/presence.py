"""`/console/handoffs/presence`: an officer's page answers, so it is there.

A hidden tab's own timers fire once a minute; what it hears it answers at once. So the server asks.
"""

import asyncio

from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect

from backend.handoff import duty
from backend.handoff.rules import handoff_rules
from backend.web import guards

LIFE = 300.0  # seconds; the page comes back, and its session is looked up again
MOST = 64  # characters of an answer: it says nothing but that it is one


@websocket("/console/handoffs/presence", guards=[guards.staff("officer")])
async def presence(socket: WebSocket) -> None:
    """Ask every few seconds, until the page is gone or its time is over."""
    await socket.accept()
    rules, loop = handoff_rules(), asyncio.get_running_loop()
    end = loop.time() + LIFE
    try:
        while loop.time() < end:
            await socket.send_text("there?")
            async with asyncio.timeout(rules.lease):
                if len(await socket.receive_text()) > MOST:
                    break
            await duty.seen(socket.scope["user"].staff)
            await asyncio.sleep(rules.beat)
        await socket.close()
    except (WebSocketDisconnect, TimeoutError):
        return


routes = [presence]
