"""The page of one enquiry: what was said, what happened, the facts, and what can be done."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from enquiries.contract import InboundFile, Receipt
from enquiries.models import Approval, Attachment, Enquiry, Message, Team, Topic
from enquiries.services import replies, triage
from enquiries.services.leaving import outcomes
from tests.agents.scenes import address_of, being_sent, for_a_person, in_hands, refused, unknown
from tests.people import NOON, City, arrive, fresh, posting_of, submitted


def page_of(client: Client, enquiry: Enquiry, then: str = "") -> str:
    return client.get(address_of(enquiry, then=then)).content.decode()


def test_page_shows_the_words_of_the_citizen_as_text(city: City, alice: Client):
    message = arrive(
        city, text="Hello <b>there</b>\n\nSecond <script>alert(1)</script>", html="<script>alert(2)</script>"
    )

    page = page_of(alice, message.enquiry)

    assert "Hello &lt;b&gt;there&lt;/b&gt;" in page and "alert(2)" not in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:alert(1)", "vbscript:x"])
def test_link_that_is_no_web_address_is_not_a_link(link: str, city: City, alice: Client):
    assert link not in page_of(alice, arrive(city, "x", permalink=link).enquiry)


def test_original_post_is_linked(city: City, alice: Client):
    message = arrive(city, "x", permalink="https://x.com/i/status/1")

    assert 'href="https://x.com/i/status/1" rel="noopener noreferrer"' in page_of(alice, message.enquiry)


def test_posted_reply_names_author_and_approver(city: City, alice: Client):
    posting = being_sent(city)
    outcomes.posted(posting, receipt=Receipt(external_id="9", permalink="https://x.com/i/status/9"), now=NOON)

    page = page_of(alice, posting.reply.enquiry)

    assert "Alice, approved by Bob" in page and "Posted" in page and "https://x.com/i/status/9" in page


def test_refused_reply_says_what_to_do(city: City, alice: Client):
    page = page_of(alice, refused(city).reply.enquiry)

    assert "Not delivered: X did not accept it" in page
    assert "X says it is too long." in page and "Shorten it, then submit it again." in page


def test_uncertain_reply_says_that_nothing_is_sent_twice(city: City, alice: Client):
    assert "It will not be sent twice." in page_of(alice, unknown(city).reply.enquiry)


def test_reply_for_a_person_leads_to_the_decision(city: City, alice: Client):
    posting = for_a_person(city)

    assert f"/desk/postings/{posting.pk}/" in page_of(alice, posting.reply.enquiry)


def test_returned_reply_shows_reason_note_and_version(city: City, alice: Client):
    version = submitted(city, arrive(city), text="It is your own fault.")
    replies.return_reply(reply_id=version.reply_id, by_id=city.bob.pk, reason="TONE", note="Be kind.", now=NOON)

    page = page_of(alice, version.reply.enquiry)

    assert "Tone" in page and "Be kind." in page and "It is your own fault." in page


def test_thread_tells_what_happened(city: City, alice: Client):
    message = arrive(city)
    triage.claim(enquiry_id=message.enquiry_id, by_id=city.alice.pk, now=NOON)
    triage.release(enquiry_id=message.enquiry_id, by_id=city.alice.pk, now=NOON)

    page = page_of(alice, message.enquiry)

    assert page.index("Arrived, the clock started") < page.index("Taken") < page.index("Given back to the team")


def test_thread_and_history_of_a_machines_mail_tell_of_no_clock(city: City, alice: Client):
    enquiry = arrive(city, automatic=True).enquiry

    for page in (page_of(alice, enquiry), page_of(alice, enquiry, "history/")):
        assert "no clock started" in page and "the clock started" not in page


def test_history_tells_that_the_clock_started(city: City, alice: Client):
    assert "Arrived, the clock started" in page_of(alice, arrive(city).enquiry, "history/")


def test_clock_is_explained(city: City, alice: Client):
    page = page_of(alice, arrive(city, "x").enquiry)

    assert "Promised: 2 working hours" in page and "Monday to Friday, 9:00 to 17:00" in page
    assert "Wednesday 18 November 2026, 14:00" in page


def test_times_are_those_of_the_organisation(city: City, alice: Client):
    type(city.organisation).objects.filter(pk=city.organisation.pk).update(time_zone="Asia/Tokyo")

    assert "Wednesday 18 November 2026, 21:00" in page_of(alice, arrive(city).enquiry)


def test_earlier_enquiries_are_those_that_may_be_seen(city: City, alice: Client):
    arrive(city, subject="Seen before")
    hidden = arrive(city, subject="Of another team")
    Enquiry.objects.filter(pk=hidden.enquiry_id).update(team=city.roads)

    page = page_of(alice, arrive(city, subject="Now").enquiry)

    assert "Seen before" in page and "Of another team" not in page


def test_page_costs_the_same_however_long_the_thread_is(city: City, alice: Client):
    message = arrive(city, "x", thread="t")
    with CaptureQueriesContext(connection) as short:
        alice.get(address_of(message))
    for number in range(12):
        arrive(city, "x", thread="t", text=f"More {number}")
        submitted(city, arrive(city, "x", thread="t"), text=f"Answer {number}")

    with CaptureQueriesContext(connection) as long:
        alice.get(address_of(message))

    # Versions, their authors and the waiting version are read where there are any.
    assert len(long) <= len(short) + 6 <= 44


def test_pane_alone_is_the_same_as_in_the_page(city: City, alice: Client):
    address = address_of(arrive(city))
    headers = {"HX-Request": "true", "HX-Target": "enquiry"}

    pane = alice.get(address, headers=headers).content.decode()
    page = alice.get(address).content.decode()

    assert "<html" not in pane
    assert without_proof(pane).strip() in without_proof(page)


def without_proof(page: str) -> str:
    """Leave out the form's proof, which is new each time."""
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_coming_back_by_the_browser_loads_the_whole_page(city: City, alice: Client):
    headers = {"HX-Request": "true", "HX-Target": "enquiry", "HX-History-Restore-Request": "true"}

    assert "<html" in alice.get(address_of(arrive(city)), headers=headers).content.decode()


