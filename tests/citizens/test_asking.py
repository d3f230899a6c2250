"""A citizen asks by the form, gets a reference and a private link, and loses nothing on the way."""

import pytest
from django.test import Client

from enquiries.models import Enquiry, Message, Payload, Topic
from tests.citizens.documents import PNG
from tests.citizens.site import Visitor, enquiry_of, hidden
from tests.people import City

pytestmark = pytest.mark.django_db


def test_form_leads_to_a_reference_and_a_private_link(city: City):
    visitor = Visitor()

    secret = visitor.asked(text="My bin was not emptied.", name="Dana", email="Dana@Example.org")

    enquiry = enquiry_of(secret)
    confirmation = visitor.client.get(f"/asked/{secret}/").content.decode()
    assert enquiry.reference in confirmation
    assert f"http://testserver/follow/{secret}/" in confirmation
    assert "Dana@Example.org" in confirmation


def test_enquiry_holds_all_that_was_said(city: City):
    topic = Topic.objects.get(name="Roads and street lights")

    secret = Visitor().asked(
        topic=str(topic.pk),
        text="A hole\r\nin Mill Lane",
        name="Dana",
        email="Dana@Example.org",
        files=[("hole.png", PNG)],
    )

    message = Message.objects.get(enquiry=enquiry_of(secret))
    assert (message.text, message.reply_to, message.side) == ("A hole\nin Mill Lane", "Dana@Example.org", "PRIVATE")
    assert message.author is not None
    assert (message.author.external_id, message.author.name) == ("dana@example.org", "Dana")
    assert (message.enquiry.topic, message.enquiry.team) == (topic, city.roads)
    attachment = message.attachments.get()
    assert (attachment.name, attachment.media_type, attachment.size) == ("hole.png", "image/png", len(PNG))
    with attachment.stored.open() as stored:
        assert stored.read() == PNG


def test_raw_form_is_kept_as_it_was_sent(city: City):
    Visitor().asked(text="My bin", nonce="0f8fad5b-d9cb-469f-a165-70867728950e")

    payload = Payload.objects.get()
    assert (payload.source, payload.state) == ("FORM", "READ")
    assert payload.external_id == "form:0f8fad5b-d9cb-469f-a165-70867728950e"
    assert b'"text": "My bin"' in bytes(payload.raw)


def test_topic_that_is_none_of_ours_means_something_else(city: City):
    for topic in ("", "999999", "99999999999999", "nonsense", "٣"):
        assert enquiry_of(Visitor().asked(topic=topic)).topic is None


def test_topic_may_be_given_by_its_name(city: City):
    assert enquiry_of(Visitor().asked(topic="Roads and street lights")).team == city.roads


def test_form_asks_for_its_proof(city: City):
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/ask/").content.decode()
    fields = {"text": "My bin", "nonce": hidden(page, "nonce"), "opened": hidden(page, "opened")}

    without = strict.post("/ask/", fields)
    with_proof = strict.post("/ask/", {**fields, "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")})

    assert (without.status_code, with_proof.status_code) == (403, 303)
    assert Enquiry.objects.count() == 1


def test_confirmation_without_an_address_says_to_keep_the_link(city: City):
    visitor = Visitor()

    page = visitor.client.get(f"/asked/{visitor.asked()}/").content.decode()

    assert "You gave us no e-mail address" in page


def test_reading_the_pages_changes_nothing(city: City):
    visitor = Visitor()
    secret = visitor.asked()
    before = (Message.objects.count(), Payload.objects.count(), enquiry_of(secret).state)

    for path in (f"/asked/{secret}/", f"/follow/{secret}/", "/ask/", "/"):
        assert visitor.client.get(path).status_code == 200
        assert visitor.client.head(path).status_code == 200

    assert (Message.objects.count(), Payload.objects.count(), enquiry_of(secret).state) == before


@pytest.mark.parametrize(
    "email", ['"a,b"@example.org', '"a<b"@example.org', "a" * 65 + "@example.org", "a@[127.0.0.1]", "dana@xn--a.org"]
)
def test_address_that_no_mail_could_go_to_is_told_at_once_or_taken(city: City, email: str):
    assert Visitor().ask(email=email).status_code in (303, 422)
