"""The second step of staff: a code is used once, a lost phone is no locked door, and half signed in is not in."""

import asyncio
import contextvars
import datetime as dt
from collections.abc import Callable, Coroutine
from importlib import import_module
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pyotp
import pytest

from backend import clock, db, identity, secrecy
from backend.identity import limits as data
from backend.identity import passwords, totp
from backend.refusal import Denied, NotFound, Refusal
from tests import factories as make
from tests.identity.steps import count, later, session_of

NEW = "a good pass 2026"
CLERK = identity.Grant("clerk", "hall", "city")
ADMINISTRATOR = identity.Grant("administrator")


@pytest.fixture(autouse=True)
async def city(fresh: None) -> None:
    """The hall where they work."""
    await make.hall(code="city")


async def works(username: str = "clerk", grant: identity.Grant = CLERK) -> UUID:
    """Somebody who already chose a password."""
    added = await identity.add_staff(username, "王窗口", [grant])
    await identity.change_password(added.staff, added.password, NEW)
    return added.staff


async def secret_of(staff: UUID) -> str:
    """The secret in somebody's authenticator, confirmed or waiting."""
    row = (await db.rows("SELECT totp_sealed, totp_pending_sealed FROM staff WHERE id = $1", staff))[0]
    return secrecy.unseal(row["totp_pending_sealed"] or row["totp_sealed"])


async def code_of(staff: UUID) -> str:
    """What the authenticator shows now."""
    return pyotp.TOTP(await secret_of(staff)).at(int((await clock.now()).timestamp()))


async def enrolled(username: str = "clerk", grant: identity.Grant = CLERK) -> tuple[UUID, list[str]]:
    """Somebody with an authenticator, and their recovery codes; the first code's step is over."""
    staff = await works(username, grant)
    await identity.start_totp(staff, NEW)
    codes = await identity.confirm_totp(staff, await code_of(staff))
    await later(seconds=31)
    return staff, codes


async def half(username: str = "clerk") -> str:
    """The password was right; the token of the second step."""
    with pytest.raises(identity.CodeNeeded) as needed:
        await identity.staff_sign_in(username, NEW)
    return needed.value.step


async def refused(step: str, code: str) -> str:
    """What a failed second step says."""
    with pytest.raises(Refusal) as refusal:
        await identity.second_step(step, code)
    return refusal.value.sentence


async def test_the_codes_are_those_of_rfc_6238() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # Appendix B: 94287082 at 59 s, of which six digits stay
    assert totp.step_of(secret, "287082", dt.datetime.fromtimestamp(59, dt.UTC)) == 1
    assert totp.step_of(secret, "287082", dt.datetime.fromtimestamp(121, dt.UTC)) is None


async def test_a_password_alone_opens_nothing_once_there_is_an_authenticator() -> None:
    staff, _ = await enrolled()
    step = await half()
    assert await identity.visitor_for(step) is None
    assert await count("session", "revoked_at IS NULL") == 0
    token = await identity.second_step(step, await code_of(staff), "Linux 电脑 · Chrome")
    visitor = await identity.visitor_for(token)
    assert visitor
    assert (visitor.staff, visitor.roles) == (staff, frozenset({"clerk"}))
    assert "等得太久" in await refused(step, await code_of(staff))


async def test_the_secret_is_sealed_and_the_recovery_codes_are_hashes() -> None:
    staff, codes = await enrolled()
    row = (await db.rows("SELECT * FROM staff"))[0]
    assert (await secret_of(staff)) not in repr(row)
    kept = repr(await db.rows("SELECT * FROM recovery_code"))
    assert len(set(codes)) == 10
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


