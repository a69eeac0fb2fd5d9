"""What a worker counts of its jobs, told to Prometheus on a port of its own (WORKER_METRICS_PORT; off by default).

With METRICS_TOKEN it listens where HOST says and asks for the token; without one on this machine alone.
"""

import functools
import hmac
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from backend.settings import Settings

OWN = CollectorRegistry()
JOBS = Counter("qiban_jobs", "Jobs run, by how they ended", ["job", "outcome"], registry=OWN)
SECONDS = Histogram("qiban_job_seconds", "Seconds that a job took", ["job"], registry=OWN)
Job = Callable[..., Awaitable[None]]


def counted(job: Job) -> Any:
    """The same job, counted: done, or failed by what it raised."""

    @functools.wraps(job)
    async def run(*args: Any, **kwargs: Any) -> None:
        began, outcome = time.perf_counter(), "failed"
        try:
            await job(*args, **kwargs)
            outcome = "done"
        finally:
            JOBS.labels(job.__name__, outcome).inc()
            SECONDS.labels(job.__name__).observe(time.perf_counter() - began)

    return run


@contextmanager
def told(found: Settings) -> Iterator[None]:
    """Answer Prometheus as long as the block lasts; nothing where no port is set."""
    if not found.worker_metrics_port:
        yield
        return
    host = found.host if found.metrics_token else "127.0.0.1"
    with ThreadingHTTPServer((host, found.worker_metrics_port), _asking(found.metrics_token)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


def _asking(token: str) -> type[BaseHTTPRequestHandler]:
    class Asked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/healthz":  # for the container's own check, which knows no token
                self.send_response(200)
                self.end_headers()
                return
            given = self.headers.get("authorization", "")
            known = not token or hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
            if self.path != "/metrics" or not known:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("content-type", CONTENT_TYPE_LATEST)
            self.end_headers()
            self.wfile.write(generate_latest(OWN))

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: one line a scrape tells nobody anything."""

    return Asked
