"""What the database refuses in plain SQL about what citizens say of our answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from enquiries.models import Note, Reply
from enquiries.services import satisfaction
from enquiries.services.leaving import posting
from tests.people import City, approved, arrive, draft, make_city
from tests.undone import settled, undone

pytestmark = pytest.mark.django_db
SAY = "INSERT INTO enquiries_satisfaction (enquiry_id, reply_id, score, note_id, said_at) VALUES "
FORBIDDEN = {
    "said of a draft": SAY + "(%(other)s, %(draft)s, 'HELPED', NULL, now())",
    "said on another enquiry": SAY + "(%(other)s, %(reply)s, 'HELPED', NULL, now())",
    "a score that is none": SAY + "(%(enquiry)s, %(reply)s, 'GREAT', NULL, now())",
    "words of a colleague": SAY + "(%(enquiry)s, %(reply)s, 'HELPED', %(note)s, now())",
    "words from another enquiry": SAY + "(%(enquiry)s, %(reply)s, 'HELPED', %(words)s, now())",
    "said twice": SAY + "(%(said_enquiry)s, %(said_reply)s, 'HELPED', NULL, now())",
    "said of a public post": SAY + "(%(public_enquiry)s, %(public)s, 'HELPED', NULL, now())",
    "moved to another answer": "UPDATE enquiries_satisfaction SET reply_id = %(reply)s",
    "said at another time": "UPDATE enquiries_satisfaction SET said_at = now() - interval '1 year'",
    "removed": "DELETE FROM enquiries_satisfaction",
    "emptied": "TRUNCATE enquiries_satisfaction",
    "a citizen's words with an author of ours": "INSERT INTO enquiries_note (enquiry_id, author_id, kind, text, created_at) "
    "VALUES (%(enquiry)s, %(alice)s, 'CITIZEN', 'x', now())",
}


@pytest.fixture(scope="module")
def values(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The scene and the numbers of all that is in it, made once: nothing that is refused changes it."""
    with undone(django_db_blocker):
        made = scene(make_city())
        settled()
        yield made


def scene(city: City) -> dict[str, Any]:
    now = timezone.now()
    replies = []
    for kind in ("web", "web"):
        replies.append(approved(city, arrive(city, kind, now=now), now=now).reply)
    posting.deliver_due(worker="test")
    reply, said = (Reply.objects.get(pk=one.pk) for one in replies)
    satisfaction.say(enquiry_id=said.enquiry_id, reply_id=said.pk, score="HELPED", words="Thanks", now=now)
    public = approved(city, arrive(city, "x", now=now), now=now).reply
    drafted = draft(city, arrive(city, "web", now=now), now=now).reply
    note = Note.objects.create(enquiry=reply.enquiry, author=city.alice, text="x", created_at=now)
    return {
        "alice": city.alice.pk,
        "reply": reply.pk,
        "enquiry": reply.enquiry_id,
        "said_reply": said.pk,
        "said_enquiry": said.enquiry_id,
        "public": public.pk,
        "public_enquiry": public.enquiry_id,
        "draft": drafted.pk,
        "other": drafted.enquiry_id,
        "note": note.pk,
        "words": said.satisfaction.note_id,
    }


@pytest.mark.parametrize("name", FORBIDDEN)
def test_database_refuses(values: dict[str, Any], name: str):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FORBIDDEN[name], values)


def test_database_takes_what_is_right(values: dict[str, Any]):
    with connection.cursor() as cursor:
        cursor.execute(SAY + "(%(enquiry)s, %(reply)s, 'PARTLY', NULL, now())", values)

        assert cursor.rowcount == 1
