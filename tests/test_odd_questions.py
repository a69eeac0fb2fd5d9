"""Every route, asked odd questions as everybody: whatever one sends, the answer is a page and never a fault."""

from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
import requests
import schemathesis
from schemathesis.checks import not_a_server_error

from backend.web import forms, live
from tests import world
from tests.questions import asked, document
from tests.routes import CASES, SIGNED, Case
from tests.test_access import GUARDS, for_whom
from tests.world import AN_OWNER, NOBODY, Who

MAIN = ("manager", "clerk", "guide", "auditor", "administrator")
TRACES = ("Traceback (most recent call last)", 'File "/', "asyncpg", "jinja2")
FEW = 6  # the others ask every sixth


@pytest.fixture(autouse=True)
def short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event stream ends after its first word."""
    monkeypatch.setattr(live, "LIFE", 0.0)


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


async def learnt(
    client: httpx.AsyncClient, found: world.World, read: dict[str, Any]
) -> list[tuple[Case, dict[str, Any]]]:
    """Every route with the fields that it reads; the body that asks is one that nobody can accept."""
    known = []
    for case in CASES:
        await world.be(client, found, for_whom(case))
        read.clear()
        if case.method == "GET" or case.form:
            nothing = dict.fromkeys(case.form, "\x00") if case.method == "POST" else None
            await client.request(case.method, case.address(found.own), data=nothing)
        known.append((case, dict(read)))
    return known


def whom(case: Case) -> dict[Who, int]:
    """Everybody whom the guard lets in, and who may ask one question in so many: those for whom it is, all."""
    roles: frozenset[str] = getattr(GUARDS[case.method, case.path], "roles", frozenset())
    staff = [Who(role=role) for role in MAIN if role in roles]
    return dict.fromkeys([NOBODY, AN_OWNER, *staff], FEW) | {for_whom(case): 1}


def sent(case: Case, question: schemathesis.Case, ids: dict[str, str], n: int) -> dict[str, Any]:
    """The request. Every second question is about a row that is there, with one field odd and the others sound: what
    is checked first would else hide what comes later.
    """
    if n % 2:
        question.path_parameters = {name: ids[name] for name in question.path_parameters or {}}
        question.query = one_odd(question.query, dict(parse_qsl(case.query[1:].format_map(ids))), n // 2)
        if isinstance(question.body, dict):
            question.body = one_odd(question.body, case.filled(ids), n // 2)
    plain = requests.Request(**question.as_transport_kwargs(base_url="http://qiban.test")).prepare()
    return {
        "method": plain.method, "url": plain.url, "headers": dict(plain.headers), "content": plain.body,
    }  # fmt: skip


def one_odd(odd: Any, sound: dict[str, str], n: int) -> dict[str, Any]:
    """The sound values but for one."""
    names = sorted({*sound, *odd})
    return {**sound, names[n % len(names)]: odd.get(names[n % len(names)], "")} if names else {}


async def put(client: httpx.AsyncClient, found: world.World, case: Case, questions: list[Any]) -> None:
    """Ask all of them, each a page in answer."""
    for who, every in whom(case).items():
        await world.be(client, found, who)
        cookie = "; ".join(f"{one.name}={one.value}" for one in client.cookies.jar)
        for n, question in list(enumerate(questions))[::every]:
            asked_so = sent(case, question, found.own, n)
            asked_so["headers"]["cookie"] = "; ".join(
                filter(None, [cookie, asked_so["headers"].get("Cookie")])
            )
            no_fault(case, who, question, await client.request(**asked_so))


def no_fault(case: Case, who: Who, question: schemathesis.Case, answer: httpx.Response) -> None:
    if answer.status_code != case.answer:  # /readyz may say that no worker runs
        question.validate_response(answer, checks=[not_a_server_error])
    assert not any(trace in answer.text for trace in TRACES), (str(case), str(who), answer.text[-500:])


async def test_no_question_is_answered_with_a_fault(client: httpx.AsyncClient, read: dict[str, Any]) -> None:
    found = await world.build()
    known = await learnt(client, found, read)
    cases = {(case.method, case.path): case for case in CASES}
    questions = [(cases[method, path], many) for method, path, many in asked(document(known, found))]
    assert {(case.method, case.path) for case, _ in questions} == set(GUARDS) - SIGNED
    for case, many in sorted(questions, key=lambda one: (one[0].method, not one[0].form)):
        await put(client, found, case, many)
