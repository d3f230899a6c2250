"""Mails that were kept without an enquiry: seen with the reason, page by page, and made an enquiry by a person."""

from __future__ import annotations

import pytest
from django.test import Client

from agents.views import parked
from audit.models import Event
from enquiries.models import Acknowledgement, Enquiry, Message, Payload
from enquiries.services.incoming import intake
from tests.agents.channel_rows import a_mail_set_aside
from tests.channels_email import corpus
from tests.enquiries.test_acknowledging import words
from tests.people import NOON, City


def aside(city: City, marked: bytes = b"") -> Payload:
    """Read a mail of ours that a machine sent back, as it comes from the wire."""
    account = city.accounts["email"]
    raw = marked + corpus.mail("own-automatic-mail-loops")
    kept = intake.accept_payload(account_id=account.pk, source="POLL", external_id="1", raw=raw, now=NOON)
    intake.read_due_payloads(now=NOON, worker="w")
    return Payload.objects.get(pk=kept.payload_id)


def test_mail_that_was_set_aside_is_shown_with_its_reason_and_beginning(city: City, alice: Client):
    payload = aside(city)

    page = alice.get(f"/desk/attention/set-aside/?look={payload.pk}").content.decode()

    assert "an automatic mail of ours came back" in page and "We have your mail." in page
    assert "/desk/attention/set-aside/" in alice.get("/desk/attention/").content.decode()


def test_person_makes_it_an_enquiry_with_a_promise_once(city: City, alice: Client):
    payload = aside(city)
    assert not Enquiry.objects.exists()

    answer = alice.post(f"/desk/attention/set-aside/{payload.pk}/")
    again = alice.post(f"/desk/attention/set-aside/{payload.pk}/")

    enquiry = Enquiry.objects.get()
    assert answer["Location"] == f"/desk/enquiries/{enquiry.reference}/" and again.status_code == 404
    assert enquiry.messages.get().text.startswith("We have your mail.")
    assert enquiry.clocks.count() == 1
    assert Event.objects.get(verb="payload.taken_up").actor_id == city.alice.pk
    assert "Nothing was set aside." in alice.get("/desk/attention/set-aside/").content.decode()


@pytest.mark.parametrize(("marked", "looked_so"), [(b"", False), (b"Precedence: bulk\r\n", True)])
def test_what_was_taken_up_keeps_that_it_looked_like_a_machines_and_why(
    city: City, alice: Client, marked: bytes, looked_so: bool
):
    payload = aside(city, marked)

    alice.post(f"/desk/attention/set-aside/{payload.pk}/")

    message = Message.objects.get()
    event = Event.objects.get(verb="payload.taken_up")
    assert not message.automatic and event.data == {"message": message.pk, "automatic": looked_so}
    payload.refresh_from_db()
    assert payload.outcome.startswith("message, taken up by a person; before ignored: an automatic mail of ours")


def test_machine_whose_mail_was_taken_up_is_written_no_note(city: City, alice: Client):
    account = city.accounts["email"]
    account.acknowledgement = words(city, {"email": {"en": "Your mail is here: {reference}."}}).answer
    account.save(update_fields=["acknowledgement"])
    payload = aside(city)

    alice.post(f"/desk/attention/set-aside/{payload.pk}/")

    assert Message.objects.exists() and not Acknowledgement.objects.exists()


def test_list_goes_on_page_by_page(city: City, alice: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parked, "ON_A_PAGE", 1)
    older = aside(city)
    newer = a_mail_set_aside(city)["payload_id"]

    first = alice.get("/desk/attention/set-aside/").content.decode()
    second = alice.get(f"/desk/attention/set-aside/?before={newer}").content.decode()

    assert f"?before={newer}" in first and f'id="n{older.pk}"' not in first
    assert f'id="n{older.pk}"' in second and "Older ones" not in second


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "é"])
def test_page_that_is_no_number_is_the_first(before: str, city: City, alice: Client):
    aside(city)

    assert "an automatic mail" in alice.get("/desk/attention/set-aside/", {"before": before}).content.decode()
