"""The pages of identity without JavaScript: typed values kept, strangers' rows not there, nothing personal in
an address.
"""

import re
import sys
from collections.abc import Awaitable, Callable
from urllib.parse import quote
from uuid import uuid4

import httpx
import msgspec
import pytest

from backend import identity
from backend.settings import settings
from tests.identity.steps import PERSON, PHONE, account_of, code_for, count, enter, later, session_of

NUL, LONG = "a\x00b", "长" * 5000


async def shown_code(client: httpx.AsyncClient, phone: str = PHONE) -> str:
    """Ask for a code by the page and read it there."""
    page = await client.post("/codes", data={"phone": phone, "next": "/people"})
    assert page.status_code == 200
    found = re.search(r"data-code>(\d{6})<", page.text)
    assert found
    return found[1]


async def test_a_demo_shows_the_code_as_long_as_it_counts_and_production_never(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await shown_code(client)
    seen, wrong = f"data-code>{code}<", {"phone": f" {PHONE}", "code": other_than(code)}
    assert seen in (await client.post("/session", data=wrong)).text
    assert seen in (await client.post("/session", data={**wrong, "code": "12"})).text
    assert seen in (await client.post("/codes", data={"phone": PHONE})).text  # too soon for another
    strict = msgspec.structs.replace(settings(), mode="production")
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["backend.identity.shown_code"], "settings", lambda: strict)
        assert "data-code" not in (await client.post("/session", data=wrong)).text
    for _ in range(3):
        page = await client.post("/session", data=wrong)
    assert "data-code" not in page.text, "five tries are over"


async def test_a_code_that_confirms_is_shown_again_too(client: httpx.AsyncClient) -> None:
    await me(client)
    await later(seconds=61)
    page = await client.post("/confirmation/codes", data={"next": "/data"})
    [code] = re.findall(r"data-code>(\d{6})<", page.text)
    again = await client.post("/confirmation", data={"code": other_than(code), "next": "/data"})
    assert again.status_code == 409
    assert f"data-code>{code}<" in again.text


def other_than(code: str) -> str:
    """A code that is not it."""
    return f"{(int(code) + 1) % 10**6:06d}"


async def staff(client: httpx.AsyncClient) -> str:
    """A manager signed in by the page, with the temporary password; returns it."""
    added = await identity.add_staff("manager", "施经理", [identity.Grant("manager")])
    answer = await client.post("/console/session", data={"username": "Manager ", "password": added.password})
    assert answer.headers["location"] == "/console/password"
    return added.password


async def me(client: httpx.AsyncClient) -> dict[str, object]:
    """Sign in and add oneself; returns what the tests ask for."""
    await enter(client)
    account = await account_of(client.cookies["session"])
    return {"account": account, "person": await identity.add_person(by=account, **PERSON)}


async def test_two_steps_a_notice_and_one_is_where_one_wanted_to_go(client: httpx.AsyncClient) -> None:
    page = await client.get("/session/new", params={"next": "/people?a=1&b=身份"})
    assert 'value="/people?a=1&amp;b=%E8%BA%AB%E4%BB%BD"' in page.text
    code, to = await shown_code(client), "/people?a=1&b=%E8%BA%AB%E4%BB%BD"
    answer = await client.post("/session", data={"phone": PHONE, "code": code, "next": to})
    assert answer.status_code == 303
    notice = await client.get(answer.headers["location"])
    assert "知道了" in notice.text
    kept = re.search(r'name="next" value="([^"]+)"', notice.text)
    assert kept
    told = await client.post("/privacy/acknowledgement", data={"next": kept[1].replace("&amp;", "&")})
    assert told.headers["location"] == to
    await later(seconds=61)
    code = await shown_code(client)
    again = await client.post("/session", data={"phone": PHONE, "code": code, "next": to})
    assert again.headers["location"] == to


async def test_a_wrong_code_keeps_the_phone_and_says_how_many_tries_are_left(
    client: httpx.AsyncClient,
) -> None:
    code = await shown_code(client)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    page = await client.post("/session", data={"phone": PHONE, "code": wrong})
    assert page.status_code == 409
    assert "还可以试 4 次" in page.text
    assert f'name="phone" value="{PHONE}"' in page.text


