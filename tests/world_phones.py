"""An agent's phone in the world of tests, with one record that waits to be looked at, and its photograph."""

import hashlib
import json
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric import ec

from backend import clock, pieces
from backend.sync import chain, devices, seal
from backend.sync.tables import SyncAttachment, SyncRecord
from backend.visits.signed import digest
from tests.world_cases import SCAN


def _sealed(data: bytes, words: str) -> bytes:
    keys = seal.public_keys()
    return seal.sealed(data, words, int(keys["id"]), seal.decoded(str(keys["seal"])))


def _body(record: UUID, phone: UUID, paper: bytes) -> bytes:
    facts = {
        "record": str(record), "who": "李四喜", "matter": "高龄津贴", "identity": "card", "ticks": ["free"],
        "handed": [["身份证", 1, 1]], "documents": ["户口簿"], "consent": True, "signature": "", "at": 0,
        "text": "材料交接清单", "document_hash": digest("材料交接清单"),
    }  # fmt: skip
    return chain.canonical(
        {
            "id": str(record), "device": str(phone), "seq": 1, "prev": chain.ZEROS, "schema": chain.SCHEMA, "visit": "",
            "at": 0, "payload": seal.encoded(_sealed(json.dumps(facts).encode(), f"payload {record}")),
            "attachments": [{"sha256": hashlib.sha256(paper).hexdigest(), "size": len(paper)}],
        }
    )  # fmt: skip


async def phone_of(agent: UUID) -> dict[str, str]:
    """The phone, the record and the photograph."""
    key = seal.point(ec.generate_private_key(ec.SECP256R1()).public_key())
    phone, now, row, record = (
        await devices.register("旧手机", key, agent),
        await clock.now(),
        uuid4(),
        uuid4(),
    )
    paper = _sealed(SCAN, f"attachment {record}")
    sha256, shot = hashlib.sha256(paper).digest(), uuid4()
    await pieces.append(pieces.SYNC, sha256, len(paper), 0, paper)
    await SyncRecord.insert(
        SyncRecord(
            id=row, record=record, device=phone, seq=1, hash=row.bytes * 2, prev=bytes(32), schema=1, at=now,
            received_at=now, state="quarantined", reason="这条记录打不开", answer=422, receipt="{}",
            body=_body(record, phone, paper),
        )
    )  # fmt: skip
    await SyncAttachment.insert(SyncAttachment(id=shot, row=row, sha256=sha256, size=len(paper), held_at=now))
    return {"agent_phone": str(phone), "sync_row": str(row), "shot": str(shot)}
