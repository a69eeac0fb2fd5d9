"""The hall's numbers as charts: arrivals, waiting, missed and given up by the hour, service by line and matter. Each
stands in a table below, too. No counter and nobody is drawn beside another.
"""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from backend.queue import chart
from backend.queue.numbers import Count, said

MOST_ITEMS = 8  # the most asked for; the table has the others


class Chart(msgspec.Struct, frozen=True):
    """A chart, its heading, and what the filled and the hollow bars of it mean."""

    title: str
    drawn: Markup
    key: tuple[str, ...] = ()


def charts(found: dict[str, list[Count]]) -> list[Chart]:
    """Those that have something to show."""
    return [one for one in (*_arrivals(found), _waits(found), _lost(found), *_service(found)) if one.drawn]


def _arrivals(found: dict[str, list[Count]]) -> list[Chart]:
    hours = [(said(one.name, "hour"), [one.arrivals]) for one in found["hour"]]
    days = [(f"{one.name.month}/{one.name.day}", [one.arrivals]) for one in found["day"]]
    return [
        Chart("每个钟点取号", chart.bars("每个钟点取号", hours, "个")),
        Chart("每天取号", chart.bars("每天取号", days if len(days) > 1 else [], "个")),
    ]


def _waits(found: dict[str, list[Count]]) -> Chart:
    title, key = "每个钟点等候", ("一半的人不超过", "九成的人不超过")
    values = [(said(one.name, "hour"), [one.wait_half, one.wait_most]) for one in found["hour"]]
    return Chart(f"{title}（分钟）", chart.bars(f"{title}，{'、'.join(key)}", values, "分钟"), key)


def _lost(found: dict[str, list[Count]]) -> Chart:
    title, key = "每个钟点没等到的", ("过号", "弃号、取消")
    values = [(said(one.name, "hour"), [one.missed, one.abandoned]) for one in found["hour"]]
    some = any(sum(numbers) for _, numbers in values)
    return Chart(title, chart.bars(f"{title}，{'；'.join(key)}", values if some else [], "个"), key)


def _service(found: dict[str, list[Count]]) -> list[Chart]:
    return [_serves("每类业务办理", found["line"]), _serves("常办的事办理", found["item"][:MOST_ITEMS])]


def _serves(title: str, counts: Sequence[Count]) -> Chart:
    key = ("一半的人不超过",)
    values = [(str(one.name), [one.service_half]) for one in counts if one.service_half is not None]
    return Chart(f"{title}（分钟）", chart.rows(f"{title}，{key[0]}", values, "分钟"), key)
