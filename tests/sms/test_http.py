"""The gateway over HTTP, with a provider that has every fault: retry, fail-over, back-off, exhaustion."""

import asyncio

import pytest

from backend import clock, db, sms
from backend.sms import http_gateway
from backend.sms.rules import rules
from tests import factories as make
from tests.sms.conftest import ahead, events, number, outcome, promise
from tests.sms.provider import Provider

WAYS_TO_FAIL = ["500", "503", "429", "408", "302", "hang", "reset", "lost", "late", "nonsense"]


async def test_a_message_is_handed_over_signed_with_its_key_and_the_city_s_signature(one: Provider) -> None:
    to = number()
    async with db.transaction():
        await sms.send(to, "明天见", key="k", kind="reminder")
    await sms.sweep()
    [asked] = one.asked
    id = str((await db.rows("SELECT id FROM sms"))[0]["id"])
    assert asked.genuine
    assert asked.key == id
    assert asked.message == {"id": id, "phone": to, "text": "【启东政务】明天见", "kind": "reminder"}
    assert (await outcome()).state == "sent"


@pytest.mark.parametrize("fault", WAYS_TO_FAIL)
async def test_what_failed_for_a_time_is_offered_again_with_the_same_key(one: Provider, fault: str) -> None:
    one.script = [fault]
    await promise()
    await sms.sweep()
    failed = await outcome()
    assert failed.state == "waiting"
    assert failed.reason
    assert await sms.sweep() == 0  # it rests
    await ahead(rules().retry.first_seconds)
    await sms.sweep()
    assert (await outcome()).state == "sent"
    assert len(set(one.keys)) == 1
    assert one.copies.total() == 1


async def test_rests_double_up_to_the_most(one: Provider) -> None:
    one.always = "500"
    await promise()
    rule, rests = rules().retry, []
    for _ in range(rule.attempts - 1):
        await sms.sweep()
        [row] = await db.rows("SELECT due_at, (SELECT max(at) FROM sms_event) AS tried_at FROM sms")
        rests.append(round((row["due_at"] - row["tried_at"]).total_seconds()))
        await ahead(rests[-1] - 2)
        assert await sms.sweep() == 0
        await ahead(3)
    assert rests == [min(rule.most_seconds, rule.first_seconds * 2**n) for n in range(rule.attempts - 1)]


async def test_a_message_nobody_takes_has_failed_in_the_end_and_says_why(one: Provider) -> None:
    one.always = "503"
    await promise()
    for _ in range(rules().retry.attempts + 3):
        await sms.sweep()
        await ahead(rules().retry.most_seconds + 1)
    failed = await outcome()
    assert (failed.state, failed.lost) == ("failed", True)
    assert failed.reason == "试了多次都没有发出：短信服务商出了故障（503）"
    assert len(one.asked) == rules().retry.attempts
    assert len(set(one.keys)) == 1


@pytest.mark.parametrize("status", ["400", "401", "403", "404", "422"])
async def test_a_no_is_final(two: list[Provider], status: str) -> None:
    two[0].script = [status]
    await promise()
    await sms.sweep()
    refused = await outcome()
    assert (refused.state, refused.reason) == ("failed", f"短信服务商拒收（{status}）")
    await ahead(3600)
    await sms.sweep()
    assert (len(two[0].asked), len(two[1].asked)) == (1, 0)


@pytest.mark.parametrize("fault", WAYS_TO_FAIL)
async def test_when_one_provider_fails_the_other_is_asked_at_once(two: list[Provider], fault: str) -> None:
    east, west = two
    east.script = [fault]
    await promise()
    assert await sms.sweep() == 1
    assert await sms.sweep() == 1  # the clock stood still
    assert (await outcome()).state == "sent"
    assert [len(east.keys), len(west.keys)] == [1, 1]
    assert east.keys == west.keys
    assert west.copies.total() == 1


