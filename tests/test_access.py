"""Every route, tried as everybody: who gets in, who is led to a sign-in, who finds nothing there.

What is expected follows from the route's guard and from whose row its address names, not from a list.
"""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

from backend import db
from backend.web import guards
from tests import routes, world
from tests.routes import CASES, DEEDS, LOOKS, OF_A_HALL, OF_THE_CITY, OWNED, PAGES, Case
from tests.sample import some
from tests.world import (
    A_STRANGER,
    AN_OWNER,
    BOARD,
    CITYWIDE,
    HALF_SIGNED_IN,
    HERE,
    KIOSK,
    KIOSK_ELSEWHERE,
    MANAGER,
    NOBODY,
    STAFF,
    STAFF_ELSEWHERE,
    Who,
)

GUARDS: dict[tuple[str, str], Any] = {
    key: (handler.guards or [])[0] for key, handler in routes.handlers().items()
}
LEAD_TO_A_SIGN_IN = {
    "/codes",
    "/session",
    "/console/session",
    "/console/session/code",
    "/console/session/closure",
    "/console/sessions/closure",
}
EVERYBODY = [NOBODY, A_STRANGER, AN_OWNER, HALF_SIGNED_IN, *STAFF, *STAFF_ELSEWHERE, KIOSK, BOARD]


def verdict(case: Case, who: Who) -> str:
    """What the guard alone decides: in, a sign-in's address, or denied."""
    guard = GUARDS[case.method, case.path]
    if guard is guards.public:
        return "in"
    if guard is guards.citizen:
        return "in" if who.phone else "/session/new"
    if kinds := getattr(guard, "kinds", None):
        return "in" if who.device in kinds else "denied"
    if not who.role:
        return "/console/session/new"
    roles: frozenset[str] = getattr(guard, "roles", frozenset())
    if roles and who.must_change:
        return "/console/password"
    return "in" if not roles or who.role in roles else "denied"


async def ask(
    client: httpx.AsyncClient, found: world.World, case: Case, ids: dict[str, str] | None = None
) -> httpx.Response:
    """The request of this case, well formed."""
    ids = ids or found.own
    return await client.request(case.method, case.address(ids), **case.sent(found.own))


def got_in(case: Case, answer: httpx.Response) -> bool:
    """Neither refused nor led to a sign-in (where some addresses lead everybody), and no fault."""
    to = answer.headers.get("location", "").partition("?")[0]
    led_away = to.endswith("/session/new") and case.path not in LEAD_TO_A_SIGN_IN
    return (
        answer.status_code not in (401, 403)
        and not led_away
        and answer.status_code in (case.answer, *range(500))
    )


def for_whom(case: Case) -> Who:
    """Somebody for whom the route is."""
    guard = GUARDS[case.method, case.path]
    if guard is guards.public:
        return (
            AN_OWNER
            if case.path in ("/live", "/preferences", "/session/closure", "/console/session/closure")
            else NOBODY
        )
    if kinds := getattr(guard, "kinds", None):
        return Who(device=min(kinds, key=lambda kind: kind != "kiosk"))
    if case.citywide:
        return CITYWIDE
    if guard is guards.citizen:
        return AN_OWNER
    if case.row in ("agent_phone", "sync_row"):  # a manager sees to the computers of a desk only
        return Who(role="supervisor")
    roles: frozenset[str] = getattr(guard, "roles", frozenset())
    return MANAGER if not roles or "manager" in roles else Who(role=min(roles))


def test_the_table_names_every_route_and_no_other() -> None:
    assert {(case.method, case.path) for case in CASES} == set(
        GUARDS
    ) - routes.SIGNED - routes.BROUGHT - routes.PIECES
    known = OWNED | OF_A_HALL | routes.SHARED | routes.ON_A_SCREEN | {""}
    assert {case.row for case in CASES} <= known, "say whose row a new kind of address names"


FEW = 6  # of those a guard lets in one in so many asks, and as many of those it turns away


@pytest.fixture(autouse=True)
async def fresh(database: str) -> None:
    """Who looks at rows puts the world back first."""


@pytest.fixture(scope="module")
def asking() -> dict[str, list[Case]]:
    """What each of them asks: every route is asked by somebody it lets in and by somebody it turns away."""
    found: dict[str, list[Case]] = {str(who): [] for who in EVERYBODY}
    for case in CASES:
        lets_in = [who for who in EVERYBODY if verdict(case, who) == "in"]
        for group in (lets_in, [who for who in EVERYBODY if who not in lets_in]):
            for who in some(case, group, FEW):
                found[str(who)].append(case)
    return found


