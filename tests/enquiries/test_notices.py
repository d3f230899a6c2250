"""What is told of a reply after it has left: shown at the reply, and where it did not arrive, worked on again."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from audit.models import Event
from enquiries.contract import Bounce, BounceKind, Reached, Receipt, Receipted
from enquiries.models import Clock, Enquiry, Message, Payload, Posting, PostingNotice
from enquiries.queries.trouble import unseen_notices
from enquiries.services.leaving import notices, outcomes
from tests.people import NOON, City, approved, arrive, fresh, posting_of

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=3)


def payload(city: City, kind: str) -> Payload:
    return Payload.objects.create(
        account=city.accounts[kind],
        source="POLL",
        external_id=f"notice:{uuid4()}",
        raw=b"",
        received_at=LATER,
        due_at=LATER + timedelta(days=99),
    )


def claimed(message: Message, city: City, *, state: str = "SENDING") -> Posting:
    posting = posting_of(approved(city, message))
    Posting.objects.filter(pk=posting.pk).update(
        state="SENDING", lease_owner="w", lease_until=NOON + timedelta(minutes=1), attempts=1
    )
    posting.attempts_made.create(n=1, worker="w", started_at=NOON)
    if state == "UNKNOWN":
        Posting.objects.filter(pk=posting.pk).update(state=state, lease_owner="", lease_until=None)
    posting.refresh_from_db()
    return posting


def sent(city: City, kind: str = "email", *, name: str = "<sent@northwell.example>", **fields: object) -> Posting:
    posting = claimed(arrive(city, kind, **fields), city)  # type: ignore[arg-type]
    outcomes.posted(posting, receipt=Receipt(external_id=name), now=NOON)
    posting.refresh_from_db()
    return posting


def tell(city: City, part: Bounce | Receipted, kind: str = "email") -> str:
    account = city.accounts[kind]
    act = notices.bounced if isinstance(part, Bounce) else notices.receipted
    return act(payload=payload(city, kind), account=account, part=part, now=LATER)  # type: ignore[arg-type]


def bounce(**fields: object) -> Bounce:
    values: dict[str, object] = {"kind": BounceKind.FAILED, "at": LATER, "status": "5.1.1", "detail": "Unknown mailbox"}
    return Bounce(**(values | fields))  # type: ignore[arg-type]


def test_reply_that_came_back_opens_its_enquiry_with_a_new_promise(city: City):
    posting = sent(city)
    assert fresh(posting.reply.enquiry_id).state == Enquiry.State.ANSWERED

    assert tell(city, bounce(posting_key=str(posting.key))) == "bounce"

    enquiry = fresh(posting.reply.enquiry_id)
    running = Clock.objects.get(enquiry=enquiry, state="RUNNING")
    assert (enquiry.state, enquiry.due_at) == (Enquiry.State.OPEN, running.due_at)
    assert (running.kind, running.started_at) == ("NEXT_ANSWER", LATER)
    assert PostingNotice.objects.get().kind == "BOUNCED"
    assert Event.objects.get(verb="posting.bounced").data == {"code": "5.1.1"}


def test_reply_that_came_back_stays_posted_as_it_was(city: City):
    posting = sent(city)

    tell(city, bounce(posting_key=str(posting.key)))

    posting.refresh_from_db()
    assert (posting.state, posting.external_id) == ("POSTED", "<sent@northwell.example>")


def test_bounce_by_the_name_of_the_mail_is_placed_too(city: City):
    posting = sent(city)

    tell(city, bounce(known_as="<sent@northwell.example>"))

    assert PostingNotice.objects.get().posting == posting


def test_second_report_on_one_mail_opens_nothing_again(city: City):
    posting = sent(city)
    tell(city, bounce(posting_key=str(posting.key)))
    Enquiry.objects.update(state="CLOSED")

    tell(city, bounce(posting_key=str(posting.key), status="5.0.0"))

    assert fresh(posting.reply.enquiry_id).state == "CLOSED"
    assert PostingNotice.objects.count() == 2


@pytest.mark.parametrize("kind", [BounceKind.DELAYED, BounceKind.DELIVERED])
def test_mail_that_is_late_or_arrived_is_noted_and_nothing_more(city: City, kind: BounceKind):
    posting = sent(city)

    tell(city, bounce(kind=kind, posting_key=str(posting.key), status="4.4.7"))

    assert PostingNotice.objects.get().kind == kind.value
    assert fresh(posting.reply.enquiry_id).state == Enquiry.State.ANSWERED
    assert not notices.unseen(city.accounts.values()).exists()


def test_report_on_a_mail_nobody_was_sure_of_proves_that_it_left(city: City):
    posting = claimed(arrive(city), city, state="UNKNOWN")

    tell(city, bounce(posting_key=str(posting.key), known_as=f"<{posting.key}@northwell.example>"))

    posting.refresh_from_db()
    assert posting.state == "POSTED"
    assert fresh(posting.reply.enquiry_id).state == Enquiry.State.OPEN


@pytest.mark.parametrize("key", ["", "no key at all", "7b1c0c7e-6a8e-4f43-9d3f-4a8f6a6b9d10"])
def test_bounce_that_nobody_can_place_waits_for_a_person(city: City, key: str):
    assert tell(city, bounce(posting_key=key)) == "unknown bounce"

    assert notices.unseen(city.accounts.values()).get().kind == "UNKNOWN_BOUNCE"


def test_bounce_on_another_account_is_not_of_this_posting(city: City):
    posting = sent(city, "x", name="900")

    tell(city, bounce(posting_key=str(posting.key)))

    assert PostingNotice.objects.get().posting is None


def test_bounce_of_a_reply_that_another_has_followed_opens_nothing(city: City):
    first = sent(city, thread="t")
    sent(city, thread="t", name="<second@northwell.example>")

    tell(city, bounce(posting_key=str(first.key)))

    assert fresh(first.reply.enquiry_id).state == Enquiry.State.ANSWERED


def test_seen_notice_is_gone_from_the_list_and_on_record(city: City):
    posting = sent(city)
    tell(city, bounce(posting_key=str(posting.key)))
    notice = PostingNotice.objects.get()
    shown = unseen_notices(Enquiry.objects.all(), type(notice.account).objects.all())
    assert list(shown) == [notice]

    assert notices.see(notice.pk, by_id=city.alice.pk, now=LATER)

    assert not notices.see(notice.pk, by_id=city.bob.pk, now=LATER)
    assert not shown.all().exists()
    notice.refresh_from_db()
    assert notice.seen_by == city.alice
    assert Event.objects.get(verb="notice.seen").enquiry_id == posting.reply.enquiry_id


@pytest.mark.parametrize("by", ["key", "name"])
def test_platform_tells_that_one_reply_was_delivered(city: City, by: str):
    posting = sent(city, "facebook", name="m_1")
    names = {"posting_key": str(posting.key)} if by == "key" else {"external_ids": ("m_1", "m_other")}

    assert tell(city, Receipted(kind=Reached.DELIVERED, at=LATER, **names), "facebook") == "delivered"

    assert PostingNotice.objects.get().kind == "DELIVERED"


def test_reading_is_noted_once_for_all_that_was_written_before(city: City):
    first = sent(city, "facebook", name="m_1", reply_to="psid-1", author="psid-1")
    other = sent(city, "facebook", name="m_2", reply_to="psid-2", author="psid-2")
    read = Receipted(kind=Reached.READ, at=LATER, person="psid-1")

    tell(city, read, "facebook")
    tell(city, read, "facebook")

    assert [notice.posting for notice in PostingNotice.objects.all()] == [first]
    assert not other.notices.exists()


def test_reading_of_what_is_not_ours_is_told_from_something_lost(city: City):
    assert tell(city, Receipted(kind=Reached.READ, at=LATER, person="nobody"), "facebook") == "of nothing of ours"
