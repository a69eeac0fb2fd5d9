"""A copy of a recording to take away, with the proof of its chain: whoever has it can reckon it anew without us."""

import asyncio
import zipfile
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

import msgspec

from backend import clock
from backend.handoff.recording import first
from backend.handoff.recording_look import broken, chunks_of, look, opened

HOW = (
    "Cut each part-N.webm into its chunks by their sizes, in the order of seq. hash(n) = SHA-256(hash(n-1) + bytes of"
    " chunk n), hashes as 32 bytes; hash(-1) = SHA-256 of recording, a line feed and text, in UTF-8."
)


async def copy(handoff: UUID, why: str, by: UUID) -> IO[bytes]:
    """A zip of its parts and `proof.json`, for the caller to close; with a reason that stays. Refuses: as `look`."""
    its = await look(handoff, why, by, "rec-copied")
    chunks, file = await chunks_of(its), TemporaryFile()  # noqa: SIM115  # the caller's
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for part in sorted({chunk["part"] for chunk in chunks}):
            with packed.open(f"part-{part}.webm", "w", force_zip64=True) as into:
                for chunk in (one for one in chunks if one["part"] == part):
                    await asyncio.to_thread(into.write, await opened(its, chunk))
        proof = await _proof(its, chunks)
        packed.writestr("proof.json", msgspec.json.format(msgspec.json.encode(proof), indent=2))
    file.seek(0)
    return file


async def _proof(its: dict[str, Any], chunks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "recording": its["id"], "handoff": its["handoff"], "text": its["text"], "how": HOW,
        "begins": first(its["id"], its["text"]), "ends": its["head"], "copied_at": await clock.now(),
        "whole": await broken(its) is None,
        "chunks": [{name: one[name] for name in ("seq", "part", "size", "hash", "until_at")} for one in chunks],
    }  # fmt: skip
