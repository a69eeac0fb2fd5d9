"""The embedded default: PostgreSQL and Redis from wheels in one folder, for who gave no URL.

Both listen on loopback only, on free ports, behind generated passwords; data stays in the folder. They die
with the process that started them, and what a killed run left behind is stopped by the next.
"""

import base64
import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from backend.local import postgres as _postgres
from backend.local import redis as _redis
from backend.local.secret import kept, secret
from backend.local.server import Server, Unusable, end_with_parent

__all__ = ["Busy", "Services", "Unusable", "end_with_parent", "keys", "running", "start", "tell", "urls"]


class Busy(Unusable):
    """Another process holds the folder; `urls` tells where its servers listen."""


@dataclass
class Services:
    """The running servers of one folder, and its lock."""

    folder: Path
    lock: IO[str]
    database_url: str = ""
    redis_url: str = ""
    servers: list[Server] = field(default_factory=list)

    def revive(self) -> list[str]:
        """Start again, on their ports, those that died; the names of their logs."""
        return [server.log.stem for server in self.servers if server.revive()]

    def stop(self) -> None:
        """Stop them, last first, and free the folder; safe to call twice."""
        while self.servers:
            self.servers.pop().stop()
        self.lock.close()


def start(folder: Path, database: bool = True, redis: bool = True, spare: bool = False) -> Services:
    """Start PostgreSQL and/or Redis with their data in the folder, and return when both answer.

    Call it from a thread that lives as long as the servers should. A folder serves one process at a time;
    with `spare`, a busy one is passed over for `<folder>-2`, `-3`, … (tests).
    Refuses: Busy, Unusable, one line each, with nothing left running.
    """
    services = _claim(folder, spare)
    try:
        _start(services, database, redis)
    except OSError as error:
        services.stop()
        raise _no_use(folder, error) from error
    except BaseException:
        services.stop()
        raise
    return services


def urls(folder: Path) -> dict[str, str]:
    """DATABASE_URL and REDIS_URL of the servers that another process runs in this folder."""
    try:
        found: dict[str, str] = json.loads((folder / "urls.secret").read_text())
    except (OSError, ValueError) as error:
        raise Unusable(f"{folder}: another running qiban uses this data folder but is not ready") from error
    return found


def tell(folder: Path, **more: str) -> None:
    """Add to what `urls` tells."""
    kept(folder / "urls.secret", json.dumps(urls(folder) | more))


def keys(folder: Path) -> dict[str, str]:
    """SM4_KEYS, INDEX_KEYS, SYNC_KEYS and VAPID_KEYS of this folder as `settings` reads them; losing the first three
    loses its sealed data, losing the last every push subscription.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return {
            "SM4_KEYS": f"1:{secret(folder / 'sm4.secret', 16)}",
            "INDEX_KEYS": f"1:{secret(folder / 'index.secret', 32)}",
            "SYNC_KEYS": f"1:{secret(folder / 'sync.secret', 32)}",
            "VAPID_KEYS": f"1:{_base64url(secret(folder / 'vapid.secret', 32))}",
        }
    except OSError as error:
        raise _no_use(folder, error) from error


def _base64url(digits: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(digits)).rstrip(b"=").decode()


@contextmanager
def running(folder: Path, spare: bool = True) -> Iterator[Services]:
    """`start` for a `with` block."""
    services = start(folder, spare=spare)
    try:
        yield services
    finally:
        services.stop()


def _start(services: Services, database: bool, redis: bool) -> None:
    if database:
        server, services.database_url = _postgres.start(services.folder)
        services.servers.append(server)
    if redis:
        server, services.redis_url = _redis.start(services.folder)
        services.servers.append(server)
    told = {"DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url}
    kept(services.folder / "urls.secret", json.dumps(told))


def _claim(folder: Path, spare: bool) -> Services:
    for number in range(1, 17 if spare else 2):
        place = folder if number == 1 else folder.with_name(f"{folder.name}-{number}")
        lock = _lock(place)
        if lock:
            return Services(place.resolve(), lock)
    raise Busy(f"{folder}: another running qiban uses this data folder; stop it, or set DATA to another")


def _lock(folder: Path) -> IO[str] | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a")
    except OSError as error:
        raise _no_use(folder, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _no_use(folder: Path, error: OSError) -> Unusable:
    return Unusable(f"{error.filename or folder}: cannot use this data folder ({error.strerror})")
