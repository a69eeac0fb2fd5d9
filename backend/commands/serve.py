"""The two processes that serve people: web (Granian) and worker (arq)."""

import asyncio
import datetime as dt
import os
import socket
import tempfile
from contextlib import suppress
from typing import Any

import structlog
import uvloop

from backend import local, log
from backend.commands import tls
from backend.settings import Settings, settings

# Granian takes backlog / processes for the requests it holds at once; beyond it a stream hangs silently.
AT_ONCE = 10_000
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_LOGS = {"formatters": {}, "handlers": {}, "loggers": {"_granian": {"propagate": True}}}


def port_is_free(found: Settings) -> None:
    """Refuses: Unusable, when we could not listen at HOST and PORT."""
    try:
        family, kind, *_, address = socket.getaddrinfo(found.host, found.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise local.Unusable(f"cannot listen at HOST={found.host} PORT={found.port}: {reason}") from error


def web() -> None:
    """Serve HTTP until told to stop."""
    found = settings()
    port_is_free(found)
    with tempfile.TemporaryDirectory(prefix="qiban-metrics-") as folder:
        # Each serving process counts in files of its own there; whichever is asked adds them up.
        os.environ[METRICS_FOLDER] = folder
        _server(found).serve(target_loader=_application, wrap_loader=False)


def _server(found: Settings) -> Any:
    from granian.constants import Interfaces, Loops, SSLProtocols  # noqa: PLC0415  (only this command pays for it)
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    secured = tls.ready(found, dt.datetime.now(dt.UTC)) if found.tls else None
    return Server(
        "backend.app:create_app",
        address=found.host,
        port=found.port,
        interface=Interfaces.ASGI,
        workers=found.web_processes,
        loop=Loops.uvloop,
        backlog=4096,
        backpressure=AT_ONCE,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGS,
        respawn_failed_workers=True,
        workers_kill_timeout=3,
        ssl_cert=secured.chain if secured else None,
        ssl_key=secured.key if secured else None,
        ssl_protocol_min=SSLProtocols.tls12,  # older Androids know no later one
    )


def _application() -> Any:
    # Runs in the serving process, which must not outlive a killed parent: it would keep the port.
    local.end_with_parent()
    from backend.app import create_app  # noqa: PLC0415

    application = create_app()
    log.configure()
    return application


def worker() -> None:
    """Run jobs until told to stop."""
    from backend.commands import worker_metrics  # noqa: PLC0415

    with worker_metrics.told(settings()), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work())


async def _work() -> None:
    from arq.worker import create_worker  # noqa: PLC0415

    from workers.settings import WorkerSettings  # noqa: PLC0415

    # A signal lets running jobs end; what takes longer is cancelled here and run again elsewhere.
    working = create_worker(WorkerSettings, job_completion_wait=5)  # type: ignore[arg-type]
    with suppress(asyncio.CancelledError):
        try:
            await working.async_run()
        finally:
            await working.close()
    structlog.get_logger().info("worker-stopped")
