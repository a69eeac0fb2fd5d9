"""`/esign/reports/{provider}`: where the service says what became of a request. No page: another server calls it."""

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath

from backend import clock
from backend.esign.provider import Told
from backend.esign.rules import rules
from backend.esign.settle import settle
from backend.settings import settings
from backend.signing import genuine
from backend.web import guards


@post("/esign/reports/{provider:str}", guards=[guards.public], opt={"signed": True})
async def take(request: Request, provider: FromPath[str]) -> Response[None]:
    """A `Told`, signed as `signing.py` says (`X-Signing-…`). 204 whether or not we know the request, and whatever we
    think of the signature; 403 where the service, the time or what signs the report is not right; 422 where we cannot
    read it.
    """
    body = await request.body()
    if not await _genuine(request, provider, body):
        return Response(None, status_code=403)
    try:
        told = msgspec.json.decode(body, type=Told)
    except msgspec.DecodeError:
        return Response(None, status_code=422)
    await settle(provider, told)
    return Response(None, status_code=204)


async def _genuine(request: Request, provider: str, body: bytes) -> bool:
    named, now = settings().signing, int((await clock.now()).timestamp())
    if named is None or named.name != provider:
        return False
    path, within = request.url.path, rules().report_seconds
    return genuine(named, path, request.headers, body, seconds=now, within=within, about="Signing")


routes = [take]
