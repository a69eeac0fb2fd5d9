"""What the desk took in without a network becomes a case once, whole, with what was signed."""

import asyncio
import base64
import datetime as dt
import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from backend import cases, clock, db, identity, signature, sync
from backend.catalog.tables import Item
from backend.crossregion import consent, from_desk, intake
from backend.crossregion.desk_along import along
from backend.crossregion.waiting import waiting
from backend.identity.sessions import open_session
from backend.refusal import NotFound
from backend.sync import devices, kinds, look, opening, review, seal
from tests import factories as make
from tests.crossregion.test_eligible import called, words
from tests.sync.phone import Phone
from tests.visits.town import staff

MATTER = "医药费零星报销"
SIGNED = base64.b64encode(signature.PNG + b"a name").decode()


class Desk(Phone):
    """A computer of the desk."""

    async def register(self, by: UUID | None = None) -> "Desk":
        """Known to the server."""
        self.by = by or await staff("desk", "hall", "shanghai")
        self.known = await along(self.by)
        point = seal.point(self.key.public_key())
        self.id = await devices.register("窗口电脑", point, self.by, "desk")
        return self

    async def told(self, id: UUID, matter: str = MATTER, **more: Any) -> dict[str, Any]:
        """What the computer writes of one person with one paper in two pages."""
        item = next(one for one in self.known["items"] if one["name"] == matter)
        says = {"applicant": "李四喜", "item": item["name"], "desk": self.known["desk"]}
        text = self.known["consent"].format(**says, department=item["department"])
        return {
            "record": str(id), "documents": ["身份证", "身份证"], "item": item["id"], "matter": matter,
            "hall": "shanghai",
            "applicant": "self", "situation": "", "holds": [], "phone": "10000007777", "name": "李四喜",
            "id_type": "resident", "id_number": make.id_number(7), "relation": "self", "agreed": False, "note": "",
            "sheets": [{"name": "身份证", "originals": 1, "checked": True}], "text": text,
            "document_hash": consent.digest(text), "signature": SIGNED, "on_paper": False,
            "at": 1_795_400_000_000, **more,
        }  # fmt: skip

    async def sent(self, id: UUID, facts: dict[str, Any]) -> httpx.Response:
        """The record with its pages, handed over."""
        papers = [self.photo(id, n) for n, _ in enumerate(facts["documents"])]
        body = self.record(*papers, id=id, facts=facts, kind="intake")
        self.body = body
        await self.put(body)
        for paper in papers:
            await self.upload(paper)
        return await self.put(body)


@pytest.fixture
async def desk(client: httpx.AsyncClient) -> Desk:
    return await Desk(client).register()


async def of(desk: Desk, client: httpx.AsyncClient) -> UUID:
    """The only case."""
    [row] = await db.rows("SELECT id FROM service_case")
    return UUID(str(row["id"]))