def test_claim_and_release(city: City, alice: Client):
    message = arrive(city)

    alice.post(address_of(message, then="claim/"))
    assert fresh(message.enquiry_id).assignee_id == city.alice.pk
    alice.post(address_of(message, then="release/"))
    assert fresh(message.enquiry_id).assignee_id is None


def test_who_comes_second_is_told(city: City, alice: Client, bob: Client):
    message = arrive(city)
    alice.post(address_of(message, then="claim/"))

    answer = bob.post(address_of(message, then="claim/"), follow=True)

    assert "Alice has this enquiry until" in answer.content.decode()


def test_close_and_open_again(city: City, alice: Client):
    message = arrive(city)

    alice.post(address_of(message, then="close/"))
    assert "This enquiry is closed." in page_of(alice, message.enquiry)
    alice.post(address_of(message, then="reopen/"))
    assert fresh(message.enquiry_id).state == Enquiry.State.OPEN


def test_enquiry_with_a_waiting_reply_cannot_be_closed(city: City, alice: Client):
    message = arrive(city)
    submitted(city, message)

    answer = alice.post(address_of(message, then="close/"), follow=True)

    assert "A reply is waiting for approval" in answer.content.decode()


def test_topic_is_set(city: City, bob: Client):
    message = arrive(city)
    topic = Topic.objects.get(name="Roads and street lights")

    answer = bob.post(address_of(message, then="do/topic/"), {"topic": topic.pk})

    assert answer["Location"] == address_of(message)
    assert fresh(message.enquiry_id).topic == topic


def test_who_moves_an_enquiry_out_of_sight_lands_in_the_queue(city: City, bob: Client):
    message = arrive(city)

    answer = bob.post(address_of(message, then="do/transfer/"), {"team": city.roads.pk})

    assert answer["Location"] == "/desk/"
    assert fresh(message.enquiry_id).team == city.roads


def test_team_of_another_organisation_is_refused(city: City, bob: Client):
    other = Team.objects.create(
        organisation=type(city.organisation).objects.create(name="S", slug="s", reference_prefix="SW"), name="Theirs"
    )
    message = arrive(city)

    answer = bob.post(address_of(message, then="do/transfer/"), {"team": other.pk})

    assert answer.status_code == 422
    assert fresh(message.enquiry_id).team == city.waste


def test_file_comes_as_a_harmless_download(city: City, alice: Client):
    evil = InboundFile(name='evil"\r\nX: y.html', media_type="text/html", content=b"<script>alert(1)</script>")
    file = Attachment.objects.get(message=arrive(city, files=(evil,)))

    answer = alice.get(f"/desk/files/{file.token}/")

    assert b"".join(answer) == evil.content
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''evil%22")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "X" not in answer.headers


@pytest.mark.parametrize(("purpose", "told"), [("REPLACE", "Corrected"), ("REMOVE", "Taken down")])
def test_post_that_was_changed_shows_what_stood_there(purpose: str, told: str, city: City, alice: Client):
    first = being_sent(city, "facebook")
    outcomes.posted(first, receipt=Receipt(external_id="9", permalink=""), now=NOON)
    aim = replies.Aim(purpose=purpose, corrects_id=Message.objects.get(direction="OUT").pk)
    version = replies.save_draft(
        enquiry_id=first.reply.enquiry_id,
        answers_id=first.reply.answers_id,
        author_id=city.alice.pk,
        text="We come on Thursday.",
        aim=aim,
        now=NOON,
    )
    replies.submit(enquiry_id=first.reply.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)
    approval = replies.approve(
        reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=bytes(version.content_sha256).hex(), now=NOON
    )
    assert isinstance(approval, Approval)
    correction = in_hands(posting_of(approval))
    outcomes.posted(correction, receipt=Receipt(external_id=outcomes.proof_of_change(correction, "9")), now=NOON)

    page = page_of(alice, first.reply.enquiry)

    assert told in page and "We come tomorrow." in strip_tags(page)
