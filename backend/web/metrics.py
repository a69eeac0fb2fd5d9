"""Numbers for Prometheus: what a process counts itself, and `/metrics`, which also asks the database.

Labels are route templates, methods and classes of status, never an address, an id or a person. With several serving
processes each keeps its numbers in files of one folder (`PROMETHEUS_MULTIPROC_DIR`, set by `backend web`), and
whichever is asked adds all of them up; what the database tells is the same whoever is asked.
"""

import hmac
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import structlog
from litestar import Request, Response, get
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from backend import db
from backend.refusal import NotFound
from backend.settings import settings
from backend.web import guards

log = structlog.get_logger()
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
STREAMS = "/live"  # how their addresses end; open for minutes: how long they lived says nothing about us
LOOPBACK = ("127.0.0.1", "::1")
OWN = CollectorRegistry()
REQUESTS = Counter("qiban_http_requests", "Requests answered", ["method", "route", "status"], registry=OWN)
SECONDS = Histogram(
    "qiban_http_request_seconds", "Seconds until the answer was sent, without event streams", ["method", "route"],
    buckets=BUCKETS, registry=OWN,
)  # fmt: skip
OPEN = Gauge("qiban_live_streams", "Event streams open now", registry=OWN, multiprocess_mode="livesum")
POOL = Gauge(
    "qiban_db_connections_in_use", "Database connections in use, as of the latest request", registry=OWN,
    multiprocess_mode="livesum",
)  # fmt: skip
Gauges = list[GaugeMetricFamily]
Question = Callable[[], Awaitable[Gauges]]
_questions: list[Question] = []


def ask(question: Question) -> None:
    """Let `/metrics` show what only a domain knows; `app.py` decides which."""
    if question not in _questions:
        _questions.append(question)


class MetricsMiddleware(ASGIMiddleware):
    """Counts each request once, by what it was routed to."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass the request on and count what became of it."""
        began, status = time.perf_counter(), 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if str(scope.get("path_template")).endswith(STREAMS) and status == 200:
                    OPEN.inc()
            await send(message)

        try:
            await next_app(scope, receive, seen)
        except db.AWAY:
            status = 503
            raise
        finally:
            _count(scope, status, time.perf_counter() - began)


def _count(scope: Scope, status: int, seconds: float) -> None:
    method, route = str(scope.get("method")), str(scope.get("path_template") or "?")
    REQUESTS.labels(method, route, f"{status // 100}xx").inc()
    if route.endswith(STREAMS):
        OPEN.dec(float(status == 200))
    else:
        SECONDS.labels(method, route).observe(seconds)
    if pool := db.engine().pool:
        POOL.set(pool.get_size() - pool.get_idle_size())


@get("/metrics", guards=[guards.public], media_type="text/plain")
async def metrics(request: Request) -> Response[bytes]:
    """For Prometheus alone: whoever knows METRICS_TOKEN; without one, and not in production, who asks from this machine
    itself and not through a proxy. Refuses: NotFound, as if it were not there.
    """
    if not may_read(request):
        raise NotFound()
    text = generate_latest(await _registry())
    headers = {"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"}
    return Response(text, headers=headers)


def may_read(request: Request) -> bool:
    """The bearer token is ours. Where none is set: never in production, for a proxy on the same machine need not say
    that it is one; else the peer is this machine and says nothing of others behind it.
    """
    token = settings().metrics_token
    if token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if settings().mode == "production":
        return False
    forwarded = {"x-forwarded-for", "forwarded", "x-real-ip"} & set(request.headers)
    return not forwarded and request.client is not None and request.client.host in LOOPBACK


async def _registry() -> CollectorRegistry:
    found = CollectorRegistry()
    if folder := os.environ.get(FOLDER):
        forget_the_dead(Path(folder))
        multiprocess.MultiProcessCollector(found, path=folder)
    else:
        found.register(OWN)
    found.register(Answers([family for question in _questions for family in await _answer(question)]))
    return found


async def _answer(question: Question) -> list[GaugeMetricFamily]:
    # A database that is away must not hide what the processes count: its own numbers are missing, and that shows.
    try:
        return await question()
    except db.AWAY as error:
        log.warning("metrics", error=type(error).__name__)
        return []


class Answers:
    """What was asked before, for the registry."""

    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self.families = families

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All of it."""
        yield from self.families


def forget_the_dead(folder: Path) -> None:
    """What a killed process had open is open no more; what it counted stays counted."""
    for path in folder.glob("gauge_live*_*.db"):
        with suppress(ValueError, FileNotFoundError):
            if not Path(f"/proc/{int(path.stem.rpartition('_')[2])}").exists():
                path.unlink()


def gauge(name: str, said: str, values: dict[tuple[str, ...], float], *labels: str) -> GaugeMetricFamily:
    """One number by its labels."""
    family = GaugeMetricFamily(f"qiban_{name}", said, labels=labels)
    for key, value in values.items():
        family.add_metric(list(key), value)
    return family


routes = [metrics]
