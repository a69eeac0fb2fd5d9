"""Steps of the machine in an order in which each can be done, and what must have happened by the end of each story.

Chance takes over afterwards; these make sure that what is claimed was tried at all. Needed are facts, as the tables
tell them, and refusals; a deed that changed nothing is none of them.
"""

import datetime as dt
from collections.abc import Callable

from tests.appointments.machine.booking import Booking
from tests.appointments.machine.hall import RULES, START

# What chance alone comes upon again and again, whatever hypothesis chooses.
OFTEN = {
    "book", "cancel", "join", "close", "arrive", "call", "except", "change template",
    "book refused: active of a person", "book refused: Paused", "booking missed by staff", "booking missed by itself",
    "pause begun of an ID", "pause begun of an account", "hold frozen released", "hold frozen offered",
    "booking closed by itself", "told appointment-soon", "told appointment-tomorrow", "told waiting-offered",
}  # fmt: skip


LAST = -1


def tell(story: Callable[[Booking], set[str]]) -> set[str]:
    """One story in a world of its own; what must have happened."""
    booking = Booking()
    booking.begin(RULES, START)
    booking.nothing_is_broken()
    needed = story(booking)
    booking.nothing_is_broken()
    booking.teardown()
    return needed


def limits(to: Booking) -> set[str]:
    """Somebody takes what there is; somebody else comes every day."""
    to.book(11, 2, 0)
    to.book_again_and_again(0, 0, 0)
    to.nothing_is_broken()
    to.books_and_goes_or_does_not(3, misses=False)
    return {
        "book", "book refused: active of a person", "book refused: active of an account",
        "book refused: month of a person", "book refused: month of an account", "book refused: SlotFull",
    }  # fmt: skip


def pauses(to: Booking) -> set[str]:
    """Nobody comes: of a proved ID, of an account; they say it is wrong, and the hall answers."""
    to.books_and_goes_or_does_not(6, misses=True)
    to.workers_look()
    to.appeal(0)
    to.appeal(1)
    to.nothing_is_broken()
    to.answer(0, granted=False)
    to.nothing_is_broken()
    to.answer(0, granted=True)
    to.nothing_is_broken()
    to.books_and_goes_or_does_not(9, misses=True)
    to.nothing_is_broken()
    to.appeal(0)
    to.lift(0)
    to.nothing_is_broken()
    return {
        "pause begun of an ID", "pause begun of an account", "book refused: Paused", "join refused: Paused", "call",
        "booking missed by staff", "told appointment-missed", "told appointment-paused", "pause lifted of an ID",
        "pause lifted of an account", "appeal kept", "appeal granted",
    }  # fmt: skip


def marks(to: Booking) -> set[str]:
    """Some come, some do not, some marks are slips."""
    to.book(0, 8, 0)
    to.book(4, 9, 0)
    to.the_day_comes_and_some_come(1)
    to.later(130)
    to.later(130)
    to.nothing_is_broken()
    to.unmark(0)
    to.arrive(0)
    to.mark_missed(1, wait=True)
    to.unmark(0)
    to.nothing_is_broken()
    return {
        "booking arrived by staff", "booking missed by itself", "booking missed by staff", "booking unmarked by staff",
        "told appointment-corrected", "told appointment-missed",
    }  # fmt: skip


def waits(to: Booking) -> set[str]:
    """A place that somebody gives up, and all that may become of the offer."""
    for who, then in ((0, "claim"), (4, "too late"), (8, "leave"), (2, "nothing")):
        to.give_up_what_somebody_waits_for(who, then)
        to.nothing_is_broken()
    to.close_what_is_on_offer()
    to.nothing_is_broken()
    to.later(31)
    return {
        "hold waiting claimed", "hold waiting refused", "hold waiting lapsed", "hold waiting released",
        "hold frozen offered", "hold frozen released", "wait over", "wait withdrawn", "told waiting-offered",
        "told waiting-withdrawn", "told waiting-over", "claim refused: lapsed",
    }  # fmt: skip


