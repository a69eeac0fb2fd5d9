"""Any text as a QR, drawn as SVG."""

import segno
from markupsafe import Markup


def picture(text: str) -> Markup:
    """The picture, to stand in a page."""
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704  # our own
