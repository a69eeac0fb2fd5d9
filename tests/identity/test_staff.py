"""Staff: no hint whether a username exists, longer and longer locks, rights by role and place."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from backend import db, identity
from backend.identity import passwords
from backend.refusal import Denied, NotFound, Refusal
from tests import factories as make
from tests.identity.steps import count, later, session_of

NEW = "a good pass 2026"


@pytest.fixture(autouse=True)
async def city(fresh: None) -> None:
    """The hall where they work."""
    await make.hall(code="city")


async def clerk(*grants: identity.Grant, username: str = "clerk") -> identity.Added:
    """A member of staff who already chose a password."""
    added = await identity.add_staff(
        username, "王窗口", list(grants) or [identity.Grant("clerk", "hall", "city")]
    )
    await identity.change_password(added.staff, added.password, NEW)
    return added


async def refused(username: str, password: str) -> str:
    """What a failed sign-in says."""
    with pytest.raises(Refusal) as refusal:
        await identity.staff_sign_in(username, password)
    return refusal.value.sentence


async def test_the_temporary_password_opens_the_door_but_gives_no_role_yet() -> None:
    added = await identity.add_staff("clerk", "王窗口", [identity.Grant("clerk")])
    visitor = await identity.visitor_for(await identity.staff_sign_in("clerk", added.password))
    assert visitor is not None
    assert (visitor.staff, visitor.must_change, visitor.roles) == (added.staff, True, frozenset())
    with pytest.raises(Denied):
        await identity.require(added.staff, "clerk")
    await identity.change_password(added.staff, added.password, NEW, keep=visitor.session)
    visitor = await identity.visitor_for(await identity.staff_sign_in("clerk", NEW))
    assert visitor is not None
    assert (visitor.must_change, visitor.roles, visitor.name) == (False, frozenset({"clerk"}), "王窗口")


async def test_passwords_are_argon2_and_nowhere_in_the_table() -> None:
    await clerk()
    row = (await db.rows("SELECT * FROM staff"))[0]
    assert row["password_hash"].startswith("$argon2id$")
    assert NEW not in repr(row)


async def test_unknown_wrong_locked_and_disabled_are_told_the_same() -> None:
    await clerk()
    said = {await refused("nobody", NEW), await refused("clerk", "wrong")}
    for _ in range(6):
        said.add(await refused("clerk", "wrong"))
    said.add(await refused("clerk", NEW))
    await identity.disable_staff("clerk")
    said.add(await refused("clerk", NEW))
    assert len(said) == 1


async def test_an_unknown_username_costs_a_password_check_too(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    verify = passwords._verify

    def noting(stored: str, given: str) -> bool:
        checked.append(stored)
        return verify(stored, given)

    monkeypatch.setattr(passwords, "_verify", noting)
    await refused("nobody", NEW)
    assert len(checked) == 1
    assert checked[0].startswith("$argon2id$")


async def test_the_fifth_failure_locks_and_each_further_one_twice_as_long() -> None:
    await clerk()
    for _ in range(5):
        await refused("clerk", "wrong")
    await refused("clerk", NEW)
    await later(seconds=61)
    await refused("clerk", "wrong")
    await later(seconds=61)
    await refused("clerk", NEW)
    await later(seconds=61)
    assert await identity.staff_sign_in("clerk", NEW)
    assert (await db.rows("SELECT failures, locked_until FROM staff"))[0] == {
        "failures": 0,
        "locked_until": None,
    }


async def test_a_lock_lasts_an_hour_at_most() -> None:
    await clerk()
    await db.rows("UPDATE staff SET failures = 500")
    await refused("clerk", "wrong")
    await later(minutes=59)
    await refused("clerk", NEW)
    await later(minutes=2)
    assert await identity.staff_sign_in("clerk", NEW)


async def test_guesses_at_once_cannot_slip_through_before_the_lock() -> None:
    await clerk()
    await asyncio.gather(*(refused("clerk", f"wrong {n}") for n in range(12)))
    assert (await db.rows("SELECT failures FROM staff"))[0]["failures"] == 5
    await refused("clerk", NEW)


async def test_a_reset_ends_every_session_and_lifts_the_lock() -> None:
    await clerk()
    token = await identity.staff_sign_in("clerk", NEW)
    for _ in range(5):
        await refused("clerk", "wrong")
    password = await identity.reset_staff("clerk")
    assert await identity.visitor_for(token) is None
    await refused("clerk", NEW)
    assert await identity.staff_sign_in("clerk", password)
    with pytest.raises(NotFound):
        await identity.reset_staff("nobody")


@pytest.mark.parametrize("deed", [identity.reset_staff, identity.disable_staff])
async def test_what_an_administrator_does_while_one_chooses_a_password_is_not_undone(
    monkeypatch: pytest.MonkeyPatch, deed: Callable[[str], Awaitable[object]]
) -> None:
    added, hashed = await clerk(), passwords.hashed

    async def meanwhile(password: str) -> str:
        if password == "another pass 2026":
            await deed("clerk")
        return await hashed(password)

    monkeypatch.setattr(passwords, "hashed", meanwhile)
    with pytest.raises(Refusal, match="这次没有改"):
        await identity.change_password(added.staff, NEW, "another pass 2026")
    await refused("clerk", "another pass 2026")
    assert await count("identity_event", "what = 'password-changed'") == 1
    row = (await db.rows("SELECT must_change, disabled_at FROM staff"))[0]
    assert row["must_change"] or row["disabled_at"]


async def test_a_disabled_member_of_staff_is_out_at_once() -> None:
    added = await clerk()
    token = await identity.staff_sign_in("clerk", NEW)
    await identity.disable_staff("clerk")
    assert await identity.visitor_for(token) is None
    with pytest.raises(Denied):
        await identity.require(added.staff, "clerk")


async def test_changing_the_password_ends_the_other_sessions() -> None:
    added = await clerk()
    kept, other = [await identity.staff_sign_in("clerk", NEW) for _ in range(2)]
    session = await session_of(kept)
    with pytest.raises(Refusal, match="原密码"):
        await identity.change_password(added.staff, "wrong", "another pass 1", keep=session)
    with pytest.raises(Refusal, match="不一样"):
        await identity.change_password(added.staff, NEW, NEW, keep=session)
    await identity.change_password(added.staff, NEW, "another pass 1", keep=session)
    assert await identity.visitor_for(kept)
    assert await identity.visitor_for(other) is None


async def test_a_staff_session_ends_after_four_hours_unused_and_twelve_in_any_case() -> None:
    await clerk()
    token = await identity.staff_sign_in("clerk", NEW)
    for _ in range(3):
        await later(hours=3.5)
        assert await identity.visitor_for(token)
    await later(hours=2)
    assert await identity.visitor_for(token) is None
    token = await identity.staff_sign_in("clerk", NEW)
    await later(hours=4)
    assert await identity.visitor_for(token) is None


async def test_a_role_holds_where_it_was_given_and_nowhere_else() -> None:
    added = await clerk(identity.Grant("manager", "hall", "city"), identity.Grant("auditor"))
    await identity.require(added.staff, "manager", hall="city")
    await identity.require(added.staff, "manager")
    await identity.require(added.staff, "auditor", hall="lvsi")
    assert await identity.scopes_of(added.staff, "manager") == [identity.Grant("manager", "hall", "city")]
    for roles, place in (
        (["manager"], {"hall": "lvsi"}),
        (["clerk"], {}),
        (["manager"], {"department": "city"}),
    ):
        with pytest.raises(Denied):
            await identity.require(added.staff, *roles, **place)
    with pytest.raises(Denied):
        await identity.require(None, "manager")


async def test_only_administrators_add_reset_and_disable() -> None:
    manager, administrator = await clerk(), await clerk(identity.Grant("administrator"), username="admin")
    password = await identity.reset_staff("clerk", by=administrator.staff, why="忘了密码")
    await identity.change_password(manager.staff, password, NEW)
    for attempt in (
        identity.add_staff("new", "新人", [], by=manager.staff),
        identity.reset_staff("admin", by=manager.staff, why="忘了密码"),
        identity.disable_staff("admin", by=manager.staff),
    ):
        with pytest.raises(Denied):
            await attempt
    await identity.disable_staff("clerk", by=administrator.staff)
    await identity.add_staff("new", "新人", [], by=administrator.staff)
    assert await count("staff", "disabled_at IS NULL") == 2


async def test_a_username_is_given_once() -> None:
    await clerk()
    with pytest.raises(Refusal, match="用户名"):
        await identity.add_staff("Clerk ", "另一位", [])


async def test_nobody_is_added_under_a_name_that_could_not_be_typed() -> None:
    with pytest.raises(Refusal, match="用户名应是"):
        await identity.add_staff("王 窗口", "王窗口", [])
    assert await count("staff") == 0


@pytest.mark.parametrize(
    "wrong", [("king",), ("clerk", "planet", "x"), ("clerk", "hall"), ("clerk", "all", "x")]
)
def test_a_grant_that_makes_no_sense_cannot_be_made(wrong: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="no such grant"):
        identity.Grant(*wrong)
