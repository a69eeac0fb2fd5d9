"""Booking a time (预约): slots, the policy that limits them, vouchers, and the hall's view of its day."""

from backend.appointments.book import book
from backend.appointments.change import cancel, confirm, move
from backend.appointments.choices import choose
from backend.appointments.fill import fill, template_weekday
from backend.appointments.promises import AHEAD
from backend.appointments.views import history, past, show, upcoming

__all__ = [
    "AHEAD",
    "book",
    "cancel",
    "choose",
    "confirm",
    "fill",
    "history",
    "move",
    "past",
    "show",
    "template_weekday",
    "upcoming",
]
