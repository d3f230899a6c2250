"""Two supervisors at one standard answer, on two connections: what is inserted was always the newest that was approved."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from enquiries.models import StandardAnswerVersion
from enquiries.services.standard_answers import standards
from enquiries.services.standard_answers.standards import NewerWords, StandardRefused
from tests.people import NOON, make_city
from tests.standards import written

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads that start together. Gives what each returned or by what it was refused."""
    ready = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        ready.wait()
        try:
            results[place] = act()
        except StandardRefused as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.mark.parametrize("_turn", range(3))
def test_approval_against_newer_words_is_all_or_nothing(_turn: int):
    city = make_city()
    first = written(city)

    approval, newer = at_once(
        lambda: standards.approve_version(version_id=first.pk, by_id=city.bob.pk, now=NOON),
        lambda: standards.write_version(
            answer_id=first.answer_id, texts={"any": {"en": "Newer."}}, by_id=city.charlie.pk, now=NOON, seen_n=1
        ),
    )

    first.refresh_from_db()
    assert isinstance(newer, StandardAnswerVersion)
    assert newer.approved_at is None
    if first.approved_at is None:
        assert isinstance(approval, NewerWords)
    else:
        assert isinstance(approval, StandardAnswerVersion)


def test_two_new_versions_at_once_are_one_and_a_refusal():
    city = make_city()
    first = written(city)

    def write(text: str, who: int) -> object:
        return standards.write_version(
            answer_id=first.answer_id, texts={"any": {"en": text}}, by_id=who, now=NOON, seen_n=1
        )

    results = at_once(lambda: write("Bob's.", city.bob.pk), lambda: write("Charlie's.", city.charlie.pk))

    assert sum(isinstance(result, NewerWords) for result in results) == 1
    assert first.answer.versions.count() == 2


def test_two_approvals_at_once_are_one():
    city = make_city()
    first = written(city)

    results = at_once(*[lambda: standards.approve_version(version_id=first.pk, by_id=city.bob.pk, now=NOON)] * 4)

    assert sum(isinstance(result, StandardAnswerVersion) for result in results) == 1
