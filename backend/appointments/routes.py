"""`/appointments`: choosing a time, booking, moving, cancelling, and the list of one's own."""

import datetime as dt
import re
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import appointments, catalog, clock, identity, secrecy
from backend.appointments.places import FULL_DAY, SlotFull
from backend.refusal import NotFound, Refusal
from backend.web import forms, guards, keeping
from backend.web.pages import page


def _code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", text):
        raise ValueError("大厅不对，请重新选择")
    return text


class Wish(forms.Form):
    """What the page of times is asked for."""

    item = forms.Field("事项", type=UUID, required=False)
    hall = forms.Field("大厅", required=False, longest=40)
    day = forms.Field("日期", type=dt.date, required=False)
    slot = forms.Field("时段", type=UUID, required=False)  # chosen already, by a link
    person = forms.Field("办事人", type=UUID, required=False)


class Chosen(Wish):
    """The same, on its way through the sign-in: only what can be a hall's code goes into an address again."""

    hall = forms.Field("大厅", required=False, check=_code)


class BookSlot(forms.Form):
    """A time for a person; hall and day only bring the same page back."""

    item = forms.Field("事项", type=UUID)
    slot = forms.Field("时段", type=UUID)
    person = forms.Field("办事人", type=UUID)
    hall = forms.Field("大厅", required=False, longest=40)
    day = forms.Field("日期", type=dt.date, required=False)


class MoveTo(forms.Form):
    """Another time for the same matter."""

    slot = forms.Field("时段", type=UUID)
    hall = forms.Field("大厅", required=False, longest=40)
    day = forms.Field("日期", type=dt.date, required=False)


def _wished(form: forms.Form) -> tuple[str, dt.date | None]:
    """Hall and day as far as they could be read: a wrong one only means the first possible."""
    return getattr(form, "hall", ""), getattr(form, "day", None) if "day" not in form.errors else None


@get("/appointments", guards=[guards.public])
async def index(request: Request) -> Template:
    """预约: one's own, the next one first."""
    account = request.user.account
    upcoming = await appointments.upcoming(account) if account else []
    past = await appointments.past(account) if account else []
    waits = await appointments.waits(account) if account else []
    shown = await page(
        request,
        "appointments/index.html",
        upcoming=upcoming,
        past=past,
        paused=await appointments.paused(account) if account else [],
        waits=waits,
    )
    standing = [one for one in upcoming if not one["closed"]]
    over = [*past, *(one for one in upcoming if one["closed"])]
    return keeping.keep(shown, _addresses(standing), gone=_addresses(over))


def _addresses(rows: list[dict[str, Any]]) -> list[str]:
    return [f"/appointments/{row['id']}" for row in rows]


@get("/appointments/choice", guards=[guards.citizen])
async def choice(request: Request) -> Redirect:
    """The chosen time on its way through the sign-in and the first person's form, so that it is chosen still."""
    wish = forms.read_query(request, Chosen)
    if wish.item is None:
        return Redirect("/items", status_code=303)
    given = {"item": wish.item, "hall": wish.hall, "day": wish.day, "slot": wish.slot, "person": wish.person}
    times = f"/appointments/new?{urlencode({name: value for name, value in given.items() if value})}"
    able, _ = await able_people(request.user.account)
    return Redirect(times if able else f"/people/new?next={quote(times, safe='/')}", status_code=303)


@get("/appointments/new", guards=[guards.public])
async def new(request: Request) -> Template | Redirect:
    """选择时间. Anybody may look; booking needs an account."""
    wish = forms.read_query(request, Wish)
    if "item" in wish.errors or wish.item is None:
        return Redirect("/items", status_code=303)
    return await _times(request, wish.item, wish, BookSlot.blank(slot=wish.slot or ""))


@post("/appointments", guards=[guards.citizen])
async def create(request: Request) -> Redirect | Template:
    """Book the chosen time."""
    form = await forms.read(request, BookSlot)
    if "item" in form.errors:
        raise NotFound("没有找到这件事，请重新选择要办的事")
    if form.errors:
        return await _times(request, form.item, form, form, status=422)
    try:
        booked = await appointments.book(form.slot, form.item, form.person, by=request.user.account)
    except Refusal as refusal:
        return await _times(request, form.item, form, form, status=refusal.status, refusal=refusal)
    return Redirect(f"/appointments/{booked.id}/materials", status_code=303)


