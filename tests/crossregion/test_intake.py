"""Taking a case in at the desk in Shanghai: consent, papers held against their originals, and the hand-over."""

import base64
import re
from uuid import UUID

import httpx
import pytest

from backend import cases, db, secrecy, signature
from backend.cases.tables import Case
from backend.cases.views import arrivals
from backend.catalog.tables import Item
from backend.crossregion import consent, hand_over, intake
from backend.crossregion.waiting import waiting
from backend.identity import Typed
from backend.refusal import Denied, NotFound, Refusal
from tests import factories as make
from tests.crossregion.test_eligible import at_the_desk, called, words
from tests.test_files import photo
from tests.visits.town import staff

PATH = "/console/crossregion"
DRAWN = signature.HEAD + base64.b64encode(signature.PNG + b"a name").decode()


async def typed(name: str, **more: str) -> dict[str, str]:
    item = await called(name)
    return {
        "token": secrecy.fresh_token(), "item": str(item.id), "hall": "shanghai", "applicant": "self", "situation": "",
        "phone": "10000007777", "relation": "self", "name": "李四喜", "id_type": "resident",
        "identified": "yes",
        "id_number": make.id_number(7), **more,
    }  # fmt: skip


async def taken_in(client: httpx.AsyncClient, name: str = "医药费零星报销", **more: str) -> UUID:
    answer = await client.post(f"{PATH}/cases", data=await typed(name, **more))
    assert answer.status_code == 303, words(answer)
    return UUID(answer.headers["location"].rpartition("/")[2])


async def signed(client: httpx.AsyncClient, case: UUID) -> httpx.Response:
    page = await client.get(f"{PATH}/cases/{case}")
    [hash_] = set(re.findall(r'name="hash" value="(\w{64})"', page.text))
    return await client.post(f"{PATH}/cases/{case}/consent", data={"hash": hash_, "signature": DRAWN})


async def handed_in(
    client: httpx.AsyncClient, case: UUID, checked: bool = True, without: str = ""
) -> httpx.Response:
    page = await client.get(f"{PATH}/cases/{case}")
    names = re.findall(r'type="hidden" name="name" value="([^"]+)"', page.text)
    names = [name for name in names if name != without]
    files = [(f"files-{n}", (f"{n}.jpg", photo().getvalue(), "image/jpeg")) for n, _ in enumerate(names)]
    data = {"name": names, "originals": [""] * len(names), **({"checked": "yes"} if checked else {})}
    return await client.post(f"{PATH}/cases/{case}/papers", data=data, files=files)


async def officer(item: str, other: bool = False) -> UUID:
    rows = await db.rows(
        "SELECT d.code FROM item i JOIN department d ON (d.id = i.department) <> $2 WHERE i.name = $1 LIMIT 1",
        item,
        other,
    )
    return await staff("officer", "department", rows[0]["code"])


