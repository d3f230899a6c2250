"""What follows from a correction of a post of ours: a change of its message, and no answer to anybody."""

from __future__ import annotations

import pytest

from enquiries.contract import Receipt
from enquiries.models import (
    ChannelAccount,
    Clock,
    Message,
    MessageChange,
    Posting,
    PostWatch,
    Reply,
    ReplyVersion,
)
from enquiries.services.leaving import outcomes
from enquiries.services.replies import Aim
from tests.enquiries.approving.scenes import approve
from tests.people import City, arrive, fresh, posting_of
from tests.proof.told import NOW, accepted, loaded, sending, written

pytestmark = pytest.mark.django_db


def correction(place: City, purpose: str, *, writes_again: bool = False) -> Posting:
    """An approved correction of a reply of ours that has arrived under the name 777."""
    one = accepted(place, thread="t")
    outcomes.posted(sending(one), receipt=Receipt(external_id="777"), now=NOW)
    if writes_again:
        arrive(place, "told", side="PUBLIC", thread="t", now=NOW)
    aim = Aim(purpose=purpose, corrects_id=Message.objects.get(posting=one).pk)
    version = written(place, one.reply.answers, text="We come on Thursday.", aim=aim)
    return loaded(posting_of(approve(version, place.bob)))


@pytest.mark.parametrize(
    ("purpose", "kind", "text", "ends"),
    [("REPLACE", "REPLACED", "We come on Thursday.", None), ("REMOVE", "REMOVED", "", NOW)],
)
def test_correction_is_kept_at_the_message_it_corrects(place: City, purpose: str, kind: str, text: str, ends: object):
    one = correction(place, purpose)
    ours = Message.objects.get(direction="OUT")

    outcomes.posted(sending(one), receipt=Receipt(external_id="777#changed"), now=NOW)

    change = MessageChange.objects.get()
    assert (change.message_id, change.kind, change.text) == (ours.pk, kind, text)
    assert (change.posting_id, change.changed_at) == (one.pk, NOW)
    assert Message.objects.filter(direction="OUT").count() == 1
    assert PostWatch.objects.get(root_id="777").done_at == ends
    assert fresh(one.reply.enquiry_id).state == "ANSWERED"


def test_correction_answers_nobody_who_waits(place: City):
    one = correction(place, "REPLACE", writes_again=True)
    waits = Clock.objects.get(enquiry=one.reply.enquiry_id, state="RUNNING")

    outcomes.posted(sending(one), receipt=Receipt(external_id="777#changed"), now=NOW)

    enquiry = fresh(one.reply.enquiry_id)
    assert (enquiry.state, enquiry.due_at) == ("OPEN", waits.due_at)
    assert Clock.objects.get(pk=waits.pk).state == "RUNNING"


@pytest.mark.parametrize(
    ("purpose", "side", "route", "changes"),
    [
        ("REPLACE", "PUBLIC", 0, True),
        ("REPLACE", "PRIVATE", 0, False),
        ("REPLACE", "PUBLIC", 1, False),
        ("REMOVE", "PUBLIC", 0, True),
        ("REMOVE", "PRIVATE", 0, True),
        ("ANSWER", "PUBLIC", 0, False),
        ("POINTER", "PUBLIC", 0, False),
    ],
)
def test_only_a_correction_by_a_channel_that_can_changes_a_post(
    telling: None, purpose: str, side: str, route: int, changes: bool
):
    version, account = ReplyVersion(content={"side": side}), ChannelAccount(kind="told")
    one = Posting(route=route, version=version, account=account)

    assert outcomes.changes_a_post(one, Reply(purpose=purpose)) is changes


def test_proof_of_a_change_is_the_name_of_the_post_and_the_number_of_the_posting():
    assert outcomes.proof_of_change(Posting(pk=5), "n" * 251) == "n" * 250 + "#changed-by:5"
