"""The phone's own code agrees with ours, byte by byte."""

import datetime as dt
import json
import subprocess
from pathlib import Path

import pytest

from backend.identity import ids
from backend.sync import seal
from tests.identity.issuer import node
from tests.sync.test_chain import VECTORS

HERE = Path(__file__).resolve().parent
PWA = HERE.parents[1] / "pwa"


IDS = [
    ("resident", "11010519491231002X", True), ("resident", "110105194912310021", False),
    ("resident", "32068119000230001X", False), ("resident", "320681", False), ("resident", "", False),
    ("residence-permit", "810000199408230021", True), ("residence-permit", "11010519491231002X", False),
    ("home-return", "H1234567890", True), ("home-return", "H1234", False), ("taiwan", "12345678", True),
    ("passport", "E12345678", True), ("passport", "EI2345678", False), ("foreign-passport", "AB12345", True),
    ("foreign-residence", "ABC123456789012", True), ("foreign-residence", "ABC1", False),
    ("officer", "军字第 1 号", True),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "number", "possible"), IDS)
def test_the_server_judges_an_id_like_that(kind: str, number: str, possible: bool) -> None:
    try:
        found = bool(ids.id_number(kind, number, dt.date(2026, 11, 23)))
    except ValueError:
        found = False
    assert found == possible


def test_typescript_agrees_with_the_vectors_and_seals_what_we_open() -> None:
    keys = json.dumps(seal.public_keys())
    command = [
        node(),
        str(HERE / "vectors.mjs"),
        str(PWA),
        str(HERE / "vectors.json"),
        keys,
        json.dumps([one[:2] for one in IDS]),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    told = json.loads(done.stdout)
    assert told["canonical"] == VECTORS["canonical"]
    assert told["genuine"] is True
    assert seal.opened(seal.decoded(told["sealed"]), "payload 1") == b"words"
    assert told["possible"] == [one[2] for one in IDS]
