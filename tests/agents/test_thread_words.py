"""What a thread tells of citizens' words: older wordings, what is gone or hidden, who sent a mail, what it repeats."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from enquiries.contract import ChangeKind, OwnPost, SenderTrust
from enquiries.models import Message, Moderation
from enquiries.services import replies
from enquiries.services.incoming import byhand
from enquiries.services.platforms import blanking, presence
from tests.agents.scenes import arrived
from tests.people import NOON, City, approved, arrive, submitted

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(minutes=20)
ROOT: dict[str, Any] = {"root_id": "1900", "thread": "1900:7", "author": "7"}


def page(client: Client, message: Message) -> str:
    return " ".join(client.get(f"/desk/enquiries/{message.enquiry.reference}/").content.decode().split())


def post(city: City, text: str = "The bin is full", **more: Any) -> Message:
    return arrive(city, "x", text=text, external_id="1900:1900", **(ROOT | more))


def edited(city: City, text: str = "The big bin is full", *, number: int = 1, **more: Any) -> Message:
    at = NOON + timedelta(minutes=number)
    return arrive(city, "x", text=text, external_id=f"1900:190{number}", version_at=at, now=at, **(ROOT | more))


def became(message: Message, kind: ChangeKind) -> None:
    presence.note(message.account, message.root_id or message.external_id, kind, occurred_at=SOON, now=SOON)


def test_older_wordings_stand_folded_under_the_newest(alice: Client, city: City):
    post(city)
    edited(city)
    newest = edited(city, "The big bin is full again", number=2)

    shown = page(alice, newest)

    assert shown.count('<article class="msg') == 1
    assert "edited 2 times" in shown
    assert re.search(r"<ins>\s*big\s*</ins>", shown)
    assert re.search(r"<ins>\s*again\s*</ins>", shown)


def test_wordings_that_arrive_in_the_wrong_order_are_told_in_the_right_one(alice: Client, city: City):
    edited(city)
    oldest = post(city)

    shown = page(alice, oldest)

    assert "edited 1 time" in shown
    assert re.search(r"<ins>\s*big\s*</ins>", shown)


def test_place_of_words_that_were_answered_before_they_changed_is_marked(alice: Client, city: City):
    said = post(city)
    approved(city, said, now=NOON + timedelta(seconds=20))
    newest = edited(city)

    assert f'<a href="#message-{newest.pk}">wrote here first, and changed the post later</a>' in page(alice, newest)


def test_only_the_newest_wording_is_offered_to_be_answered(alice: Client, city: City):
    older = post(city)
    newest = edited(city)
    other = arrive(city, "x", thread="1900:7", author="7", text="Hello?", now=SOON)

    shown = page(alice, other)

    assert f"answers={newest.pk}&amp;purpose=ANSWER" in shown
    assert f"answers={older.pk}&amp;purpose=ANSWER" not in shown


def test_deleted_post_is_told_plainly(alice: Client, city: City):
    said = post(city)
    became(said, ChangeKind.GONE)
    blanking.blank(account=said.account, root_id=said.root_id, now=SOON)

    shown = page(alice, said)

    assert "This post was deleted on X on Wednesday 18 November 2026, 12:20, by the citizen or by X." in shown
    assert "the record of the enquiry stays." in shown
    assert "bin is full" not in shown
    assert "not on the platform any more, so nothing can be answered there" in shown


@pytest.mark.parametrize(
    ("kinds", "sentence", "is_hidden"),
    [
        ([ChangeKind.HIDDEN], "not from here: the public does not see it.", True),
        ([ChangeKind.HIDDEN, ChangeKind.SHOWN], "Shown again on X on", False),
    ],
)
def test_hidden_post_is_told_with_time(
    alice: Client, city: City, kinds: list[ChangeKind], sentence: str, is_hidden: bool
):
    said = post(city)
    for number, kind in enumerate(kinds):
        at = SOON + timedelta(minutes=number)
        presence.note(said.account, said.root_id, kind, occurred_at=at, now=at)

    shown = page(alice, said)

    assert sentence in shown
    assert ("hidden from the public" in shown) is is_hidden


def test_hiding_by_us_names_who_asked_and_who_decided(alice: Client, city: City):
    said = post(city)
    one = Moderation.objects.create(
        message=said, act="HIDE", reason="Insults", asked_by=city.alice, asked_at=NOON, due_at=NOON
    )
    Moderation.objects.filter(pk=one.pk).update(state="QUEUED", decided_by=city.bob, decided_at=NOON)
    Moderation.objects.filter(pk=one.pk).update(state="DONE", done_at=NOON)
    became(said, ChangeKind.HIDDEN)

    assert "asked for by Alice, decided by Bob." in page(alice, said)


@pytest.mark.parametrize(
    ("trust", "word"),
    [
        (SenderTrust.PASS, "sender confirmed"),
        (SenderTrust.FAIL, "sender not genuine"),
        (SenderTrust.NONE, "sender not confirmed"),
        (SenderTrust.UNKNOWN, "sender not checked"),
    ],
)
def test_sender_of_a_mail_is_told_in_a_word(alice: Client, city: City, trust: SenderTrust, word: str):
    assert word in page(alice, arrive(city, "email", sender_trust=trust))


def test_posts_have_no_such_word(alice: Client, city: City):
    assert 'class="sender"' not in page(alice, post(city))


def test_earlier_words_that_a_mail_repeats_are_folded_and_not_cut(alice: Client, city: City):
    text = "Thank you!\n\n> We come tomorrow.\n> Northwell"

    shown = page(alice, arrive(city, "email", text=text, quote_from=12))

    own, _summary, rest = shown.partition("Earlier words repeated below it")
    assert "Thank you!" in own
    assert "We come tomorrow." not in own.partition('class="thread"')[2]
    assert "We come tomorrow." in rest


def test_mail_that_only_repeats_is_shown_as_it_is(alice: Client, city: City):
    shown = page(alice, arrive(city, "email", text="> We come tomorrow.", quote_from=0))

    assert "We come tomorrow." in shown
    assert "Earlier words repeated" not in shown


def test_answer_written_on_the_platform_itself_is_marked(alice: Client, city: City):
    said = post(city)
    own = OwnPost(external_id="1999", text="We come", occurred_at=SOON, parent_id="1900")
    byhand.keep(account=said.account, post=own, now=SOON)

    assert "written by hand on X" in page(alice, said)


def test_reply_of_ours_that_vanished_is_told(alice: Client, city: City):
    posting = arrived(city, "x")
    message = posting.message
    became(message, ChangeKind.GONE)

    assert "Not on X any more, noticed Wednesday 18 November 2026, 12:20." in page(alice, message)


def test_approver_sees_the_same(bob: Client, city: City):
    post(city)
    newest = edited(city)
    became(newest, ChangeKind.HIDDEN)
    version = submitted(city, newest, now=NOON + timedelta(minutes=2))

    shown = bob.get(f"/desk/approvals/{version.reply_id}/").content.decode()

    assert "edited 1 time" in shown
    assert "the public does not see it." in shown


def test_words_keep_their_own_direction(alice: Client, city: City):
    post(city, "الحاوية ممتلئة")
    newest = edited(city, "الحاوية الكبيرة ممتلئة")

    shown = page(alice, newest)

    folded = shown.partition('class="past-words"')[2]
    assert '<div class="words" dir="auto">' in folded


def test_each_part_of_a_reply_says_how_it_stands(alice: Client, city: City):
    said = post(city)
    version = replies.save_draft(
        enquiry_id=said.enquiry_id,
        answers_id=said.pk,
        author_id=city.alice.pk,
        text="The bins of your whole street are emptied tomorrow. " * 9,
        now=NOON,
        aim=replies.Aim(in_parts=True),
    )
    replies.submit(enquiry_id=said.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)
    seen = bytes(version.content_sha256).hex()
    replies.approve(reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=seen, now=NOON)

    shown = page(alice, said)

    assert "Part 1 of 2:" in shown
    assert "Part 2 of 2:" in shown