async def test_a_provider_that_is_not_there_costs_nothing_but_the_other_s_turn(
    two: list[Provider], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.sms.conftest import use

    east, west = two
    east.port = 9  # nobody listens there
    use(monkeypatch, east, west)
    await promise()
    await sms.sweep()
    await sms.sweep()
    assert (await outcome()).state == "sent"
    assert "east temporary unreachable" in await events()


async def test_when_both_fail_the_message_rests_and_begins_with_the_first_again(two: list[Provider]) -> None:
    east, west = two
    east.script, west.script = ["500"], ["500"]
    await promise()
    assert [await sms.sweep() for _ in range(3)] == [1, 1, 0]
    await ahead(rules().retry.first_seconds)
    assert await sms.sweep() == 1
    assert [len(east.keys), len(west.keys)] == [2, 1]
    assert (await outcome()).state == "sent"


async def test_a_busy_provider_is_not_asked_before_its_time(one: Provider) -> None:
    one.script = ["429 90"]
    await promise("a")
    await sms.sweep()
    await promise("b")
    await ahead(60)
    assert await sms.sweep() == 0
    await ahead(31)
    assert await sms.sweep() == 2
    assert one.copies.total() == 2


async def test_retry_after_may_be_a_date(one: Provider) -> None:
    from email.utils import format_datetime

    when = (await clock.now()).replace(microsecond=0)
    one.script = [f"503 {format_datetime(when.replace(hour=(when.hour + 1) % 24), usegmt=True)}"]
    await promise()
    await sms.sweep()
    await ahead(3500)
    assert await sms.sweep() == 0
    await ahead(101)
    assert await sms.sweep() == 1


@pytest.mark.parametrize("nonsense", ["soon", "-5", "99999999999999", "²"])
async def test_a_retry_after_that_makes_no_sense_is_not_believed(one: Provider, nonsense: str) -> None:
    one.script = [f"429 {nonsense}".encode().decode("latin-1")]
    await promise()
    await sms.sweep()
    await ahead(rules().retry.busy_most_seconds + 1)
    assert await sms.sweep() == 1
    assert (await outcome()).state == "sent"


async def test_while_one_is_busy_the_other_sends_all(two: list[Provider]) -> None:
    east, west = two
    east.script = ["429 60"]
    for n in range(5):
        await promise(f"{n}")
        await sms.sweep()
        await sms.sweep()
    assert [len(east.asked), len(west.asked)] == [1, 5]


async def test_a_demo_s_number_never_leaves(one: Provider) -> None:
    async with db.transaction():
        await sms.send(make.phone(), "您好", key="k", kind="reminder")
    await sms.sweep()
    assert one.asked == []
    failed = await outcome()
    assert (failed.state, failed.reason) == ("failed", "演示号码，不会真的发出")


async def test_a_message_taken_back_on_its_way_is_not_tried_again(one: Provider) -> None:
    one.script = ["503"]
    await promise()
    await sms.sweep()
    async with db.transaction():
        await sms.withdraw("k")
    await ahead(60)
    assert await sms.sweep() == 0
    assert (await outcome()).state == "withdrawn"


async def test_a_message_taken_back_while_the_provider_has_it_counts_as_sent(one: Provider) -> None:
    one.script = ["held"]
    await promise()
    sending = asyncio.ensure_future(sms.sweep())
    await one.reached.wait()
    async with db.transaction():
        await sms.withdraw("k")
    one.go_on.set()
    await sending
    assert (await outcome()).state == "sent"
    assert await events("withdrawn") == ["withdrawn"]


async def test_ten_sweeps_at_once_hand_over_once(one: Provider) -> None:
    for n in range(20):
        await promise(f"{n}")
    offered = await asyncio.gather(*(sms.sweep() for _ in range(10)))
    assert sum(offered) == 20
    assert len(one.keys) == len(set(one.keys)) == 20


async def test_a_fault_of_ours_is_logged_and_costs_no_message(
    one: Provider, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await promise()
    with monkeypatch.context() as broken:
        broken.setattr(http_gateway, "signed", lambda *args: 1 / 0)
        await sms.sweep()
    assert "ZeroDivisionError" in "".join(capsys.readouterr())
    assert (await outcome()).reason == "我们这边出了错，已经记录下来"
    await ahead(rules().retry.first_seconds)
    await sms.sweep()
    assert (await outcome()).state == "sent"


async def test_what_would_have_been_sent_is_logged_without_phone_and_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    to = number()
    async with db.transaction():
        await sms.send(to, "您的验证码是 246810", key="code:1", kind="code")
    await sms.sweep()
    said = "".join(capsys.readouterr())
    assert str((await db.rows("SELECT id FROM sms"))[0]["id"]) in said
    assert to not in said
    assert "246810" not in said
    assert (await outcome("code:1")).state == "sent"
