"""Sign-ins as their owner sees them: also those that failed, for as long as the data says, and no address."""

import httpx
import pytest

from backend import db, identity
from backend.refusal import Refusal
from tests import factories as make
from tests.identity.steps import PHONE, account_of, code_for, count, enter, later, token_for

NEW = "a good pass 2026"


async def works(username: str = "clerk", role: str = "clerk") -> identity.Added:
    """Somebody who already chose a password."""
    added = await identity.add_staff(username, "王窗口", [identity.Grant(role)])
    await identity.change_password(added.staff, added.password, NEW)
    return added


async def test_a_citizen_sees_time_device_and_way_and_what_failed(client: httpx.AsyncClient) -> None:
    account = await account_of(await token_for())
    await later(minutes=5)
    with pytest.raises(identity.WrongCode):
        await identity.sign_in(PHONE, f"{(int(await code_for()) + 1) % 10**6:06d}", "安卓 · 微信")
    found = await identity.sign_ins_of(account=account)
    assert [(row["ok"], row["way"], row["device"]) for row in found] == [
        (False, "短信验证码", "安卓 · 微信"),
        (True, "短信验证码", ""),
    ]
    await later(minutes=5)
    await enter(client)
    page = (await client.get("/sessions")).text
    assert page.count("登录成功") == 2
    assert page.count("没有成功") == 1
    assert "今天 10:10" in page


async def test_tries_that_no_code_counts_do_not_fill_somebodys_list() -> None:
    account = await account_of(await token_for())
    for _ in range(3):
        with pytest.raises(identity.WrongCode):
            await identity.sign_in(PHONE, "000000")
    assert len(await identity.sign_ins_of(account=account)) == 1


async def test_a_guess_at_the_last_six_is_on_the_list() -> None:
    account = await account_of(await token_for())
    await identity.add_person(account, "张三丰", "self", "resident", "320681190001010012")
    await later(days=90)
    with pytest.raises(identity.OwnerUnsure):
        await identity.sign_in(PHONE, await code_for(), tail="000000")
    assert [row["ok"] for row in await identity.sign_ins_of(account=account)] == [False, True]


async def test_staff_and_their_administrator_see_the_same_list(client: httpx.AsyncClient) -> None:
    clerk = await works()
    await works("admin", "administrator")
    with pytest.raises(Refusal):
        await identity.staff_sign_in("clerk", "wrong", "Linux 电脑 · Firefox")
    agent = {"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0"}
    await client.post("/console/session", data={"username": "clerk", "password": NEW}, headers=agent)
    own = (await client.get("/console/account")).text
    await client.post("/console/session", data={"username": "admin", "password": NEW})
    seen = (await client.get(f"/console/staff/{clerk.staff}")).text
    for page in (own, seen):
        assert "Windows 电脑 · Chrome · 密码" in page
        assert "Linux 电脑 · Firefox · 密码" in page
        assert "没有成功" in page


async def test_a_strangers_sign_ins_are_not_mine() -> None:
    mine, other = await account_of(await token_for()), await account_of(await token_for("10000000002"))
    assert len(await identity.sign_ins_of(account=mine)) == 1
    assert len(await identity.sign_ins_of(account=other)) == 1
    with pytest.raises(ValueError, match="belong to"):
        await identity.sign_ins_of()


async def test_nothing_of_the_network_is_kept(client: httpx.AsyncClient) -> None:
    await enter(client)
    columns = await db.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_name IN ('identity_event', 'session')"
    )
    assert not [
        row for row in columns if "address" in row["column_name"] or "ip" in row["column_name"].split("_")
    ]
    rows = repr(await db.rows("SELECT * FROM identity_event"))
    assert "127.0.0.1" not in rows


async def test_after_two_hundred_days_sign_ins_are_forgotten_but_the_last_of_staff_stays() -> None:
    account = await account_of(await token_for())
    added = await works()
    for _ in range(2):
        await identity.staff_sign_in("clerk", NEW)
    await later(days=199)
    await identity.forget_sign_ins()
    assert len(await identity.sign_ins_of(account=account)) == 1
    await later(days=2)
    assert await identity.sign_ins_of(account=account) == []
    await identity.forget_sign_ins()
    assert await count("identity_event", "what = 'signed-in' AND account IS NOT NULL") == 0
    assert await count("identity_event", f"what = 'signed-in' AND staff = '{added.staff}'") == 1
    assert await count("identity_event", "what = 'staff-added'") == 1
    assert await make.account()
