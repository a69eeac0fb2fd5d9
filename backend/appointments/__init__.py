"""Booking a time (预约): slots, the policy that limits them, vouchers, and the hall's view of its day."""

from backend.appointments.affected import called_by
from backend.appointments.answers import accept, lapse_due
from backend.appointments.appeals import answer_appeal, appeal_no_show, appeal_pause, lift_pause
from backend.appointments.arrivals import arrive, come, mark_missed, note, unmark
from backend.appointments.book import book
from backend.appointments.cancel import cancel
from backend.appointments.capacity import halls_for
from backend.appointments.choices import choose
from backend.appointments.closing import close
from backend.appointments.closing_course import carry_on, closings_due, go_on, pause
from backend.appointments.closing_undo import undo
from backend.appointments.confirm import confirm
from backend.appointments.day import bookings as bookings_of_day
from backend.appointments.deliveries import deliveries
from backend.appointments.fill import fill, template_weekday
from backend.appointments.forget import forget
from backend.appointments.month import month
from backend.appointments.move import move
from backend.appointments.no_shows import miss_due, missing
from backend.appointments.offers import due, pass_on
from backend.appointments.opening import Span, open_hours, open_spans, shut
from backend.appointments.own_data import erase, export_of
from backend.appointments.policy import of_item as rules_of
from backend.appointments.qr import read_qr
from backend.appointments.share import links, share, unshare
from backend.appointments.shared import shared
from backend.appointments.standing import no_show, paused, pausing, show_pause
from backend.appointments.telephone import (
    accept_for_caller,
    book_for_caller,
    cancel_for_caller,
    move_for_caller,
)
from backend.appointments.timeline import happened, things_of
from backend.appointments.views import ended, history, past, same_day, show, upcoming
from backend.appointments.waiting import claim, join, leave, show_wait, waits
from backend.gently import gently

__all__ = [
    "Span",
    "accept",
    "accept_for_caller",
    "answer_appeal",
    "appeal_no_show",
    "appeal_pause",
    "arrive",
    "book",
    "book_for_caller",
    "bookings_of_day",
    "called_by",
    "cancel",
    "cancel_for_caller",
    "carry_on",
    "choose",
    "claim",
    "close",
    "closings_due",
    "come",
    "confirm",
    "deliveries",
    "due",
    "ended",
    "erase",
    "export_of",
    "fill",
    "forget",
    "gently",
    "go_on",
    "halls_for",
    "happened",
    "history",
    "join",
    "lapse_due",
    "leave",
    "lift_pause",
    "links",
    "mark_missed",
    "miss_due",
    "missing",
    "month",
    "move",
    "move_for_caller",
    "no_show",
    "note",
    "open_hours",
    "open_spans",
    "pass_on",
    "past",
    "pause",
    "paused",
    "pausing",
    "read_qr",
    "rules_of",
    "same_day",
    "share",
    "shared",
    "show",
    "show_pause",
    "show_wait",
    "shut",
    "template_weekday",
    "things_of",
    "undo",
    "unmark",
    "unshare",
    "upcoming",
    "waits",
]
