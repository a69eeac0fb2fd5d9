"""Logs name a request and what became of it, and nothing about a person."""

import asyncpg
import httpx
import pytest
import structlog
from structlog.testing import capture_logs

from backend import db, log

PHONE = "10000009999"


def told_of(error: BaseException) -> str:
    try:
        raise error
    except type(error) as raised:
        return log.told(raised)


async def test_a_request_is_one_line_with_its_route_and_without_its_query(client: httpx.AsyncClient) -> None:
    with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        answer = await client.get(f"/items?q={PHONE}")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/items", answer.status_code)
    assert line["request"] == answer.headers["x-request-id"]
    assert PHONE not in str(lines)


async def test_a_path_is_logged_as_its_template(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await client.get(f"/items/{PHONE}")
    assert PHONE not in str(lines)


async def test_two_requests_have_two_ids(client: httpx.AsyncClient) -> None:
    first, second = await client.get("/healthz"), await client.get("/healthz")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_a_number_in_an_exception_is_not_told() -> None:
    told = told_of(ValueError(f"no such phone: {PHONE}"))
    assert PHONE not in told
    assert "ValueError: no such phone" in told
    assert "test_log.py" in told


async def test_the_row_that_postgresql_repeats_is_not_told() -> None:
    twice = "INSERT INTO staff (id, username) SELECT gen_random_uuid(), '王小燕' FROM generate_series(1, 2)"
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await db.rows(twice)
    assert "王小燕" in str(refused.value)
    assert "王小燕" not in log.told(refused.value)


def test_the_cause_of_an_exception_is_told_first() -> None:
    error = RuntimeError("second")
    error.__cause__ = ValueError("first")
    told = told_of(error)
    assert told.index("ValueError: first") < told.index("RuntimeError: second")
