"""委托书: who comes for another has its powers and term noted before anything goes home; the department reads them."""

import datetime as dt
import re
from uuid import UUID

import httpx
import pytest

from backend import cases, clock, db, secrecy
from backend.crossregion import hand_over, mandate
from backend.crossregion.intake import intake_of
from backend.refusal import NotFound, Refusal
from tests.crossregion.test_bundles import bundle, form_of
from tests.crossregion.test_eligible import at_the_desk, words
from tests.crossregion.test_intake import PATH, handed_in, officer, signed, taken_in

ITEM = "医药费零星报销"


async def terms(days: int = 30, *powers: str) -> mandate.Terms:
    until = clock.local(await clock.now()).date() + dt.timedelta(days=days)
    return mandate.Terms("孙八妹", powers or ("submit", "collect"), until)


async def whole(client: httpx.AsyncClient, applicant: str) -> UUID:
    """Every paper there, and signed, where that does not wait for who signs for another."""
    case = await taken_in(client, ITEM, applicant=applicant)
    await signed(client, case)
    await handed_in(client, case)
    return case


async def sent_home(client: httpx.AsyncClient, case: UUID, by: UUID) -> None:
    """Signed by who is entrusted, and handed on."""
    await signed(client, case)
    await hand_over.hand_on(case, by)


@pytest.mark.parametrize("applicant", ["family", "authorised"])
async def test_nothing_goes_home_for_another_without_powers_and_term(
    client: httpx.AsyncClient, applicant: str
) -> None:
    by = await at_the_desk(client)
    case = await whole(client, applicant)
    assert "委托书（写明办什么、到哪天）" in [row["name"] for row in await cases.papers_of(case)]
    assert "先登记委托书" in words(await signed(client, case))
    with pytest.raises(Refusal, match="同意书"):
        await hand_over.hand_on(case, by)
    page = words(await client.get(f"{PATH}/cases/{case}/mandate"))
    assert "授权委托书" in page
    until = (await terms()).until
    form = {"proxy": "孙八妹", "powers": ["submit", "collect"], "until": until.isoformat()}
    assert (await client.post(f"{PATH}/cases/{case}/mandate", data=form)).status_code == 303
    await sent_home(client, case, by)
    told = (await cases.show_to_staff(case, await officer(ITEM)))["events"]
    [said] = [event["why"] for event in told if event["kind"] == "entrusted"]
    assert said.startswith("孙*妹：代为提交材料、签同意书、代为领取结果和退还的原件，到 ")
    with pytest.raises(Refusal, match="已经交给启东"):
        await mandate.entrust(case, await terms(), by)


