"""The applicant's own phone: what it is told of the session, and the still where no moving picture gets through."""

import datetime as dt

import httpx
import pytest

from backend import clock, db, secrecy
from backend.handoff import guest, recording, recording_pause, seats, session, stills, words
from backend.handoff.recording_chunks import WEBM
from backend.refusal import NotFound, Refusal
from tests.handoff.recorded import Sitting, agreed, to_state
from tests.handoff.recorded import live as live_matter
from tests.handoff.sides import Sides, later
from tests.handoff.test_session import live
from tests.handoff.test_sitting_pages import PATH, sit
from tests.handoff.test_stills import PICTURE
from tests.visits.town import staff


async def invited() -> tuple[Sides, str, str]:
    """The desk, the address of the phone, the key in it."""
    at, _, one = await live()
    key = secrecy.fresh_token()
    await guest.invite(one, key, at.desk)
    return at, f"/screens/{key}", key


async def told(client: httpx.AsyncClient, address: str) -> str:
    """What the phone says, whole and alone."""
    whole, alone = [(await client.get(path)).text for path in (address, f"{address}/state")]
    assert alone.strip() in whole
    return alone


async def test_the_phone_reads_the_last_captions_and_who_looks_on(client: httpx.AsyncClient) -> None:
    at, address, key = await invited()
    one = (await guest.invited(key))["id"]
    assert "旁听" not in await told(client, address)
    await seats.join(one, await staff("supervisor", "hall", "shanghai", "督导员"))
    for n in range(4):
        await words.write(one, f"第{n}句", at.desk)
    shown = await told(client, address)
    assert "旁听：督导员" in shown
    assert ["第0句" in shown, *(f"第{n}句" in shown for n in (1, 2, 3))] == [False, True, True, True]
    assert "李四喜" not in shown  # whose case it is, is not said on a phone that anybody may hold


@pytest.mark.parametrize(
    ("way", "says"),
    [("low", "看得见您"), ("audio", "只传声音"), ("stills", "两秒一张"), ("photo", "都不传")],
)
async def test_the_phone_says_how_it_is_seen(client: httpx.AsyncClient, way: str, says: str) -> None:
    _, address, key = await invited()
    await session.change_way((await guest.invited(key))["id"], way)
    assert says in await told(client, address)


async def test_the_phone_says_whether_it_is_recorded(client: httpx.AsyncClient) -> None:
    at = await live_matter(n=8)
    key = secrecy.fresh_token()
    await guest.invite(at.handoff, key, at.desk)
    assert "不录、不存" in await told(client, f"/screens/{key}")
    at = await agreed()
    await guest.invite(at.handoff, key := secrecy.fresh_token(), at.desk)
    assert "正在录像" in await told(client, f"/screens/{key}")
    await at.send(WEBM + b"one")
    assert "正在录像" in await told(client, f"/screens/{key}")
    await recording_pause.pause(at.handoff, "paper", at.desk)
    assert "录像停着</b>：证件在屏幕上" in await told(client, f"/screens/{key}")
    await recording.withdraw(at.handoff, at.desk)
    assert "不录了</b>。之前录下的留着，到期自动删除" in await told(client, f"/screens/{key}")


@pytest.mark.parametrize("how", ["photo", "interrupted", "paused", "quiet"])
async def test_the_applicant_reads_that_what_was_recorded_is_kept_while_nothing_is(
    client: httpx.AsyncClient, how: str
) -> None:
    at = await agreed()
    await guest.invite(at.handoff, key := secrecy.fresh_token(), at.desk)

    async def both() -> list[str]:
        return [await told(client, f"/screens/{key}"), (await client.get(window)).text]

    await sit(client, at.desk)
    window = f"{PATH}/{at.handoff}/window/state"
    await _off(at, how)
    for says in await both():
        assert (NOT_YET[how] in says, "之前录下的" in says, "不录、不存" in says) == (True, False, False)
    await session.change_way(at.handoff, "video")
    await to_state(at.handoff, "live")
    await recording_pause.go_on(at.handoff, at.desk)
    await at.send(WEBM + b"one")
    await _off(at, how)
    for says in await both():
        assert (NOT_NOW[how] in says, "不录、不存" in says) == (True, False)


NOT_YET = {"photo": "自动开始录", "interrupted": "自动开始录", "paused": "录像停着", "quiet": "没有录上"}
KEPT = "。之前录下的留着，到期自动删除"
NOT_NOW = {
    "photo": f"自动接着录{KEPT}", "interrupted": f"自动接着录{KEPT}", "paused": f"证件在屏幕上{KEPT}",
    "quiet": f"没有录上{KEPT}",
}  # fmt: skip


async def _off(at: Sitting, how: str) -> None:
    if how == "photo":
        await session.change_way(at.handoff, how)
    elif how == "interrupted":
        await to_state(at.handoff, how)
    elif how == "paused":
        await recording_pause.pause(at.handoff, "paper", at.desk)
    else:
        await clock.move_to(await clock.now() + dt.timedelta(seconds=40))


async def test_the_phone_sees_the_officer_s_still_and_no_other(client: httpx.AsyncClient) -> None:
    at, officer, one = await live()
    key = secrecy.fresh_token()
    await guest.invite(one, key, at.desk)
    await stills.show(one, PICTURE, at.desk)
    none = await client.get(f"/screens/{key}/stills/officer")
    assert (none.status_code, none.content) == (204, b"")
    await stills.show(one, PICTURE, officer)
    found = await client.get(f"/screens/{key}/stills/officer")
    assert (found.content, found.headers["content-type"]) == (PICTURE, "image/jpeg")
    assert (found.headers["cache-control"], found.headers["referrer-policy"]) == ("no-store", "no-referrer")
    for strange in (f"/screens/{key}/stills/desk", f"/screens/{secrecy.fresh_token()}/stills/officer"):
        assert (await client.get(strange)).status_code == 404
    await guest.invite(one, secrecy.fresh_token(), at.desk)  # another code: this one opens nothing any more
    assert (await client.get(f"/screens/{key}/stills/officer")).status_code == 404


async def test_no_still_on_the_phone_while_there_is_no_session_and_after_it() -> None:
    at, officer, one = await live()
    await guest.invite(one, "a-link-of-this-session-here", at.desk)
    await stills.show(one, PICTURE, officer)
    assert await stills.see_officer("a-link-of-this-session-here") == PICTURE
    # As on its way to another department.
    await db.rows("UPDATE handoff SET state = 'queued' WHERE id = $1", one)
    with pytest.raises(Refusal, match="没有在进行"):
        await stills.see_officer("a-link-of-this-session-here")
    await db.rows("UPDATE handoff SET state = 'live' WHERE id = $1", one)
    await session.break_off(one, "申请人走了", at.desk)
    with pytest.raises(NotFound):
        await stills.see_officer("a-link-of-this-session-here")


async def test_the_phone_names_who_calls_back_until_they_do_not_decide_it_any_more(
    client: httpx.AsyncClient,
) -> None:
    at, officer, one = await live()
    key = secrecy.fresh_token()
    await guest.invite(one, key, at.desk)
    await to_state(one, "interrupted")
    await later(7200)
    assert "回电" in (await client.get(f"/screens/{key}")).text
    await db.rows("DELETE FROM staff_role WHERE staff = $1", officer)
    gone = (await client.get(f"/screens/{key}")).text
    assert ("回电" in gone, "扫一个码" in gone) == (False, True)
