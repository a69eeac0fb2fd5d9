"""`/console/counters/{counter}/…`: each key of a clerk's page is one of these."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import queue
from backend.queue.counter_forms import Added, Done, InHand, Sent, Slip
from backend.queue.counter_pages import CALL, answered, show
from backend.refusal import Refusal
from backend.web import forms

Verb = Callable[[UUID, UUID, UUID], Awaitable[Any]]


@post("/console/counters/{counter:uuid}/calls", guards=[CALL])
async def call(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """叫下一位."""
    return await answered(request, counter, queue.call_next(counter, request.user.staff))


async def _pressed(request: Request, counter: UUID, verb: Verb) -> Redirect | Template:
    form = await forms.sound(request, InHand)
    return await answered(request, counter, verb(counter, request.user.staff, form.ticket))


@post("/console/counters/{counter:uuid}/rings", guards=[CALL])
async def ring(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """重呼."""
    return await _pressed(request, counter, queue.ring)


@post("/console/counters/{counter:uuid}/misses", guards=[CALL])
async def miss(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """过号."""
    return await _pressed(request, counter, queue.miss)


@post("/console/counters/{counter:uuid}/starts", guards=[CALL])
async def start(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """开始办理."""
    return await _pressed(request, counter, queue.start)


@post("/console/counters/{counter:uuid}/holds", guards=[CALL])
async def hold(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """挂起."""
    return await _pressed(request, counter, queue.hold)


@post("/console/counters/{counter:uuid}/resumptions", guards=[CALL])
async def resume(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """叫回来, whoever went to copy papers."""
    return await _pressed(request, counter, queue.resume)


@post("/console/counters/{counter:uuid}/swaps", guards=[CALL])
async def swap(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """让后面先办."""
    return await _pressed(request, counter, queue.swap)


@post("/console/counters/{counter:uuid}/undoings", guards=[CALL])
async def undo(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """撤销."""
    form = await forms.sound(request, Slip)
    return await answered(request, counter, queue.undo(counter, request.user.staff, form.event))


@post("/console/counters/{counter:uuid}/completions", guards=[CALL])
async def complete(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """办结, and perhaps the next one: two verbs, one after the other."""
    form = await forms.read(request, Done)
    if form.errors:
        return await show(request, counter, form, 422, step="complete")
    return await answered(request, counter, _complete(counter, request.user.staff, form), form, "complete")


async def _complete(counter: UUID, by: UUID, form: Done) -> None:
    await queue.complete(counter, by, form.ticket, form.item)
    if form.call:
        await queue.call_next(counter, by)


@post("/console/counters/{counter:uuid}/additions", guards=[CALL])
async def add(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """加办一件."""
    form, by = await forms.read(request, Added), request.user.staff
    if form.errors:
        return await show(request, counter, form, 422, step="add")
    matter = queue.Matter(item=form.matter)
    return await answered(request, counter, queue.add(counter, by, form.ticket, matter), form, "add")


@post("/console/counters/{counter:uuid}/transfers", guards=[CALL])
async def transfer(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """转号."""
    form = await forms.read(request, Sent)
    if not form.errors and not (form.line or form.window):
        form.refuse("line", "请选转到哪类业务，或哪个窗口")
    if form.errors:
        return await show(request, counter, form, 422, step="transfer")
    return await answered(request, counter, _transfer(counter, request.user.staff, form), form, "transfer")


async def _transfer(counter: UUID, by: UUID, form: Sent) -> None:
    if form.line and form.window:
        raise Refusal("业务和窗口只选一样")
    await queue.transfer(counter, by, form.ticket, to_line=form.line, to_counter=form.window, why=form.why)


routes = [call, ring, miss, start, hold, resume, swap, undo, complete, add, transfer]
