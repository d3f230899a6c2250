"""The second pair of eyes, the third, and the editor who becomes an author."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from agents.models import Membership, Role
from enquiries.models import Approval, Endorsement, Reply
from enquiries.rules.approval import ApprovalRefused, AuthorCannotApprove
from enquiries.services import replies
from enquiries.services.replies.deciding import AskedForTwo, FindsNotAcknowledged
from enquiries.services.replies.drafting import NewerVersion
from tests.enquiries.approving.scenes import a_rule, approve, decision_on, make_policy, sha_of, trust
from tests.people import NOON, City, arrive, draft, fresh, make_user, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def erin(city: City):
    return make_user(city.organisation, "Erin", Role.SUPERVISOR, city.waste)


def test_two_persons_have_to_approve_where_the_policy_says_so(city: City, erin):
    make_policy(city, a_rule("TWO"))
    version = submitted(city, arrive(city, "x"))
    assert isinstance(approve(version, city.bob), Endorsement)
    assert fresh(version.reply.enquiry_id).state == "AWAITING_APPROVAL"
    assert isinstance(approve(version, erin), Approval)


def test_first_person_cannot_be_the_second(city: City, erin):
    make_policy(city, a_rule("TWO"))
    version = submitted(city, arrive(city, "x"))
    approve(version, city.bob)
    with pytest.raises(AskedForTwo):
        approve(version, city.bob)


def test_database_refuses_one_person_where_two_are_asked_for(city: City):
    make_policy(city, a_rule("TWO"))
    version = submitted(city, arrive(city, "x"))
    with pytest.raises(IntegrityError, match="two persons"), transaction.atomic():
        Approval.objects.create(
            version=version,
            reply=version.reply,
            author=version.author,
            content_sha256=version.content_sha256,
            approver=city.bob,
            decided_at=NOON,
        )


def test_endorsement_of_an_older_wording_does_not_count_for_the_new_one(city: City, erin):
    make_policy(city, a_rule("TWO"))
    message = arrive(city, "x")
    approve(submitted(city, message), city.bob)
    again = submitted(city, message, text="Another wording.")
    assert isinstance(approve(again, erin), Endorsement)


def test_saving_the_same_words_keeps_what_the_first_person_approved(city: City, erin):
    make_policy(city, a_rule("TWO"))
    message = arrive(city, "x")
    version = submitted(city, message)
    approve(version, city.bob)

    assert draft(city, message) == version

    assert Reply.objects.get(pk=version.reply_id).state == "SUBMITTED"
    assert isinstance(approve(version, erin), Approval)


def test_same_words_handed_on_by_an_approver_keep_what_the_first_person_approved(city: City, erin):
    make_policy(city, a_rule("TWO"))
    version = submitted(city, arrive(city, "x"))
    approve(version, city.bob)

    handed = replies.edit_and_submit(
        reply_id=version.reply_id, editor_id=erin.pk, text=version.text, seen_id=version.pk, now=NOON
    )

    assert handed == version
    assert isinstance(approve(version, erin), Approval)


def test_same_words_of_a_later_round_are_a_new_version_for_both(city: City, erin):
    make_policy(city, a_rule("TWO"))
    message = arrive(city, "x")
    version = submitted(city, message)
    approve(version, city.bob)
    replies.return_reply(reply_id=version.reply_id, by_id=erin.pk, reason="TONE", note="Kinder.", now=NOON)

    again = submitted(city, message)

    assert again.n == version.n + 1
    assert isinstance(approve(again, erin), Endorsement)


def test_supervisor_asks_a_second_person_by_name(city: City, erin):
    version = submitted(city, arrive(city, "x"))
    made = replies.endorse(
        reply_id=version.reply_id,
        by_id=city.bob.pk,
        seen_sha256=sha_of(version),
        now=NOON,
        asked_id=erin.pk,
        words="Is the date right?",
    )
    assert made.asked == erin
    with pytest.raises(AskedForTwo):
        approve(version, city.bob)
    assert isinstance(approve(version, erin), Approval)


def test_nobody_is_asked_who_could_not_approve(city: City):
    version = submitted(city, arrive(city, "x"))
    with pytest.raises(AskedForTwo):
        replies.endorse(
            reply_id=version.reply_id,
            by_id=city.bob.pk,
            seen_sha256=sha_of(version),
            now=NOON,
            asked_id=city.charlie.pk,
        )


def test_editor_becomes_an_author_and_cannot_approve(city: City, erin):
    version = submitted(city, arrive(city, "x"))
    edited = replies.edit_and_submit(
        reply_id=version.reply_id, editor_id=city.bob.pk, text="We come on Friday.", seen_id=version.pk, now=NOON
    )
    assert edited.author == city.bob and Reply.objects.get(pk=edited.reply_id).state == "SUBMITTED"
    with pytest.raises(AuthorCannotApprove):
        approve(edited, city.bob)
    assert approve(edited, erin).approver == erin


def test_edit_of_a_trusted_supervisor_leaves_on_the_policys_word_never_on_their_own(city: City):
    trust(city, city.bob, "FREE")
    version = submitted(city, arrive(city, "x"))
    edited = replies.edit_and_submit(
        reply_id=version.reply_id, editor_id=city.bob.pk, text="We come on Friday.", seen_id=version.pk, now=NOON
    )
    approval = Approval.objects.get(version=edited)
    assert approval.approver is None and approval.decision == decision_on(edited)


def test_edit_of_a_wording_that_was_changed_meanwhile_loses_nothing(city: City):
    message = arrive(city, "x")
    version = submitted(city, message)
    newer = submitted(city, message, text="Changed by its author.")
    with pytest.raises(NewerVersion) as refused:
        replies.edit_and_submit(
            reply_id=version.reply_id, editor_id=city.bob.pk, text="Mine.", seen_id=version.pk, now=NOON
        )
    assert refused.value.version == newer
    assert Reply.objects.get(pk=version.reply_id).state == "SUBMITTED"


def test_agent_cannot_edit_and_submit_as_an_approver(city: City):
    version = submitted(city, arrive(city, "x"))
    with pytest.raises(ApprovalRefused):
        replies.edit_and_submit(
            reply_id=version.reply_id, editor_id=city.alice.pk, text="Mine.", seen_id=version.pk, now=NOON
        )


def test_each_find_in_a_public_text_needs_an_acknowledgement(city: City):
    text = "Call the resident on 07700 900123 or write to dana.citizen@mail.example."
    version = submitted(city, arrive(city, "x"), text=text)
    with pytest.raises(FindsNotAcknowledged) as refused:
        approve(version, city.bob)
    finds = [(find.kind.value, find.key) for find in refused.value.finds]
    assert len(finds) == 2
    with pytest.raises(FindsNotAcknowledged) as refused:
        approve(version, city.bob, acknowledged=finds[:1])
    assert len(refused.value.finds) == 1
    approval = approve(version, city.bob, acknowledged=finds)
    assert len(approval.acknowledged) == 2
    assert "07700" not in str(approval.acknowledged)


def test_private_text_needs_no_acknowledgement(city: City):
    version = submitted(city, arrive(city, "email"), text="Call me on 07700 900123.")
    assert isinstance(approve(version, city.bob), Approval)


def test_role_that_is_taken_away_counts_at_once(city: City):
    version = submitted(city, arrive(city, "x"))
    Membership.objects.filter(user=city.bob).delete()
    with pytest.raises(ApprovalRefused):
        approve(version, city.bob)
