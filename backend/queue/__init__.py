"""The queue of a hall (排队叫号): numbers, counters, calling, waiting times."""

from backend.queue.around import lines_of, staff_at
from backend.queue.call import Called, call_next
from backend.queue.check_in import check_in
from backend.queue.choices import matters
from backend.queue.desks import close_desk, counter, open_desk, pause_desk, teach_desk
from backend.queue.devices import KINDS, add_device, pair_again, screen_for
from backend.queue.follow import mine
from backend.queue.forget import forget
from backend.queue.guide import move, prioritise, void
from backend.queue.hall_code import hall_code, here
from backend.queue.outlook import foresee, ranges
from backend.queue.own_data import erase, export_of
from backend.queue.pace import learn, to_learn
from backend.queue.phone import coming_today, own_tickets
from backend.queue.reception import bring_back, receive, welcome
from backend.queue.record import Asker
from backend.queue.send import add, come_back, step_back, swap, transfer, withdraw
from backend.queue.serve import complete, hold, miss, resume, ring, start
from backend.queue.served import served
from backend.queue.share import links, share, unshare
from backend.queue.sweep import give_up, overdue
from backend.queue.take import Matter, Taken, Visitor, take
from backend.queue.timeline import happened, things_of
from backend.queue.undo import undo

__all__ = [
    "KINDS",
    "Asker",
    "Called",
    "Matter",
    "Taken",
    "Visitor",
    "add",
    "add_device",
    "bring_back",
    "call_next",
    "check_in",
    "close_desk",
    "come_back",
    "coming_today",
    "complete",
    "counter",
    "erase",
    "export_of",
    "foresee",
    "forget",
    "give_up",
    "hall_code",
    "happened",
    "here",
    "hold",
    "learn",
    "lines_of",
    "links",
    "matters",
    "mine",
    "miss",
    "move",
    "open_desk",
    "overdue",
    "own_tickets",
    "pair_again",
    "pause_desk",
    "prioritise",
    "ranges",
    "receive",
    "resume",
    "ring",
    "screen_for",
    "served",
    "share",
    "staff_at",
    "start",
    "step_back",
    "swap",
    "take",
    "teach_desk",
    "things_of",
    "to_learn",
    "transfer",
    "undo",
    "unshare",
    "void",
    "welcome",
    "withdraw",
]
