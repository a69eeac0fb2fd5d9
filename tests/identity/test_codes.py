"""One-time codes: who may ask for one, how often it may be tried, and that no race gets around it."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from importlib import import_module

import pytest

from backend import clock, db, identity
from backend.refusal import Refusal
from backend.settings import Settings, settings
from tests.identity.steps import PHONE, code_for, count, later

# The verb hides its module of the same name.
sending = import_module("backend.identity.send_code")
GUESSER = """
import asyncio, json, sys
from backend import db, identity
async def main():
    await db.open_pool(4)
    print("ready", flush=True)
    sys.stdin.readline()
    tries = (identity.sign_in(sys.argv[1], code) for code in sys.argv[2:])
    said = await asyncio.gather(*tries, return_exceptions=True)
    print(json.dumps([str(each) for each in said]))
    await db.close_pool()
asyncio.run(main())
"""


def wrong(code: str, n: int = 1) -> str:
    """Another code than the right one."""
    return f"{(int(code) + n) % 10**6:06d}"


async def test_the_code_opens_one_session_only() -> None:
    code = await code_for()
    assert await identity.sign_in(PHONE, code)
    with pytest.raises(identity.WrongCode):
        await identity.sign_in(PHONE, code)


async def test_a_code_is_good_for_five_minutes() -> None:
    code = await code_for()
    await later(minutes=5)
    with pytest.raises(identity.WrongCode, match="失效"):
        await identity.sign_in(PHONE, code)


async def test_only_the_latest_code_counts() -> None:
    first = await code_for()
    await later(seconds=61)
    second = await code_for()
    if first != second:
        with pytest.raises(identity.WrongCode):
            await identity.sign_in(PHONE, first)
    assert await identity.sign_in(PHONE, second)


async def test_a_code_of_one_phone_does_not_open_another() -> None:
    code = await code_for()
    with pytest.raises(identity.WrongCode):
        await identity.sign_in("10000000002", code)


async def test_after_five_wrong_tries_even_the_right_code_is_refused() -> None:
    code = await code_for()
    for left in (4, 3, 2, 1):
        with pytest.raises(identity.WrongCode, match=f"{left} 次"):
            await identity.sign_in(PHONE, wrong(code))
    with pytest.raises(identity.WrongCode, match="重新获取"):
        await identity.sign_in(PHONE, wrong(code))
    with pytest.raises(identity.WrongCode, match="太多"):
        await identity.sign_in(PHONE, code)
    assert await count("session") == 0


async def test_many_guesses_at_once_from_two_processes_get_five_tries_in_all() -> None:
    code = await code_for()
    guesses = [wrong(code, n) for n in range(1, 13)]
    guessers = [await _guesser(guesses[:6]), await _guesser(guesses[6:])]
    runs = await asyncio.gather(*(_guess(each) for each in guessers))
    said = Counter(each for run in runs for each in run)
    assert said["试错的次数太多了，请重新获取验证码"] == 12 - 5, said
    assert (await db.rows("SELECT tries FROM code"))[0]["tries"] == 5


async def test_a_code_used_twice_at_once_opens_one_session() -> None:
    code = await code_for()
    said = await asyncio.gather(*(identity.sign_in(PHONE, code) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(each, str) for each in said) == 1
    assert await count("session") == 1
    assert await count("account") == 1


async def _guesser(guesses: list[str]) -> Process:
    """A process that waits with its guesses, connected."""
    command = [sys.executable, "-c", GUESSER, PHONE, *guesses]
    started = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    assert started.stdout
    if await started.stdout.readline() != b"ready\n":
        _, complaint = await started.communicate()
        pytest.fail(f"exit {started.returncode}: {complaint.decode()[-2000:]}")
    return started


async def _guess(guesser: Process) -> list[str]:
    """Let it guess all at once; what each guess was told."""
    out, complaint = await guesser.communicate(b"go\n")
    assert guesser.returncode == 0, complaint.decode()[-2000:]
    return list(json.loads(out))


async def test_a_new_code_may_be_asked_for_after_a_minute() -> None:
    await code_for()
    with pytest.raises(identity.TooSoon, match="秒后"):
        await code_for()
    await later(seconds=60)
    assert await code_for()


async def test_an_eleventh_code_waits_for_tomorrow() -> None:
    for _ in range(10):
        await code_for()
        await later(seconds=61)
    with pytest.raises(Refusal, match="明天"):
        await code_for()
    assert await code_for("10000000002")
    await later(days=1)
    assert await code_for()


async def test_two_codes_asked_for_at_once_are_one() -> None:
    said = await asyncio.gather(*(code_for() for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(each, str) for each in said) == 1
    assert await count("code") == 1


async def test_one_address_gets_so_many_codes_an_hour_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Settings(mode="test", index_keys=settings().index_keys, codes_per_address_hour=4)
    monkeypatch.setattr(sending, "settings", lambda: few)
    phones = [f"1000000{n:04d}" for n in range(8)]
    said = await asyncio.gather(*(code_for(phone) for phone in phones), return_exceptions=True)
    assert sum(isinstance(each, str) for each in said) == 4
    refused = next(phone for phone, each in zip(phones, said, strict=True) if isinstance(each, Refusal))
    assert await code_for(refused, "10.0.0.2")
    await later(hours=1)
    assert await code_for("10000000099")


async def test_neither_phone_nor_code_nor_address_can_be_read_from_the_table() -> None:
    code = await code_for(address="203.0.113.9")
    row = repr((await db.rows("SELECT * FROM code"))[0])
    assert code not in row
    assert PHONE not in row
    assert "203.0.113.9" not in row
    assert await clock.now()
