-- How many enquiries lie where: rows that only say "one more here, one less there", so that writers never wait for one
-- another. The sum is right at any moment; a sweep adds rows up so that there stay few of them (services/counting.py).
-- A shelf is a state, or PRACTICE; shelf DUE counts, by day in UTC, what has to be answered until then.
-- `changes` counts how often something about enquiries of that shelf changed: a page left open looks at it.

LOCK TABLE enquiries_enquiry IN SHARE ROW EXCLUSIVE MODE;  -- until they are counted, nobody adds one

CREATE FUNCTION tally_worked_on(state text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT state IN ('NEW', 'OPEN', 'AWAITING_APPROVAL', 'POSTING') $$;

CREATE FUNCTION tally_shelves(e enquiries_enquiry)
  RETURNS TABLE (shelf text, is_free boolean, day date, changes integer) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN e.kind = 'practice' THEN 'PRACTICE' ELSE e.state END,
         e.kind <> 'practice' AND e.assignee_id IS NULL AND tally_worked_on(e.state), NULL::date, 1
   WHERE e.merged_into_id IS NULL AND NOT (e.kind = 'practice' AND e.state = 'CLOSED')
  UNION ALL
  SELECT 'DUE', false, (e.due_at AT TIME ZONE 'UTC')::date, 0
   WHERE e.merged_into_id IS NULL AND e.kind <> 'practice' AND tally_worked_on(e.state) AND e.due_at IS NOT NULL $$;

CREATE FUNCTION tally_arrived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO enquiries_tally (organisation_id, team_id, shelf, is_free, day, n, changes)
  SELECT e.organisation_id, e.team_id, s.shelf, s.is_free, s.day, count(*), sum(s.changes)
    FROM arrived e, tally_shelves(e) s GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;
CREATE TRIGGER enquiry_tally_arrived AFTER INSERT ON enquiries_enquiry REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION tally_arrived();

-- Whether a change shows on anybody's list. That a claim lasts a little longer does not.
CREATE FUNCTION is_told(was enquiries_enquiry, now enquiries_enquiry) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT (was.state, was.team_id, was.topic_id, was.assignee_id, was.due_at, was.last_inbound_at, was.subject, was.side,
          was.citizen_id, was.priority, was.language, was.waiting_until, was.merged_into_id)
         IS DISTINCT FROM
         (now.state, now.team_id, now.topic_id, now.assignee_id, now.due_at, now.last_inbound_at, now.subject, now.side,
          now.citizen_id, now.priority, now.language, now.waiting_until, now.merged_into_id) $$;

CREATE FUNCTION tally_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO enquiries_tally (organisation_id, team_id, shelf, is_free, day, n, changes)
  SELECT organisation_id, team_id, shelf, is_free, day, sum(n), sum(changes) FROM (
    SELECT was.organisation_id, was.team_id, s.shelf, s.is_free, s.day, -1 AS n, s.changes
      FROM before was JOIN after now USING (id), tally_shelves(was) s WHERE is_told(was, now)
    UNION ALL
    SELECT now.organisation_id, now.team_id, s.shelf, s.is_free, s.day, 1, s.changes
      FROM before was JOIN after now USING (id), tally_shelves(now) s WHERE is_told(was, now)
  ) moved GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0 OR sum(changes) > 0;
  RETURN NULL;
END $$;

CREATE TRIGGER enquiry_tally_moved AFTER UPDATE ON enquiries_enquiry REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION tally_moved();

INSERT INTO enquiries_tally (organisation_id, team_id, shelf, is_free, day, n, changes)
SELECT e.organisation_id, e.team_id, s.shelf, s.is_free, s.day, count(*), sum(s.changes)
  FROM enquiries_enquiry e, tally_shelves(e) s GROUP BY 1, 2, 3, 4, 5;
