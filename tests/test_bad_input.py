"""Every form with every field wrong in every way, and every page with odd queries: 4xx, never 5xx, and no row
changed. What a form holds is asked of the form itself, so a new field is tried without being listed here.
"""

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from html import escape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx
import pytest

from backend import appointments
from backend.web import forms
from tests import world
from tests.routes import DEEDS, EITHER, FORMS, LOOKS, PAGES, Case
from tests.sample import some
from tests.test_access import for_whom
from tests.world import MANAGER

SECRET = {"password", "old", "new", "again", "code", "card"}  # never shown again
WRONG: dict[type, list[str]] = {
    UUID: ["x", "0" * 31 + "g", "-1"],
    int: ["many", "--5", "1e3", "٣", "9999999999", "-", "5-", "1.5"],
    dt.date: ["2026-13-45", "昨天", "20261", "0000-01-01", "0001-01-01", "9999-12-31"],
    dt.time: ["25:00", "09:00+08:00", "9点", "09:00:00.1Z"],
    bool: ["perhaps"],
}
FORM = {"content-type": "application/x-www-form-urlencoded"}
Pairs = list[tuple[str, str | bytes]]
FEW = 5  # one in so many of the ways to be wrong is tried at each place
FEWER = 10  # and where there are most places


@pytest.fixture(autouse=True)
async def fresh(database: str) -> None:
    """Who looks at rows puts the world back first."""


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[type[forms.Form]]:
    """The forms that handlers read, as they read them."""
    found: list[type[forms.Form]] = []
    reading, querying = forms.read, forms.read_query

    async def posted(request: Any, form: type[forms.Form]) -> forms.Form:
        found.append(form)
        return await reading(request, form)

    def asked(request: Any, form: type[forms.Form]) -> forms.Form:
        found.append(form)
        return querying(request, form)

    monkeypatch.setattr(forms, "read", posted)
    monkeypatch.setattr(forms, "read_query", asked)
    return found


def ways_to_be_wrong(field: Any) -> Iterator[list[str | bytes]]:
    """What stands in the body for the field; no value at all means that it is missing."""
    yield ["长" * (field.longest + 1)]
    for odd in ("a\x00b", "a\x1bb", b"\xff\xfe", b"\xed\xa0\xbd"):
        yield [odd]
    for text in WRONG.get(field.type, []):
        yield [text]
    if field.least is not None:
        yield [str(field.least - 1)]
    if field.most is not None:
        yield [str(field.most + 1)]
    if field.required and field.type is not bool:
        yield []
        yield [""]
        yield ["  "]


async def send(client: httpx.AsyncClient, address: str, pairs: Pairs) -> httpx.Response:
    """Post these fields, in this order, byte for byte."""
    return await client.post(address, content=urlencode(pairs), headers=FORM)


async def learn(
    client: httpx.AsyncClient, case: Case, ids: dict[str, str], read: list[type[forms.Form]]
) -> Any:
    """Which form the route reads; the body that asks is one that nobody can accept."""
    await send(client, case.address(ids), [(name, "\x00") for name in case.form])
    assert read, f"{case} reads no form"
    assert set(case.form) == read[0].fields().keys(), f"{case}: its fields in tests/routes.py"
    return read[0]


@pytest.mark.parametrize("case", FORMS, ids=str)
async def test_a_wrong_field_is_named_the_rest_is_kept_and_nothing_changes(
    client: httpx.AsyncClient, read: list[type[forms.Form]], case: Case
) -> None:
    found = await world.build()
    await world.be(client, found, for_whom(case))
    before, good = await world.everything(), case.filled(found.own)
    form = await learn(client, case, found.own, read)
    for name, field in form.fields().items():
        for values in some(f"{case} {name}", ways_to_be_wrong(field), FEWER):
            pairs = [(other, value) for other, value in good.items() if other != name]
            answer = await send(
                client, case.address(found.own), [*pairs, *((name, value) for value in values)]
            )
            what = (name, [value[:20] for value in values], answer.status_code)
            assert answer.status_code in (404, 413, 422), what  # a signature may be as long as a body
            if answer.status_code == 422:
                shown = answer.text.partition("<main")[2] or answer.text  # the rail has forms of its own
                assert f'href="#f-{name}"' in shown or field.label in shown.partition("<form")[0], what
                lost = [
                    other
                    for other, value in pairs
                    if other not in SECRET and escape(value) not in answer.text
                ]
                assert "<form" not in shown or lost == [], what
                assert not any(
                    other in SECRET - {"code"} and value in answer.text for other, value in pairs
                ), what
    assert await world.everything() == before


