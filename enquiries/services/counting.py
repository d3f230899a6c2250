"""Keeps the counts short: adds up the rows that say one more, one less. What they sum up to stays the same at any moment."""

from __future__ import annotations

from django.db import connection, transaction

LOCK = "tally"
# In one statement: readers see the rows before or after, never in between. Rows alone on their shelf stay as they are.
# A shelf for a day goes when it is empty; the others keep their `changes`.
FOLD = """
WITH many AS (
  SELECT array_agg(id) AS ids FROM enquiries_tally
   GROUP BY organisation_id, team_id, shelf, is_free, day HAVING count(*) > 1
), gone AS (
  DELETE FROM enquiries_tally WHERE id IN (SELECT unnest(ids) FROM many)
  RETURNING organisation_id, team_id, shelf, is_free, day, n, changes
), folded AS (
  INSERT INTO enquiries_tally (organisation_id, team_id, shelf, is_free, day, n, changes)
  SELECT organisation_id, team_id, shelf, is_free, day, sum(n), sum(changes) FROM gone
   GROUP BY organisation_id, team_id, shelf, is_free, day HAVING sum(n) <> 0 OR sum(changes) <> 0
)
SELECT count(*) FROM gone
"""


def fold_counts() -> int:
    """Add up what has gathered; returns how many rows were. Nothing when somebody else is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FOLD)
        folded: int = cursor.fetchone()[0]
    return folded
