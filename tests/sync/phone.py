"""A phone as the tests hold one: its key, its chain, and requests signed as `pwa/src/visits/` signs them."""

import base64
import hashlib
import io
import itertools
import json
import time
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from PIL import Image

from backend import db
from backend.catalog.tables import Village
from backend.identity.tables import StaffRole
from backend.sync import chain, devices, seal
from backend.visits.signed import PNG, digest
from tests import factories as make
from tests import world
from tests.world import Who

AGENT = Who(role="agent")
PHOTO = b"sealed photo " * 20_000  # 260 KB: three pieces
PIECE = 98_304
VILLAGE, MATTER = "sync-village", "高龄津贴"
TEXT = "代办服务委托书\n材料交接清单"


class Phone:
    """One agent's phone."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = UUID(int=0)
        self.seq, self.prev = 0, chain.ZEROS
        self.item = UUID(int=0)

    async def register(self, by: UUID | None = None) -> "Phone":
        """Known to the server, in a village where something is done at the door."""
        by = by or await world.staff(AGENT)
        self.item = await doorstep(by)
        self.id = await devices.register("测试手机", seal.point(self.key.public_key()), by)
        return self

    def sign(self, body: bytes) -> bytes:
        """r and s."""
        r, s = decode_dss_signature(self.key.sign(body, seal.ECDSA))
        return r.to_bytes(32) + s.to_bytes(32)

    def sealed(self, data: bytes, words: str) -> bytes:
        """Sealed for the server."""
        keys = seal.public_keys()
        return seal.sealed(data, words, int(keys["id"]), seal.decoded(str(keys["seal"])))

    def photo(self, record: UUID, n: int = 0) -> bytes:
        """A sealed photograph of a document, of which the camera wrote down where it was taken."""
        return self.sealed(jpeg(n), f"attachment {record}")

    def record(self, *papers: bytes, **other: Any) -> bytes:
        """The next record of the chain, canonical. `other` replaces fields."""
        id = other.pop("id", None) or uuid4()
        facts = other.pop("facts", None) or told(id, self.item)
        body = chain.canonical(
            {
                "id": str(id), "device": str(self.id), "seq": self.seq + 1, "prev": self.prev,
                "schema": chain.SCHEMA, "visit": "", "at": int(time.time() * 1000),
                "payload": seal.encoded(self.sealed(json.dumps(facts).encode(), f"payload {id}")),
                "attachments": [{"sha256": sha(paper), "size": len(paper)} for paper in papers], **other,
            }
        )  # fmt: skip
        self.seq, self.prev = self.seq + 1, chain.digest(body).hex()
        return body

    async def put(self, body: bytes, **headers: str) -> httpx.Response:
        """Hand a record over."""
        signed = {"sync-signature": seal.encoded(self.sign(body)), **headers}
        return await self.client.put(f"/sync/visits/{json.loads(body)['id']}", content=body, headers=signed)

    async def ask(self, method: str, path: str, body: bytes = b"", offset: str = "") -> httpx.Response:
        """A signed request."""
        lines = "\n".join([method, path, offset, hashlib.sha256(body).hexdigest()]).encode()
        headers = {"sync-device": str(self.id), "sync-signature": seal.encoded(self.sign(lines))}
        if offset:
            headers["upload-offset"] = offset
        return await self.client.request(method, path, content=body, headers=headers)

    async def piece(self, paper: bytes, at: int, size: int = PIECE, name: str = "") -> httpx.Response:
        """One piece of a document."""
        path = f"/sync/attachments/{name or sha(paper)}"
        return await self.ask("PATCH", path, paper[at : at + size], str(at))

    async def upload(self, paper: bytes) -> None:
        """All of it."""
        for at in range(0, len(paper), PIECE):
            assert (await self.piece(paper, at)).status_code == 200

    async def contact(self, **said: Any) -> httpx.Response:
        """Report."""
        body = json.dumps({"unsent": 0, "since": 0, "at": int(time.time() * 1000), **said}).encode()
        return await self.ask("POST", f"/sync/devices/{self.id}/contact", body)


@cache
def jpeg(n: int = 0) -> bytes:
    """Noise, about 260 KB, with a place in it."""
    made, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "启东市 3 组 12 号"
    noise = np.random.default_rng(n).integers(0, 255, (520, 520, 3), dtype=np.uint8)
    Image.fromarray(noise).save(made, "JPEG", quality=88, exif=exif)
    return made.getvalue()


_people = itertools.count(100)


def told(id: UUID, item: UUID, **more: Any) -> dict[str, Any]:
    """What a phone writes of a visit that nobody had asked for, each of somebody else."""
    n = next(_people)
    return {
        "record": str(id), "who": "李阿燕", "matter": MATTER, "identity": "card", "ticks": ["free", "explained"],
        "handed": [["身份证", 1, 1]], "documents": ["身份证"], "consent": True, "note": "", "at": 1_795_400_000_000,
        "signature": base64.b64encode(PNG).decode(), "text": TEXT, "document_hash": digest(TEXT),
        "powers": ["submit"], "until": "2027-01-31",
        "asked": {
            "item": str(item), "village": VILLAGE, "reason": "alone", "address": "3 组 12 号",
            "phone": f"1000005{n:04d}", "id_type": "resident", "id_number": make.id_number(n),
        }, **more,
    }  # fmt: skip


async def doorstep(agent: UUID) -> UUID:
    """Something that is done at the door, in a village that is the agent's; the same when asked again."""
    there = (StaffRole.staff == agent) & (StaffRole.scope == VILLAGE)
    if not await StaffRole.exists().where(there):
        await StaffRole.insert(StaffRole(staff=agent, role="agent", scope_kind="village", scope=VILLAGE))
    known = await db.rows("SELECT id FROM item WHERE doorstep AND name = $1", MATTER)
    if known:
        return UUID(str(known[0]["id"]))
    hall = await make.hall("汇龙镇便民服务中心", "sync-town")
    await Village.insert(Village(code=VILLAGE, name="城北社区", hall=hall.id, neighbours=[]))
    made = await make.item(await make.line(hall), MATTER, doorstep=True)
    return UUID(str(made.id))


def sha(data: bytes) -> str:
    """As a record names a document."""
    return hashlib.sha256(data).hexdigest()
