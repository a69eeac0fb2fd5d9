"""Signing in by the province's identity, against a real provider process: who gets in, who is asked for more, and
what is never believed.
"""

import asyncio
import base64
import contextvars
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import msgspec
import pytest
from authlib.oidc.core import CodeIDToken

from backend import clock, db, identity, secrecy
from backend.home import own_data
from backend.identity import oidc_client, oidc_provider, oidc_way, phones
from backend.identity.oidc_claims import Claims
from backend.identity.oidc_provider import Unfinished
from backend.identity.tables import Account
from backend.refusal import NotFound, Refusal
from backend.settings import settings
from tests import factories as make
from tests.identity.issuer import ID_NUMBER, SECRET, Issuer
from tests.identity.steps import account_of, code_for, count, enter, later, session_of
from tests.world import Who, staff

HOME = "http://qiban.test"
PHONE, OTHER = "13900000011", "13900000012"
OWN: dict[str, Any] = {"name": "李秀英", "relation": "self", "id_type": "resident", "id_number": ID_NUMBER}


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    """The provider, for all tests of this file."""
    found = Issuer(HOME + oidc_client.RETURN)
    yield found
    found.stop()


@pytest.fixture(autouse=True)
def agreed(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names the provider."""
    name(issuer, monkeypatch)


def name(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on it is this provider."""
    known = msgspec.structs.replace(
        settings(),
        oidc_issuer=issuer.address,
        oidc_client_id="qiban",
        oidc_client_secret=SECRET,
        public_url=HOME,
    )
    monkeypatch.setattr(oidc_client, "settings", lambda: known)
    oidc_provider._kept.clear()


async def there_and_back(
    client: httpx.AsyncClient, issuer: Issuer, login: str = "li", start: str = "/oidc/new?next=/people"
) -> httpx.Response:
    """From our page to the provider and back."""
    leaving = await client.get(start)
    assert leaving.status_code == 303, leaving.text
    return await client.get(await issuer.visit(leaving.headers["location"], login))


async def to_link(client: httpx.AsyncClient, issuer: Issuer, login: str = "li") -> httpx.Response:
    """From 我的 to the provider, back, and yes."""
    back = await there_and_back(client, issuer, login, "/identities/new")
    return await agree(client, back)


async def agree(client: httpx.AsyncClient, back: httpx.Response) -> httpx.Response:
    """Say yes on the page that asks."""
    page = await client.get(back.headers["location"])
    assert page.status_code == 200, page.text
    token = page.text.split('name="token" value="')[1].split('"')[0]
    return await client.post("/identities", data={"token": token})


async def me(client: httpx.AsyncClient) -> UUID:
    """Whose browser it is."""
    return await account_of(client.cookies["session"])


async def own(account: UUID) -> identity.Person:
    """The account's own person."""
    return next(one for one in await identity.people_of(account) if one.relation == "self")


def another(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Another browser."""
    return httpx.AsyncClient(transport=client._transport, base_url=client.base_url, headers=client.headers)


# --- in ---


async def test_a_verified_phone_and_id_make_the_account_and_prove_its_person(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    answer = await there_and_back(client, issuer)
    assert (answer.status_code, answer.headers["location"]) == (303, "/privacy?next=/people")
    account = await me(client)
    person = await own(account)
    assert (person.name, person.proved_at is not None) == ("李秀英", True)
    assert secrecy.unseal(person.id_sealed) == ID_NUMBER
    assert await identity.phone_of(account) == PHONE
    events = [row["what"] for row in await db.rows("SELECT what FROM identity_event ORDER BY at")]
    assert {"identity-linked", "id-proved", "person-added", "signed-in"} <= set(events)
    assert [row["way"] for row in await identity.sign_ins_of(account=account)] == ["苏服办"]


async def test_the_next_time_the_identity_opens_the_same_account(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await there_and_back(client, issuer)
    first, token = await me(client), client.cookies["session"]
    await client.post("/session/closure")
    await there_and_back(client, issuer)
    assert await me(client) == first
    assert client.cookies["session"] != token
    assert (await count("account"), await count("linked_identity")) == (1, 1)


async def test_the_phone_that_a_code_proved_before_gets_the_identity_too(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await enter(client, PHONE)
    known = await me(client)
    person = await identity.add_person(known, **OWN)
    await client.post("/session/closure")
    await there_and_back(client, issuer)
    assert await me(client) == known
    assert (await own(known)).proved_at
    assert (await own(known)).id == person.id


async def test_the_issuer_gets_pkce_and_our_own_address_and_nothing_personal_is_kept_plain(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    leaving = await client.get("/oidc/new", params={"next": "//evil.test"})
    asked = {
        name: values[0] for name, values in parse_qs(urlsplit(leaving.headers["location"]).query).items()
    }
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert asked["redirect_uri"] == HOME + "/oidc/return"
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    answer = await client.get(await issuer.visit(leaving.headers["location"]))
    assert answer.headers["location"] == "/privacy?next=/"
    kept = repr(await db.rows("SELECT l.*, r.* FROM linked_identity l, oidc_return r"))
    assert PHONE not in kept
    assert ID_NUMBER not in kept
    assert "'li'" not in kept


async def test_an_unchecked_id_proves_nothing(client: httpx.AsyncClient, issuer: Issuer) -> None:
    answer = await there_and_back(client, issuer, "unchecked")
    assert answer.headers["location"] == "/session/new?next=/identities/return"
    await enter(client, PHONE)
    await agree(client, httpx.Response(303, headers={"location": "/identities/return"}))
    await client.post("/session/closure")
    await there_and_back(client, issuer, "unchecked")
    assert await identity.people_of(await me(client)) == []


# --- asked for more ---


async def test_an_unverified_phone_is_proved_by_a_code_once_and_then_linked(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    answer = await there_and_back(client, issuer, "unverified")
    assert answer.headers["location"] == "/session/new?next=/identities/return"
    assert "session" not in client.cookies
    assert "确认一次手机号" in (await client.get(answer.headers["location"])).text
    form = {"phone": OTHER, "code": await code_for(OTHER), "next": "/identities/return"}
    inside = await client.post("/session", data=form)
    assert inside.headers["location"] == "/privacy?next=/identities/return"
    page = await client.get("/identities/return")
    assert "139****0012" in page.text
    linked = await agree(client, httpx.Response(303, headers={"location": "/identities/return"}))
    assert linked.headers["location"] == "/identities"
    account = await me(client)
    await client.post("/session/closure")
    await there_and_back(client, issuer, "unverified")
    assert await me(client) == account


async def test_a_number_that_slept_is_opened_by_the_same_id_only(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await enter(client, PHONE)
    known = await me(client)
    await identity.add_person(known, **OWN)
    await client.post("/session/closure")
    await later(days=90)
    answer = await there_and_back(client, issuer, "unchecked")
    assert answer.headers["location"].startswith("/session/new")
    await there_and_back(client, issuer, "li")
    assert await me(client) == known


async def test_an_id_that_contradicts_the_account_asks_for_a_code_and_overwrites_nothing(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await enter(client, PHONE)
    known = await me(client)
    typed = await identity.add_person(known, **{**OWN, "id_number": make.id_number(7)})
    await client.post("/session/closure")
    answer = await there_and_back(client, issuer)
    assert answer.headers["location"].startswith("/session/new")
    await later(seconds=61)
    await enter(client, PHONE)
    assert (
        await agree(client, httpx.Response(303, headers={"location": "/identities/return"}))
    ).status_code == 303
    person = await own(known)
    assert (person.id, person.proved_at is None) == (typed.id, True)
    assert secrecy.unseal(person.id_sealed) == make.id_number(7)
    page = (await client.get("/identities")).text
    assert "不一样，没有改动" in page
    assert "到“办事人”改成证件上的" in page
    await identity.change_person(known, typed.id, "李秀英", "self", id_type="resident", id_number=ID_NUMBER)
    await client.post("/session/closure")
    await there_and_back(client, issuer)
    assert (await own(known)).proved_at
    assert "没有改动" not in (await client.get("/identities")).text


async def test_another_name_is_said_and_not_overwritten(client: httpx.AsyncClient, issuer: Issuer) -> None:
    await enter(client, PHONE)
    await identity.add_person(await me(client), **{**OWN, "name": "李秀"})
    await client.post("/session/closure")
    answer = await there_and_back(client, issuer)
    assert "next=/identities" in answer.headers["location"]
    person = await own(await me(client))
    assert (person.name, person.proved_at is None) == ("李秀", True)
    assert "核验的姓名" in (await client.get("/identities")).text


@pytest.mark.parametrize("login", ["li", "unchecked"])
@pytest.mark.parametrize("relation", ["self", "family"])
async def test_an_account_in_use_is_not_entered_by_its_phone_without_its_owners_id(
    client: httpx.AsyncClient, issuer: Issuer, login: str, relation: str
) -> None:
    await enter(client, PHONE)
    theirs = {**OWN, "name": "周小燕", "relation": relation, "id_number": make.id_number(7)}
    await identity.add_person(await me(client), **theirs)
    former = another(client)
    answer = await there_and_back(former, issuer, login)
    assert answer.headers["location"] == "/session/new?next=/identities/return"
    assert "session" not in former.cookies
    assert await count("linked_identity") == 0


async def test_an_account_that_no_code_proved_is_not_handed_to_todays_owner_of_the_number(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await there_and_back(client, issuer)
    known = await me(client)
    await later(minutes=6)
    assert (await client.get("/me")).status_code == 200  # using it proves nothing
    await client.post("/session/closure")
    await there_and_back(client, issuer)
    assert await me(client) == known
    code = await code_for(PHONE)
    with pytest.raises(identity.OwnerUnsure):
        await identity.sign_in(PHONE, code)
    assert await account_of(await identity.sign_in(PHONE, code, tail=ID_NUMBER[-6:])) == known
    await later(minutes=2)
    assert await account_of(await identity.sign_in(PHONE, await code_for(PHONE))) == known


async def test_a_call_from_an_account_that_no_code_proved_lets_it_go_only_once_the_number_is_idle(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await there_and_back(client, issuer)
    known = await me(client)
    clerk = await staff(Who(role="clerk", hall="city"))
    await later(days=89)
    mother = identity.Typed("周小燕", "family", "resident", make.id_number(7))
    async with db.transaction():
        assert await identity.account_for_phone(PHONE, mother, by_staff=clerk) == known
    assert await identity.people_of_phone(PHONE) == []  # whoever calls has shown nothing yet
    assert len(await identity.identities_of(known)) == 1
    await later(days=1)
    async with db.transaction():
        assert await identity.account_for_phone(PHONE, mother, by_staff=clerk) != known
    assert await identity.identities_of(known) == []


async def test_who_is_inside_by_the_identity_confirms_with_a_code_alone(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await there_and_back(client, issuer)
    known = await me(client)
    form = {"code": await code_for(PHONE), "next": "/data"}
    answer = await client.post("/confirmation", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/data")
    assert await me(client) == known
    await later(minutes=2)
    assert await account_of(await identity.sign_in(PHONE, await code_for(PHONE))) == known


async def during_sign_in(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], Awaitable[Any]]) -> None:
    """Let something happen between finding the link of who signs in and having the account's phone."""
    module = import_module("backend.identity.oidc_sign_in")  # the package has the verb under this name
    real = module.lock_phone_of

    async def happens() -> None:
        await meanwhile()

    async def slow(account: UUID) -> bool:
        await asyncio.create_task(happens(), context=contextvars.Context())
        return await real(account)

    monkeypatch.setattr(module, "lock_phone_of", slow)


async def test_an_account_left_while_its_identity_signs_in_is_not_entered(
    client: httpx.AsyncClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await there_and_back(client, issuer)
    old, session = await me(client), await session_of(client.cookies["session"])
    client.cookies.clear()
    await during_sign_in(monkeypatch, lambda: own_data.erase(old, session, PHONE[-4:]))
    assert (await there_and_back(client, issuer)).status_code == 303
    assert await me(client) != old


async def test_an_identity_unlinked_while_it_signs_in_links_anew_as_its_id_allows(
    client: httpx.AsyncClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await there_and_back(client, issuer)
    known = await me(client)
    [row] = await db.rows("SELECT id FROM linked_identity")
    client.cookies.clear()
    await during_sign_in(monkeypatch, lambda: identity.unlink_identity(known, row["id"]))
    assert (await there_and_back(client, issuer)).status_code == 303
    assert await count("linked_identity", "unlinked_at IS NULL") == 1


async def test_nothing_is_linked_to_an_account_that_was_erased_meanwhile(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await enter(client, OTHER)
    account, session = await me(client), await session_of(client.cookies["session"])
    page = await client.get(
        (await there_and_back(client, issuer, "li", "/identities/new")).headers["location"]
    )
    token = page.text.split('name="token" value="')[1].split('"')[0]
    await own_data.erase(account, session, OTHER[-4:])
    with pytest.raises(NotFound):
        await identity.link_identity(account, token)
    assert await count("linked_identity") == 0


async def test_nothing_is_linked_to_an_account_whose_number_is_let_go_at_the_same_moment(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await enter(client, OTHER)
    account = await me(client)
    page = await client.get(
        (await there_and_back(client, issuer, "li", "/identities/new")).headers["location"]
    )
    token = page.text.split('name="token" value="')[1].split('"')[0]
    linking = await while_let_go(OTHER, lambda: identity.link_identity(account, token))
    assert isinstance(linking, NotFound)
    assert await identity.identities_of(account) == []


async def while_let_go(phone: str, verb: Callable[[], Awaitable[Any]]) -> Any:
    """Run the verb on a connection of its own while another lets the number go; what became of it."""

    async def run() -> Any:
        return await verb()

    async with db.transaction():
        await phones.lock_phone(phone)
        [account] = await Account.objects().where(Account.phone_index.is_in(secrecy.blinds(phone)))
        await phones.let_go(account)
        task = asyncio.create_task(run(), context=contextvars.Context())
        await asyncio.wait([task], timeout=0.5)
    return (await asyncio.gather(task, return_exceptions=True))[0]


# --- linking ---


async def test_linking_from_ones_own_pages_needs_a_yes_and_a_double_click_does_no_harm(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await enter(client, OTHER)
    account = await me(client)
    back = await there_and_back(client, issuer, "li", "/identities/new")
    assert back.headers["location"] == "/identities/return"
    assert await count("linked_identity") == 0
    page = (await client.get("/identities/return")).text
    assert "尾号 0012" in page
    assert ID_NUMBER not in page
    token = page.split('name="token" value="')[1].split('"')[0]
    twice = await asyncio.gather(*(client.post("/identities", data={"token": token}) for _ in range(2)))
    assert [answer.status_code for answer in twice] == [303, 303]
    assert await count("linked_identity") == 1
    assert (await own(account)).proved_at


async def test_an_identity_of_another_account_is_refused_kindly(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await there_and_back(client, issuer)
    await client.post("/session/closure")
    await enter(client, OTHER)
    refused = await to_link(client, issuer)
    assert refused.status_code == 409
    assert "已经关联了别的手机号" in refused.text
    assert await count("linked_identity") == 1


async def test_two_browsers_that_link_one_identity_at_once_have_one_winner(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    browsers = [client, *(another(client) for _ in range(3))]
    tokens = []
    for n, browser in enumerate(browsers):
        await enter(browser, f"1390000100{n}")
        back = await there_and_back(browser, issuer, "li", "/identities/new")
        page = await browser.get(back.headers["location"])
        tokens.append(page.text.split('name="token" value="')[1].split('"')[0])
    answers = await asyncio.gather(
        *(
            browser.post("/identities", data={"token": token})
            for browser, token in zip(browsers, tokens, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    assert await count("linked_identity") == 1
    assert await count("person") == 1


async def test_two_first_sign_ins_at_once_make_one_account(client: httpx.AsyncClient, issuer: Issuer) -> None:
    browsers, backs = [client, another(client)], []
    for browser in browsers:
        leaving = await browser.get("/oidc/new")
        backs.append(await issuer.visit(leaving.headers["location"]))
    answers = await asyncio.gather(
        *(browser.get(back) for browser, back in zip(browsers, backs, strict=True))
    )
    assert [answer.status_code for answer in answers] == [303, 303]
    assert (await count("account"), await count("linked_identity"), await count("person")) == (1, 1, 1)


async def test_an_account_has_one_identity_of_an_issuer(client: httpx.AsyncClient, issuer: Issuer) -> None:
    await there_and_back(client, issuer)
    refused = await to_link(client, issuer, "li-again")
    assert (refused.status_code, "先取消原来的关联" in refused.text) == (409, True)
    await client.post("/session/closure")
    refused = await there_and_back(client, issuer, "li-again")
    assert (refused.status_code, "session" in client.cookies) == (409, False)


async def test_somebody_elses_identity_is_not_linked_to_a_proved_person(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await enter(client, OTHER)
    await make.prove(await identity.add_person(await me(client), **{**OWN, "id_number": make.id_number(7)}))
    refused = await to_link(client, issuer)
    assert (refused.status_code, "不是同一个" in refused.text) == (409, True)
    assert await count("linked_identity") == 0


async def test_what_came_back_for_one_browser_is_nothing_for_another(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await enter(client, OTHER)
    back = await there_and_back(client, issuer, "li", "/identities/new")
    page = await client.get(back.headers["location"])
    token = page.text.split('name="token" value="')[1].split('"')[0]
    assert (await client.post("/identities", data={"token": token})).status_code == 303
    [row] = await db.rows("SELECT id FROM linked_identity")
    await client.post(f"/identities/{row['id']}/removal")
    stranger = another(client)
    await enter(stranger, "13900000013")
    assert (await stranger.get("/identities/return")).status_code == 409
    assert (await stranger.post("/identities", data={"token": token})).status_code == 409
    await later(minutes=11)
    assert (await client.post("/identities", data={"token": token})).status_code == 409


async def test_unlinking_closes_what_it_opened_and_the_phone_still_works(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await there_and_back(client, issuer)
    opened, account = client.cookies["session"], await me(client)
    stranger = another(client)
    await enter(stranger, OTHER)
    [row] = await db.rows("SELECT id FROM linked_identity")
    assert (await stranger.post(f"/identities/{row['id']}/removal")).status_code == 404
    phone = another(client)
    phone.cookies.set("session", await identity.sign_in(PHONE, await code_for(PHONE), tail=ID_NUMBER[-6:]))
    assert (await phone.post(f"/identities/{row['id']}/removal")).headers["location"] == "/identities"
    assert await identity.visitor_for(opened) is None
    assert await me(phone) == account
    assert "还没有关联" in (await phone.get("/identities")).text
    with pytest.raises(NotFound):
        await identity.unlink_identity(account, row["id"])
    client.cookies.clear()
    await there_and_back(client, issuer)
    assert await me(client) == account


async def test_a_number_with_a_new_owner_takes_the_identity_off_the_old_account(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await there_and_back(client, issuer)
    old = await me(client)
    await later(days=200)
    await identity.sign_in(PHONE, await code_for(PHONE), afresh=True)
    assert await identity.identities_of(old) == []
    client.cookies.clear()
    answer = await there_and_back(client, issuer)
    assert answer.headers["location"].startswith("/session/new")


async def test_using_the_identity_alone_does_not_keep_a_number_awake(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await enter(client, OTHER)
    await to_link(client, issuer)
    await client.post("/session/closure")
    for _ in range(4):
        await later(days=25)
        await there_and_back(client, issuer)
        await later(minutes=6)
        assert (await client.get("/me")).status_code == 200
        await client.post("/session/closure")
    with pytest.raises(identity.OwnerUnsure):
        await identity.sign_in(OTHER, await code_for(OTHER))


# --- never believed ---


async def sent_away(client: httpx.AsyncClient, address: str) -> str:
    """The return is not taken: a page that offers the code by SMS. Returns its text."""
    answer = await client.get(address)
    assert answer.status_code == 409
    assert "用短信验证码登录" in answer.text
    assert "session" not in client.cookies
    return answer.text


async def test_a_return_is_taken_once_and_only_by_the_browser_that_left(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    leaving = await client.get("/oidc/new")
    back, cookie = await issuer.visit(leaving.headers["location"]), client.cookies["oidc"]
    await sent_away(another(client), back)
    elsewhere = another(client)
    await elsewhere.get("/oidc/new")
    await sent_away(elsewhere, back)
    assert (await client.get(back)).status_code == 303
    assert (await client.get("/people")).status_code == 200
    client.cookies.clear()
    client.cookies.set("oidc", cookie)
    await sent_away(client, back)


async def test_a_return_is_late_after_ten_minutes(client: httpx.AsyncClient, issuer: Issuer) -> None:
    leaving = await client.get("/oidc/new")
    back = await issuer.visit(leaving.headers["location"])
    await later(minutes=11)
    assert "已经过期" in await sent_away(client, back)
    await identity.forget_returns()
    assert await count("oidc_return") == 0


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "é", "a" * 300])
async def test_a_made_up_cookie_is_no_departure(client: httpx.AsyncClient, cookie: str) -> None:
    headers = {b"cookie": b"oidc=" + cookie.encode()}
    answer = await client.get("/oidc/return?state=x&code=y", headers=headers)
    assert (answer.status_code, "过期" in answer.text) == (409, True)
    assert await count("oidc_return") == 0


async def test_an_answer_of_another_issuer_is_not_taken(client: httpx.AsyncClient, issuer: Issuer) -> None:
    leaving = await client.get("/oidc/new")
    back = httpx.URL(await issuer.visit(leaving.headers["location"]))
    assert back.params["iss"] == issuer.address
    await sent_away(client, str(back.copy_set_param("iss", "https://evil.test")))


async def test_who_cancels_there_is_told_so_in_plain_words(client: httpx.AsyncClient, issuer: Issuer) -> None:
    leaving = await client.get("/oidc/new?next=/people")
    back = await issuer.visit(leaving.headers["location"], login="")
    shown = await sent_away(client, back)
    assert "你没有同意" in shown
    assert "/session/new?next=/people" in shown


def us() -> oidc_client.Client:
    """Who we are for the provider."""
    found = oidc_client.client()
    assert found
    return found


async def code_at(issuer: Issuer, nonce: str, verifier: str) -> str:
    """A code of the provider for this nonce and verifier."""
    address = await oidc_provider.authorization(us(), "state", nonce, verifier)
    return str(httpx.URL(await issuer.visit(address)).params["code"])


VERIFIER = "v" * 43


async def test_a_code_without_its_verifier_buys_nothing(issuer: Issuer) -> None:
    code = await code_at(issuer, "n", VERIFIER)
    with pytest.raises(Unfinished, match="核对不上"):
        await oidc_provider.exchange(us(), code, "w" * 43)


async def test_a_code_buys_tokens_once(issuer: Issuer) -> None:
    code = await code_at(issuer, "n", VERIFIER)
    assert (await oidc_provider.exchange(us(), code, VERIFIER))["id_token"]
    with pytest.raises(Unfinished, match="核对不上"):
        await oidc_provider.exchange(us(), code, VERIFIER)


async def tokens_of(issuer: Issuer, nonce: str = "n") -> dict[str, Any]:
    """Tokens as the provider signs them."""
    return await oidc_provider.exchange(us(), await code_at(issuer, nonce, VERIFIER), VERIFIER)


def changed(token: str, part: int, **claims: Any) -> str:
    """The token with other claims (part 1) or another header (part 0), and the signature as it was."""
    parts = token.split(".")
    content = json.loads(base64.urlsafe_b64decode(parts[part] + "=="))
    parts[part] = base64.urlsafe_b64encode(json.dumps({**content, **claims}).encode()).decode().rstrip("=")
    return ".".join(parts)


async def test_a_token_that_was_tampered_with_is_not_believed(issuer: Issuer) -> None:
    tokens = await tokens_of(issuer)
    assert (await oidc_provider.believed(us(), tokens, "n"))["sub"] == "li"
    signed = tokens["id_token"]
    for wrong in (
        changed(signed, 1, sub="wang"),
        changed(signed, 0, alg="none"),
        changed(signed, 0, alg="none").rpartition(".")[0] + ".",
        changed(signed, 0, alg="HS256"),
        changed(signed, 0, kid="unknown"),
        signed[:-4] + ("AAAA" if signed[-4:] != "AAAA" else "BBBB"),
        "",
        "a.b.c",
    ):
        with pytest.raises(Unfinished):
            await oidc_provider.believed(us(), {**tokens, "id_token": wrong}, "n")


async def test_a_token_for_another_question_client_or_issuer_is_not_believed(issuer: Issuer) -> None:
    tokens, client = await tokens_of(issuer), us()
    with pytest.raises(Unfinished, match="核对不上"):
        await oidc_provider.believed(client, tokens, "another nonce")
    with pytest.raises(Unfinished, match="核对不上"):
        await oidc_provider.believed(msgspec.structs.replace(client, id="another"), tokens, "n")
    with pytest.raises(Unfinished, match="连不上"):
        await oidc_provider.believed(msgspec.structs.replace(client, issuer=client.issuer + "/"), tokens, "n")


async def test_an_expired_token_is_not_believed(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, validate = await tokens_of(issuer), CodeIDToken.validate
    monkeypatch.setattr(
        CodeIDToken,
        "validate",
        lambda self, leeway: validate(self, now=int(time.time()) + 7200, leeway=leeway),
    )
    with pytest.raises(Unfinished, match="核对不上"):
        await oidc_provider.believed(us(), tokens, "n")


async def test_another_persons_user_info_is_not_mixed_in(issuer: Issuer) -> None:
    mine = await tokens_of(issuer)
    address = await oidc_provider.authorization(us(), "state", "n", VERIFIER)
    code = str(httpx.URL(await issuer.visit(address, "wang")).params["code"])
    theirs = await oidc_provider.exchange(us(), code, VERIFIER)
    with pytest.raises(Unfinished):
        await oidc_provider.believed(us(), {**mine, "access_token": theirs["access_token"]}, "n")


async def test_a_provider_that_is_away_leaves_the_code_by_sms(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = Issuer(HOME + oidc_client.RETURN)
    name(gone, monkeypatch)
    leaving = await client.get("/oidc/new")
    back = await gone.visit(leaving.headers["location"])
    gone.stop()
    assert "苏服办暂时连不上" in await sent_away(client, back)
    oidc_provider._kept.clear()
    assert "苏服办暂时连不上" in await sent_away(client, "/oidc/new")
    assert (await enter(client, PHONE)).status_code == 303


# --- where it is not set up ---


async def test_without_an_issuer_there_is_no_button_and_no_way(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "用苏服办登录" in (await client.get("/session/new?next=/people")).text
    monkeypatch.setattr(oidc_client, "settings", settings)
    assert "苏服办" not in (await client.get("/session/new")).text
    for path in ("/oidc/new", "/oidc/return?state=x"):
        assert (await client.get(path)).status_code == 404
    await enter(client, PHONE)
    assert "回到“我的”</a>" in (await client.get("/identities")).text


async def test_a_claim_that_makes_no_sense_counts_as_not_said() -> None:
    from backend.identity.oidc_claims import read

    said = {
        "sub": "x",
        "phone_number": "12345",
        "phone_number_verified": True,
        "name": "1",
        "id_card_verified": True,
    }
    found = read("i", {**said, "id_card_number": "320681190001010013"}, await clock.now())
    assert found == Claims("i", "x")
    assert await oidc_way.depart(us(), "/") != await oidc_way.depart(us(), "/")
    with pytest.raises(Refusal):
        await oidc_way.held("nothing")