@pytest.mark.parametrize("who", EVERYBODY, ids=str)
async def test_a_guard_lets_in_whom_it_names_and_nobody_else(
    client: httpx.AsyncClient, asking: dict[str, list[Case]], who: Who
) -> None:
    found = await world.build()
    await world.be(client, found, who)
    for case in asking[str(who)]:
        if (expected := verdict(case, who)) != "in":
            await turned_away(client, found, case, expected)
            continue
        answer = await ask(client, found, case)
        kept = OF_A_HALL | OF_THE_CITY if case in DEEDS else OF_A_HALL
        elsewhere = who.hall != HERE and (
            case.row in kept
            or {"line", "place", "slot"} & case.form.keys()
            or case.path == "/console/exports"
        )
        assert got_in(case, answer) or elsewhere or case.citywide, (str(case), answer.status_code)
        if case in DEEDS:  # it may have been signing out
            await world.be(client, found, who)


async def turned_away(client: httpx.AsyncClient, found: world.World, case: Case, expected: str) -> None:
    """Denied, or led to the sign-in that was expected; and no row changed."""
    before = await world.everything()
    answer = await ask(client, found, case)
    to = answer.headers.get("location", "denied").partition("?")[0]
    assert (answer.status_code, to) == (403 if expected == "denied" else 303, expected), str(case)
    assert await world.everything() == before, str(case)


async def test_every_page_opens_for_those_for_whom_it_is(client: httpx.AsyncClient) -> None:
    found = await world.build()
    before = None
    for case in LOOKS:
        await world.be(client, found, for_whom(case))
        before = await world.everything()
        answer = await ask(client, found, case)
        assert answer.status_code == case.answer, (str(case), answer.text[-2000:])
        assert await world.everything() == before, f"{case}: looking changes nothing"


# What needs a service that no test has is refused to them, too (409).
CAN = [case for case in DEEDS if case not in LOOKS and case.answer < 400]


@pytest.mark.parametrize("case", CAN, ids=str)
async def test_those_for_whom_a_deed_is_can_do_it(client: httpx.AsyncClient, case: Case) -> None:
    found = await world.build()
    await world.be(client, found, for_whom(case))
    before = await world.everything()
    answer = await ask(client, found, case)
    assert answer.status_code == case.answer, answer.text[-2000:]
    assert await world.everything() != before, "a deed that changes nothing proves nothing elsewhere"


async def test_a_strangers_row_is_a_row_that_does_not_exist(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, A_STRANGER)
    before = await world.everything()
    for case in [case for case in CASES if case.row in OWNED]:
        strange = await ask(client, found, case)
        missing = await ask(client, found, case, {**found.own, case.of or case.row: str(uuid4())})
        assert (strange.status_code, missing.status_code) == (404, 404), str(case)
        assert strange.text == missing.text, str(case)
        assert await world.everything() == before, str(case)


async def test_nobody_books_for_a_strangers_person(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, A_STRANGER)
    before, case = await world.everything(), next(case for case in DEEDS if case.path == "/appointments")
    assert (await ask(client, found, case)).status_code == 404
    assert await world.everything() == before


async def test_a_strangers_pages_show_nothing_of_the_owner(client: httpx.AsyncClient) -> None:
    found = await world.build()
    private = [found.own["number"], found.own["appointment"], found.own["person"], "张*丰", "李*燕"]
    for who, expected in ((AN_OWNER, True), (A_STRANGER, False), (NOBODY, False)):
        await world.be(client, found, who)
        shown = [(await ask(client, found, case)).text for case in PAGES if not case.row]
        assert any(word in text for text in shown for word in private) is expected


OF_SCREENS = [case for case in CASES if getattr(GUARDS[case.method, case.path], "kinds", None)]


async def test_a_screen_of_another_hall_sees_and_changes_nothing_of_this_one(
    client: httpx.AsyncClient,
) -> None:
    found = await world.build()
    await world.be(client, found, KIOSK_ELSEWHERE)
    before = await world.everything()
    for case in OF_SCREENS:
        answer = await ask(client, found, case)
        if case.row or (case.method == "POST" and case not in LOOKS):
            assert answer.status_code == 404, str(case)
        assert world.NAMES[HERE] not in answer.text, str(case)
    assert await world.everything() == before


