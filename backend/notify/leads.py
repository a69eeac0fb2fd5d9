"""Where a notice leads."""

from uuid import UUID

# By the kind, else by its first word, which says what it is about; some appointment kinds are about a pause instead.
PAUSE = "/appointments/pauses/{about}"
LEADS = {
    "appointment": "/appointments/{about}",
    "appointment-paused": PAUSE,
    "appointment-lifted": PAUSE,
    "appointment-unlifted": PAUSE,
    "waiting": "/waiting/{about}",
    "ticket": "/tickets/{about}",
    "case": "/cases/{about}",
    "visit": "/visits/{about}",
    "trial": "/notices/trials/{about}",
    "handoff": "/console/handoffs",
    "handoff-overdue": "/console/handoffs/call-backs",
}


def leads(kind: str, about: UUID) -> str:
    """The page of what a notice of this kind is about."""
    return (LEADS.get(kind) or LEADS.get(kind.partition("-")[0], "/notices")).format(about=about)
