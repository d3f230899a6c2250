"""The page of one posting: what is known, where to look, and the decision of a supervisor, on record."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from agents.channels import one_posting
from audit.models import Event
from enquiries.models import Enquiry, Posting
from enquiries.services import triage
from tests.agents.scenes import for_a_person, refused, unknown
from tests.people import NOON, City, approved, arrive, posting_of


def page(client: Client, posting_id: int) -> str:
    return client.get(f"/desk/postings/{posting_id}/").content.decode()


def test_page_shows_every_try_with_what_was_answered(city: City, bob: Client):
    said = page(bob, for_a_person(city).pk)

    assert "X did not answer within 15 seconds." in said
    assert "nobody knows whether it arrived" in said
    assert "Two posts look like this reply." in said
    assert "Nobody knows whether the reply arrived: a person has to look" in said


def test_page_leads_to_the_place_where_it_should_stand(city: City, bob: Client):
    said = page(bob, for_a_person(city, permalink="https://x.com/dana/status/1", text="My bin.").pk)

    assert 'href="https://x.com/dana/status/1"' in said
    assert "We come tomorrow." in said and "My bin." in said


def test_link_that_is_no_web_address_is_not_drawn(city: City, bob: Client):
    assert "javascript:" not in page(bob, for_a_person(city, permalink="javascript:alert(1)").pk)


def test_no_name_stands_twice_on_the_page(city: City, bob: Client):
    """Scripts take their words by name: a heading of the same name kept the sentences of the page from them."""
    names = Counter(re.findall(r'\bid="([^"]*)"', page(bob, for_a_person(city).pk)))

    assert [name for name, often in names.items() if often > 1] == []


def test_only_a_supervisor_is_asked_for_a_decision(city: City, alice: Client, bob: Client):
    posting = for_a_person(city)

    assert 'name="decision"' in page(bob, posting.pk)
    assert 'name="decision"' not in page(alice, posting.pk)
    assert "A supervisor of the team decides this." in page(alice, posting.pk)


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ("there", "It is there: recorded as posted"),
        ("again", "It was not there: sent once more"),
        ("give_up", "Given up: back to its author"),
    ],
)
def test_decision_stands_on_the_page_with_who_made_it(decision: str, words: str, city: City, bob: Client):
    posting = for_a_person(city)

    answer = bob.post(f"/desk/attention/postings/{posting.pk}/", {"decision": decision, "page": "posting"})

    assert answer["Location"] == f"/desk/postings/{posting.pk}/"
    said = page(bob, posting.pk)
    assert words in said and "(<bdi>Bob</bdi>)" in said and 'name="decision"' not in said
    assert Event.objects.get(verb="posting.decided").actor_id == city.bob.pk


def test_decision_without_a_choice_is_told_on_the_same_page(city: City, bob: Client):
    posting = for_a_person(city)

    answer = bob.post(f"/desk/attention/postings/{posting.pk}/", {"page": "posting"})

    assert answer.status_code == 422
    assert "Choose what you have seen." in answer.content.decode() and "Every try" in answer.content.decode()


def test_posting_that_is_checked_by_itself_asks_nobody(city: City, bob: Client):
    said = page(bob, unknown(city).pk)

    assert "Checking with X" in said and 'name="decision"' not in said and "Next step" in said


def test_refused_posting_says_why(city: City, bob: Client):
    assert "X says it is too long." in page(bob, refused(city).pk)


def test_posting_that_was_never_tried_says_so(city: City, bob: Client):
    posting = posting_of(approved(city, arrive(city, "email")))

    assert "Nothing has been tried yet" in page(bob, posting.pk)


def test_look_at_the_platform_is_shown_and_on_record_and_changes_nothing(city: City, bob: Client):
    """The account has no secrets here: the platform cannot be asked, and that is said."""
    posting = for_a_person(city)
    before = Posting.objects.filter(pk=posting.pk).values().get()

    answer = bob.post(f"/desk/postings/{posting.pk}/look/")

    assert answer.status_code == 200
    assert "Look again" in answer.content.decode() and 'name="decision"' in answer.content.decode()
    assert Posting.objects.filter(pk=posting.pk).values().get() == before
    event = Event.objects.get(verb="posting.looked_at")
    assert (event.actor_id, event.data) == (city.bob.pk, {"seen": "cannot tell"})
    assert "The platform did not say" in page(bob, posting.pk)


def test_second_look_within_ten_seconds_is_refused_in_words(city: City, bob: Client):
    posting = for_a_person(city)
    bob.post(f"/desk/postings/{posting.pk}/look/")

    said = bob.post(f"/desk/postings/{posting.pk}/look/", follow=True).content.decode()

    assert "Somebody looked a moment ago" in said
    assert Event.objects.filter(verb="posting.looked_at").count() == 1


def test_look_while_somebody_else_looks_is_refused_in_words(city: City, bob: Client):
    posting, looking = for_a_person(city), connections.create_connection("default")
    try:
        with looking.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"looking for posting {posting.pk}"])
        said = bob.post(f"/desk/postings/{posting.pk}/look/", follow=True).content.decode()
    finally:
        looking.close()

    assert "at this moment" in said and not Event.objects.filter(verb="posting.looked_at").exists()


def test_later_look_is_made(city: City, bob: Client):
    posting, now = for_a_person(city), timezone.now()
    for seconds in (30, 15):
        one_posting.look(posting, by_id=city.bob.pk, now=now - timedelta(seconds=seconds))

    assert bob.post(f"/desk/postings/{posting.pk}/look/").status_code == 200


def test_posting_of_a_merged_enquiry_is_shown_to_those_who_see_the_other_one(city: City, bob: Client, charlie: Client):
    posting, root = refused(city), arrive(city, subject="The whole street").enquiry
    Enquiry.objects.filter(pk=root.pk).update(team=city.roads)
    triage.merge(enquiry_id=posting.reply.enquiry_id, into_id=root.pk, by_id=city.admin.pk, now=NOON)

    said = page(charlie, posting.pk)

    assert "X says it is too long." in said and f"/desk/enquiries/{root.reference}/" in said
    assert bob.get(f"/desk/postings/{posting.pk}/").status_code == 200


def test_settled_posting_is_not_looked_for(city: City, bob: Client):
    posting = posting_of(approved(city, arrive(city, "email")))

    bob.post(f"/desk/postings/{posting.pk}/look/")

    assert not Event.objects.filter(verb="posting.looked_at").exists()