async def each(client: httpx.AsyncClient, cases: list[Case]) -> AsyncIterator[tuple[Case, world.World]]:
    """Each case, signed in as somebody for whom it is; afterwards no row may have changed."""
    found = await world.build()
    for case in cases:
        await world.be(client, found, for_whom(case))
        before = await world.everything()
        yield case, found
        assert await world.everything() == before, str(case)


ANY_MATTER = ("/visits", "/console/cases", "/crossregion/cases", "/companions", "/askings")
ONE_OF_TWO = {"/console/crossregion/askings"}  # neither field is required, but one of them is


async def test_a_foreign_or_unknown_id_changes_nothing(
    client: httpx.AsyncClient, read: list[type[forms.Form]]
) -> None:
    tried = 0
    async for case, found in each(client, [case for case in FORMS if case not in LOOKS]):
        read.clear()
        form = await learn(client, case, found.own, read)
        for name in [
            name for name, field in form.fields().items() if field.type is UUID and name != "record"
        ]:
            # Which line's week one comes back to is no row that is changed: another hall's leads to one's own.
            leads = name == "line" and case.path.endswith(("/withdrawal", "/reversal"))
            # What is done at the door is the whole city's; a counter takes in any matter (综窗), and so does the desk.
            leads |= name == "item" and case.path.endswith(ANY_MATTER)
            for id in (
                [str(uuid4())]
                if leads
                else [
                    str(uuid4()),
                    found.foreign[{"to": "colleague", "officer": "colleague"}.get(name, name)],
                ]
            ):
                body = {**case.filled(found.own), name: id}
                answer = await send(client, case.address(found.own), [*body.items()])
                assert answer.status_code in (403, 404, 409), (str(case), name, id)
                tried += 1
    assert tried >= 12


async def test_a_body_that_is_no_plain_form_is_refused(client: httpx.AsyncClient) -> None:
    async for case, found in each(client, [case for case in FORMS if case.path not in EITHER]):
        good, whole = case.filled(found.own), urlencode(case.filled(found.own)).encode()
        bodies: list[tuple[int, dict[str, Any]]] = [
            (415, {"json": good}),
            (415, {"files": {name: value.encode() for name, value in good.items()}}),
            (415, {"content": b"--x\r\nno", "headers": {"content-type": "multipart/form-data; boundary=x"}}),
            (415, {"content": whole, "headers": {"content-type": "text/plain"}}),
            (413, {"content": whole + b"&more=" + b"a" * 65_536, "headers": FORM}),
            (413, {"content": whole + b"".join(b"&f%d=1" % n for n in range(300)), "headers": FORM}),
        ]
        for status, body in some(case, bodies, FEW):
            answer = await client.post(case.address(found.own), **body)
            assert answer.status_code == status, (str(case), status, list(body))
            assert "text/html" in answer.headers["content-type"]


async def test_a_field_given_twice_is_refused(client: httpx.AsyncClient) -> None:
    async for case, found in each(client, FORMS):
        good = case.filled(found.own)
        for name, value in some(case, good.items(), FEW):
            answer = await send(client, case.address(found.own), [*good.items(), (name, value), (name, "1")])
            assert answer.status_code in (404, 422), (str(case), name)


async def test_an_empty_body_is_no_fault(client: httpx.AsyncClient, read: list[type[forms.Form]]) -> None:
    needed: list[Case] = []
    async for case, found in each(client, FORMS):
        read.clear()
        form = await learn(client, case, found.own, read)
        if any(field.required and field.type is not bool for field in form.fields().values()):
            assert (await client.post(case.address(found.own))).status_code in (404, 422), str(case)
            needed.append(case)
    rest = [case for case in FORMS if case not in needed]
    # A change can be undone until another deed changes the same again.
    for case in sorted(rest, key=lambda case: not case.path.endswith("/reversal")):
        await world.be(client, found, for_whom(case))
        expected = (422,) if case.path in ONE_OF_TWO else (200, 303)
        assert (await client.post(case.address(found.own))).status_code in expected, str(case)


async def test_a_route_without_fields_reads_no_form(
    client: httpx.AsyncClient, read: list[type[forms.Form]]
) -> None:
    for case in [case for case in DEEDS if not case.form]:
        found = await world.build()  # what one did, such as answering a call, the next could not do any more
        await world.be(client, found, for_whom(case))
        read.clear()
        assert (await client.post(case.address(found.own))).status_code == case.answer, str(case)
        assert read == [], f"{case}: say its fields in tests/routes.py"


