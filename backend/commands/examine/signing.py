"""The service for electronic signatures: there, and the roots that its certificates must lead to, valid for a while."""

import datetime as dt
from collections.abc import AsyncIterator

import httpx

from backend.commands.examine.finding import Finding, bad, good, mind
from backend.settings import Partner, settings

SOON = dt.timedelta(days=60)
PATIENCE = 5.0  # seconds


async def examine() -> AsyncIterator[Finding]:
    """Each question in turn; only that there is none where none is configured."""
    if (to := settings().signing) is None:
        yield good("signing", "没有接电子签名服务，在屏上或纸上签")
        return
    yield await _reachable(to)
    yield _roots()


async def _reachable(to: Partner) -> Finding:
    """Any answer at all, for a bare look is no request of ours."""
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            await client.get(to.url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return bad(
            "signing",
            f"连不上电子签名服务 {to.name}（{type(error).__name__}）",
            "检查 SIGNING 的地址和网络；这期间在屏上或纸上签",
        )
    return good("signing", f"电子签名服务 {to.name} 有回应")


def _roots() -> Finding:
    now, roots = dt.datetime.now(dt.UTC), settings().signing_roots
    ends = max(one.not_valid_after_utc for one in roots)
    if ends < now:
        return bad(
            "signing-roots", "SIGNING_ROOTS 里的根证书都过期了", "向电子签名服务要新的根证书，换掉这个文件"
        )
    if ends < now + SOON:
        return mind(
            "signing-roots",
            f"根证书到 {ends:%Y-%m-%d} 就过期了",
            "向电子签名服务要新的根证书，加进 SIGNING_ROOTS",
        )
    return good("signing-roots", f"根证书 {len(roots)} 张，最晚的到 {ends:%Y-%m-%d}")
