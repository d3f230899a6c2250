"""What a letter takes from the version that was approved: its language, whether it quotes, what it follows."""

from __future__ import annotations

import pytest

from enquiries.models import Approval, Message, Posting
from enquiries.services import replies
from enquiries.services.leaving.letters import letter_for
from enquiries.services.replies.drafting import DraftRefused
from tests.people import NOON, City, approved, arrive, posting_of

pytestmark = pytest.mark.django_db
DUTCH = "Uw afvalcontainer wordt morgen alsnog geleegd door onze collega's."
LONG = "The bins of your whole street are emptied tomorrow. " * 9


def handed_over(city: City, message: Message, aim: replies.Aim, text: str = "We come tomorrow.") -> Approval:
    version = replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.alice.pk, text=text, now=NOON, aim=aim
    )
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)
    seen = bytes(version.content_sha256).hex()
    approval = replies.approve(reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=seen, now=NOON)
    assert isinstance(approval, Approval)
    return approval


def test_language_of_the_words_is_frozen_with_the_version(city: City):
    posting = posting_of(approved(city, arrive(city, "email"), text=DUTCH))

    assert posting.version.content["language"] == "nl"
    assert letter_for(posting).language == "nl"


def test_words_that_tell_no_language_are_in_that_of_the_enquiry(city: City):
    message = arrive(city, "email", language="fr")

    assert letter_for(posting_of(approved(city, message, text="OK: 14:30"))).language == "fr"


def test_version_without_a_language_leaves_as_it_was_approved(city: City):
    posting = posting_of(approved(city, arrive(city, "email"), text=DUTCH))
    del posting.version.content["language"]

    assert letter_for(posting).language == ""


def test_quote_is_refused_with_words_where_the_plan_does_not_allow_it(city: City):
    with pytest.raises(DraftRefused, match="only on a plan that this account does not have"):
        handed_over(city, arrive(city, "x"), replies.Aim(as_quote=True))


@pytest.mark.parametrize("kind", ["facebook", "email"])
def test_quote_is_refused_where_nobody_quotes(city: City, kind: str):
    with pytest.raises(DraftRefused, match="no such way"):
        handed_over(city, arrive(city, kind), replies.Aim(as_quote=True))


def test_quote_leaves_as_one_on_the_plan_that_allows_it(city: City):
    account = city.accounts["x"]
    account.settings |= {"plan": "enterprise"}
    account.save()

    approval = handed_over(city, arrive(city, "x"), replies.Aim(as_quote=True))

    assert posting_of(approval).version.content["quote"] is True
    assert letter_for(posting_of(approval)).as_quote


def test_quote_stays_one_when_an_approver_changes_its_words(city: City):
    account, message = city.accounts["x"], arrive(city, "x")
    account.settings |= {"plan": "enterprise"}
    account.save()
    writing = replies.Writing(
        answers_id=message.pk, author_id=city.alice.pk, text="We come.", aim=replies.Aim(as_quote=True)
    )
    version = replies.submit_text(enquiry_id=message.enquiry_id, writing=writing, now=NOON).version

    edited = replies.edit_and_submit(
        reply_id=version.reply_id, editor_id=city.bob.pk, text="We come on Friday.", seen_id=version.pk, now=NOON
    )

    assert edited.content["quote"] is True


def test_answer_is_no_quote(city: City):
    posting = posting_of(approved(city, arrive(city, "x")))

    assert "quote" not in posting.version.content
    assert not letter_for(posting).as_quote


def test_only_the_first_part_quotes_and_the_others_follow_it(city: City):
    account = city.accounts["x"]
    account.settings |= {"plan": "enterprise"}
    account.save()
    approval = handed_over(city, arrive(city, "x"), replies.Aim(as_quote=True, in_parts=True), LONG)
    first, second = Posting.objects.filter(approval=approval).order_by("part")[:2]

    assert (letter_for(first).as_quote, letter_for(second).as_quote) == (True, False)
