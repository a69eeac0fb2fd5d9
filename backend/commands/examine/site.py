"""What people meet: the built pages, https, text messages, nothing of a demo, somebody who can let others in."""

import json
from collections.abc import AsyncIterator

from backend import db, state
from backend.commands.examine.finding import Finding, bad, good, mind
from backend.settings import settings
from backend.web.assets import DIST

ADMINISTRATORS = """
SELECT count(*) AS n FROM staff s JOIN staff_role r ON r.staff = s.id
WHERE r.role = 'administrator' AND r.scope_kind = 'all' AND s.disabled_at IS NULL
"""


async def examine() -> AsyncIterator[Finding]:
    """Each question in turn; the first ones need no database."""
    yield front_end()
    yield address()
    yield text_messages()
    yield await _demo()
    yield await _administrator()


def front_end() -> Finding:
    """The pages' files are there, all of them."""
    try:
        named = set(json.loads((DIST / "manifest.json").read_text()).values())
    except (OSError, ValueError):
        named = {"manifest.json"}
    there = {path.name for path in (DIST / "assets").glob("*")}
    if missing := {name.rpartition("/")[2] for name in named} - there:
        return bad("front-end", f"页面的样式和脚本没有生成（缺 {len(missing)} 个文件）", "make pwa")
    return good("front-end", "页面的样式和脚本都在")


def address() -> Finding:
    """People reach us by https, and pages say so to browsers."""
    if settings().secure:
        return good("https", f"{settings().public_url}，Cookie 只走 https")
    if settings().mode == "production":
        return bad("https", "没有 https，登录会被人看走", "设 PUBLIC_URL=https://…，由网关终止 TLS")
    return mind(
        "https", f"{settings().mode} 模式，不走 https", "只在本机或内网试用；正式运行用 MODE=production"
    )


def text_messages() -> Finding:
    """Codes and fallbacks can leave."""
    if settings().sms_providers:
        names = "、".join(one.name for one in settings().sms_providers)
        return good("sms-providers", f"短信由 {names} 发送")
    if settings().playful:
        return good("sms-providers", "演示环境不发短信")
    return bad(
        "sms-providers", "没有短信通道，收不到验证码的人登录不了", "设 SMS_PROVIDERS=名称|https://…|密钥"
    )


async def _demo() -> Finding:
    if not await state.holds_a_demo():
        return good("demo-data", "数据库里没有演示数据")
    if settings().mode == "production":
        return bad(
            "demo-data",
            "数据库里有演示数据，密码人人知道",
            "换一个新的数据库：DATABASE_URL，再 python -m backend migrate",
        )
    return good("demo-data", "演示数据库")


async def _administrator() -> Finding:
    if not (await db.rows(ADMINISTRATORS))[0]["n"]:
        return bad("administrator", "没有能开通账号的管理员", "python -m backend administrator 用户名 姓名")
    return good("administrator", "有管理员")
