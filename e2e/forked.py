"""A command as a process of its own, forked from one that has imported what all commands need: that alone takes
seconds.
"""

import multiprocessing
import os
import runpy
import sys
import tempfile
from pathlib import Path

PATIENCE = 300.0  # seconds; a busy machine takes some, the demo week half a minute of a quiet one
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["backend.app", "backend.commands.staff", "backend.commands.prepare"])


def run(module: str, words: tuple[str, ...], env: dict[str, str]) -> str:
    """What `python -m module word …` prints. Fails with what it says on its other stream, or when it takes too long."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = _server.Process(target=_be, args=(module, words, env, str(out), str(err)))
        process.start()
        process.join(PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()
        assert process.exitcode == 0, err.read_text()
        return out.read_text()


def _be(module: str, words: tuple[str, ...], env: dict[str, str], out: str, err: str) -> None:
    os.environ.clear()
    os.environ.update(env)
    for stream, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), stream)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
