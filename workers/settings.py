"""What arq runs. Jobs may be lost, late or doubled; none sleeps and none runs longer than seconds."""

import asyncio
from contextlib import suppress

import msgspec
from arq import cron

from backend import clock, db, handoff, hints
from backend.commands.worker_metrics import counted
from workers.deem import deem
from workers.deliver import deliver
from workers.export_cases import export_cases
from workers.fall_back import fall_back
from workers.fill import fill
from workers.foresee import foresee
from workers.forget import forget
from workers.forget_sign_ins import forget_sign_ins
from workers.forget_sms import forget_sms
from workers.give_up import give_up
from workers.learn import learn
from workers.light_up import light_up
from workers.light_verifications import light_verifications
from workers.look_at_signatures import look_at_signatures
from workers.no_shows import no_shows
from workers.open_records import open_records
from workers.pass_on import pass_on
from workers.push import push
from workers.rehouse import rehouse
from workers.send_out import send_out
from workers.send_sms import send_sms
from workers.step_handoff import step_handoff
from workers.sweep import sweep
from workers.sweep_handoffs import sweep_handoffs
from workers.sweep_sms import sweep_sms
from workers.watch_gaps import watch_gaps

EVERY_FIVE_SECONDS = set(range(0, 60, 5))
WATCHING: list[asyncio.Task[None]] = []  # of this process; nobody else keeps the task alive


async def startup(ctx: dict[str, object]) -> None:
    """Connect; and look every second whether a handoff's timer is over, for a ring may not wait for the cron."""
    await db.open_pool(size=8)
    WATCHING.append(asyncio.create_task(handoff.watch()))


async def shutdown(ctx: dict[str, object]) -> None:
    """Let go."""
    while WATCHING:
        WATCHING[-1].cancel()
        with suppress(asyncio.CancelledError):
            await WATCHING.pop()
    await hints.close()
    await db.close_pool()


class WorkerSettings:
    """Read by arq; `redis_settings` is set by the process that runs it."""

    functions = tuple(
        counted(job) for job in (deliver, fall_back, foresee, pass_on, push, rehouse, send_sms, step_handoff)
    )
    cron_jobs = (
        cron(counted(sweep), second=EVERY_FIVE_SECONDS, run_at_startup=True),
        cron(counted(push), second=EVERY_FIVE_SECONDS),
        cron(counted(fall_back), second=EVERY_FIVE_SECONDS),
        cron(counted(sweep_sms), second=EVERY_FIVE_SECONDS, run_at_startup=True),
        cron(counted(pass_on), second=EVERY_FIVE_SECONDS),
        cron(counted(rehouse), second=EVERY_FIVE_SECONDS),
        cron(counted(export_cases), second=EVERY_FIVE_SECONDS, run_at_startup=True),
        cron(counted(sweep_handoffs), second=EVERY_FIVE_SECONDS, run_at_startup=True),
        cron(counted(look_at_signatures), second=EVERY_FIVE_SECONDS, run_at_startup=True),
        cron(counted(open_records), second={10}),
        cron(counted(no_shows), second={40}),
        cron(counted(give_up), second={20}),
        cron(counted(learn), second={50}),
        cron(counted(deem), second={30}),
        cron(counted(watch_gaps), second={35}),
        cron(counted(send_out), second={10}),
        cron(counted(light_up), minute=set(range(1, 60, 5)), run_at_startup=True),
        cron(counted(light_verifications), minute=set(range(2, 60, 5)), run_at_startup=True),
        cron(counted(forget_sms), minute={3, 13, 23, 33, 43, 53}),
        cron(counted(forget_sign_ins), minute={4, 14, 24, 34, 44, 54}),
        cron(counted(fill), minute={7, 37}, run_at_startup=True),
        cron(counted(forget), hour={3}, minute=set(range(0, 60, 5))),
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
