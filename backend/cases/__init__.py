"""办件: what somebody asked for, its legal clock, its papers and its result."""

from backend.cases.accept import accept, decline, deem, to_deem
from backend.cases.applicant import Answer, choose_way, supplement, withdraw_own
from backend.cases.commit import commit
from backend.cases.correct import Gap, correct, fill
from backend.cases.decide import decide, deliver, file, finish, give_back, terminate, withdraw
from backend.cases.forget import forget
from backend.cases.gap_lights import lapsing, watch_gaps
from backend.cases.lights import light_up
from backend.cases.own_data import erase, export_of
from backend.cases.papers import add_files, add_paper, open_file, remove_paper
from backend.cases.receive import Wanted, receive
from backend.cases.stop import Approval, extend, go_on, stop
from backend.cases.tolerate import Later, tolerate
from backend.cases.transfer import renumber, transfer
from backend.cases.verifications import light_verifications
from backend.cases.verify import verify

__all__ = [
    "Answer",
    "Approval",
    "Gap",
    "Later",
    "Wanted",
    "accept",
    "add_files",
    "add_paper",
    "choose_way",
    "commit",
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
    "lapsing",
    "light_up",
    "light_verifications",
    "open_file",
    "receive",
    "remove_paper",
    "renumber",
    "stop",
    "supplement",
    "terminate",
    "to_deem",
    "tolerate",
    "transfer",
    "verify",
    "watch_gaps",
    "withdraw",
    "withdraw_own",
]
