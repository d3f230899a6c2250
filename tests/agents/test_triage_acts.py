"""What people do with an enquiry besides answering it: as pages, over the page, and when two do it at once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from enquiries.contract import InboundFile, Receipt
from enquiries.models import Attachment, Enquiry, Link, Mention, Note
from enquiries.services import triage
from enquiries.services.leaving import outcomes
from tests.agents.scenes import address_of, being_sent
from tests.people import NOON, City, arrive, fresh

OVER_THE_PAGE = {"X-Dialog": "1"}


def do(client: Client, enquiry: Enquiry, name: str, data: dict[str, object] | None = None, **more: object) -> object:
    return client.post(address_of(enquiry, then=f"do/{name}/"), data or {}, **more)  # type: ignore[arg-type]


@pytest.fixture
def enquiry(city: City) -> Enquiry:
    return arrive(city, now=timezone.now()).enquiry


def test_page_says_in_whose_hands_it_is_and_until_when(city: City, enquiry: Enquiry, alice: Client, bob: Client):
    do(alice, enquiry, "claim")

    assert "<b>You</b>" in alice.get(address_of(enquiry)).content.decode()
    theirs = bob.get(address_of(enquiry)).content.decode()
    assert "<b><bdi>Alice</bdi></b>, until" in theirs
    assert "do/take-over/" in theirs and "do/claim/" not in theirs


def test_dialog_is_the_form_alone_and_the_page_has_all_around(enquiry: Enquiry, alice: Client):
    address = address_of(enquiry, then="do/assign/")

    assert "<html" not in alice.get(address, headers=OVER_THE_PAGE).content.decode()
    assert "<html" in alice.get(address).content.decode()


def test_done_over_the_page_is_told_without_leaving_it(enquiry: Enquiry, alice: Client):
    answer = do(alice, enquiry, "claim", headers=OVER_THE_PAGE)

    assert answer.json() == {"said": "It is yours now.", "address": address_of(enquiry)}  # type: ignore[attr-defined]


def test_look_at_an_act_changes_nothing(enquiry: Enquiry, alice: Client):
    for name in ("claim", "close", "merge", "split", "wait"):
        assert alice.get(address_of(enquiry, then=f"do/{name}/")).status_code == 200

    assert fresh(enquiry.pk).assignee_id is None
    assert fresh(enquiry.pk).state == "NEW"


def test_stale_form_says_what_changed_and_keeps_what_was_filled_in(enquiry: Enquiry, alice: Client, bob: Client):
    form = bob.get(address_of(enquiry, then="do/topic/"), headers=OVER_THE_PAGE).context["form"]
    do(alice, enquiry, "claim")

    answer = do(bob, enquiry, "topic", {"topic": "", "stamp": form.initial["stamp"]})

    page = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert "Something has happened meanwhile" in page and "Taken" in page and "Alice" in page
    again = answer.context["form"].data["stamp"]  # type: ignore[attr-defined]
    assert do(bob, enquiry, "topic", {"topic": "", "stamp": again}).status_code == 302  # type: ignore[attr-defined]


def test_own_acts_make_no_form_stale(enquiry: Enquiry, alice: Client):
    form = alice.get(address_of(enquiry, then="do/priority/"), headers=OVER_THE_PAGE).context["form"]
    do(alice, enquiry, "claim")

    answer = do(alice, enquiry, "priority", {"priority": "1", "stamp": form.initial["stamp"]})

    assert answer.status_code == 302  # type: ignore[attr-defined]


def test_take_over_leaves_a_word_for_whom_it_was_taken_from(city: City, enquiry: Enquiry, alice: Client, bob: Client):
    do(alice, enquiry, "claim")

    do(bob, enquiry, "take-over", {"reason": "Alice is off today."})

    page = alice.get(address_of(enquiry)).content.decode()
    assert "Alice is off today." in page and "for you" in page
    assert fresh(enquiry.pk).assignee_id == city.bob.pk


def test_mention_is_read_once_its_page_was_seen(city: City, enquiry: Enquiry, alice: Client, bob: Client):
    do(alice, enquiry, "note", {"text": "@Bob, look."})

    assert "for you" in bob.get(address_of(enquiry)).content.decode()
    assert "for you" not in bob.get(address_of(enquiry)).content.decode()
    assert Mention.objects.get().read_at is not None


def test_double_click_on_a_note_keeps_one(enquiry: Enquiry, alice: Client):
    for _ in range(2):
        do(alice, enquiry, "note", {"text": "Once."})

    assert Note.objects.count() == 1


def test_name_that_means_nobody_is_told(enquiry: Enquiry, alice: Client):
    answer = do(alice, enquiry, "note", {"text": "@Zoe knows."}, headers=OVER_THE_PAGE)

    assert "@Zoe: nobody who may see this enquiry" in answer.json()["said"]  # type: ignore[attr-defined]


def test_merged_enquiry_leads_to_the_one_it_was_merged_into(city: City, alice: Client):
    one, other = arrive(city, subject="First").enquiry, arrive(city, subject="Second").enquiry

    do(alice, one, "merge", {"reference": other.reference.lower().replace("-", " "), "stays": "this"})

    assert fresh(other.pk).merged_into_id == one.pk
    assert alice.get(address_of(other))["Location"] == address_of(one)
    page = alice.get(address_of(one)).content.decode()
    assert "Merged into this one" in page and other.reference in page
    assert "Second</span>" not in alice.get("/desk/").content.decode()


def test_unmerge_brings_it_back_into_the_list(city: City, alice: Client):
    one, other = arrive(city).enquiry, arrive(city, subject="Second").enquiry
    do(alice, one, "merge", {"other": other.reference, "stays": "this"})

    do(alice, one, "unmerge", {"other": other.reference})

    assert "Second</span>" in alice.get("/desk/").content.decode()


def test_foreign_and_missing_reference_get_the_same_words(city: City, enquiry: Enquiry, alice: Client):
    foreign = arrive(city).enquiry
    Enquiry.objects.filter(pk=foreign.pk).update(team=city.roads)

    pages = [
        do(alice, enquiry, "link", {"reference": words}).content.decode()  # type: ignore[attr-defined]
        for words in (foreign.reference, "NW-2222-2222", "\x00")
    ]

    assert all("No enquiry that you may see has this reference." in page for page in pages[:2])
    assert "Choose an enquiry, or give its reference." in pages[2]


def test_message_that_is_split_off_is_linked(city: City, alice: Client):
    first = arrive(city, thread="t")
    second = arrive(city, thread="t", text="And my street light?")

    do(alice, first.enquiry, "split", {"messages": [second.pk]})

    assert Link.objects.count() == 1
    assert "And my street light?" in alice.get("/desk/").content.decode()


def test_history_tells_who_did_what_in_words(city: City, enquiry: Enquiry, alice: Client):
    do(alice, enquiry, "claim")
    do(alice, enquiry, "assign", {"to": city.bob.pk})

    page = alice.get(address_of(enquiry, then="history/")).content.decode()

    assert "Assigned: <bdi>Bob</bdi>" in page
    assert "enquiry." not in page.split('class="past"')[1]


def test_merged_citizens_words_are_in_the_thread_of_the_other(city: City, alice: Client):
    root, merged = arrive(city), arrive(city, "x", text="The bin again", thread="t")
    triage.merge(enquiry_id=merged.enquiry_id, into_id=root.enquiry_id, by_id=city.bob.pk, now=NOON)
    arrive(city, "x", text="Third time now", thread="t")

    page = alice.get(address_of(root)).content.decode()

    assert "The bin again" in page and "Third time now" in page


def test_who_sees_an_enquiry_sees_the_files_of_what_was_merged_into_it(city: City, alice: Client, charlie: Client):
    photo = InboundFile(name="photo.jpg", media_type="image/jpeg", content=b"\xff\xd8\xff")
    root, merged = arrive(city), arrive(city, files=(photo,))
    triage.merge(enquiry_id=merged.enquiry_id, into_id=root.enquiry_id, by_id=city.bob.pk, now=NOON)
    triage.transfer(enquiry_id=root.enquiry_id, team=city.roads, by_id=city.bob.pk, now=NOON)
    address = f"/desk/files/{Attachment.objects.get().token}/"

    assert charlie.get(address).status_code == 200
    assert charlie.get(address_of(merged)).status_code == 404


def test_waiting_is_not_offered_while_an_answer_is_owed(city: City, enquiry: Enquiry, alice: Client):
    owed = "The citizen still waits for us."
    page = alice.get(address_of(enquiry)).content.decode()
    asked = alice.get(address_of(enquiry, then="do/wait/"), headers=OVER_THE_PAGE).content.decode()

    assert f'data-key="w" aria-disabled="true" title="{owed}' in page
    assert owed in asked and "<form" not in asked
    assert do(alice, enquiry, "wait", {"until": "2099-01-01"}).status_code == 422  # type: ignore[attr-defined]


def test_waiting_is_offered_once_everything_is_answered(city: City, alice: Client):
    sent = being_sent(city)
    outcomes.posted(sent, receipt=Receipt(external_id="9"), now=NOON)
    enquiry = fresh(sent.reply.enquiry_id)

    assert 'data-key="w" href=' in alice.get(address_of(enquiry)).content.decode()
    assert "Wake it on" in alice.get(address_of(enquiry, then="do/wait/")).content.decode()
