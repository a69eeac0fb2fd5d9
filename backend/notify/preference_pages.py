"""通知设置 (`/notices/preferences`) and 通知测试 (`/notices/trials`)."""

from typing import Self
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import notify, sms
from backend.notify.rules import rules
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.pages import page


class Chosen(forms.Form):
    """The groups that are ticked."""

    push = forms.Field("弹出提醒", type=list, required=False)
    sms = forms.Field("短信", type=list, required=False)

    def judged(self) -> Self:
        """Judge every field; a group that nobody offered is none."""
        super().judged()
        for name in self.fields():
            if not set(getattr(self, name)) <= set(rules().groups):
                self.refuse(name, f"{self.label(name)}不对，请重新选择")
        return self


@get("/notices/preferences", guards=[guards.citizen])
async def show(request: Request) -> Template:
    """通知设置."""
    return await _settings(request, saved=request.query_params.get("saved") == "yes")


async def _settings(
    request: Request, status: int = 200, refusal: Refusal | None = None, saved: bool = False
) -> Template:
    by = request.user.account
    return await page(
        request,
        "notify/preferences.html",
        status=status,
        groups=await notify.preferences(by),
        devices=await notify.devices(by),
        quiet=rules().quiet,
        pretending=sms.pretending(),
        refusal=refusal,
        saved=saved,
        path="/notices/preferences",
    )


@post("/notices/preferences", guards=[guards.citizen])
async def prefer(request: Request) -> Redirect:
    """Keep what is ticked."""
    form = await forms.sound(request, Chosen)
    await notify.prefer(request.user.account, set(form.push), set(form.sms))
    return Redirect("/notices/preferences?saved=yes", status_code=303)


@post("/notices/trials", guards=[guards.citizen])
async def begin(request: Request) -> Redirect | Template:
    """Send a test through every channel, and watch."""
    try:
        found = await notify.try_out(by=request.user.account)
    except Refusal as refusal:
        return await _settings(request, refusal.status, refusal)
    return Redirect(f"/notices/trials/{found}", status_code=303)


@get("/notices/trials/{trial:uuid}", guards=[guards.citizen])
async def watch(request: Request, trial: FromPath[UUID]) -> Template:
    """通知测试: which channel it came through."""
    found = await notify.trial(trial, by=request.user.account)
    return await page(request, "notify/trial.html", trial=found)


@get("/notices/trials/{trial:uuid}/channels", guards=[guards.citizen])
async def channels(request: Request, trial: FromPath[UUID]) -> Template:
    """The channels alone, a fragment: fetched again while something is under way."""
    found = await notify.trial(trial, by=request.user.account)
    return await page(request, "notify/_channels.html", trial=found)


routes = [show, prefer, begin, watch, channels]
