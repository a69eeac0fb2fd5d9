"""Bookings of past weeks: slots as the templates give them, bookings of a few people who do nothing else, arrived or
missed. Nobody was told anything.
"""

import datetime as dt
from uuid import UUID

from backend import db

# How full each half hour from 9:00 is, in percent, and each weekday from Monday on.
HOURS = [85, 110, 105, 95, 70, 50, 60, 50, 45, 65, 100, 90, 70, 60, 45, 30]
WEEKDAYS = [100, 85, 70, 60, 80, 90]

# The days, and what each offers by its weekday's templates.
PLANNED = """
calendar_day c JOIN capacity_template t ON t.counters > 0 AND t.weekday =
    CASE WHEN c.working AND extract(isodow FROM c.day) > 5 THEN 1
         WHEN c.working OR c.name = '' THEN extract(isodow FROM c.day) END
JOIN line l ON l.id = t.line JOIN hall h ON h.id = l.hall
"""
SLOTS = f"""
INSERT INTO slot (id, hall, line, day, starts_at, ends_at, offered, capacity, taken)
SELECT gen_random_uuid(), hall, line, day, start AT TIME ZONE 'Asia/Shanghai',
       (start + step) AT TIME ZONE 'Asia/Shanghai', places, places,
       -- The last factor is chance: 85 to 115 percent, the same whenever the demo is made anew on this day.
       least(places, places
           * ($3::int[])[1 + (extract(hour FROM start) * 2 + extract(minute FROM start) / 30)::int - 18]
           * ($4::int[])[weekday] / 10000
           * (85 + abs(hashtext(letter || start)) % 31) / 100)
FROM (SELECT l.hall, l.id AS line, l.letter, c.day, t.weekday, make_interval(mins => t.slot_minutes) AS step,
             t.counters::int * t.slot_minutes * t.online_percent / t.minutes_per_matter / 100 AS places,
             generate_series(c.day + t.starts, c.day + t.ends - make_interval(mins => t.slot_minutes),
                             make_interval(mins => t.slot_minutes)) AS start
      FROM {PLANNED}
      WHERE h.kind = 'city' AND c.day >= $1 AND c.day < $2) planned
WHERE extract(hour FROM start) BETWEEN 9 AND 16
ON CONFLICT DO NOTHING
"""  # noqa: S608  # our own constants
# Thirteen of fourteen came, up to ten minutes early; the more a matter is asked for, the more booked it.
BOOKINGS = """
WITH done AS (
    SELECT p.line, p.item, i.asked, sum(i.asked) OVER (PARTITION BY p.line ORDER BY i.code) AS up_to,
           sum(i.asked) OVER (PARTITION BY p.line) AS of_all
    FROM item_place p JOIN item i ON i.id = p.item WHERE i.bookable AND i.asked > 0
), came AS (
    SELECT s.id AS slot, s.line, s.day, s.starts_at,
           abs(hashtext(place || ' ' || extract(epoch FROM s.starts_at))) AS which,
           row_number() OVER (ORDER BY s.starts_at, s.line, place) AS n
    FROM slot s, generate_series(1, s.taken) AS place WHERE s.day >= $1 AND s.day < $2
)
INSERT INTO appointment (id, number, slot, item, person, person_index, day, booked_by, state, created_at, arrived_at)
SELECT gen_random_uuid(), 'P' || lpad(n::text, 8, '0'), slot, item, p.id, p.id_index, day, p.account,
       CASE WHEN n % 14 = 0 THEN 'missed' ELSE 'arrived' END, starts_at - interval '3 days',
       CASE WHEN n % 14 = 0 THEN NULL ELSE starts_at - make_interval(mins => n::int % 11) END
FROM came JOIN done ON done.line = came.line AND which % of_all < up_to AND which % of_all >= up_to - asked
JOIN unnest($3::uuid[]) WITH ORDINALITY AS who (id, at) ON who.at = 1 + n % cardinality($3::uuid[])
JOIN person p ON p.id = who.id
"""
# Whoever did not come was marked when the slot was over; a hall learns from it how many come.
MISSED = """
INSERT INTO appointment_event (id, appointment, at, kind, from_state, to_state, why)
SELECT gen_random_uuid(), a.id, s.ends_at, 'missed', 'booked', 'missed', ''
FROM appointment a JOIN slot s ON s.id = a.slot JOIN hall h ON h.id = s.hall
WHERE h.kind = 'city' AND s.day >= $1 AND s.day < $2 AND a.state = 'missed'
"""


async def write(people: list[UUID], first: dt.date, today: dt.date) -> None:
    """A part: the bookings from the first day until yesterday, shared out among these people."""
    await db.rows(SLOTS, first, today, HOURS, WEEKDAYS)
    await db.rows(BOOKINGS, first, today, people)
    await db.rows(MISSED, first, today)
