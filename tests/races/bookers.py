"""People who insist: each tries to book until told that it is done, whatever happens to the servers meanwhile."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from backend.appointments.tables import Slot
from backend.catalog.tables import Item
from tests.races.people import Citizen, form
from tests.races.web import Web

SORRY = "系统正在恢复，请稍等半分钟再试"


@dataclass
class Bookers:
    """Who wants what, and what they were told. `booked` were told so; `found` learnt at a later try that the
    booking, for which they were told to come again, stands.
    """

    wanted: list[tuple[Citizen, Slot]]
    item: Item
    booked: list[UUID] = field(default_factory=list)
    found: list[UUID] = field(default_factory=list)
    sorry: Counter[str] = field(default_factory=Counter)  # by the address of the web
    wrong: list[str] = field(default_factory=list)

    async def come(self, webs: list[Web], at_once: int) -> None:
        """All of them, so many at once at each web, until everybody has a booking."""
        queues = [(web, self.wanted[n :: len(webs)]) for n, web in enumerate(webs)]
        await asyncio.gather(*(self._queue(web, queue) for web, queue in queues for _ in range(at_once)))

    async def _queue(self, web: Web, queue: list[tuple[Citizen, Slot]]) -> None:
        async with web.browser() as browser:
            while queue:
                await self._insist(web, browser, *queue.pop())

    async def _insist(self, web: Web, browser: httpx.AsyncClient, who: Citizen, slot: Slot) -> None:
        cookie = {"cookie": f"session={who.token}"}
        while True:
            answer = await browser.post("/appointments", data=form(who, slot, self.item), headers=cookie)
            if answer.status_code == 303:
                return self.booked.append(who.person)
            if answer.status_code == 409 and "这一天已预约过这件事" in answer.text:
                return self.found.append(who.person)
            if not clearly_sorry(answer):
                return self.wrong.append(f"{answer.status_code} {answer.text[-2000:]}")
            self.sorry[web.url] += 1
            await asyncio.sleep(0.02)  # nobody is that quick; a queue of them is


def clearly_sorry(answer: httpx.Response) -> bool:
    """A page that says in plain words to come again in a moment, and to machines when."""
    return (
        answer.status_code == 503
        and SORRY in answer.text
        and "Traceback" not in answer.text
        and answer.headers.get("retry-after", "").isdigit()
        and answer.headers["content-type"].startswith("text/html")
    )
