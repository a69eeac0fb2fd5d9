"""Who may open a route at all. Whose row it is, the verb asks; `tests/test_structure.py` counts both."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from backend.refusal import Denied, SignInFirst, Unpaired

# Guards are coroutines although none waits: Litestar would run a plain function in a thread, each time.
Guard = Callable[[ASGIConnection, BaseRouteHandler], Awaitable[None]]

ROLES = (
    "administrator",
    "manager",
    "supervisor",
    "auditor",
    "clerk",
    "guide",
    "agent",
    "desk",
    "officer",
)


async def public(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
    """Anybody may come; said aloud, so that a route without a guard is a mistake."""


async def citizen(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
    """Only with an account. Refuses: SignInFirst."""
    if connection.scope["user"].account is None:
        raise SignInFirst()


def staff(*roles: str) -> Guard:
    """Only staff who hold one of the roles somewhere. Refuses: SignInFirst, Denied."""
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"unknown roles: {unknown}")

    async def guard(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
        visitor = connection.scope["user"]
        if visitor.staff is None:
            raise SignInFirst("请先用工作账号登录", staff=True)
        if roles and not visitor.roles & set(roles):
            raise Denied()

    guard.roles = frozenset(roles)  # type: ignore[attr-defined]  # read by the structure test
    return guard


def device(*kinds: str) -> Guard:
    """Only a paired screen of one of these kinds (kiosk, board); `scope["device"]` says which. Refuses: Unpaired."""

    async def guard(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
        screen: Any = connection.scope.get("device")
        if screen is None or screen.kind not in kinds:
            raise Unpaired()

    guard.kinds = frozenset(kinds)  # type: ignore[attr-defined]  # read by the structure test
    return guard
