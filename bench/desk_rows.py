"""Fills a city with enquiries as a few years leave them behind, in bulk: three messages each, a fifth of them open."""

from __future__ import annotations

from typing import Any

from django.db import connection, models

from audit.models import Event
from enquiries import models as rows

RARE, COMMON = "xenolith", "pothole"
"""Words in one of a thousand and in one of a hundred enquiries, and in no sentence."""
SENTENCES, VOCABULARY = 32_768, 20_000
LONG, EXTRA = 200, 7
"""So many enquiries have so many messages more than three."""

# Every number below follows from the enquiry's own, so that two runs measure the same.
PREPARE = f"""
CREATE FUNCTION bench_dice(of_number bigint, salt int, sides int) RETURNS int LANGUAGE sql IMMUTABLE AS
  $$ SELECT (abs(hashint8extended(of_number, salt)) %% sides)::int $$;
CREATE TABLE bench_word AS SELECT n AS id, string_agg(substr('bcdfglmnprstvw', 1 + bench_dice(n * 8 + s, 1, 14), 1)
  || substr('aeiou', 1 + bench_dice(n * 8 + s, 2, 5), 1), '') || substr('nrstlek', 1 + bench_dice(n, 3, 7), 1) AS word
  FROM generate_series(0, {VOCABULARY - 1}) n, generate_series(1, 2 + n::int %% 3) s GROUP BY n;
CREATE TABLE bench_sentence AS SELECT n AS id, string_agg(w.word, ' ' ORDER BY s) || '.' AS words
  FROM generate_series(0, {SENTENCES - 1}) n CROSS JOIN generate_series(1, 14) s
  JOIN bench_word w ON w.id = floor({VOCABULARY} * power(bench_dice(n * 16 + s, 4, 100000) / 100000.0, 3)) GROUP BY n;
CREATE TABLE bench_enquiry AS SELECT g AS id, bench_dice(g, 5, 100) < 20 OR g <= {LONG} AS is_open,
  bench_dice(g, 6, 100) AS dice, now() - (%(size)s - g) * (interval '1000 days' / %(size)s) AS at,
  1 + bench_dice(g, 7, 3) AS account, nullif(bench_dice(g, 8, 21) %% 11, 10) AS team, 1 + g / 2 AS citizen
  FROM generate_series(1, %(size)s) g;
ALTER TABLE bench_enquiry ADD PRIMARY KEY (id);
ALTER TABLE bench_word ADD PRIMARY KEY (id);
ALTER TABLE bench_sentence ADD PRIMARY KEY (id);
ANALYZE bench_sentence; ANALYZE bench_enquiry;
"""
MESSAGES = f"""
SELECT b.id AS enquiry, (b.id - 1) * 3 + m AS id, m, b.account, b.at + m * interval '3 hours' AS at
  FROM bench_enquiry b, generate_series(1, 3) m
UNION ALL
SELECT b.id, %(size)s * 3 + (b.id - 1) * {EXTRA} + m - 3, m, b.account, b.at + m * interval '3 hours'
  FROM bench_enquiry b, generate_series(4, {3 + EXTRA}) m WHERE b.id <= {LONG}
"""
CONTENT = """jsonb_build_object('text', 'We come tomorrow.', 'subject', '', 'side', 'PRIVATE', 'routes', jsonb_build_array(
  jsonb_build_object('account', b.account, 'target', 'm' || ((b.id - 1) * 3 + 1), 'recipient', 'dana@example.org')))"""
SHA = f"sha256(convert_to(({CONTENT})::text, 'UTF8'))"
DONE = "bench_enquiry b WHERE NOT b.is_open"


