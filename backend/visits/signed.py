"""Papers with counts, and what is signed: the text as it was shown, and the drawn image bound to its hash."""

import base64
import binascii
import hashlib
from typing import Annotated, Any

import msgspec

from backend import secrecy
from backend.refusal import Refusal

PNG = b"\x89PNG\r\n\x1a\n"
LARGEST = 200_000  # bytes of a drawn signature
HEAD = "data:image/png;base64,"
Count = Annotated[int, msgspec.Meta(ge=0, le=99)]


class Paper(msgspec.Struct, frozen=True):
    """One line of a list of papers: what, how many originals, how many copies."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    originals: Count = 0
    copies: Count = 0

    def __str__(self) -> str:
        counts = [
            f"原件 {self.originals} 份" if self.originals else "",
            f"复印件 {self.copies} 份" if self.copies else "",
        ]
        return f"{self.name}（{'，'.join(filter(None, counts)) or '电子'}）"


def papers_of(text: str) -> list[Paper]:
    """The list as a column keeps it."""
    return msgspec.json.decode(text, type=list[Paper])


def kept(papers: list[Paper]) -> str:
    """The list for a column. Refuses: counts that cannot be."""
    try:
        return msgspec.json.encode(msgspec.convert(msgspec.to_builtins(papers), list[Paper])).decode()
    except msgspec.ValidationError:
        raise Refusal("材料的份数不对，请再核对一遍") from None


def digest(text: str) -> str:
    """SHA-256 in hexadecimal digits: what a signature is bound to."""
    return hashlib.sha256(text.encode()).hexdigest()


def drawn(data: str) -> bytes:
    """The image that a page sends as a data address. Refuses: anything else."""
    try:
        found = base64.b64decode(data.removeprefix(HEAD), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    return checked(found)


def checked(image: bytes) -> bytes:
    """A PNG of reasonable size. Refuses: anything else."""
    if not image.startswith(PNG) or len(image) > LARGEST:
        raise Refusal("签名没有收到，请再签一次")
    return image


def sealed(image: bytes) -> bytes:
    """The image for a column; nothing where it was signed on paper."""
    return secrecy.seal(base64.b64encode(image).decode()) if image else b""


def shown(row: dict[str, Any]) -> str:
    """The data address of a signature, for a page that prints it; empty where it was signed on paper."""
    image = secrecy.unseal(row["signature_sealed"])
    return f"{HEAD}{image}" if image else ""
