"""What the schedules of faults have found, each as an example of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db.models.functions import Now

from enquiries import registry
from enquiries.models import ChannelAccount, Enquiry, Posting, Reply
from enquiries.services import replies
from enquiries.services.leaving import posting
from enquiries.services.replies.writing import Aim
from tests.people import City, arrive, fresh, make_city
from tests.proof import square
from tests.proof.square import PLATFORM
from worklist.queue import database_now

pytestmark = pytest.mark.django_db(transaction=True)
LONG = (
    "We come tomorrow and look at your bin. Please put it out before seven, with the handle to the street. Thank you."
)


@pytest.fixture
def town(settings, transactional_db: None) -> Iterator[City]:
    settings.CHANNELS = settings.CHANNELS | {"square": "tests.proof.square.Square"}
    registry.channel.cache_clear()
    square.forget()
    city = make_city()
    with square.opened() as url:
        city.accounts["square"] = ChannelAccount.objects.create(
            organisation=city.organisation,
            team=city.waste,
            kind="square",
            name="Square",
            external_id="square",
            settings={"api_url": url, "settle_seconds": 0},
        )
        yield city
    registry.channel.cache_clear()


def in_parts(town: City) -> Reply:
    """An approved reply in three parts."""
    now = database_now()
    message = arrive(town, "square", author="dana", thread="t", side="PUBLIC", occurred_at=now, now=now)
    version = replies.save_draft(
        enquiry_id=message.enquiry_id,
        answers_id=message.pk,
        author_id=town.alice.pk,
        text=LONG,
        aim=Aim(in_parts=True),
        now=now,
    )
    replies.submit(enquiry_id=message.enquiry_id, by_id=town.alice.pk, version_id=version.pk, now=now)
    seen = bytes(version.content_sha256).hex()
    replies.approve(reply_id=version.reply_id, approver_id=town.bob.pk, seen_sha256=seen, now=now)
    return Reply.objects.get(pk=version.reply_id)


def deliver(*, most: int = 1) -> None:
    Posting.objects.filter(state__in=["QUEUED", "UNKNOWN"]).update(due_at=Now())
    posting.deliver_due(worker="w", most=most)


def states(reply: Reply) -> list[str]:
    return list(reply.postings.order_by("part").values_list("state", flat=True))


def test_parts_leave_one_after_the_other(town: City):
    reply = in_parts(town)

    for _ in range(3):
        deliver()

    assert states(reply) == ["POSTED"] * 3
    assert [post["text"][-5:] for post in PLATFORM.posts] == ["(1/3)", "(2/3)", "(3/3)"]


def test_parts_behind_one_that_is_called_off_do_not_wait_for_ever(town: City):
    reply = in_parts(town)
    deliver()
    now = database_now()
    arrive(town, "square", author="dana", thread="t", side="PUBLIC", occurred_at=now, now=now)

    deliver(most=5)

    reply.refresh_from_db()
    assert states(reply) == ["POSTED", "CANCELLED", "CANCELLED"]
    assert reply.state == Reply.State.FAILED
    assert fresh(reply.enquiry_id).state == Enquiry.State.OPEN
    assert len(PLATFORM.posts) == 1


def test_parts_behind_one_that_is_refused_do_not_wait_for_ever(town: City):
    reply = in_parts(town)
    deliver()
    PLATFORM.write_faults.append("refuse")

    deliver(most=5)

    assert states(reply) == ["POSTED", "FAILED", "CANCELLED"]
