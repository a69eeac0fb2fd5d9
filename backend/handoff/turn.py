"""What a page's RTCPeerConnection is told of the relay: short-lived names that carry nobody's.

The scheme is coturn's `use-auth-secret` (the TURN REST API draft, draft-uberti-behave-turn-rest-00): the name begins
with the second at which it expires, the password is its HMAC-SHA1 under a secret that the relay knows too.
"""

import base64
import datetime as dt
import hashlib
import hmac
from typing import Any
from uuid import UUID

from backend.handoff.rules import handoff_rules
from backend.settings import settings


def ice_servers(handoff: UUID, who: str, now: dt.datetime | None = None) -> list[dict[str, Any]]:
    """The `iceServers` of one seat (`clerk`, `officer`, …) in one handoff; none where there is no relay, and then the
    two find each other directly or not at all. They hold for `turn_minutes`: a page that needs them longer asks again.
    """
    found = settings()
    if not found.turn_urls:
        return []
    # The relay reads the clock on its wall, which nothing moves: not the one of the demo.
    until = (now or dt.datetime.now(dt.UTC)) + dt.timedelta(minutes=handoff_rules().turn_minutes)
    name = f"{int(until.timestamp())}:{handoff}.{_seat(handoff, who)}"
    return [{"urls": list(found.turn_urls), "username": name, "credential": _password(name)}]


def _password(name: str) -> str:
    return base64.b64encode(hmac.digest(settings().turn_secret.encode(), name.encode(), "sha1")).decode()


def _seat(handoff: UUID, who: str) -> str:
    return hashlib.sha256(f"{handoff} {who}".encode()).hexdigest()[:16]
