"""Recovery codes: for who has lost their authenticator. Each opens the door once; shown once, kept as hashes."""

import datetime as dt
from uuid import UUID

from backend.identity import passwords
from backend.identity.limits import limits
from backend.identity.tables import RecoveryCode
from backend.secrecy import token_hash


async def issue(staff: UUID, now: dt.datetime) -> list[str]:
    """Part: as many fresh codes as `identity.toml` sets; the earlier ones open nothing any more."""
    await RecoveryCode.delete().where(RecoveryCode.staff == staff)
    codes = [passwords.temporary() for _ in range(limits().totp.recovery_codes)]
    rows = [RecoveryCode(staff=staff, code_hash=_hashed(staff, code), created_at=now) for code in codes]
    await RecoveryCode.insert(*rows)
    return codes


async def use(staff: UUID, code: str, now: dt.datetime) -> bool:
    """Part: whether it is one of theirs that was not used before; from now on it was."""
    used = RecoveryCode.update({RecoveryCode.used_at: now}).where(
        RecoveryCode.staff == staff,
        RecoveryCode.code_hash == _hashed(staff, code),
        RecoveryCode.used_at.is_null(),
    )
    return bool(await used.returning(RecoveryCode.id))


async def left(staff: UUID) -> int:
    """How many are unused."""
    return await RecoveryCode.count().where(RecoveryCode.staff == staff, RecoveryCode.used_at.is_null())


def _hashed(staff: UUID, code: str) -> bytes:
    # 79 random bits need no slow hash; whose it is goes in, so that a stolen table must be tried person by person.
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return token_hash(f"recovery:{staff}:{plain}")
