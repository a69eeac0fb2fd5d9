"""`/kiosk`: the touch screen at a hall's door. Two taps to a number; after half a minute it is the next person's.

Nothing of whoever stands there is shown or stays: what the reader was shown travels sealed in a cookie that ends with
the first page, and an ID's number is in no address.
"""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import clock
from backend.queue import choices, kiosk, printing, slips
from backend.queue.cards import read_card
from backend.queue.carried import carried, carry
from backend.queue.hall_code import hall_code
from backend.queue.issuing import Issuing, issuing, noted
from backend.queue.just_taken import JustTaken
from backend.queue.kiosk_forms import PRINTED, Card, Look, Printed, Wanted
from backend.queue.outlook import ranges
from backend.queue.rules import rules_of
from backend.queue.shared import shared
from backend.queue.take import Matter
from backend.refusal import NotFound, Refusal
from backend.settings import settings
from backend.web import forms, guards
from backend.web.device import screen_of
from backend.web.pages import page
from backend.web.qr import picture
from backend.web.session import cookies

KIOSK, SCREENS = guards.device("kiosk"), guards.device("kiosk", "board")
VISIT = "visit"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WHY = {words: name for name, words in PRINTED.items() if words}


async def _visit(request: Request) -> kiosk.Visit | None:
    found = carried(cookies(request.scope).get(VISIT, ""), kiosk.Visit, await clock.now())
    return found if found and found.device == screen_of(request).id else None


def _remember(value: str, seconds: int) -> Cookie:
    return Cookie(
        VISIT,
        value=value,
        max_age=seconds,
        path="/kiosk",
        secure=settings().secure,
        httponly=True,
        samesite="strict",
    )


def _home(request: Request) -> str:
    return settings().public_url or str(request.base_url).rstrip("/")


async def _page(request: Request, template: str, status: int = 200, **values: Any) -> Template:
    screen = screen_of(request)
    shown = await page(
        request, f"queue/{template}", status=status, screen=screen, idle=(await rules_of(screen.code)).idle_seconds,
        **values,
    )  # fmt: skip
    shown.headers["cache-control"] = "no-store"  # 返回 must not show the numbers of whoever stood here before
    return shown


@get("/kiosk", guards=[KIOSK])
async def start(request: Request) -> Template:
    """The first page: four choices, the reader, the hall's code. It forgets whoever was here."""
    shown = await _page(request, "kiosk.html", shut=await _issuing(request), code=await _code(request))
    shown.cookies.append(_remember("", 0))
    return shown


async def _issuing(request: Request) -> Issuing:
    screen = screen_of(request)
    return await issuing(screen.hall, screen.code, screen.hall_name)


async def _code(request: Request) -> Any:
    hall = screen_of(request).code
    return picture(f"{_home(request)}/tickets/here?hall={hall}&code={await hall_code(hall)}")


@get("/screens/code", guards=[SCREENS])
async def code(request: Request) -> Template:
    """The hall's code alone, as a screen fetches it again while it changes."""
    shown = await page(request, "queue/_code.html", code=await _code(request))
    shown.headers["cache-control"] = "no-store"
    return shown


@get("/kiosk/card", guards=[KIOSK])
async def card(request: Request) -> Template:
    """刷证件或扫码."""
    return await _page(request, "kiosk_card.html", form=Card.blank())


@post("/kiosk/search", guards=[KIOSK])
async def search(request: Request) -> Redirect | Template:
    """Know whoever was shown to the reader, for as long as the pages are theirs."""
    form, screen = await forms.read(request, Card), screen_of(request)
    try:
        shown = await read_card(form.card) if not form.errors else None
    except Refusal as refusal:
        form.refuse("card", refusal.sentence)
    if form.errors or shown is None:
        return await _page(request, "kiosk_card.html", 422, form=form)
    seconds = 4 * (await rules_of(screen.code)).idle_seconds
    until = await clock.now() + dt.timedelta(seconds=seconds)
    known = carry(kiosk.Visit(device=screen.id, shown=shown, until=until))
    return Redirect("/kiosk/visit", status_code=303, cookies=[_remember(known, seconds)])


@get("/kiosk/visit", guards=[KIOSK])
async def visiting(request: Request) -> Template | Redirect:
    """What whoever was shown can do here: check in, print again, come back, take a number."""
    known = await _visit(request)
    if known is None:
        return Redirect("/kiosk/card", status_code=303)
    return await _visiting(request, known)


async def _visiting(
    request: Request, known: kiosk.Visit, status: int = 200, refusal: Refusal | None = None
) -> Template:
    return await _page(
        request, "kiosk_visit.html", status, refusal=refusal, named=bool(known.shown.indexes),
        **await kiosk.own(screen_of(request), known),
    )  # fmt: skip


@get("/kiosk/items", guards=[KIOSK])
async def items(request: Request) -> Template:
    """选事项取号: the most asked, those of a line, or by the first letters of their pinyin."""
    look, screen = forms.read_query(request, Look), screen_of(request)
    found = await choices.matters(screen.hall, look.q, line=look.line, most=12 if look.line or look.q else 8)
    lines = await choices.lines(screen.hall)
    return await _page(
        request, "kiosk_items.html", items=await noted(found, await shared.recent(screen.code)), lines=lines,
        shut=await _issuing(request), look=look, letters=LETTERS,
        card_first=await _card_first(request),
        party=look.plan or uuid4(), line=next((line for line in lines if line["id"] == look.line), None),
    )  # fmt: skip


