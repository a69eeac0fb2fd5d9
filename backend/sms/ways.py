"""Which gateways this deployment has, by the provider's name."""

from functools import cache

from backend.settings import Partner, settings
from backend.sms.gateway import SmsGateway
from backend.sms.http_gateway import HttpGateway
from backend.sms.log_gateway import NAME, LogGateway


def gateways() -> dict[str, SmsGateway]:
    """In the order in which they are asked: the named providers; without any, `log` in demo and test mode."""
    return _made(settings().sms_providers, settings().playful)


def pretending() -> bool:
    """Nothing leaves: a demo or a test in which no provider is named."""
    return NAME in gateways()


@cache
def _made(providers: tuple[Partner, ...], playful: bool) -> dict[str, SmsGateway]:
    # Kept for the life of the process: a gateway keeps its connections.
    named: dict[str, SmsGateway] = {one.name: HttpGateway(one) for one in providers}
    return named or ({NAME: LogGateway()} if playful else {})
