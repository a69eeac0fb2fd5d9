"""Custody of originals: each is at exactly one place, and each hand-over is confirmed by both sides."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import httpx
import pytest

from backend import cases, db, notify, secrecy
from backend.cases import Arrived, Seen, views
from backend.cases.record import Asker
from backend.refusal import NotFound, Refusal
from tests.cases.custodians import CITY, TOWN, Custody, custody, history, strange
from tests.cases.office import case, kinds, officer
from tests.cases.test_pages import be, words

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
async def it() -> Custody:
    return await custody()


async def test_a_package_goes_to_another_hall_and_comes_back(it: Custody) -> None:
    assert await it.places() == {CITY: 3}
    parcel = await it.packed()
    assert await it.places() == {"parcel": 3}
    await cases.send_parcel(parcel, "EA123456789CN", it.at.clerk)
    await cases.receive_parcel(parcel, it.seen(), it.far)
    assert await it.places() == {TOWN: 3}
    back = await cases.pack(it.one, it.pile(at=TOWN), CITY, "F0002", it.far)
    await cases.send_parcel(back, "EA987654321CN", it.far)
    await cases.receive_parcel(back, it.seen(), it.at.clerk)
    assert await it.places() == {CITY: 3}
    steps = [("packed", 2), ("sent", 2), ("arrived", 2)]
    assert await history(it.book) == steps * 2
    assert await kinds(it.one) == ["received", "laid", "laid", "posted", "posted"]


async def test_after_a_rejection_the_originals_are_owed_until_each_has_found_its_way_home(
    it: Custody,
) -> None:
    parcel = await it.sent(it.department)
    decides = await officer(f"{it.at.department}-2")
    await db.rows("UPDATE staff_role SET scope = $1 WHERE staff = $2", it.at.department, decides)
    await cases.receive_parcel(parcel, it.seen(), decides)
    assert await owed(it) == []
    await cases.decline(it.one, it.at.officer, "不归我们管")
    assert await owed(it) == [it.one]
    back = await cases.pack(it.one, it.pile(at=it.department), CITY, "F0002", decides)
    await cases.send_parcel(back, "EA987654321CN", decides)
    with pytest.raises(Refusal, match="在路上，交给启东市政务服务中心"):
        await cases.file(it.one, it.at.officer)
    await cases.receive_parcel(back, it.seen(), it.at.clerk)
    await cases.hand_back(it.one, it.pile(book=1), "李四", it.at.clerk, b"")
    assert await owed(it) == [it.one]
    await cases.put_away(it.one, it.pile(book=1, card=0), "kept", "归档要留一份", it.at.clerk)
    assert await owed(it) == []
    await cases.file(it.one, it.at.officer)


async def owed(it: Custody) -> list[UUID]:
    """The work list of what is over with originals that are not."""
    return [row["id"] for row in (await views.work(it.at.clerk, "owed")).rows]


async def test_what_is_packed_cannot_be_packed_again_nor_more_than_there_is(it: Custody) -> None:
    await it.packed(book=1, card=0)
    with pytest.raises(Refusal, match="没有 2 份原件"):
        await it.packed(book=2, card=0)
    await it.packed(book=1, card=0)
    for counts in ({}, {it.card: 0}, {it.card: -1}, {strange(): 1}):
        pile = it.pile()
        with pytest.raises(Refusal):
            await cases.pack(it.one, cases.Pile(pile.at, counts, pile.token), TOWN, "F1", it.at.clerk)
    assert await it.places() == {"parcel": 2, CITY: 1}


async def test_the_same_page_twice_is_one_package(it: Custody) -> None:
    pile = it.pile(book=1)
    made = [await cases.pack(it.one, pile, TOWN, "F1", it.at.clerk) for _ in range(2)]
    assert made[0] == made[1]
    assert await it.places() == {"parcel": 2, CITY: 1}


async def test_a_seal_is_on_one_package_at_a_time(it: Custody) -> None:
    first = await cases.pack(it.one, it.pile(1, 0), TOWN, "F7", it.at.clerk)
    with pytest.raises(Refusal, match="封条号已经用在"):
        await cases.pack(it.one, it.pile(1, 0), TOWN, "F7", it.at.clerk)
    await cases.unpack(first, it.at.clerk)
    await cases.pack(it.one, it.pile(1, 0), TOWN, "F7", it.at.clerk)


async def test_a_package_needs_a_seal_a_number_and_another_place(it: Custody) -> None:
    for to, seal, match in ((TOWN, "", "封条"), (CITY, "F1", "已经在这里"), ("hall:x", "F1", "这个地方")):
        with pytest.raises(Refusal, match=match):
            await cases.pack(it.one, it.pile(), to, seal, it.at.clerk)
    parcel = await it.packed()
    with pytest.raises(Refusal, match="快递单号"):
        await cases.send_parcel(parcel, "", it.at.clerk)
    assert await it.places() == {"parcel": 3}


async def test_one_that_is_not_sent_is_opened_and_nothing_has_moved(it: Custody) -> None:
    parcel = await it.packed()
    await cases.unpack(parcel, it.at.clerk)
    assert await it.places() == {CITY: 3}
    for deed in (
        cases.unpack(parcel, it.at.clerk),
        cases.send_parcel(parcel, "EA1", it.at.clerk),
        cases.receive_parcel(parcel, it.seen(), it.far),
    ):
        with pytest.raises(Refusal):
            await deed


async def test_what_is_short_is_missing_until_it_is_found(it: Custody) -> None:
    parcel = await it.sent()
    with pytest.raises(Refusal, match="写明情况"):
        await cases.receive_parcel(parcel, it.seen(book=1), it.far)
    await cases.receive_parcel(parcel, it.seen(book=1, note="少一本户口簿"), it.far)
    assert await it.places() == {TOWN: 2, "missing": 1}
    assert await history(it.book) == [("packed", 2), ("sent", 2), ("arrived", 1), ("missing", 1)]
    await cases.find_originals(parcel, "落在打包台上", it.at.clerk)
    assert await it.places() == {TOWN: 2, CITY: 1}
    with pytest.raises(Refusal):
        await cases.find_originals(parcel, "又找到了", it.at.clerk)


async def test_what_was_damaged_on_its_way_stays_marked(it: Custody) -> None:
    parcel = await it.sent()
    seen = Seen(False, {it.book: Arrived(2, 1), it.card: Arrived(1)}, "封条破了，一本湿了")
    await cases.receive_parcel(parcel, seen, it.far)
    rows = await db.rows("SELECT damaged FROM custody_original WHERE place = 'hall' ORDER BY damaged")
    assert [row["damaged"] for row in rows] == [False, False, True]
    assert "astray" in await kinds(it.one)
    await notify.sweep()
    [told] = await db.rows("SELECT title, body FROM notice WHERE kind = 'case-astray'")
    assert "原件出了问题" in told["title"]


async def test_every_line_is_counted_and_none_is_more_than_was_sent(it: Custody) -> None:
    parcel = await it.sent()
    for lines in (
        {it.book: Arrived(2)},
        {it.book: Arrived(3), it.card: Arrived(1)},
        {it.book: Arrived(2, 3), it.card: Arrived(1)},
        {it.book: Arrived(2), it.card: Arrived(1), strange(): Arrived(1)},
    ):
        with pytest.raises(Refusal):
            await cases.receive_parcel(parcel, Seen(True, lines, "说明"), it.far)
    assert await it.places() == {"parcel": 3}


async def test_refused_it_comes_back_to_who_sent_it(it: Custody) -> None:
    parcel = await it.sent()
    await cases.refuse_parcel(parcel, "收件人不对", it.far)
    with pytest.raises(Refusal):
        await cases.receive_parcel(parcel, it.seen(), it.far)
    await cases.receive_parcel(parcel, it.seen(), it.at.clerk)
    assert await it.places() == {CITY: 3}
    assert await history(it.card) == [("packed", 1), ("sent", 1), ("refused", 1), ("back", 1)]


async def test_a_package_that_was_lost_may_turn_up_again(it: Custody) -> None:
    parcel = await it.sent()
    await cases.lose_originals(parcel, "快递公司说丢了，已经赔付，正在补办", it.at.clerk)
    assert await it.places() == {"lost": 3}
    await cases.find_originals(parcel, "快递公司送来了", it.far)
    assert await it.places() == {TOWN: 3}
    assert (await kinds(it.one))[-2:] == ["astray", "recovered"]


async def test_from_hand_to_hand_the_colleague_says_that_they_are_there(it: Custody) -> None:
    other = await officer("D9")
    with pytest.raises(Refusal, match="这位同事"):
        await cases.hand_over(it.one, it.pile(), other, it.at.clerk)  # of a department that there is not
    parcel = await cases.hand_over(it.one, it.pile(), it.at.officer, it.at.clerk)
    assert await it.places() == {"parcel": 3}
    with pytest.raises(NotFound):
        await cases.receive_parcel(parcel, it.seen(), it.far)
    with pytest.raises(Refusal):
        await cases.receive_parcel(parcel, it.seen(), it.at.clerk)
    await cases.receive_parcel(parcel, it.seen(), it.at.officer)
    assert await it.places() == {it.department: 3}
    with pytest.raises(Refusal, match="不在你这里"):
        await cases.pack(it.one, it.pile(at=it.department), TOWN, "F1", it.at.clerk)


async def test_who_works_on_neither_side_finds_no_package_and_no_case(it: Custody) -> None:
    parcel = await it.sent(it.department)
    for deed in (
        cases.receive_parcel(parcel, it.seen(), it.far),
        cases.refuse_parcel(parcel, "不收", it.far),
        cases.lose_originals(parcel, "丢了", it.far),
        cases.pack(it.one, it.pile(at=TOWN), CITY, "F1", it.far),
        cases.pack(it.one, it.pile(), TOWN, "F1", it.far),
        cases.call_for(it.one, it.far),
        cases.receive_parcel(strange(), it.seen(), it.far),
    ):
        with pytest.raises(NotFound):
            await deed
    assert await it.places() == {"parcel": 3}


async def test_given_back_at_the_counter_it_is_signed_for(it: Custody) -> None:
    with pytest.raises(Refusal, match="还给了谁"):
        await cases.hand_back(it.one, it.pile(), "", it.at.clerk, b"")
    with pytest.raises(Refusal, match="签名"):
        await cases.hand_back(it.one, it.pile(), "李四", it.at.clerk, None)
    await cases.hand_back(it.one, it.pile(book=1), "李四", it.at.clerk, PNG)
    await cases.hand_back(it.one, it.pile(book=1, card=0), "李四", it.at.clerk, b"")
    assert await it.places() == {"returned": 3}
    rows = await db.rows("SELECT signed, receiver_sealed, number FROM custody_parcel ORDER BY packed_at")
    assert [row["signed"] for row in rows] == ["drawn", "paper"]
    assert {secrecy.unseal(row["receiver_sealed"]) for row in rows} == {"李四"}
    assert len({row["number"] for row in rows}) == 2


async def test_mailed_to_the_applicant_they_or_the_courier_say_that_it_came(it: Custody) -> None:
    owner = (await case(it.one)).account
    first, second = await it.sent("applicant", book=1, card=0), await it.sent("applicant", book=1)
    with pytest.raises(NotFound):
        await cases.confirm_own(it.one, first, strange())
    await cases.confirm_own(it.one, first, owner)
    with pytest.raises(Refusal):
        await cases.confirm_own(it.one, first, owner)
    await cases.deliver_parcel(second, "李四的母亲", it.at.clerk)
    assert await it.places() == {"returned": 3}
    await notify.sweep()
    told = await db.rows("SELECT body FROM notice WHERE kind = 'case-posted'")
    assert "EA123456789CN" in told[0]["body"]


async def test_a_case_is_not_filed_while_an_original_is_out(it: Custody) -> None:
    await cases.withdraw(it.one, it.at.clerk, "不办了")
    parcel = await it.sent("applicant", book=1, card=0)
    with pytest.raises(Refusal, match=r"户口簿 1 份在路上.*残疾人证 1 份在|残疾人证.*户口簿 1 份在路上"):
        await cases.file(it.one, it.at.clerk)
    await cases.deliver_parcel(parcel, "李四", it.at.clerk)
    await cases.hand_back(it.one, it.pile(book=1, card=0), "李四", it.at.clerk, b"")
    with pytest.raises(Refusal, match="残疾人证 1 份在"):
        await cases.file(it.one, it.at.clerk)
    await cases.put_away(it.one, it.pile(book=0), "kept", "原件按规定存档", it.at.clerk)
    await cases.file(it.one, it.at.clerk)
    assert (await case(it.one)).state == "filed"
    with pytest.raises(Refusal, match="归档"):
        await cases.find_originals(parcel, "又一本", it.at.clerk)


async def test_the_applicant_is_called_for_what_lies_in_the_hall(it: Custody) -> None:
    await it.packed(book=0)
    await cases.call_for(it.one, it.at.clerk)
    await notify.sweep()
    [told] = await db.rows("SELECT title, body FROM notice WHERE kind = 'case-collect'")
    assert told["title"].startswith("原件可以来拿")
    assert "户口簿 2 份" in told["body"]
    assert "残疾人证" not in told["body"]
    await it.packed(card=0)
    with pytest.raises(Refusal, match="可以来拿的原件"):
        await cases.call_for(it.one, it.at.clerk)


async def test_paper_whose_originals_were_handed_on_is_not_taken_away(it: Custody) -> None:
    await it.packed(card=0)
    with pytest.raises(Refusal, match="交接过"):
        await cases.remove_paper(it.one, it.book, Asker(staff=it.at.clerk))
    with pytest.raises(Refusal, match="写明原因"):
        await cases.remove_paper(it.one, it.card, Asker(staff=it.at.clerk))
    await cases.remove_paper(it.one, it.card, Asker(staff=it.at.clerk), "收错了，当场还给本人")
    assert await it.places() == {"parcel": 2}


async def test_the_database_itself_knows_one_place_and_no_more_than_was_handed_in(it: Custody) -> None:
    await it.packed()
    for statement in (
        "UPDATE custody_original SET place = 'returned'",
        "UPDATE custody_original SET position = 3 WHERE position = 2",
        "UPDATE custody_original SET position = 1",
        "UPDATE custody_original SET parcel = NULL",
        "UPDATE custody_line SET arrived = amount + 1",
        "UPDATE custody_parcel SET state = 'sent'",
    ):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await db.rows(statement)


async def revoked(it: Custody) -> None:
    """Accepted on a commitment, granted, and found broken."""
    await cases.commit(it.one, "我承诺", it.at.clerk, signed=True)
    await cases.decide(it.one, "granted", it.at.officer)
    await cases.finish(it.one, it.at.officer)
    await cases.deliver(it.one, "counter", it.at.clerk)
    await cases.verify(it.one, "broken", "没有做到", it.at.officer)


async def returned(it: Custody) -> None:
    """退件."""
    await cases.give_back(it.one, it.at.clerk, "不归这里办")


async def terminated(it: Custody) -> None:
    """终止."""
    await cases.accept(it.one, it.at.clerk)
    await cases.terminate(it.one, it.at.officer, "申请人去世")


@pytest.mark.parametrize("end", [returned, terminated, revoked])
async def test_however_it_ends_it_is_owed_and_not_filed_until_each_original_is_back(
    client: httpx.AsyncClient, it: Custody, end: Callable[[Custody], Awaitable[None]]
) -> None:
    await db.rows("UPDATE item SET commitment = true")
    await end(it)
    await be(client, staff=it.at.clerk)
    assert "原件待还" in words(await client.get("/console/cases?group=over")).partition("到哪一步")[2]
    parcel = await it.sent("applicant", card=0)
    for back in (
        cases.deliver_parcel(parcel, "李四", it.at.clerk),
        cases.hand_back(it.one, it.pile(book=0), "李四", it.at.clerk, b""),
    ):
        with pytest.raises(Refusal, match="不能归档"):
            await cases.file(it.one, it.at.officer)
        assert await owed(it) == [it.one]
        await back
    assert "原件待还" not in words(await client.get("/console/cases?group=over")).partition("到哪一步")[2]
    await cases.file(it.one, it.at.officer)
    assert (await case(it.one)).state == "filed"
