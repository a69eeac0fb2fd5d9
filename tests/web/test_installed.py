"""What makes a browser keep us as an app."""

import httpx


async def test_the_service_worker_lies_at_the_root_and_is_asked_for_again_each_time(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/sw.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "import " not in answer.text