async def test_asking_again_too_soon_still_lets_the_first_code_be_typed(client: httpx.AsyncClient) -> None:
    code = await shown_code(client)
    page = await client.post("/codes", data={"phone": PHONE})
    assert page.status_code == 409
    assert "秒后可以再发" in page.text
    assert 'name="code"' in page.text
    assert f"data-code>{code}<" in page.text, "who never saw it could not go on before the minute is over"


async def test_a_number_that_slept_is_asked_for_the_last_six(client: httpx.AsyncClient) -> None:
    await me(client)
    client.cookies.clear()
    await later(days=90)
    code = await shown_code(client)
    page = await client.post("/session", data={"phone": PHONE, "code": code})
    assert (page.status_code, 'name="tail"' in page.text) == (409, True)
    page = await client.post("/session", data={"phone": PHONE, "code": code, "tail": "12"})
    assert (page.status_code, 'name="tail"' in page.text) == (422, True)
    answer = await client.post("/session", data={"phone": PHONE, "code": code, "tail": "010012"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "to",
    ["//evil.test", "https://evil.test", "/\\evil.test", "/a\r\nset-cookie: x=1", "javascript:1", "", LONG],
)
async def test_nobody_is_led_to_another_site(client: httpx.AsyncClient, to: str) -> None:
    code = await code_for()
    answer = await client.post("/session", data={"phone": PHONE, "code": code, "next": to})
    assert answer.status_code in (303, 422)
    assert answer.headers.get("location", "/privacy?next=/") == "/privacy?next=/"
    other = await client.post("/preferences", data={"elder": "1", "back": to})
    assert other.headers.get("location", "/") == "/"


async def test_adding_a_person_shows_the_name_masked_and_the_last_four(client: httpx.AsyncClient) -> None:
    await enter(client)
    answer = await client.post("/people", data={**PERSON, "next": "/appointments/new?item=1"})
    assert answer.headers["location"] == "/appointments/new?item=1"
    page = await client.get("/people")
    assert "张*丰" in page.text
    assert "尾号 0012" in page.text
    assert "320681190001010012" not in page.text


async def test_the_id_is_not_on_the_persons_page_and_an_empty_one_keeps_it(client: httpx.AsyncClient) -> None:
    person = (await me(client))["person"]
    assert isinstance(person, identity.Person)
    page = await client.get(f"/people/{person.id}")
    assert "尾号 0012" in page.text
    assert "320681190001010012" not in page.text
    changed = {**PERSON, "name": "张三", "id_number": "", "elder": "yes"}
    answer = await client.post(f"/people/{person.id}", data=changed)
    assert answer.status_code == 303
    assert client.cookies["elder"] == "1"
    assert "张*" in (await client.get("/people")).text
    other = await client.post(f"/people/{person.id}", data={**changed, "id_type": "taiwan"})
    assert other.status_code == 422
    assert "换了证件类型" in other.text


async def test_a_strangers_person_and_session_are_not_there(client: httpx.AsyncClient) -> None:
    person = (await me(client))["person"]
    assert isinstance(person, identity.Person)
    session = await session_of(client.cookies["session"])
    client.cookies.clear()
    await enter(client, "10000000002")
    for method, path in [
        ("GET", f"/people/{person.id}"),
        ("POST", f"/people/{person.id}"),
        ("POST", f"/people/{person.id}/removal"),
        ("POST", f"/sessions/{session}/closure"),
        ("GET", f"/people/{uuid4()}"),
        ("POST", "/people/nonsense/removal"),
    ]:
        answer = await client.request(method, path, data=PERSON if method == "POST" else None)
        assert answer.status_code == 404, path
    assert await count("person", "removed_at IS NULL AND name = '张三丰'") == 1
    assert await count("session", "revoked_at IS NULL") == 2


async def test_removing_a_person_and_signing_out_here_and_everywhere(client: httpx.AsyncClient) -> None:
    person = (await me(client))["person"]
    assert isinstance(person, identity.Person)
    assert (await client.post(f"/people/{person.id}/removal")).status_code == 303
    assert "还没有办事人" in (await client.get("/people")).text
    token = client.cookies["session"]
    assert "这台" in (await client.get("/sessions")).text
    await client.post("/session/closure")
    assert "session" not in client.cookies
    assert await identity.visitor_for(token) is None
    await later(seconds=61)
    await enter(client)
    token = client.cookies["session"]
    await client.post("/sessions/closure")
    assert await identity.visitor_for(token) is None
    assert (await client.get("/people")).headers["location"] == "/session/new?next=/people"


async def test_staff_must_choose_a_password_first_and_sign_out_everywhere(client: httpx.AsyncClient) -> None:
    old = await staff(client)
    assert "临时密码" in (await client.get("/console/password")).text
    wanted = {"old": old, "new": "sea and dawn 1", "again": "sea and dawn 2"}
    page = await client.post("/console/password", data=wanted)
    assert (page.status_code, "两次输入" in page.text, "sea and dawn" in page.text) == (422, True, False)
    answer = await client.post("/console/password", data={**wanted, "again": wanted["new"]})
    assert answer.headers["location"] == "/console"
    token = client.cookies["session"]
    await client.post("/console/sessions/closure")
    assert await identity.visitor_for(token) is None
    page = await client.post("/console/session", data={"username": "manager", "password": old})
    assert page.status_code == 409
    assert old not in page.text


async def test_reading_size_and_colour_are_kept_and_one_comes_back(client: httpx.AsyncClient) -> None:
    person = (await me(client))["person"]
    assert isinstance(person, identity.Person)
    answer = await client.post("/preferences", data={"elder": "1", "theme": "dark", "back": "/people"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/people")
    page = await client.get("/people")
    assert "data-elder" in page.text
    assert 'data-theme="dark"' in page.text
    assert (await identity.people_of(person.account))[0].elder
    came = {"referer": f"http://qiban.test/people/new?next={quote('/a?b=1')}"}
    answer = await client.post("/preferences", data={"elder": "0"}, headers=came)
    assert answer.headers["location"] == "/people/new?next=/a%3Fb%3D1"
    assert "data-elder" not in (await client.get("/people")).text
    answer = await client.post("/preferences", data={"elder": NUL, "theme": LONG})
    assert "set-cookie" not in answer.headers


Enter = Callable[[httpx.AsyncClient], Awaitable[object]]


async def nobody(client: httpx.AsyncClient) -> None:
    """Nobody is signed in."""


FORMS: list[tuple[Enter, str, dict[str, str]]] = [
    (nobody, "/codes", {"phone": PHONE}),
    (nobody, "/session", {"phone": PHONE, "code": "123456"}),
    (enter, "/people", PERSON),
    (nobody, "/console/session", {"username": "manager", "password": "secret pass 1"}),
    (staff, "/console/password", {"old": "x", "new": "sea and dawn 1", "again": "sea and dawn 1"}),
]
BAD = [
    (before, path, good, field) for before, path, good in FORMS for field in good if field != "priority_class"
]


@pytest.mark.parametrize(("before", "path", "good", "field"), BAD)
async def test_bad_input_is_named_kept_and_changes_nothing(
    client: httpx.AsyncClient, before: Enter, path: str, good: dict[str, str], field: str
) -> None:
    await before(client)
    rows = [await count(table) for table in ("code", "account", "person", "session")]
    for wrong in ("", NUL, LONG):
        kept = [value for name, value in good.items() if value and name not in (field, "phone")]
        answer = await client.post(path, data={**good, field: wrong})
        said = f'id="wrong-{field}"' in answer.text
        assert (answer.status_code, said) == (422, True), (field, wrong[:9])
        if path == "/people":
            assert all(value in answer.text for value in kept)
    assert [await count(table) for table in ("code", "account", "person", "session")] == rows


async def test_an_empty_body_a_wrong_type_and_a_flood_of_fields_are_no_faults(
    client: httpx.AsyncClient,
) -> None:
    for path in ("/codes", "/session", "/console/session"):
        assert (await client.post(path)).status_code == 422
        assert (await client.post(path, json={"phone": 1})).status_code == 415
        assert (await client.post(path, files={"phone": b"1"})).status_code == 415
        plain = {"content-type": "application/x-www-form-urlencoded"}
        odd = b"phone=%ff%fe&code=%00&username=%ed%a0%bd&password=%80&%zz=%"
        assert (await client.post(path, content=odd, headers=plain)).status_code == 422
        many = {f"f{n}": "1" for n in range(300)}
        assert (await client.post(path, data=many)).status_code == 413


async def test_addresses_of_posted_pages_start_over_when_opened(client: httpx.AsyncClient) -> None:
    for path in ("/codes", "/session"):
        assert (await client.get(path)).headers["location"] == "/session/new"