async def test_a_code_opens_the_door_once_also_for_two_at_once() -> None:
    staff, _ = await enrolled()
    steps, code = [await half(), await half()], await code_of(staff)
    done = await asyncio.gather(*(identity.second_step(step, code) for step in steps), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Refusal", "str"]
    await refused(await half(), code)
    await later(seconds=31)
    assert await identity.second_step(await half(), await code_of(staff))


async def test_the_code_that_confirmed_the_authenticator_does_not_open_the_door_too() -> None:
    staff = await works()
    await identity.start_totp(staff, NEW)
    code = await code_of(staff)
    await identity.confirm_totp(staff, code)
    assert "已经用过" in await refused(await half(), code)


async def test_a_clock_may_be_wrong_by_half_a_minute_and_no_more() -> None:
    staff, _ = await enrolled()
    now, secret = int((await clock.now()).timestamp()), await secret_of(staff)
    await refused(await half(), pyotp.TOTP(secret).at(now + 90))
    assert await identity.second_step(await half(), pyotp.TOTP(secret).at(now + 30))


async def test_wrong_codes_lock_like_wrong_passwords_and_a_right_password_between_does_not_help() -> None:
    staff, _ = await enrolled()
    for _ in range(5):
        await refused(await half(), "000000")
    with pytest.raises(Refusal, match="用户名或密码不对"):
        await identity.staff_sign_in("clerk", NEW)
    await later(seconds=61)
    assert (await db.rows("SELECT failures FROM staff"))[0]["failures"] == 5
    assert await identity.second_step(await half(), await code_of(staff))
    assert (await db.rows("SELECT failures FROM staff"))[0]["failures"] == 0


async def test_codes_guessed_at_once_cannot_slip_through_before_the_lock() -> None:
    staff, _ = await enrolled()
    step = await half()
    await asyncio.gather(*(refused(step, f"{n:06d}") for n in range(12)))
    assert (await db.rows("SELECT failures FROM staff"))[0]["failures"] == 5
    await refused(step, await code_of(staff))


async def test_ten_minutes_after_the_password_one_starts_again() -> None:
    staff, _ = await enrolled()
    step = await half()
    await later(minutes=11)
    with pytest.raises(identity.StepOver):
        await identity.second_step(step, await code_of(staff))


async def test_a_recovery_code_opens_the_door_once_however_it_is_typed() -> None:
    _, codes = await enrolled()
    assert await identity.second_step(await half(), codes[0].upper().replace("-", " "))
    await refused(await half(), codes[0])
    done = await asyncio.gather(
        *(identity.second_step(step, codes[1]) for step in [await half(), await half()]),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["Refusal", "str"]
    assert await count("recovery_code", "used_at IS NULL") == 8


async def test_a_step_that_ends_meanwhile_uses_up_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    _, codes = await enrolled()
    step, module = (
        await half(),
        import_module("backend.identity.second_step"),
    )  # the package has the verb under it
    count_attempt = module.count_attempt

    async def slow(username: str, now: dt.datetime) -> dict[str, Any] | None:
        await db.rows("DELETE FROM staff_step")
        return await count_attempt(username, now)

    with monkeypatch.context() as patch:
        patch.setattr(module, "count_attempt", slow)
        with pytest.raises(identity.StepOver):
            await identity.second_step(step, codes[0])
    assert await count("recovery_code", "used_at IS NOT NULL") == 0
    assert await identity.second_step(await half(), codes[0])


async def meanwhile(patch: pytest.MonkeyPatch, happens: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """Let something happen while a password is looked at."""
    real = passwords.matches

    async def slow(hashed: str | None, typed: str) -> bool:
        right = await real(hashed, typed)
        await asyncio.create_task(happens(), context=contextvars.Context())
        return right

    patch.setattr(passwords, "matches", slow)


async def test_an_authenticator_set_up_while_the_password_is_looked_at_is_not_passed_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    staff = await works()
    await identity.start_totp(staff, NEW)
    code = await code_of(staff)
    await meanwhile(monkeypatch, lambda: identity.confirm_totp(staff, code))
    with pytest.raises(Refusal, match="用户名或密码不对"):
        await identity.staff_sign_in("clerk", NEW)
    assert await count("session", "revoked_at IS NULL") == 0


@pytest.mark.parametrize("verb", [identity.reset_staff, identity.disable_staff])
async def test_a_password_reset_or_an_account_disabled_while_it_is_looked_at_opens_nothing(
    monkeypatch: pytest.MonkeyPatch, verb: Callable[[str], Coroutine[Any, Any, Any]]
) -> None:
    await works()
    await works("admin", ADMINISTRATOR)
    await meanwhile(monkeypatch, lambda: verb("clerk"))
    with pytest.raises(Refusal, match="用户名或密码不对"):
        await identity.staff_sign_in("clerk", NEW)
    assert await count("session", "revoked_at IS NULL") == 0


async def test_fresh_recovery_codes_make_the_earlier_ones_void() -> None:
    staff, codes = await enrolled()
    with pytest.raises(Refusal, match="登录密码不对"):
        await identity.renew_recovery(staff, "wrong")
    fresh = await identity.renew_recovery(staff, NEW)
    await refused(await half(), codes[0])
    assert await identity.second_step(await half(), fresh[0])


async def test_another_persons_recovery_code_opens_nothing() -> None:
    await enrolled()
    _, others = await enrolled("other")
    await refused(await half(), others[0])


async def test_setting_up_asks_for_the_password_and_ends_the_other_sessions() -> None:
    staff = await works()
    kept, other = [await identity.staff_sign_in("clerk", NEW) for _ in range(2)]
    with pytest.raises(Refusal, match="登录密码不对"):
        await identity.start_totp(staff, "wrong")
    await identity.start_totp(staff, NEW)
    with pytest.raises(Refusal, match="动态验证码不对"):
        await identity.confirm_totp(staff, "000000")
    assert await identity.staff_sign_in("clerk", NEW)  # nothing is confirmed yet
    await identity.confirm_totp(staff, await code_of(staff), keep=await session_of(kept))
    assert await identity.visitor_for(kept)
    assert await identity.visitor_for(other) is None
    with pytest.raises(Refusal, match="没有等着确认"):
        await identity.confirm_totp(staff, "000000")


async def test_an_administrator_takes_it_off_with_a_reason_and_every_session_ends() -> None:
    admin = await works("admin", ADMINISTRATOR)
    staff, codes = await enrolled()
    token = await identity.second_step(await half(), await code_of(staff))
    waiting = await half()
    with pytest.raises(Refusal, match="请写明原因"):
        await identity.remove_totp("clerk", " ", by=admin)
    await identity.remove_totp("clerk", "本人到场，手机遗失", by=admin)
    assert await identity.visitor_for(token) is None
    assert "等得太久" in await refused(waiting, codes[0])
    assert await identity.staff_sign_in("clerk", NEW)
    event = (await db.rows("SELECT * FROM identity_event WHERE what = 'totp-removed'"))[0]
    assert (event["staff"], event["by_staff"], event["why"]) == (staff, admin, "本人到场，手机遗失")
    with pytest.raises(Refusal, match="没有设置验证器"):
        await identity.remove_totp("clerk", "再来一次", by=admin)


async def test_nobody_takes_off_their_own_and_only_administrators_others() -> None:
    admin, _ = await enrolled("admin", ADMINISTRATOR)
    clerk, _ = await enrolled()
    with pytest.raises(Refusal, match="另一位管理员"):
        await identity.remove_totp("admin", "不想用了", by=admin)
    with pytest.raises(Denied):
        await identity.remove_totp("admin", "不想用了", by=clerk)
    with pytest.raises(NotFound):
        await identity.remove_totp("nobody", "不想用了", by=admin)


async def test_a_reset_password_does_not_open_the_door_without_the_code() -> None:
    admin = await works("admin", ADMINISTRATOR)
    staff, _ = await enrolled()
    waiting = await half()
    password = await identity.reset_staff("clerk", by=admin, why="本人到场，忘了密码")
    await refused(waiting, await code_of(staff))
    with pytest.raises(identity.CodeNeeded):
        await identity.staff_sign_in("clerk", password)


@pytest.fixture
def everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Administrators must have an authenticator, also in test mode."""
    rules = data.limits()
    strict = msgspec.structs.replace(rules, totp=msgspec.structs.replace(rules.totp, playful=True))
    monkeypatch.setattr(totp, "limits", lambda: strict)


@pytest.mark.usefixtures("everywhere")
async def test_a_role_that_must_have_one_opens_nothing_until_it_is_set_up(client: httpx.AsyncClient) -> None:
    await works()
    admin = await works("admin", ADMINISTRATOR)
    with pytest.raises(Denied):
        await identity.require(admin, "administrator")
    with pytest.raises(Denied):
        await identity.disable_staff("clerk", by=admin)
    answer = await client.post("/console/session", data={"username": "admin", "password": NEW})
    assert answer.headers["location"] == "/console/totp"
    for path in ("/console/staff", "/console/items"):
        assert (await client.get(path)).headers["location"] == "/console/totp"
    assert "你的岗位登录时要用验证器" in (await client.get("/console/totp")).text
    page = await client.post("/console/totp", data={"password": NEW})
    assert "<svg" in page.text
    page = await client.post("/console/totp/confirmation", data={"code": await code_of(admin)})
    assert page.text.count("data-recovery") == 10
    assert (await client.get("/console/staff")).status_code == 200
    await identity.require(admin, "administrator")


async def test_in_demo_and_test_mode_nobody_must_as_the_data_says() -> None:
    admin = await works("admin", ADMINISTRATOR)
    await identity.require(admin, "administrator")


async def test_signing_in_by_the_pages_with_a_code_and_with_a_recovery_code(
    client: httpx.AsyncClient,
) -> None:
    staff, codes = await enrolled()
    page = await client.post(
        "/console/session", data={"username": "clerk", "password": NEW, "next": "/console/week"}
    )
    assert page.status_code == 200
    assert "session" not in client.cookies
    [step] = [word.split('"')[0] for word in page.text.split('name="step" value="')[1:]]
    assert (await client.get("/console/week")).headers["location"].startswith("/console/session/new")
    page = await client.post("/console/session/code", data={"step": step, "code": "12345"})
    assert page.status_code == 422
    page = await client.post("/console/session/code", data={"step": step, "code": "000000"})
    assert (page.status_code, step in page.text) == (409, True)
    form = {"step": step, "code": await code_of(staff), "next": "/console/week"}
    answer = await client.post("/console/session/code", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/week")
    await client.post("/console/session/closure")
    form = {"step": await half(), "code": codes[3], "next": "//evil.test"}
    answer = await client.post("/console/session/code", data=form)
    assert answer.headers["location"] == "/console/totp"
    assert "没用过的还有 9 个" in (await client.get("/console/totp")).text
