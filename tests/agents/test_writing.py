"""The composer keeps its side, its drafts and its deadlines; nothing that stands against it is silent."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enquiries.models import DraftText, Message, Reply, ReplyVersion
from enquiries.services import replies
from enquiries.services.replies import drafts
from tests.agents.scenes import address_of
from tests.people import City, arrive, draft

pytestmark = pytest.mark.django_db
LONG = "We look at the bins in your street tomorrow morning. " * 8


def both_sides(city: City) -> tuple[Message, Message]:
    """One enquiry with a public message and, newer, a private one."""
    public = arrive(city, "facebook", text="Public question", now=timezone.now())
    private = arrive(city, "email", text="Private words", now=timezone.now())
    Message.objects.filter(pk=private.pk).update(enquiry=public.enquiry)
    private.refresh_from_db()
    return public, private


def post(client: Client, message: Message, text: str, *, action: str = "save", **fields: object):
    return client.post(address_of(message), {"text": text, "answers": message.pk, "action": action, **fields})


def type_in(client: Client, message: Message, text: str, **fields: object):
    return client.post(address_of(message, then="draft/"), {"text": text, "answers": message.pk, **fields})


def test_public_composer_says_so_in_words(city: City, alice: Client):
    page = alice.get(address_of(arrive(city, "x"))).content.decode()

    assert "PUBLIC" in page
    assert "Everybody can read this, on X" in page
    assert 'class="compose in-public"' in page


def test_change_to_the_public_side_has_to_be_confirmed(city: City, alice: Client):
    public, _ = both_sides(city)

    refused = post(alice, public, "Everybody may know this.", side="PUBLIC")

    assert refused.status_code == 422
    assert "You are changing sides" in refused.content.decode()
    assert "Everybody may know this." in refused.content.decode()
    assert not ReplyVersion.objects.exists()
    assert post(alice, public, "Everybody may know this.", side="PUBLIC", confirmed="PUBLIC").status_code == 302


def test_side_that_the_page_did_not_show_is_refused(city: City, alice: Client):
    public, _ = both_sides(city)

    refused = post(alice, public, "words", side="PRIVATE", confirmed="PUBLIC")

    assert refused.status_code == 422
    assert "other side" in refused.content.decode()


def test_private_draft_is_never_carried_into_a_public_box(city: City, alice: Client):
    public, private = both_sides(city)
    draft(city, private, text="Your diagnosis is secret.", now=timezone.now())

    page = alice.get(f"{address_of(public)}?answers={public.pk}&purpose=ANSWER").content.decode()

    box = page.split("<textarea")[1].split("</textarea>")[0]
    assert "secret" not in box
    assert "Until now this went on in private" in page


def test_draft_goes_along_to_another_message_of_the_same_side(city: City, alice: Client):
    first = arrive(city, "x", thread="t", now=timezone.now())
    second = arrive(city, "x", thread="t", now=timezone.now())
    draft(city, first, text="We come tomorrow.", now=timezone.now())

    page = alice.get(f"{address_of(first)}?answers={second.pk}&purpose=ANSWER").content.decode()

    assert "We come tomorrow.</textarea>" in page
    assert "was written for another message" in page


def test_typed_text_is_kept_and_restored(city: City, alice: Client):
    message = arrive(city, "x")

    kept = type_in(alice, message, "We come to").json()
    again = type_in(alice, message, "We come tomorrow", draft=kept["draft"]).json()

    page = alice.get(address_of(message)).content.decode()
    assert kept["draft"] == again["draft"]
    assert kept["words"].startswith("Draft saved")
    assert "We come tomorrow</textarea>" in page
    assert "Restored: your text as saved" in page


def test_nobody_else_finds_what_is_typed_in_their_box(city: City, alice: Client, bob: Client):
    message = arrive(city, "x")
    type_in(alice, message, "Half a thought")

    page = bob.get(address_of(message)).content.decode()

    assert "Half a thought</textarea>" not in page
    assert "<b>Alice</b> is writing here, too" in page
    fragment = bob.get(address_of(message, then="writing/"))
    assert "Half a thought" in fragment.content.decode()
    assert alice.get(address_of(message, then="writing/")).status_code == 204


def test_version_of_a_colleague_is_shown_and_the_own_text_offered(city: City, alice: Client):
    message = arrive(city, "x")
    row = drafts.keep(
        drafts.Sheet(enquiry_id=message.enquiry_id, author_id=city.alice.pk, answers_id=message.pk),
        text="Mine",
        now=timezone.now() - timedelta(minutes=5),
    )
    draft_by_bob = ReplyVersion.objects.filter(author=city.bob)
    replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.bob.pk, text="Bob's", now=timezone.now()
    )

    page = alice.get(address_of(message)).content.decode()
    taken = alice.get(f"{address_of(message)}?draft={row.pk}").content.decode()

    assert draft_by_bob.count() == 1
    assert "Bob&#x27;s</textarea>" in page
    assert "Take your text back" in page
    assert "Mine</textarea>" in taken


def test_draft_of_somebody_else_cannot_be_taken(city: City, alice: Client, bob: Client):
    message = arrive(city, "x")
    type_in(bob, message, "Bob's own")

    page = alice.get(f"{address_of(message)}?draft={DraftText.objects.get().pk}").content.decode()

    assert "Bob&#x27;s own</textarea>" not in page


def test_history_lists_only_ones_own_texts(city: City, alice: Client, bob: Client):
    message = arrive(city, "x")
    type_in(alice, message, "Alice wrote this")
    type_in(bob, message, "Bob wrote this")

    page = alice.get(address_of(message, then="drafts/")).content.decode()

    assert "Alice wrote this" in page
    assert "Bob wrote this" not in page


def test_draft_on_a_foreign_message_is_refused(city: City, alice: Client):
    one, other = arrive(city, "x"), arrive(city, "x")

    refused = alice.post(address_of(one, then="draft/"), {"text": "x", "answers": other.pk})

    assert refused.status_code == 409
    assert "error" in refused.json()


def test_script_whose_session_is_over_is_told_so(city: City, client: Client):
    message = arrive(city, "x")

    told = client.post(
        address_of(message, then="draft/"), {"text": "x", "answers": message.pk}, headers={"Accept": "application/json"}
    )

    assert told.status_code == 401
    assert json.loads(told.content)["address"].startswith("/accounts/login/")


def test_parts_are_kept_as_they_were_shown(city: City, alice: Client):
    message = arrive(city, "x")
    shown = alice.post(
        address_of(message, then="check/"), {"text": LONG, "answers": message.pk, "in_parts": "1"}
    ).content.decode()

    assert post(alice, message, LONG, action="submit", in_parts="1").status_code == 302

    routes = ReplyVersion.objects.get().content["routes"]
    assert [route["part"] for route in routes] == [1, 2]
    assert all(route["text"] in shown for route in routes)


def test_too_long_reply_in_one_piece_is_refused_and_parts_are_offered(city: City, alice: Client):
    refused = post(alice, arrive(city, "x"), LONG, action="submit")

    assert refused.status_code == 422
    assert "Send it in 2 numbered parts" in refused.content.decode()


@pytest.mark.parametrize(
    ("send_at", "words"),
    [
        ("2020-01-01T09:00", "That moment is over"),
        ("2100-01-01T09:00", "more than 90 days ahead"),
        ("tomorrow", "Write the moment like"),
    ],
)
def test_moment_that_makes_no_sense_is_told_and_the_text_kept(city: City, alice: Client, send_at: str, words: str):
    refused = post(alice, arrive(city, "x"), "We come tomorrow.", send_at=send_at)

    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert "We come tomorrow.</textarea>" in refused.content.decode()


def test_scheduled_reply_says_when_and_that_it_breaks_the_promise(city: City, alice: Client, bob: Client):
    message = arrive(city, "x", now=timezone.now())
    later = (timezone.now() + timedelta(days=20)).strftime("%Y-%m-%dT10:00")

    post(alice, message, "We come tomorrow.", send_at=later)

    page = alice.get(address_of(message)).content.decode()
    assert ReplyVersion.objects.get().content["not_before"] is not None
    assert f'value="{later}"' in page
    assert "That is later than we promised" in page
    post(alice, message, "We come tomorrow.", action="submit", send_at=later, version=ReplyVersion.objects.get().pk)
    approval = bob.get(f"/desk/approvals/{Reply.objects.get().pk}/").content.decode()
    assert "That is later than we promised." in approval


def test_messenger_shows_its_deadline(city: City, alice: Client):
    message = arrive(city, "facebook", side="PRIVATE", reply_to="psid", author="psid", now=timezone.now())

    page = alice.get(address_of(message)).content.decode()

    assert "You can answer on Messenger until" in page


def test_message_past_its_deadline_cannot_be_submitted(city: City, alice: Client):
    long_ago = timezone.now() - timedelta(hours=25)
    message = arrive(city, "facebook", side="PRIVATE", reply_to="psid", author="psid", now=long_ago)

    refused = post(alice, message, "Sorry for the wait.", action="submit")

    assert refused.status_code == 422
    assert "The platform lets us answer no longer" in refused.content.decode()
    assert Reply.objects.get().state == "DRAFT"


def test_look_marks_what_should_not_stand_in_public(city: City, alice: Client):
    message = arrive(city, "x")
    text = "Call Dana on 06 12345678, and use your IBAN NL91ABNA0417164300."

    page = alice.post(address_of(message, then="check/"), {"text": text, "answers": message.pk}).content.decode()

    assert "<mark>06 12345678</mark>" in page
    assert "bank account" in page


def test_look_marks_nothing_in_private(city: City, alice: Client):
    message = arrive(city, "email")

    page = alice.post(
        address_of(message, then="check/"), {"text": "Call 06 12345678.", "answers": message.pk}
    ).content.decode()

    assert "<mark>" not in page


def test_look_escapes_what_it_shows(city: City, alice: Client):
    message = arrive(city, "x")
    text = "<script>alert(1)</script> 06 12345678"

    page = alice.post(address_of(message, then="check/"), {"text": text, "answers": message.pk}).content.decode()

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_look_without_script_shows_the_finds_and_saves_nothing(city: City, alice: Client):
    page = post(alice, arrive(city, "x"), "Call 06 12345678.", action="check").content.decode()

    assert "<mark>06 12345678</mark>" in page
    assert not ReplyVersion.objects.exists()


def test_page_with_ten_messages_asks_the_database_little(city: City, alice: Client):
    for _ in range(10):
        message = arrive(city, "x", thread="t", now=timezone.now())
    draft(city, message, now=timezone.now())
    alice.get(address_of(message))

    with CaptureQueriesContext(connection) as whole:
        alice.get(address_of(message))
    with CaptureQueriesContext(connection) as pane:
        alice.get(address_of(message), headers={"HX-Request": "true", "HX-Target": "enquiry"})

    assert len(whole) <= 12
    assert len(pane) <= 10
