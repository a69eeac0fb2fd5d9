"""Every route, asked odd questions as everybody: whatever one sends, the answer is a page and never a fault.

Each deed is first done with sound fields by somebody for whom it is, and after every deed the world is put back: no
question finds that an earlier one has used up what it is about.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl
from zlib import crc32

import httpx
import msgspec
import pytest
import requests
import schemathesis

from backend.web import forms
from tests import world
from tests.kept import Kept, kept
from tests.questions import asked, document, extremes
from tests.routes import BROUGHT, CASES, DEEDS, LOOKS, PIECES, SIGNED, Case
from tests.sample import some
from tests.test_access import GUARDS, ask, for_whom, got_in
from tests.world import A_STRANGER, AN_OWNER, CITYWIDE, NOBODY, STAFF, STAFF_ELSEWHERE, Who

TRACES = ("Traceback (most recent call last)", 'File "/', "asyncpg", "jinja2")
FEW = 12  # the others ask every twelfth
SAMPLE = 31  # one question in so many is asked where not all are: no multiple of the three ways to be odd
Sent = dict[str, Any]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The fields of the form that was read last."""
    found: dict[str, Any] = {}
    reading, querying = forms.read, forms.read_query

    async def posted(request: Any, form: type[forms.Form]) -> forms.Form:
        found.update(form.fields())
        return await reading(request, form)

    def queried(request: Any, form: type[forms.Form]) -> forms.Form:
        found.update(form.fields())
        return querying(request, form)

    monkeypatch.setattr(forms, "read", posted)
    monkeypatch.setattr(forms, "read_query", queried)
    return found


class Inquiry(msgspec.Struct):
    """Who asks what of which world, and how often the answer was yes."""

    client: httpx.AsyncClient
    world: world.World
    cookies: dict[Who, dict[str, str]]
    kept: Kept
    accepted: Counter[str]

    def some(self, case: Case, every: int, questions: Iterable[Any]) -> list[Any]:
        """One in `every` of a route's questions, of the sample; where it begins differs from route to route."""
        many = list(questions)
        mine = many[crc32(str(case).encode()) % min(every, len(many) or 1) :: every]
        return some(case, mine, SAMPLE)

    async def be(self, who: Who) -> None:
        """The browser is theirs."""
        self.client.cookies.clear()
        for name, value in self.cookies[who].items():
            self.client.cookies.set(name, value)

    async def put(self, case: Case, who: Who, request: Sent) -> None:
        """Ask once; the answer is a page. What was done is undone."""
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.client.cookies.jar)
        own = request["headers"].get("Cookie")
        headers = {**request["headers"], "cookie": "; ".join(filter(None, [cookie, own]))}
        answer = await self.client.request(**{**request, "headers": headers})
        no_fault(case, who, request, answer)
        if case in DEEDS and answer.status_code < 400 and got_in(case, answer):
            self.accepted[str(case)] += 1
            await self.again(case, who)

    async def again(self, case: Case, who: Who) -> None:
        """Everything is as at first."""
        if case not in LOOKS:
            await self.kept.put_back()
        await self.be(who)


def no_fault(case: Case, who: Who, request: Sent, answer: httpx.Response) -> None:
    about = (str(case), str(who), request, answer.status_code, answer.text[-500:])
    assert answer.status_code in (case.answer, *range(500)), about  # /readyz may say that no worker runs
    assert not any(trace in answer.text for trace in TRACES), about


