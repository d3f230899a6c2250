"""What the guard compares with is read in one statement, whatever belongs to the enquiry."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enquiries.models import Enquiry, Link, Note
from enquiries.services.replies.guarding import context_of
from tests.people import NOON, City, arrive, draft

pytestmark = pytest.mark.django_db


def test_context_of_the_guard_is_one_statement(city: City):
    message = arrive(city, "x", text="Where is my bin?", author="7", name="Dana Citizen")
    other = arrive(city, "email", text="My own secret words.", author="eli@example.org", name="Eli Neighbour")
    first, second = sorted([message.enquiry_id, other.enquiry_id])
    Link.objects.create(first_id=first, second_id=second, linked_by=city.alice, linked_at=NOON)
    Note.objects.create(enquiry=message.enquiry, author=city.alice, text="A word among us", created_at=NOON)
    draft(city, message)
    enquiry = Enquiry.objects.get(pk=message.enquiry_id)
    enquiry.merged_ids = []  # type: ignore[attr-defined]

    with CaptureQueriesContext(connection) as asked:
        context = context_of(enquiry, message, salt="s")

    assert len(asked) == 1
    assert context.own_references == (enquiry.reference,)
    assert set(context.addressed_public_names) == {"dana", "Dana Citizen"}
    assert context.other_names == ("Eli Neighbour",)
    assert set(context.staff_names) == {"Alice"}
    assert context.private_texts == ("A word among us",)
    assert context.public_texts == ("Where is my bin?",)
    assert context.public_contacts == (city.accounts["email"].external_id,)
