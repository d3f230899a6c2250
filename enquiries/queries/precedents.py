"""Precedents: enquiries like this one that were answered already, with the answers they got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from django.contrib.postgres.search import SearchQueryField, SearchRank
from django.db import connection
from django.db.models import BooleanField, Case, F, Func, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KT

from enquiries.contract import Side
from enquiries.models import Enquiry, Reply, ReplyVersion
from enquiries.queries.queue import on_the_desk

MOST_SHOWN = 5
TELLING = 10
"""So many of a message's rarest words are looked for; two of them have to be in what is found."""
TOO_COMMON = 0.15
"""A word in more than this share of all enquiries tells nothing."""
FEW = 1000
"""Among fewer enquiries than this every word tells something."""
CANDIDATES = 200
"""Only the newest so many are compared closely, so that the cost stays the same however many there are."""
MANY = 20_000
"""Where the words stand in more enquiries than this, only the newest are looked at."""
NEWEST_BLOCKS = 4
"""So many blocks of 16,384 messages each: the marks with which the search keeps when something was said (search.sql)."""
MOST_READ = 4000
SHORTEST = 3
ANSWERED = (Enquiry.State.ANSWERED, Enquiry.State.WAITING, Enquiry.State.CLOSED)


@dataclass(frozen=True, kw_only=True)
class Precedent:
    """An answered enquiry and the words of its newest posted answer."""

    enquiry: Enquiry
    answer: str
    side: Side
    answered_at: datetime
    is_same_topic: bool


def precedents_of(
    enquiry: Enquiry, enquiries: QuerySet[Enquiry], *, text: str, side: Side, most: int = MOST_SHOWN
) -> list[Precedent]:
    """Find answered enquiries that share telling words with `text`, out of those a person may see; same topic first.

    While a public reply is written only public answers are shown, so that nothing private is copied where everybody
    reads it. Two queries.
    """
    query = _query(f"{enquiry.subject}\n{text}"[:MOST_READ], language=enquiry.language)
    if not query:
        return []
    answers = ReplyVersion.objects.filter(
        reply__enquiry=OuterRef("pk"), reply__state=Reply.State.POSTED, reply__purpose=Reply.Purpose.ANSWER
    )
    if side is Side.PUBLIC:
        answers = answers.filter(content__side=Side.PUBLIC)
    newest = answers.order_by("-pk")
    found = (
        _like(enquiry, enquiries, query)
        .annotate(
            answer=Subquery(newest.annotate(words=KT("content__text")).values("words")[:1]),
            answer_side=Subquery(newest.annotate(side=KT("content__side")).values("side")[:1]),
            answered_at=Subquery(newest.values("created_at")[:1]),
        )
        .filter(answer__isnull=False)
        .select_related("topic")[:most]
    )
    return [_precedent(one, enquiry) for one in found]


def _like(enquiry: Enquiry, enquiries: QuerySet[Enquiry], query: str) -> QuerySet[Enquiry]:
    """Order the newest candidates: the same topic first, then by how many of the words they share."""
    document = F("search_text__document")
    matches = Func(
        document,
        Value(query),
        arg_joiner=" @@ ",
        template="(%(expressions)s::tsquery)",
        output_field=BooleanField(),
    )
    asked = Func(Value(query), template="(%(expressions)s::tsquery)", output_field=SearchQueryField())
    own_topic = Case(When(topic_id=enquiry.topic_id or 0, then=Value(0)), default=Value(1), output_field=IntegerField())
    candidates = (
        on_the_desk(enquiries)
        .filter(matches, organisation_id=enquiry.organisation_id, state__in=ANSWERED)
        .exclude(pk=enquiry.pk)
        .order_by("-search_text__last_id")
        .values("pk")[:CANDIDATES]
    )
    return Enquiry.objects.filter(pk__in=candidates).order_by(own_topic, SearchRank(document, asked).desc(), "-pk")


def _precedent(found: Enquiry, enquiry: Enquiry) -> Precedent:
    return Precedent(
        enquiry=found,
        answer=getattr(found, "answer", ""),
        side=Side(getattr(found, "answer_side", Side.PRIVATE)),
        answered_at=getattr(found, "answered_at", found.opened_at),
        is_same_topic=found.topic_id is not None and found.topic_id == enquiry.topic_id,
    )


def _query(text: str, *, language: str) -> str:
    """Write what to look for, in the database's language: any two of the rarest words. Empty where no word tells.

    One query; how rare a word is, is what the database counted last. Where even the rarest are many, only among the newest.
    """
    asked: dict[str, str | int | float] = {"text": text, "language": language, "shortest": SHORTEST, "most": TELLING}
    asked |= {"common": TOO_COMMON, "few": FEW}
    with connection.cursor() as cursor:
        cursor.execute(TELLING_WORDS, asked)
        rows = cursor.fetchall()
    if not rows:
        return ""
    words, newest = _any_two([_in_any_form(forms) for forms, _many, _newest in rows]), rows[0][2]
    if sum(many for _forms, many, _newest in rows) <= MANY:
        return words
    blocks = range(max(0, newest - NEWEST_BLOCKS + 1), newest + 1)
    marks = " | ".join(f"'=a{block}'" for block in blocks)
    return f"({words}) & ({marks})"


TELLING_WORDS = r"""
WITH mine AS (
  SELECT stem, array_agg(DISTINCT word) || stem AS forms
    FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', search_fold(%(text)s)))) word,
         LATERAL unnest(tsvector_to_array(to_tsvector(search_config(%(language)s), word))) stem
   WHERE word ~ '^[[:alpha:]]+$' AND stem ~ '^[[:alpha:]]+$' AND length(word) >= %(shortest)s
   GROUP BY stem),
known AS (
  SELECT unnest(most_common_elems::text::text[]) AS word, unnest(most_common_elem_freqs) AS share
    FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'enquiries_searchtext' AND attname = 'document'),
rated AS (
  SELECT stem, forms, coalesce((SELECT max(share) FROM known WHERE known.word = ANY (forms)), 0) AS share FROM mine)
SELECT forms, share * held.rows, (SELECT max(id) >> 14 FROM enquiries_message)
  FROM rated
       CROSS JOIN (SELECT greatest(reltuples, 0) AS rows FROM pg_class WHERE oid = 'enquiries_searchtext'::regclass) held
 WHERE held.rows < %(few)s OR share <= %(common)s
 ORDER BY share, length(stem) DESC, stem
 LIMIT %(most)s
"""


def _any_two(words: list[str]) -> str:
    """Combine words, each with its forms: any two of them; a single one stands for itself."""
    if len(words) == 1:
        return words[0]
    return " | ".join(f"({one} & {other})" for one, other in combinations(words, 2))


def _in_any_form(forms: list[str]) -> str:
    """Write one word as it stands in a text or as its stem: what was found may be taken for another language."""
    return "(" + " | ".join(f"'{form}'" for form in dict.fromkeys(forms)) + ")"
