"""The QR of a voucher: the appointment's id, which nobody can guess and which says nothing of anybody."""

from uuid import UUID

from markupsafe import Markup

from backend.web.qr import picture

FORM = "QB1."


def qr(appointment: UUID) -> Markup:
    """The QR as SVG."""
    return picture(FORM + appointment.hex)


def read_qr(text: str) -> UUID | None:
    """The id that a reader typed; None where the text is something else."""
    try:
        return UUID(text.removeprefix(FORM)) if text.startswith(FORM) else None
    except ValueError:
        return None
