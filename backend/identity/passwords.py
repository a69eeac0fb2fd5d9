"""Passwords of staff: argon2id, checked off the event loop, and as slow for a name that does not exist."""

import asyncio
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backend.settings import settings

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


@cache
def _hasher() -> PasswordHasher:
    # RFC 9106's second choice (64 MiB). Tests prove behaviour, not slowness: they may be quick.
    return PasswordHasher(time_cost=1, memory_cost=64) if settings().mode == "test" else PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe())


@cache
def _few() -> asyncio.Semaphore:
    # Each takes 64 MiB and a core for a while: strangers who post passwords must not take the whole machine.
    return asyncio.Semaphore(2)


async def hashed(password: str) -> str:
    """The argon2id hash to store."""
    async with _few():
        return await asyncio.to_thread(_hasher().hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; without a stored one it takes as long and is never right."""
    async with _few():
        return await asyncio.to_thread(_verify, stored or _nobody(), password) and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def temporary() -> str:
    """A password to read aloud once: four groups of four letters and digits, without look-alikes."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))
