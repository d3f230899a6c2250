"""Writing a reply: kept, told when it is too long, never overwritten."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from enquiries.models import Enquiry, Message, Reply, ReplyVersion
from enquiries.services import replies
from tests.agents.conftest import SignedIn
from tests.agents.scenes import address_of
from tests.people import NOON, City, approved, arrive, draft, submitted


def write(client: Client, message: Message, text: str, *, action: str = "save", version: int | str = "") -> Any:
    data = {"text": text, "answers": message.pk, "version": version, "action": action}
    return client.post(address_of(message), data)


def test_draft_is_kept(city: City, alice: Client):
    message = arrive(city)

    answer = write(alice, message, "We come tomorrow.\r\n\r\nNorthwell")

    assert answer.status_code == 302
    assert ReplyVersion.objects.get().text == "We come tomorrow.\n\nNorthwell"
    assert "We come tomorrow." in alice.get(address_of(message)).content.decode()


def test_submitting_saves_and_submits_in_one_go(city: City, alice: Client):
    message = arrive(city)

    write(alice, message, "We come tomorrow.", action="submit")

    assert Reply.objects.get().state == Reply.State.SUBMITTED
    assert Enquiry.objects.get().state == Enquiry.State.AWAITING_APPROVAL


def test_too_long_reply_is_told_and_kept(city: City, alice: Client):
    message = arrive(city, "x")
    text = "long " * 80

    answer = write(alice, message, text, action="submit")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "399 of 280" in page and "Your text is still here." in page and text.strip() in page
    assert Reply.objects.get().state == Reply.State.DRAFT


@pytest.mark.parametrize("text", ["", "   \n "])
def test_empty_reply_is_told_before_it_is_submitted(text: str, city: City, alice: Client):
    answer = write(alice, arrive(city), text, action="submit")

    assert answer.status_code == 422
    assert "Write something first" in answer.content.decode()


def test_stale_tab_sees_the_other_text_and_keeps_its_own(city: City, alice: Client):
    message = arrive(city)
    seen = draft(city, message, text="First words.")
    newer = replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.bob.pk, text="Bob was here.", now=NOON
    )

    answer = write(alice, message, "My own words.", version=seen.pk)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Bob saved version 2 meanwhile" in page and "Bob was here." in page and "My own words." in page
    assert f'name="version" value="{newer.pk}"' in page
    assert ReplyVersion.objects.count() == 2


def test_saving_again_after_the_warning_keeps_both(city: City, alice: Client):
    message = arrive(city)
    newer = replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.bob.pk, text="Bob was here.", now=NOON
    )

    answer = write(alice, message, "My own words.", version=newer.pk)

    assert answer.status_code == 302
    assert [version.text for version in ReplyVersion.objects.order_by("n")] == ["Bob was here.", "My own words."]


def test_own_second_window_does_not_undo_what_was_submitted(city: City, alice: Client):
    message = arrive(city)
    submitted(city, message, text="First words.")

    answer = write(alice, message, "Older words.", version="")

    assert answer.status_code == 409
    assert "You saved version 1 in another window" in answer.content.decode()
    assert Reply.objects.get().state == Reply.State.SUBMITTED


def test_same_words_sent_twice_are_no_conflict(city: City, alice: Client):
    message = arrive(city)

    answers = [write(alice, message, "We come.", version="") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert ReplyVersion.objects.count() == 1


def test_incomplete_form_keeps_the_text(city: City, alice: Client):
    answer = alice.post(address_of(arrive(city)), {"text": "Precious words", "answers": "none"})

    assert answer.status_code == 422
    assert "Precious words" in answer.content.decode()


@pytest.mark.parametrize("text", ["\x00 NUL", "\u202e override", "<script>alert(1)</script>", "🇳🇱" * 100])
def test_odd_text_breaks_nothing(text: str, city: City, alice: Client):
    message = arrive(city)

    answer = write(alice, message, text)

    assert answer.status_code in (302, 422)
    assert "<script>alert(1)" not in alice.get(address_of(message)).content.decode()


def test_composer_answers_the_newest_message_by_default(city: City, alice: Client):
    arrive(city, thread="t", text="First")
    newest = arrive(city, thread="t", text="Second")

    assert f'name="answers" value="{newest.pk}"' in alice.get(address_of(newest)).content.decode()


def test_composer_answers_the_message_that_is_chosen(city: City, alice: Client):
    first = arrive(city, "x", thread="t", text="First")
    arrive(city, "x", thread="t", text="Second")

    page = alice.get(address_of(first), {"answers": first.pk}).content.decode()

    assert f'name="answers" value="{first.pk}"' in page


def test_message_of_another_enquiry_cannot_be_answered_from_here(city: City, alice: Client):
    here, elsewhere = arrive(city), arrive(city, author="eli@example.org")

    answer = alice.post(address_of(here), {"text": "Words", "answers": elsewhere.pk, "version": "", "action": "save"})

    assert answer.status_code == 422
    assert not Reply.objects.exists()


def test_composer_says_who_can_read_it(city: City, alice: Client):
    public, private = arrive(city, "x"), arrive(city, "email")

    assert "Everybody can read this, on X" in alice.get(address_of(public)).content.decode()
    assert "Only Dana Citizen can read this: by e-mail" in alice.get(address_of(private)).content.decode()


def test_approved_reply_cannot_be_changed_but_called_back(city: City, alice: Client):
    approval = approved(city, arrive(city))
    page = alice.get(address_of(approval.reply.enquiry)).content.decode()

    assert "approved and on its way" in page and 'name="text"' not in page
    alice.post(f"/desk/replies/{approval.reply_id}/call-back/")
    assert Reply.objects.get().state == Reply.State.RETURNED


def test_submitted_reply_is_taken_back_by_a_change(city: City, alice: Client):
    message = arrive(city)
    version = submitted(city, message)

    write(alice, message, "Better words.", version=version.pk)

    assert Reply.objects.get().state == Reply.State.DRAFT


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("x", "https://www.northwell.gov.uk/a/very/long/address/indeed/with/many/parts ok", "26 of 280"),
        ("x", "👍", "2 of 280"),
        ("x", "日本", "4 of 280"),
        ("facebook", "日本", "2 of 8,000"),
        ("x", "a" * 281, "1 too long: 281 of 280"),
    ],
)
def test_length_is_counted_as_the_platform_counts(kind: str, text: str, words: str, city: City, alice: Client):
    message = arrive(city, kind)

    answer = alice.post("/desk/length/", {"text": text, "answers": message.pk})

    assert answer.json()["words"] == words


def test_length_is_not_counted_for_a_stranger(city: City, signed_in: SignedIn):
    message = arrive(city)

    assert signed_in(city.charlie).post("/desk/length/", {"text": "x", "answers": message.pk}).status_code == 404


def test_length_without_a_message_is_refused(city: City, alice: Client):
    assert alice.post("/desk/length/", {"text": "x"}).status_code == 422
