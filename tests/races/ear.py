"""Counts what the open pages of each account hear: one signal for each delivery."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis.asyncio as aioredis

from backend import hints

Heard = Counter[str]


@asynccontextmanager
async def listening(redis_url: str) -> AsyncIterator[Heard]:
    """The signals by account, from now on."""
    heard: Heard = Counter()
    async with aioredis.Redis.from_url(redis_url) as client, client.pubsub() as channel:
        await channel.psubscribe(f"{hints.PREFIX}account:*")
        await channel.get_message(timeout=5)  # subscribed
        task = asyncio.create_task(_count(channel, heard))
        try:
            yield heard
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _count(channel: aioredis.client.PubSub, heard: Heard) -> None:
    async for message in channel.listen():
        heard[message["channel"].decode().rpartition(":")[2]] += 1
