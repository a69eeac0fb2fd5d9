"""What other rules would mean today, counted before they are saved: places, limits, cancelling."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, identity
from backend.appointments.capacity import READERS
from backend.appointments.fill import planned, reach

OF_THE_GROUP = """
items AS (SELECT id FROM item i WHERE i.policy_group = $1
          OR $1 = 'default' AND i.policy_group NOT IN (SELECT "group" FROM appointment_policy))
"""
LINES = (
    f"WITH {OF_THE_GROUP} SELECT DISTINCT p.line FROM item_place p JOIN item i ON i.id = p.item"  # noqa: S608  # constants
    " WHERE p.item IN (SELECT id FROM items) AND i.bookable"
)
# Each place by whether it can be booked under the old rules and under the new.
PLACES = """
WITH free AS (SELECT day, greatest(offered - taken, 0) AS free,
                     starts_at >= $2 AND day <= $3 AS old, starts_at >= $4 AND day <= $5 AS new
              FROM slot WHERE line = ANY($1) AND starts_at >= least($2::timestamptz, $4::timestamptz)
              AND day <= greatest($3::date, $5::date) AND offered > taken)
SELECT coalesce(sum(free) FILTER (WHERE new AND NOT old), 0) AS opened,
       coalesce(sum(free) FILTER (WHERE old AND NOT new), 0) AS closed,
       count(DISTINCT day) FILTER (WHERE new) AS days_new, count(DISTINCT day) FILTER (WHERE old) AS days_old
FROM free
"""
HELD = f"""
WITH {OF_THE_GROUP},
     mine AS (SELECT a.* FROM appointment a WHERE a.item IN (SELECT id FROM items) AND a.state <> 'cancelled'
              AND a.day >= date_trunc('month', $2::date)::date),
     person AS (SELECT count(*) FILTER (WHERE state = 'booked' AND day >= $2) AS n FROM mine GROUP BY person_index),
     person_month AS (SELECT count(*) AS n FROM mine GROUP BY person_index, date_trunc('month', day)),
     account AS (SELECT count(*) FILTER (WHERE state = 'booked' AND day >= $2) AS n FROM mine GROUP BY booked_by),
     account_month AS (SELECT count(*) AS n FROM mine GROUP BY booked_by, date_trunc('month', day))
SELECT (SELECT count(*) FROM person WHERE n > $3::int) AS person,
       (SELECT count(*) FROM person_month WHERE n > $4::int) AS person_month,
       (SELECT count(*) FROM account WHERE n > $5::int) AS account,
       (SELECT count(*) FROM account_month WHERE n > $6::int) AS account_month
"""  # noqa: S608  # constants
CANCELLABLE = f"""
WITH {OF_THE_GROUP}
SELECT count(*) FILTER (WHERE starts_at >= $3 AND starts_at < $2) AS again,
       count(*) FILTER (WHERE starts_at >= $2 AND starts_at < $3) AS no_more
FROM appointment a JOIN slot s ON s.id = a.slot WHERE a.state = 'booked' AND a.item IN (SELECT id FROM items)
"""  # noqa: S608  # constants

# A no-show counts for a proved ID, else for the account, and towards one pause only; groups count together.
NO_SHOWS = """
WITH due AS (SELECT count(*) FILTER (WHERE at > $1) AS old, count(*) FILTER (WHERE at > $2) AS new FROM no_show
             WHERE withdrawn_at IS NULL AND pause IS NULL
             GROUP BY coalesce(encode(person_index, 'hex'), account::text)),
     running AS (SELECT count(n.id) FILTER (WHERE n.at > p.since - $5::interval) AS n
                 FROM booking_pause p LEFT JOIN no_show n ON n.pause = p.id AND n.withdrawn_at IS NULL
                 WHERE p.state = 'running' AND p.until > $6 GROUP BY p.id)
SELECT (SELECT count(*) FROM due WHERE $3::int > 0 AND old + 1 >= $3) AS near_old,
       (SELECT count(*) FROM due WHERE $4::int > 0 AND new + 1 >= $4) AS near_new,
       (SELECT count(*) FROM running WHERE $4 = 0 OR n < $4) AS spared
