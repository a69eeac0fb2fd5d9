"""`/crossregion/desk`: the page that the desk's computer keeps for want of a network, and what it takes along."""

import msgspec
from litestar import Request, Response, get
from litestar.response import Template

from backend import cases, identity
from backend.crossregion.desk_along import along
from backend.settings import settings
from backend.web import guards
from backend.web.pages import bare


@get("/crossregion/desk", guards=[guards.public])
async def desk(request: Request) -> Template:
    """断网收件: the same for everybody, and empty until its PIN opens what lies there."""
    kinds = {"id_types": identity.ID_TYPES.items(), "relations": cases.RELATIONS}
    return bare(request, "crossregion/desk.html", status=200, **kinds, played=settings().playful)


@get("/sync/desk", guards=[guards.staff("desk")])
async def taken_along(request: Request) -> Response[bytes]:
    """How each matter goes. Nothing of anybody, but the desk's own."""
    told = msgspec.json.encode(await along(request.user.staff))
    return Response(told, media_type="application/json", headers={"cache-control": "no-store"})


routes = [desk, taken_along]
