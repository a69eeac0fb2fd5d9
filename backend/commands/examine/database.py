"""PostgreSQL: new enough, up to date, with the same clock, and with connections and room for what is to come."""

import datetime as dt
import shutil
from collections.abc import AsyncIterator

import asyncpg

from backend import db
from backend.commands import prepare
from backend.commands.examine.finding import Finding, bad, good, mind
from backend.settings import settings

LEAST, LEAST_SAID = 150000, "15"
SKEW = 2.0  # seconds
WORKER_POOL = 8  # connections of a worker (workers/settings.py)
SPARE = 5  # for an operator, a migration, the server's own
ROOM, LITTLE_ROOM = 1 << 30, 5 << 30  # bytes free


async def examine() -> AsyncIterator[Finding]:
    """Each question in turn; the caller has found that it answers."""
    yield await _version()
    yield await _migrations()
    yield await _clock()
    yield await _connections()
    yield _disk()


async def _version() -> Finding:
    found = await db.rows("SELECT current_setting('server_version_num')::int AS n, version() AS said")
    said = " ".join(found[0]["said"].split()[:2])
    if found[0]["n"] < LEAST:
        return bad(
            "database-version", f"{said} 太旧", f"换成 PostgreSQL {LEAST_SAID} 或更新的，再设 DATABASE_URL"
        )
    return good("database-version", said)


async def _migrations() -> Finding:
    connection = await asyncpg.connect(settings().database_url)
    try:
        done = await prepare.up_to_date(connection)
    finally:
        await connection.close()
    if not done:
        return bad("migrations", "数据库结构比程序旧", "python -m backend migrate")
    return good("migrations", "数据库结构和程序一致")


async def _clock() -> Finding:
    before = _here()
    theirs = (await db.rows("SELECT clock_timestamp() AS at"))[0]["at"]
    middle = before + (_here() - before) / 2
    skew = abs((theirs - middle).total_seconds())
    if skew > SKEW:
        return bad(
            "database-clock",
            f"本机和数据库的时钟差 {skew:.0f} 秒",
            "两台机器都开启时间同步：timedatectl set-ntp true",
        )
    return good("database-clock", "本机和数据库的时钟一致")


def _here() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


async def _connections() -> Finding:
    found = await db.rows("SELECT current_setting('max_connections')::int AS most")
    most, needed = found[0]["most"], settings().web_processes * settings().database_pool + WORKER_POOL + SPARE
    if needed > most:
        return bad(
            "database-connections", f"一台 web 和一个 worker 要 {needed} 个连接，数据库只给 {most} 个",
            f"调小 DATABASE_POOL 或 WEB_PROCESSES；或 ALTER SYSTEM SET max_connections = {2 * needed}，重启数据库",
        )  # fmt: skip
    return good("database-connections", f"一台 web 和一个 worker 最多用 {needed} 个连接，数据库给 {most} 个")


def _disk() -> Finding:
    place = settings().data if settings().data.exists() else "."
    free = shutil.disk_usage(place).free
    said = f"本机还剩 {free / (1 << 30):.1f} GiB"
    if free < ROOM:
        return bad("disk", said, "清理磁盘或扩容：df -h")
    if free < LITTLE_ROOM:
        return mind("disk", said, "安排扩容：df -h")
    return good("disk", said)
