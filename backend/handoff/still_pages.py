"""`/console/handoffs/{handoff}/stills`: a still every two seconds, where no moving picture gets through."""

from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from backend.handoff import stills
from backend.web import guards

ENDS = guards.staff("desk", "officer")
READ = guards.staff("desk", "officer", "manager", "supervisor")


@post(
    "/console/handoffs/{handoff:uuid}/stills",
    guards=[ENDS],
    status_code=204,
    request_max_body_size=stills.MOST + 1,
)
async def show(request: Request, handoff: FromPath[UUID]) -> None:
    """The latest of this end."""
    await stills.show(handoff, await request.body(), request.user.staff)


@get("/console/handoffs/{handoff:uuid}/stills/{end:str}", guards=[READ])
async def see(request: Request, handoff: FromPath[UUID], end: FromPath[str]) -> Response[bytes]:
    """The latest of an end: desk or officer."""
    picture = await stills.see(handoff, end, request.user.staff)
    return Response(picture, media_type="image/jpeg", headers={"cache-control": "no-store"})


routes = [show, see]
