"""One mail in several copies: whichever comes first, the one that came straight from its writer carries the promise."""

from __future__ import annotations

import pytest

from channels_email.identity import copy_identity
from enquiries.models import ChannelAccount, Clock, Enquiry, Message, Payload
from enquiries.services.incoming import intake, parking
from tests.people import NOON, City

pytestmark = pytest.mark.django_db
STRAIGHT = b"From: Dana <dana@example.org>\r\nMessage-ID: <a@example.org>\r\nSubject: Bin\r\n\r\nMy bin is full.\r\n"
BY_LIST = b"List-Id: <all.example.org>\r\n" + STRAIGHT
LOOPED = b"X-Loop: info@northwell.example\r\n" + STRAIGHT
REFUTED = b"Authentication-Results: mx.northwell.example; dmarc=fail header.from=example.org\r\n" + STRAIGHT
PROVEN = b"Authentication-Results: mx.northwell.example; dmarc=pass header.from=example.org\r\n" + STRAIGHT


@pytest.fixture
def mailbox(city: City) -> ChannelAccount:
    account = city.accounts["email"]
    account.settings = {**account.settings, "gateway_id": "mx.northwell.example"}
    account.save(update_fields=["settings"])
    return account


@pytest.fixture
def other(city: City, mailbox: ChannelAccount) -> ChannelAccount:
    return ChannelAccount.objects.create(
        organisation=city.organisation,
        team=city.roads,
        kind="email",
        name="Roads desk",
        external_id="roads@northwell.example",
        settings=mailbox.settings,
    )


def come(account: ChannelAccount, *raws: bytes) -> list[str]:
    """Let mails come to a mailbox, one after the other. Returns what is told of each, for those that were new."""
    told = []
    for raw in raws:
        kept = intake.accept_payload(
            account_id=account.pk, source="POLL", external_id=copy_identity(raw=raw), raw=raw, now=NOON
        )
        if kept.is_new:
            intake.read_due_payloads(now=NOON, worker="w")
            told.append(Payload.objects.get(pk=kept.payload_id).outcome)
    return told


@pytest.mark.parametrize("first", [BY_LIST, LOOPED])
def test_mail_of_a_citizen_is_promised_although_a_copy_by_a_machine_came_first(mailbox: ChannelAccount, first: bytes):
    come(mailbox, first)
    assert not Clock.objects.exists()

    assert come(mailbox, STRAIGHT) == ["message"]

    enquiry = Enquiry.objects.get()
    clock = Clock.objects.get()
    assert (clock.enquiry, clock.kind, enquiry.due_at) == (enquiry, "FIRST_ANSWER", clock.due_at)


@pytest.mark.parametrize("then", [BY_LIST, REFUTED, PROVEN, STRAIGHT])
def test_copy_of_a_mail_that_came_straight_adds_nothing(mailbox: ChannelAccount, then: bytes):
    come(mailbox, STRAIGHT, then)

    assert Message.objects.count() == 1


def test_proven_mail_is_kept_although_a_copy_that_failed_came_first(mailbox: ChannelAccount):
    come(mailbox, REFUTED, PROVEN)

    said = Message.objects.order_by("pk").values_list("sender_trust", flat=True)
    assert (list(said), Enquiry.objects.count(), Clock.objects.count()) == (["FAIL", "PASS"], 1, 1)


@pytest.mark.parametrize("first", [REFUTED, BY_LIST])
def test_proven_mail_is_kept_although_a_worse_copy_came_first_to_another_mailbox(
    mailbox: ChannelAccount, other: ChannelAccount, first: bytes
):
    come(other, first)

    assert come(mailbox, PROVEN) == ["message"]
    assert Enquiry.objects.get(account=mailbox).clocks.exists()


@pytest.mark.parametrize("then", [REFUTED, BY_LIST])
def test_worse_copy_in_another_mailbox_is_no_further_enquiry(
    mailbox: ChannelAccount, other: ChannelAccount, then: bytes
):
    come(mailbox, PROVEN)

    assert come(other, then) == ["same mail in another mailbox"]


def test_mail_that_was_set_aside_is_not_taken_up_when_the_straight_one_is_here(mailbox: ChannelAccount, city: City):
    come(mailbox, LOOPED, STRAIGHT)

    with pytest.raises(parking.CannotTakeUp, match="in an enquiry already"):
        parking.take_up(parking.parked(ChannelAccount.objects.all()).get().pk, by_id=city.alice.pk, now=NOON)


def test_straight_mail_joins_what_a_person_took_up(mailbox: ChannelAccount, city: City):
    come(mailbox, LOOPED)
    parking.take_up(parking.parked(ChannelAccount.objects.all()).get().pk, by_id=city.alice.pk, now=NOON)

    assert come(mailbox, STRAIGHT) == ["message"]
    assert (Enquiry.objects.count(), Clock.objects.count()) == (1, 1)
