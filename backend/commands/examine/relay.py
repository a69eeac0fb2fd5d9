"""The relay for screens that cannot meet directly: there, by every way, and it knows our names."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from uuid import uuid4

from backend import stun
from backend.commands import tls
from backend.commands.examine.finding import Finding, bad, good, mind
from backend.handoff.turn import ice_servers
from backend.settings import settings

WAYS = {"udp": "UDP", "tcp": "TCP", "tls": "TLS"}
REFUSED = {401: "不认我们的密码", 486: "位置用完了"}


async def examine() -> AsyncIterator[Finding]:
    """One finding a way; only that there is none where none is configured."""
    told = ice_servers(uuid4(), "doctor")
    if not told:
        yield mind(
            "turn",
            "没有中继，屏对屏只能直接连，隔着网络可能连不上",
            "装 coturn，或设 TURN_URLS 和 TURN_SECRET",
        )
        return
    for url in told[0]["urls"]:
        yield await asyncio.to_thread(_tried, url, told[0]["username"], told[0]["credential"])


def _tried(url: str, name: str, password: str) -> Finding:
    to = stun.door(url)
    id = f"turn-{'tls' if to.secured else to.transport}"
    way = f"中继 {to.host}:{to.port}（{WAYS[id.removeprefix('turn-')]}）"
    try:
        refused = stun.allocate(url, name, password, _trusting())
    except ssl.SSLError:
        return bad(id, f"{way} 的证书不被信任", "给 coturn 换成浏览器信任的证书（cert、pkey），带上中间证书")
    except OSError as error:
        return bad(
            id, f"连不上{way}（{type(error).__name__}）", "检查 coturn 是否在运行、防火墙是否放行这个端口"
        )
    if refused:
        why = REFUSED.get(refused, f"回答 {refused}")
        return bad(id, f"{way}{why}", "TURN_SECRET 要和 coturn 的 static-auth-secret 一样，两边时钟要准")
    return good(id, f"{way}能用")


def _trusting() -> ssl.SSLContext:
    own = tls.files(settings().data).authority
    return ssl.create_default_context(cafile=own if settings().tls and own.exists() else None)
