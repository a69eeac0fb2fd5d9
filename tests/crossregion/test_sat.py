"""收件情况: who decides sees how it was taken in, and what was signed; and what a matter asks for is asked for."""

import re
from uuid import UUID

import httpx
import msgspec
import pytest

from backend import cases, db
from backend.crossregion import consent, hand_over, mandate
from backend.crossregion.intake import intake_of, plan_of
from backend.refusal import Refusal
from tests.cases.test_pages import be
from tests.crossregion.test_eligible import at_the_desk, words
from tests.crossregion.test_export import handed_on
from tests.crossregion.test_intake import PATH, handed_in, officer, signed, taken_in
from tests.crossregion.test_mandate import ITEM, terms
from tests.crossregion.test_result import ITEM as OTHER

NAME = "欧阳海生"


async def looked(case: UUID) -> list[str]:
    rows = await db.rows(
        "SELECT why FROM case_event WHERE \"case\" = $1 AND kind = 'looked' ORDER BY at", case
    )
    return [row["why"] for row in rows]


async def test_the_officer_sees_how_it_was_taken_in_and_opens_what_was_signed(
    client: httpx.AsyncClient,
) -> None:
    await at_the_desk(client)
    case, one = await handed_on(client), await officer(OTHER)
    await be(client, staff=one)
    assert f"{PATH}/cases/{case}/intake" in (await client.get(f"/console/cases/{case}")).text
    page = await client.get(f"{PATH}/cases/{case}/intake")
    name = consent.consent_text(await intake_of(case)).partition("申请人：")[2].partition("\n")[0]
    assert "怎么收的" in words(page)
    assert name not in page.text, "masked, until somebody opens it"
    assert await looked(case) == []
    opened = await client.post(f"{PATH}/cases/{case}/consent/openings")
    assert opened.status_code == 200
    assert name in opened.text
    assert await looked(case) == ["同意书"]
    await be(client, staff=await officer(OTHER, other=True))
    assert (await client.get(f"{PATH}/cases/{case}/intake")).status_code == 404
    assert (await client.post(f"{PATH}/cases/{case}/consent/openings")).status_code == 404
    assert await looked(case) == ["同意书"]


async def test_what_nobody_signed_cannot_be_opened(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    answer = await client.post(f"{PATH}/cases/{case}/consent/openings")
    assert answer.status_code == 409
    assert "同意书还没签" in words(answer)
    assert await looked(case) == []


async def test_who_signs_for_another_is_named_in_what_they_sign(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client, ITEM, applicant="authorised")
    assert "受托来办的，先" in words(await client.get(f"{PATH}/cases/{case}"))
    await mandate.entrust(case, await terms(), by)
    before = consent.consent_text(await intake_of(case))
    assert "，受托人孙八妹代签" in before
    await signed(client, case)
    await mandate.entrust(case, await terms(5), by)
    assert consent.text_of(await intake_of(case)) == before, "what was signed stays"
    await be(client, staff=by)
    opened = await client.post(f"{PATH}/cases/{case}/consent/openings")
    assert "受托人孙八妹代签" in opened.text
    await mandate.entrust(case, mandate.Terms("周九妹", ("submit",), (await terms()).until), by)
    with pytest.raises(Refusal, match="先请申请人签同意书"):  # who comes now has signed nothing
        await hand_over.hand_on(case, by)
    assert "受托人周九妹代签" in consent.text_of(await intake_of(case))


async def test_a_matter_that_is_signed_on_paper_is_not_signed_on_the_screen(
    client: httpx.AsyncClient,
) -> None:
    await at_the_desk(client)
    case = await taken_in(client, "补领结婚证")
    page = (await client.get(f"{PATH}/cases/{case}")).text
    assert "data-signature" not in page
    answer = await signed(client, case)
    assert (answer.status_code, "要在纸上签名" in words(answer)) == (409, True)
    hash_ = re.findall(r'name="hash" value="(\w{64})"', page)[0]
    answer = await client.post(f"{PATH}/cases/{case}/consent", data={"hash": hash_, "on_paper": "yes"})
    assert answer.status_code == 303
    assert (await intake_of(case))["consent_way"] == "paper"


@pytest.mark.parametrize("column", ["signing", "originals"])
async def test_what_the_matter_asks_for_goes_home_with_it(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client, ITEM)
    await signed(client, case)
    await handed_in(client, case)
    value = {"signing": "paper", "originals": True}[column]

    async def stricter(found: dict[str, object]) -> object:
        return msgspec.structs.replace(await plan_of(found), **{column: value})

    monkeypatch.setattr("backend.crossregion.hand_over.plan_of", stricter)
    with pytest.raises(Refusal, match={"signing": "在纸上签名", "originals": "原件要寄启东"}[column]):
        await hand_over.hand_on(case, by)
    assert (await cases.seen(case))["handed_at"] is None