async def test_numbers_that_are_allowed_each_may_not_add_up_to_a_fault(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, MANAGER)
    most = {"slot_minutes": "240", "counters": "200", "minutes_per_matter": "1", "online_percent": "100"}
    for case in [case for case in FORMS if "slot_minutes" in case.form]:
        whole_day = {
            name: time for name, time in {"starts": "00:00", "ends": "23:59"}.items() if name in case.form
        }
        body = {**case.filled(found.own), "weekday": "4", **whole_day, **most}
        answer = await send(client, case.address(found.own), [(name, body[name]) for name in case.form])
        assert answer.status_code in (303, 409), str(case)
        assert (await client.get("/console/week")).status_code == 200
    await appointments.fill()


# --- what stands behind the question mark, and in the path ---

ODD: list[str | bytes] = [
    "",
    "x",
    "0" * 2_000,  # times all fields together must stay an address
    "a\x00b",
    b"\xff\xfe",
    b"\xed\xa0\xbd",
    "9999-12-31",
    "//evil.test",
]
ODD += ["0001-01-01", "2026-02-30", "%", "' OR 1=1 --", "\r\nset-cookie: a=b", str(uuid4()), "🀄" * 150]


@pytest.mark.parametrize("case", PAGES, ids=str)
async def test_an_odd_query_is_never_a_fault(
    client: httpx.AsyncClient, read: list[type[forms.Form]], case: Case
) -> None:
    found = await world.build()
    await world.be(client, found, for_whom(case))
    before, address = await world.everything(), case.path.format_map(found.own)
    await client.get(address)
    names = {"next", "item", "hall", "day", "line", "q", *(name for form in read for name in form.fields())}
    for odd in some(case, ODD, FEWER):
        together = await client.get(f"{address}?{urlencode([(name, odd) for name in sorted(names)])}")
        assert together.status_code in (200, 303, 404, 422, case.answer), odd
        for name in sorted({name for form in read for name in form.fields()}):
            answer = await client.get(f"{address}?{urlencode([(name, odd)])}")
            assert answer.status_code in (200, 303, 404, 422), (name, odd)
            assert "evil.test" not in answer.headers.get("location", "")
    for nonsense in ("%", "%zz=%zz", "&&&=;", "a" * 10_000, "&".join(f"a{n}=1" for n in range(500))):
        assert (await client.get(f"{address}?{nonsense}")).status_code in (
            200,
            303,
            404,
            413,
            422,
            case.answer,
        )
    assert await world.everything() == before


NO_IDS = (
    "x",
    "%00",
    "%ff%fe",
    "1",
    "0" * 300,
    "%2e%2e%2f",
    "%F0%9F%80%84",
    "00000000-0000-0000-0000-0000000000000",
)


async def test_an_address_that_names_no_id_is_not_there(client: httpx.AsyncClient) -> None:
    async for case, found in each(client, [case for case in (*PAGES, *DEEDS) if case.row]):
        for odd in some(case, NO_IDS, FEW):
            address = case.path.format_map({**found.own, case.row: odd})
            answer = await client.request(case.method, address, data=case.form)
            assert answer.status_code == 404, (str(case), odd)


# --- requests that were not made by our own pages ---

ELSEWHERE: list[dict[str, str]] = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://qiban.test"},
    {"origin": "http://evil.test"},
    {"origin": "null"},
    {"origin": "http://["},
    {"origin": "http://qiban.test.evil.test"},
    {"referer": "http://qiban.test/"},
    {},
]


async def test_another_site_can_make_nobody_do_anything(client: httpx.AsyncClient) -> None:
    del client.headers["sec-fetch-site"]
    async for case, found in each(client, DEEDS):
        for headers in some(case, ELSEWHERE, FEW):
            answer = await client.post(case.address(found.own), data=case.filled(found.own), headers=headers)
            assert answer.status_code == 403, (str(case), headers)


async def test_a_page_of_ours_may_in_any_browser(client: httpx.AsyncClient) -> None:
    del client.headers["sec-fetch-site"]
    ours = [{"origin": "http://qiban.test"}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}]
    for headers in ours:
        answer = await client.post("/preferences", data={"theme": "dark"}, headers=headers)
        assert answer.status_code == 303, headers


def test_every_search_that_is_posted_is_known_to_change_nothing() -> None:
    assert {case.method for case in LOOKS} == {"GET", "POST"}
