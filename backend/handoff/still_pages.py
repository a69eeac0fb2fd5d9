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
    """The latest of an end: desk or officer; 204 while there is none."""
    return answer(await stills.see(handoff, end, request.user.staff))


def answer(picture: bytes) -> Response[bytes]:
    """A part: a still that no cache keeps, or that there is none."""
    return Response(
        picture,
        status_code=200 if picture else 204,
        media_type="image/jpeg",
        headers={"cache-control": "no-store"},
    )


routes = [show, see]
