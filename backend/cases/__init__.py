"""办件: what somebody asked for, its legal clock, its papers and its result."""

from backend.cases.accept import accept, decline, deem, to_deem
from backend.cases.applicant import UNDECIDED, choose_way, withdraw_own
from backend.cases.askers import TAKERS, in_state
from backend.cases.commit import commit
from backend.cases.correct import Gap, correct, fill
from backend.cases.custody_loss import find_originals, lose_originals, settle_parcel
from backend.cases.custody_pack import Pile, hand_back, hand_over, pack, put_away
from backend.cases.custody_parcel import ODD
from backend.cases.custody_places import OWED
from backend.cases.custody_receive import Arrived, Seen, receive_parcel
from backend.cases.custody_return import call_for, confirm_own, deliver_parcel
from backend.cases.custody_send import refuse_parcel, send_parcel, unpack
from backend.cases.decide import bring, decide, deliver, file, finish, give_back, terminate, withdraw
from backend.cases.forget import forget
from backend.cases.forms import RELATIONS, Applying, Received, judge
from backend.cases.gap_lights import lapsing, watch_gaps
from backend.cases.hand_on import check_papers, hand_on, held, mark_checked
from backend.cases.lights import light_up
from backend.cases.mail import arrive, arrive_own, come_back, mail
from backend.cases.overtaken import Overtaken, having_seen, since
from backend.cases.own_data import erase, export_of
from backend.cases.papers import (
    add_files,
    add_paper,
    bring_in,
    kept_of,
    mark_of,
    open_file,
    papers_of,
    remove_paper,
)
from backend.cases.questions import ASKED, answer, ask_about
from backend.cases.receive import Wanted, open_case, receipt_refusals, receive, take_in
from backend.cases.record import Asker, locked, record, seen
from backend.cases.rekey import rekey as to_rekey
from backend.cases.result_here import receive_result
from backend.cases.results import add_results, open_result, remove_result
from backend.cases.stop import Approval, extend, go_on, stop
from backend.cases.supplement import Answer, supplement
from backend.cases.tables import OPEN
from backend.cases.timeline import happened, things_of
from backend.cases.tolerate import Later, tolerate
from backend.cases.transfer import numbered_there, redirect, renumber, transfer
from backend.cases.verifications import light_verifications
from backend.cases.verify import verify
from backend.cases.views import READERS, sees, show_lent, show_to_staff

__all__ = [
    "ASKED",
    "ODD",
    "OPEN",
    "OWED",
    "READERS",
    "RELATIONS",
    "TAKERS",
    "UNDECIDED",
    "Answer",
    "Applying",
    "Approval",
    "Arrived",
    "Asker",
    "Gap",
    "Later",
    "Overtaken",
    "Pile",
    "Received",
    "Seen",
    "Wanted",
    "accept",
    "add_files",
    "add_paper",
    "add_results",
    "answer",
    "arrive",
    "arrive_own",
    "ask_about",
    "bring",
    "bring_in",
    "call_for",
    "check_papers",
    "choose_way",
    "come_back",
    "commit",
    "confirm_own",
    "correct",
    "decide",
    "decline",
    "deem",
    "deliver",
    "deliver_parcel",
    "erase",
    "export_of",
    "extend",
    "file",
    "fill",
    "find_originals",
    "finish",
    "forget",
    "give_back",
    "go_on",
    "hand_back",
    "hand_on",
    "hand_over",
    "happened",
    "having_seen",
    "held",
    "in_state",
    "judge",
    "kept_of",
    "lapsing",
    "light_up",
    "light_verifications",
    "locked",
    "lose_originals",
    "mail",
    "mark_checked",
    "mark_of",
    "numbered_there",
    "open_case",
    "open_file",
    "open_result",
    "pack",
    "papers_of",
    "put_away",
    "receipt_refusals",
    "receive",
    "receive_parcel",
    "receive_result",
    "record",
    "redirect",
    "refuse_parcel",
    "remove_paper",
    "remove_result",
    "renumber",
    "seen",
    "sees",
    "send_parcel",
    "settle_parcel",
    "show_lent",
    "show_to_staff",
    "since",
    "stop",
    "supplement",
    "take_in",
    "terminate",
    "things_of",
    "to_deem",
    "to_rekey",
    "tolerate",
    "transfer",
    "unpack",
    "verify",
    "watch_gaps",
    "withdraw",
    "withdraw_own",
]
