"""Booking a time (预约): slots, the policy that limits them, vouchers, and the hall's view of its day."""

from backend.appointments.book import book
from backend.appointments.cancel import cancel
from backend.appointments.choices import choose
from backend.appointments.confirm import confirm
from backend.appointments.fill import fill, template_weekday
from backend.appointments.move import move
from backend.appointments.views import history, past, show, upcoming

__all__ = [
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
