"""A real coturn gives a place to whom we told its names, and to nobody else."""

import datetime as dt
import re
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from backend import stun
from backend.commands import tls
from backend.handoff.turn import ice_servers
from tests.handoff.relay import relayed


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real one; its folder."""
    folder = tmp_path_factory.mktemp("turn")
    with pytest.MonkeyPatch.context() as patch, relayed(patch, folder):
        yield folder


def asked(folder: Path, name: str, password: str) -> list[int]:
    """What the relay says by each way."""
    trusting = ssl.create_default_context(cafile=tls.files(folder).authority)
    told = ice_servers(uuid4(), "clerk")[0]["urls"]
    assert len(told) == 3
    return [stun.allocate(url, name, password, trusting) for url in told]


def test_the_relay_gives_a_place_by_udp_tcp_and_tls(coturn: Path) -> None:
    [told] = ice_servers(uuid4(), "officer")
    assert asked(coturn, told["username"], told["credential"]) == [0, 0, 0]


def test_an_expired_and_a_forged_name_get_none(coturn: Path) -> None:
    [old] = ice_servers(uuid4(), "clerk", dt.datetime.now(dt.UTC) - dt.timedelta(minutes=11))
    [now] = ice_servers(uuid4(), "clerk")
    longer = re.sub("^[0-9]+", lambda until: f"{int(until[0]) + 86400}", now["username"])
    for name, password in (
        (old["username"], old["credential"]),
        (longer, now["credential"]),
        (now["username"], "forged"),
    ):
        assert asked(coturn, name, password) == [401, 401, 401]


def test_its_secret_lies_where_only_its_owner_reads_it(coturn: Path) -> None:
    for name in ("turn.conf", "turn.secret"):
        assert stat.S_IMODE((coturn / name).stat().st_mode) == 0o600
    pid = (coturn / "turn.pid").read_text().strip()
    assert (coturn / "turn.secret").read_text().encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
