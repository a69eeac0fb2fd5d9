"""What the tests of the desk share: Qidong's halls, matters and rules."""

import pytest

from tests.kept import qidong


@pytest.fixture(autouse=True)
async def fresh(database: str) -> None:
    """The desk works by what Qidong's files say."""
    await qidong()