async def learnt(
    client: httpx.AsyncClient, found: world.World, read: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """The fields that each route reads; the body that asks is one that nobody can accept."""
    known = {}
    for case in CASES:
        await world.be(client, found, for_whom(case))
        read.clear()
        if case.method == "GET" or case.form:
            nothing = dict.fromkeys(case.form, "\x00") if case.method == "POST" else None
            await client.request(case.method, case.address(found.own), data=nothing)
        known[str(case)] = dict(read)
    return known


def whom(case: Case) -> dict[Who, int]:
    """Everybody whom the guard lets in, and who may ask one question in so many: those for whom it is, all."""
    roles: frozenset[str] = getattr(GUARDS[case.method, case.path], "roles", frozenset())
    staff = [who for who in (*STAFF, *STAFF_ELSEWHERE, CITYWIDE) if who.role in roles]
    return dict.fromkeys([NOBODY, AN_OWNER, A_STRANGER, *staff], FEW) | {for_whom(case): 1}


def generated(case: Case, question: schemathesis.Case, ids: dict[str, str], n: int) -> Sent:
    """The request. Two in three questions are about a row that is there, with one field odd, or two, and the others
    sound: what is checked first would else hide what comes later.
    """
    if n % 3:
        question.path_parameters = {name: ids[name] for name in question.path_parameters or {}}
        question.query = odd_in(question.query, dict(parse_qsl(case.query[1:].format_map(ids))), n)
        if isinstance(question.body, dict):
            question.body = odd_in(question.body, case.filled(ids), n)
    plain = requests.Request(**question.as_transport_kwargs(base_url="http://qiban.test")).prepare()
    return {
        "method": plain.method, "url": plain.url, "headers": dict(plain.headers), "content": plain.body,
    }  # fmt: skip


def odd_in(odd: Any, sound: dict[str, str], n: int) -> dict[str, Any]:
    """The sound values but for one or two: every field has its turn, and each time another beside it."""
    names = sorted({*sound, *odd})
    first, turn = n // 3 % max(1, len(names)), n // 3 // max(1, len(names))
    chosen = (
        {names[first], names[(first + 1 + turn) % len(names)]}
        if n % 3 == 2 and names
        else set(names[first:][:1])
    )
    return {**sound, **{name: odd.get(name, "") for name in chosen}}


def crafted(case: Case, fields: dict[str, Any], ids: dict[str, str]) -> Iterator[Sent]:
    """Sound, but for one or two values that are as far out as the form lets through."""
    sound = case.filled(ids) if case.method == "POST" else dict(parse_qsl(case.query[1:].format_map(ids)))
    path = case.address(ids).partition("?")[0]
    for odd in extremes(fields):
        where = "data" if case.method == "POST" else "params"
        yield {"method": case.method, "url": path, "headers": {}, where: {**sound, **odd}}


async def sound(inquiry: Inquiry, case: Case) -> None:
    """The deed is done as it is meant, by somebody for whom it is."""
    await inquiry.kept.put_back()
    await inquiry.be(for_whom(case))
    answer = await ask(inquiry.client, inquiry.world, case)
    assert answer.status_code == case.answer, (str(case), answer.status_code, answer.text[-2000:])
    assert got_in(case, answer), (str(case), answer.headers)
    inquiry.accepted[str(case)] += 1
    await inquiry.kept.put_back()


async def ask_all(
    inquiry: Inquiry, case: Case, fields: dict[str, Any], many: list[schemathesis.Case]
) -> None:
    """All questions about a route, as everybody."""
    if case in DEEDS:
        await sound(inquiry, case)
    for who, every in whom(case).items():
        await inquiry.be(who)
        for n, question in inquiry.some(case, every, enumerate(many)):
            await inquiry.put(case, who, generated(case, question, inquiry.world.own, n))
        for request in inquiry.some(case, every, crafted(case, fields, inquiry.world.own)):
            await inquiry.put(case, who, request)


async def test_no_question_is_answered_with_a_fault(client: httpx.AsyncClient, read: dict[str, Any]) -> None:
    found = await world.build()
    known = await learnt(client, found, read)
    cases = {(case.method, case.path): case for case in CASES}
    questions = [(cases[method, path], many) for method, path, many in asked(document(known, found))]
    assert {(case.method, case.path) for case, _ in questions} == set(GUARDS) - SIGNED - BROUGHT - PIECES
    await world.build()  # as at first, the time of day too: a code of an authenticator is good for a minute
    everybody = {who for case in CASES for who in whom(case)}
    cookies = {who: await world.cookies(found, who) for who in everybody}
    async with kept() as as_at_first:
        inquiry = Inquiry(client, found, cookies, as_at_first, Counter())
        for case, many in questions:
            await ask_all(inquiry, case, known[str(case)], many)
    assert not {str(case) for case in DEEDS} - set(inquiry.accepted), inquiry.accepted
