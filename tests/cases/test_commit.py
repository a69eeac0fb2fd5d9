"""告知承诺: accepted on a commitment, decided at once, verified later; what was broken takes the decision back."""

import datetime as dt
from uuid import UUID

import httpx
import pytest

from backend import cases, db
from backend.cases.tables import Case
from backend.cases.views import work
from backend.refusal import Denied, NotFound, Refusal
from tests.cases.office import Office, be_on, case, ends, kinds, office, officer, received
from tests.cases.test_pages import be, words

TEXT = "我承诺：场所已经通风、消毒，做不到的愿意撤销。"


@pytest.fixture
async def at() -> Office:
    return await office(commitment=True)


async def committed(at: Office) -> UUID:
    one = await received(at)
    await cases.commit(one, TEXT, at.clerk, signed=True)
    return one


async def granted(at: Office) -> UUID:
    one = await committed(at)
    await cases.decide(one, "granted", at.officer)
    return one


async def commitment(one: UUID) -> dict[str, object]:
    [row] = await db.rows('SELECT * FROM case_commitment WHERE "case" = $1', one)
    return row


async def told() -> list[str]:
    return [row["kind"] for row in await db.rows("SELECT kind FROM notice ORDER BY created_at, id")]


async def test_a_commitment_is_mended_until_a_working_day(at: Office) -> None:
    one = await committed(at)
    with pytest.raises(Refusal, match="那天不上班"):
        await cases.verify(one, "mending", "没有灭火器", at.officer, dt.date(2026, 11, 28))


async def test_it_is_accepted_and_may_be_decided_at_once_and_verified_within_twenty_working_days(
    at: Office,
) -> None:
    one = await granted(at)
    row = await commitment(one)
    assert (row["text"], row["outcome"], row["light"]) == (TEXT, "", "green")
    assert isinstance(row["verify_by"], dt.datetime)
    assert ends(row["verify_by"]) == "12-21 17:00"
    assert await kinds(one) == ["received", "committed", "decided"]
    assert "case-committed" in await told()


@pytest.mark.parametrize(("text", "signed"), [("", True), (TEXT, False)])
async def test_without_a_signed_text_it_is_refused(at: Office, text: str, signed: bool) -> None:
    one = await received(at)
    with pytest.raises(Refusal, match="签"):
        await cases.commit(one, text, at.clerk, signed=signed)


async def test_only_items_that_the_catalogue_names_and_only_before_acceptance(at: Office) -> None:
    one = await committed(at)
    with pytest.raises(Refusal):
        await cases.commit(one, TEXT, at.clerk, signed=True)
    await db.rows("UPDATE item SET commitment = false")
    other = await received(at, 8)
    with pytest.raises(Refusal, match="不能用告知承诺"):
        await cases.commit(other, TEXT, at.clerk, signed=True)


async def test_what_was_kept_ends_it(at: Office) -> None:
    one = await granted(at)
    await cases.verify(one, "kept", "", at.officer)
    assert ((await commitment(one))["outcome"], (await commitment(one))["light"]) == ("kept", "")
    assert (await case(one)).state == "decided"
    with pytest.raises(Refusal, match="已经核查过"):
        await cases.verify(one, "broken", "看错了", at.officer)


async def test_what_was_broken_takes_a_granted_decision_back_at_any_time_after(at: Office) -> None:
    for n, deeds in enumerate([0, 1, 2, 3]):
        one = await received(at, 20 + n)
        await cases.commit(one, TEXT, at.clerk, signed=True)
        await cases.decide(one, "granted", at.officer)
        if deeds > 0:
            await cases.finish(one, at.officer)
        if deeds > 1:
            await cases.deliver(one, "counter", at.clerk)
        if deeds > 2:
            await cases.file(one, at.clerk)
        await cases.verify(one, "broken", "没有消毒设备", at.officer)
        found = await case(one)
        assert (found.state, found.decision) == ("revoked", "granted")
        assert (await kinds(one))[-2:] == ["broken", "revoked"]
    assert (await told())[-2:] == ["case-broken", "case-revoked"]


