"""The queue of a hall (排队叫号): numbers, counters, calling, waiting times."""

from backend.queue.call import Called, call_next
from backend.queue.check_in import check_in
from backend.queue.desks import close_desk, open_desk, pause_desk, teach_desk
from backend.queue.follow import mine
from backend.queue.guide import move, prioritise, void
from backend.queue.outlook import expected, ranges
from backend.queue.own_data import erase, export_of
from backend.queue.record import Asker
from backend.queue.send import add, come_back, step_back, swap, transfer, withdraw
from backend.queue.serve import complete, hold, miss, resume, ring, start
from backend.queue.share import links, share, unshare
from backend.queue.sweep import give_up, overdue
from backend.queue.take import Matter, Taken, Visitor, take
from backend.queue.undo import undo

__all__ = [
    "Asker",
    "Called",
    "Matter",
    "Taken",
    "Visitor",
    "add",
    "call_next",
    "check_in",
    "close_desk",
    "come_back",
    "complete",
    "erase",
    "expected",
    "export_of",
    "give_up",
    "hold",
    "links",
    "mine",
    "miss",
    "move",
    "open_desk",
    "overdue",
    "pause_desk",
    "prioritise",
    "ranges",
    "resume",
    "ring",
    "share",
    "start",
    "step_back",
    "swap",
    "take",
    "teach_desk",
    "transfer",
    "undo",
    "unshare",
    "void",
    "withdraw",
]
