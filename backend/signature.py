"""A name drawn with the finger: the image that a page sends, and as a column keeps it."""

import base64
import binascii

from backend import secrecy
from backend.refusal import Refusal

PNG = b"\x89PNG\r\n\x1a\n"
LARGEST = 200_000  # bytes of a drawn signature
HEAD = "data:image/png;base64,"


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


def opened(kept: bytes) -> str:
    """The data address of a signature, for a page that prints it; empty where it was signed on paper."""
    return f"{HEAD}{secrecy.unseal(kept)}" if kept else ""