# Pages that name no hall.
SAME_FOR_ALL = (
    "/console/items", "/console/policies", "/console/sync-imports", "/console/cases/arrivals", "/console/crossregion",
    "/console/crossregion/waiting", "/console/crossregion/items/{item}", "/console/crossregion/items/{item}/new",
    "/console/crossregion/figures", "/console/crossregion/bundles/{bundle}", "/console/handoffs/self-check",
    "/console/handoffs", "/console/handoffs/calls", "/console/handoffs/ring", "/console/handoffs/self-check/relay",
    "/console/handoffs/duty/state",
    "/console/handoffs/self-check/payload", "/console/handoffs/self-checks",
    "/console/handoffs/skills",
)  # fmt: skip
# A row of their own, which no hall's wall stands before: its tables, and whose the newest is.
ON_DUTY = (
    {"handoff_duty"},
    "SELECT s.username FROM handoff_duty u JOIN staff s ON s.id = u.staff ORDER BY u.since DESC LIMIT 1",
)
WENT_AWAY = (  # what rang for them stops
    {"handoff_duty", "handoff", "handoff_offer", "handoff_event"},
    "SELECT s.username FROM handoff_event e JOIN staff s ON s.id = e.by_staff WHERE e.kind = 'went-away'",
)
FOR_THEMSELVES = {
    "/console/handoffs/duty": ON_DUTY,
    "/console/handoffs/absence": WENT_AWAY,
    "/console/handoffs/self-check/results": (
        {"device_check"},
        "SELECT s.username FROM device_check c JOIN staff s ON s.id = c.staff ORDER BY c.at DESC LIMIT 1",
    ),
    "/sync/devices": (
        {"sync_device"},
        "SELECT s.username FROM sync_device d JOIN staff s ON s.id = d.staff ORDER BY d.created_at DESC LIMIT 1",
    ),
    "/console/crossregion/askings": (
        {"desk_asking"},
        "SELECT 'desk-' || h.code AS username FROM desk_asking a JOIN hall h ON h.id = a.hall"
        " ORDER BY a.at DESC LIMIT 1",
    ),
}
OF_THE_HALL = [case for case in CASES if getattr(GUARDS[case.method, case.path], "roles", None)]


@pytest.mark.parametrize("who", STAFF_ELSEWHERE, ids=str)
async def test_the_right_role_in_the_wrong_hall_sees_and_changes_nothing(
    client: httpx.AsyncClient, who: Who
) -> None:
    found = await world.build()
    await world.be(client, found, who)
    before = await world.everything()
    for case in [case for case in OF_THE_HALL if who.role in GUARDS[case.method, case.path].roles]:
        answer = await ask(client, found, case)
        if case.row in OF_A_HALL - OF_THE_CITY:  # a stranger's row is a row that does not exist
            assert answer.status_code == 404, str(case)
        elif case.path in FOR_THEMSELVES:
            after = await world.everything()
            tables, newest = FOR_THEMSELVES[case.path]
            assert {name for name in after if after[name] != before[name]} == tables
            assert [row["username"] for row in await db.rows(newest)] == [f"{who.role}-{who.hall}"]
            before = after
        elif case not in LOOKS or case.citywide:
            assert answer.status_code in (403, 404), str(case)
        elif case.path in SAME_FOR_ALL or case.row in OF_THE_CITY:
            assert answer.status_code == 200, str(case)
        else:
            asked = await client.request(
                case.method, f"{case.path}?{urlencode(found.own)}", **case.sent(found.own)
            )
            assert [answer.status_code, asked.status_code] == [200, 200], str(case)
            shown = re.sub(r'value="[^"]*"', "", answer.text + asked.text)  # what was typed is shown again
            assert world.NAMES[world.ELSEWHERE] in shown, str(case)
            assert world.NAMES[HERE] not in shown, str(case)
            assert found.own["number"] not in shown, str(case)
        assert await world.everything() == before, str(case)


async def test_the_hall_s_own_staff_see_the_booking_that_others_do_not(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, Who(role="clerk"))
    seen = await client.get("/console/appointments", params={"hall": HERE, "day": found.own["day"]})
    assert found.own["number"] in seen.text
    assert "张*丰" in seen.text
    assert "张三丰" not in seen.text


@pytest.mark.parametrize("cookie", [b"", b"x", b"x" * 5000, b"\xe9\xff", b'"', b"a\tb", b"a; session=b"])
async def test_a_made_up_session_is_nobody(client: httpx.AsyncClient, cookie: bytes) -> None:
    answer = await client.get("/people", headers={b"cookie": b"session=" + cookie})
    assert (answer.status_code, answer.headers["location"]) == (303, "/session/new?next=/people")


async def test_a_session_that_was_ended_opens_nothing(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, AN_OWNER)
    token = client.cookies["session"]
    assert (await client.get("/people")).status_code == 200
    await client.post("/session/closure")
    client.cookies.set("session", token)
    assert (await client.get("/people")).status_code == 303
