"""Four eyes, word for word: each refusal says which it is, and each word that is given is kept whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agents.models import Role, Substitution, User
from enquiries.models import Approval, Endorsement, Enquiry, Message, Posting, Reply, ReplyVersion
from enquiries.rules.approval import (
    ApprovalRefused,
    AuthorCannotApprove,
    Case,
    CitizenWroteAgain,
    NotASupervisor,
    NotSubmitted,
    StaleVersion,
    check,
)
from enquiries.services import replies
from enquiries.services.replies.deciding import AskedForTwo, FindsNotAcknowledged
from tests.enquiries.approving.records import about, ask_substitutes, events, plain, standing
from tests.enquiries.approving.scenes import a_rule, approve, decision_on, make_policy, sha_of
from tests.people import NOON, City, arrive, make_user, submitted

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=7)
PAIRS = [("PHONE", "b"), ("EMAIL", "c"), ("PHONE", "a")]
AS_KEPT = [{"kind": "EMAIL", "key": "c"}, {"kind": "PHONE", "key": "a"}, {"kind": "PHONE", "key": "b"}]
RIGHT = Case(
    state="SUBMITTED",
    approver_id=2,
    author_ids={1, 3},
    is_supervisor=True,
    seen_sha256="ab",
    newest_sha256="ab",
    citizen_wrote_since=False,
)
REFUSALS = [
    ({"state": "DRAFT"}, NotSubmitted, "not waiting for approval"),
    ({"approver_id": 3}, AuthorCannotApprove, "You wrote part"),
    ({"is_supervisor": False}, NotASupervisor, "Only a supervisor"),
    ({"seen_sha256": "cd"}, StaleVersion, "changed after you opened it"),
    ({"citizen_wrote_since": True}, CitizenWroteAgain, "citizen wrote again"),
]


@pytest.fixture
def erin(city: City) -> User:
    return make_user(city.organisation, "Erin", Role.SUPERVISOR, city.waste)


@pytest.fixture
def stand_in(city: City) -> User:
    """Charlie supervises Roads, and stands in for Waste where its supervisor is slow."""
    Substitution.objects.create(team=city.waste, user=city.charlie, starts_at=NOON - timedelta(days=30))
    return city.charlie


def endorse(version: ReplyVersion, who: User, **more: Any) -> Endorsement:
    return replies.endorse(reply_id=version.reply_id, by_id=who.pk, seen_sha256=sha_of(version), now=LATER, **more)


def row_of(made: Approval | Endorsement) -> dict[str, Any]:
    return plain(type(made)._default_manager.values().get(pk=made.pk))


def test_case_in_which_all_is_right_passes():
    check(RIGHT)


@pytest.mark.parametrize(("wrong", "refusal", "words"), REFUSALS)
def test_each_fault_is_refused_with_its_own_words(wrong: dict[str, Any], refusal: type[ApprovalRefused], words: str):
    with pytest.raises(ApprovalRefused, match=words) as refused:
        check(replace(RIGHT, **wrong))

    assert refused.type is refusal


def test_approval_keeps_what_was_approved_by_whom_and_when(city: City):
    version = submitted(city, arrive(city, "x"))

    approval = approve(version, city.bob, now=LATER, acknowledged=PAIRS)

    assert row_of(approval) == {
        "id": approval.pk,
        "version_id": version.pk,
        "reply_id": version.reply_id,
        "author_id": city.alice.pk,
        "content_sha256": bytes(version.content_sha256),
        "approver_id": city.bob.pk,
        "decision_id": decision_on(version).pk,
        "acknowledged": AS_KEPT,
        "decided_at": LATER,
        "revoked_at": None,
        "revoked_reason": "",
    }
    assert events("reply.approved") == [about(version.reply, by=city.bob.pk, at=LATER, n=1, sha256=sha_of(version))]
    assert standing(version.reply_id) == {
        "state": "APPROVED",
        "submitted_at": NOON,
        "escalate_at": None,
        "escalated_at": None,
        "enquiry__state": "POSTING",
    }
    assert Posting.objects.get(approval=approval).due_at == LATER


def test_first_of_two_is_kept_as_an_endorsement_and_the_reply_waits_on(city: City):
    make_policy(city, a_rule("TWO"))
    version = submitted(city, arrive(city, "x"))
    before = standing(version.reply_id)

    made = approve(version, city.bob, now=LATER, acknowledged=PAIRS)

    assert row_of(made) == {
        "id": made.pk,
        "version_id": version.pk,
        "by_id": city.bob.pk,
        "asked_id": None,
        "acknowledged": AS_KEPT,
        "note": "",
        "at": LATER,
    }
    assert events("reply.endorsed") == [about(version.reply, by=city.bob.pk, at=LATER, n=1, asked=None)]
    assert standing(version.reply_id) == before
    assert not Approval.objects.exists()


def test_second_of_two_approves_and_the_first_cannot_be_the_second(city: City, erin: User):
    make_policy(city, a_rule("TWO"))
    version = submitted(city, arrive(city, "x"))
    approve(version, city.bob)

    with pytest.raises(AskedForTwo, match="You were the first"):
        approve(version, city.bob)

    assert approve(version, erin).approver == erin


def test_whom_the_first_asks_and_with_what_words_is_kept(city: City, erin: User):
    version = submitted(city, arrive(city, "x"))

    made = endorse(version, city.bob, asked_id=erin.pk, words="Is\x00 it? " + "x" * 600, acknowledged=PAIRS)

    assert row_of(made) == {
        "id": made.pk,
        "version_id": version.pk,
        "by_id": city.bob.pk,
        "asked_id": erin.pk,
        "acknowledged": AS_KEPT,
        "note": "Is it? " + "x" * 493,
        "at": LATER,
    }
    assert events("reply.endorsed") == [about(version.reply, by=city.bob.pk, at=LATER, n=1, asked=erin.pk)]


def test_second_person_need_not_be_named(city: City):
    made = endorse(submitted(city, arrive(city, "x")), city.bob)

    assert (made.asked_id, made.note) == (None, "")


def test_first_word_is_given_once(city: City, erin: User):
    version = submitted(city, arrive(city, "x"))
    endorse(version, city.bob)

    with pytest.raises(AskedForTwo, match="waits for the second"):
        endorse(version, erin)


def test_nobody_asks_themselves_or_who_wrote_it_or_who_may_not(city: City, erin: User):
    version = submitted(city, arrive(city, "x"))
    edited = replies.edit_and_submit(
        reply_id=version.reply_id, editor_id=erin.pk, text="We come on Friday.", seen_id=version.pk, now=NOON
    )

    for asked in (city.bob, erin, city.charlie, city.alice):
        with pytest.raises(AskedForTwo, match="That colleague cannot approve"):
            endorse(edited, city.bob, asked_id=asked.pk)
    assert not Endorsement.objects.exists()


def test_substitute_is_asked_only_once_it_is_late(city: City, stand_in: User):
    version = submitted(city, arrive(city, "x"))
    with pytest.raises(AskedForTwo):
        endorse(version, city.bob, asked_id=stand_in.pk)

    ask_substitutes(version.reply_id)

    assert endorse(version, city.bob, asked_id=stand_in.pk).asked == stand_in


def test_substitute_approves_only_once_it_is_late(city: City, stand_in: User):
    version = submitted(city, arrive(city, "x"))
    with pytest.raises(NotASupervisor):
        approve(version, stand_in)

    ask_substitutes(version.reply_id)

    assert approve(version, stand_in).approver == stand_in


@pytest.mark.parametrize("decide", [approve, endorse])
def test_draft_is_not_decided_about(city: City, decide: Any):
    version = submitted(city, arrive(city, "x"))
    replies.return_reply(reply_id=version.reply_id, by_id=city.bob.pk, reason="TONE", note="", now=NOON)

    with pytest.raises(NotSubmitted):
        decide(version, city.bob)


@pytest.mark.parametrize("decide", [approve, endorse])
def test_author_decides_about_no_wording_of_the_reply(city: City, decide: Any):
    version = submitted(city, arrive(city, "x"))
    edited = replies.edit_and_submit(
        reply_id=version.reply_id, editor_id=city.bob.pk, text="We come on Friday.", seen_id=version.pk, now=NOON
    )

    for author in (city.alice, city.bob):
        with pytest.raises(AuthorCannotApprove):
            decide(edited, author)


def test_words_that_nobody_took_the_reply_back_for_are_seen_at_the_approval(city: City):
    message = arrive(city, "x")
    version = submitted(city, message)
    newer = Message.objects.get(pk=message.pk)
    newer.pk, newer.external_id = None, "never-heard-of"
    newer.save(force_insert=True)

    with pytest.raises(CitizenWroteAgain):
        approve(version, city.bob)

    assert Enquiry.objects.get(pk=message.enquiry_id).state == "AWAITING_APPROVAL"


def test_finds_that_nobody_accepted_are_named_with_words(city: City):
    version = submitted(city, arrive(city, "x"), text="Call the resident on 07700 900123.")

    with pytest.raises(FindsNotAcknowledged, match="looks like personal data") as refused:
        approve(version, city.bob)

    (found,) = refused.value.finds
    assert approve(version, city.bob, acknowledged=[(found.kind.value, found.key)]).acknowledged == [
        {"kind": found.kind.value, "key": found.key}
    ]


def test_newest_wording_alone_is_decided_about(city: City):
    message = arrive(city, "x")
    older = submitted(city, message)
    newer = submitted(city, message, text="Another wording.")

    for decide in (approve, endorse):
        with pytest.raises(StaleVersion):
            decide(older, city.bob)
    assert (approve(newer, city.bob).version, Reply.objects.get().state) == (newer, "APPROVED")
