"""An agent's phone in the world of tests, with one record that waits to be looked at."""

from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric import ec

from backend import clock
from backend.visits import devices, seal
from backend.visits.sync_tables import SyncRecord


async def phone_of(agent: UUID) -> dict[str, str]:
    """The phone and the record."""
    key = seal.point(ec.generate_private_key(ec.SECP256R1()).public_key())
    phone, now, row = await devices.register("旧手机", key, agent), await clock.now(), uuid4()
    await SyncRecord.insert(
        SyncRecord(
            id=row, record=uuid4(), device=phone, seq=1, hash=row.bytes * 2, prev=bytes(32), schema=1, at=now,
            received_at=now, state="quarantined", reason="这条记录打不开", answer=422, receipt="{}",
        )
    )  # fmt: skip
    return {"agent_phone": str(phone), "sync_row": str(row)}
