"""One server process of ours: started, waited for, revived on the same port, ended, and never left behind."""

# ruff: noqa: S603  (every command here is our own)
import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 30.0  # seconds a server may take to answer, or to stop
_LIBC = ctypes.CDLL(None)


class Unusable(Exception):
    """Something on this machine stops us; the text is one line that says what to do."""


@dataclass
class Server:
    """A command, what it reads on standard input, the signal that ends it well, and its log file."""

    command: list[str]
    ready: Callable[[int], bool]  # told the process id
    end: signal.Signals
    log: Path
    words: bytes = b""
    options: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start it in a session of its own: Ctrl-C is ours to pass on, in order."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                preexec_fn=lambda: end_with_parent(self.end),  # noqa: PLW1509  (we start from one thread)
                **self.options,
            )
        self.process = process
        _tell(process, self.words)
        return process

    def answers(self) -> bool:
        """Start it and wait until it is ready. False when it ended by itself: its port was taken, say."""
        process, until = self.spawn(), time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < until:
            if self.ready(process.pid):
                return True
            time.sleep(0.02)
        self.stop(patience=0)
        return False

    def revive(self) -> bool:
        """Start it again, on the port it had, if it died; True when it had."""
        if self.process is None or self.process.poll() is None:
            return False
        self.spawn()
        return True

    def stop(self, patience: float = PATIENCE) -> None:
        """End it well, or by force when that takes too long; safe to call twice."""
        if self.process is None:
            return
        self.process.send_signal(self.end)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


def _tell(process: subprocess.Popen[bytes], words: bytes) -> None:
    assert process.stdin
    with process.stdin as pipe:
        pipe.write(words)


def end_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """In a child before exec: ask Linux for this signal when the parent is gone, even by kill -9."""
    if sys.platform == "linux":
        _LIBC.prctl(1, how, 0, 0, 0)


def stop_stale(pid_file: Path, *marks: str) -> None:
    """Stop the server a killed run left in this folder; the folder's lock is ours, so it serves nobody.

    Its pid may meanwhile be somebody else's: only a process whose command line carries a mark is stopped.
    A pid file that names a stranger, or a zombie, is removed: PostgreSQL would take it for another server.
    """
    pid = _pid(pid_file)
    if pid is None:
        return
    until = time.monotonic() + PATIENCE
    while any(mark in _command(pid) for mark in marks):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT if time.monotonic() < until else signal.SIGKILL)
        time.sleep(0.05)
    if _exists(pid):
        pid_file.unlink(missing_ok=True)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except ProcessLookupError:
        return False
    return True


def _pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _command(pid: int) -> str:
    """The command line of a live process; empty for none and for a zombie."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    listing = ["/bin/ps", "-o", "command=", "-p", f"{pid}"]
    return subprocess.run(listing, check=False, capture_output=True, text=True).stdout


def free_port() -> int:
    """A loopback port that is free now, and so is the next (where TLS=1 listens). Refuses: Unusable.

    Taken from below those a system gives to outgoing connections (from 32768 on Linux): one of these
    would take it before the caller does. The caller tries again if it is taken all the same.
    """
    for _ in range(100):
        port = 20_000 + 2 * secrets.randbelow(6_000)
        with suppress(OSError), _at(port), _at(port + 1):
            return port
    raise Unusable("no loopback port from 20000 to 31999 is free")


def _at(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port))


def last_words(log: Path) -> str:
    """The last line a server wrote, for the one line we show."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return next((line for line in reversed(lines) if line.strip()), "none")
