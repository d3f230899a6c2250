"""An invitation to write in private: one that lives, seven days from when it is really there, and only with its link."""

from datetime import datetime, timedelta

import pytest

from enquiries.contract import Receipt
from enquiries.models import Enquiry, EnquiryToken, Message
from enquiries.services import replies
from enquiries.services.leaving import outcomes
from enquiries.services.replies import offline
from enquiries.services.replies.drafting import DraftRefused
from tests.people import NOON, City, arrive, posting_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def invited(city: City, message: Message, *, now: datetime = NOON) -> offline.Invitation:
    return offline.invite(enquiry_id=message.enquiry_id, answers_id=message.pk, by_id=city.alice.pk, now=now)


def pointer(city: City, message: Message, text: str) -> None:
    replies.save_draft(
        enquiry_id=message.enquiry_id,
        answers_id=message.pk,
        author_id=city.alice.pk,
        text=text,
        now=NOON,
        aim=replies.Aim(purpose="POINTER"),
    )


def submit(city: City, message: Message):
    reply = replies.current_reply(message.enquiry)
    assert reply is not None
    version = replies.newest_version(reply)
    return replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)


def test_pressing_twice_gives_the_same_link(city: City):
    message = arrive(city, "x")

    assert invited(city, message) == invited(city, message, now=NOON)
    assert EnquiryToken.objects.filter(purpose="OFFLINE").count() == 1


def test_new_link_is_made_when_the_old_one_ran_out(city: City):
    message = arrive(city, "x")
    old = invited(city, message)

    new = invited(city, message, now=NOON + 8 * DAY)

    assert new.secret != old.secret
    assert offline.look(old.secret) is None


def test_private_message_and_missing_form_are_refused(city: City):
    with pytest.raises(offline.CannotInvite):
        invited(city, arrive(city, "email"))
    city.accounts["web"].is_active = False
    city.accounts["web"].save()
    with pytest.raises(offline.CannotInvite):
        invited(city, arrive(city, "x"))


def test_message_of_another_enquiry_is_refused(city: City):
    one, other = arrive(city, "x"), arrive(city, "x")

    with pytest.raises(offline.CannotInvite):
        offline.invite(enquiry_id=one.enquiry_id, answers_id=other.pk, by_id=city.alice.pk, now=NOON)


@pytest.mark.parametrize("language", ["en", "nl", "ar", "tr", ""])
def test_proposed_words_fit_into_a_post_in_every_language(city: City, language: str):
    message = arrive(city, "x", language=language)
    invitation = invited(city, message)

    words = offline.pointer_text(message.enquiry, invitation, until="25 November")

    assert invitation.link in words
    assert message.enquiry.reference in words


def test_pointer_without_its_link_is_not_submitted(city: City):
    message = arrive(city, "x")
    invited(city, message)
    pointer(city, message, "Write to us in private.")

    with pytest.raises(DraftRefused, match="link to the private page is missing"):
        submit(city, message)


def test_pointer_to_a_dead_link_is_not_submitted(city: City):
    message = arrive(city, "x")
    link = invited(city, message).link
    pointer(city, message, f"Write to us: {link}")
    EnquiryToken.objects.update(expires_at=NOON - DAY)

    with pytest.raises(DraftRefused, match="was used or has run out"):
        submit(city, message)


def test_seven_days_begin_when_the_pointer_is_there_and_the_enquiry_waits(city: City):
    message = arrive(city, "x")
    link = invited(city, message).link
    pointer(city, message, f"Write to us: {link}")
    reply = submit(city, message)
    version = replies.newest_version(reply)
    approval = replies.approve(
        reply_id=reply.pk, approver_id=city.bob.pk, seen_sha256=bytes(version.content_sha256).hex(), now=NOON
    )
    posting = posting_of(approval)  # type: ignore[arg-type]
    posting.state = "SENDING"
    type(posting).objects.filter(pk=posting.pk).update(
        state="SENDING", lease_owner="w", lease_until=NOON + DAY, attempts=1
    )
    posting.lease_owner = "w"
    outcomes.posted(posting, receipt=Receipt(external_id="tweet-1"), now=NOON + 2 * DAY)

    enquiry = Enquiry.objects.get(pk=message.enquiry_id)
    assert EnquiryToken.objects.get(purpose="OFFLINE").expires_at == NOON + 9 * DAY
    assert (enquiry.state, enquiry.waiting_until) == ("WAITING", NOON + 9 * DAY)


def test_second_invitation_leads_to_a_page_of_its_own(city: City):
    message = arrive(city, "x")
    first = offline.redeem(secret=invited(city, message).secret, nonce="n1", name="", now=NOON)
    second = offline.redeem(secret=invited(city, message).secret, nonce="n2", name="", now=NOON)

    assert offline.page_of(first) == (message.enquiry, "offline-n1")
    assert offline.page_of(second) == (message.enquiry, "offline-n2")
