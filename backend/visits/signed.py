"""Papers with counts, and what is signed: the text as it was shown, and the drawn image bound to its hash."""

import hashlib
from typing import Annotated, Any

import msgspec

from backend import signature
from backend.refusal import Refusal
from backend.signature import PNG, checked, drawn, sealed

__all__ = ["PNG", "Count", "Paper", "checked", "digest", "drawn", "kept", "papers_of", "sealed", "shown"]

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


def shown(row: dict[str, Any]) -> str:
    """The data address of a signature, for a page that prints it; empty where it was signed on paper."""
    return signature.opened(row["signature_sealed"])
