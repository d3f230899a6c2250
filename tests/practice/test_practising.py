"""A practice enquiry is like a real one, but for one thing: nothing of it ever reaches anybody."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from enquiries.contract import Unreadable
from enquiries.models import ChannelAccount, Enquiry, Message, Posting, Reply, ReplyVersion
from enquiries.queries.queue import Onlooker, View, in_view
from enquiries.registry import channel
from enquiries.services import replies
from enquiries.services.leaving import posting
from practice.channel import PracticeChannel
from practice.scenarios import SCENARIOS, UnknownScenario
from practice.starting import MOST_OPEN, EnoughOpen, attempts_of, practice_account, scenario_of, start
from tests.contract.rig_practice import PracticeRig
from tests.people import NOON, City, arrive

REACHING = ["x", "facebook", "email", "web"]


def practise(city: City, key: str = "angry-tax", **change: Any) -> Enquiry:
    how: dict[str, Any] = {
        "organisation": city.organisation,
        "learner_id": city.alice.pk,
        "team": city.waste,
        "now": NOON,
    }
    return start(key=key, **how | change)


def answered(city: City, enquiry: Enquiry) -> Reply:
    """Through draft, submission and approval, as every reply goes."""
    message = enquiry.messages.get()
    how: dict[str, Any] = {"enquiry_id": enquiry.pk, "now": NOON}
    version = replies.save_draft(answers_id=message.pk, author_id=city.alice.pk, text="We are sorry.", **how)
    replies.submit(by_id=city.alice.pk, version_id=version.pk, **how)
    replies.approve(
        reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=version.content_sha256.hex(), now=NOON
    )
    return version.reply


@pytest.mark.parametrize("one", SCENARIOS, ids=lambda one: one.key)
def test_scenario_comes_in_like_a_real_enquiry(city: City, one: Any):
    enquiry = practise(city, one.key)
    message = enquiry.messages.get()

    assert (enquiry.kind, enquiry.side, enquiry.assignee, enquiry.team) == (
        "practice",
        one.side,
        city.alice,
        city.waste,
    )
    assert message.text == one.text
    assert message.payload is not None
    assert enquiry.due_at is not None
    assert scenario_of(message.external_id) == one


def test_each_attempt_is_an_enquiry_of_its_own_and_the_account_one(city: City):
    first, second = practise(city), practise(city)

    assert first.pk != second.pk
    assert first.citizen_id != second.citizen_id
    assert list(attempts_of(city.alice.pk, city.organisation.pk)) == [second, first]
    assert not attempts_of(city.bob.pk, city.organisation.pk).exists()
    assert ChannelAccount.objects.filter(kind="practice").count() == 1


def test_too_many_open_ones_are_refused(city: City):
    for _ in range(MOST_OPEN):
        practise(city)

    with pytest.raises(EnoughOpen):
        practise(city)


def test_unknown_scenario_starts_nothing(city: City):
    with pytest.raises(UnknownScenario):
        practise(city, "nothing")
    assert not Enquiry.objects.exists()


def test_practice_is_in_its_own_view_and_in_no_other(city: City):
    enquiry = practise(city)
    by = Onlooker(user_id=city.alice.pk, teams=frozenset({city.waste.pk}))

    holding = [view for view in View if in_view(Enquiry.objects.all(), view, by=by, now=NOON).exists()]

    assert holding == [View.PRACTICE]
    assert in_view(Enquiry.objects.all(), View.PRACTICE, by=by, now=NOON).get() == enquiry


def test_approved_practice_reply_is_posted_to_nobody(city: City, monkeypatch: pytest.MonkeyPatch):
    for kind in REACHING:
        for call in ("send", "replace", "remove"):
            monkeypatch.setattr(type(channel(kind)), call, _must_not_be_called)
    reply = answered(city, practise(city))

    posting.deliver_due(worker="test")

    sent = Posting.objects.get(reply=reply)
    assert (sent.state, sent.account.kind) == ("POSTED", "practice")
    assert (sent.external_id or "").startswith("practice:")


def _must_not_be_called(*_arguments: Any, **_more: Any) -> None:
    raise AssertionError("a practice reply reached a channel")


@pytest.mark.parametrize("kind", REACHING)
def test_database_refuses_a_practice_reply_to_a_real_account(city: City, kind: str):
    message = practise(city).messages.get()
    reply = Reply.objects.create(enquiry=message.enquiry, answers=message, created_at=NOON)

    with pytest.raises(IntegrityError, match="goes to where its message came from"), transaction.atomic():
        ReplyVersion.objects.create(
            reply=reply,
            n=1,
            author=city.alice,
            content=_content(message, city.accounts[kind]),
            last_inbound=message,
            created_at=NOON,
        )


@pytest.mark.parametrize("kind", REACHING)
def test_database_refuses_a_second_way_out_of_practice(city: City, kind: str):
    message = practise(city).messages.get()
    reply = Reply.objects.create(enquiry=message.enquiry, answers=message, created_at=NOON)
    content = _content(message, message.account)
    content["routes"] += _content(message, city.accounts[kind])["routes"]

    with pytest.raises(IntegrityError, match="practice stays"), transaction.atomic():
        ReplyVersion.objects.create(
            reply=reply, n=1, author=city.alice, content=content, last_inbound=message, created_at=NOON
        )


def test_database_refuses_a_real_reply_to_go_to_practice(city: City):
    message, account = arrive(city), practice_account(city.organisation)
    reply = Reply.objects.create(enquiry=message.enquiry, answers=message, created_at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        ReplyVersion.objects.create(
            reply=reply,
            n=1,
            author=city.alice,
            content=_content(message, account),
            last_inbound=message,
            created_at=NOON,
        )


def _content(message: Message, account: ChannelAccount) -> dict[str, Any]:
    way = {"account": account.pk, "channel": account.kind, "target": message.external_id}
    return {
        "text": "We are sorry.",
        "subject": "",
        "side": message.side,
        "reference": message.enquiry.reference,
        "attachments": [],
        "routes": [way | {"recipient": message.reply_to, "recipient_name": ""}],
    }


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b"{}", b'{"attempt": "1:a:b"}', b'"text"'])
def test_strange_payload_is_unreadable_and_no_crash(city: City, raw: bytes):
    account = practice_account(city.organisation).in_the_open()

    (part,) = PracticeChannel().parse(account, raw)

    assert isinstance(part, Unreadable)


def test_receipt_follows_from_the_key_alone():
    rig = PracticeRig()
    reply = rig.reply(rig.message())

    sent = PracticeChannel().send(rig.account, reply)

    assert PracticeChannel().find_sent(replace(rig.account, name="Other"), reply, since=NOON) == sent
    assert sent.external_id == f"practice:{reply.key}"


def test_practice_is_not_merged_with_a_real_enquiry(city: City):
    real, practice = arrive(city).enquiry, practise(city)

    for one, other in ((real, practice), (practice, real)):
        with pytest.raises(IntegrityError, match="practice stays"), transaction.atomic():
            Enquiry.objects.filter(pk=one.pk).update(merged_into=other)


def test_old_names_lead_to_no_scenario():
    assert scenario_of("practice:1:gone:7") is None
    assert scenario_of(json.dumps({})) is None
