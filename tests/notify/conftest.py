"""One push service for all tests here; each test makes subscriptions of its own."""

from collections.abc import AsyncIterator

import pytest

from backend.notify import push
from tests.notify.push_service import PushService, push_service


@pytest.fixture(scope="session")
async def running() -> AsyncIterator[PushService]:
    """Started once."""
    async with push_service() as found:
        yield found


@pytest.fixture
def service(running: PushService) -> PushService:
    """With nothing seen yet."""
    running.seen.clear()
    push._missed.clear()
    push._away.clear()
    return running
