"""A correction goes all the way: drafted, approved, made on the platform, recorded, and made again where nobody knows."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from citizens.story import story_of
from enquiries.models import Enquiry, Message, MessageChange, Payload, Posting, Reply
from enquiries.services import replies
from enquiries.services.incoming import intake
from enquiries.services.leaving import posting as sender
from enquiries.services.replies import Aim
from simulators import credentials
from tests.people import City, approved, arrive
from tests.sims import Simulator
from worklist.queue import database_now

pytestmark = pytest.mark.django_db(transaction=True)
OLD, NEW = "We come on Tuesday.", "We come on Thursday."


@pytest.fixture
def town(city: City, x: Simulator, facebook: Simulator) -> City:
    """The city with accounts on both simulated platforms."""
    secrets = {
        "x": {
            "consumer_key": credentials.X_CONSUMER_KEY,
            "consumer_secret": credentials.X_CONSUMER_SECRET,
            "access_token": credentials.X_ACCESS_TOKEN,
            "access_token_secret": credentials.X_ACCESS_TOKEN_SECRET,
        },
        "facebook": {
            "app_secret": credentials.FACEBOOK_APP_SECRET,
            "page_token": credentials.FACEBOOK_PAGE_TOKEN,
            "verify_token": credentials.FACEBOOK_VERIFY_TOKEN,
        },
    }
    for kind, platform in {"x": x, "facebook": facebook}.items():
        account = city.accounts[kind]
        account.external_id = credentials.X_USER_ID if kind == "x" else credentials.FACEBOOK_PAGE_ID
        account.settings = {"api_url": platform.url, "settle_seconds": 0, "timeout_seconds": 2}
        account.keep_secrets(secrets[kind])
        account.save()
    return city


def posted(town: City, kind: str, platform: Simulator) -> Message:
    """Our reply to a citizen, as it stands on the platform."""
    now = database_now()
    if kind == "x":
        target = platform.write(author_handle="dana", author_name="Dana", text="@northwell my bin?")["id"]
    else:
        target = platform.write(kind="comment", author_name="Dana", text="My bin?", push="no")["id"]
    approved(town, arrive(town, kind, external_id=target, now=now, occurred_at=now), text=OLD, now=now)
    sender.deliver_due(worker="test")
    return Message.objects.get(direction="OUT")


def correct(town: City, message: Message, purpose: str) -> Posting:
    """Draft, submit and approve a correction and let the worker look once."""
    now = database_now()
    assert message.posting
    answers = message.posting.reply.answers
    version = replies.save_draft(
        enquiry_id=answers.enquiry_id,
        answers_id=answers.pk,
        author_id=town.alice.pk,
        text=NEW,
        aim=Aim(purpose=purpose, corrects_id=message.pk),
        now=now,
    )
    replies.submit(enquiry_id=answers.enquiry_id, by_id=town.alice.pk, version_id=version.pk, now=now)
    replies.approve(
        reply_id=version.reply_id, approver_id=town.bob.pk, seen_sha256=bytes(version.content_sha256).hex(), now=now
    )
    return again(Posting.objects.get(reply_id=version.reply_id))


def again(posting: Posting) -> Posting:
    """Let the worker look now, whatever it waits for."""
    Posting.objects.filter(pk=posting.pk, state="QUEUED").update(due_at=database_now())
    sender.deliver_due(worker="test")
    posting.refresh_from_db()
    return posting


def ours_on_facebook(facebook: Simulator) -> list[tuple[str, bool]]:
    return [(each["text"], each["deleted"]) for each in facebook.ledger()["comments"] if each["by_api"]]


def test_comment_gets_its_new_words_where_it_stands(town: City, facebook: Simulator):
    message = posted(town, "facebook", facebook)

    posting = correct(town, message, "REPLACE")

    assert posting.state == "POSTED"
    assert ours_on_facebook(facebook) == [(NEW, False)]
    assert [(change.kind, change.text) for change in message.changes.all()] == [("REPLACED", NEW)]


@pytest.mark.parametrize(("purpose", "operation"), [("REPLACE", "change"), ("REMOVE", "delete")])
@pytest.mark.parametrize(
    "fault", ["commit_then_drop", "commit_then_500", "empty_200", "html_502", "drop_before_commit"]
)
def test_correction_nobody_knows_of_is_made_again(
    town: City, facebook: Simulator, purpose: str, operation: str, fault: str
):
    message = posted(town, "facebook", facebook)
    facebook.fault(operation, fault)

    posting = correct(town, message, purpose)
    assert (posting.state, MessageChange.objects.count()) == ("QUEUED", 0)

    assert again(posting).state == "POSTED"
    assert ours_on_facebook(facebook) == [(NEW, False) if purpose == "REPLACE" else (OLD, True)]
    assert MessageChange.objects.count() == 1


def test_post_on_x_is_removed_although_the_answer_was_lost(town: City, x: Simulator):
    message = posted(town, "x", x)
    x.fault("delete_post", "commit_then_drop")

    posting = again(correct(town, message, "REMOVE"))

    assert posting.state == "POSTED"
    assert [post["deleted"] for post in x.ledger()["posts"] if post["by_api"]] == [True]
    assert x.calls("create_post") == 1


def test_correction_of_a_comment_that_vanished_comes_back_to_its_author(town: City, facebook: Simulator):
    message = posted(town, "facebook", facebook)
    facebook.act("delete", {"id": message.external_id})

    posting = correct(town, message, "REPLACE")

    assert (posting.state, posting.reply.state) == ("FAILED", Reply.State.FAILED)
    assert "answer the citizen anew" in posting.fix


def test_webhook_of_our_own_correction_is_no_news(town: City, facebook: Simulator):
    message = posted(town, "facebook", facebook)
    correct(town, message, "REPLACE")
    before = (Enquiry.objects.count(), Message.objects.count(), Posting.objects.count())
    entry = {
        "field": "feed",
        "value": {
            "item": "comment",
            "verb": "edited",
            "comment_id": message.external_id,
            "from": {"id": credentials.FACEBOOK_PAGE_ID, "name": "Northwell"},
            "message": NEW,
            "created_time": int(message.occurred_at.timestamp()),
        },
    }
    body = {"object": "page", "entry": [{"id": credentials.FACEBOOK_PAGE_ID, "changes": [entry]}]}

    assert read_in(town, body).done_at

    assert (Enquiry.objects.count(), Message.objects.count(), Posting.objects.count()) == before


def read_in(town: City, body: Mapping[str, object]) -> Payload:
    """Let a webhook arrive and be read."""
    now = database_now()
    account = town.accounts["facebook"]
    raw = json.dumps(body).encode()
    intake.accept_payload(account_id=account.pk, source="WEBHOOK", external_id="w", raw=raw, now=now)
    intake.read_due_payloads(now=now, worker="test")
    return Payload.objects.get(external_id="w")


def test_old_words_that_stood_in_public_are_shown_to_nobody_again(town: City, facebook: Simulator):
    message = posted(town, "facebook", facebook)
    correct(town, message, "REPLACE")

    step = story_of(message.enquiry, now=database_now()).steps[-1]

    assert (step.text, step.earlier) == (NEW, ())
    assert step.corrected_at
