"""Every template is seen by somebody, and what a browser gets keeps to the content security policy."""

import datetime as dt
from typing import Any
from uuid import uuid4

import httpx
import jinja2
import pytest
from litestar import Litestar

from backend import catalog, clock
from backend.app import create_app
from backend.queue.kiosk_pages import VISIT
from backend.web import session
from tests import world
from tests.factories import MONDAY
from tests.routes import CASES, DEEDS, PAGES, Case, deed, page
from tests.test_structure import INLINE, TEMPLATES
from tests.world import ADMINISTRATOR, AN_OWNER, AUDITOR, BOARD, CITYWIDE, KIOSK, MANAGER, NOBODY, Who


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the templates that are used, whether rendered, included, extended or imported."""
    found: set[str] = set()
    get = jinja2.Environment.get_template

    def noted(self: jinja2.Environment, name: Any, *rest: Any, **named: Any) -> jinja2.Template:
        template = get(self, name, *rest, **named)
        found.add(str(template.name))
        return template

    monkeypatch.setattr(jinja2.Environment, "get_template", noted)
    return found


async def see(client: httpx.AsyncClient, found: world.World, who: Who, cases: list[Case]) -> list[str]:
    """The pages that somebody gets to see."""
    await world.be(client, found, who)
    answers = []
    for case in cases:
        answers.append(await client.request(case.method, case.address(found.own), **case.sent(found.own)))
    return [answer.text for answer in answers if "text/html" in answer.headers.get("content-type", "")]


async def see_faults(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages of our own faults, of a database that is away, of a body that is no form."""
    elsewhere = {"sec-fetch-site": "cross-site"}
    pages = [await client.post("/codes", json={}), await client.post("/codes", headers=elsewhere)]
    for fault in (ZeroDivisionError(), ConnectionError()):

        async def broken(asked: str, fault: Exception = fault) -> None:
            raise fault

        monkeypatch.setattr(catalog, "search", broken)
        pages.append(await client.get("/items?q=x"))
    assert [page.status_code for page in pages] == [415, 403, 500, 503]
    return [page.text for page in pages]


CLERK, SUPERVISOR, DESK = Who(role="clerk"), Who(role="supervisor"), Who(role="desk")


async def see_the_queue(client: httpx.AsyncClient, found: world.World) -> list[str]:
    """A clerk's counter, free and at work; a kiosk that gave a number just now, and in the evening; a phone that is not
    in the hall.
    """
    await world.be(client, found, CLERK)
    pages = [await client.get("/console/counter", params={"n": 1, "hall": world.HERE})]
    await client.post(f"/console/counters/{found.own['spare']}/calls")
    pages.append(await client.get("/console/counter"))
    await world.be(client, found, KIOSK)
    client.cookies.delete(VISIT)  # whoever showed a card there has gone
    wish = {"item": found.own["item"], "line": found.own["line"]}
    await client.post("/kiosk/tickets", data={**wish, "party": str(uuid4())})
    pages.append(await client.post("/kiosk/tickets", data={**wish, "party": str(uuid4())}))
    await clock.move_to(MONDAY + dt.timedelta(hours=12))
    pages.append(await client.post("/kiosk/tickets", data={**wish, "party": str(uuid4())}))
    await world.be(client, found, NOBODY)
    pages.append(await client.get("/tickets/here", params={"hall": world.HERE, "code": "0"}))
    assert [page.status_code for page in pages] == [200, 200, 409, 409, 422]
    return [page.text for page in pages]


async def see_what_is_past(client: httpx.AsyncClient, found: world.World) -> list[str]:
    """What an officer still has open of a handoff that they refused."""
    await world.be(client, found, Who(role="officer"))
    at = f"/console/handoffs/{found.own['handoff']}"
    await client.post(f"{at}/refusal")
    pages = [await client.get(at), await client.get(f"{at}/state")]
    assert [page.status_code for page in pages] == [404, 200]
    return [page.text for page in pages]


ROOM = "/console/handoffs/{handoff}"


@pytest.fixture
def app() -> Litestar:
    """An application that has used no template yet: what is imported once is kept."""
    return create_app()


# What needs an issuer, or somebody with an authenticator: `tests/identity/` opens these.
ELSEWHERE = {
    "identity/identity_confirm.html",
    "identity/oidc_unfinished.html",
    "identity/staff_code.html",
}


async def test_every_template_is_seen_by_somebody_and_none_holds_anything_inline(
    client: httpx.AsyncClient, loaded: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await world.build()
    everybody = (NOBODY, AN_OWNER, MANAGER, CITYWIDE, AUDITOR, ADMINISTRATOR, SUPERVISOR, KIOSK, BOARD)
    shown = [text for who in everybody for text in await see(client, found, who, PAGES)]
    looks = [case for case in DEEDS if case.answer == 200]
    shown += [
        text
        for who in (NOBODY, AN_OWNER, MANAGER, ADMINISTRATOR)
        for text in await see(client, found, who, looks)
    ]
    shown += await see(client, found, AN_OWNER, [page("/visits/new")])  # no matter is chosen yet
    shown += await see(client, found, MANAGER, [page("/console/visits/new")])
    shown += await see(client, found, CLERK, [page("/console/sync-imports")])
    opened = [
        deed(f"/console/sync-records/{{{row}}}/openings", answer=200) for row in ("sync_row", "desk_row")
    ]
    shown += await see(client, found, SUPERVISOR, opened)
    shown += await see(
        client,
        found,
        DESK,
        [
            case
            for case in PAGES
            if case.path.startswith(("/console/crossregion", f"{ROOM}/window", f"{ROOM}/sitting"))
        ],
    )
    calls = [case for case in PAGES if case.path.startswith("/console/handoffs")]
    shown += await see(client, found, Who(role="officer"), calls)
    shown += await see_what_is_past(client, found)
    shown += await see(client, found, DESK, [deed("/console/handoffs/{handoff}/recording")])
    shown += await see_the_queue(client, found)
    shown += await see_faults(client, monkeypatch)
    inline = {what for text in shown for what, sign in INLINE.items() if sign.search(text)}
    assert inline == set()
    every = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    assert every - loaded == ELSEWHERE, "a template that no test sees, or nobody uses"


async def test_every_page_is_whole_and_every_fragment_is_not(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, AN_OWNER)
    for case in [
        case for case in CASES if case.method == "GET" and case.path not in ("/live", "/healthz", "/readyz")
    ]:
        answer = await client.get(case.address(found.own))
        if answer.status_code == 200 and "html" in answer.headers["content-type"]:
            whole = (
                answer.text.count("<!doctype html>"),
                answer.text.count("</html>"),
                answer.text.count("<h1"),
            )
            assert whole in ((1, 1, 1), (0, 0, 0)), (str(case), whole)


async def test_a_page_of_somebody_is_kept_by_no_cache(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, AN_OWNER)
    for case in [case for case in PAGES if not session.belongs_to_nobody(case.path) and case.path != "/live"]:
        answer = await client.get(case.address(found.own))
        assert "no-store" in answer.headers["cache-control"], str(case)
