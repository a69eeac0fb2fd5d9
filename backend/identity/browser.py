"""What the identity pages read from a browser and leave in it: the way onward, a label, two cookies."""

import re
from urllib.parse import quote, urlsplit

from litestar import Request
from litestar.datastructures import Cookie
from litestar.response import Redirect

from backend.settings import settings
from backend.web.session import COOKIE

LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
WITH_ISSUER = "oidc"  # a cookie
YEAR = 365 * 24 * 3600
SYSTEMS = {
    "HarmonyOS": "鸿蒙",
    "iPhone": "苹果手机",
    "iPad": "苹果平板",
    "Android": "安卓",
    "Windows": "Windows 电脑",
    "Macintosh": "苹果电脑",
    "Linux": "Linux 电脑",
}
BROWSERS = {
    "MicroMessenger": "微信",
    "AlipayClient": "支付宝",
    "Edg": "Edge",
    "Firefox": "Firefox",
    "HuaweiBrowser": "华为浏览器",
    "Chrome": "Chrome",
    "Safari": "Safari",
}


def onward(text: str, otherwise: str = "/") -> str:
    """The path to go on to, if it is one of ours; never another site (`//`, `/\\`), never a header break."""
    return quote(text, safe="/?&=%#:+,;@!$'()*~") if LOCAL.fullmatch(text) else otherwise


def came_from(request: Request) -> str:
    """Path and query of the page that this was sent from."""
    try:
        page = urlsplit(request.headers.get("referer", ""))
    except ValueError:  # no address at all, such as `http://[`
        return "/"
    return onward(page.path + (f"?{page.query}" if page.query else ""))


def device(request: Request) -> str:
    """安卓 · 微信: enough for the owner to know the session by."""
    agent = request.headers.get("user-agent", "")
    system = next((word for mark, word in SYSTEMS.items() if mark in agent), "其他设备")
    browser = next((word for mark, word in BROWSERS.items() if mark in agent), "")
    return f"{system} · {browser}" if browser else system


def preference(name: str, value: str) -> Cookie:
    """A year's cookie for how pages look; says nothing about the person."""
    return Cookie(name, value=value, max_age=YEAR, secure=settings().secure, httponly=True, samesite="lax")


def carried(value: str, minutes: int) -> Cookie:
    """What the browser carries while its owner is with the issuer: nobody but we can read it. Empty takes it away."""
    age = minutes * 60 if value else 0
    return Cookie(
        WITH_ISSUER, value=value, max_age=age, secure=settings().secure, httponly=True, samesite="lax"
    )


def signed_in(token: str, to: str, staff: bool = False) -> Redirect:
    """On to the page, with the new session in the browser: a citizen's until the server ends it, that of
    staff, who share machines, until the browser closes.
    """
    lasting = None if staff else YEAR
    cookie = Cookie(
        COOKIE, value=token, max_age=lasting, secure=settings().secure, httponly=True, samesite="lax"
    )
    return Redirect(to, status_code=303, cookies=[cookie])


def signed_out(to: str) -> Redirect:
    """On to the page, with nothing left of the session."""
    cookie = Cookie(COOKIE, value="", max_age=0, secure=settings().secure, httponly=True, samesite="lax")
    return Redirect(to, status_code=303, cookies=[cookie])
