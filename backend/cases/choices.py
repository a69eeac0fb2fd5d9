"""What the dialogs on the page of a case offer, by where the case stands."""

from typing import Any

from backend import db
from backend.cases.applicant import UNDECIDED, WISHES
from backend.cases.commit import usual_text
from backend.cases.mail import NEXT, SIGNERS
from backend.cases.result_here import coming
from backend.cases.rules import case_rules
from backend.cases.tolerate import WAYS, lagging, usual_day
from backend.cases.verify import COMMITTED, FOUND

# How the guide says that a paper may come later, and the way that is ticked for it.
SAID = {"窗口": "window", "网上": "online", "邮寄": "mail", "上门": "visit", "证照": "licence"}


async def choices(case: dict[str, Any], form: Any) -> dict[str, Any]:
    """What the templates need; what was not typed yet begins with what is usual."""
    couriers = [(name, name) for name in case_rules().couriers]
    _begin(form, external=case["external_case_no"], courier=couriers[0][0])
    _begin(form, title=case["result_name"] or case["item_name"])
    return {
        "correctable": case["state"] == "received" and case["accepts"] and not case["corrected_at"],
        "tolerable": await _tolerable(case, form),
        "gap_ways": WAYS,
        "pledge": await _pledge(case, form),
        "verifiable": _verifiable(case),
        "findings": list(FOUND.items()),
        "departments": await _departments(case),
        "couriers": couriers,
        "signers": list(SIGNERS.items()),
        "nexts": list(NEXT.items()),
        **_sending(case),
    }


def _sending(case: dict[str, Any]) -> dict[str, Any]:
    """Whether the result is handed over, mailed, or on its way; and how it may be wanted until then."""
    ready, mailed = case["acts"] and case["state"] == "finished", case["way"] == "mail"
    known = case["mailing"]
    open_ = case["acts"] and case["state"] in (*UNDECIDED, "decided", "finished")
    return {
        "coming": ready and coming(case),
        "deliverable": ready and not mailed and not coming(case),
        "mailable": ready and mailed,
        "on_way": case["acts"] and known is not None and known["state"] == "sent",
        "wishes": [(way, said) for way, said in WISHES.items() if open_ and (way != "mail" or case["mails"])],
    }


# Dialogs that are there only while what they do can be done.
OFFERED = {
    "correct": "correctable",
    "tolerate": "tolerable",
    "commit": "pledge",
    "verify": "verifiable",
    "transfer": "departments",
    "deliver": "deliverable",
    "mail": "mailable",
    "arrive": "on_way",
    "bounce": "on_way",
    "way": "wishes",
}


def offered(step: str, chosen: dict[str, Any]) -> str:
    """Which dialog stands open; none where it is gone, so that what was refused is said on the page itself."""
    return step if step not in OFFERED or chosen[OFFERED[step]] else ""


async def _pledge(case: dict[str, Any], form: Any) -> bool:
    """Whether it may be accepted on a commitment; the usual text is there to begin with."""
    may = case["by_commitment"] and case["state"] == "received" and case["accepts"]
    if may:
        _begin(form, text=await usual_text(case["item"]))
    return bool(may)


def _verifiable(case: dict[str, Any]) -> bool:
    known = case["commitment"]
    waits = known is not None and known["outcome"] in ("", "mending")
    return waits and case["state"] in COMMITTED and case["decision"] != "refused" and bool(case["decides"])


async def _departments(case: dict[str, Any]) -> list[tuple[str, str]]:
    """To whom it may be handed over: every other department, while it is not decided."""
    if case["state"] not in UNDECIDED or not case["accepts"]:
        return []
    rows = await db.rows("SELECT code, name FROM department WHERE id <> $1 ORDER BY name", case["department"])
    return [("", "请选择"), *((row["code"], row["name"]) for row in rows)]


async def _tolerable(case: dict[str, Any], form: Any) -> list[dict[str, Any]]:
    """The papers that may come later, with what is ticked; none where the case is past it or there is no day."""
    papers = await lagging(case["item"]) if case["state"] == "received" and case["accepts"] else []
    day = await usual_day(case) if papers else None
    if day is None:
        return []
    _begin(form, until=day)
    return [
        {
            **paper,
            "lacks": str(paper["id"]) in form.given.get("lacking", []),
            "ticked": _ticked(paper, form),
        }
        for paper in papers
    ]


def _ticked(paper: dict[str, Any], form: Any) -> list[str]:
    given = form.given.get("ways")
    if given is None:
        return [way for word, way in SAID.items() if word in paper["defer_how"]]
    return [way for way in WAYS if f"{paper['id']} {way}" in given]


def _begin(form: Any, **values: Any) -> None:
    for name, value in values.items():
        if name not in form.given:
            form.typed[name] = str(value)
