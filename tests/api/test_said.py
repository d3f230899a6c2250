"""Messages tell programs what the desk shows: older wordings, what is gone or hidden and why, whom a mail is from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from enquiries.contract import ChangeKind, OwnPost, SenderTrust
from enquiries.models import Message, MessageChange, Moderation
from enquiries.services.incoming import byhand
from enquiries.services.platforms import blanking, presence
from tests.agents.scenes import arrived
from tests.api.conftest import ADDRESS, Program
from tests.people import NOON, City, arrive, submitted

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(minutes=20)


def post(city: City, text: str = "The bin in our street is full again", number: int = 0, **more: Any) -> Message:
    at = NOON + timedelta(minutes=number)
    edited = {"version_at": at} if number else {}
    same = {"root_id": "1900", "thread": "1900:7", "author": "7", "external_id": f"1900:190{number}"}
    return arrive(city, "x", text=text, now=at, **(same | edited | more))


def became(message: Message, kind: ChangeKind) -> None:
    presence.note(message.account, message.root_id or message.external_id, kind, occurred_at=SOON, now=SOON)


def decided(city: City, message: Message, act: str) -> None:
    one = Moderation.objects.create(
        message=message, act=act, reason="Hate", asked_by=city.alice, asked_at=NOON, due_at=NOON
    )
    Moderation.objects.filter(pk=one.pk).update(state="QUEUED", decided_by=city.bob, decided_at=NOON)
    Moderation.objects.filter(pk=one.pk).update(state="DONE", done_at=NOON)


def told(program: Program, message: Message) -> dict[str, Any]:
    said = program.get(f"{ADDRESS}/{message.enquiry.reference}").json()["messages"]
    found: dict[str, Any] = next(one for one in said if one["id"] == message.pk)
    return found


def test_untouched_post_has_its_words_and_stands_there(city: City, reader: Program):
    one = told(reader, post(city))

    assert (one["language"], one["on_platform"], one["blanked"], one["sender_trust"]) == ("en", "SHOWN", None, None)
    assert (one["replaced_by"], one["earlier"], one["became"], one["corrections"]) == (None, [], [], [])
    assert one["written_at"] == one["occurred_at"]


def test_changed_post_tells_its_older_wordings_once(city: City, reader: Program):
    first, second, newest = post(city), post(city, "The big bin is full", 1), post(city, "It is empty", 2)

    one = told(reader, newest)

    assert [(each["id"], each["text"]) for each in one["earlier"]] == [
        (second.pk, second.text),
        (first.pk, first.text),
    ]
    assert one["written_at"] == "2026-11-18T12:02:00Z"
    assert [told(reader, each)["replaced_by"] for each in (first, second)] == [newest.pk, newest.pk]
    assert told(reader, second)["earlier"] == []


def test_wordings_in_the_wrong_order_are_told_in_the_right_one(city: City, reader: Program):
    newer = post(city, "The big bin is full", 1)
    older = post(city)

    assert [each["id"] for each in told(reader, newer)["earlier"]] == [older.pk]
    assert told(reader, older)["replaced_by"] == newer.pk


@pytest.mark.parametrize(("taken_down", "why"), [(False, "DELETED_THERE"), (True, "TAKEN_DOWN")])
def test_words_that_are_gone_say_since_when_and_why(city: City, reader: Program, taken_down: bool, why: str):
    first, newest = post(city), post(city, "The big bin is full", 1)
    if taken_down:
        decided(city, newest, "REMOVE")
    became(newest, ChangeKind.GONE)
    blanking.blank(account=newest.account, root_id="1900", now=SOON)

    one = told(reader, newest)

    assert one["blanked"] == {"at": "2026-11-18T12:20:00Z", "why": why}
    assert (one["text"], one["language"], one["earlier"], one["on_platform"]) == ("", "", [], "GONE")
    assert told(reader, first)["blanked"]["why"] == why
    assert one["became"][0]["decided_by"] == ("Bob" if taken_down else "")


def test_words_of_who_asked_to_be_forgotten_are_removed_here_alone(city: City, reader: Program):
    message = post(city)
    blanking.blank(account=message.account, root_id="1900", now=SOON)

    one = told(reader, message)

    assert one["blanked"] == {"at": "2026-11-18T12:20:00Z", "why": "REMOVED"}
    assert one["on_platform"] == "SHOWN"


def test_hidden_post_names_who_asked_and_who_decided(city: City, reader: Program):
    message = post(city)
    decided(city, message, "HIDE")
    became(message, ChangeKind.HIDDEN)

    one = told(reader, message)

    assert one["on_platform"] == "HIDDEN"
    assert one["became"] == [
        {"became": "HIDDEN", "at": "2026-11-18T12:20:00Z", "asked_by": "Alice", "decided_by": "Bob"}
    ]


def test_post_of_ours_that_vanished_is_told(city: City, reader: Program):
    ours = arrived(city, "x").message
    assert told(reader, ours)["on_platform"] == "SHOWN"
    became(ours, ChangeKind.GONE)

    one = told(reader, ours)

    assert (one["on_platform"], one["blanked"], one["by_hand"]) == ("GONE", None, False)
    assert one["text"]


def test_correction_of_a_post_of_ours_tells_what_it_says_since(city: City, reader: Program):
    first, correction = arrived(city, "facebook"), arrived(city, "facebook")
    MessageChange.objects.create(
        message=first.message, kind="REPLACED", text="We come on Friday.", posting=correction, changed_at=SOON
    )

    one = told(reader, first.message)

    assert one["corrections"] == [{"change": "REPLACED", "text": "We come on Friday.", "at": "2026-11-18T12:20:00Z"}]


def test_answer_written_on_the_platform_itself_is_by_hand(city: City, reader: Program):
    message = post(city)
    own = OwnPost(external_id="1999", text="We come", occurred_at=SOON, parent_id="1900")
    byhand.keep(account=message.account, post=own, now=SOON)

    assert told(reader, Message.objects.get(external_id="1999"))["by_hand"]


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (SenderTrust.PASS, "PASS"),
        (SenderTrust.FAIL, "FAIL"),
        (SenderTrust.NONE, "NONE"),
        (SenderTrust.UNKNOWN, "NOT_CHECKED"),
    ],
)
def test_mail_says_what_is_known_of_its_sender(city: City, reader: Program, found: SenderTrust, word: str):
    one = told(reader, arrive(city, "email", sender_trust=found))

    assert (one["sender_trust"], one["on_platform"]) == (word, None)


def test_message_through_a_link_that_stood_in_public_says_so(city: City, reader: Program):
    message = arrive(city, "web", thread="offline-1")

    assert told(reader, message)["by_invitation"]


def test_approver_reads_the_older_wordings_too(city: City, bob: Program):
    first, newest = post(city), post(city, "The big bin is full", 1)
    became(newest, ChangeKind.HIDDEN)
    version = submitted(city, newest, now=SOON)

    answers = bob.see(f"approvals/{version.reply_id}").json()["answers"]

    assert [each["text"] for each in answers["earlier"]] == [first.text]
    assert answers["on_platform"] == "HIDDEN"


def test_enquiry_costs_the_same_however_often_its_posts_were_changed(
    city: City, reader: Program, django_assert_max_num_queries: Any
):
    for number in range(5):
        message = post(city, f"The bin was not emptied, week {number}", number)
    became(message, ChangeKind.HIDDEN)

    with django_assert_max_num_queries(12):
        told(reader, message)
