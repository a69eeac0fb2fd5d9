"""Generated secrets of a data folder: kept in 0600 files, never shown."""

import os
import secrets
from pathlib import Path


def secret(path: Path, length: int = 24) -> str:
    """The secret in this file as hex, of so many bytes; made when it is not there yet."""
    if not path.exists():
        kept(path, secrets.token_hex(length))
    return path.read_text()


def kept(path: Path, words: str) -> None:
    """Put the words into a file that only its owner can read, whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(words)
    fresh.rename(path)
