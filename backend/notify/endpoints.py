"""An endpoint is an address that a stranger gives us: only the push services of `notices.toml` are ever asked."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from backend.notify.rules import rules
from backend.settings import settings

LONGEST = 1000
_PLAIN = re.compile(r"https?://[\x21-\x7e]+")


def allowed(endpoint: str) -> bool:
    """https, the usual port, a push service's host; in tests, and only there, this very machine too."""
    if not _PLAIN.fullmatch(endpoint) or len(endpoint) > LONGEST or "\\" in endpoint or "#" in endpoint:
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if settings().mode == "test" and _this_machine(parts):
        return True
    plain = parts.scheme == "https" and port in (None, 443) and "@" not in parts.netloc
    return plain and any(_is(parts.hostname or "", host) for host in rules().push.hosts)


def origin(endpoint: str) -> str:
    """Scheme and host: whom a signature is for."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


def host(endpoint: str) -> str:
    """The push service: the only part of an endpoint that may stand in a log."""
    return urlsplit(endpoint).hostname or ""


def _is(name: str, allowed_host: str) -> bool:
    return name.endswith(allowed_host[1:]) if allowed_host.startswith("*.") else name == allowed_host


def _this_machine(parts: SplitResult) -> bool:
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
