"""What the dialogs on the page of a case offer, by where the case stands."""

from typing import Any

from backend.cases.tolerate import WAYS, lagging, usual_day

# How the guide says that a paper may come later, and the way that is ticked for it.
SAID = {"窗口": "window", "网上": "online", "邮寄": "mail", "上门": "visit", "证照": "licence"}


async def choices(case: dict[str, Any], form: Any) -> dict[str, Any]:
    """What the templates need; what was not typed yet begins with what is usual."""
    return {"tolerable": await _tolerable(case, form), "gap_ways": WAYS}


async def _tolerable(case: dict[str, Any], form: Any) -> list[dict[str, Any]]:
    """The papers that may come later, with what is ticked; none where the case is past it or there is no day."""
    papers = await lagging(case["item"]) if case["state"] == "received" and case["acts"] else []
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
