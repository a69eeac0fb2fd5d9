"""The phone's own code agrees with ours, byte by byte."""

import json
import subprocess
from pathlib import Path

from backend.sync import seal
from tests.identity.issuer import node
from tests.sync.test_chain import VECTORS

HERE = Path(__file__).resolve().parent
PWA = HERE.parents[1] / "pwa"


def test_typescript_agrees_with_the_vectors_and_seals_what_we_open() -> None:
    keys = json.dumps(seal.public_keys())
    command = [node(), str(HERE / "vectors.mjs"), str(PWA), str(HERE / "vectors.json"), keys]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    told = json.loads(done.stdout)
    assert told["canonical"] == VECTORS["canonical"]
    assert told["genuine"] is True
    assert seal.opened(seal.decoded(told["sealed"]), "payload 1") == b"words"
