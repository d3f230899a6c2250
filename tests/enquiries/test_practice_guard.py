"""Nothing leaves practice: the last wall stands at the posting itself, for an account whose kind was changed since.

The wall at the wording refuses all that names an account of the wrong kind when it is written. The posting is written
later, and what leaves goes by the kind that its account has then.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from enquiries.models import Approval, Posting, Reply, ReplyVersion
from enquiries.services import replies
from tests.enquiries.test_illegal_writes import POST, POST_END
from tests.people import NOON, City, arrive, draft

pytestmark = pytest.mark.django_db
ROUTE = POST + "(%(reply)s, %(version)s, %(approval)s, %(sha)s, %(route)s, %(account)s, " + POST_END


@pytest.fixture
def two_ways(city: City) -> ReplyVersion:
    """An approved reply to a mail that leaves by mail and on the private page; nothing of it is queued."""
    first = draft(city, arrive(city, "email"))
    (way,) = first.content["routes"]
    routes = [way, way | {"account": city.accounts["web"].pk, "channel": "web"}]
    version = ReplyVersion.objects.create(
        reply=first.reply,
        n=2,
        author=city.alice,
        content=first.content | {"routes": routes},
        last_inbound=first.last_inbound,
        created_at=NOON,
    )
    version.refresh_from_db()
    enquiry_id = first.reply.enquiry_id
    replies.submit(enquiry_id=enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)
    Approval.objects.create(
        version=version,
        reply=version.reply,
        author=city.alice,
        content_sha256=version.content_sha256,
        approver=city.bob,
        decided_at=NOON,
    )
    Reply.objects.filter(pk=version.reply_id).update(state="APPROVED", escalate_at=None)
    return version


def post(version: ReplyVersion, *, route: int) -> None:
    """Write a posting past all of our code."""
    values = {
        "reply": version.reply_id,
        "version": version.pk,
        "approval": version.approvals.get().pk,
        "sha": bytes(version.content_sha256),
        "route": route,
        "account": version.content["routes"][route]["account"],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROUTE, values)


def becomes_practice(city: City, kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enquiries_channelaccount SET kind = 'practice' WHERE id = %s", [city.accounts[kind].pk])


def test_posting_by_a_second_way_is_taken_while_no_account_is_practice(two_ways: ReplyVersion):
    post(two_ways, route=0)
    post(two_ways, route=1)

    assert Posting.objects.count() == 2


@pytest.mark.parametrize("kind", ["web", "email"])
def test_posting_is_refused_between_practice_and_the_world_though_its_wording_was_let_through(
    city: City, two_ways: ReplyVersion, kind: str
):
    becomes_practice(city, kind)
    post(two_ways, route=0)  # where the message came from: practice to practice, or the world to the world

    with pytest.raises(DatabaseError, match="practice stays among practice"):
        post(two_ways, route=1)

    assert [posting.route for posting in Posting.objects.all()] == [0]
