"""A prepared question finds what the same question finds when Django asks it, whatever it is asked with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.test.utils import CaptureQueriesContext

from enquiries.models import Enquiry, Message
from enquiries.queries.prepared import MOST_NUMBERS, Prepared, PreparedText, PreparedTogether
from enquiries.queries.together import Asked
from tests.people import NOON, City, arrive

pytestmark = pytest.mark.django_db


def build(*, ids: tuple[int, ...], until: datetime | None, subject: str) -> QuerySet[Enquiry]:
    said = Message.objects.filter(enquiry=OuterRef("pk"), text__contains="100%")
    found = Enquiry.objects.filter(pk__in=ids).exclude(subject=subject).annotate(is_sure=Exists(said))
    found = found if until is None else found.filter(opened_at__lte=until)
    return found.select_related("citizen", "team").order_by("-pk")


def test_prepared_question_finds_what_django_finds(city: City):
    ids = tuple(arrive(city, thread=f"t{n}", text="100% sure" if n else "no", now=NOON).enquiry_id for n in range(3))
    ask = Prepared(build)

    given: list[dict[str, Any]] = [{"ids": ids}, {"ids": ids[:1]}, {"until": NOON - timedelta(days=1)}, {"ids": ids}]
    for each in given:
        values: dict[str, Any] = {"ids": ids, "until": None, "subject": "", **each}
        plain, found = build(**values), ask(**values)
        assert [(one.pk, one.is_sure, one.citizen.name) for one in found] == [  # type: ignore[attr-defined]
            (one.pk, one.is_sure, one.citizen.name)  # type: ignore[attr-defined]
            for one in plain
        ]


def test_question_for_nothing_is_not_asked(city: City):
    with CaptureQueriesContext(connection) as asked:
        assert Prepared(build)(ids=(), until=None, subject="") == []

    assert len(asked) == 0


def test_long_list_is_asked_without_preparing(city: City):
    one = arrive(city, now=NOON).enquiry_id

    with CaptureQueriesContext(connection) as asked:
        found = Prepared(build)(ids=(one, *range(-MOST_NUMBERS, 0)), until=None, subject="")

    assert [each.pk for each in found] == [one]
    assert not asked[0]["sql"].startswith("EXECUTE")


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 10**30])
def test_number_that_nothing_has_finds_nothing(city: City, number: int):
    one = arrive(city, now=NOON).enquiry_id

    def numbered(*, number: int) -> QuerySet[Enquiry]:
        return Enquiry.objects.filter(pk=number)

    ask = Prepared(numbered)
    together = PreparedTogether(lambda *, number: [(Enquiry.objects.filter(pk=number), ("pk",))])

    assert [found.pk for found in ask(number=one)] == [one]
    assert ask(number=number) == []
    assert together(number=number) == [[]]


def test_text_that_looks_like_sql_stays_a_value(city: City):
    one = arrive(city, subject="'; DROP TABLE x; --", now=NOON).enquiry_id

    assert Prepared(build)(ids=(one,), until=None, subject="'; DROP TABLE x; --") == []


def test_several_prepared_questions_answer_each_for_itself(city: City):
    first, second = (arrive(city, thread=f"t{n}", now=NOON).enquiry_id for n in range(2))

    def questions(*, one: int, ids: tuple[int, ...]) -> list[Asked]:
        return [
            (Enquiry.objects.filter(pk=one), ("pk",)),
            (Enquiry.objects.filter(pk__in=ids).order_by("-pk"), ("pk", "subject")),
        ]

    ask = PreparedTogether(questions)

    assert [[row["pk"] for row in rows] for rows in ask(one=first, ids=(first, second))] == [[first], [second, first]]
    assert [[row["pk"] for row in rows] for rows in ask(one=second, ids=())] == [[second], []]


def test_statement_of_its_own_words_takes_arrays_of_any_length(city: City):
    ask = PreparedText("SELECT count(*) FROM enquiries_team WHERE id = ANY(%(ids)s::bigint[]) AND name LIKE '%%a%%'")

    assert [ask(ids=ids)[0][0] for ids in ((), (city.waste.pk,), (city.waste.pk, city.roads.pk))] == [0, 1, 2]


@pytest.mark.django_db(transaction=True)
def test_new_connection_is_told_the_statement_again():
    ask = PreparedText("SELECT %(number)s::int")
    assert ask(number=1) == [(1,)]

    connection.close()

    assert ask(number=2) == [(2,)]
