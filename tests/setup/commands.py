"""Running `python -m backend` in a folder of its own, as an operator would."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "SM4_KEYS",
    "INDEX_KEYS",
    "MODE",
    "HOST",
    "PORT",
    "SMS_PROVIDERS",
    "TURN_URLS",
)


def environment(data: Path, **given: str) -> dict[str, str]:
    """The environment of a fresh machine, and what is given."""
    fresh = {name: value for name, value in os.environ.items() if name not in OURS}
    return {**fresh, "DATA": f"{data}", "PYTHONUNBUFFERED": "1", **given}


def run(*words: str, data: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "backend", *words]
    return subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=environment(data, **given),
        capture_output=True,
        text=True,
        timeout=60,
    )
