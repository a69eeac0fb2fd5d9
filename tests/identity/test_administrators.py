"""Staff accounts as administrators change them: nobody locks the door behind the last of them."""

import asyncio
import re
from collections.abc import Awaitable
from uuid import UUID

import httpx
import pytest

from backend import db, identity
from backend.catalog.tables import Village
from backend.identity import staff_list
from backend.refusal import Denied, NotFound, Refusal
from tests import factories as make
from tests.identity.steps import count
from tests.world import ELSEWHERE, HERE

NEW = "a good pass 2026"
ADMINISTRATOR = identity.Grant("administrator")
CLERK = identity.Grant("clerk", "hall", HERE)
GUIDE = identity.Grant("guide", "hall", HERE)


@pytest.fixture(autouse=True)
async def halls(fresh: None) -> None:
    """Two halls."""
    await make.hall(code=HERE)
    await make.hall("吕四港镇便民服务中心", ELSEWHERE)


async def works(username: str, *grants: identity.Grant) -> UUID:
    """Somebody who already chose a password."""
    added = await identity.add_staff(username, "王窗口", list(grants))
    await identity.change_password(added.staff, added.password, NEW)
    return added.staff


async def seen(username: str) -> str:
    """The roles as somebody sees them now."""
    found = await db.rows("SELECT id FROM staff WHERE username = $1", username)
    return identity.listed(await identity.roles.given_to(found[0]["id"]))


async def roles(username: str, *grants: identity.Grant, by: UUID | None = None) -> None:
    """Give these roles, having looked."""
    await identity.change_roles(username, list(grants), await seen(username), by)


async def both(*deeds: Awaitable[object]) -> list[Refusal]:
    """All at once; the refusals."""
    done = await asyncio.gather(*deeds, return_exceptions=True)
    assert all(one is None or isinstance(one, Refusal | str) for one in done), done
    return [one for one in done if isinstance(one, Refusal)]


async def administrators() -> int:
    """How many can still let others in."""
    return await count(
        "staff s JOIN staff_role r ON r.staff = s.id", "role = 'administrator' AND disabled_at IS NULL"
    )


async def test_roles_change_as_a_whole_and_the_event_says_from_what_to_what() -> None:
    admin, clerk = await works("admin", ADMINISTRATOR), await works("clerk", CLERK)
    await roles("clerk", CLERK, GUIDE, by=admin)
    await identity.require(clerk, "guide", hall=HERE)
    await roles("clerk", GUIDE, by=admin)
    with pytest.raises(Denied):
        await identity.require(clerk, "clerk")
    events = await db.rows("SELECT * FROM identity_event WHERE what = 'roles-changed' ORDER BY at")
    assert [(row["staff"], row["by_staff"], row["before"], row["after"]) for row in events] == [
        (clerk, admin, "clerk@hall:city", "clerk@hall:city guide@hall:city"),
        (clerk, admin, "clerk@hall:city guide@hall:city", "guide@hall:city"),
    ]


async def test_who_loses_a_role_is_signed_out_and_who_gains_one_is_not() -> None:
    await works("clerk", CLERK)
    token = await identity.staff_sign_in("clerk", NEW)
    await roles("clerk", CLERK, GUIDE)
    visitor = await identity.visitor_for(token)
    assert visitor
    assert visitor.roles == {"clerk", "guide"}
    await roles("clerk", GUIDE)
    assert await identity.visitor_for(token) is None


async def test_the_same_roles_again_change_nothing() -> None:
    await works("clerk", CLERK)
    token = await identity.staff_sign_in("clerk", NEW)
    await roles("clerk", CLERK)
    assert await identity.visitor_for(token)
    assert await count("identity_event", "what = 'roles-changed'") == 0


async def test_roles_that_somebody_changed_in_the_meantime_are_looked_at_again() -> None:
    await works("clerk", CLERK)
    before = await seen("clerk")
    refusals = await both(
        identity.change_roles("clerk", [GUIDE], before),
        identity.change_roles("clerk", [CLERK, GUIDE], before),
    )
    assert ["刚刚有人改过" in refusal.sentence for refusal in refusals] == [True]


@pytest.mark.parametrize("wrong", ["hall:nowhere", "department:nowhere"])
async def test_a_place_that_does_not_exist_is_refused(wrong: str) -> None:
    await works("clerk", CLERK)
    with pytest.raises(Refusal, match="nowhere"):
        await roles("clerk", identity.grant_of(f"officer@{wrong}"))
    assert await seen("clerk") == "clerk@hall:city"