async def test_what_was_broken_before_the_decision_is_never_granted(at: Office) -> None:
    one = await committed(at)
    await cases.verify(one, "broken", "没有消毒设备", at.officer)
    with pytest.raises(Refusal, match="不能准予"):
        await cases.decide(one, "granted", at.officer)
    await cases.decide(one, "refused", at.officer, "承诺没有做到")
    assert (await case(one)).state == "decided"


async def test_what_is_being_mended_has_a_day_and_is_verified_again(at: Office) -> None:
    one = await granted(at)
    for day in (None, dt.date(2026, 11, 20)):
        with pytest.raises(Refusal, match="整改"):
            await cases.verify(one, "mending", "缺一台消毒柜", at.officer, day)
    await cases.verify(one, "mending", "缺一台消毒柜", at.officer, dt.date(2026, 12, 4))
    assert (await commitment(one))["outcome"] == "mending"
    await cases.verify(one, "broken", "还是没有", at.officer)
    assert (await case(one)).state == "revoked"


async def test_findings_need_their_reason_and_the_department(at: Office) -> None:
    one, plain = await granted(at), await received(at, 9)
    for outcome, note in (("broken", ""), ("mending", ""), ("perhaps", "看过")):
        with pytest.raises(Refusal):
            await cases.verify(one, outcome, note, at.officer)
    with pytest.raises(Denied):
        await cases.verify(one, "kept", "", at.clerk)
    with pytest.raises(NotFound):
        await cases.verify(one, "kept", "", await officer("another"))
    with pytest.raises(NotFound):
        await cases.verify(plain, "kept", "", at.officer)


async def test_the_list_of_verifications_turns_yellow_then_red_and_is_swept_twice_safely(
    at: Office,
) -> None:
    one = await granted(at)
    seen = []
    for day, time in (("11-24", "09:00"), ("12-18", "09:00"), ("12-21", "17:01")):
        await be_on(day, time)
        await cases.light_verifications()
        assert await cases.light_verifications() == 0
        [row] = (await work(at.officer, "verify")).rows
        seen.append(row["verify_light"])
    assert seen == ["green", "yellow", "red"]
    await cases.verify(one, "kept", "", at.officer)
    assert (await work(at.officer, "verify")).rows == []


async def test_the_pages_lead_from_the_commitment_to_its_revocation(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await be(client, staff=at.officer)
    assert "我已知晓" in (await client.get(f"/console/cases/{one}?step=commit")).text
    where = f"/console/cases/{one}"
    assert (await client.post(f"{where}/commitment", data={"text": "", "signed": ""})).status_code == 422
    for noun, form in (
        ("commitment", {"text": TEXT, "signed": "yes"}),
        ("decision", {"decision": "granted"}),
        ("verification", {"outcome": "mending", "note": "缺一台", "mend_on": "2026-12-04"}),
    ):
        assert (await client.post(f"{where}/{noun}", data=form)).status_code == 303, noun
    assert "整改，" in words(await client.get("/console/cases?group=verify"))
    broken = {"outcome": "broken", "note": "还是没有"}
    assert (await client.post(f"{where}/verification", data=broken)).status_code == 303
    for noun, title in (
        ("commitment", "告知承诺书"), ("mending", "限期整改"), ("revocation", "撤销决定书"),
        ("acceptance", "受理通知书"),
    ):  # fmt: skip
        assert title in words(await client.get(f"{where}/documents/{noun}")), noun
    await be(client, account=UUID(str((await case(one)).account)))
    shown = words(await client.get(f"/cases/{one}"))
    assert "陈述、申辩" in shown
    assert "行政复议" in shown
    assert "撤销决定" in words(await client.get(f"/matters/{one}"))


async def test_an_archive_names_what_was_signed(at: Office) -> None:
    one = await committed(at)
    account = await Case.select(Case.account).where(Case.id == one).first()
    assert account
    [(_, rows)] = await cases.export_of(account["account"])
    assert rows[0]["告知承诺"] == TEXT
