"""At the door and after it: what is signed is what was shown, a record is taken in once, the papers become a case."""

import datetime as dt
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from backend import cases, clock, db, files, identity, secrecy, visits
from backend.refusal import NotFound, Refusal
from backend.visits.calls import calls, sampled
from backend.visits.mandate import text_for
from backend.visits.signed import PNG, digest
from tests import factories as make
from tests.visits import town
from tests.visits.town import Town, agent, asked, at, kinds, staff, typed, visit
from tests.world_cases import SCAN
from tests.world_visits import signed, terms, text_hash

IMAGE = PNG + b"a name"


@pytest.fixture
async def here() -> Town:
    return await town.town()


@pytest.fixture
async def one(here: Town) -> UUID:
    found = await asked(here)
    await visits.take(found, here.east)
    return found


async def facts(**more: Any) -> visits.DoneFacts:
    plain = visits.DoneFacts(
        record=uuid4(), identity="card", at=await clock.now(), ticks=["身份证"],
        papers=[visits.Paper("身份证", 1, 0)], consent=True, signature=IMAGE, text_hash="0" * 64,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **more)


# --- 委托书 ---


async def test_a_signature_is_bound_to_the_text_that_was_shown(here: Town, one: UUID) -> None:
    shown = await text_for(one, await terms(), here.east)
    assert "张三丰" in shown
    assert "不委托他：代为补正材料、代为领取结果、代为作出告知承诺、代收退费" in shown
    other = msgspec.structs.replace(await terms(), powers=("submit", "promise"))
    with pytest.raises(Refusal, match="不一样"):
        await visits.sign(one, other, here.east, digest(shown), IMAGE)
    await visits.sign(one, await terms(), here.east, digest(shown), IMAGE)
    [row] = await db.rows("SELECT text_hash, text_sealed, signature_sealed FROM visit_mandate")
    assert digest(secrecy.unseal(row["text_sealed"])) == row["text_hash"] == digest(shown)
    assert IMAGE not in row["signature_sealed"]


async def test_a_second_one_needs_the_first_to_be_taken_back(here: Town, one: UUID) -> None:
    await signed(one, here.east)
    with pytest.raises(Refusal, match="已经签过"):
        await signed(one, here.east)
    await visits.revoke(one, here.east, "要改内容")
    await signed(one, here.east)
    assert await kinds(one) == ["requested", "taken", "mandated", "revoked", "mandated"]


@pytest.mark.parametrize("days", [-1, 91])
async def test_its_term_is_ahead_and_not_too_long(here: Town, one: UUID, days: int) -> None:
    day = clock.local(await clock.now()).date() + dt.timedelta(days=days)
    with pytest.raises(Refusal, match="期限"):
        await text_for(one, msgspec.structs.replace(await terms(), until=day), here.east)


async def test_it_ends_when_somebody_else_goes(here: Town, one: UUID) -> None:
    await signed(one, here.east)
    await visits.reassign(one, here.middle, here.clerk, "请假")
    await visits.complete_from_record(one, here.middle, await facts())
    with pytest.raises(Refusal, match="委托书"):
        await visits.submit(one, here.clerk)


# --- the record ---


async def test_a_record_is_taken_in_once_however_often_it_comes(here: Town, one: UUID) -> None:
    told = await facts()
    assert [await visits.complete_from_record(one, here.east, told) for _ in range(3)] == [one] * 3
    assert await kinds(one) == ["requested", "taken", "done"]
    with pytest.raises(Refusal, match="内容不同"):
        await visits.complete_from_record(one, here.east, msgspec.structs.replace(told, note="改过"))
    with pytest.raises(Refusal, match="已经登记过"):
        await visits.complete_from_record(one, here.east, await facts())


async def test_a_record_of_who_does_not_go_there_or_of_what_is_over_is_refused(here: Town, one: UUID) -> None:
    with pytest.raises(Refusal, match="改派给别人"):
        await visits.complete_from_record(one, here.middle, await facts())
    await visits.terminate(one, here.east, "搬走了")
    with pytest.raises(Refusal, match="终止了"):
        await visits.complete_from_record(one, here.east, await facts())
    with pytest.raises(NotFound):
        await visits.complete_from_record(uuid4(), here.east, await facts())
    with pytest.raises(NotFound):
        await visits.complete_from_record(None, here.east, await facts())


