"""An endpoint is an address that a stranger gives us."""

import pytest

from backend.notify.endpoints import allowed
from backend.settings import settings

GOOD = [
    "https://fcm.googleapis.com/fcm/send/abc:def",
    "https://updates.push.services.mozilla.com/wpush/v2/abc",
    "https://web.push.apple.com/abc",
    "https://sg2p.notify.windows.com/w/?token=abc",
    "https://fcm.googleapis.com:443/x",
]
BAD = [
    "http://fcm.googleapis.com/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://evilpush.apple.com.example/",
    "https://push.apple.com/x",
    "https://xpush.apple.com/x",
    "https://fcm.googleapis.com:8443/x",
    "https://me@fcm.googleapis.com/x",
    "https://fcm.googleapis.com@169.254.169.254/x",
    "https://169.254.169.254/latest/meta-data",
    "https://127.0.0.1/x",
    "https://[::1]/x",
    "https://localhost/x",
    "https://fcm.googleapis.com\\@evil.example/x",
    "https://fcm.googleapis.com/x#y",
    "https://fcm.googleapis.com/" + "x" * 1000,
    "https://[/x",
    "https://fcm.googleapis.com:99999/x",
    "file:///etc/passwd",
    "",
]


@pytest.fixture(params=["demo", "production"])
def outside_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is outside tests."""
    import msgspec

    other = msgspec.structs.replace(settings(), mode=request.param)
    monkeypatch.setattr("backend.notify.endpoints.settings", lambda: other)


@pytest.mark.usefixtures("outside_tests")
@pytest.mark.parametrize("endpoint", GOOD)
def test_the_push_services_of_the_browsers_are_asked(endpoint: str):
    assert allowed(endpoint)


@pytest.mark.usefixtures("outside_tests")
@pytest.mark.parametrize("endpoint", BAD)
def test_nothing_else_is_ever_asked(endpoint: str):
    assert not allowed(endpoint)


def test_this_very_machine_is_asked_in_tests_only():
    assert allowed("http://127.0.0.1:8080/notify/x")
    assert not allowed("http://localhost:8080/notify/x")
    assert not allowed("http://10.0.0.1/notify/x")
