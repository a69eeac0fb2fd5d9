"""The QR of a voucher: the appointment's id, which nobody can guess and which says nothing of anybody."""

from uuid import UUID

import segno
from markupsafe import Markup

FORM = "QB1."


def qr(appointment: UUID) -> Markup:
    """The QR as SVG."""
    return picture(FORM + appointment.hex)


def picture(text: str) -> Markup:
    """Any text as a QR, drawn as SVG."""
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704  # our own


def read_qr(text: str) -> UUID | None:
    """The id that a reader typed; None where the text is something else."""
    try:
        return UUID(text.removeprefix(FORM)) if text.startswith(FORM) else None
    except ValueError:
        return None
