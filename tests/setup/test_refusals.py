"""What cannot work is said in one line on standard error, with exit code 1 and nothing left running."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from backend.local.server import free_port
from tests.setup.commands import ROOT, run


def refused(*words: str, data: Path, **given: str) -> str:
    ended = run(*words, data=data, **given)
    lines = ended.stderr.splitlines()
    assert (ended.returncode, len(lines)) == (1, 1), ended.stderr
    return lines[0]


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refused("up", data=tmp_path, PORT=str(port))
    assert f"PORT={port}" in line
    assert "in use" in line


ISSUER = {"OIDC_CLIENT_ID": "qiban", "OIDC_CLIENT_SECRET": "x"}


@pytest.mark.parametrize(
    "setting",
    [
        {"PORT": "70000"},
        {"SM4_KEYS": "1:ff"},
        {"OIDC_ISSUER": "https://id.test"},
        {"OIDC_ISSUER": "https://id.test", **ISSUER},  # nowhere to come back to
        {"OIDC_ISSUER": "http://id.test", **ISSUER, "PUBLIC_URL": "http://127.0.0.1:8000"},
    ],
)
def test_a_bad_setting_is_one_line_that_names_it(tmp_path: Path, setting: dict[str, str]) -> None:
    assert next(iter(setting)) in refused("up", data=tmp_path, **setting)


def test_a_host_we_do_not_have_is_one_line(tmp_path: Path) -> None:
    assert "HOST=192.0.2.1" in refused("up", data=tmp_path, HOST="192.0.2.1")


def test_a_data_folder_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file" / "data"
    blocked.parent.write_text("a file where a folder should be")
    assert f"{blocked}" in refused("up", data=blocked, PORT=str(free_port()))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_data_folder_we_may_not_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0)
    assert f"{tmp_path / 'data'}" in refused("up", data=tmp_path / "data", PORT=str(free_port()))


def test_a_database_that_is_away_is_one_line(tmp_path: Path) -> None:
    away = "postgresql://qiban:secret-word@127.0.0.1:1/qiban"
    line = refused("migrate", data=tmp_path, DATABASE_URL=away, REDIS_URL="redis://127.0.0.1:1")
    assert "DATABASE_URL" in line
    assert "secret-word" not in line


def test_a_redis_that_is_away_is_one_line(tmp_path: Path) -> None:
    line = refused("up", data=tmp_path, REDIS_URL="redis://:secret-word@127.0.0.1:1", PORT=str(free_port()))
    assert "REDIS_URL" in line
    assert "secret-word" not in line


PRODUCTION = {
    "MODE": "production",
    "SM4_KEYS": f"1:{'0' * 32}",
    "INDEX_KEYS": f"1:{'0' * 64}",
    "VAPID_KEYS": f"1:{'E' * 43}",
    "PUBLIC_URL": "https://qiban.test",
    "SMS_PROVIDERS": "none",
}


def test_production_without_its_own_servers_is_refused(tmp_path: Path) -> None:
    assert "DATABASE_URL" in refused("up", data=tmp_path, PORT=str(free_port()), **PRODUCTION)


SECRET = "sixteen letters!"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "none says that nobody"),
        ("one|https://sms.test/send", "name|https://…|secret"),
        (f"a|https://a.test|{SECRET},b|https://b.test|{SECRET},c|https://c.test|{SECRET}", "at most two"),
        (f"one|https://a.test|{SECRET},one|https://b.test|{SECRET}", "name of its own"),
        (f"One|https://sms.test|{SECRET}", "small letters"),
        (f"log|https://sms.test|{SECRET}", "not `log`"),
        ("one|https://sms.test|short", "shorter than 16"),
        (f"one|sms.test|{SECRET}", "expected an address"),
        (f"one|https://sms.test:port|{SECRET}", "expected an address"),
        (f"one|http://sms.test|{SECRET}", "https:// only"),
    ],
)
def test_providers_of_text_messages_that_cannot_be_used_are_one_line_without_the_secret(
    tmp_path: Path, given: str, said: str
) -> None:
    line = refused("web", data=tmp_path, PORT=str(free_port()), **{**PRODUCTION, "SMS_PROVIDERS": given})
    assert "SMS_PROVIDERS" in line
    assert said in line
    assert SECRET not in line


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("shebao|https://sb.test", "file:///a/folder"),
        (f"shebao|http://sb.test|{SECRET}", "https:// only"),
        (f"shebao|sb.test|{SECRET}", "expected an address"),
        ("shebao|https://sb.test|short", "shorter than 16"),
    ],
)
def test_a_system_of_a_department_that_cannot_be_used_is_one_line_without_the_secret(
    tmp_path: Path, given: str, said: str
) -> None:
    more = {**PRODUCTION, "SMS_PROVIDERS": "none", "DESK_EXPORT": given}
    line = refused("web", data=tmp_path, PORT=str(free_port()), **more)
    assert "DESK_EXPORT" in line
    assert said in line
    assert SECRET not in line


def test_a_provider_on_this_machine_needs_no_https(tmp_path: Path) -> None:
    here = f"one|http://127.0.0.1:9/send|{SECRET}"
    line = refused("web", data=tmp_path, PORT=str(free_port()), **{**PRODUCTION, "SMS_PROVIDERS": here})
    assert "DATABASE_URL" in line


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_rule_that_cannot_be_used_is_one_line_before_anybody_is_served(
    tmp_path: Path, command: str
) -> None:
    city = Path(shutil.copytree(ROOT / "backend" / "reference" / "qidong", tmp_path / "city"))
    (city / "reminders.toml").write_text("evening = 99", encoding="utf-8")
    away = {"DATABASE_URL": "postgresql://127.0.0.1:1/qiban", "REDIS_URL": "redis://127.0.0.1:1"}
    line = refused(command, data=tmp_path, CITY=str(city), PORT=str(free_port()), **away, **PRODUCTION)
    assert "reminders.toml: evening: " in line


def test_help_names_every_command(tmp_path: Path) -> None:
    said = run("--help", data=tmp_path).stdout
    staff = ["administrator", "staff add", "staff reset", "staff disable"]
    commands = ["up", "web", "worker", "migrate", "load", "demo", *staff]
    missing = [name for name in commands if f"\n  {name} " not in said]
    assert not missing
    assert "\n  doctor [--json] " in said
