"""The office sees what waits and what is wrong, looks at what was refused, and takes in what a phone could not send."""

import io
import json
from uuid import UUID, uuid4

import httpx
import pytest

from backend import clock, db
from backend.identity.sessions import open_session
from backend.identity.tables import StaffRole
from backend.refusal import NotFound, Refusal
from backend.sync import bring, devices, look, review
from tests import world
from tests.sync.phone import AGENT, PHOTO, Phone, sha, told
from tests.visits.town import staff
from tests.world import Who

SUPERVISOR = Who(role="supervisor")


@pytest.fixture
async def phone(client: httpx.AsyncClient) -> Phone:
    return await Phone(client).register()


async def states() -> list[str]:
    return [row["state"] for row in await db.rows("SELECT state FROM sync_record ORDER BY seq")]


async def test_a_revoked_phone_hands_over_what_it_has_and_then_says_that_it_is_erased(phone: Phone) -> None:
    by = await world.staff(SUPERVISOR)
    first, second = phone.record(), phone.record(PHOTO)
    await phone.put(first)
    await devices.revoke(phone.id, "手机丢了", by)
    assert (await phone.contact()).json()["revoked"] is True
    assert (await phone.put(second)).status_code == 202, "what is sealed is still taken in"
    await phone.upload(PHOTO)
    answer = await phone.put(second)
    assert (answer.status_code, answer.json()["revoked"], answer.json()["state"]) == (
        403,
        True,
        "quarantined",
    )
    assert answer.json()["receipt"]
    assert (await phone.put(first)).json()["state"] == "accepted", "what was done before is done"
    await phone.contact(wiped=True)
    found = await devices.show(phone.id, by)
    assert found["wiped_at"]
    with pytest.raises(Refusal, match="已经停用"):
        await devices.revoke(phone.id, "再停一次", by)


async def test_a_phone_in_use_cannot_say_that_it_is_erased(phone: Phone) -> None:
    await phone.contact(wiped=True)
    assert (await devices.show(phone.id, await world.staff(AGENT)))["wiped_at"] is None


async def test_the_supervisor_sees_gaps_forks_and_unsent_records(
    phone: Phone, client: httpx.AsyncClient
) -> None:
    by = await world.staff(SUPERVISOR)
    bodies = [phone.record() for _ in range(3)]
    await phone.put(bodies[0])
    await phone.put(bodies[2])
    twin = phone.record(seq=3, prev=json.loads(bodies[2])["prev"])
    await phone.put(twin)
    await phone.contact(unsent=2, since=1_795_400_000_000)
    found = await devices.show(phone.id, by)
    assert [(flaw.kind, flaw.seq) for flaw in found["flaws"]] == [("gap", 2), ("fork", 3)]
    assert (found["unsent"], found["missing"]) == (2, 1)
    await world.sit_down(client, SUPERVISOR)
    shown = (await client.get(f"/console/sync-devices/{phone.id}")).text
    assert "第 2 条：没有收到" in shown
    assert "第 3 条：同一位置有两份不同的记录" in shown
    assert "有记录没收到" in (await client.get("/console/sync-devices")).text


async def test_what_was_refused_is_tried_again_or_settled_and_never_twice(phone: Phone) -> None:
    by = await world.staff(SUPERVISOR)
    await devices.revoke(phone.id, "换手机", by)
    await phone.put(phone.record())
    await phone.put(phone.record())
    first, second = [row["id"] for row in await db.rows("SELECT id FROM sync_record ORDER BY seq")]
    await review.review(first, "again", "本人来说明了", by)
    await review.review(second, "settled", "重复的", by)
    assert await states() == ["accepted", "settled"]
    kept = await db.rows("SELECT settled_by, settled_why FROM sync_record ORDER BY seq")
    assert [tuple(one.values()) for one in kept] == [(by, "本人来说明了"), (by, "重复的")]
    assert "施经理" in (await look.outside(first, by))["settled_by"]
    for row in (first, second):
        with pytest.raises(Refusal, match="不能这样处理"):
            await review.review(row, "again", "", by)


async def test_only_one_of_two_contents_can_be_taken(phone: Phone) -> None:
    by = await world.staff(SUPERVISOR)
    id = UUID("01946f3e-0000-7000-8000-000000000001")
    await phone.put(phone.record(id=id))
    await phone.put(phone.record(id=id, seq=1, prev="0" * 64))
    [row] = await db.rows("SELECT id FROM sync_record WHERE state = 'quarantined'")
    with pytest.raises(Refusal, match="另一份已经收下"):
        await review.review(row["id"], "again", "", by)


async def test_a_village_that_becomes_another_agent_s_orphans_nothing(phone: Phone) -> None:
    agent = await world.staff(AGENT)
    before = phone.record()
    await StaffRole.delete().where(StaffRole.staff == agent)
    answer = await phone.put(before)
    assert (answer.status_code, answer.json()["state"]) == (422, "quarantined")
    assert "不归你负责" in answer.json()["reason"]
    assert answer.json()["receipt"], "the phone may let go of it"
    everywhere = await world.staff(Who(role="supervisor", hall=""))
    assert (await devices.show(phone.id, everywhere))["records"] == 1, "and it counts as the agent's"
    [row] = await db.rows("SELECT id FROM sync_record")
    await review.review(row["id"], "again", "当时归他负责", everywhere)
    assert await states() == ["accepted"]
    [done] = await db.rows("SELECT state, agent FROM visit")
    assert (done["state"], done["agent"]) == ("done", agent)


