"""What waits for a person: shown with what is known, and decided by those who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from enquiries.models import ChannelAccount, Payload, PickUp, Posting, Reply
from tests.agents.conftest import SignedIn
from tests.agents.scenes import for_a_person, refused, unknown, unreadable
from tests.people import NOON, City, approved, arrive, submitted


def test_nothing_wrong_says_so(city: City, alice: Client):
    assert "All is well" in alice.get("/desk/attention/").content.decode()


def test_posting_shows_what_is_known_what_is_safe_and_what_to_do(city: City, bob: Client):
    for_a_person(city)

    page = bob.get("/desk/attention/").content.decode()

    assert "Two posts look like this reply." in page
    assert "It is not sent again until a supervisor has decided." in page
    assert "Look on the platform: is the reply there?" in page
    assert "nobody knows whether it arrived: X did not answer within 15 seconds." in page


def test_what_a_person_must_decide_comes_first(city: City, bob: Client):
    for scene, author in ((refused, "1"), (unknown, "2"), (for_a_person, "3")):
        scene(city, author=author)

    page = bob.get("/desk/attention/").content.decode()

    assert page.index("A person has to look") < page.index("Not delivered") < page.index("Checking with X")


def test_agent_is_told_who_decides(city: City, alice: Client):
    for_a_person(city)

    page = alice.get("/desk/attention/").content.decode()

    assert "A supervisor of the team decides this." in page and 'name="decision"' not in page


def test_supervisor_who_saw_it_records_the_proof(city: City, bob: Client):
    posting = for_a_person(city)

    bob.post(f"/desk/attention/postings/{posting.pk}/", {"decision": "there", "external_id": "12345"})

    posting.refresh_from_db()
    assert (posting.state, posting.external_id, posting.decided_by) == ("POSTED", "12345", city.bob)
    assert Reply.objects.get().state == Reply.State.POSTED


@pytest.mark.parametrize(("decision", "state"), [("again", "QUEUED"), ("give_up", "CANCELLED")])
def test_supervisor_who_did_not_see_it_decides(decision: str, state: str, city: City, bob: Client):
    posting = for_a_person(city)

    bob.post(f"/desk/attention/postings/{posting.pk}/", {"decision": decision})

    posting.refresh_from_db()
    assert posting.state == state


def test_no_choice_is_told(city: City, bob: Client):
    posting = for_a_person(city)

    answer = bob.post(f"/desk/attention/postings/{posting.pk}/", {})

    assert answer.status_code == 422
    assert "Choose what you have seen." in answer.content.decode()


def test_posting_that_is_still_being_checked_cannot_be_decided(city: City, bob: Client):
    posting = unknown(city)

    answer = bob.post(f"/desk/attention/postings/{posting.pk}/", {"decision": "again"}, follow=True)

    assert "Somebody has decided already, or the reply was found meanwhile." in answer.content.decode()
    assert Posting.objects.get().state == Posting.State.UNKNOWN


def test_refused_reply_leaves_the_page_when_a_new_one_is_written(city: City, alice: Client):
    posting = refused(city)
    assert "Not delivered" in alice.get("/desk/attention/").content.decode()

    submitted(city, posting.reply.answers, text="Shorter.")

    assert "All is well" in alice.get("/desk/attention/").content.decode()


def test_halted_account_says_who_mends_it(city: City, alice: Client, signed_in: SignedIn):
    ChannelAccount.objects.filter(pk=city.accounts["x"].pk).update(halted_reason="The token is dead.")

    page = alice.get("/desk/attention/").content.decode()
    of_admin = signed_in(city.admin).get("/desk/attention/").content.decode()

    assert "The token is dead." in page and "the administrators of your organisation" in page
    assert f"/admin/enquiries/channelaccount/{city.accounts['x'].pk}/change/" in of_admin


def test_account_out_of_use_with_replies_waiting_on_it_is_shown(city: City, alice: Client):
    approved(city, arrive(city, "x"))
    ChannelAccount.objects.filter(kind__in=["x", "facebook"]).update(is_active=False)

    page = alice.get("/desk/attention/").content.decode()

    assert page.count("The account is out of use") == 1


def test_pick_up_that_keeps_failing_is_shown(city: City, alice: Client):
    error = "The mail server did not answer."
    PickUp.objects.create(account=city.accounts["email"], due_at=NOON, attempts=3, last_error=error)

    assert error in alice.get("/desk/attention/").content.decode()


def test_pick_up_that_failed_once_is_nobodys_worry(city: City, alice: Client):
    PickUp.objects.create(account=city.accounts["email"], due_at=NOON, attempts=1, last_error="A hiccup.")

    assert "All is well" in alice.get("/desk/attention/").content.decode()


def test_paused_account_goes_on_by_itself(city: City, alice: Client):
    until = NOON + timedelta(days=36500)
    ChannelAccount.objects.filter(pk=city.accounts["x"].pk).update(paused_until=until)

    assert "Sending goes on by itself." in alice.get("/desk/attention/").content.decode()


def test_unreadable_is_listed_with_reason_and_size(city: City, alice: Client):
    unreadable(city, raw=b"x" * 2048)

    page = alice.get("/desk/attention/").content.decode()

    assert "ValueError: no JSON" in page and "2.0\xa0KB" in page


def test_unreadable_is_shown_as_text_and_never_as_a_page(city: City, alice: Client):
    payload = unreadable(city)

    page = alice.get(f"/desk/attention/payloads/{payload.pk}/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script>alert" not in page and "\x00" not in page


def test_only_the_beginning_of_a_large_one_is_shown(city: City, alice: Client):
    payload = unreadable(city, raw=b"y" * 9000)

    page = alice.get(f"/desk/attention/payloads/{payload.pk}/").content.decode()

    assert "How it begins" in page and page.count("y" * 4000) == 1 and "y" * 4001 not in page


def test_unreadable_is_read_again(city: City, alice: Client):
    payload = unreadable(city)

    alice.post(f"/desk/attention/payloads/{payload.pk}/retry/")

    payload.refresh_from_db()
    assert payload.state == Payload.State.RECEIVED


def test_page_costs_the_same_with_one_and_with_ten_of_each(city: City, bob: Client):
    for_a_person(city)
    unreadable(city)
    with CaptureQueriesContext(connection) as one:
        bob.get("/desk/attention/")
    for number in range(9):
        for_a_person(city, author=f"{number}")
        unreadable(city)

    with CaptureQueriesContext(connection) as many:
        bob.get("/desk/attention/")

    assert len(many) == len(one) <= 20
