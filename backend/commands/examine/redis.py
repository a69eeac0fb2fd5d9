"""Redis or Valkey: there, new enough, and not throwing jobs away. Nothing is lost with it, only late."""

from collections.abc import AsyncIterator
from typing import Any

from redis.exceptions import RedisError

from backend import hints
from backend.commands.examine.finding import Finding, bad, good, mind

LEAST = (6, 2)


async def examine() -> AsyncIterator[Finding]:
    """Each question in turn; only the first where it is away."""
    try:
        client = await hints.redis()
        info: dict[str, Any] = await client.info()
    except (RedisError, OSError) as error:
        yield bad(
            "redis-reachable",
            f"连不上 Redis（{type(error).__name__}）",
            '检查 REDIS_URL 和服务：redis-cli -u "$REDIS_URL" ping',
        )
        return
    yield good("redis-reachable", "Redis 能连上")
    yield _version(info)
    yield _eviction(info)
    yield _persistence(info)


def _version(info: dict[str, Any]) -> Finding:
    said = str(info.get("valkey_version") or info["redis_version"])
    if tuple(int(part) for part in str(info["redis_version"]).split(".")[:2]) < LEAST:
        return bad("redis-version", f"版本 {said} 太旧", "换成 Redis 6.2 或 Valkey，再设 REDIS_URL")
    return good("redis-version", f"版本 {said}")


def _eviction(info: dict[str, Any]) -> Finding:
    policy = info.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        return bad(
            "redis-eviction",
            f"内存满了会丢任务（{policy}）",
            "redis-cli CONFIG SET maxmemory-policy noeviction",
        )
    return good("redis-eviction", "内存满了不会悄悄丢任务")


def _persistence(info: dict[str, Any]) -> Finding:
    if info.get("rdb_last_bgsave_status") not in (None, "ok"):
        return mind("redis-persistence", "最近一次存盘失败", "看磁盘和权限：redis-cli LASTSAVE；df -h")
    return good("redis-persistence", "存盘正常；Redis 清空也不丢数据，只会晚几秒")
