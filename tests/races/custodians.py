"""Clerks who hand over the same originals, in processes of their own."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

from tests.races.crowd import meet, pooled
from tests.races.movers import noted

Deed = Callable[[], Awaitable[object]]


def packs(case: UUID, paper: UUID, by: UUID, tries: int) -> Counter[str]:
    """Pack one original of the paper, so many times at once; how often it was done, and what was refused."""
    return asyncio.run(pooled(lambda: _packs(case, paper, by, tries)))


async def _packs(case: UUID, paper: UUID, by: UUID, tries: int) -> Counter[str]:
    from backend import cases, secrecy

    piles = [cases.Pile("hall:city", {paper: 1}, secrecy.fresh_token()[:40]) for _ in range(tries)]
    return await _at_once([partial(cases.pack, case, pile, "hall:town", pile.token, by) for pile in piles])


def receives(parcel: UUID, papers: list[UUID], by: UUID, tries: int) -> Counter[str]:
    """Receive one package, so many times at once."""
    return asyncio.run(pooled(lambda: _receives(parcel, papers, by, tries)))


async def _receives(parcel: UUID, papers: list[UUID], by: UUID, tries: int) -> Counter[str]:
    from backend import cases

    seen = cases.Seen(True, dict.fromkeys(papers, cases.Arrived(1)), "")
    return await _at_once([lambda: cases.receive_parcel(parcel, seen, by)] * tries)


async def _at_once(deeds: list[Deed]) -> Counter[str]:
    said: Counter[str] = Counter()
    meet(2)
    await asyncio.gather(*(noted(deed(), said) for deed in deeds))
    return said
