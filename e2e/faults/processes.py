"""Processes that we started, found by what is theirs alone, and killed."""

import os
import signal
from pathlib import Path


def children(pid: int) -> list[int]:
    """The processes under one of ours, all the way down."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return [*found, *(each for child in found for each in children(child))]


def command(pid: int) -> str:
    """Its command line; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def kill(pids: list[int]) -> None:
    """kill -9."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def browsers(profile: Path) -> list[int]:
    """The browser that uses this profile, and what belongs to it."""
    mine = f"--user-data-dir={profile}"
    return [
        int(one.name)
        for one in Path("/proc").iterdir()
        if one.name.isdigit() and mine in command(int(one.name))
    ]