async def test_a_record_becomes_a_case_with_its_consent_and_its_papers(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    id = uuid4()
    earlier = await clock.now() - dt.timedelta(minutes=40)
    answer = await desk.sent(id, await desk.told(id, at=int(earlier.timestamp() * 1000)))
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted"), answer.text
    case = await of(desk, client)
    found = await intake.intake_of(case)
    assert (found["consent_way"], found["number"][12]) == ("drawn", "4")
    assert abs(found["consented_at"] - earlier) < dt.timedelta(seconds=1), (
        "when it was signed, not when it came"
    )
    papers = await cases.papers_of(case)
    assert sorted(paper["form"] for paper in papers) == ["file", "file", "paper"]
    assert all(paper["checked_at"] for paper in papers if paper["form"] == "file")
    [row] = (await waiting(desk.by))["handing"]
    assert (row["id"], bool(row["offline_at"]), row["stale"]) == (case, True, False)
    assert "断网时收的" in (await cases.show_to_staff(case, desk.by))["events"][-1]["why"]
    told = await db.rows("SELECT kind FROM notice")
    assert "case-received" in {one["kind"] for one in told}


async def test_the_id_was_checked_where_the_record_says_so_and_an_older_one_says_nothing(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    kinds = []
    for more in (None, True):
        id = uuid4()
        told = await desk.told(id)
        answer = await desk.sent(id, {**told, **({"identified": True} if more else {})})
        assert answer.json()["state"] == "accepted", answer.text
        [row] = await db.rows('SELECT "case" FROM desk_record WHERE id = $1', id)
        kinds.append([one["kind"] for one in (await cases.show_to_staff(row["case"], desk.by))["events"]])
    assert [kind.count("identified") for kind in kinds] == [0, 1]


async def test_whoever_opens_a_record_how_often_it_is_one_case(desk: Desk, client: httpx.AsyncClient) -> None:
    id = uuid4()
    await desk.sent(id, await desk.told(id))
    before = await cases.papers_of(await of(desk, client))
    for _ in range(3):
        await db.rows("UPDATE sync_record SET state = 'stored'")
        await asyncio.gather(opening.sweep(), opening.sweep(), desk.put(desk.body))
    assert [row["state"] for row in await db.rows("SELECT state FROM sync_record")] == ["accepted"]
    assert await cases.papers_of(await of(desk, client)) == before


async def test_a_process_that_is_killed_between_the_steps_loses_and_doubles_nothing(
    desk: Desk, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException): ...

    async def killed(*_: object) -> None:
        raise Killed

    id = uuid4()
    with monkeypatch.context() as patched:
        patched.setattr(from_desk, "_lay", killed)
        with pytest.raises(Killed):
            await desk.sent(id, await desk.told(id))
    assert await cases.papers_of(await of(desk, client)) == []
    assert await sync.sweep() == 1
    assert len(await cases.papers_of(await of(desk, client))) == 3
    assert (await intake.intake_of(await of(desk, client)))["consent_way"] == "drawn"


async def test_another_content_under_the_same_id_is_kept_beside_the_first(desk: Desk) -> None:
    id = uuid4()
    await desk.sent(id, await desk.told(id))
    answer = await desk.sent(id, await desk.told(id, name="李五喜"))
    assert (answer.status_code, answer.json()["state"]) == (409, "quarantined")
    assert len(await db.rows("SELECT id FROM service_case")) == 1


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"text": "别的", "document_hash": "0" * 64}, "签的同意书和记录里的不一样"),
        ({"phone": "1"}, "手机号"),
        ({"id_number": "110105194912310021"}, "证件号有一位不对"),
        ({"id_type": "library-card"}, "证件类型"),
        ({"applicant": "nobody"}, "请选谁来办"),
        ({"signature": "eA=="}, "签名没有收到"),
        ({"hall": "elsewhere"}, "没有找到这个办事点"),
        ({"sheets": [{"name": "身份证", "originals": 100, "checked": True}]}, "认不出来"),
        ({"at": 10**18}, "认不出来"),
    ],
)
async def test_what_the_desk_would_refuse_is_quarantined_with_its_sentence(
    desk: Desk, odd: dict[str, Any], said: str
) -> None:
    id = uuid4()
    answer = await desk.sent(id, await desk.told(id, **odd))
    assert (answer.status_code, answer.json()["state"]) == (422, "quarantined")
    assert said in answer.json()["reason"]
    assert answer.json()["receipt"], "the computer may let go of it"
    assert await db.rows("SELECT id FROM service_case") == []


