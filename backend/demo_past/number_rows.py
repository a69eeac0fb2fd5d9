"""Statements that write past numbers in bulk. Times come as seconds after midnight in Qidong."""

DAYS = """
INSERT INTO queue_day (id, hall, day) SELECT gen_random_uuid(), h.id, day FROM hall h, unnest($1::date[]) AS day
WHERE h.kind = 'city'
"""
AT = "(n.day::timestamp AT TIME ZONE 'Asia/Shanghai') + make_interval(secs => {})"
# What happens to a number: called once, or missed, back and called again; then served, or given up.
COURSE = """
('taken', n.came, '', 'waiting', NULL, ''),
('called', n.first, 'waiting', 'called', n.first_counter, ''),
('rung', n.missed - 40, 'called', 'called', n.first_counter, ''),
('rung', n.missed - 20, 'called', 'called', n.first_counter, ''),
('missed', n.missed, 'called', 'missed', n.first_counter, ''),
('returned', n.back, 'missed', 'waiting', n.first_counter, ''),
('called', CASE WHEN n.back IS NOT NULL THEN n.last END, 'waiting', 'called', n.last_counter, ''),
('missed', CASE WHEN n.back IS NOT NULL AND NOT n.done THEN n.last + 60 END, 'called', 'missed', n.last_counter, ''),
('started', CASE WHEN n.done THEN n.started END, 'called', 'serving', n.last_counter, ''),
('completed', CASE WHEN n.done THEN n.ended END, 'serving', 'done', n.last_counter, ''),
('abandoned', CASE WHEN NOT n.done THEN n.ended END, 'missed', 'abandoned', n.last_counter, '过号后没有回来')
"""
TICKETS = f"""
WITH n AS (
    SELECT gen_random_uuid() AS id, d.id AS of_day, g.*,
           least((g.last + g.ended) / 2, g.last + 8 + g.digits % 37) AS started,
           CASE WHEN NOT g.done THEN g.last + 60 ELSE g.missed END AS missed_last
    FROM unnest($1::date[], $2::text[], $3::int[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[],
                $9::text[], $10::text[], $11::float[], $12::float[], $13::float[], $14::uuid[], $15::float[],
                $16::float[], $17::float[], $18::uuid[], $19::float[], $20::bool[], $21::int[], $22::int[], $23::int[],
                $24::text[])
         AS g (day, letter, digits, line, series, item, booking, source, shown, credit, came, turn, first,
               first_counter, missed, back, last, last_counter, ended, done, low, middle, high, raw)
    JOIN line l ON l.id = g.line JOIN queue_day d ON d.hall = l.hall AND d.day = g.day
), written AS (
    INSERT INTO ticket (id, day, letter, digits, line, series, item, party, person, person_index, account, appointment,
        source, priority_class, credit, taken_at, turn_at, state, counter, called_at, rung_at, rings, started_at,
        ended_at, missed_at, returned, told_low, told_middle, told_high, told_raw)
    SELECT n.id, n.of_day, n.letter, n.digits, n.line, n.series, n.item, gen_random_uuid(), a.person, a.person_index,
        a.booked_by, n.booking, n.source, n.shown, n.credit, {AT.format("n.came")}, {AT.format("n.turn")},
        CASE WHEN n.done THEN 'done' ELSE 'abandoned' END, n.last_counter, {AT.format("n.last")},
        {AT.format("n.last + CASE WHEN n.done THEN 0 ELSE 40 END")}, CASE WHEN n.done THEN 1 ELSE 3 END,
        CASE WHEN n.done THEN {AT.format("n.started")} END, {AT.format("n.ended")}, {AT.format("n.missed_last")},
        n.back IS NOT NULL, n.low, n.middle, n.high, n.raw::jsonb
    FROM n LEFT JOIN appointment a ON a.id = n.booking
)
INSERT INTO ticket_event (id, ticket, at, kind, from_state, to_state, counter, why)
SELECT gen_random_uuid(), n.id, {AT.format("e.at")}, e.kind, e.was, e."is", e.counter, e.why
FROM n, LATERAL (VALUES {COURSE}) AS e (kind, at, was, "is", counter, why) WHERE e.at IS NOT NULL
"""  # noqa: S608  # our own constants
DESKS = f"""
INSERT INTO desk_event (id, counter, at, kind, from_state, to_state, why)
SELECT gen_random_uuid(), n.counter, {AT.format("n.at")}, n.kind, n.was, n."is", n.why
FROM unnest($1::date[], $2::uuid[], $3::float[], $4::text[], $5::text[], $6::text[], $7::text[])
     AS n (day, counter, at, kind, was, "is", why)
"""  # noqa: S608
# So that what is read next, and learned, is found by its indexes.
COUNTED = "ANALYZE ticket, ticket_event, desk_event"
# From when on the hall learns.
BEGIN = """
INSERT INTO queue_pace (id, hall, learned, until) SELECT gen_random_uuid(), id, '{}', $1 FROM hall WHERE kind = 'city'
"""
