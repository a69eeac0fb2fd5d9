"""What arq runs. Jobs may be lost, late or doubled; none sleeps and none runs longer than seconds."""

import msgspec
from arq import cron

from backend import clock, db, hints
from workers.deliver import deliver
from workers.fill import fill
from workers.forget_sign_ins import forget_sign_ins
from workers.no_shows import no_shows
from workers.pass_on import pass_on
from workers.rehouse import rehouse
from workers.sweep import sweep

EVERY_FIVE_SECONDS = set(range(0, 60, 5))


async def startup(ctx: dict[str, object]) -> None:
    """Connect."""
    await db.open_pool(size=8)


async def shutdown(ctx: dict[str, object]) -> None:
    """Let go."""
    await hints.close()
    await db.close_pool()


class WorkerSettings:
    """Read by arq; `redis_settings` is set by the process that runs it."""

    functions = (deliver, pass_on, rehouse)
    cron_jobs = (
        cron(sweep, second=EVERY_FIVE_SECONDS, run_at_startup=True),
        cron(pass_on, second=EVERY_FIVE_SECONDS),
        cron(rehouse, second=EVERY_FIVE_SECONDS),
        cron(no_shows, second={40}),
        cron(forget_sign_ins, minute={3, 13, 23, 33, 43, 53}),
        cron(fill, minute={7, 37}, run_at_startup=True),
    )
    on_startup = startup
    on_shutdown = shutdown
    redis_settings = hints.redis_settings()
    timezone = clock.SHANGHAI
    job_timeout = 10
    keep_result = 0
    max_tries = 5
    health_check_interval = 10
    job_serializer = msgspec.msgpack.encode
    job_deserializer = msgspec.msgpack.decode
