"""Why somebody did what must be answered for: a sentence that the event keeps."""

from uuid import UUID

from backend.refusal import Refusal

LEAST, MOST = 2, 200  # characters


def reason(typed: str, by: UUID | None) -> str:
    """The reason, tidied. The command line (`by` is None) needs none: who may use it answers for the machine.

    Refuses: shorter than two characters, longer than 200.
    """
    said = typed.strip()
    if not LEAST <= len(said) <= MOST and not (by is None and not said):
        raise Refusal(f"请写明原因，{LEAST} 到 {MOST} 个字")
    return said