async def test_who_comes_for_themselves_or_their_child_needs_none(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    for applicant in ("self", "guardian"):
        case = await whole(client, applicant)
        assert (await client.get(f"{PATH}/cases/{case}/mandate")).status_code == 404
        with pytest.raises(Refusal, match="不用登记委托书"):
            await mandate.entrust(case, await terms(), by)
        await hand_over.hand_on(case, by)


async def test_two_who_note_the_same_mandate_see_each_other(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case = await whole(client, "authorised")
    page = await client.get(f"{PATH}/cases/{case}/mandate")
    [address] = re.findall(r'action="([^"]*/mandate\?seen=\d+)"', page.text)
    await mandate.entrust(case, await terms(3, "submit"), by)
    until = (await terms()).until.isoformat()
    answer = await client.post(address, data={"proxy": "钱九妹", "powers": ["collect"], "until": until})
    assert answer.status_code == 409
    said = words(answer)
    assert "孙*妹：代为提交材料" in said
    assert (
        f"你填的，还没提交 受托人姓名 钱九妹 委托他做什么 代为领取结果和退还的原件 委托到哪一天 {until}"
        in said
    )
    terms_ = mandate.terms_of(await intake_of(case))
    assert terms_
    assert terms_.proxy == "孙八妹"
    [address] = re.findall(r'action="([^"]*/mandate\?seen=\d+)"', answer.text)
    again = await client.post(address, data={"proxy": "钱九妹", "powers": ["collect"], "until": until})
    assert again.status_code == 303


async def test_a_mandate_that_is_none_is_refused_and_one_that_is_over_too(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case = await whole(client, "authorised")
    for wrong, words_ in (
        (await terms(-1), "期限"),
        (await terms(366), "365 天"),
        (await terms(3, "sell-the-house"), "请勾选"),
    ):
        with pytest.raises(Refusal, match=words_):
            await mandate.entrust(case, wrong, by)
    await mandate.entrust(case, await terms(3), by)
    await signed(client, case)
    await clock.move_to(await clock.now() + dt.timedelta(days=4))
    with pytest.raises(Refusal, match="到期"):
        await hand_over.hand_on(case, by)


async def test_one_paper_entrusts_all_that_one_form_took_in(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    form = await form_of("生育登记", "生育津贴申领", applicant="family")
    made = await client.post(f"{PATH}/bundles/{await bundle('newborn')}/cases", data=form)
    case = UUID(made.headers["location"].split("/")[-2])
    await mandate.entrust(case, await terms(), by)
    rows = await db.rows("SELECT powers, powers_until FROM desk_intake")
    assert [row["powers"] for row in rows] == [["submit", "collect"]] * 2
    with pytest.raises(NotFound):
        await mandate.entrust(case, await terms(), await at_the_desk(client, hall="city"))


async def with_originals(client: httpx.AsyncClient, by: UUID) -> tuple[UUID, UUID]:
    """A case that somebody brought for another, and a paper of it with two originals."""
    case = await taken_in(client, ITEM, applicant="authorised")
    await cases.add_paper(case, by, "户口簿", 2, 0)
    [paper] = [UUID(str(row["id"])) for row in await cases.papers_of(case)]
    return case, paper


def pile(paper: UUID) -> cases.Pile:
    return cases.Pile("hall:shanghai", {paper: 1}, secrecy.fresh_token()[:40])


async def test_originals_go_to_the_proxy_only_by_the_power_and_within_the_term(
    client: httpx.AsyncClient,
) -> None:
    by = await at_the_desk(client)
    case, paper = await with_originals(client, by)
    await mandate.entrust(case, await terms(30, "submit"), by)
    with pytest.raises(Refusal, match="没有写代为领取"):
        await cases.hand_back(case, pile(paper), "孙八妹", by, b"")
    await mandate.entrust(case, await terms(30, "submit", "collect"), by)
    page = words(await client.get(f"/console/cases/{case}/originals"))
    assert "委托书：孙*妹：代为提交材料、签同意书、代为领取结果和退还的原件，到 " in page
    await cases.hand_back(case, pile(paper), "孙八妹", by, b"")
    await clock.move_to(await clock.now() + dt.timedelta(days=31))
    with pytest.raises(Refusal, match="委托书到期了"):
        await cases.hand_back(case, pile(paper), "孙八妹", by, b"")
    await cases.hand_back(case, pile(paper), "李四喜", by, b"")


async def test_the_result_goes_to_the_applicant_or_to_who_may_collect_it(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case, one = await whole(client, "authorised"), await officer(ITEM)
    await mandate.entrust(case, await terms(30, "submit"), by)
    await sent_home(client, case, by)
    await cases.accept(case, one)
    await cases.decide(case, "granted", one)
    await cases.finish(case, one)
    await cases.receive_result(case, by)
    applicant = secrecy.unseal((await cases.seen(case))["name_sealed"])
    with pytest.raises(Refusal, match="请写明谁来领的"):
        await cases.deliver(case, "counter", by)
    with pytest.raises(Refusal, match="没有写代为领取"):
        await cases.deliver(case, "counter", by, "孙八妹")
    assert "谁来领的" in words(await client.get(f"/console/cases/{case}?step=deliver"))
    await cases.deliver(case, "counter", by, applicant)
    assert (await cases.seen(case))["state"] == "delivered"
