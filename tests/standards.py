"""Standard answers as the tests need them: Charlie writes, Bob approves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from enquiries.contract import Receipt
from enquiries.models import (
    Message,
    Posting,
    ReplyVersion,
    StandardAnswer,
    StandardAnswerVersion,
    StandardInsertion,
    Topic,
)
from enquiries.services.leaving import outcomes
from enquiries.services.standard_answers import standards
from enquiries.services.standard_answers.standards import Head
from tests.people import NOON, City, approved

MISSED_BIN = "Dear {citizen_name}, we empty your bin by {due}. Your reference is {reference}."
ON_X = "We empty your bin by {due}. More: {link}"
NEXT_YEAR = date(2027, 9, 1)
LONG_AGO = NOON.date() - timedelta(days=3)


def head(title: str = "Missed bin", *, until: date = NEXT_YEAR, topic: Topic | None = None) -> Head:
    return Head(title=title, topic=topic, source="https://northwell.example/bins", expires_on=until)


def written(
    city: City, title: str = "Missed bin", texts: Any = None, *, topic: Topic | None = None, now: datetime = NOON
) -> StandardAnswerVersion:
    """A first version by Charlie that nobody has approved."""
    answer = standards.add(
        organisation=city.organisation,
        head=head(title, topic=topic, until=(now + timedelta(days=300)).date()),
        texts={"any": {"en": MISSED_BIN}, "x": {"en": ON_X}} if texts is None else texts,
        by_id=city.charlie.pk,
        now=now,
    )
    return answer.versions.get()


def standard(city: City, title: str = "Missed bin", texts: Any = None, **how: Any) -> StandardAnswerVersion:
    """A standard answer that people may insert."""
    now = how.get("now", NOON)
    version = written(city, title, texts, **how)
    return standards.approve_version(version_id=version.pk, by_id=city.bob.pk, now=now)


def expire(version: StandardAnswerVersion, *, on: date = LONG_AGO) -> StandardAnswerVersion:
    """Let its day pass."""
    StandardAnswer.objects.filter(pk=version.answer_id).update(expires_on=on)
    version.answer.refresh_from_db()
    return version


def inserted(version: StandardAnswerVersion, reply: ReplyVersion, text: str) -> StandardInsertion:
    """That the author of a reply took these words."""
    return StandardInsertion.objects.create(
        enquiry=reply.reply.enquiry, author=reply.author, standard=version, text=text, inserted_at=NOON
    )


def posted(city: City, message: Message, answer: str, *, now: datetime = NOON) -> ReplyVersion:
    """An answer that is there, on every way it goes."""
    approval = approved(city, message, text=answer, now=now)
    for posting in approval.postings.order_by("route"):
        Posting.objects.filter(pk=posting.pk).update(
            state="SENDING", attempts=1, lease_owner="w", lease_until=now + timedelta(minutes=1)
        )
        posting.refresh_from_db()
        outcomes.posted(posting, receipt=Receipt(external_id=f"out-{posting.pk}"), now=now)
    return approval.version
