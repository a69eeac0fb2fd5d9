"""What each process of the crowd does. They meet at a barrier first, so that they really act at once."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from multiprocessing.synchronize import Barrier
from typing import TypeVar

import httpx

from backend import local
from tests.races.processes import OURS, PATIENCE

T = TypeVar("T")
Post = tuple[str, dict[str, str]]  # a session's token and a form
_barriers: dict[int, Barrier] = {}


def enter(barriers: dict[int, Barrier]) -> None:
    """First thing in each process: die with the tests, and be known to PostgreSQL by name."""
    local.end_with_parent()
    os.environ["DATABASE_URL"] += "?application_name=crowd"
    _barriers.update(barriers)


def meet(count: int) -> None:
    """Wait until so many processes are here."""
    _barriers[count].wait(PATIENCE)


def rush(url: str, posts: list[Post]) -> list[tuple[int, str]]:
    """One browser for each post, all connected beforehand, all at the same instant; status and page."""
    return asyncio.run(_rush(url, posts))


async def _rush(url: str, posts: list[Post]) -> list[tuple[int, str]]:
    many = httpx.Limits(max_connections=len(posts), max_keepalive_connections=len(posts))
    async with httpx.AsyncClient(
        base_url=url, headers=OURS, limits=many, timeout=PATIENCE, trust_env=False, verify=False
    ) as browsers:
        await asyncio.gather(*(browsers.get("/healthz") for _ in posts))
        meet(4)
        answers = await asyncio.gather(
            *(
                browsers.post("/appointments", data=form, headers={"cookie": f"session={token}"})
                for token, form in posts
            )
        )
    return [(answer.status_code, answer.text) for answer in answers]


def tab(url: str, posts: list[Post]) -> list[tuple[int, str]]:
    """One tab of two: round by round the same instant as the other."""
    with httpx.Client(base_url=url, headers=OURS, timeout=PATIENCE, trust_env=False, verify=False) as browser:
        return [_together(browser, post) for post in posts]


def _together(browser: httpx.Client, post: Post) -> tuple[int, str]:
    meet(2)
    answer = browser.post("/appointments", data=post[1], headers={"cookie": f"session={post[0]}"})
    return answer.status_code, answer.text


async def pooled(work: Callable[[], Awaitable[T]]) -> T:
    """Run it with this process's own connections."""
    from backend import db, hints

    await db.open_pool()
    try:
        return await work()
    finally:
        await hints.close()
        await db.close_pool()