async def _card_first(request: Request) -> bool:
    known = await _visit(request)
    return (await rules_of(screen_of(request).code)).kiosk_identity and not (known and known.shown.indexes)


@get("/kiosk/lines", guards=[KIOSK])
async def lines(request: Request) -> Template:
    """按窗口类别取号, with how many wait at each."""
    look, screen = forms.read_query(request, Look), screen_of(request)
    view = await shared.recent(screen.code)
    waiting, said = [spot.line for spot in view.of("waiting")], ranges(view)
    found = [
        {**line, "waiting": waiting.count(line["id"]), "range": said.get(line["id"], "")}
        for line in await noted(await choices.lines(screen.hall), view)
    ]
    return await _page(
        request, "kiosk_lines.html", lines=found, card_first=await _card_first(request), party=look.plan or uuid4(),
        plan=look.plan, shut=await _issuing(request),
    )  # fmt: skip


@post("/kiosk/tickets", guards=[KIOSK])
async def take(request: Request) -> Redirect | Template:
    """A number for a matter or a line, on paper."""
    form, screen = await forms.sound(request, Wanted), screen_of(request)
    try:
        party, taken = await kiosk.take_here(
            screen, Matter(form.item, form.line), form.party, await _visit(request), form.another
        )
    except NotFound:
        raise
    except JustTaken as asked:
        return await _page(request, "kiosk_again.html", 409, before=asked.before, wanted=form)
    except Refusal as refusal:
        return await _refused(request, refusal)
    return await _on(request, party, "again" if taken.again else await _print(request, party, taken.ticket))


async def _refused(request: Request, refusal: Refusal) -> Template:
    card = refusal.sentence == kiosk.CARD_FIRST
    return await _page(request, "kiosk_refused.html", 409, refusal=refusal, card=card)


async def _on(request: Request, party: UUID, printed: str) -> Redirect:
    return Redirect(f"/kiosk/plans/{party}?printed={printed}", status_code=303)


async def _print(request: Request, party: UUID, *only: UUID) -> str:
    """What became of the papers of a plan: `here`, where the browser prints them itself."""
    screen = screen_of(request)
    tickets = [one for one in await kiosk.plan(screen, party) if not only or one["id"] in only]
    await slips.allow_links(tickets)
    if not screen.printer:
        return "here"
    papers = await slips.slips(screen, tickets, _home(request))
    why = await printing.print_slips(screen.printer, screen.paper, papers)
    return WHY[why] if why else "done"


@get("/kiosk/plans/{plan:uuid}", guards=[KIOSK])
async def plan(request: Request, plan: FromPath[UUID]) -> Template:
    """The numbers of one party as one plan; their papers, where the browser prints; their codes, to take along."""
    screen, said = screen_of(request), forms.read_query(request, Printed)
    tickets, now = await kiosk.plan(screen, plan), await clock.now()
    papers = await slips.slips(screen, tickets, _home(request))
    return await _page(
        request, "kiosk_plan.html", plan=plan, printed=said.printed, why=PRINTED[said.printed],
        pairs=[(one, paper, picture(paper.link)) for one, paper in zip(tickets, papers, strict=True)],
        fresh=any(kiosk.fresh(one, screen, now) for one in tickets),
    )  # fmt: skip


@post("/kiosk/plans/{plan:uuid}/printing", guards=[KIOSK])
async def print_again(request: Request, plan: FromPath[UUID]) -> Redirect:
    """补打: the same numbers in the same places."""
    return await _on(request, plan, await _print(request, plan))


@post("/kiosk/plans/{plan:uuid}/voiding", guards=[KIOSK])
async def discard(request: Request, plan: FromPath[UUID]) -> Redirect:
    """不要了: what could not be printed is void."""
    await kiosk.discard(screen_of(request), plan)
    return Redirect("/kiosk", status_code=303)


@post("/kiosk/bookings/{coming:uuid}/check-in", guards=[KIOSK])
async def check_in(request: Request, coming: FromPath[UUID]) -> Redirect | Template:
    """签到."""
    return await _done(request, coming, kiosk.check_in_here, _print)


@post("/kiosk/tickets/{absent:uuid}/return", guards=[KIOSK])
async def come_back(request: Request, absent: FromPath[UUID]) -> Redirect | Template:
    """过号回来."""
    return await _done(request, absent, kiosk.come_back_here, _back)


async def _back(request: Request, party: UUID) -> str:
    await slips.allow_links(await kiosk.plan(screen_of(request), party))
    return "back"  # their paper is good again


async def _done(request: Request, about: UUID, verb: Any, paper: Any) -> Redirect | Template:
    known = await _visit(request)
    try:
        party = await verb(screen_of(request), about, known)
    except NotFound:
        raise
    except Refusal as refusal:
        assert known  # without it there is nothing to refuse but NotFound
        return await _visiting(request, known, 409, refusal)
    return await _on(request, party, await paper(request, party))


routes = [
    start, code, card, search, visiting, items, lines, take, plan, print_again, discard, check_in, come_back,
]  # fmt: skip
