"""What the tests of screen to screen share: Qidong's halls, matters and rules."""

import pytest

from tests.kept import qidong
from tests.notify.conftest import running, service  # noqa: F401  # the push service of notify's tests


@pytest.fixture(autouse=True)
async def fresh(database: str) -> None:
    """Both sides work by what Qidong's files say."""
    await qidong()