def insert(model: type[models.Model], values: dict[str, str], source: str, parameters: dict[str, Any]) -> None:
    """INSERT … SELECT: `values` maps columns to SQL; every other column gets what the model gives it by itself."""
    given = dict(values)
    bound = dict(parameters)
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if column in given or (field.primary_key and column == "id") or field.null:
            continue
        if field.has_db_default():
            continue
        bound[f"default_{column}"] = field.get_db_prep_save(field.get_default(), connection)
        given[column] = f"%(default_{column})s"
    columns = ", ".join(f'"{column}"' for column in given)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {', '.join(given.values())} FROM {source}", bound
        )
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, 'id'), greatest(1, (SELECT max(id) FROM {model._meta.db_table})))",
            [model._meta.db_table],
        )


def fill(*, size: int, organisation: int, accounts: list[int], teams: list[int], people: list[int]) -> None:
    """Fill the tables. The triggers are off: what they keep (words, counts) is made afterwards, in bulk as well."""
    known = {"size": size, "org": organisation, "accounts": accounts, "teams": teams, "people": people}
    _run("SET session_replication_role = replica; SET statement_timeout = 0; SET synchronous_commit = off")
    _run(PREPARE, known)
    _citizens(known)
    _enquiries(known)
    _messages(known)
    _replies(known)
    _run("RESET session_replication_role")


