"""Saving, submitting and approving ask the database little, and what they refuse they refuse as before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.ledger import record, written_together
from audit.models import Event
from audit.versions import bump
from enquiries.models import Enquiry, Message, Posting, Reply, ReplyVersion
from enquiries.services import replies, triage
from enquiries.services.replies.drafting import DraftRefused, NewerVersion
from tests.agents.scenes import address_of
from tests.people import NOON, City, arrive, draft, fresh, submitted

pytestmark = pytest.mark.django_db


def statements(act: Callable[[], object]) -> list[str]:
    """List what is asked of the database, without what opens and closes the transaction of a test."""
    with CaptureQueriesContext(connection) as asked:
        act()
    said = [query["sql"] for query in asked.captured_queries]
    return [one for one in said if not one.startswith(("SAVEPOINT", "RELEASE"))]


def post(client: Client, message: Message, text: str, *, action: str) -> object:
    sent = {"text": text, "answers": message.pk, "action": action}
    answer = client.post(address_of(message), sent)
    assert answer.status_code == 302
    return answer


def written(asked: list[str]) -> Counter[str]:
    return Counter(one.split()[0] for one in asked if one.startswith(("INSERT", "UPDATE", "DELETE")))


@pytest.mark.parametrize("kind", ["x", "email"])
def test_saving_a_first_draft_takes_four_writes(city: City, alice: Client, kind: str):
    post(alice, arrive(city, kind, now=timezone.now()), "Warm.", action="save")
    message = arrive(city, kind, now=timezone.now())

    asked = statements(lambda: post(alice, message, "We come tomorrow.", action="save"))

    assert written(asked) == {"INSERT": 3, "UPDATE": 1}
    assert len(asked) <= 13


@pytest.mark.parametrize("kind", ["x", "email"])
def test_submitting_takes_nineteen_statements(city: City, alice: Client, kind: str):
    post(alice, arrive(city, kind, now=timezone.now()), "Warm.", action="submit")
    message = arrive(city, kind, now=timezone.now())

    asked = statements(lambda: post(alice, message, "We come tomorrow.", action="submit"))

    # Reply, version, decision and the events; the enquiry is taken, then it and the reply are handed over.
    assert written(asked) == {"INSERT": 4, "UPDATE": 3}
    assert len(asked) <= 19
    assert fresh(message.enquiry_id).state == Enquiry.State.AWAITING_APPROVAL


@pytest.mark.parametrize("kind", ["x", "email"])
def test_approving_takes_seventeen_statements(city: City, bob: Client, kind: str):
    def approve(version: ReplyVersion) -> None:
        sent = {"action": "approve", "sha256": bytes(version.content_sha256).hex()}
        assert bob.post(f"/desk/approvals/{version.reply_id}/", sent).status_code == 302

    approve(submitted(city, arrive(city, kind, now=timezone.now()), now=timezone.now()))
    version = submitted(city, arrive(city, kind, now=timezone.now()), now=timezone.now())

    asked = statements(lambda: approve(version))

    # Approval, posting and event; the reply and the enquiry.
    assert written(asked) == {"INSERT": 3, "UPDATE": 2}
    assert len(asked) <= 17
    assert Posting.objects.filter(version=version, state="QUEUED").count() == 1


def test_what_may_not_be_handed_over_is_kept_all_the_same(city: City, alice: Client):
    message = arrive(city, "x", now=timezone.now())

    answer = alice.post(
        address_of(message), {"text": "Dear {citizen_name},", "answers": message.pk, "action": "submit"}
    )

    assert answer.status_code == 422
    assert "still to be filled in" in answer.content.decode()
    assert ReplyVersion.objects.get().text == "Dear {citizen_name},"
    assert Reply.objects.get().state == Reply.State.DRAFT
    assert list(Event.objects.filter(verb__startswith="reply.").values_list("verb", flat=True)) == [
        "reply.version_saved"
    ]


def test_colleagues_claim_keeps_a_text_from_being_handed_over_and_not_from_being_kept(city: City):
    message = arrive(city, now=NOON)
    triage.claim(enquiry_id=message.enquiry_id, by_id=city.bob.pk, now=NOON)

    with pytest.raises(triage.HeldBySomebody):
        replies.submit_text(
            enquiry_id=message.enquiry_id,
            writing=replies.Writing(answers_id=message.pk, author_id=city.alice.pk, text="Words."),
            now=NOON,
        )

    assert ReplyVersion.objects.get().author == city.alice
    assert Reply.objects.get().state == Reply.State.DRAFT


def test_text_that_overwrites_unseen_words_is_neither_kept_nor_handed_over(city: City):
    message = arrive(city)
    draft(city, message, text="Earlier words.")
    writing = replies.Writing(answers_id=message.pk, author_id=city.alice.pk, text="Mine.", seen_id=replies.NO_VERSION)

    with pytest.raises(NewerVersion):
        replies.submit_text(enquiry_id=message.enquiry_id, writing=writing, now=NOON)

    assert [version.text for version in ReplyVersion.objects.all()] == ["Earlier words."]
    assert Reply.objects.get().state == Reply.State.DRAFT


def test_change_of_sides_that_nobody_confirmed_is_neither_kept_nor_handed_over(city: City):
    public, private = arrive(city, "x", now=NOON), arrive(city, now=NOON + timedelta(seconds=1))
    Message.objects.filter(pk=private.pk).update(enquiry=public.enquiry)
    writing = replies.Writing(
        answers_id=public.pk, author_id=city.alice.pk, text="Words.", badge=replies.Badge(said="PUBLIC")
    )

    with pytest.raises(DraftRefused, match="changing sides"):
        replies.submit_text(enquiry_id=public.enquiry_id, writing=writing, now=NOON)

    assert not ReplyVersion.objects.exists()


def test_events_of_one_act_are_written_together_in_their_order(city: City, alice: Client):
    message = arrive(city, now=timezone.now())

    post(alice, message, "We come tomorrow.", action="submit")

    verbs = Event.objects.filter(enquiry_id=message.enquiry_id).order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-3:] == ["enquiry.claimed", "reply.version_saved", "reply.submitted"]


def test_act_that_fails_within_another_one_writes_no_events(city: City):
    with written_together():
        record(verb="test.first", now=NOON)
        with pytest.raises(RuntimeError), written_together():
            record(verb="test.undone", now=NOON)
            raise RuntimeError
        record(verb="test.last", now=NOON)

    told = Event.objects.filter(verb__startswith="test.").order_by("pk")
    assert [event.verb for event in told] == ["test.first", "test.last"]


def test_one_transaction_tells_of_its_changes_once(city: City):
    def waiting() -> int:
        return sum(getattr(act[1], "func", None) is bump for act in connection.run_on_commit)

    def undone() -> None:
        with transaction.atomic():
            record(verb="test.undone", now=NOON, organisation_id=10**9)
            raise RuntimeError

    before = waiting()
    with pytest.raises(RuntimeError):
        undone()
    for _ in range(3):
        record(verb="test.done", now=NOON, organisation_id=10**9)

    assert waiting() == before + 1
