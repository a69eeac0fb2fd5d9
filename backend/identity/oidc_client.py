"""Who we are for the issuer, as the environment says; nothing where it names no issuer."""

import msgspec

from backend.settings import settings

RETURN = "/oidc/return"


class Client(msgspec.Struct, frozen=True):
    """What was agreed with the issuer. `name` is what people call it."""

    issuer: str
    id: str
    secret: str
    name: str
    redirect_uri: str


def client() -> Client | None:
    """None where signing in by the province's identity is not set up."""
    found = settings()
    if not found.oidc_issuer:
        return None
    back = found.public_url + RETURN
    return Client(found.oidc_issuer, found.oidc_client_id, found.oidc_client_secret, found.oidc_name, back)


def called() -> str:
    """What people call the issuer: 苏服办."""
    return settings().oidc_name