async def test_a_stranger_s_phone_is_not_there(phone: Phone) -> None:
    for who in (Who(role="agent", hall=world.ELSEWHERE), Who(role="supervisor", hall=world.ELSEWHERE)):
        with pytest.raises(NotFound):
            await devices.show(phone.id, await world.staff(who))


def file(records: list[tuple[bytes, str]], *papers: bytes) -> io.BytesIO:
    """As `pwa/src/visits/help.ts` makes it."""
    listed = {
        "records": [{"body": body.decode(), "signature": signature} for body, signature in records],
        "papers": [{"sha256": sha(paper), "size": len(paper)} for paper in papers],
    }
    return io.BytesIO(b"QBHELP1\n" + json.dumps(listed).encode() + b"\n" + b"".join(papers))


def signed(phone: Phone, body: bytes) -> tuple[bytes, str]:
    from backend.sync import seal

    return body, seal.encoded(phone.sign(body))


async def test_a_file_from_a_phone_is_handed_over_by_whoever_brings_it(phone: Phone) -> None:
    by = await world.staff(Who(role="clerk"))
    id = uuid4()
    photo = phone.photo(id)
    whole = [signed(phone, phone.record(photo, id=id)), signed(phone, phone.record())]
    for _ in range(2):
        told = await bring.bring(file(whole, photo), by)
        assert (told.accepted, told.quarantined, told.waiting, told.refused) == (2, 0, 0, 0)
    assert await states() == ["accepted", "accepted"]
    rows = await db.rows("SELECT via FROM sync_record")
    assert {row["via"] for row in rows} == {"office"}
    assert (await phone.contact()).json()["missing"] == 0


async def test_a_file_that_is_cut_wrong_or_somebody_else_s_takes_nothing_wrong_in(phone: Phone) -> None:
    by = await world.staff(Who(role="clerk"))
    id = uuid4()
    photo = phone.photo(id)
    body = phone.record(photo, id=id)
    for odd in (b"", b"QBHELP1\n", b"QBHELP1\n[]\n", b"PK\x03\x04"):
        with pytest.raises(bring.NoFile):
            await bring.bring(io.BytesIO(odd), by)
    cut = file([signed(phone, body)], photo).getvalue()[:-1000]
    with pytest.raises(bring.NoFile):
        await bring.bring(io.BytesIO(cut), by)
    told = await bring.bring(file([signed(phone, phone.record()), (b"{}", "AA")]), by)
    assert (told.accepted, told.refused) == (1, 1)
    assert (await bring.bring(file([signed(phone, body)], photo), by)).accepted == 1


async def test_the_page_takes_a_file_and_says_what_became_of_it(
    phone: Phone, client: httpx.AsyncClient
) -> None:
    await world.sit_down(client, Who(role="clerk"))
    good = file([signed(phone, phone.record())]).getvalue()
    answer = await client.post("/console/sync-imports", files={"file": ("a.qbhelp", good)})
    assert (answer.status_code, "收下 1 条" in answer.text) == (200, True)
    assert (await client.post("/console/sync-imports", files={"file": ("a", b"x")})).status_code == 422
    assert (await client.post("/console/sync-imports")).status_code == 422
    broken = {"content-type": "multipart/form-data; boundary=x"}
    odd = await client.post("/console/sync-imports", content=b"--x\r\nno", headers=broken)
    assert odd.status_code in (400, 422)


# --- looking into a record ---


async def quarantined(phone: Phone, *, revoked: bool = True) -> str:
    """A whole record with a photograph, of a phone that was revoked."""
    if revoked:
        await devices.revoke(phone.id, "换手机", await world.staff(SUPERVISOR))
    id = uuid4()
    photo = phone.photo(id)
    body = phone.record(photo, id=id)
    await phone.put(body)
    await phone.upload(photo)
    await phone.put(body)
    [row] = await db.rows("SELECT id FROM sync_record WHERE state = 'quarantined'")
    return f"/console/sync-records/{row['id']}"