async def test_an_officer_belongs_to_a_department_and_a_clerk_to_a_hall() -> None:
    await make.item(await make.line(await make.hall()))  # brings a department
    code = (await db.rows("SELECT code FROM department"))[0]["code"]
    await works("officer", identity.Grant("officer", "department", code))
    with pytest.raises(Refusal, match="窗口人员在大厅工作"):
        await roles("officer", identity.Grant("clerk", "department", code))


async def test_an_agent_belongs_to_a_village_and_nobody_else_does() -> None:
    await Village.insert(Village(code="east", name="城北社区", hall=(await make.hall()).id, neighbours=[]))
    await works("agent", identity.Grant("agent", "village", "east"))
    with pytest.raises(Refusal, match="没有代码为 nowhere 的村社区"):
        await roles("agent", identity.Grant("agent", "village", "nowhere"))
    with pytest.raises(Refusal, match="只有网格代办员分到村社区，请给“窗口人员”选别的地方"):
        await roles("agent", identity.Grant("clerk", "village", "east"))


async def test_two_administrators_who_disable_each_other_at_once_leave_one() -> None:
    for n in range(5):
        one, other = await works(f"one{n}", ADMINISTRATOR), await works(f"other{n}", ADMINISTRATOR)
        await db.rows("UPDATE staff SET disabled_at = now() WHERE id <> ALL($1::uuid[])", [one, other])
        refusals = await both(
            identity.disable_staff(f"other{n}", by=one), identity.disable_staff(f"one{n}", by=other)
        )
        assert len(refusals) == 1
        assert await administrators() == 1


async def test_two_administrators_who_take_each_other_s_role_at_once_leave_one() -> None:
    one, other = await works("one", ADMINISTRATOR), await works("other", ADMINISTRATOR)
    before = "administrator"
    refusals = await both(
        identity.change_roles("other", [CLERK], before, by=one),
        identity.change_roles("one", [CLERK], before, by=other),
    )
    assert len(refusals) == 1
    assert await administrators() == 1


async def test_two_administrators_who_give_up_their_own_role_at_once_leave_one() -> None:
    one, other = await works("one", ADMINISTRATOR), await works("other", ADMINISTRATOR)
    refusals = await both(
        identity.change_roles("one", [CLERK], "administrator", by=one),
        identity.change_roles("other", [CLERK], "administrator", by=other),
    )
    assert ["最后一位" in refusal.sentence for refusal in refusals] == [True]
    assert await administrators() == 1


async def test_the_last_administrator_stays_even_at_the_command_line() -> None:
    await works("admin", ADMINISTRATOR)
    await identity.add_staff("second", "新来的", [ADMINISTRATOR])  # has not chosen a password yet
    with pytest.raises(Refusal, match="最后一位"):
        await identity.disable_staff("admin")
    with pytest.raises(Refusal, match="最后一位"):
        await roles("admin", CLERK)
    await identity.disable_staff("second")
    assert await administrators() == 1


async def test_an_administrator_of_a_hall_is_no_replacement_for_the_last_of_everything() -> None:
    await works("admin", ADMINISTRATOR)
    await works("local", identity.Grant("administrator", "hall", HERE))
    with pytest.raises(Refusal, match="最后一位"):
        await identity.disable_staff("admin")


async def test_nobody_disables_or_resets_themselves() -> None:
    one = await works("one", ADMINISTRATOR)
    await works("other", ADMINISTRATOR)
    with pytest.raises(Refusal, match="不能停用自己"):
        await identity.disable_staff("one", by=one)
    with pytest.raises(Refusal, match="改密码"):
        await identity.reset_staff("one", by=one, why="忘了密码")


async def test_a_reset_sent_again_by_loading_the_page_anew_changes_nothing(client: httpx.AsyncClient) -> None:
    await works("admin", ADMINISTRATOR)
    clerk = await works("clerk", CLERK)
    client.cookies.set("session", await identity.staff_sign_in("admin", NEW))
    shown = (await client.get(f"/console/staff/{clerk}")).text
    form = {"why": "本人到场，忘了密码", "seen": hidden(shown)}
    given = await client.post(f"/console/staff/{clerk}/password", data=form)
    password = re.search(r"data-password[^>]*>([^<]+)<", given.text)
    assert password
    again = await client.post(f"/console/staff/{clerk}/password", data=form)
    assert (again.status_code, "刚刚已经换过密码" in again.text) == (409, True)
    assert await identity.staff_sign_in("clerk", password[1])
    assert await count("identity_event", "what = 'password-reset'") == 1
    fresh = await client.post(f"/console/staff/{clerk}/password", data={**form, "seen": hidden(again.text)})
    assert fresh.status_code == 200