async def test_a_citizen_signs_hands_in_and_the_department_accepts(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    assert (await signed(client, case)).status_code == 303
    assert (await handed_in(client, case)).status_code == 303
    page = words(await client.get(f"{PATH}/cases/{case}"))
    assert "齐了" in page
    one = await officer("医药费零星报销")
    with pytest.raises(NotFound):
        await cases.show_to_staff(case, one)
    with pytest.raises(Refusal, match="还没有把这个办件交过来"):
        await cases.accept(case, one)
    assert (await client.post(f"{PATH}/cases/{case}/hand-over")).status_code == 303
    assert "交给启东了" in words(await client.get(f"{PATH}/cases/{case}"))
    assert [row["id"] for row in await arrivals(one)] == [case]
    assert await arrivals(await officer("医药费零星报销", other=True)) == []
    found = await cases.show_to_staff(case, one)
    assert found["events"][0]["kind"] == "handed"
    for stranger in (
        by,
        await staff("manager", "hall", "shanghai"),
        await officer("医药费零星报销", other=True),
    ):
        with pytest.raises((Denied, NotFound)):
            await cases.accept(case, stranger)
    await cases.accept(case, one)
    assert await arrivals(one) == []
    [row] = await Case.select(Case.state, Case.channel, Case.promised_due).where(Case.id == case)
    assert (row["state"], row["channel"]) == ("accepted", "4")
    assert row["promised_due"]


async def test_the_consent_may_be_printed_and_signed_by_hand(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    page = words(await client.get(f"{PATH}/cases/{case}"))
    assert "打印出来签" in page
    assert "申请人签名（或手印）" in page
    await signed(client, case)
    assert "打印出来签" not in words(await client.get(f"{PATH}/cases/{case}"))


async def test_nothing_goes_home_before_it_is_signed_whole_and_checked(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    with pytest.raises(Refusal, match="签同意书"):
        await hand_over.hand_on(case, by)
    await signed(client, case)
    with pytest.raises(Refusal, match="还缺：身份证、医疗费发票、银行卡"):
        await hand_over.hand_on(case, by)
    await handed_in(client, case, checked=False)
    with pytest.raises(Refusal, match=r"还没和原件核对：.*身份证"):
        await hand_over.hand_on(case, by)
    papers = [UUID(str(row["id"])) for row in await cases.papers_of(case)]
    assert await cases.check_papers(case, papers, by) == len(papers)
    assert await cases.check_papers(case, papers, by) == 0
    await hand_over.hand_on(case, by)
    with pytest.raises(Refusal, match="已经交给"):
        await hand_over.hand_on(case, by)


async def test_what_is_signed_is_what_was_shown(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    with pytest.raises(Refusal, match="内容变了"):
        await consent.consent(case, "0" * 64, b"", by)
    unsigned = await client.post(f"{PATH}/cases/{case}/consent", data={"hash": "0" * 64})
    assert (unsigned.status_code, "请在框里签名" in words(unsigned)) == (422, True)
    await signed(client, case)
    [row] = await db.rows("SELECT consent_way, consent_hash, consent_text_sealed FROM desk_intake")
    text = secrecy.unseal(row["consent_text_sealed"])
    assert (row["consent_way"], row["consent_hash"]) == ("drawn", consent.digest(text))
    assert "李四喜" in text
    assert "医疗保障局" in text
    with pytest.raises(Refusal, match="已经签过"):
        await consent.consent(case, row["consent_hash"], b"", by)


async def test_nobody_signs_for_what_is_over(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    shown = consent.digest(consent.consent_text(await intake.intake_of(case)))
    await cases.withdraw(case, by, "不办了")
    with pytest.raises(Refusal, match="已经结束"):
        await consent.consent(case, shown, b"", by)


async def test_the_same_page_sent_twice_is_one_case(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    form = await typed("异地就医备案")
    first, again = [await client.post(f"{PATH}/cases", data=form) for _ in range(2)]
    assert first.headers["location"] == again.headers["location"]
    assert await Case.count() == 1
    assert len(await db.rows("SELECT 1 FROM desk_intake")) == 1


async def test_the_desk_sees_what_waits_there(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    assert "还没交给启东的（1）" in words(await client.get(PATH))
    await signed(client, case)
    await handed_in(client, case)
    await client.post(f"{PATH}/cases/{case}/hand-over")
    assert "还没交给启东的" not in words(await client.get(PATH))
    one = await officer("医药费零星报销")
    await cases.correct(case, one, [cases.Gap("病历", "补住院的")])
    page = await client.get(f"{PATH}/waiting")
    assert "启东要补正的，转告申请人（1）" in page.text
    assert "还差 1 样" in page.text
    await at_the_desk(client, hall="city")
    assert "医药费" not in (await client.get(f"{PATH}/waiting")).text


async def test_what_comes_for_a_correction_is_held_against_its_original_too(
    client: httpx.AsyncClient,
) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    await signed(client, case)
    await handed_in(client, case)
    await client.post(f"{PATH}/cases/{case}/hand-over")
    await cases.correct(case, await officer("医药费零星报销"), [cases.Gap("病历", "补住院的")])
    assert f'href="{PATH}/cases/{case}"' in (await client.get(f"{PATH}/waiting")).text
    one = await cases.seen(case)
    await cases.ask_about(case, "病历要盖章吗？", one["account"])
    rows = await waiting(by)
    assert [len(rows[kind]) for kind in ("asked", "correcting")] == [
        1,
        1,
    ]  # a question does not hide the other
    page = [("files-0", ("b.jpg", photo(size=(410, 300)).getvalue(), "image/jpeg"))]
    form = {"name": ["病历"], "originals": [""]}
    answer = await client.post(f"{PATH}/cases/{case}/papers", data=form, files=page)
    assert answer.status_code == 303, words(answer)
    sitting = await client.get(f"{PATH}/cases/{case}")
    assert "病历：补住院的" in words(sitting)
    assert (
        sitting.text.count('name="name" value="病历"') == 1
    )  # the paper that is asked for can be laid there
    [paper] = set(re.findall(r'name="papers" value="([^"]+)"', sitting.text))
    [gap] = [row["id"] for row in (await cases.show_to_staff(case, by))["gaps"]]
    with pytest.raises(Refusal, match="先到收件页核对原件：病历"):
        await cases.fill(case, [gap], by)
    answer = await client.post(f"{PATH}/cases/{case}/checks", data={"papers": paper})
    assert answer.status_code == 303
    assert all(row["checked_at"] for row in await cases.papers_of(case) if row["form"] == "file")
    await cases.fill(case, [gap], by)
    assert 'id="papers"' in (await client.get(f"{PATH}/cases/{case}")).text


async def test_who_decides_takes_what_was_sent_to_them_without_the_desk(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    await signed(client, case)
    await handed_in(client, case)
    await hand_over.hand_on(case, by)
    one = await officer("医药费零星报销")
    await cases.correct(case, one, [cases.Gap("病历", "补住院的")])
    await cases.add_files(case, cases.Asker(staff=one), "病历", [("a.jpg", photo(size=(420, 300)))])
    [gap] = [row["id"] for row in (await cases.show_to_staff(case, one))["gaps"]]
    with pytest.raises(Refusal, match="先到收件页核对原件：病历"):
        await cases.fill(case, [gap], by)
    await cases.fill(case, [gap], one)
    assert (await cases.seen(case))["state"] == "received"


async def test_what_may_follow_later_is_said_and_holds_nothing_up(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    await signed(client, case)
    await handed_in(client, case, without="费用清单")
    page = words(await client.get(f"{PATH}/cases/{case}"))
    assert "齐了" in page
    assert "可以后补：费用清单" in page
    assert (await client.post(f"{PATH}/cases/{case}/hand-over")).status_code == 303


async def test_what_usually_comes_with_it_is_one_tap_in_the_same_sitting(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client, "养老保险关系转移")
    page = await client.get(f"{PATH}/cases/{case}")
    assert "医保关系转移" in words(page)
    other = await called("医保关系转移")
    form = {"token": secrecy.fresh_token(), "item": str(other.id)}
    first, again = [await client.post(f"{PATH}/cases/{case}/companions", data=form) for _ in range(2)]
    assert first.headers["location"] == again.headers["location"]
    assert "已经收了" in words(await client.get(f"{PATH}/cases/{case}"))
    rows = await db.rows("SELECT person, account, channel FROM service_case")
    assert len(rows) == 2
    assert rows[0] == rows[1]


async def test_what_the_desk_does_not_take_in_is_refused_there_too(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    item = await Item.objects().get(Item.name == "护照")
    assert item is not None
    who = Typed("李四喜", "self", "resident", make.id_number(7))
    wanted = cases.Wanted(item=UUID(str(item.id)), hall="shanghai", phone="10000007777", who=who)
    with pytest.raises(Refusal, match="不收"):
        await intake.take_in(wanted, intake.Seat("self"), by, secrecy.fresh_token())
    page = await client.post(f"{PATH}/cases", data=await typed("公司变更", applicant="self"))
    assert page.status_code == 409
    assert await Case.count() == 0


async def test_a_desk_sees_its_own_cases_and_no_other(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    await at_the_desk(client, hall="city")
    assert (await client.get(f"{PATH}/cases/{case}")).status_code == 404
    assert (await client.get(f"/console/cases/{case}")).status_code == 404
    assert (await handed_in_as_a_stranger(client, case)).status_code == 404


async def handed_in_as_a_stranger(client: httpx.AsyncClient, case: UUID) -> httpx.Response:
    sheet = {"files-0": ("1.jpg", photo().getvalue(), "image/jpeg")}
    return await client.post(
        f"{PATH}/cases/{case}/papers", data={"name": "身份证", "originals": ""}, files=sheet
    )


async def test_the_desk_sees_the_packages_of_its_own_in_which_something_is_wrong(
    client: httpx.AsyncClient,
) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    await cases.add_paper(case, by, "户口簿", 1, 0)
    [paper] = [UUID(str(row["id"])) for row in await cases.papers_of(case)]
    one = await officer("医药费零星报销")
    [row] = await db.rows(
        "SELECT d.code FROM service_case c JOIN department d ON d.id = c.department WHERE c.id = $1", case
    )
    pile = cases.Pile("hall:shanghai", {paper: 1}, secrecy.fresh_token()[:40])
    parcel = await cases.pack(case, pile, f"department:{row['code']}", "F1", by)
    await cases.send_parcel(parcel, "EA123456789CN", by)
    assert "原件少了、坏了" not in words(await client.get(PATH))
    await cases.receive_parcel(parcel, cases.Seen(True, {paper: cases.Arrived(1, 1)}, "湿了"), one)
    page = await client.get(f"{PATH}/waiting")
    assert "原件少了、坏了、退回来的（1）" in page.text
    assert f'href="/console/parcels/{parcel}"' in page.text
    await at_the_desk(client, hall="city")
    assert f"/console/parcels/{parcel}" not in (await client.get(f"{PATH}/waiting")).text
    await cases.settle_parcel(parcel, "申请人同意照用", by)
    await at_the_desk(client)
    assert "原件少了、坏了" not in (await client.get(f"{PATH}/waiting")).text
