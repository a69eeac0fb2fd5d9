"""The queue of a hall (排队叫号): numbers, counters, calling, waiting times."""

from backend.queue.around import lines_of, matters, matters_named, staff_at
from backend.queue.call import Called, call_next
from backend.queue.check_in import check_in
from backend.queue.desks import close_desk, counter, open_desk, pause_desk, teach_desk
from backend.queue.guide import move, prioritise, void
from backend.queue.own_data import erase, export_of
from backend.queue.reception import bring_back, receive, welcome
from backend.queue.record import Asker
from backend.queue.send import add, come_back, step_back, swap, transfer, withdraw
from backend.queue.serve import complete, hold, miss, resume, ring, start
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
    "bring_back",
    "call_next",
    "check_in",
    "close_desk",
    "come_back",
    "complete",
    "counter",
    "erase",
    "export_of",
    "give_up",
    "hold",
    "lines_of",
    "matters",
    "matters_named",
    "miss",
    "move",
    "open_desk",
    "overdue",
    "pause_desk",
    "prioritise",
    "receive",
    "resume",
    "ring",
    "staff_at",
    "start",
    "step_back",
    "swap",
    "take",
    "teach_desk",
    "transfer",
    "undo",
    "void",
    "welcome",
    "withdraw",
]