"""


class Effect(msgspec.Struct):
    """One thing that would change, in words; `kind` is for the eye: more, less or same."""

    title: str
    line: str
    kind: str = "same"


async def effect(group: str, old: dict[str, Any], new: dict[str, Any], by: UUID) -> list[Effect]:
    """What the `new` values would change for the items of a group, as things stand now. Refuses: Denied."""
    await identity.require(by, *READERS)
    now = await clock.now()
    return [
        await _places(group, old, new, now),
        *await _held(group, old, new, now),
        await _cancelling(group, old, new, now),
        await _pausing(old, new, now),
    ]


async def _places(group: str, old: dict[str, Any], new: dict[str, Any], now: dt.datetime) -> Effect:
    lines = [row["line"] for row in await db.rows(LINES, group)]
    spans = [await _span(values, now) for values in (old, new)]
    [found] = await db.rows(PLACES, lines, *spans[0], *spans[1])
    days, places = await _unmade(lines, spans[0][1], spans[1][1])
    opened, closed = found["opened"] + places, found["closed"]
    if not opened and not closed:
        return Effect("现在能约的号", "不多也不少")
    more = found["days_new"] + days - found["days_old"]
    told = [f"多放出 {opened} 个" if opened else "", f"少掉 {closed} 个" if closed else ""]
    told.append(f"能约的日子{'多' if more > 0 else '少'} {abs(more)} 天" if more else "能约的日子不变")
    return Effect("现在能约的号", "，".join(filter(None, told)), "less" if closed > opened else "more")


async def _span(values: dict[str, Any], now: dt.datetime) -> tuple[dt.datetime, dt.date]:
    first = now + dt.timedelta(minutes=values["notice_minutes"])
    return first, await clock.working_day_after(clock.local(now).date(), values["window_working_days"])


async def _unmade(lines: list[UUID], old: dt.date, new: dt.date) -> tuple[int, int]:
    """Days and places that a wider window would reach and for which no slots were made yet."""
    first = max(old, await reach())
    found = [
        sum(row[-1] for row in await planned(first + dt.timedelta(days=n), lines))
        for n in range(1, (new - first).days + 1)
    ]
    return sum(places > 0 for places in found), sum(found)


async def _held(group: str, old: dict[str, Any], new: dict[str, Any], now: dt.datetime) -> list[Effect]:
    before, after = await _over(group, old, now), await _over(group, new, now)
    return [_limit("超过同时的上限", before[:2], after[:2]), _limit("超过每月的上限", before[2:], after[2:])]


async def _over(group: str, values: dict[str, Any], now: dt.datetime) -> tuple[int, ...]:
    """People and accounts over the limit at once, people and accounts over that of a month."""
    active, month, factor = values["active_per_person"], values["month_per_person"], values["account_factor"]
    limits = (active, month, active * factor, month * factor)
    [over] = await db.rows(HELD, group, clock.local(now).date(), *limits)
    return tuple(over[name] for name in ("person", "account", "person_month", "account_month"))


def _limit(title: str, before: tuple[int, ...], after: tuple[int, ...]) -> Effect:
    kind = "same" if before == after else "less" if sum(after) > sum(before) else "more"
    if not any(after):
        return Effect(title, "没有人", kind)
    return Effect(title, f"{after[0]} 人、{after[1]} 个账号；已约的都保留，只是不能再加", kind)


async def _cancelling(group: str, old: dict[str, Any], new: dict[str, Any], now: dt.datetime) -> Effect:
    until = [now + dt.timedelta(minutes=values["cancel_until_minutes"]) for values in (old, new)]
    [found] = await db.rows(CANCELLABLE, group, *until)
    if found["no_more"]:
        return Effect("网上取消、改时间", f"{found['no_more']} 个预约马上不能再改，只能打电话", "less")
    if found["again"]:
        return Effect("网上取消、改时间", f"{found['again']} 个预约又可以在网上改了", "more")
    return Effect("网上取消、改时间", "眼下没有预约受影响")


async def _pausing(old: dict[str, Any], new: dict[str, Any], now: dt.datetime) -> Effect:
    if all(old[name] == new[name] for name in ("no_shows", "no_show_days")):
        return Effect("没来就暂停", "次数和天数没改")
    spans = [dt.timedelta(days=values["no_show_days"]) for values in (old, new)]
    [found] = await db.rows(
        NO_SHOWS, now - spans[0], now - spans[1], old["no_shows"], new["no_shows"], spans[1], clock.local(now).date()
    )  # fmt: skip
    told = [f"再有一次没来就暂停的，从 {found['near_old']} 人变成 {found['near_new']} 人"]
    if found["spared"]:
        told.append(f"现在暂停着的有 {found['spared']} 人按新规则不会暂停，他们要申诉或到期才恢复")
    more = found["near_new"] - found["near_old"]
    return Effect(
        "没来就暂停", "；".join(told), "less" if more > 0 else "more" if more or found["spared"] else "same"
    )
