"""可靠电子签名: a document signed by its hash at a service that this deployment names, and proved here."""

from backend.esign.forget import forget
from backend.esign.look import look, to_look_at
from backend.esign.prove import Certified
from backend.esign.request import Wanted, ask, cancel, latest, offered, serve

__all__ = [
    "Certified",
    "Wanted",
    "ask",
    "cancel",
    "forget",
    "latest",
    "look",
    "offered",
    "serve",
    "to_look_at",
]