async def test_what_is_wrong_with_somebody_new_stands_in_the_order_of_the_page(
    client: httpx.AsyncClient,
) -> None:
    await works("admin", ADMINISTRATOR)
    client.cookies.set("session", await identity.staff_sign_in("admin", NEW))
    page = (await client.post("/console/staff", data={"role": "clerk", "place": ""})).text
    assert re.findall(r'<li><a href="#f-(\w+)', page) == ["name", "username", "place"]


def hidden(page: str) -> str:
    """Which password the form of the page is about."""
    found = re.search(r'/password"><input type="hidden" name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_who_was_disabled_comes_back_with_password_and_roles() -> None:
    admin = await works("admin", ADMINISTRATOR)
    clerk = await works("clerk", CLERK)
    token = await identity.staff_sign_in("clerk", NEW)
    await identity.disable_staff("clerk", by=admin)
    assert await identity.visitor_for(token) is None
    for again in (
        identity.disable_staff("clerk", by=admin),
        identity.reset_staff("clerk", by=admin, why="忘了密码"),
    ):
        with pytest.raises(Refusal, match="停用"):
            await again
    await identity.enable_staff("clerk", by=admin)
    assert await identity.staff_sign_in("clerk", NEW)
    assert await identity.visitor_for(token) is None
    await identity.require(clerk, "clerk", hall=HERE)
    with pytest.raises(Refusal, match="没有停用"):
        await identity.enable_staff("clerk", by=admin)


async def test_a_hall_s_administrator_looks_after_that_hall_alone() -> None:
    local = await works("local", identity.Grant("administrator", "hall", HERE))
    await works("clerk", CLERK)
    await works("far", identity.Grant("clerk", "hall", ELSEWHERE))
    await works("admin", ADMINISTRATOR)
    assert {row["username"] for row in await staff_list.staff_of(local)} == {"local", "clerk"}
    for strange in ("far", "admin", "nobody"):
        with pytest.raises(NotFound):
            await identity.disable_staff(strange, by=local)
    for beyond in (ADMINISTRATOR, identity.Grant("clerk", "hall", ELSEWHERE)):
        with pytest.raises(Denied):
            await roles("clerk", beyond, by=local)
        with pytest.raises(Denied):
            await identity.add_staff("new", "新同事", [beyond], by=local)
    await roles("clerk", GUIDE, by=local)
    assert await seen("clerk") == "guide@hall:city"


async def test_the_list_is_searched_by_name_role_and_place_and_says_how_each_stands() -> None:
    admin = await works("admin", ADMINISTRATOR)
    await identity.add_staff("new", "陆小晨", [CLERK])
    await works("out", identity.Grant("clerk", "hall", ELSEWHERE))
    await identity.disable_staff("out")
    await works("locked", GUIDE)
    for _ in range(5):
        with pytest.raises(Refusal):
            await identity.staff_sign_in("locked", "wrong")
    found = {row["username"]: row["state"] for row in await staff_list.staff_of(admin)}
    assert found == {"admin": "正常", "new": "需改密码", "out": "已停用", "locked": "锁定"}
    for sought, usernames in (
        ("陆小", {"new"}),
        ("窗口人员 吕四", {"out"}),
        ("导办", {"locked"}),
        ("x", set()),
    ):
        assert {row["username"] for row in await staff_list.staff_of(admin, sought)} == usernames


async def test_a_page_tells_what_was_done_by_whom() -> None:
    admin, clerk = await works("admin", ADMINISTRATOR), await works("clerk", CLERK)
    await roles("clerk", GUIDE, by=admin)
    owner, _ = await make.citizen()
    await identity.unmask_phone(owner.id, clerk, "通知改期")
    deeds = await staff_list.deeds_of(clerk, by=admin)
    assert [deed["what"] for deed in deeds] == ["查看完整手机号", "改岗位", "换成自己的密码", "加为工作人员"]
    assert deeds[0]["change"] == "通知改期"
    assert deeds[1]["change"] == "窗口人员（启东市政务服务中心） → 导办（启东市政务服务中心）"
    assert [deed["by"] for deed in deeds] == ["王窗口", "王窗口", "本人", "命令行"]
