"""有异常: what is wrong with originals stands on the list until it is found, settled (处理了) or has moved on."""

from uuid import UUID

import httpx
import pytest

from backend import cases
from backend.cases import Arrived, Seen, custody_views
from backend.refusal import Refusal
from tests.cases.custodians import CITY, TOWN, Custody, custody, history
from tests.cases.office import kinds
from tests.cases.test_pages import be, words


@pytest.fixture
async def it() -> Custody:
    return await custody()


async def odd(by: UUID) -> list[UUID]:
    """The list of exceptions."""
    return [row["id"] for row in (await custody_views.work(by, "odd")).rows]


async def test_what_came_back_stays_on_the_list_while_it_lies_there(it: Custody) -> None:
    parcel = await it.sent()
    await cases.refuse_parcel(parcel, "不归我们收", it.far)
    assert await odd(it.at.clerk) == [parcel]
    await cases.receive_parcel(parcel, it.seen(), it.at.clerk)
    assert await odd(it.at.clerk) == [parcel]
    await cases.hand_back(it.one, it.pile(card=0), "李四", it.at.clerk, b"")
    assert await odd(it.at.clerk) == [parcel], "one of it lies there still"
    await it.packed(book=0)
    assert await odd(it.at.clerk) == []


async def test_what_is_lost_where_it_lay_stands_on_the_list_and_is_found_again(
    client: httpx.AsyncClient, it: Custody
) -> None:
    await cases.put_away(it.one, it.pile(book=1, card=0), "lost", "搬家后找不到", it.at.clerk)
    [parcel] = await odd(it.at.clerk)
    assert await it.places() == {CITY: 2, "lost": 1}
    assert (await kinds(it.one))[-1] == "astray"
    await be(client, staff=it.at.clerk)
    listed = words(await client.get("/console/parcels?group=odd"))
    assert "启东市政务服务中心 →" not in listed
    shown = words(await client.get(f"/console/parcels/{parcel}"))
    assert "放着时找不到的" in shown
    assert "搬家后找不到" in shown
    assert "找到了，放在我这里" in shown
    found = await client.post(f"/console/parcels/{parcel}/finding", data={"why": "夹在别的卷里"})
    assert found.status_code == 303
    assert await it.places() == {CITY: 3}
    assert await odd(it.at.clerk) == []
    assert "找到了，放在我这里" not in words(await client.get(f"/console/parcels/{parcel}"))
    assert (await history(it.book))[-2:] == [("lost", 1), ("found", 1)]
    with pytest.raises(Refusal):
        await cases.find_originals(parcel, "又找到了", it.at.clerk)


async def test_the_same_page_twice_loses_one_original_once(it: Custody) -> None:
    pile = it.pile(book=1, card=0)
    for _ in range(2):
        await cases.put_away(it.one, pile, "lost", "找不到", it.at.clerk)
    assert await it.places() == {CITY: 2, "lost": 1}


async def test_damage_leaves_the_list_with_what_was_done_about_it(
    client: httpx.AsyncClient, it: Custody
) -> None:
    parcel = await it.sent()
    seen = Seen(False, {it.book: Arrived(2, 1), it.card: Arrived(1)}, "封条破了，一本湿了")
    await cases.receive_parcel(parcel, seen, it.far)
    assert await odd(it.at.clerk) == await odd(it.far) == [parcel]
    await be(client, staff=it.far)
    to = f"/console/parcels/{parcel}/settlement"
    assert (await client.post(to, data={"why": ""})).status_code == 422
    assert await odd(it.far) == [parcel]
    assert (await client.post(to, data={"why": "申请人看过，同意照用"})).status_code == 303
    assert await odd(it.at.clerk) == await odd(it.far) == []
    assert (await history(it.book))[-1] == ("settled", 1)
    assert "申请人看过，同意照用" in words(await client.get(f"/console/parcels/{parcel}"))
    again = await client.post(to, data={"why": "又处理了"})
    assert again.status_code == 409


async def test_what_is_short_is_looked_for_first_and_settled_once_it_is_known_to_be_lost(it: Custody) -> None:
    parcel = await it.sent()
    await cases.receive_parcel(parcel, it.seen(book=1, note="少一本"), it.far)
    with pytest.raises(Refusal, match="还有原件在找"):
        await cases.settle_parcel(parcel, "补办了", it.far)
    await cases.lose_originals(parcel, "找遍了", it.far)
    assert await odd(it.far) == [parcel]
    await cases.settle_parcel(parcel, "补办了", it.far)
    assert await odd(it.far) == []
    assert (await history(it.book))[-1] == ("settled", 1)


async def test_what_was_short_and_is_found_needs_no_more_words(it: Custody) -> None:
    parcel = await it.sent()
    await cases.receive_parcel(parcel, it.seen(book=1, note="少一本"), it.far)
    await cases.find_originals(parcel, "落在打包台上", it.far)
    assert await it.places() == {TOWN: 3}
    assert await odd(it.far) == []


async def test_nothing_is_settled_where_nothing_is_wrong_nor_by_strangers(it: Custody) -> None:
    parcel = await it.sent()
    await cases.receive_parcel(parcel, it.seen(), it.far)
    for by, done in ((it.far, "没事"), (it.far, ""), (UUID(int=1), "没事")):
        with pytest.raises(Refusal):
            await cases.settle_parcel(parcel, done, by)
    assert "settled" not in [kind for kind, _ in await history(it.book)]
