"""The texts of the site that law or the bureau decides."""

import msgspec

from backend.catalog.snapshot import snapshot


class FootEntry(msgspec.Struct, frozen=True):
    """One entry of the footer; `href` may be empty."""

    label: str
    value: str = ""
    href: str = ""


async def texts() -> dict[str, str]:
    """Every text by its key."""
    return (await snapshot()).texts


async def footer() -> list[FootEntry]:
    """The footer's entries: a line each of `label | value | href` in the text `footer`."""
    lines = (await texts()).get("footer", "").splitlines()
    return [FootEntry(*(part.strip() for part in line.split("|")[:3])) for line in lines if line.strip()]
