"""Which kinds of records devices seal, and which domain opens them: told once to the sync, by web and worker alike.

Whoever imports this has every domain that takes signatures, too (`esign.serve`).
"""

from backend import crossregion, sync, visits


def know() -> None:
    """Tell it. Twice is as once."""
    sync.know(visit=visits.RECORD, intake=crossregion.RECORD)
