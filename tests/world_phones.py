"""An agent's phone and a desk's computer in the world of tests, each with a record that waits to be looked at."""

import hashlib
import json
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric import ec

from backend import clock, pieces
from backend.sync import chain, devices, seal
from backend.sync.tables import SyncAttachment, SyncRecord
from backend.visits.signed import digest
from tests import factories as make
from tests.world_cases import SCAN


def _sealed(data: bytes, words: str) -> bytes:
    keys = seal.public_keys()
    return seal.sealed(data, words, int(keys["id"]), seal.decoded(str(keys["seal"])))


def _door(record: UUID) -> dict[str, Any]:
    return {
        "record": str(record), "who": "李四喜", "matter": "高龄津贴", "identity": "card", "ticks": ["free"],
        "handed": [["身份证", 1, 1]], "documents": ["户口簿"], "consent": True, "signature": "", "at": 0,
        "text": "材料交接清单", "document_hash": digest("材料交接清单"),
    }  # fmt: skip


def _counter(record: UUID) -> dict[str, Any]:
    return {
        "record": str(record), "item": str(UUID(int=0)), "matter": "医药费零星报销", "hall": "", "applicant": "self",
        "situation": "", "holds": [], "phone": "10000009999", "name": "李四喜", "id_type": "resident",
        "id_number": make.id_number(9), "relation": "self", "agreed": False, "documents": ["户口簿"],
        "sheets": [{"name": "户口簿", "originals": 1, "checked": True}], "text": "同意书", "on_paper": True,
        "document_hash": digest("同意书"), "signature": "", "at": 0,
    }  # fmt: skip


def _body(record: UUID, device: UUID, paper: bytes, kind: str) -> bytes:
    facts = _door(record) if kind == "visit" else _counter(record)
    return chain.canonical(
        {
            "id": str(record), "device": str(device), "seq": 1, "prev": chain.ZEROS, "schema": chain.SCHEMA,
            "kind": kind, "at": 0, "payload": seal.encoded(_sealed(json.dumps(facts).encode(), f"payload {record}")),
            "attachments": [{"sha256": hashlib.sha256(paper).hexdigest(), "size": len(paper)}],
        }
    )  # fmt: skip


async def phone_of(agent: UUID) -> dict[str, str]:
    """An agent's phone, a record and a photograph of it."""
    phone, row, shot = await _device(agent, "agent", "visit")
    return {"agent_phone": str(phone), "sync_row": str(row), "shot": str(shot)}


async def computer_of(desk: UUID) -> dict[str, str]:
    """The desk's computer, and a record of it."""
    computer, row, _ = await _device(desk, "desk", "intake")
    return {"desk_computer": str(computer), "desk_row": str(row)}


async def _device(by: UUID, role: str, kind: str) -> tuple[UUID, UUID, UUID]:
    key = seal.point(ec.generate_private_key(ec.SECP256R1()).public_key())
    device, now, row, record = (
        await devices.register("旧手机", key, by, role),
        await clock.now(),
        uuid4(),
        uuid4(),
    )
    paper = _sealed(SCAN, f"attachment {record}")
    sha256, shot = hashlib.sha256(paper).digest(), uuid4()
    await pieces.append(pieces.SYNC, sha256, len(paper), 0, paper)
    await SyncRecord.insert(
        SyncRecord(
            id=row, record=record, device=device, seq=1, hash=row.bytes * 2, prev=bytes(32), schema=1, kind=kind,
            at=now, received_at=now, state="quarantined", reason="这条记录打不开", answer=422, receipt="{}",
            body=_body(record, device, paper, kind),
        )
    )  # fmt: skip
    await SyncAttachment.insert(SyncAttachment(id=shot, row=row, sha256=sha256, size=len(paper), held_at=now))
    return device, row, shot
