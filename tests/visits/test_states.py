"""Every deed in every state: what it leads to, or that it is refused and changes nothing."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend import clock, db, secrecy, visits
from backend.refusal import Refusal
from backend.visits.tables import STATES
from backend.visits.views import show_to_staff
from tests import factories as make
from tests.visits import town
from tests.visits.town import Town, at, kinds, visit
from tests.world_visits import signed

Deed = Callable[[UUID, Town, UUID], Awaitable[Any]]
DEEDS: dict[str, Deed] = {
    "take": lambda one, here, owner: visits.take(one, here.east),
    "agree": lambda one, here, owner: visits.agree(one, at("11-25", "10:00"), 60, here.east),
    "reassign": lambda one, here, owner: visits.reassign(one, here.middle, here.clerk, "请假"),
    "pause": lambda one, here, owner: visits.pause(one, here.east, "住院了"),
    "resume": lambda one, here, owner: visits.resume(one, here.east),
    "terminate": lambda one, here, owner: visits.terminate(one, here.east, "不符合条件"),
    "withdraw": lambda one, here, owner: visits.withdraw(one, owner),
    "complete": lambda one, here, owner: complete(one, here),
    "submit": lambda one, here, owner: visits.submit(one, here.clerk),
    "deliver": lambda one, here, owner: visits.deliver(one, here.east),
    "rate": lambda one, here, owner: visits.rate(one, 4, owner),
}  # fmt: skip
# What a deed leads to, by the state it is done in; where it is not named it is refused.
LEADS = {
    "take": {"requested": "taken"},
    "agree": {"taken": "agreed", "agreed": "agreed"},
    "reassign": {"requested": "taken", "taken": "taken", "agreed": "agreed", "paused": "paused"},
    "pause": {"requested": "paused", "taken": "paused", "agreed": "paused", "done": "paused"},
    "resume": {"paused": "taken"},
    "terminate": dict.fromkeys(("requested", "taken", "agreed", "paused", "done"), "terminated"),
    "withdraw": dict.fromkeys(("requested", "taken", "agreed", "paused"), "withdrawn"),
    "complete": {"taken": "done", "agreed": "done", "paused": "done"},
    "submit": {
        "done": "submitted",
        "submitted": "submitted",
        "delivered": "delivered",
    },  # again: the same case
    "deliver": {},
    "rate": {"done": "done", "submitted": "submitted", "delivered": "delivered"},
}
PATHS = {
    "requested": [], "taken": ["take"], "agreed": ["take", "agree"], "paused": ["take", "pause"],
    "withdrawn": ["withdraw"], "terminated": ["terminate"], "done": ["take", "complete"],
    "submitted": ["take", "sign", "complete", "submit"],
}  # fmt: skip


async def complete(one: UUID, here: Town) -> UUID:
    facts = visits.DoneFacts(uuid4(), "card", await clock.now(), ["身份证"], [visits.Paper("身份证", 1, 0)])
    return await visits.complete_from_record(one, here.east, facts)


async def brought_to(state: str, here: Town) -> tuple[UUID, UUID]:
    """A visit in the state, and the account that asked."""
    account, person = await make.citizen()
    one = await town.asked(here, (account, person))
    path = PATHS["submitted" if state == "delivered" else state]
    for deed in path:
        if deed == "sign":
            await signed(one, here.east)
        else:
            await DEEDS[deed](one, here, UUID(str(account.id)))
    if state == "done":
        await signed(one, here.east)
    if state == "delivered":
        await db.rows("UPDATE service_case SET state = 'finished', accepted_at = received_at")
        await visits.deliver(one, here.east)
    return one, UUID(str(account.id))


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_deed_leads_where_the_table_says_and_is_refused_elsewhere(deed: str) -> None:
    here = await town.town()
    for state in STATES:
        one, owner = await brought_to(state, here)
        before, to = await kinds(one), LEADS[deed].get(state)
        if to is None:
            with pytest.raises(Refusal):
                await DEEDS[deed](one, here, owner)
            assert await kinds(one) == before, state
        else:
            await DEEDS[deed](one, here, owner)
        assert (await visit(one)).state == (to or state), (deed, state)
        await db.rows(
            "UPDATE visit SET starts_at = NULL, ends_at = NULL, state = 'withdrawn' WHERE id = $1", one
        )


async def test_what_was_paused_goes_on_where_it_stood_with_its_terms_anew() -> None:
    here = await town.town()
    one, _ = await brought_to("requested", here)
    await visits.pause(one, here.east, "要等医院证明")
    found = await visit(one)
    assert [found.take_by, found.circle_until, found.resumes] == [None, None, "requested"]
    await town.be_on("11-25", "10:00")
    await visits.resume(one, here.east)
    assert town.shows((await visit(one)).take_by)[:5] == "11-25"
    [paper] = await db.rows("SELECT kind, why, ended_at FROM visit_paper WHERE visit = $1", one)
    assert (paper["kind"], paper["why"]) == ("pause", "要等医院证明")
    assert paper["ended_at"]


async def test_a_stop_says_why() -> None:
    here = await town.town()
    one, _ = await brought_to("taken", here)
    for verb in (visits.pause, visits.terminate):
        with pytest.raises(Refusal, match="请写明"):
            await verb(one, here.east, "")
    assert (await clock.now()) - (await visit(one)).requested_at < dt.timedelta(minutes=1)
    assert secrecy.unseal((await visit(one)).name_sealed) == "张三丰"


async def test_a_colleague_of_the_village_stops_no_visit_that_a_neighbour_took() -> None:
    here = await town.town()
    one, _ = await brought_to("requested", here)
    await db.rows("UPDATE visit SET circle = 2 WHERE id = $1", one)
    await visits.take(one, here.middle)
    for stop in (visits.pause, visits.terminate):
        with pytest.raises(Refusal, match="由陈代办负责，换人请先改派"):
            await stop(one, here.east, "住院了")
    assert not (await show_to_staff(one, here.east))["stops"]
    await visits.pause(one, here.middle, "住院了")
    with pytest.raises(Refusal, match="换人请先改派"):
        await visits.resume(one, here.east)
    await visits.resume(one, here.middle)
    await visits.terminate(one, here.clerk, "搬走了")
