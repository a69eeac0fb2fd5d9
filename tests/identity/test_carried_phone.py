"""值守手机: whoever works here links the phone they carry by its code; when its number is not theirs, neither is it."""

from uuid import UUID

import httpx
import pytest

from backend import db, identity
from backend.identity import staff_list
from backend.identity.tables import Account, Staff
from backend.refusal import Refusal
from tests import factories as make
from tests import world
from tests.identity.steps import code_for, later
from tests.visits.town import staff
from tests.world import Who

NUMBER = "10000004201"


async def officer() -> UUID:
    """Somebody with an account of work."""
    return await staff("officer", "all", "")


async def deeds(of: UUID) -> list[str]:
    rows = await db.rows("SELECT what FROM identity_event WHERE staff = $1 ORDER BY at, id", of)
    return [row["what"] for row in rows if row["what"].startswith("phone-")]


async def test_a_phone_is_linked_by_its_code_and_its_account_made_where_there_is_none() -> None:
    one = await officer()
    with pytest.raises(identity.WrongCode):
        await identity.link_phone(one, NUMBER, "000000")
    await identity.link_phone(one, NUMBER, await code_for(NUMBER))
    account = await identity.carried(one)
    assert account
    assert await identity.phone_of(account) == NUMBER
    [made] = await Account.objects()
    assert made.consented_at is None  # whoever signs in reads the notice first
    assert await deeds(one) == ["phone-linked"]
    assert {"phone-linked", "phone-unlinked"} <= staff_list.DEEDS.keys()


async def test_a_wrong_code_counts_and_links_nothing() -> None:
    one = await officer()
    await code_for(NUMBER)
    for _ in range(5):
        with pytest.raises(identity.WrongCode):
            await identity.link_phone(one, NUMBER, "abcdef")
    with pytest.raises(identity.WrongCode, match="次数太多"):
        await identity.link_phone(one, NUMBER, "abcdef")
    assert await identity.carried(one) is None


async def test_a_code_links_once_and_another_phone_takes_the_place_of_the_first() -> None:
    one, owner = await officer(), await make.account(NUMBER)
    code = await code_for(NUMBER)
    await identity.link_phone(one, NUMBER, code)
    assert await identity.carried(one) == owner.id
    with pytest.raises(identity.WrongCode):
        await identity.link_phone(one, NUMBER, code)
    await identity.link_phone(one, "10000004202", await code_for("10000004202"))
    assert await identity.carried(one) != owner.id


async def test_unlinking_twice_is_once() -> None:
    one = await officer()
    await identity.link_phone(one, NUMBER, await code_for(NUMBER))
    for _ in range(2):
        await identity.unlink_phone(one)
    assert await identity.carried(one) is None
    assert await deeds(one) == ["phone-linked", "phone-unlinked"]


async def test_a_number_that_may_be_somebody_else_s_is_not_linked_and_its_account_stays() -> None:
    one, owner = await officer(), await make.account(NUMBER)
    await later(days=91)
    with pytest.raises(Refusal, match="先用它在手机上登录一次"):
        await identity.link_phone(one, NUMBER, await code_for(NUMBER))
    assert await identity.carried(one) is None
    assert await Account.exists().where(Account.id == owner.id, Account.phone_index.is_not_null())


async def test_whose_number_went_to_somebody_else_carries_it_no_more() -> None:
    one = await officer()
    await identity.link_phone(one, NUMBER, await code_for(NUMBER))
    await later(days=91)
    await identity.sign_in(NUMBER, await code_for(NUMBER), afresh=True)
    assert await identity.carried(one) is None
    [gone] = await db.rows("SELECT why FROM identity_event WHERE what = 'phone-unlinked'")
    assert gone["why"] == "号码换了主人"


async def test_whose_account_is_erased_carries_it_no_more() -> None:
    one, owner = await officer(), await make.account(NUMBER)
    await Staff.update({Staff.account: owner.id}).where(Staff.id == one)
    async with db.transaction():
        await identity.hold(owner.id)
        await identity.erase(owner.id)
    assert await identity.carried(one) is None
    assert await deeds(one) == ["phone-unlinked"]


async def test_the_page_links_a_phone_step_by_step_and_says_how_a_ring_reaches_it(
    client: httpx.AsyncClient,
) -> None:
    found = await world.build()
    await world.be(client, found, Who(role="officer"))
    await client.post("/console/phone/removal")
    assert "关联手机" in (await client.get("/console/account")).text
    odd = await client.post("/console/phone/codes", data={"phone": "12"})
    assert odd.status_code == 422
    assert "手机号应是 11 位数字" in odd.text
    assert 'value="12"' in odd.text
    sent = await client.post("/console/phone/codes", data={"phone": NUMBER})
    assert "100****4201" in sent.text
    wrong = await client.post("/console/phone", data={"phone": NUMBER, "code": "12"})
    assert (wrong.status_code, "验证码是 6 位数字" in wrong.text) == (422, True)
    code = sent.text.partition("data-code>")[2][:6]
    answer = await client.post("/console/phone", data={"phone": NUMBER, "code": code})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/phone")
    shown = (await client.get("/console/phone")).text
    assert "100****4201" in shown
    assert "只发短信" in shown
    assert NUMBER not in shown
    assert "100****4201" in (await client.get("/console/account")).text
    await client.post("/console/phone/removal")
    assert "100****4201" not in (await client.get("/console/account")).text
