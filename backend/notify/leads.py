"""Where a notice leads."""

from uuid import UUID

LEADS = {
    "appointment": "/appointments/{about}",
    "waiting": "/waiting/{about}",
    "trial": "/notices/trials/{about}",
}


def leads(kind: str, about: UUID) -> str:
    """The page of what a notice of this kind is about."""
    return LEADS.get(kind.partition("-")[0], "/notices").format(about=about)
