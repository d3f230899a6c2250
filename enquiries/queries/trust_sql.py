"""The statement behind the trust ladder: each answer once, with who submitted it first and what came of it."""

# All that happened to a wording is laid on one heap and gathered by reply: one pass over each table, however wrong the
# planner guesses, and no sorting. Whoever submitted first is the one it tells about, not who edited it later. A call-back
# by the author is no return, and neither is what the citizen or the platform set off. A look that the citizen set off
# counts where it found something serious, and not for the marks: it was chosen because the answer did not help.
ANSWERS = """
WITH happened (version_id, at, read, released, back_by, serious_at, posted_at, reviews, marks) AS (
  SELECT version_id, decided_at, false, false, NULL::bigint, NULL::timestamptz, NULL::timestamptz, 0, NULL::numeric
    FROM enquiries_policydecision WHERE decided_at BETWEEN %(from)s AND %(now)s
  UNION ALL SELECT version_id, decided_at, approver_id IS NOT NULL, approver_id IS NULL, NULL, NULL, NULL, 0, NULL
    FROM enquiries_approval WHERE decided_at BETWEEN %(from)s AND %(now)s
  UNION ALL SELECT version_id, returned_at, false, false, CASE WHEN reason <> 'PLATFORM' THEN returned_by_id END,
                   CASE WHEN serious THEN returned_at END, NULL, 0, NULL
    FROM enquiries_replyreturn WHERE returned_at BETWEEN %(from)s AND %(now)s AND reason <> 'CITIZEN_WROTE'
  UNION ALL SELECT version_id, posted_at, false, false, NULL, NULL, posted_at, 0, NULL
    FROM enquiries_posting WHERE posted_at BETWEEN %(from)s AND %(now)s
  UNION ALL SELECT version_id, done_at, false, false, NULL, CASE WHEN verdict = 'SERIOUS' THEN done_at END, NULL,
                   CASE WHEN kind <> 'CITIZEN' THEN 1 ELSE 0 END,
                   CASE WHEN kind <> 'CITIZEN' THEN (SELECT avg(value::numeric) FROM jsonb_each_text(marks)) END
    FROM enquiries_review WHERE done_at BETWEEN %(from)s AND %(now)s
), gathered AS (
  SELECT v.reply_id, min(v.id) AS first_id, (min(ARRAY[v.id, v.author_id]))[2] AS author_id, min(h.at) AS at,
         min(h.at) FILTER (WHERE h.read OR h.released) AS decided_at, bool_or(h.read) AS read, bool_or(h.released) AS released,
         coalesce(bool_or(h.back_by <> v.author_id), false) AS returned, min(v.author_id) <> max(v.author_id) AS edited,
         min(h.posted_at) AS posted_at, sum(h.reviews) AS reviews, sum(h.marks) AS marks, count(h.marks) AS marked,
         max(h.serious_at) AS serious_at
    FROM happened h JOIN enquiries_replyversion v ON v.id = h.version_id {narrow}
   GROUP BY v.reply_id
), answer AS (
  SELECT g.*, f.content -> 'routes' -> 0 ->> 'channel' AS kind, e.topic_id, r.answers_id, g.posted_at IS NOT NULL AS arrived,
         g.posted_at IS NOT NULL AND EXISTS (
           SELECT FROM enquiries_message m WHERE m.enquiry_id = e.id AND m.direction = 'IN' AND NOT m.automatic
              AND m.occurred_at > g.posted_at AND m.occurred_at <= least(g.posted_at + interval '7 days', %(now)s)) AS again
    FROM gathered g JOIN enquiries_replyversion f ON f.id = g.first_id JOIN enquiries_reply r ON r.id = g.reply_id
    JOIN enquiries_enquiry e ON e.id = r.enquiry_id
   WHERE e.organisation_id = %(organisation)s AND e.kind <> 'practice' AND r.purpose IN ('ANSWER', 'POINTER')
)
"""

OF_ONE = "AND v.reply_id IN (SELECT reply_id FROM enquiries_replyversion WHERE author_id = %(author)s)"

# What follows is put behind ANSWERS. A reply counts for the rung that decided about it: its topic's own, else the general.
BY_RUNG = """
, rung AS (
  SELECT * FROM unnest(%(users)s::bigint[], %(kinds)s::text[], %(topics)s::bigint[], %(since)s::timestamptz[])
    AS r (user_id, kind, topic_id, since)
), placed AS (
  SELECT a.*, own.topic_id AS rung_topic, coalesce(own.since, general.since, '-infinity') AS since,
         a.at >= coalesce(own.since, general.since, '-infinity') AS counts, said.score
    FROM answer a
    LEFT JOIN enquiries_satisfaction said ON said.reply_id = a.reply_id AND said.said_at <= %(now)s
    LEFT JOIN rung own ON own.user_id = a.author_id AND own.kind = a.kind AND own.topic_id = a.topic_id
    LEFT JOIN rung general ON general.user_id = a.author_id AND general.kind = a.kind AND general.topic_id IS NULL
)
SELECT author_id, kind, rung_topic, min(at),
       count(*) FILTER (WHERE counts), count(*) FILTER (WHERE counts AND read),
       count(*) FILTER (WHERE counts AND read AND NOT returned AND NOT edited),
       count(*) FILTER (WHERE counts AND edited), count(*) FILTER (WHERE counts AND returned),
       count(*) FILTER (WHERE counts AND released), count(*) FILTER (WHERE counts AND arrived),
       count(*) FILTER (WHERE counts AND again), coalesce(sum(reviews) FILTER (WHERE counts), 0)::int,
       (sum(marks) FILTER (WHERE counts) / nullif(sum(marked) FILTER (WHERE counts), 0))::float,
       count(score) FILTER (WHERE counts), count(*) FILTER (WHERE counts AND score = 'HELPED'),
       count(*) FILTER (WHERE serious_at >= since), max(max(serious_at)) OVER (PARTITION BY author_id, kind)
  FROM placed GROUP BY author_id, kind, rung_topic
"""

BY_WEEK = """
SELECT author_id, kind, floor(extract(epoch FROM %(now)s::timestamptz - at) / 604800)::int AS weeks_ago,
       count(*) FILTER (WHERE read), count(*) FILTER (WHERE read AND NOT returned AND NOT edited)
  FROM answer GROUP BY 1, 2, 3
"""

TIMES = """
SELECT a.kind, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY a.at - m.recorded_at),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY a.decided_at - a.at)
  FROM answer a JOIN enquiries_message m ON m.id = a.answers_id
 WHERE a.author_id = %(author)s GROUP BY a.kind
"""