async def _times(
    request: Request, item: UUID, wish: forms.Form, form: forms.Form, status: int = 200, **more: Any
) -> Template:
    account = request.user.account
    able, over = await able_people(account)
    wanted = getattr(wish, "person", None)
    acting = next((one for one in able if one.id == wanted), able[0] if able else None)
    found = await appointments.choose(item, *_wished(wish))
    if isinstance(more.get("refusal"), SlotFull) and not found.free:
        more["refusal"] = SlotFull(FULL_DAY)
    return await page(
        request,
        "appointments/new.html",
        status=status,
        item=await catalog.item(item),
        choice=found,
        form=form,
        acting=acting,
        pause=await appointments.pausing(acting.id_index, account) if acting and account else None,
        others=await appointments.same_day(acting.id, found.day, by=account) if acting and account else [],
        people=[(one.id, *known_as(one)) for one in able],
        over=[(one.id, secrecy.mask_name(one.name)) for one in over],
        moving=None,
        **more,
    )


async def able_people(account: UUID | None) -> tuple[list[identity.Person], list[identity.Person]]:
    """Whom an account may act for today, oneself first, and those whose authority is over."""
    people = await identity.people_of(account) if account else []
    today = clock.local(await clock.now()).date()
    over = [one for one in people if identity.authorisation_ended(one, today)]
    return [one for one in people if one not in over], over


def known_as(person: identity.Person) -> tuple[str, str]:
    """How a choice of people shows one: the relation with the masked name, and the ID's end."""
    said = f"{identity.RELATIONS[person.relation]} {secrecy.mask_name(person.name)}"
    return said, "" if person.relation == "self" else identity.masked_id(person)


@get("/appointments/{appointment:uuid}/move", guards=[guards.citizen])
async def moving(request: Request, appointment: FromPath[UUID]) -> Template | Redirect:
    """改时间: the same page of times; for a booking that cannot be moved any more, its voucher."""
    held = await appointments.show(appointment, by=request.user.account)
    if not held["changeable"]:
        return Redirect(f"/appointments/{appointment}", status_code=303)
    wish = forms.read_query(request, Wish)
    return await _other_times(request, appointment, wish, MoveTo.blank(slot=wish.slot or ""))


@post("/appointments/{appointment:uuid}/move", guards=[guards.citizen])
async def move(request: Request, appointment: FromPath[UUID]) -> Redirect | Template:
    """Move to the chosen time; the old one is kept if it is gone."""
    form = await forms.read(request, MoveTo)
    if form.errors:
        return await _other_times(request, appointment, form, form, status=422)
    try:
        await appointments.move(appointment, form.slot, by=request.user.account)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _other_times(request, appointment, form, form, status=refusal.status, refusal=refusal)
    return Redirect(f"/appointments/{appointment}", status_code=303)


async def _other_times(
    request: Request, appointment: UUID, wish: forms.Form, form: forms.Form, status: int = 200, **more: Any
) -> Template:
    held = await appointments.show(appointment, by=request.user.account)
    hall, day = _wished(wish)
    found = await appointments.choose(
        held["item"], hall or held["hall_code"], day or _day_of(held), held["slot"]
    )
    by = request.user.account
    return await page(
        request,
        "appointments/new.html",
        status=status,
        item=await catalog.item(held["item"]),
        choice=found,
        form=form,
        acting=None,
        pause=None,
        others=await appointments.same_day(held["person"], found.day, by=by, besides=appointment),
        people=[],
        over=[],
        moving=held,
        **more,
    )


def _day_of(held: dict[str, Any]) -> dt.date:
    """The day to begin with: where a closing keeps a place, that one's."""
    return clock.local(held["new_at"]).date() if held["new_at"] else held["day"]


routes = [index, choice, new, create, moving, move]
