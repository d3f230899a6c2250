"""An invitation to write in private: used once, by a form and never by a look, and revealing nothing that is private."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from citizens.logs import _hidden
from enquiries.models import Clock, Enquiry, Message, Payload
from enquiries.services.incoming import intake
from enquiries.services.leaving import posting as posting_service
from enquiries.services.replies import offline
from tests.citizens.documents import PNG
from tests.citizens.site import Visitor, hidden
from tests.people import City, approved, arrive

pytestmark = pytest.mark.django_db
CANARY = "canary-91bd"


@pytest.fixture
def question(city: City) -> Message:
    """A citizen asks in public; a neighbour of hers wrote something private that was joined to it."""
    message = arrive(city, "x", text="@northwell my bin was not emptied", author="77", now=timezone.now())
    secret = arrive(city, "email", text=f"private {CANARY}", now=timezone.now())
    Message.objects.filter(pk=secret.pk).update(enquiry=message.enquiry)
    return message


def invitation(city: City, question: Message) -> str:
    return offline.invite(
        enquiry_id=question.enquiry_id, answers_id=question.pk, by_id=city.alice.pk, now=timezone.now()
    ).secret


def send(secret: str, *, client: Client | None = None, **fields: object):
    return (client or Client()).post(f"/private/{secret}/", {**Visitor().form(text="It is about my health."), **fields})


def test_page_shows_organisation_and_reference_and_nothing_of_the_enquiry(city: City, question: Message):
    page = Client().get(f"/private/{invitation(city, question)}/")

    words = page.content.decode()
    assert page.status_code == 200
    assert city.organisation.name in words
    assert question.enquiry.reference in words
    assert "emptied" not in words
    assert CANARY not in words
    assert "Dana" not in words
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"].startswith("noindex")


def test_looking_at_it_uses_nothing_up(city: City, question: Message):
    secret = invitation(city, question)
    for method in ("get", "head", "get"):
        assert getattr(Client(), method)(f"/private/{secret}/").status_code == 200

    assert send(secret).status_code == 303


def test_words_join_the_enquiry_as_a_private_message_of_somebody_unproven(city: City, question: Message):
    before = Clock.objects.filter(enquiry=question.enquiry).count()

    answer = send(invitation(city, question), files=SimpleUploadedFile("scan.png", PNG), name="Dana")

    message = Message.objects.get(thread_key__startswith="offline-")
    assert answer.status_code == 303
    assert message.enquiry_id == question.enquiry_id
    assert (message.side, message.account.kind, message.is_by_invitation) == ("PRIVATE", "web", True)
    assert message.author is not None
    assert message.author.citizen_id != question.enquiry.citizen_id
    assert [file.name for file in message.attachments.all()] == ["scan.png"]
    assert Clock.objects.filter(enquiry=question.enquiry).count() == before
    assert Enquiry.objects.count() == 2


def test_words_start_the_next_promise_after_the_pointer_was_posted(city: City, question: Message):
    Clock.objects.filter(enquiry=question.enquiry).update(state="MET", stopped_at=timezone.now(), next_at=None)
    Enquiry.objects.filter(pk=question.enquiry_id).update(state="OPEN")

    send(invitation(city, question))

    assert Clock.objects.get(enquiry=question.enquiry, state="RUNNING").kind == Clock.Kind.NEXT_ANSWER


def test_second_use_is_refused_politely_and_gives_the_words_back(city: City, question: Message):
    secret = invitation(city, question)
    send(secret)

    again = send(secret, text="somebody else's words")

    assert again.status_code == 410
    assert "This link has been used" in again.content.decode()
    assert "somebody else&#x27;s words" in again.content.decode()
    assert Message.objects.filter(thread_key__startswith="offline-").count() == 1
    assert Client().get(f"/private/{secret}/").status_code == 410


def test_same_form_sent_twice_is_one_use_and_leads_to_the_same_page(city: City, question: Message):
    secret, form = invitation(city, question), Visitor().form(text="It is about my health.")

    first = Client().post(f"/private/{secret}/", form)
    second = Client().post(f"/private/{secret}/", form)

    assert first["Location"] == second["Location"]
    assert Message.objects.filter(thread_key__startswith="offline-").count() == 1


def test_link_that_ran_out_says_so(city: City, question: Message):
    secret = invitation(city, question)
    question.enquiry.tokens.filter(purpose="OFFLINE").update(expires_at=timezone.now() - timedelta(seconds=1))

    assert "has run out" in Client().get(f"/private/{secret}/").content.decode()
    assert send(secret).status_code == 410


@pytest.mark.parametrize("secret", ["a" * 26, "x", "%00" * 3])
def test_unknown_link_is_not_found(city: City, secret: str):
    assert Client().get(f"/private/{secret}/").status_code == 404
    assert Client().get(f"/private-page/{secret}/").status_code == 404


def test_form_without_its_proof_uses_nothing_up(city: City, question: Message):
    secret = invitation(city, question)

    refused = send(secret, client=Client(enforce_csrf_checks=True))

    assert refused.status_code == 403
    assert "It is about my health." in refused.content.decode()
    assert send(secret).status_code == 303


def test_own_page_shows_the_thread_its_answers_and_the_public_part_only(city: City, question: Message):
    page = str(send(invitation(city, question))["Location"])
    private = Message.objects.get(thread_key__startswith="offline-")
    approved(city, private, text="We will come inside.", now=timezone.now())
    posting_service.deliver_due(worker="test")

    words = Client().get(page).content.decode()

    assert "It is about my health." in words
    assert "We will come inside." in words
    assert "my bin was not emptied" in words
    assert CANARY not in words


def test_own_page_shows_no_answer_to_another_private_message(city: City, question: Message):
    page = str(send(invitation(city, question))["Location"])
    other = Message.objects.get(text__contains=CANARY)
    approved(city, other, text=f"Answer to {CANARY}", now=timezone.now())
    posting_service.deliver_due(worker="test")

    assert CANARY not in Client().get(page).content.decode()


def test_further_words_on_the_own_page_join_the_same_thread(city: City, question: Message):
    page = str(send(invitation(city, question), email="dana@example.org")["Location"]).partition("?")[0]

    added = Client().post(page, Visitor().form(text="One more thing."))

    assert added.status_code == 303
    one, two = Message.objects.filter(thread_key__startswith="offline-").order_by("pk")
    assert (one.enquiry_id, one.thread_key, one.author_id) == (two.enquiry_id, two.thread_key, two.author_id)
    assert two.reply_to == "dana@example.org"


def test_link_of_the_own_page_is_not_the_one_that_stood_in_public(city: City, question: Message):
    secret = invitation(city, question)

    page = str(send(secret)["Location"])

    assert secret not in page
    assert Client().get(f"/private-page/{secret}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_words_that_cannot_be_read_are_kept_and_the_link_stays_used(city: City, question: Message):
    secret, payloads = invitation(city, question), Payload.objects.count()
    with connection.cursor() as cursor:  # the reader fails on every try: a real refusal of the database
        cursor.execute("ALTER TABLE enquiries_message ADD CONSTRAINT no_words CHECK (thread_key NOT LIKE 'offline-%')")
    try:
        kept = send(secret)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE enquiries_message DROP CONSTRAINT no_words")

    assert kept.status_code == 202
    assert Payload.objects.count() == payloads + 1
    assert Client().get(f"/private/{secret}/").status_code == 410
    intake.read_due_payloads(now=timezone.now() + timedelta(hours=1), worker="later")
    assert Message.objects.filter(thread_key__startswith="offline-", enquiry=question.enquiry).exists()


def test_logs_hide_both_links():
    assert _hidden("GET /private/abc/ 200") == "GET /private/…/ 200"
    assert _hidden("GET /private-page/abc/?new 200") == "GET /private-page/…/?new 200"


def test_form_is_accepted_with_the_browsers_own_proof(city: City, question: Message):
    secret, client = invitation(city, question), Client(enforce_csrf_checks=True)
    page = client.get(f"/private/{secret}/").content.decode()
    form = Visitor().form(nonce=hidden(page, "nonce"), opened=hidden(page, "opened"))

    sent = client.post(f"/private/{secret}/", {**form, "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")})

    assert sent.status_code == 303
