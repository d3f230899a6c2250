"""A form that is sent twice is one message; a form that was changed in between loses nothing."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.utils import timezone

from citizens import sending
from citizens.submission import Submission
from enquiries.models import ClosedDay, Enquiry, Message, Payload
from enquiries.services import replies
from enquiries.services.incoming import intake
from enquiries.services.leaving import posting
from tests.citizens.site import Visitor, enquiry_of
from tests.people import City, approved, make_city

NONCE = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.fixture
def committed_city(transactional_db: None) -> City:
    return make_city()


@pytest.mark.django_db
def test_same_form_twice_is_one_enquiry_with_one_link(city: City):
    visitor = Visitor()

    first, second = visitor.asked(nonce=NONCE), visitor.asked(nonce=NONCE)

    assert first == second
    assert (Enquiry.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_form_that_was_changed_and_sent_again_adds_to_the_first(city: City):
    visitor = Visitor()
    secret = visitor.asked(nonce=NONCE, text="My bin", email="dana@exmaple.org")

    again = visitor.asked(nonce=NONCE, text="My bin in Mill Lane", email="dana@example.org")
    thrice = visitor.asked(nonce=NONCE, text="My bin in Mill Lane", email="dana@example.org")

    assert secret == again == thrice
    assert [message.text for message in Message.objects.order_by("pk")] == ["My bin", "My bin in Mill Lane"]
    assert Message.objects.latest("pk").reply_to == "dana@example.org"


@pytest.mark.django_db
def test_form_that_was_mended_after_the_first_could_not_be_read_is_kept(city: City):
    never_works(city)
    Visitor().ask(nonce=NONCE, text="My bin")

    response = Visitor().ask(nonce=NONCE, text="My bin in Mill Lane")

    assert response.status_code == 202
    assert b"Mill Lane" in bytes(Payload.objects.latest("pk").raw)


@pytest.mark.django_db
def test_form_without_its_number_is_taken_in_all_the_same(city: City):
    assert enquiry_of(Visitor().asked(nonce="")).messages.count() == 1


def test_double_click_makes_one_enquiry(committed_city: City):
    account, both = committed_city.accounts["web"], Barrier(2)
    submission = Submission(nonce=str(uuid4()), text="My bin", submitted_at=timezone.now())

    def click(_: int) -> int:
        both.wait(timeout=10)
        try:
            return sending.send(account=account, submission=submission, now=timezone.now()).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        messages = list(pool.map(click, range(2)))

    assert len(set(messages)) == 1
    assert (Payload.objects.count(), Enquiry.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_form_that_a_worker_is_reading_is_waited_for(committed_city: City):
    account = committed_city.accounts["web"]
    submission = Submission(nonce=str(uuid4()), text="My bin", submitted_at=timezone.now())
    accepted = intake.accept_payload(
        account_id=account.pk,
        source="FORM",
        external_id=submission.external_id,
        raw=submission.pack(),
        now=timezone.now(),
    )
    soon = timezone.now() + timedelta(seconds=1)
    Payload.objects.filter(pk=accepted.payload_id).update(lease_owner="a worker", lease_until=soon)

    assert sending.send(account=account, submission=submission, now=timezone.now()).text == "My bin"


def test_form_that_somebody_is_just_taking_is_waited_for(committed_city: City):
    """The other half of a double click has its row locked, and has not yet written that it holds it."""
    account = committed_city.accounts["web"]
    submission = Submission(nonce=str(uuid4()), text="My bin", submitted_at=timezone.now())
    sending.keep(account=account, submission=submission, now=timezone.now())
    locked = Event()

    def take() -> None:
        try:
            with transaction.atomic():
                Payload.objects.select_for_update().get()
                locked.set()
                time.sleep(0.5)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        taking = pool.submit(take)
        locked.wait(timeout=10)
        assert sending.send(account=account, submission=submission, now=timezone.now()).text == "My bin"
        taking.result()


@pytest.mark.django_db
def test_form_that_cannot_be_read_is_kept_and_gets_a_receipt(city: City):
    never_works(city)

    response = Visitor().ask(text="Precious words")

    payload = Payload.objects.get()
    page = response.content.decode()
    assert response.status_code == 202
    assert "Your words are safe" in page
    assert f"<bdi>{payload.pk}</bdi>" in page
    assert b"Precious words" in bytes(payload.raw)
    assert payload.state != Payload.State.READ


@pytest.mark.django_db
def test_addition_that_cannot_be_read_is_kept_and_gets_a_receipt(city: City):
    visitor = Visitor()
    secret = visitor.asked()
    reply_then_never_work(city, secret)

    response = visitor.client.post(f"/follow/{secret}/", visitor.form(text="More words"))

    assert response.status_code == 202
    assert b"More words" in bytes(Payload.objects.latest("pk").raw)


def never_works(city: City) -> None:
    """Close the city for eleven years, so that no promise can be made and reading fails for real."""
    today = timezone.now().date()
    days = [today + timedelta(days=number) for number in range(-1, 4000)]
    ClosedDay.objects.bulk_create(ClosedDay(organisation=city.organisation, date=day, name="Closed") for day in days)


def reply_then_never_work(city: City, secret: str) -> None:
    approved(city, replies.newest_inbound(enquiry_of(secret)), now=timezone.now())
    posting.deliver_due(worker="test")
    never_works(city)