@pytest.mark.parametrize(
    "wrong",
    [
        {"identity": "guess"},
        {"signature": b"GIF89a"},
        {"at": dt.datetime(2026, 11, 23)},  # that is what is wrong
        {"papers": [visits.Paper("身份证", 100, 0)]},
    ],
)
async def test_facts_that_cannot_be_are_refused(here: Town, one: UUID, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        await visits.complete_from_record(one, here.east, await facts(**wrong))
    assert (await visit(one)).state == "taken"


async def test_an_agent_records_what_nobody_had_asked_for(here: Town) -> None:
    told = await facts(
        unplanned=visits.Unplanned(UUID(str(here.item.id)), "east", "ill", "5 组", "10000007005", typed(5)),
        powers=visits.Powers(await terms(), "照这一段念的", digest("照这一段念的"), IMAGE),
    )
    made = await visits.complete_from_record(None, here.east, told)
    assert await visits.complete_from_record(None, here.east, told) == made
    assert await kinds(made) == ["requested", "taken", "mandated", "done"]
    other = msgspec.structs.replace(told, record=uuid4())
    with pytest.raises(Refusal, match="不归你负责"):
        await visits.complete_from_record(None, here.middle, other)


async def test_the_phone_takes_along_today_s_doors_and_nobody_else_s(here: Town, one: UUID) -> None:
    await visits.agree(one, at("11-23", "16:00"), 60, here.east)
    later = await asked(here)
    await visits.take(later, here.east)
    await visits.agree(later, at("11-24", "10:00"), 60, here.east)
    [planned] = await visits.today(here.east)
    assert (planned.visit, planned.who, planned.phone) == (one, "张三丰", "10000007777")
    assert planned.papers == [visits.Paper("身份证", 1, 0)]
    assert await visits.today(here.middle) == []


# --- after it ---


async def handed_in(here: Town, one: UUID) -> UUID:
    await signed(one, here.east)
    await visits.complete_from_record(one, here.east, await facts())
    return await visits.submit(one, here.clerk)


async def test_what_was_handed_over_lies_with_the_case(here: Town, one: UUID) -> None:
    shot = await files.keep(BytesIO(SCAN))
    await signed(one, here.east)
    told = await facts(
        papers=[visits.Paper("身份证", 1, 0), visits.Paper("电子的")], photos=[visits.Photo("户口簿", shot)]
    )
    await visits.complete_from_record(one, here.east, told)
    case = await visits.submit(one, here.clerk)
    rows = await db.rows(
        'SELECT name, form, originals, sha256 FROM case_paper WHERE "case" = $1 ORDER BY form', case
    )
    assert [tuple(row.values()) for row in rows] == [
        ("户口簿", "file", 0, shot.sha256),
        ("身份证", "paper", 1, ""),
    ]


async def test_the_papers_become_one_case_of_the_doorstep(here: Town, one: UUID) -> None:
    case = await handed_in(here, one)
    assert await visits.submit(one, here.clerk) == case
    [row] = await db.rows("SELECT channel, account, number FROM service_case")
    assert (row["channel"], row["account"]) == ("3", (await visit(one)).account)


async def test_a_case_that_cannot_be_linked_is_not_there(
    here: Town, one: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: Any, **__: Any) -> None:
        raise ConnectionError("in between")

    with monkeypatch.context() as patch:
        patch.setattr("backend.visits.result.change", killed)
        with pytest.raises(ConnectionError):
            await handed_in(here, one)
    assert await db.rows("SELECT id FROM service_case") == []
    assert (await visit(one)).state == "done"


async def test_who_closed_the_account_has_no_case_made_of_it(here: Town, one: UUID) -> None:
    await signed(one, here.east)
    await visits.complete_from_record(one, here.east, await facts())
    await db.rows("UPDATE visit SET account = NULL, person = NULL WHERE id = $1", one)
    with pytest.raises(Refusal, match="注销"):
        await visits.submit(one, here.clerk)


async def finished(one: UUID) -> None:
    await db.rows(
        "UPDATE service_case SET state = 'finished', accepted_at = received_at WHERE id = $1",
        (await visit(one)).case,
    )


async def test_bringing_the_result_delivers_the_case(here: Town, one: UUID) -> None:
    case = await handed_in(here, one)
    await finished(one)
    await visits.deliver(one, here.east)
    [row] = await db.rows(
        "SELECT c.state, e.kind, e.says, e.by_staff FROM service_case c JOIN case_event e ON e.\"case\" = c.id"
        " WHERE c.id = $1 ORDER BY e.at DESC LIMIT 1", case,
    )  # fmt: skip
    assert (row["state"], row["kind"], row["by_staff"]) == ("delivered", "delivered", here.east)
    assert "door" in row["says"]


async def test_a_case_that_came_to_them_otherwise_does_not_hold_the_visit_up(here: Town, one: UUID) -> None:
    case = await handed_in(here, one)
    await finished(one)
    await cases.deliver(case, "counter", await staff("clerk", "hall", town.TOWN))
    await visits.deliver(one, here.east)
    assert (await visit(one)).state == "delivered"
    [count] = await db.rows("SELECT count(*) AS n FROM case_event WHERE kind = 'delivered'")
    assert count["n"] == 1


async def test_without_a_signed_word_nothing_is_handed_in(here: Town, one: UUID) -> None:
    await visits.complete_from_record(one, here.east, await facts())
    with pytest.raises(Refusal, match="委托书"):
        await visits.submit(one, here.clerk)
    assert await db.rows("SELECT id FROM service_case") == []


async def delivered(here: Town, one: UUID) -> None:
    case = await handed_in(here, one)
    with pytest.raises(Refusal, match="还没有办好"):
        await visits.deliver(one, here.east)
    await db.rows("UPDATE service_case SET state = 'finished', accepted_at = received_at WHERE id = $1", case)
    await visits.deliver(one, here.east)


async def test_a_fifth_of_the_delivered_is_called_back_chosen_by_their_ids(here: Town, one: UUID) -> None:
    await delivered(here, one)
    ids = [UUID(int=n * 7919) for n in range(5000)]
    assert 900 < sum(map(sampled, ids)) < 1100
    assert len(await db.rows("SELECT id FROM visit_call")) == sampled(one)


async def test_who_was_not_reached_stays_on_the_list_and_nobody_calls_twice(
    here: Town, one: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.visits.calls.sampled", lambda visit: True)
    await delivered(here, one)
    supervisor = await staff("supervisor", "all", "")
    await visits.call(one, "unreached", supervisor)
    assert [row["outcome"] for row in await calls(supervisor)] == ["unreached"]
    await visits.call(one, "content", supervisor, "都好")
    assert await calls(supervisor) == []
    with pytest.raises(NotFound):
        await visits.call(one, "content", supervisor)


async def test_who_asked_says_how_it_was_and_nobody_else_does(here: Town, one: UUID) -> None:
    await delivered(here, one)
    owner, (stranger, _) = (await visit(one)).account, await make.citizen()
    for level in (2, 5):
        await visits.rate(one, level, owner, "后来补好了")
    assert (await visit(one)).rating == 5
    with pytest.raises(NotFound):
        await visits.rate(one, 1, UUID(str(stranger.id)))


async def test_a_number_is_read_for_a_reason_that_is_kept(here: Town, one: UUID) -> None:
    assert await visits.unmask(one, here.clerk, "换人打电话") == "10000007777"
    assert (await kinds(one))[-1] == "unmasked"
    with pytest.raises(Refusal):
        await visits.unmask(one, here.clerk, "")
    with pytest.raises(NotFound):
        await visits.unmask(one, await agent("far"), "好奇")


async def test_who_leaves_leaves_nothing_readable(here: Town, one: UUID) -> None:
    await signed(one, here.east)
    owner = (await visit(one)).account
    async with db.transaction():
        await identity.hold(owner)
        await visits.erase(owner)
    left = await visit(one)
    assert (left.state, left.account, left.name_sealed, left.address_sealed) == ("withdrawn", None, b"", b"")
    assert await db.rows("SELECT id FROM visit_mandate") == []
    assert await text_hash_gone(one, here)


async def text_hash_gone(one: UUID, here: Town) -> bool:
    """A text for nobody still cannot be signed: the visit is over."""
    with pytest.raises(Refusal):
        await visits.sign(one, await terms(), here.east, await text_hash(one, here.east))
    return True


async def test_after_its_years_nobody_reads_for_whom_it_was(here: Town, one: UUID) -> None:
    await signed(one, here.east)
    await visits.complete_from_record(one, here.east, await facts())
    await visits.terminate(one, here.east, "不办了")
    now = await clock.now()
    assert await visits.forget(now + dt.timedelta(days=1094)) == 0
    assert await visits.forget(now + dt.timedelta(days=1096)) == 4
    assert (await visit(one)).phone_sealed == b""
    assert await db.rows("SELECT id FROM visit_mandate") == []
    assert await visits.forget(now + dt.timedelta(days=1096)) == 0


async def test_a_visit_that_stops_after_the_door_takes_no_second_record(here: Town, one: UUID) -> None:
    await signed(one, here.east)
    await visits.complete_from_record(one, here.east, await facts())
    await visits.pause(one, here.east, "材料要回原籍开")
    with pytest.raises(Refusal, match="已经登记过一次"):
        await visits.complete_from_record(one, here.east, await facts())
    await visits.resume(one, here.east)
    assert (await visit(one)).state == "done"
