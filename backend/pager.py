"""Lists a page at a time: how many there are in all, and those of one page.

Which they are is found by their ids alone, and only those of the page are looked at whole.
"""

from typing import Any

import msgspec

from backend import db

PAGE = 100


class Listed(msgspec.Struct, frozen=True):
    """The rows of one page, which page it is (from 1), and how many rows there are on all of them."""

    rows: list[dict[str, Any]]
    page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages; an empty list has one."""
        return max(-(-self.total // PAGE), 1)


async def listed(whole: str, chosen: str, order: str, page: int, *values: Any) -> Listed:
    """A page of a list; one beyond the end is the last. `chosen`: FROM and WHERE, with `values`; `order`: ends with
    the `id` that it lists; `whole`: the SELECT of rows that have it.
    """
    key = order.rpartition(" ")[2]
    total = (await db.rows(f"SELECT count(*) AS n {chosen}", *values))[0]["n"]
    page = min(max(page, 1), Listed([], 1, total).pages)
    sql = f"SELECT {key} AS id {chosen} ORDER BY {order} LIMIT {PAGE} OFFSET {(page - 1) * PAGE}"
    ids = [row["id"] for row in await db.rows(sql, *values)]
    rows = await db.rows(f"{whole} WHERE {key} = ANY($1) ORDER BY array_position($1, {key})", ids)
    return Listed(rows, page, total)