def closings(to: Booking) -> set[str]:
    """A closed day, and all that may become of those who are booked."""
    for n, then in enumerate(["accept", "cancel", "move", "close again", "undo", "too late"]):
        to.take(to.free()[0], n * 2, n)
        to.close_where_people_are_booked(LAST, then)
        to.nothing_is_broken()
        to.workers_look()
    return {
        "hold closing claimed", "hold closing refused", "hold closing released", "hold closing lapsed",
        "relocation accepted", "relocation cancelled", "relocation moved", "relocation undone", "relocation lapsed",
        "closing again", "told appointment-closed", "told appointment-resumed", "told appointment-ended",
    }  # fmt: skip


def closed_days(to: Booking) -> set[str]:
    """The day itself, a closing that is stopped, and one that leaves nobody another place."""
    for n, then in enumerate(["pause", "arrive", "blame"]):
        to.take(to.free()[0], n * 2, n)
        to.close_where_people_are_booked(LAST, then)
        to.nothing_is_broken()
        to.turn(0, "go_on")
    to.book_again_and_again(9, 0, 0)
    to.close_everything(3)
    to.nothing_is_broken()
    to.later(1500)
    return {
        "closing paused", "closing resumed", "relocation kept", "booking arrived by staff",
        "told appointment-displaced", "mark missed refused: 这个时段大厅停办了，正等",
    }  # fmt: skip


def stopped(to: Booking) -> set[str]:
    """A closing that somebody stops, over the day it is about; and one that goes on."""
    for who in (0, 3):
        to.take(to.free()[0], who, 0)
        to.close_where_people_are_booked(LAST, "pause")
        to.the_day_comes_and_some_come(0)
        to.later(130)
        to.nothing_is_broken()
        to.turn(0, "go_on")
        to.workers_look()
    to.later(1500)
    return {"closing paused", "closing resumed", "booking ended by itself"}


def last_moments(to: Booking) -> set[str]:
    """Where people may change their mind only as long as they may book."""
    to.begin({**RULES, "cancel_until_minutes": 120}, START)
    second = next(slot for slot in to.free() if slot["line"] == to.lines[1].id and to.starts(slot) == "10:30")
    to.take(second, 0, 0)
    to.close_at_the_last_moment(1)
    to.nothing_is_broken()
    to.teardown()
    to.begin({**RULES, "notice_minutes": 0, "cancel_until_minutes": 0, "offer_minutes": 120}, START)
    to.join(0, 0, 0)
    to.give_up_at_the_last_moment(0)
    to.nothing_is_broken()
    return {"booking closed by itself", "told appointment-closed", "wait offered", "told waiting-offered"}


def hours(to: Booking) -> set[str]:
    """What is offered grows and shrinks under those who are booked."""
    crowded = next(slot for slot in to.free() if slot["line"] == to.lines[1].id)
    to.take(crowded, 0, 0)
    to.take(crowded, 3, 0)
    to.take(to.free()[-1], 6, 0)
    to.move(LAST, 0, full=True)
    to.move(LAST, 1, full=True)
    to.nothing_is_broken()
    to.fewer_counters_and_somebody_gives_up(9, 0)
    to.nothing_is_broken()
    for n in range(4):
        to.book(n, n + 5, n)
        to.except_a_day(n + 2, n, n % 2 == 0, n)
        to.change_template(n + 3, n, dt.time(11) if n % 2 else dt.time(10, 30))
        to.copy(n % 2 == 0)
        to.nothing_is_broken()
        to.withdraw_exception(n)
        to.undo_change(n)
        to.nothing_is_broken()
    return {
        "capacity exception", "capacity withdrawn", "capacity template", "except", "except refused: LeavesStanding",
        "change template", "copy", "undo change", "move refused: SlotFull", "book refused: SlotFull",
    }  # fmt: skip


ALL = [limits, pauses, marks, waits, closings, closed_days, stopped, last_moments, hours]
