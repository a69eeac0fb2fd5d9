"""The words of a notice: `templates/notices/<kind>.txt`, first line the title, the rest the body."""

import datetime as dt
from functools import cache

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from backend.web.pages import TEMPLATES
from backend.web.words import FILTERS


@cache
def _environment() -> Environment:
    found = Environment(  # noqa: S701  # plain text: escaping belongs to the page that shows it
        loader=FileSystemLoader(TEMPLATES / "notices"), undefined=StrictUndefined, trim_blocks=True
    )
    found.filters.update(FILTERS)
    return found


def render(kind: str, facts: str) -> tuple[str, str]:
    """Title and body of a notice of this kind with these facts (JSON)."""
    known = msgspec.json.decode(facts)
    times = {name: dt.datetime.fromisoformat(value) for name, value in known.items() if name.endswith("_at")}
    text = _environment().get_template(f"{kind}.txt").render({**known, **times})
    title, _, body = text.strip().partition("\n")
    return title, body.strip()
