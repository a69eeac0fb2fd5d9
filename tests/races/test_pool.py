"""No transaction keeps its connection, however it ends."""

import asyncio

from backend import db


async def held() -> int:
    """How many connections of this process's pool are out."""
    pool = db.engine().pool
    return int(pool.get_size() - pool.get_idle_size())


async def begin(began: list[bool]) -> None:
    async with db.transaction():
        began.append(True)


async def test_a_transaction_given_up_while_it_begins_gives_its_connection_back() -> None:
    began: list[bool] = []
    for _ in range(25):  # more than the pool has
        task = asyncio.create_task(begin(began))
        await asyncio.sleep(0)  # one step: BEGIN is on its way
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert began == []
    async with asyncio.timeout(5):
        await begin(began)
    assert began == [True]
    assert await held() == 0
