"""`/sms/reports/{provider}`: where providers say what became of messages. No page: another server calls it."""

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath

from backend import clock
from backend.settings import settings
from backend.signing import genuine
from backend.sms.reports import Report, report
from backend.sms.rules import rules
from backend.web import guards


@post("/sms/reports/{provider:str}", guards=[guards.public], opt={"signed": True})
async def take(request: Request, provider: FromPath[str]) -> Response[None]:
    """One report or a list of them: `{"id", "state": "delivered" | "undelivered", "reason"}`, signed as `signing.py`
    says. 204 whether or not we know the message; 403 where the signature, the time or the provider is not right; 422
    where we cannot read it.
    """
    body = await request.body()
    named = next((one for one in settings().sms_providers if one.name == provider), None)
    now, within = int((await clock.now()).timestamp()), rules().report_seconds
    if named is None or not genuine(
        named, request.url.path, request.headers, body, seconds=now, within=within
    ):
        return Response(None, status_code=403)
    try:
        told = msgspec.json.decode(body, type=list[Report] | Report)
    except msgspec.DecodeError:
        return Response(None, status_code=422)
    await report(provider, told if isinstance(told, list) else [told])
    return Response(None, status_code=204)


routes = [take]
