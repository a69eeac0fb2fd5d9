"""The words of a notice: `templates/notices/<kind>.txt` for inbox and SMS, `push/<kind>.txt` for a phone's screen;
first line the title, the rest the body.
"""

import datetime as dt
from functools import cache
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from backend.notify.rules import rules
from backend.settings import settings
from backend.web.pages import TEMPLATES
from backend.web.words import FILTERS

# What may stand on a screen that anybody sees, and pass through a push service: when and where, never what or
# who. The matter itself can tell a lot (a divorce, a disability), and a booking number is somebody's.
OPEN_FACTS = {"starts_at", "until_at", "new_at", "span", "deed", "hall", "floor", "counter", "before"}


@cache
def _environment() -> Environment:
    found = Environment(  # noqa: S701  # plain text: escaping belongs to the page that shows it
        loader=FileSystemLoader(TEMPLATES / "notices"),
        undefined=StrictUndefined,
        trim_blocks=True,
        auto_reload=settings().mode == "demo",  # asks the disk at every single notice
    )
    found.filters.update(FILTERS)
    return found


def render(kind: str, facts: str) -> tuple[str, str]:
    """Title and body of a notice of this kind with these facts (JSON)."""
    return _rendered(f"{kind}.txt", _known(facts))


def push(kind: str, facts: str) -> tuple[str, str]:
    """The same for a phone's screen: nothing personal in it."""
    known = {name: value for name, value in _known(facts).items() if name in OPEN_FACTS}
    try:
        return _rendered(f"push/{kind}.txt", known)
    except TemplateNotFound:  # a kind without words of its own says only that there is something
        return rules().kind(kind).name, "有新消息，点开看"


def sms(title: str, body: str) -> str:
    """The text of an SMS: the notice in one line, and 您 where a page says 你."""
    return f"{title}。{body}".replace("你", "您")


def _known(facts: str) -> dict[str, Any]:
    known = msgspec.json.decode(facts)
    times = {name: dt.datetime.fromisoformat(value) for name, value in known.items() if name.endswith("_at")}
    return {**known, **times}


def _rendered(name: str, facts: dict[str, Any]) -> tuple[str, str]:
    title, _, body = _environment().get_template(name).render(facts).strip().partition("\n")
    return title, body.strip()