async def test_an_item_that_is_not_taken_in_any_more_waits_for_the_desk_s_manager(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    id, item = uuid4(), await called(MATTER)
    await Item.update({Item.shanghai: False}).where(Item.id == item.id)
    answer = await desk.sent(id, await desk.told(id))
    assert "驻沪办事点不收" in answer.json()["reason"]
    [row] = await db.rows("SELECT id FROM sync_record")
    manager = await staff("manager", "hall", "shanghai")
    told = await look.inside(row["id"], manager)
    assert (told["facts"].name, told["pages"]) == ("李四喜", {"身份证": 2})
    with pytest.raises(NotFound):
        await look.inside(row["id"], await staff("manager", "hall", "city"))
    client.cookies.set("session", await open_session(await clock.now(), "测试", staff=manager))
    path = f"/console/sync-records/{row['id']}"
    assert "驻沪办事点不收" in words(await client.get(path))
    inside = words(await client.post(f"{path}/openings"))
    assert [
        word for word in ("李四喜", "断网收件", "2 页，留下原件 1 份", "和原件核对过") if word not in inside
    ] == []
    await Item.update({Item.shanghai: True}).where(Item.id == item.id)
    assert await review.review(row["id"], "again", "又能收了", manager) == ""
    assert (await look.outside(row["id"], manager))["leads"][0].startswith("看办件")


async def test_who_comes_for_another_signs_once_the_text_names_them(desk: Desk) -> None:
    id = uuid4()
    answer = await desk.sent(id, await desk.told(id, applicant="authorised"))
    assert answer.json()["state"] == "accepted"
    [row] = (await waiting(desk.by))["handing"]
    assert row["stale"] is True
    assert (await intake.intake_of(row["id"]))["consent_way"] == ""


async def test_a_consent_that_changed_meanwhile_is_signed_anew_and_the_case_is_there(desk: Desk) -> None:
    id = uuid4()
    text = "昨天的同意书"
    answer = await desk.sent(id, await desk.told(id, text=text, document_hash=consent.digest(text)))
    assert answer.json()["state"] == "accepted"
    [row] = (await waiting(desk.by))["handing"]
    assert row["stale"] is True
    found = await intake.intake_of(row["id"])
    assert found["consent_way"] == ""
    await consent.consent(row["id"], consent.digest(consent.consent_text(found)), b"", desk.by)
    [row] = (await waiting(desk.by))["handing"]
    assert row["stale"] is False


async def test_a_revoked_computer_and_a_clerk_who_left_are_looked_at_first(desk: Desk) -> None:
    manager = await staff("manager", "hall", "shanghai")
    await db.rows("UPDATE staff SET disabled_at = now() WHERE id = $1", desk.by)
    id = uuid4()
    assert (await desk.sent(id, await desk.told(id))).json()["state"] == "quarantined"
    await db.rows("UPDATE staff SET disabled_at = NULL WHERE id = $1", desk.by)
    await devices.revoke(desk.id, "电脑换了", manager)
    id = uuid4()
    answer = await desk.sent(id, await desk.told(id, id_number=make.id_number(8)))
    assert (answer.status_code, answer.json()["reason"]) == (
        403,
        "这台电脑已经停用，记录先留着，等办公室处理",
    )
    assert await db.rows("SELECT id FROM service_case") == []


async def test_a_record_of_a_kind_that_this_version_does_not_know_is_kept(desk: Desk) -> None:
    id = uuid4()
    body = desk.record(id=id, facts=await desk.told(id), kind="balloon")
    answer = await desk.put(body)
    assert (answer.status_code, answer.json()["state"]) == (422, "quarantined")
    assert "更新的应用" in answer.json()["reason"]
    assert "visit" in kinds.KINDS


async def test_the_desk_takes_along_how_its_matters_go_and_nothing_of_anybody(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    one = next(each for each in desk.known["items"] if each["name"] == MATTER)
    assert [each["name"] for each in one["materials"] if each["needed"] and not each["condition"]] == [
        "身份证",
        "医疗费发票",
        "银行卡",
    ]
    assert one["situations"][0]["mode"] in ("全程网办", "异地代收代办", "多地联办")
    assert set(one["applicants"]) <= set(desk.known["applicants"])
    assert len(desk.known["items"]) == len(await Item.objects().where(Item.shanghai.eq(True)))
    page = await client.get("/crossregion/desk")
    assert (page.status_code, "李四喜" in page.text) == (200, False)
    assert json.dumps(desk.known)
    assert identity.ID_TYPES["resident"] in page.text


@pytest.mark.parametrize("more", [
    {"situation": "很长" * 40}, {"note": "a\x00b"}, {"organisation": "公司" * 120}, {"at": 10**17},
    {"holds": ["很长" * 90]}, {"documents": ["很长" * 50]},
])  # fmt: skip
async def test_what_no_page_would_take_is_kept_for_the_office(desk: Desk, more: dict[str, Any]) -> None:
    id = uuid4()
    answer = await desk.sent(id, await desk.told(id, **more))
    assert (answer.status_code, answer.json()["state"]) == (422, "quarantined"), answer.text
    assert await db.rows("SELECT 1 FROM service_case") == []


async def test_a_record_that_breaks_holds_no_other_up(
    desk: Desk, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [uuid4(), uuid4()]
    for id in ids:
        n = ids.index(id)
        who: dict[str, Any] = {"id_number": make.id_number(20 + n), "phone": f"1000000777{n}"}
        await desk.sent(id, await desk.told(id, **who))
    await db.rows("UPDATE sync_record SET state = 'stored'")
    complete = kinds.KINDS["intake"].complete

    async def broken(opened: sync.Opened) -> None:
        if opened.record.id == ids[0]:
            raise OSError("the disk")
        await complete(opened)

    monkeypatch.setitem(
        kinds.KINDS, "intake", msgspec.structs.replace(kinds.KINDS["intake"], complete=broken)
    )
    await opening.sweep()
    found = await db.rows("SELECT record, state FROM sync_record")
    assert {row["record"]: row["state"] for row in found} == {ids[0]: "stored", ids[1]: "accepted"}


async def test_a_computer_of_the_desk_hands_over_no_visit(desk: Desk) -> None:
    body = desk.record()
    answer = await desk.put(body)
    assert (answer.status_code, answer.json()["state"]) == (403, "quarantined")
    assert "不登记这一类" in answer.json()["reason"]
