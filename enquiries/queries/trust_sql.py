"""The statement behind the trust ladder: each answer once, with who submitted it first and what came of it."""

# `seen` is the wording that somebody submitted first: whoever edits it later is not whom it tells about.
# A call-back by the author is no return, and neither is what the citizen or the platform set off.
ANSWERS = """
WITH seen AS (
  SELECT DISTINCT ON (v.reply_id) v.reply_id, v.id AS version_id, v.author_id, e.topic_id, e.id AS enquiry_id,
         r.answers_id, v.content -> 'routes' -> 0 ->> 'channel' AS kind, h.at
    FROM (SELECT version_id, decided_at AS at FROM enquiries_policydecision WHERE decided_at BETWEEN %(from)s AND %(now)s
          UNION ALL SELECT version_id, decided_at FROM enquiries_approval WHERE decided_at BETWEEN %(from)s AND %(now)s
          UNION ALL SELECT version_id, returned_at FROM enquiries_replyreturn
                     WHERE returned_at BETWEEN %(from)s AND %(now)s AND reason <> 'CITIZEN_WROTE') h
    JOIN enquiries_replyversion v ON v.id = h.version_id
    JOIN enquiries_reply r ON r.id = v.reply_id
    JOIN enquiries_enquiry e ON e.id = r.enquiry_id
   WHERE e.organisation_id = %(organisation)s AND e.kind <> 'practice' AND r.purpose IN ('ANSWER', 'POINTER')
   {narrow}
   ORDER BY v.reply_id, v.id, h.at
), let_go AS (
  SELECT reply_id, bool_or(approver_id IS NOT NULL) AS read, bool_or(approver_id IS NULL) AS released,
         min(decided_at) AS at
    FROM enquiries_approval WHERE decided_at BETWEEN %(from)s AND %(now)s GROUP BY reply_id
), sent_back AS (
  SELECT s.reply_id, bool_or(b.returned_by_id <> s.author_id AND b.reason NOT IN ('CITIZEN_WROTE', 'PLATFORM')) AS returned,
         max(b.returned_at) FILTER (WHERE b.serious) AS serious_at
    FROM enquiries_replyreturn b JOIN enquiries_replyversion v ON v.id = b.version_id JOIN seen s ON s.reply_id = v.reply_id
   WHERE b.returned_at BETWEEN %(from)s AND %(now)s GROUP BY s.reply_id
), rewritten AS (
  SELECT DISTINCT s.reply_id FROM seen s JOIN enquiries_replyversion v ON v.reply_id = s.reply_id
   WHERE v.id > s.version_id AND v.author_id <> s.author_id
), looked AS (
  SELECT v.reply_id, count(*) AS reviews, sum(m.mean) AS marks, count(m.mean) AS marked,
         max(w.done_at) FILTER (WHERE w.verdict = 'SERIOUS') AS serious_at
    FROM enquiries_review w JOIN enquiries_replyversion v ON v.id = w.version_id
    LEFT JOIN LATERAL (SELECT avg(value::numeric) AS mean FROM jsonb_each_text(w.marks)) m ON true
   WHERE w.done_at BETWEEN %(from)s AND %(now)s GROUP BY v.reply_id
), arrived AS (
  SELECT s.reply_id, s.enquiry_id, min(p.posted_at) AS at
    FROM enquiries_posting p JOIN seen s ON s.reply_id = p.reply_id
   WHERE p.state = 'POSTED' AND p.posted_at <= %(now)s GROUP BY 1, 2
), again AS (
  SELECT DISTINCT a.reply_id FROM arrived a
    JOIN enquiries_message m ON m.enquiry_id = a.enquiry_id AND m.direction = 'IN' AND NOT m.automatic
     AND m.occurred_at > a.at AND m.occurred_at <= least(a.at + interval '7 days', %(now)s)
), answer AS (
  SELECT s.reply_id, s.author_id, s.kind, s.topic_id, s.answers_id, s.at, l.at AS decided_at,
         coalesce(l.read, false) AS read, coalesce(l.released, false) AS released,
         coalesce(b.returned, false) AS returned, rewritten.reply_id IS NOT NULL AS edited,
         arrived.reply_id IS NOT NULL AS arrived, again.reply_id IS NOT NULL AS again,
         coalesce(w.reviews, 0) AS reviews, w.marks, coalesce(w.marked, 0) AS marked,
         greatest(b.serious_at, w.serious_at) AS serious_at
    FROM seen s LEFT JOIN let_go l USING (reply_id) LEFT JOIN sent_back b USING (reply_id) LEFT JOIN rewritten USING (reply_id)
    LEFT JOIN looked w USING (reply_id) LEFT JOIN arrived USING (reply_id) LEFT JOIN again USING (reply_id)
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
         a.at >= coalesce(own.since, general.since, '-infinity') AS counts
    FROM answer a
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
