"""`python -m backend keys`: what production needs, ready for an `.env`."""

import pytest

from backend import settings
from backend.commands import keys

SERVERS = {
    "MODE": "production",
    "DATABASE_URL": "postgresql://qiban@db/qiban",
    "REDIS_URL": "redis://redis/0",
    "PUBLIC_URL": "https://qiban.test",
    "SMS_PROVIDERS": "none",
}


def read(lines: str) -> dict[str, str]:
    """An `.env` as Docker reads it."""
    return dict(line.split("=", 1) for line in lines.splitlines())


def test_what_it_prints_is_all_that_production_asks_beside_its_servers() -> None:
    found = settings.read({**SERVERS, **read(keys.env())})
    assert (set(found.sm4_keys), set(found.index_keys)) == ({1}, {1})
    assert len(found.metrics_token) > 30


def test_no_two_runs_print_the_same() -> None:
    first, second = read(keys.env()), read(keys.env())
    assert not set(first.values()) & set(second.values())


def test_the_next_keys_take_the_next_id_so_that_they_can_be_joined_to_those_in_use() -> None:
    old = read(keys.env(after=6))
    fresh = read(keys.env(keys.highest(old)))
    both = settings.read({name: f"{old[name]},{fresh[name]}" for name in ("SM4_KEYS", "INDEX_KEYS")})
    assert (set(both.sm4_keys), set(both.index_keys)) == ({7, 8}, {7, 8})


@pytest.mark.parametrize(
    "missing",
    ["SM4_KEYS", "INDEX_KEYS", "VAPID_KEYS", "SMS_PROVIDERS", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL"],
)
def test_production_names_what_it_lacks_and_how_one_is_made(missing: str) -> None:
    given = {**SERVERS, **read(keys.env())}
    with pytest.raises(settings.BadSetting) as refused:
        settings.read({name: value for name, value in given.items() if name != missing})
    said = str(refused.value)
    assert f"needs {missing} (" in said
    assert not [
        name for name in given if name != missing and name in said.replace("MODE=", "") and name != "MODE"
    ]


def test_all_that_production_lacks_is_named_at_once() -> None:
    with pytest.raises(settings.BadSetting) as refused:
        settings.read({"MODE": "production"})
    assert all(name in str(refused.value) for name in ("SM4_KEYS", "INDEX_KEYS", "DATABASE_URL", "REDIS_URL"))


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(settings.BadSetting, match="METRICS_TOKEN"):
        settings.read({"METRICS_TOKEN": "short"})
