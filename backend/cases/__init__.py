"""办件: what somebody asked for, its legal clock, its papers and its result."""

from backend.cases.accept import accept, decline, deem, to_deem
from backend.cases.applicant import Answer, choose_way, supplement, withdraw_own
from backend.cases.correct import Gap, correct, fill
from backend.cases.decide import decide, deliver, file, finish, give_back, hand_over, terminate, withdraw
from backend.cases.forget import forget
from backend.cases.lights import light_up
from backend.cases.own_data import erase, export_of
from backend.cases.papers import add_files, add_paper, open_file, remove_paper
from backend.cases.receive import Wanted, open_case, receive
from backend.cases.record import Asker
from backend.cases.stop import Approval, extend, go_on, stop
from backend.cases.timeline import happened, things_of

__all__ = [
    "Answer",
    "Approval",
    "Asker",
    "Gap",
    "Wanted",
    "accept",
    "add_files",
    "add_paper",
    "choose_way",
    "correct",
    "decide",
    "decline",
    "deem",
    "deliver",
    "erase",
    "export_of",
    "extend",
    "file",
    "fill",
    "finish",
    "forget",
    "give_back",
    "go_on",
    "hand_over",
    "happened",
    "light_up",
    "open_case",
    "open_file",
    "receive",
    "remove_paper",
    "stop",
    "supplement",
    "terminate",
    "things_of",
    "to_deem",
    "withdraw",
    "withdraw_own",
]
