"""A reply that was corrected or removed is told to its citizen as it stands now, and that it once was different."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from citizens.story import story_of
from enquiries.models import Enquiry, Message, MessageChange
from enquiries.services import replies
from enquiries.services.leaving import posting as posting_service
from enquiries.services.replies import Aim
from tests.channels_email.accounts import email_account
from tests.citizens.site import Visitor, enquiry_of
from tests.people import City, approved
from tests.sims import Simulator, mailbox_simulator

pytestmark = pytest.mark.django_db
OLD, NEW = "We come on Tuesday.", "We come on Thursday."


@pytest.fixture(scope="module")
def mail_program() -> Iterator[Simulator]:
    with mailbox_simulator() as simulator:
        yield simulator


@pytest.fixture
def mail(city: City, mail_program: Simulator) -> Simulator:
    """A mail server that takes what the city sends."""
    known = email_account(smtp_port=mail_program.ports["smtp-port"], imap_port=mail_program.ports["imap-port"])
    account = city.accounts["email"]
    account.settings = {**known.settings, "settle_seconds": 0}
    account.keep_secrets(dict(known.secrets))
    account.save()
    mail_program.reset()
    return mail_program


def answered(city: City, *, email: str = "") -> tuple[str, Message]:
    """Ask, answer, and give the secret of the page with our reply on it."""
    secret = Visitor().asked(email=email)
    approved(city, replies.newest_inbound(enquiry_of(secret)), text=OLD, now=timezone.now())
    posting_service.deliver_due(worker="test")
    return secret, Message.objects.get(direction="OUT", account__kind="web")


def correct(city: City, message: Message, purpose: str, text: str = NEW) -> None:
    """Draft, submit, approve and post a correction, as the desk and the worker do."""
    assert message.posting
    now, answers = timezone.now(), message.posting.reply.answers
    version = replies.save_draft(
        enquiry_id=answers.enquiry_id,
        answers_id=answers.pk,
        author_id=city.alice.pk,
        text=text,
        aim=Aim(purpose=purpose, corrects_id=message.pk),
        now=now,
    )
    replies.submit(enquiry_id=answers.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=now)
    replies.approve(
        reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=bytes(version.content_sha256).hex(), now=now
    )
    posting_service.deliver_due(worker="test")


def test_corrected_reply_shows_its_new_words_and_the_old_ones_folded(city: City):
    secret, message = answered(city)
    correct(city, message, "REPLACE")

    page = Visitor().page(secret)

    assert page.index(NEW) < page.index("Corrected on") < page.index("<summary>What it said before</summary>")
    assert page.index("<details") < page.index(OLD) < page.index("</details>")
    assert page.count("We answered you") == 1


def test_each_wording_that_its_citizen_could_read_is_kept(city: City):
    _, message = answered(city)
    correct(city, message, "REPLACE")
    correct(city, message, "REPLACE", text="We come on Friday.")

    step = story_of(Enquiry.objects.get(), now=timezone.now()).steps[-1]

    assert (step.text, step.earlier) == ("We come on Friday.", (OLD, NEW))
    assert step.corrected_at == MessageChange.objects.get(text="We come on Friday.").changed_at


def test_correction_by_mail_is_told_with_the_reply_that_it_corrects(city: City, mail: Simulator):
    secret, message = answered(city, email="dana@citizens.example")
    correct(city, message, "REPLACE")

    page = Visitor().page(secret)

    assert [NEW in letter["text"] for letter in mail.ledger()["mails"]] == [False, True]
    assert "We sent you the correction by e-mail too." in page
    assert page.count(NEW) == 1
    assert page.count("We answered you here and by e-mail") == 1


def test_removed_reply_has_no_words_any_more(city: City):
    secret, message = answered(city)
    correct(city, message, "REPLACE")
    correct(city, message, "REMOVE")

    page = Visitor().page(secret)

    assert "We removed this answer on" in page
    assert "We have removed our answer." in page
    assert OLD not in page
    assert NEW not in page
    assert "Corrected on" not in page


def test_mail_with_a_removed_reply_is_told_not_to_be_relied_on(city: City, mail: Simulator):
    secret, message = answered(city, email="dana@citizens.example")
    correct(city, message, "REMOVE")

    assert len(mail.ledger()["mails"]) == 1
    assert "The e-mail with it cannot be called back" in Visitor().page(secret)


def test_answer_after_a_removal_is_an_answer_again(city: City):
    secret, message = answered(city)
    correct(city, message, "REMOVE")
    approved(city, replies.newest_inbound(enquiry_of(secret)), text=NEW, now=timezone.now())
    posting_service.deliver_due(worker="test")

    page = Visitor().page(secret)

    assert "We have answered." in page
    assert "We removed this answer on" in page
    assert NEW in page


def test_page_asks_the_database_no_more_for_many_corrections(city: City, django_assert_num_queries):
    secret, message = answered(city)
    correct(city, message, "REPLACE")
    correct(city, message, "REPLACE", text="We come on Friday.")
    visitor = Visitor()

    with django_assert_num_queries(7):
        visitor.page(secret)
