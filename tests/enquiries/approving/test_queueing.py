"""From an approval to what is due: a posting for each route, at its moment, and a worker is told to look then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app

from enquiries.models import Approval, Message, Posting
from enquiries.services import replies
from enquiries.services.replies import Aim
from tests.enquiries.approving.records import plain
from tests.enquiries.approving.scenes import approve
from tests.people import NOON, City, approved, arrive

pytestmark = pytest.mark.django_db
LONG = "We collect bulky waste on the first Monday of each month. " * 9


def approved_with(city: City, message: Message, aim: Aim, text: str = "We come.") -> Approval:
    writing = replies.Writing(answers_id=message.pk, author_id=city.alice.pk, text=text, aim=aim)
    approval = approve(replies.submit_text(enquiry_id=message.enquiry_id, writing=writing, now=NOON).version, city.bob)
    assert isinstance(approval, Approval)
    return approval


def let_undo(city: City, *, public: int, private: int) -> None:
    city.organisation.undo_public_seconds, city.organisation.undo_private_seconds = public, private
    city.organisation.save()


def queued(approval: Approval) -> list[dict[str, Any]]:
    fields = ("route", "part", "account_id", "version_id", "reply_id", "content_sha256", "due_at", "state")
    return [plain(row) for row in Posting.objects.filter(approval=approval).order_by("route").values(*fields)]


def test_each_route_has_a_posting_of_its_own(city: City):
    let_undo(city, public=0, private=10)
    approval = approved(city, arrive(city, "web"))

    common = {
        "part": None,
        "version_id": approval.version_id,
        "reply_id": approval.reply_id,
        "content_sha256": bytes(approval.content_sha256),
        "due_at": NOON + timedelta(seconds=10),
        "state": "QUEUED",
    }
    assert queued(approval) == [
        {"route": 0, "account_id": city.accounts["web"].pk} | common,
        {"route": 1, "account_id": city.accounts["email"].pk} | common,
    ]


def test_each_part_has_its_number(city: City):
    approval = approved_with(city, arrive(city, "x"), Aim(in_parts=True), LONG)

    rows = [(row["route"], row["part"]) for row in queued(approval)]
    assert len(rows) > 1
    assert rows == [(number, number + 1) for number in range(len(rows))]


@pytest.mark.parametrize(("kind", "seconds"), [("x", 20), ("email", 5)])
def test_time_to_undo_is_that_of_its_side(city: City, kind: str, seconds: int):
    let_undo(city, public=20, private=5)

    assert queued(approved(city, arrive(city, kind)))[0]["due_at"] == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(("chosen", "leaves"), [(3600, 3600), (10, 20)])
def test_chosen_moment_counts_where_it_is_later_than_the_time_to_undo(city: City, chosen: int, leaves: int):
    let_undo(city, public=20, private=5)
    aim = Aim(not_before=NOON + timedelta(seconds=chosen))

    due_at = queued(approved_with(city, arrive(city, "x"), aim))[0]["due_at"]

    assert due_at == NOON + timedelta(seconds=leaves)


def test_worker_is_told_to_look_when_it_is_due(city: City, monkeypatch, django_capture_on_commit_callbacks):
    let_undo(city, public=20, private=5)
    sent: list[tuple[str, float | None]] = []
    monkeypatch.setattr(current_app, "send_task", lambda task, *, countdown, **_options: sent.append((task, countdown)))

    with django_capture_on_commit_callbacks(execute=True):
        approved(city, arrive(city, "x"))

    assert ("enquiries.post_replies", 20.0) in sent
