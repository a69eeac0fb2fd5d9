"""The service beside the tests, and a kind of document that keeps what it is given."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from backend import esign
from backend.esign import provider
from backend.esign.prove import Certified
from backend.settings import settings
from tests.esign.service import Service, serving


@pytest.fixture(autouse=True)
def afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A busy machine is no service that is away; and afterwards the settings are those of the test run again."""
    monkeypatch.setattr(provider, "WHOLE", 30.0)
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
async def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Service]:
    """The one that this deployment names."""
    async with serving() as found:
        use(monkeypatch, found, tmp_path)
        yield found


def use(monkeypatch: pytest.MonkeyPatch, service: Service, folder: Path) -> None:
    """This process, and those it starts, have documents signed there."""
    (folder / "roots.pem").write_bytes(service.authority.roots)
    monkeypatch.setenv("SIGNING", service.setting)
    monkeypatch.setenv("SIGNING_ROOTS", str(folder / "roots.pem"))
    settings.cache_clear()


@pytest.fixture
def kept() -> dict[UUID, Certified]:
    """What was taken, by what it is about; `test` is the kind."""
    found: dict[UUID, Certified] = {}

    async def take(about: UUID, signature: Certified) -> str:
        found[about] = signature
        return ""

    esign.serve("test", take, "test")
    return found
