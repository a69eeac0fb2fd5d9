"""What every answer says about itself, whoever gives it."""

import httpx
import pytest

WANTED = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/nowhere/at/all", 404),
        ("GET", "/items/nonsense", 404),
        ("DELETE", "/items", 405),
        ("POST", "/nowhere", 405),
        ("GET", "/people", 303),
        ("GET", "/console", 303),
        ("GET", "/healthz", 200),
        ("GET", "/assets/nothing.js", 404),
    ],
)
async def test_every_answer_is_sealed(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers.keys() >= WANTED
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert len(answer.headers.get_list("content-security-policy")) == 1


async def test_a_request_from_elsewhere_is_refused_with_the_same_headers(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/codes", data={"phone": "10000000001"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403
    assert WANTED | {"x-request-id"} <= answer.headers.keys()
    assert "不是从本网站的页面发出的" in answer.text


async def test_an_error_speaks_chinese_and_shows_no_trace(client: httpx.AsyncClient) -> None:
    for method, path in (
        ("GET", "/nowhere"),
        ("DELETE", "/items"),
        ("GET", "/items/0"),
        ("POST", "/items/found"),
    ):
        answer = await client.request(method, path)
        assert "Traceback" not in answer.text
        assert "回首页" in answer.text, path
