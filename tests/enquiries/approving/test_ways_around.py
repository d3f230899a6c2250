"""Ways around being read that somebody might try: another's draft, another message, another topic, a policy of one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agents.models import Role
from enquiries.contract import Receipt
from enquiries.models import Message, PolicyDecision, Posting, Reply, Topic
from enquiries.services import replies, triage
from enquiries.services.approving.trust import demote
from enquiries.services.leaving import outcomes, posting
from enquiries.services.replies import Aim
from enquiries.services.replies.drafting import DraftRefused
from tests.enquiries.approving.scenes import a_rule, approve, decision_on, make_policy, trust
from tests.people import NOON, City, arrive, draft, fresh, make_user, submitted
from worklist.queue import database_now

pytestmark = pytest.mark.django_db
HELD = PolicyDecision.Outcome.HELD
RELEASED = PolicyDecision.Outcome.RELEASED


def test_draft_of_a_trusted_colleague_does_not_leave_by_anothers_hand(city: City):
    mallory = make_user(city.organisation, "Mallory", Role.AGENT, city.waste)
    trust(city, city.alice, "FREE")
    version = draft(city, arrive(city, "x"), text="Half a thought")

    replies.submit(
        enquiry_id=version.reply.enquiry_id, by_id=mallory.pk, version_id=version.pk, now=NOON + timedelta(hours=9)
    )

    assert decision_on(version).outcome == HELD


def test_owner_of_the_policy_is_not_freed_by_it(city: City):
    make_policy(city, a_rule("FREE"))
    message = arrive(city, "x")

    version = replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.bob.pk, text="Mine", now=NOON
    )
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.bob.pk, version_id=version.pk, now=NOON)

    assert decision_on(version).outcome == HELD


def _sampled(city: City) -> int:
    """Lead Alice to a sample of half; return how many messages of one enquiry it takes until one would be let go."""
    return trust(city, city.alice, "SAMPLED", percent=50).pk


def test_answering_another_message_is_no_second_draw(city: City):
    _sampled(city)
    outcomes = []
    for n in range(12):
        first = arrive(city, "x", author=f"a{n}", thread=f"t{n}")
        second = arrive(city, "x", author=f"a{n}", thread=f"t{n}")
        assert first.enquiry_id == second.enquiry_id
        version = submitted(city, second)
        if decision_on(version).outcome == RELEASED:
            continue
        again = replies.save_draft(
            enquiry_id=first.enquiry_id,
            answers_id=first.pk,
            author_id=city.alice.pk,
            text="We come tomorrow.",
            now=NOON,
        )
        replies.submit(enquiry_id=first.enquiry_id, by_id=city.alice.pk, version_id=again.pk, now=NOON)
        outcomes.append(decision_on(again).outcome)

    assert outcomes and set(outcomes) == {HELD}


def test_returned_reply_is_read_again_although_it_answers_another_message_now(city: City):
    trust(city, city.alice, "FREE", kind="email")
    make_policy(city, a_rule("ALWAYS", agent=[city.alice.pk]))
    first = arrive(city, thread="one")
    second = arrive(city, thread="one")
    version = submitted(city, second)
    replies.return_reply(reply_id=version.reply_id, by_id=city.bob.pk, reason="FACT", note="no", now=NOON)
    make_policy(city)

    again = draft(city, first)
    replies.submit(enquiry_id=first.enquiry_id, by_id=city.alice.pk, version_id=again.pk, now=NOON)

    assert decision_on(again).outcome == HELD


def test_changing_the_topic_oneself_changes_nothing_about_who_reads_it(city: City):
    waste, roads = Topic.objects.filter(organisation=city.organisation).order_by("position")
    make_policy(city, a_rule("ALWAYS", topic=[waste.pk]), a_rule("FREE"))
    message = arrive(city, "x")
    triage.set_topic(enquiry_id=message.enquiry_id, topic=waste, by_id=city.bob.pk, now=NOON)
    triage.set_topic(enquiry_id=message.enquiry_id, topic=roads, by_id=city.alice.pk, now=NOON)

    assert decision_on(submitted(city, message)).outcome == HELD


def test_second_round_needs_two_words_of_its_own(city: City):
    make_policy(city, a_rule("TWO"))
    third = make_user(city.organisation, "Third", Role.SUPERVISOR, city.waste)
    message = arrive(city)
    version = submitted(city, message)
    approve(version, city.bob)
    replies.return_reply(reply_id=version.reply_id, by_id=third.pk, reason="FACT", note="wrong day", now=NOON)

    again = draft(city, message)
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=again.pk, now=NOON)
    approve(again, third)

    assert Reply.objects.get(pk=again.reply_id).state == Reply.State.SUBMITTED
    approve(again, city.bob)
    assert Reply.objects.get(pk=again.reply_id).state == Reply.State.APPROVED


def test_wording_that_was_endorsed_before_is_not_submitted_as_it_is(city: City):
    make_policy(city, a_rule("TWO"))
    version = submitted(city, arrive(city))
    approve(version, city.bob)
    replies.return_reply(reply_id=version.reply_id, by_id=city.bob.pk, reason="FACT", note="", now=NOON)

    with pytest.raises(DraftRefused):
        replies.submit(enquiry_id=version.reply.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)


def test_scheduled_reply_that_left_on_trust_comes_back_when_the_trust_is_gone(city: City):
    now = database_now()
    trust(city, city.alice, "FREE", kind="email")
    message = arrive(city, now=now)
    version = replies.save_draft(
        enquiry_id=message.enquiry_id,
        answers_id=message.pk,
        author_id=city.alice.pk,
        text="Later",
        now=now,
        aim=Aim(not_before=now + timedelta(seconds=1)),
    )
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=now)
    assert decision_on(version).outcome == RELEASED
    demote(
        user_id=city.alice.pk, organisation_id=city.organisation.pk, kind="email", topic_id=None, reason="x", now=now
    )
    version.reply.postings.update(due_at=now - timedelta(seconds=5))

    posting.deliver_due(worker="w")

    assert Reply.objects.get(pk=version.reply_id).state == Reply.State.RETURNED
    assert fresh(message.enquiry_id).state == "OPEN"
    assert version.returns.get().note


def test_moving_it_out_of_the_team_changes_nothing_about_who_reads_it(city: City):
    make_policy(city, a_rule("TWO", team=[city.waste.pk]), a_rule("ALWAYS"))
    message = arrive(city, "x")
    triage.transfer(enquiry_id=message.enquiry_id, team=None, by_id=city.alice.pk, now=NOON)

    assert decision_on(submitted(city, message)).persons == 2


def test_word_with_an_unseen_mark_in_it_is_still_that_word(city: City):
    make_policy(city, a_rule("ALWAYS", words=["refund"]), a_rule("FREE"))

    assert decision_on(submitted(city, arrive(city, "x"), text="You get a ref\u200bund.")).outcome == HELD


@pytest.mark.parametrize("purpose", [Reply.Purpose.REPLACE, Reply.Purpose.REMOVE])
def test_change_of_what_stands_there_is_read_however_trusted_its_author_is(city: City, purpose: str):
    trust(city, city.alice, "FREE", kind="facebook")
    message = arrive(city, "facebook")
    version = submitted(city, message)
    assert decision_on(version).outcome == RELEASED
    posting_ = Posting.objects.select_related("account", "version", "reply").get(reply=version.reply_id)
    Posting.objects.filter(pk=posting_.pk).update(state="SENDING", lease_owner="w", lease_until=NOON)
    posting_.refresh_from_db()
    outcomes.posted(posting_, receipt=Receipt(external_id="fb-1"), now=NOON)
    aim = Aim(purpose=purpose, corrects_id=Message.objects.get(direction="OUT").pk)

    change = replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.alice.pk, text="Never.", now=NOON, aim=aim
    )
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=change.pk, now=NOON)

    assert decision_on(change).outcome == HELD
