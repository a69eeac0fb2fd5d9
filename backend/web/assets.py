"""What `npm run build` left in `pwa/dist`: hashed addresses of our own files, and the icons' shapes."""

import functools
import json
from pathlib import Path
from typing import Any

from markupsafe import Markup

DIST = Path(__file__).resolve().parents[2] / "pwa" / "dist"


class NotBuilt(RuntimeError):
    """The front end was never built."""


def built(name: str) -> bytes:
    """What lies under this name in `pwa/dist`. Refuses: NotBuilt."""
    try:
        return (DIST / name).read_bytes()
    except FileNotFoundError:
        raise NotBuilt("pwa/dist is missing; run `npm ci && npm run build` in pwa/ (make run does)") from None


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(built(name))
    return found


@functools.cache
def _manifest() -> dict[str, str]:
    return _read("manifest.json")


def asset(name: str) -> str:
    """The address of one of our files; its name changes with its content, so it may be kept for ever."""
    return f"/assets/{_manifest()[name]}"


def icons() -> dict[str, Markup]:
    """The inside of every icon's `<svg>`, by its lucide name."""
    return {name: Markup(shape) for name, shape in _read("icons.json").items()}  # noqa: S704  # our own build
