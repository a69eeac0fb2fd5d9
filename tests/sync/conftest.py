"""No document is here before a test."""

import shutil

import pytest

from backend.settings import settings


@pytest.fixture(autouse=True)
def nothing_held() -> None:
    """What another test uploaded, or an earlier run, is not here any more."""
    shutil.rmtree(settings().data / "sync", ignore_errors=True)
