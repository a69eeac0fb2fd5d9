"""The doctor: each thing that can be wrong is made wrong, and is found by its name, with something to do about it."""

import datetime as dt
import json
import os
from collections import namedtuple
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from backend import clock, db, hints, identity, notify, reference, secrecy, settings, state
from backend.commands import doctor, keyed, prepare, rekey
from backend.commands.examine import Finding, database, keys, redis, relay, signing, site, work
from backend.health import HEARTBEAT
from backend.settings import Partner
from tests import factories as make
from tests.esign.authority import Authority
from tests.esign.service import serving
from tests.handoff.relay import relayed
from tests.identity.steps import later, token_for
from tests.setup.commands import run
from tests.setup.test_keys import SERVERS

Part = Callable[[], AsyncIterator[Finding]]
PARTS = (database, redis, keys, work, site, signing, relay)


async def findings(*parts: Any) -> dict[str, Finding]:
    """What is found, by name."""
    return {one.id: one for part in parts for one in [each async for each in part.examine()]}


async def level(part: Any, id: str) -> str:
    """How bad it is; whatever is not good says what to do."""
    found = (await findings(part))[id]
    assert found.said
    assert (found.level == "good") == (not found.remedy)
    return found.level


def with_settings(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> None:
    """From now on this process is set differently."""
    known = msgspec.structs.replace(settings.settings(), **changed)
    for module in (database, keys, work, site, signing, keyed, secrecy, rekey):
        if hasattr(module, "settings"):
            monkeypatch.setattr(module, "settings", lambda: known)


@pytest.fixture
async def well(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment in which all is well."""
    await prepare.load()
    from backend import appointments

    await appointments.fill()
    await (await hints.redis()).psetex(HEARTBEAT, 9000, b"well")
    await identity.add_staff("chief", "施经理", [identity.Grant("administrator")])
    monkeypatch.setattr(database, "LITTLE_ROOM", 0)
    monkeypatch.setattr(database, "ROOM", 0)
    with_settings(monkeypatch, public_url="https://qiban.test")


async def test_where_all_is_well_it_says_so(well: None) -> None:
    found = await findings(*PARTS)
    assert {one.id for one in found.values() if one.level != "good"} <= {"database-connections", "turn"}
    assert len(found) >= 20


# --- PostgreSQL ---


async def test_an_old_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LEAST", 990000)
    assert await level(database, "database-version") == "bad"


async def test_a_migration_that_did_not_run() -> None:
    assert await level(database, "migrations") == "good"
    [last] = await db.rows("SELECT max(name) AS name FROM migration WHERE app_name = 'qiban'")
    await db.rows("UPDATE migration SET app_name = 'away' WHERE name = $1", last["name"])
    try:
        assert await level(database, "migrations") == "bad"
    finally:
        await db.rows("UPDATE migration SET app_name = 'qiban' WHERE name = $1", last["name"])


async def test_a_clock_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=3)
    assert await level(database, "database-clock") == "good"
    monkeypatch.setattr(database, "_here", lambda: slow)
    assert await level(database, "database-clock") == "bad"


async def test_more_connections_than_the_database_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    with_settings(monkeypatch, web_processes=64, database_pool=500)
    assert await level(database, "database-connections") == "bad"
    with_settings(monkeypatch, web_processes=1, database_pool=5)
    assert await level(database, "database-connections") == "good"


@pytest.mark.parametrize(("free", "expected"), [(1 << 20, "bad"), (2 << 30, "mind"), (50 << 30, "good")])
async def test_a_disk_that_is_full(monkeypatch: pytest.MonkeyPatch, free: int, expected: str) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr("backend.commands.examine.database.shutil.disk_usage", lambda place: usage(free))
    assert await level(database, "disk") == expected


# --- Redis ---


class Told:
    """A Redis that tells this of itself."""

    def __init__(self, **info: Any) -> None:
        self.told = {
            "redis_version": "7.2.4",
            "maxmemory_policy": "noeviction",
            "rdb_last_bgsave_status": "ok",
            **info,
        }

    async def info(self) -> dict[str, Any]:
        """As Redis does."""
        return self.told


@pytest.mark.parametrize(
    ("told", "id", "expected"),
    [
        ({}, "redis-version", "good"),
        ({"redis_version": "6.0.16"}, "redis-version", "bad"),
        ({"valkey_version": "8.0.1"}, "redis-version", "good"),
        ({"maxmemory_policy": "allkeys-lru"}, "redis-eviction", "bad"),
        ({"rdb_last_bgsave_status": "err"}, "redis-persistence", "mind"),
    ],
)
async def test_what_redis_tells_of_itself(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, str], id: str, expected: str
) -> None:
    async def there() -> Told:
        return Told(**told)

    monkeypatch.setattr("backend.commands.examine.redis.hints.redis", there)
    assert await level(redis, id) == expected


async def test_a_redis_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async def away() -> Told:
        raise ConnectionRefusedError

    monkeypatch.setattr("backend.commands.examine.redis.hints.redis", away)
    assert await level(redis, "redis-reachable") == "bad"


# --- keys ---


async def test_a_key_from_the_first_day_of_its_successor_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    await make.citizen()
    old = settings.settings()
    assert await level(keys, "sm4-keys") == "good"
    both = {"sm4_keys": {**old.sm4_keys, 7: b"k" * 16}, "index_keys": {**old.index_keys, 7: b"i" * 32}}
    with_settings(monkeypatch, **both)
    found = await findings(keys)
    assert "rekey" in found["sm4-keys"].remedy
    assert "rekey" in found["index-keys"].remedy
    await rekey.rekey()
    found = await findings(keys)
    assert "可以去掉" in found["sm4-keys"].said
    assert "可以去掉" in found["index-keys"].said
    with_settings(monkeypatch, sm4_keys={7: b"k" * 16}, index_keys={7: b"i" * 32})
    assert (await level(keys, "sm4-keys"), await level(keys, "index-keys")) == ("good", "good")


async def test_rows_whose_key_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    await make.citizen()
    with_settings(monkeypatch, sm4_keys={7: b"k" * 16}, index_keys={7: b"i" * 32})
    found = await findings(keys)
    assert (found["sm4-keys"].level, found["index-keys"].level) == ("bad", "bad")
    assert "account.phone_sealed" in found["sm4-keys"].said


async def test_no_key_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with_settings(monkeypatch, sm4_keys={}, index_keys={}, vapid_keys={})
    found = await findings(keys)
    assert [found[id].level for id in ("sm4-keys", "index-keys", "vapid-keys")] == ["bad", "bad", "mind"]


async def test_what_nobody_can_derive_again_asks_for_patience_and_not_for_rekey(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await token_for()
    old = settings.settings()
    with_settings(monkeypatch, index_keys={**old.index_keys, 7: b"i" * 32}, sm4_keys=old.sm4_keys)
    await rekey.rekey()
    found = (await findings(keys))["index-keys"]
    assert found.level == "mind"
    assert "验证码" in found.said


async def test_devices_whose_push_key_is_gone_and_a_push_key_without_devices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = await token_for()
    visitor = await identity.visitor_for(token)
    assert visitor
    await db.rows(DEVICE, visitor.account, visitor.session)
    for numbers, expected in (({3}, "good"), ({3, 4}, "good"), ({4}, "bad"), ({2, 3, 4}, "mind")):
        with_settings(monkeypatch, vapid_keys={n: b"v" * 32 for n in numbers})
        assert await level(keys, "vapid-keys") == expected, numbers


DEVICE = """
INSERT INTO push_subscription (id, account, session, endpoint_hash, sealed, key_id, created_at, seen_at)
VALUES (gen_random_uuid(), $1, $2, 'x', '', 3, now(), now())
"""


# --- what runs by itself ---


async def test_no_worker(well: None) -> None:
    assert await level(work, "worker") == "good"
    await (await hints.redis()).delete(HEARTBEAT)
    assert await level(work, "worker") == "bad"


async def test_an_outbox_that_nobody_empties() -> None:
    owner, _ = await make.citizen()
    async with db.transaction():
        await notify.tell(owner.id, [notify.Promise("appointment-booked", "a")], about=uuid4(), facts={})
    assert await level(work, "outbox") == "good"
    await later(minutes=2)
    assert await level(work, "outbox") == "bad"


async def test_days_that_the_calendar_lacks(well: None) -> None:
    assert await level(work, "calendar") == "good"
    today = clock.local(await clock.now()).date()
    await db.rows("DELETE FROM calendar_day WHERE day = $1", today + dt.timedelta(days=50))
    assert await level(work, "calendar") == "bad"


async def test_a_schedule_that_is_published_in_november_but_not_here(well: None) -> None:
    assert await level(work, "calendar-next-year") == "good"
    await clock.move_to(dt.datetime(2026, 12, 5, 10, tzinfo=clock.SHANGHAI))
    assert await level(work, "calendar-next-year") == "mind"
    await db.rows("UPDATE calendar_day SET provisional = false")
    assert await level(work, "calendar-next-year") == "good"


async def test_reference_data_that_was_not_loaded_or_cannot_be(
    well: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await level(work, "reference") == "good"
    await state.remember(digest="another")
    assert await level(work, "reference") == "mind"

    def wrong(folder: Path) -> None:
        raise reference.BadReference("retention.toml: codes: Expected `int` >= 1")

    monkeypatch.setattr(reference.rules, "judge", wrong)
    assert await level(work, "reference") == "bad"


async def test_no_slots_ahead(well: None) -> None:
    assert await level(work, "slots") == "good"
    await db.rows("DELETE FROM slot WHERE day > '2026-11-27'")
    assert await level(work, "slots") == "mind"
    await db.rows("DELETE FROM slot")
    assert await level(work, "slots") == "bad"
    await db.rows("DELETE FROM capacity_template")
    assert await level(work, "slots") == "mind"


# --- what people meet ---


async def test_pages_that_were_not_built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert await level(site, "front-end") == "good"
    monkeypatch.setattr(site, "DIST", tmp_path)
    assert await level(site, "front-end") == "bad"
    (tmp_path / "manifest.json").write_text('{"app.css": "app-1.css"}')
    assert await level(site, "front-end") == "bad"


@pytest.mark.parametrize(
    ("mode", "url", "expected"),
    [("production", "https://qiban.test", "good"), ("production", "", "bad"), ("demo", "", "mind")],
)
async def test_an_address_without_https(
    monkeypatch: pytest.MonkeyPatch, mode: str, url: str, expected: str
) -> None:
    with_settings(monkeypatch, mode=mode, public_url=url)
    assert await level(site, "https") == expected


async def test_the_service_for_signatures_is_there_and_its_roots_are_valid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert await level(signing, "signing") == "good"
    async with serving() as service:
        there = Partner(*service.setting.split("|"))
        with_settings(monkeypatch, signing=there, signing_roots=[service.authority.root])
        found = await findings(signing)
        assert {one.id: one.level for one in found.values()} == {"signing": "good", "signing-roots": "good"}
    old = Authority(last=dt.datetime(2021, 1, 1, tzinfo=dt.UTC)).root
    with_settings(monkeypatch, signing=there, signing_roots=[old])
    found = await findings(signing)
    assert {one.id: one.level for one in found.values()} == {"signing": "bad", "signing-roots": "bad"}


async def test_production_without_a_way_for_text_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    with_settings(monkeypatch, mode="production", sms_providers=())
    assert await level(site, "sms-providers") == "bad"


async def test_a_demo_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    await state.remember(demo=True)
    assert await level(site, "demo-data") == "good"
    with_settings(monkeypatch, mode="production")
    assert await level(site, "demo-data") == "bad"


async def test_nobody_who_can_let_others_in(well: None) -> None:
    assert await level(site, "administrator") == "good"
    await db.rows("UPDATE staff SET disabled_at = now()")
    assert await level(site, "administrator") == "bad"


# --- the relay ---


async def test_no_relay_is_said_and_is_no_fault() -> None:
    assert await level(relay, "turn") == "mind"


async def test_each_way_to_the_relay_is_tried_with_a_name_of_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with relayed(monkeypatch, tmp_path) as server:
        assert (await level(relay, "turn-udp"), await level(relay, "turn-tcp")) == ("good", "good")
        assert await level(relay, "turn-tls") == "bad"  # nobody trusts its certificate
        with monkeypatch.context() as other:  # taken back before the relay's own settings are
            other.setenv("TURN_SECRET", "not what the relay knows")
            settings.settings.cache_clear()
            found = await findings(relay)
        settings.settings.cache_clear()
        assert "static-auth-secret" in found["turn-udp"].remedy
        server.stop()
        assert (await level(relay, "turn-udp"), await level(relay, "turn-tcp")) == ("bad", "bad")


# --- the command ---


async def test_with_the_database_away_it_still_tells_the_rest_and_ends_with_1(tmp_path: Path) -> None:
    away = {
        "DATABASE_URL": "postgresql://qiban:secret-word@127.0.0.1:1/qiban",
        "REDIS_URL": os.environ["REDIS_URL"],
    }
    ended = run("doctor", "--json", data=tmp_path, MODE="test", **away)
    found = {one["id"]: one for one in json.loads(ended.stdout)}
    assert ended.returncode == 1
    assert found["database-reachable"]["level"] == "bad"
    assert found["redis-reachable"]["level"] == "good"
    assert "front-end" in found
    assert "secret-word" not in ended.stdout + ended.stderr


async def test_what_is_bad_comes_first_and_every_remedy_is_told(tmp_path: Path) -> None:
    here = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "SM4_KEYS", "INDEX_KEYS")}
    ended = run("doctor", data=tmp_path, MODE="test", **here)
    assert ended.returncode == 1, ended.stderr
    levels = [line.split()[0] for line in ended.stdout.splitlines() if line[:1] in "好注坏"]
    assert levels[0] == "坏"
    assert "python -m backend load" in ended.stdout


def test_settings_that_cannot_be_used_are_one_line(tmp_path: Path) -> None:
    ended = run("doctor", data=tmp_path, **{**SERVERS, "SM4_KEYS": "1:ff"})
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert "SM4_KEYS" in ended.stderr


def test_where_nothing_is_bad_it_ends_with_0(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    async def well() -> list[Finding]:
        return [Finding("a", "good", "好着"), Finding("b", "mind", "看一下", "做点什么")]

    monkeypatch.setattr(doctor, "examine", well)
    assert doctor.doctor(as_json=False) == 0
    assert "坏 0" in capsys.readouterr().out


async def test_another_key_under_a_known_id_is_found(well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    await make.citizen()
    assert (await level(keys, "sm4-keys"), await level(keys, "index-keys")) == ("good", "good")
    known = settings.settings()
    with_settings(monkeypatch, sm4_keys=dict.fromkeys(known.sm4_keys, b"k" * 16))
    assert await level(keys, "sm4-keys") == "bad"
    with_settings(monkeypatch, sm4_keys=known.sm4_keys, index_keys=dict.fromkeys(known.index_keys, b"i" * 32))
    assert await level(keys, "index-keys") == "bad"
