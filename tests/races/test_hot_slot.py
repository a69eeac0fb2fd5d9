"""Many people, few places."""

import asyncio
from collections import Counter

from backend.appointments.tables import AppointmentEvent
from backend.notify.tables import Notice
from tests import factories as make
from tests.races import crowd
from tests.races.conftest import AtOnce
from tests.races.people import booked, citizen, form, miscounted
from tests.races.web import Web


async def test_twenty_places_go_to_twenty_of_two_hundred_people(web: Web, at_once: AtOnce) -> None:
    item, slot = await make.bookable(capacity=20)
    people = await asyncio.gather(*(citizen() for _ in range(200)))
    posts = [(who.token, form(who, slot, item)) for who in people]
    quarters = await at_once(crowd.rush, *((web.url, posts[n::4]) for n in range(4)))
    answers = [answer for quarter in quarters for answer in quarter]
    assert Counter(status for status, _ in answers) == {303: 20, 409: 180}
    assert all("这个时段刚刚约满" in page for status, page in answers if status == 409)
    held = await booked(slot)
    assert len(held) == len({row["number"] for row in held}) == len({row["person"] for row in held}) == 20
    assert await make.taken(slot) == 20
    assert await miscounted() == []
    told = await Notice.select(Notice.about).where(Notice.kind == "appointment-booked")
    assert sorted(row["about"] for row in told) == sorted(row["id"] for row in held)
    assert await AppointmentEvent.count() == 20
