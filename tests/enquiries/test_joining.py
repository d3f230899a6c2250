"""A mail joins an enquiry only by proof; what it merely claims opens an enquiry of its own, shown beside the other."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from audit.models import Event
from enquiries.contract import Author, InboundMessage, SenderTrust, Side
from enquiries.models import (
    ChannelAccount,
    Clock,
    Enquiry,
    EnquiryToken,
    Link,
    Message,
    Organisation,
    Payload,
    Posting,
)
from enquiries.services.incoming import correspondence
from enquiries.services.incoming.identity import secret_of
from enquiries.services.leaving import acknowledging, outcomes
from tests.people import NOON, City, approved, arrive, fresh, posting_of

pytestmark = pytest.mark.django_db
FIRST = "<a@example.org>"
PASS, FAIL, NONE, UNKNOWN = SenderTrust.PASS, SenderTrust.FAIL, SenderTrust.NONE, SenderTrust.UNKNOWN


def declare_gateway(city: City) -> None:
    account = city.accounts["email"]
    account.settings = {**account.settings, "gateway_id": "mx.northwell.example"}
    account.save()


def our_mail(message: Message, city: City) -> str:
    """Keep a mail of ours in the enquiry, as a posted reply leaves it. Returns its name."""
    name = "<7b1c0c7e-6a8e-4f43-9d3f-4a8f6a6b9d10@northwell.example>"
    Message.objects.create(
        enquiry=message.enquiry,
        account=city.accounts["email"],
        direction="OUT",
        side="PRIVATE",
        external_id=name,
        known_as=name,
        text="We come.",
        occurred_at=NOON,
        recorded_at=NOON,
    )
    return name


@pytest.mark.parametrize(
    ("gateway", "trust", "ours", "joins"),
    [
        (True, PASS, False, True),
        (True, PASS, True, True),
        (True, NONE, True, False),
        (True, FAIL, True, False),
        (True, UNKNOWN, True, False),
        (True, NONE, False, False),
        (False, UNKNOWN, True, True),
        (False, UNKNOWN, False, False),
        (False, FAIL, True, False),
    ],
)
def test_reference_joins_by_proof_of_the_sender_alone(
    city: City, gateway: bool, trust: SenderTrust, ours: bool, joins: bool
):
    if gateway:
        declare_gateway(city)
    first = arrive(city, known_as=FIRST)
    name = our_mail(first, city) if ours else FIRST

    second = arrive(city, references=("<unknown@x>", name), sender_trust=trust)

    assert (second.enquiry_id == first.enquiry_id) is joins
    assert Link.objects.exists() is not joins


@pytest.mark.parametrize("trust", list(SenderTrust))
def test_our_own_secret_joins_whoever_is_said_to_write(city: City, trust: SenderTrust):
    declare_gateway(city)
    first = arrive(city)
    secret = secret_of(first.enquiry, EnquiryToken.Purpose.MAIL)

    second = arrive(city, author="eve@example.org", reply_token=secret, sender_trust=trust)

    assert second.enquiry_id == first.enquiry_id


def test_reference_by_a_stranger_opens_an_enquiry_of_their_own(city: City):
    """FreeScout CVE-2026-53591: a stranger who quotes our Message-ID joins nothing, and is not even shown beside it."""
    first = arrive(city, known_as=FIRST)

    second = arrive(city, author="eli@example.org", references=(FIRST, our_mail(first, city)), sender_trust=PASS)

    assert second.enquiry_id != first.enquiry_id
    assert not Link.objects.exists()


def test_forged_mail_leaves_an_approved_reply_alone(city: City):
    declare_gateway(city)
    first = arrive(city, known_as=FIRST)
    waiting = posting_of(approved(city, first))

    forged = arrive(city, text="Forget it.", references=(FIRST,), sender_trust=FAIL)

    waiting.refresh_from_db()
    assert waiting.state == Posting.State.QUEUED
    assert fresh(first.enquiry_id).state == "POSTING"
    assert list(first.enquiry.messages.filter(direction="IN")) == [first]
    link = Link.objects.get()
    assert {link.first_id, link.second_id} == {first.enquiry_id, forged.enquiry_id}
    assert link.linked_by is None
    assert Event.objects.get(verb="enquiry.not_joined").enquiry_id == forged.enquiry_id
    assert not outcomes.is_overtaken(waiting)


def test_reference_in_the_subject_joins_who_takes_part_and_is_proven(city: City):
    declare_gateway(city)
    first = arrive(city)
    subject = f"AW: [{first.enquiry.reference.lower()}] my bin"

    proven = arrive(city, subject=subject, sender_trust=PASS)
    unproven = arrive(city, subject=subject, sender_trust=NONE)
    stranger = arrive(city, subject=subject, sender_trust=PASS, author="eli@example.org")

    assert proven.enquiry_id == first.enquiry_id
    assert first.enquiry_id not in (unproven.enquiry_id, stranger.enquiry_id)


def test_thread_of_a_mail_program_joins_who_is_proven(city: City):
    declare_gateway(city)
    first = arrive(city, more_threads=("thread-index:01",), sender_trust=PASS)

    proven = arrive(city, more_threads=("thread-index:01",), sender_trust=PASS)
    unproven = arrive(city, more_threads=("thread-index:01",), sender_trust=NONE)
    later = arrive(city, more_threads=("thread-index:01",), sender_trust=PASS)

    assert {proven.enquiry_id, later.enquiry_id} == {first.enquiry_id}
    assert unproven.enquiry_id != first.enquiry_id


def test_reference_to_another_mailbox_joins_nothing(city: City):
    first = arrive(city, known_as=FIRST)
    ChannelAccount.objects.filter(pk=first.account_id).update(external_id="other@northwell.example")
    city.accounts["email"] = ChannelAccount.objects.create(
        organisation=city.organisation, kind="email", name="Second", external_id="second@northwell.example"
    )

    second = arrive(city, references=(FIRST,), sender_trust=PASS)

    assert second.enquiry_id != first.enquiry_id


def test_machine_that_answers_each_of_our_mails_is_soon_no_reason_to_stop_a_reply(city: City):
    first = arrive(city)
    secret = secret_of(first.enquiry, EnquiryToken.Purpose.MAIL)
    for _ in range(acknowledging.FLOOD - 1):
        arrive(city, reply_token=secret)
    waiting = posting_of(approved(city, first))

    looped = arrive(city, reply_token=secret)

    waiting.refresh_from_db()
    assert looped.automatic and looped.enquiry_id == first.enquiry_id
    assert waiting.state == Posting.State.QUEUED


def test_person_who_writes_often_over_days_is_no_machine(city: City):
    first = arrive(city)
    secret = secret_of(first.enquiry, EnquiryToken.Purpose.MAIL)

    said = [arrive(city, reply_token=secret, now=NOON + timedelta(minutes=10 * n)) for n in range(30)]

    assert not any(message.automatic for message in said)


def test_many_mails_of_a_form_that_sends_for_all_open_an_enquiry_each(city: City):
    said = [arrive(city, author="form@northwell.example") for _ in range(25)]

    assert not any(message.automatic for message in said)
    assert len({message.enquiry_id for message in said}) == 25


def second_mailbox(city: City, organisation: Organisation | None = None) -> ChannelAccount:
    return ChannelAccount.objects.create(
        organisation=organisation or city.organisation,
        team=None if organisation else city.roads,
        kind="email",
        name="Roads desk",
        external_id="roads@northwell.example",
    )


def mail_to(
    account: ChannelAccount, *, external_id: str = "sha256:a", now: datetime = NOON, automatic: bool = False
) -> str:
    """Let one and the same mail come to a mailbox. Returns what its payload is told to be."""
    payload = Payload.objects.create(
        account=account, source="POLL", external_id=external_id, raw=b"{}", received_at=now, due_at=now
    )
    inbound = InboundMessage(
        external_id=external_id,
        thread_key=f"mail:{external_id}",
        author=Author(external_id="dana@example.org", name="Dana"),
        text="My bin",
        side=Side.PRIVATE,
        occurred_at=now,
        known_as=FIRST,
        automatic=automatic,
    )
    kept = correspondence.receive(payload=payload, account=account, inbound=inbound, now=now)
    return "message" if kept else correspondence.why_not_kept(account, inbound)


def test_same_mail_to_two_mailboxes_is_one_enquiry_with_one_clock(city: City):
    told = [mail_to(account) for account in (city.accounts["email"], second_mailbox(city))]

    assert told == ["message", "same mail in another mailbox"]
    assert (Enquiry.objects.count(), Clock.objects.count(), Message.objects.count()) == (1, 1, 1)
    event = Event.objects.get(verb="enquiry.same_mail")
    assert (event.enquiry_id, event.data["mailbox"]) == (Enquiry.objects.get().pk, "Roads desk")


def test_copy_that_looks_like_a_machines_takes_no_promise_from_the_one_that_does_not(city: City):
    by_list, straight = second_mailbox(city), city.accounts["email"]

    told = [mail_to(by_list, automatic=True), mail_to(straight)]

    assert told == ["message", "message"]
    assert [clock.enquiry.account for clock in Clock.objects.all()] == [straight]


def test_copy_that_looks_like_a_machines_is_no_further_enquiry(city: City):
    told = [mail_to(city.accounts["email"]), mail_to(second_mailbox(city), automatic=True)]

    assert told == ["message", "same mail in another mailbox"]


def test_same_mail_to_another_organisation_stays_its_own(city: City):
    other = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")

    told = [mail_to(account) for account in (city.accounts["email"], second_mailbox(city, other))]

    assert told == ["message", "message"]


def test_other_mail_of_the_same_person_is_an_enquiry_of_its_own(city: City):
    told = [
        mail_to(city.accounts["email"]),
        mail_to(second_mailbox(city), external_id="sha256:b"),
    ]

    assert told == ["message", "message"]
