"""Generated secrets of a data folder: made once, kept in 0600 files, never shown."""

import os
import secrets
from pathlib import Path


def secret(path: Path, length: int = 24) -> str:
    """The secret in this file as hex, of so many bytes; made when it is not there yet."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(length))
    return path.read_text()


def keys(folder: Path) -> dict[str, str]:
    """SM4_KEYS and INDEX_KEYS of a demo, in the form `settings` reads; losing them loses its sealed data."""
    return {
        "SM4_KEYS": f"1:{secret(folder / 'sm4.secret', 16)}",
        "INDEX_KEYS": f"1:{secret(folder / 'index.secret', 32)}",
    }
