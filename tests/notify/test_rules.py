"""`notices.toml` and the words for a phone's screen."""

import datetime as dt
from uuid import uuid4

import pytest

from backend import clock, notify
from backend.notify import push, texts
from backend.notify.devices import Keys
from backend.notify.rules import rules
from tests.test_structure import FACTS, KINDS


def test_every_kind_that_has_words_has_its_rules_and_no_other():
    assert set(rules().kinds) == set(KINDS)
    assert {kind.group for kind in rules().kinds.values()} == {*rules().groups, ""}


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_s_screen_says_when_and_where_and_nothing_else(kind: str):
    title, body = texts.push(kind, FACTS)
    assert 0 < len(title) <= 40
    assert body
    for private in ("100000017", "身份证", "公安", "管道检修", "人来了", "0513"):
        assert private not in title + body


@pytest.mark.parametrize("kind", KINDS)
def test_a_push_is_small(kind: str):
    title, body = texts.push(kind, FACTS)
    one = push.Ring(
        id=uuid4(), title=title, body=body, leads=f"/notices/trials/{uuid4()}", topic=uuid4(), urgency="high", ttl=60,
        keys=Keys("https://fcm.googleapis.com/x", "", ""), key_id=1,
    )  # fmt: skip
    assert len(push.payload(one)) < push.MOST_BYTES / 2


def test_a_kind_that_nobody_described_says_only_that_there_is_something():
    assert texts.push("queue-unheard", "{}") == ("其他消息", "有新消息，点开看")


@pytest.mark.parametrize(
    ("time", "morning"), [("20:59", "20:59"), ("21:00", "08:00"), ("07:59", "08:00"), ("08:00", "08:00")]
)
def test_the_quiet_hours_end_in_the_morning(time: str, morning: str):
    at = clock.at(dt.date(2026, 11, 23), dt.time.fromisoformat(time))
    assert f"{clock.local(notify.awake(at)):%H:%M}" == morning
    assert notify.awake(at) - at < dt.timedelta(hours=12)
