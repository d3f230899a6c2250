"""The filters of the queue: what each keeps, what is left out and told, and all that match for acts on many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.queue.listing import selection
from enquiries.models import Enquiry, Topic
from enquiries.queries.queue import batches_of
from enquiries.services import triage
from tests.people import NOON, City, arrive


@pytest.fixture
def odd_one(city: City) -> Enquiry:
    """One enquiry that each filter tells from three others."""
    for _number in range(3):
        arrive(city, "email", subject="Another")
    enquiry = arrive(city, "x", text="A pothole on Mill Lane").enquiry
    triage.claim(enquiry_id=enquiry.pk, by_id=city.alice.pk, now=NOON)
    topic = Topic.objects.get(name="Roads and street lights")
    opened = timezone.now() - timedelta(days=40)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE enquiries_enquiry DISABLE TRIGGER enquiry_stays")
    Enquiry.objects.filter(pk=enquiry.pk).update(topic=topic, priority=1, language="nl", opened_at=opened)
    Enquiry.objects.exclude(pk=enquiry.pk).update(opened_at=timezone.now())
    enquiry.refresh_from_db()
    return enquiry


def found(city: City, query: str) -> list[int]:
    picked = selection(city.alice, QueryDict(query), now=timezone.now())
    return [pk for batch in picked.batches() for pk in batch]


@pytest.mark.parametrize(
    "query",
    [
        "channel=x",
        "kind=x",
        "channel=x&channel=facebook",
        "side=PUBLIC",
        "state=OPEN",
        "topic={topic}",
        "assignee=me",
        "assignee={alice}",
        "language=nl",
        "priority=1",
        "age=30",
        "view=mine",
        "q=pothole&view=all",
        "q=pothole",
        "channel=x&channel=email&state=OPEN&priority=1",
    ],
)
def test_filter_keeps_what_fits(query: str, city: City, odd_one: Enquiry):
    assert found(city, query.format(topic=odd_one.topic_id, alice=city.alice.pk)) == [odd_one.pk]


@pytest.mark.parametrize("query", ["topic=none", "assignee=none", "priority=0", "channel=email", "state=NEW"])
def test_filter_for_nothing_set_keeps_the_others(query: str, city: City, odd_one: Enquiry):
    assert odd_one.pk not in found(city, query)
    assert len(found(city, query)) == 3


@pytest.mark.parametrize(
    ("query", "label", "value"),
    [
        ("channel=pigeon", "Channel", "pigeon"),
        ("team=999999", "Team", "999999"),
        ("sort=colour", "Order", "colour"),
        ("view=no-such", "View", "no-such"),
        ("after=nonsense", "Place in the list", "nonsense"),
        ("age=-1", "Waiting for", "-1"),
        ("priority=<b>", "Priority", "<b>"),
    ],
)
def test_unknown_value_is_left_out_and_told(
    query: str, label: str, value: str, city: City, odd_one: Enquiry, alice: Client
):
    picked = selection(city.alice, QueryDict(query), now=timezone.now())

    assert [(one.label, one.value) for one in picked.ignored] == [(label, value)]
    assert picked.count() == 4
    page = alice.get(f"/desk/?{query}").content.decode()
    assert "was left out" in page and "<b>”" not in page
    assert 'class="chips"' not in page


def test_known_values_count_beside_an_unknown_one(city: City, odd_one: Enquiry):
    assert found(city, "channel=x&channel=pigeon") == [odd_one.pk]


def test_all_that_match_come_in_batches_and_only_what_one_may_see(city: City):
    ids = [arrive(city).enquiry_id for _number in range(7)]
    Enquiry.objects.filter(pk=ids[0]).update(team=city.roads)

    assert [len(batch) for batch in batches_of(Enquiry.objects.all(), size=3)] == [3, 3, 1]
    assert found(city, "") == ids[1:]
    assert selection(city.charlie, QueryDict(""), now=timezone.now()).count() == 1


@pytest.mark.parametrize(("address", "most"), [("/desk/", 6), ("/desk/?q=bin", 14), ("/desk/?view=closed", 6)])
def test_list_costs_few_statements_however_long(address: str, most: int, city: City, alice: Client):
    for _number in range(12):
        arrive(city)

    with CaptureQueriesContext(connection) as queries:
        assert alice.get(address).status_code == 200

    assert len(queries) <= most