def _run(sql: str, parameters: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _citizens(known: dict[str, Any]) -> None:
    numbers = "generate_series(1, 1 + %(size)s / 2) n"
    name = "(ARRAY['Dana', 'Eli', 'Fatima', 'Jan', 'Maria', 'Ada', 'Noor', 'Piet'])[1 + n %% 8]"
    name += " || ' ' || initcap((SELECT word FROM bench_word WHERE id = n %% 20000))"
    insert(rows.Citizen, {"id": "n", "organisation_id": "%(org)s", "name": name}, numbers, known)
    values = {"id": "n", "organisation_id": "%(org)s", "citizen_id": "n", "kind": "'email'", "name": name}
    values |= {"external_id": "'citizen' || n || '@example.org'", "scope": "''", "handle": "''"}
    insert(rows.ChannelIdentity, values, numbers, known)


def _enquiries(known: dict[str, Any]) -> None:
    state = """CASE WHEN NOT is_open THEN CASE WHEN dice < 12 THEN 'ANSWERED' ELSE 'CLOSED' END
                    WHEN dice < 8 THEN 'WAITING' WHEN dice < 50 THEN 'NEW' ELSE 'OPEN' END"""
    values = {
        "id": "b.id",
        "organisation_id": "%(org)s",
        "account_id": "(%(accounts)s::bigint[])[account]",
        "kind": "(ARRAY['email', 'x', 'facebook'])[account]",
        "reference": "'NW-' || upper(substr(lpad(to_hex(b.id), 8, '0'), 1, 4) || '-' || substr(lpad(to_hex(b.id), 8, '0'), 5))",
        "team_id": "(%(teams)s::bigint[])[1 + team]",
        "citizen_id": "citizen",
        "assignee_id": "CASE WHEN dice >= 50 THEN (%(people)s::bigint[])[1 + b.id %% cardinality(%(people)s::bigint[])] END",
        "subject": "left(initcap(s.words), 60)",
        "side": "CASE WHEN account = 1 THEN 'PRIVATE' ELSE 'PUBLIC' END",
        "state": state,
        "opened_at": "at",
        "last_inbound_at": "at + interval '9 hours'",
        "due_at": "CASE WHEN is_open AND dice >= 8 THEN now() + (bench_dice(b.id, 9, 4700) - 350) * interval '1 minute' END",
        "waiting_until": "CASE WHEN is_open AND dice < 8 THEN now() + interval '5 days' END",
    }
    insert(
        rows.Enquiry,
        values,
        f"bench_enquiry b JOIN bench_sentence s ON s.id = bench_dice(b.id, 10, {SENTENCES})",
        known,
    )
    _what_goes_with_an_enquiry(known)


def _what_goes_with_an_enquiry(known: dict[str, Any]) -> None:
    """Give each its thread, its clock and the first line of its ledger."""
    thread = {"id": "id", "account_id": "(%(accounts)s::bigint[])[account]", "key": "'t' || id", "enquiry_id": "id"}
    insert(rows.Thread, thread, "bench_enquiry b", known)
    clock = {
        "id": "id",
        "enquiry_id": "id",
        "kind": "'FIRST_ANSWER'",
        "state": "CASE WHEN is_open AND dice >= 8 THEN 'RUNNING' ELSE 'MET' END",
        "working_minutes": "960",
        "started_at": "at",
        "warn_at": "at + interval '1 day'",
        "due_at": "at + interval '2 days'",
        "stopped_at": "CASE WHEN NOT is_open OR dice < 8 THEN at + interval '1 day' END",
    }
    insert(rows.Clock, clock, "bench_enquiry b", known)
    event = {
        "at": "at",
        "verb": "'enquiry.opened'",
        "organisation_id": "%(org)s",
        "enquiry_id": "id",
        "subject": "''",
        "data": "'{}'",
    }
    insert(Event, event, "bench_enquiry b", known)


def _messages(known: dict[str, Any]) -> None:
    words = f"""s1.words || ' ' || s2.words || CASE WHEN m.m = 1 AND m.enquiry %% 1000 = 7 THEN ' {RARE}' ELSE '' END
                || CASE WHEN m.m = 1 AND m.enquiry %% 100 = 3 THEN ' {COMMON}' ELSE '' END"""
    values = {
        "id": "m.id",
        "enquiry_id": "m.enquiry",
        "account_id": "(%(accounts)s::bigint[])[m.account]",
        "direction": "CASE WHEN m.m = 2 THEN 'OUT' ELSE 'IN' END",
        "side": "CASE WHEN m.account = 1 THEN 'PRIVATE' ELSE 'PUBLIC' END",
        "external_id": "'m' || m.id",
        "author_id": "CASE WHEN m.m <> 2 THEN 1 + m.enquiry / 2 END",
        "posting_id": "CASE WHEN m.m = 2 AND NOT b.is_open THEN m.enquiry END",
        "text": words,
        "reply_to": "CASE WHEN m.account = 1 THEN 'dana@example.org' ELSE '' END",
        "occurred_at": "m.at",
        "recorded_at": "m.at",
    }
    source = f"({MESSAGES}) m JOIN bench_enquiry b ON b.id = m.enquiry"
    source += f" JOIN bench_sentence s1 ON s1.id = bench_dice(m.id, 11, {SENTENCES})"
    source += f" JOIN bench_sentence s2 ON s2.id = bench_dice(m.id, 12, {SENTENCES}) ORDER BY m.id"
    insert(rows.Message, values, source, known)


def _replies(known: dict[str, Any]) -> None:
    """Each enquiry that is not open was answered as it must be: version, approval, posting."""
    first, at = "(b.id - 1) * 3 + 1", "b.at + interval '5 hours'"
    author, approver = "(%(people)s::bigint[])[1]", "(%(people)s::bigint[])[2]"
    reply = {"id": "b.id", "enquiry_id": "b.id", "answers_id": first, "state": "'POSTED'", "created_at": at}
    insert(rows.Reply, reply, DONE, known)
    version = {
        "id": "b.id",
        "reply_id": "b.id",
        "n": "1",
        "author_id": author,
        "content": CONTENT,
        "content_sha256": SHA,
    }
    insert(rows.ReplyVersion, version | {"last_inbound_id": first, "created_at": at}, DONE, known)
    approval = {"id": "b.id", "version_id": "b.id", "reply_id": "b.id", "author_id": author, "content_sha256": SHA}
    insert(rows.Approval, approval | {"approver_id": approver, "decided_at": at, "revoked_reason": "''"}, DONE, known)
    posting = {"id": "b.id", "reply_id": "b.id", "version_id": "b.id", "approval_id": "b.id", "content_sha256": SHA}
    posting |= {"account_id": "(%(accounts)s::bigint[])[account]", "key": "gen_random_uuid()", "state": "'POSTED'"}
    posting |= {"external_id": "'p' || b.id", "posted_at": at, "due_at": at, "done_at": at}
    insert(rows.Posting, posting, DONE, known)
