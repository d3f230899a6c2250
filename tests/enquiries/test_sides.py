"""Whatever is tried, in the service or in the database: no private text reaches a place where everybody reads."""

import itertools
from copy import deepcopy

import pytest
from django.db import IntegrityError, transaction

from enquiries.contract import Account, Side
from enquiries.models import ChannelAccount, Message, Posting, Reply, ReplyVersion
from enquiries.registry import channel
from enquiries.services import replies
from enquiries.services.leaving.letters import letter_for
from enquiries.services.replies import offline
from enquiries.services.replies.drafting import DraftRefused, content_for
from tests.people import NOON, City, approved, arrive, draft

pytestmark = pytest.mark.django_db
PLACES = {
    "tweet": {"kind": "x"},
    "comment": {"kind": "facebook"},
    "messenger": {"kind": "facebook", "side": Side.PRIVATE, "reply_to": "psid"},
    "mail": {"kind": "email"},
    "form": {"kind": "web"},
    "invited": {"kind": "web", "thread": "offline-1"},
}
PUBLIC = {"tweet", "comment"}


def said(city: City, place: str, *, into: Message | None = None) -> Message:
    fields = dict(PLACES[place])
    message = arrive(city, str(fields.pop("kind")), author=f"{place}@example.org", **fields)  # type: ignore[arg-type]
    if into is not None:
        Message.objects.filter(pk=message.pk).update(enquiry=into.enquiry)
        message.refresh_from_db()
    return message


def is_open_to_all(account: Account, side: Side) -> bool:
    return account.kind in ("x", "facebook") and side is Side.PUBLIC


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(PLACES, 2)))
def test_reply_goes_to_the_side_and_place_of_the_message_it_answers(city: City, one: str, other: str):
    first = said(city, one)
    second = said(city, other, into=first)
    draft(city, first, text="Written for the first.")
    text = f"Written for {other}."
    approval = approved(city, second, text=text)

    for posting in Posting.objects.filter(approval=approval).select_related("account", "version", "reply__answers"):
        letter = letter_for(posting)
        assert letter.text == text
        assert letter.side == second.side
        assert is_open_to_all(posting.account.in_the_open(), letter.side) == (other in PUBLIC)
        assert letter.target_id == second.external_id
    assert not Posting.objects.filter(version__content__text="Written for the first.").exists()


@pytest.mark.parametrize(("private", "public"), list(itertools.product(sorted(set(PLACES) - PUBLIC), sorted(PUBLIC))))
def test_database_refuses_a_private_answer_with_a_public_place(city: City, private: str, public: str):
    first = said(city, private)
    second = said(city, public, into=first)
    version = draft(city, first)
    honest = content_for(first.enquiry, first, "A diagnosis.")
    towards = content_for(first.enquiry, second, "A diagnosis.")
    lies = [
        towards,
        honest | {"side": "PUBLIC"},
        honest | {"routes": towards["routes"]},
        honest | {"routes": [*honest["routes"], *[route | {"part": 2, "text": "x"} for route in towards["routes"]]]},
        honest | {"purpose": "REPLACE", "of": second.external_id},
    ]
    for content in lies:
        with pytest.raises(IntegrityError), transaction.atomic():
            ReplyVersion.objects.create(
                reply_id=version.reply_id, n=9, author=city.alice, content=content, last_inbound=second, created_at=NOON
            )


def test_public_answer_has_no_second_way(city: City):
    message = said(city, "tweet")
    version = draft(city, message)
    content = deepcopy(version.content)
    mailbox = ChannelAccount.objects.get(kind="email")
    content["routes"].append(content["routes"][0] | {"account": mailbox.pk, "channel": "email"})

    with pytest.raises(IntegrityError), transaction.atomic():
        ReplyVersion.objects.create(
            reply=version.reply, n=2, author=city.alice, content=content, last_inbound=message, created_at=NOON
        )


@pytest.mark.parametrize("purpose", ["REPLACE", "REMOVE"])
def test_correction_stays_on_the_side_of_the_post_it_corrects(city: City, purpose: str):
    private = said(city, "mail")
    public = said(city, "tweet", into=private)
    posting = Posting.objects.get(approval=approved(city, public))
    own = Message.objects.create(
        enquiry=public.enquiry,
        account=public.account,
        direction="OUT",
        side="PUBLIC",
        external_id="ours",
        posting=posting,
        text="We come.",
        occurred_at=NOON,
        recorded_at=NOON,
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        Reply.objects.create(enquiry=public.enquiry, answers=private, purpose=purpose, corrects=own, created_at=NOON)


def test_private_message_is_not_taken_offline(city: City):
    private = said(city, "mail")

    with pytest.raises(offline.CannotInvite):
        offline.invite(enquiry_id=private.enquiry_id, answers_id=private.pk, by_id=city.alice.pk, now=NOON)


def test_places_that_are_private_say_so_to_their_channel(city: City):
    sides = {place: said(city, place).side for place in PLACES}

    assert {place for place, side in sides.items() if side == Side.PUBLIC} == PUBLIC
    for kind in ("email", "web"):
        assert channel(kind).limits(city.accounts[kind].in_the_open(), Side.PRIVATE).max_length > 0


def test_invitation_puts_nothing_private_into_its_public_words(city: City):
    public = said(city, "tweet")
    said(city, "mail", into=public)
    invitation = offline.invite(enquiry_id=public.enquiry_id, answers_id=public.pk, by_id=city.alice.pk, now=NOON)

    words = offline.pointer_text(public.enquiry, invitation, until="25 November")

    assert invitation.link in words
    assert "example.org" not in words
    assert replies.newest_inbound(public.enquiry).text not in words
    assert channel("x").length(words) <= 280


def test_private_answer_to_public_words_is_refused_in_words_where_nothing_can_carry_it(city: City):
    message = said(city, "tweet")

    with pytest.raises(DraftRefused, match="in private"):
        content_for(message.enquiry, message, "Hello", purpose=Reply.Purpose.PRIVATELY)
