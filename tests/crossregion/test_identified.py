"""身份核对: nobody is taken in at the desk unseen, and who saw them is written down."""

from uuid import UUID

import httpx

from backend import cases, db
from backend.cases.tables import Case
from tests.crossregion.test_bundles import bundle, form_of
from tests.crossregion.test_bundles import taken_in as taken_in_together
from tests.crossregion.test_eligible import at_the_desk, called, words
from tests.crossregion.test_intake import PATH, handed_in, officer, signed, taken_in, typed

BILLS = "医药费零星报销"
PROVED = "SELECT p.proved_at IS NOT NULL AS so FROM service_case c JOIN person p ON p.id = c.person WHERE c.id = $1"


async def said(case: UUID, by: UUID) -> list[str]:
    events = (await cases.show_to_staff(case, by))["events"]
    return [event["why"] for event in events if event["kind"] == "identified"]


async def proved(case: UUID) -> bool:
    [row] = await db.rows(PROVED, case)
    return bool(row["so"])


async def test_nobody_is_taken_in_whose_id_was_not_checked(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    page = await client.post(f"{PATH}/cases", data=await typed(BILLS, identified=""))
    assert page.status_code == 422
    assert "请先核对来办的人的证件和本人" in words(page)
    together = await form_of("生育登记", "生育津贴申领", identified="")
    page = await client.post(f"{PATH}/bundles/{await bundle('newborn')}/cases", data=together)
    assert page.status_code == 422
    assert "请先核对来办的人的证件和本人" in words(page)
    assert await Case.count() == 0


async def test_who_saw_the_id_stands_with_the_case_its_receipt_and_the_officer(
    client: httpx.AsyncClient,
) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client, BILLS)
    assert (await said(case, by), await proved(case)) == ([""], True)
    receipt = words(await client.get(f"/console/cases/{case}/receipt"))
    assert "证件和本人 施办事 " in receipt
    assert "核对过" in words(await client.get(f"{PATH}/cases/{case}"))
    await signed(client, case)
    await handed_in(client, case)
    await client.post(f"{PATH}/cases/{case}/hand-over")
    assert await said(case, await officer(BILLS)) == [""]
    assert "证件和本人核对过" in words(await client.get(f"/console/cases/{case}"))


async def test_of_who_comes_for_another_only_their_own_id_was_seen(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client, BILLS, applicant="authorised")
    assert (await said(case, by), await proved(case)) == (["受托来办的人的证件"], False)


async def test_what_is_taken_in_besides_was_checked_as_the_first_was(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    for first in (await taken_in(client, BILLS), await taken_in_together(client)):
        other = {"token": str(first)[:36], "item": str((await called("异地就医备案")).id)}
        answer = await client.post(f"{PATH}/cases/{first}/companions", data=other)
        assert answer.status_code == 303, words(answer)
    for row in await Case.select(Case.id):
        assert await said(row["id"], by) == [""]