async def test_the_supervisor_opens_a_record_and_it_is_written_down_who_did(
    phone: Phone, client: httpx.AsyncClient
) -> None:
    path = await quarantined(phone)
    await world.sit_down(client, SUPERVISOR)
    assert "还没有人打开过" in (outside := (await client.get(path)).text)
    assert "李阿燕" not in outside
    inside = (await client.post(f"{path}/openings")).text
    told = (
        "李阿燕",
        "看过身份证原件",
        "代办不收钱",
        "身份证：原件 1 份",
        "代办服务委托书",
        "data:image/png",
        "3 组 12 号",
    )
    assert [word for word in told if word not in inside] == []
    row = UUID(path.rpartition("/")[2])
    [paper] = await db.rows('SELECT id FROM sync_attachment WHERE "row" = $1', row)
    photo = await client.post(f"{path}/photos/{paper['id']}/openings")
    assert (photo.headers["content-type"], photo.headers["cache-control"]) == (
        "image/jpeg",
        "private, no-store",
    )
    assert photo.content.startswith(b"\xff\xd8")
    assert b"Exif" not in photo.content, "not where it was taken either"
    assert (await client.post(f"{path}/photos/{uuid4()}/openings")).status_code == 404
    looked = [row["what"] for row in await db.rows("SELECT what FROM sync_opening ORDER BY at, id")]
    assert looked == ["", "身份证"]
    assert "看了“身份证”" in (await client.get(path)).text


async def test_a_record_that_cannot_be_opened_says_so(phone: Phone, client: httpx.AsyncClient) -> None:
    await phone.put(phone.record(facts={"record": "odd"}))
    [row] = await db.rows("SELECT id FROM sync_record")
    await world.sit_down(client, SUPERVISOR)
    path = f"/console/sync-records/{row['id']}"
    assert "认不出来" in (await client.post(f"{path}/openings")).text
    await db.rows("UPDATE sync_record SET body = '' WHERE id = $1", row["id"])
    assert "打不开" in (await client.post(f"{path}/openings")).text
    assert len(await db.rows("SELECT id FROM sync_opening")) == 2, "who tried has looked"


async def test_what_is_refused_again_says_why_it_is_still_not_taken_in(
    phone: Phone, client: httpx.AsyncClient
) -> None:
    await phone.put(phone.record(facts={"record": "odd"}))
    [row] = await db.rows("SELECT id FROM sync_record")
    await world.sit_down(client, SUPERVISOR)
    form = {"decision": "again", "why": "再试一次"}
    answer = await client.post(f"/console/sync-records/{row['id']}/review", data=form)
    assert answer.status_code == 409
    assert "还是没有收进去：这条记录的内容认不出来" in answer.text
    assert "：再试一次</dd>" in answer.text


async def test_a_phone_is_not_revoked_without_a_reason_and_the_form_stays_open(
    phone: Phone, client: httpx.AsyncClient
) -> None:
    await world.sit_down(client, SUPERVISOR)
    answer = await client.post(f"/console/sync-devices/{phone.id}/revocation", data={"why": ""})
    assert answer.status_code == 422
    assert '<details class="fold card" open' in answer.text


async def test_a_wrong_clock_is_shown_besides_whatever_else_is_wrong(
    phone: Phone, client: httpx.AsyncClient
) -> None:
    await phone.put(phone.record(facts={"record": "odd"}))
    now = int((await clock.now()).timestamp() * 1000)
    await phone.contact(at=now)
    await world.sit_down(client, SUPERVISOR)
    assert "设备时间不准" not in (await client.get("/console/sync-devices")).text
    await phone.contact(at=now + 3_600_000)
    page = (await client.get("/console/sync-devices")).text
    assert ("有记录待核对" in page, "设备时间不准" in page) == (True, True)


@pytest.mark.parametrize(("days", "odd"), [(1, True), (0, False), (-30, False)])
async def test_a_record_of_the_future_that_is_brought_says_that_the_clock_was_wrong(
    phone: Phone, client: httpx.AsyncClient, days: int, odd: bool
) -> None:
    at = int((await clock.now()).timestamp() * 1000) + days * 86_400_000
    await bring.bring(file([signed(phone, phone.record(at=at))]), await world.staff(Who(role="clerk")))
    await world.sit_down(client, SUPERVISOR)
    assert ("设备时间不准" in (await client.get(f"/console/sync-devices/{phone.id}")).text) == odd


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2027-12-31", "委托书从收到那天算起超过 90 天"),
        ("2026-11-01", "委托书收到时已经过期"),
        ("2027-01-31", ""),
    ],
)
async def test_a_mandate_with_an_odd_last_day_is_taken_in_and_said_to_be(
    phone: Phone, client: httpx.AsyncClient, until: str, said: str
) -> None:
    id, now = uuid4(), int((await clock.now()).timestamp() * 1000)
    body = phone.record(id=id, facts=told(id, phone.item, until=until), at=now)
    assert (await phone.put(body)).json()["state"] == "accepted"
    [row] = await db.rows("SELECT id FROM sync_record")
    [made] = await db.rows("SELECT id FROM visit")
    await world.sit_down(client, SUPERVISOR)
    opened = (await client.post(f"/console/sync-records/{row['id']}/openings")).text
    assert f"{until[:4]} 年 {int(until[5:7])} 月 {int(until[8:])} 日" in opened
    client.cookies.clear()
    clerk = await staff("clerk", "hall", "sync-town")
    client.cookies.set("session", await open_session(await clock.now(), "测试", staff=clerk))
    taken_in = (await client.get(f"/console/visits/{made['id']}")).text
    assert [("请向本人核对" in page, said in page) for page in (opened, taken_in)] == [(bool(said), True)] * 2
