"""`/visits/phone`: the page that an agent's phone keeps, and what it takes along in the morning."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.response import Template

from backend import db, identity
from backend.visits.along import along
from backend.visits.done import IDENTITY
from backend.visits.rules import visit_rules
from backend.web import guards
from backend.web.pages import bare


@get("/visits/phone", guards=[guards.public])
async def phone(request: Request) -> Template:
    """The page that an agent's phone keeps: the same for everybody, and empty until its PIN opens what lies there."""
    items = await db.rows("SELECT id, name FROM item WHERE doorstep ORDER BY name")
    return bare(
        request, "visits/phone.html", status=200, matters=[(row["id"], row["name"]) for row in items],
        ways=IDENTITY.items(), rules=_rules(), id_types=identity.ID_TYPES.items(),
    )  # fmt: skip


def _rules() -> dict[str, Any]:
    rules = visit_rules()
    reasons = [(code, one.name, one.least_age) for code, one in rules.reasons.items()]
    powers = [(code, one.name, one.usual) for code, one in rules.powers.items()]
    return {"reasons": reasons, "powers": powers, "days": rules.mandate_days}


@get("/sync/today", guards=[guards.staff("agent")])
async def today_(request: Request) -> Response[bytes]:
    """Today's visits with the data of each household. Needs a session: a phone that was found must not fetch it."""
    told = msgspec.json.encode(await along(request.user.staff))
    return Response(told, media_type="application/json")


routes = [phone, today_]
