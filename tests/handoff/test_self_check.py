"""设备自检: what came out at a counter is kept, the worst shown first to who leads there, and nothing of a device."""

import datetime as dt
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import clock, db
from backend.handoff import self_check
from backend.handoff.check_words import KINDS, UNTESTED
from backend.handoff.rules import handoff_rules
from backend.handoff.self_check_pages import UP
from backend.refusal import Denied
from tests.crossregion.test_eligible import at_the_desk
from tests.routes import CHECKED
from tests.visits.town import staff

WELL = dict.fromkeys(KINDS, "ok")
SPEEDS: dict[str, Any] = {"down": 20_000, "up": 8_000, "rtt": 12}
PATH = "/console/handoffs/self-check"


async def sit(place: str, by: UUID, **wrong: str) -> None:
    """Somebody tests their computer."""
    await self_check.keep(place, {**WELL, **wrong}, SPEEDS, by)


async def test_who_leads_sees_the_latest_of_each_place_the_red_ones_first() -> None:
    desk = await staff("desk", "hall", "shanghai")
    await sit("1 号窗口", desk, camera="refused")
    await sit("1 号窗口", desk)
    await sit("2 号窗口", desk, udp="failed", screen="refused")
    await sit("3 号窗口", desk, bandwidth="slow")
    found = await self_check.latest(await staff("manager", "hall", "shanghai"))
    assert [(one["place"], one["light"]) for one in found] == [
        ("2 号窗口", "bad"),
        ("3 号窗口", "mind"),
        ("1 号窗口", "good"),
    ]
    assert [label for label, outcome in found[0]["said"] if outcome.light == "bad"] == ["中继（UDP）"]


async def test_who_leads_another_hall_sees_none_of_its_desks_and_like_a_department_s_supervisor_the_officers() -> (
    None
):
    await sit("1 号窗口", await staff("desk", "hall", "shanghai"))
    [row] = await db.rows("SELECT code FROM department ORDER BY code LIMIT 1")
    await sit("审批科", await staff("officer", "department", row["code"]))
    for leads in (("manager", "hall", "city"), ("supervisor", "department", row["code"])):
        [office] = await self_check.latest(await staff(*leads))
        assert office["place"] == "审批科"
    assert await self_check.latest(await staff("supervisor", "department", "nobody's")) == []
    assert len(await self_check.latest(await staff("supervisor", "all", ""))) == 2


async def test_a_red_one_is_not_hidden_by_a_colleague_s_at_a_place_of_the_same_name() -> None:
    [row] = await db.rows("SELECT code FROM department ORDER BY code LIMIT 1")
    await sit("办公室", await staff("officer", "department", row["code"]), camera="refused")
    await sit("办公室", await staff("officer", "department", row["code"], "孙审批"))
    found = await self_check.latest(await staff("manager", "hall", "shanghai"))
    assert [one["light"] for one in found] == ["bad", "good"]


async def test_only_who_is_seen_on_screens_tests_and_only_who_leads_reads() -> None:
    guide = await staff("guide", "hall", "city")
    with pytest.raises(Denied):
        await sit("大厅", guide)
    with pytest.raises(Denied):
        await self_check.latest(guide)


async def test_what_is_old_is_not_kept() -> None:
    desk = await staff("desk", "hall", "shanghai")
    await sit("1 号窗口", desk)
    await clock.move_to(await clock.now() + dt.timedelta(days=handoff_rules().check_days, minutes=1))
    await sit("2 号窗口", desk)
    assert [row["place"] for row in await db.rows("SELECT place FROM device_check")] == ["2 号窗口"]


async def test_an_outcome_that_a_later_release_does_not_know_counts_as_not_tested() -> None:
    desk = await staff("desk", "hall", "shanghai")
    await sit("1 号窗口", desk, camera="melted")
    found = await self_check.last(desk)
    assert found
    assert found["light"] == "mind"


def test_every_outcome_but_the_good_ones_says_what_to_do() -> None:
    for kind in KINDS.values():
        assert kind.outcomes["ok"].light == "good"
        for code, outcome in kind.outcomes.items():
            assert code in ("ok", "local", UNTESTED) or len(outcome.said) > 10, code


async def test_the_page_keeps_what_it_is_given_and_shows_it(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    kept = await client.post(f"{PATH}/results", data=CHECKED)
    assert (kept.status_code, kept.headers["location"]) == (303, PATH)
    [row] = await db.rows("SELECT * FROM device_check")
    assert (row["place"], row["down"], row["up"], row["rtt"]) == ("3 号窗口", 9000, 900, 20)
    shown = (await client.get(PATH)).text
    assert "3 号窗口" in shown
    assert "9.0 Mbit/s" in shown


async def test_what_is_no_outcome_is_named_and_nothing_is_kept(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    for wrong, said in (
        ({"camera": "melted"}, "摄像头的结果认不出"),
        ({"place": ""}, "请填写哪个窗口"),
        ({"down": "fast"}, "下载速度请填数字"),
    ):
        refused = await client.post(f"{PATH}/results", data=CHECKED | wrong)
        assert refused.status_code == 422
        assert said in refused.text
        assert 'name="microphone" value="silent"' in refused.text  # what came out is not lost
    assert await db.rows("SELECT 1 FROM device_check") == []


async def test_the_line_is_measured_with_bytes_that_are_not_kept_and_are_not_too_many(
    client: httpx.AsyncClient,
) -> None:
    await at_the_desk(client)
    assert len((await client.get(f"{PATH}/payload")).content) == 2_000_000
    assert (await client.post(f"{PATH}/payload", content=b"x" * UP)).text == str(UP)
    assert (await client.post(f"{PATH}/payload", content=b"x" * (UP + 1))).status_code == 413
    assert (await client.get(f"{PATH}/relay")).json() == []
