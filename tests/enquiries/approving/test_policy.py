"""What the policy asks for at submission, and that its own word is recorded where nobody had to read."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from enquiries.models import Approval, Clock, Posting, Reply, Review
from enquiries.rules.policy import BadPolicy, Why
from enquiries.services import replies
from enquiries.services.approving import policies
from enquiries.services.approving.policy_reasons import SENTENCES, decision_in_words, why_in_words
from tests.enquiries.approving.scenes import a_rule, approve, decision_on, make_policy, trust
from tests.people import NOON, City, arrive, draft, fresh, submitted

pytestmark = pytest.mark.django_db


def test_without_a_policy_a_new_agent_is_checked(city: City):
    version = submitted(city, arrive(city, "x"))
    assert (decision_on(version).outcome, decision_on(version).persons) == ("HELD", 1)
    assert version.reply.answers.enquiry.state == "NEW" or fresh(version.reply.enquiry_id).state == "AWAITING_APPROVAL"


def test_trusted_author_leaves_on_the_policys_word_and_is_looked_at_afterwards(city: City):
    trust(city, city.alice, "FREE")
    version = submitted(city, arrive(city, "x"))
    approval = Approval.objects.get(version=version)
    assert approval.approver is None and approval.decision == decision_on(version)
    assert Posting.objects.filter(approval=approval, state="QUEUED").count() == 1
    assert fresh(version.reply.enquiry_id).state == "POSTING"
    assert Review.objects.get(version=version).kind == "AFTER_CHECK"


def test_trust_on_one_channel_is_none_on_another(city: City):
    trust(city, city.alice, "FREE", kind="x")
    assert decision_on(submitted(city, arrive(city, "email"))).outcome == "HELD"


def test_sample_is_drawn_from_the_seed_and_the_same_for_a_further_version(city: City):
    trust(city, city.alice, "SAMPLED", percent=50)
    held = 0
    for n in range(24):
        message = arrive(city, "x", author=f"citizen-{n}")
        version = submitted(city, message)
        decision = decision_on(version)
        assert decision.percent == 50 and decision.draw == policies.draw_for(version, arrived=0)
        assert (decision.outcome == "HELD") is (decision.draw < 5000)
        if decision.outcome == "HELD":
            held += 1
            again = submitted(city, message, text="Another wording.")
            assert decision_on(again).outcome == "HELD"
    assert 0 < held < 24


def test_find_of_the_guard_holds_what_trust_would_let_go(city: City):
    trust(city, city.alice, "FREE")
    version = submitted(city, arrive(city, "x"), text="Call the resident on 07700 900123 please.")
    assert decision_on(version).outcome == "HELD"
    assert decision_on(version).reason == Why.FINDS
    assert "guard" in decision_in_words(decision_on(version))


def test_reply_that_a_person_returned_is_read_again_by_a_person(city: City):
    message = arrive(city, "x")
    version = submitted(city, message)
    replies.return_reply(reply_id=version.reply_id, by_id=city.bob.pk, reason="TONE", note="", now=NOON)
    trust(city, city.alice, "FREE")
    again = submitted(city, message, text="A kinder wording.")
    assert decision_on(again).outcome == "HELD"


def test_rule_comes_before_trust(city: City):
    trust(city, city.alice, "FREE")
    make_policy(city, a_rule("TWO", tone=["HOSTILE"]))
    version = submitted(city, arrive(city, "x", text="You idiots, my bin!"))
    assert (decision_on(version).persons, decision_on(version).rule_n) == (2, 0)


def test_incident_on_the_topic_counts(city: City):
    make_policy(city, a_rule("TWO", incident=[True]))
    topic = city.organisation.topics.get(name="Waste and recycling")
    message = arrive(city, "web", topic=topic.name)
    assert decision_on(submitted(city, message)).persons == 1
    topic.incident_since = NOON
    topic.save(update_fields=["incident_since"])
    message = arrive(city, "web", topic=topic.name)
    assert decision_on(submitted(city, message)).persons == 2


def test_first_reply_to_a_citizen_can_be_held(city: City):
    trust(city, city.alice, "FREE")
    make_policy(city, a_rule("ALWAYS", first_reply=[True]))
    assert decision_on(submitted(city, arrive(city, "x"))).outcome == "HELD"


def test_serious_return_costs_the_trust_at_once(city: City):
    trust(city, city.alice, "FREE", kind="email")
    make_policy(city, a_rule("ALWAYS"))
    version = submitted(city, arrive(city, "email"))
    replies.return_reply(
        reply_id=version.reply_id, by_id=city.bob.pk, reason="PERSONAL_DATA", note="", now=NOON, serious=True
    )
    assert city.alice.trust_steps.latest("pk").level == "CHECKED"
    make_policy(city)
    assert decision_on(submitted(city, arrive(city, "email"))).outcome == "HELD"


def test_policy_of_others_saved_meanwhile_is_not_written_over(city: City):
    make_policy(city, a_rule("ALWAYS"))
    with pytest.raises(policies.NewerPolicy):
        policies.save_policy(organisation=city.organisation, rules=[], by_id=city.bob.pk, note="", now=NOON, seen_n=0)


def test_policy_that_names_another_organisations_agent_is_refused(city: City):
    with pytest.raises(BadPolicy):
        make_policy(city, a_rule("ALWAYS", agent=[987654]))


def test_dry_run_tells_what_would_have_been_held(city: City):
    from enquiries.contract import Receipt
    from enquiries.services.leaving import outcomes
    from worklist.queue import database_now

    for n, text in enumerate(["My bin?", "You idiots!", "Thanks"]):
        version = submitted(city, arrive(city, "email", text=text, author=f"c{n}@example.org"))
        posting = Posting.objects.get(approval=approve(version, city.bob))
        now = database_now()
        Posting.objects.filter(pk=posting.pk).update(state="SENDING", lease_owner="w", lease_until=now, attempts=1)
        posting.refresh_from_db()
        outcomes.posted(posting, receipt=Receipt(external_id=f"sent-{n}"), now=now)
    rules = [a_rule("TWO", tone=["HOSTILE"]), a_rule("FREE")]
    tried = policies.try_on_the_past(city.organisation, rules, now=database_now())
    assert (tried.replies, tried.held_then, tried.held_now, tried.two_now) == (3, 3, 1, 1)
    assert dict(tried.by_rule) == {0: 1, 1: 2}
    assert len(tried.changed) == 2


def test_author_of_the_newest_version_is_who_has_to_be_trusted(city: City):
    trust(city, city.bob, "FREE")
    message = arrive(city, "x")
    by_alice = draft(city, message)
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=by_alice.pk, now=NOON)
    assert Reply.objects.get(pk=by_alice.reply_id).state == "SUBMITTED"


def test_reply_can_be_submitted_while_the_citizen_is_waited_for(city: City):
    message = arrive(city, "x")
    Clock.objects.filter(enquiry=message.enquiry).update(state="MET", stopped_at=NOON, next_at=None)
    type(message.enquiry).objects.filter(pk=message.enquiry_id).update(state="OPEN")
    type(message.enquiry).objects.filter(pk=message.enquiry_id).update(state="WAITING", waiting_until=NOON)
    submitted(city, message)
    waiting = fresh(message.enquiry_id)
    assert (waiting.state, waiting.waiting_until) == ("AWAITING_APPROVAL", None)


def test_every_reason_has_a_sentence_that_its_decision_can_fill(city: City):
    assert set(SENTENCES) == set(Why)
    trust(city, city.alice, "SAMPLED", percent=50)
    make_policy(city, a_rule("SAMPLE", percent=20, channel=["x"]), a_rule("TWO", channel=["email"]))
    told = [decision_in_words(decision_on(submitted(city, arrive(city, kind)))) for kind in ("x", "email", "web")]
    assert told[0].startswith("Rule 1, “sample”: 20 of 100 are checked")
    assert told[1] == "Rule 2, “two”, asks for two persons."
    assert told[2] == "Every reply of this author is checked here."


def test_reason_is_told_in_the_readers_language_and_older_ones_as_they_were_kept():
    with override("nl"):
        assert why_in_words(Why.TRUST_FREE, {}) == str(SENTENCES[Why.TRUST_FREE])
    assert why_in_words("The author is trusted here.", {}) == "The author is trusted here."
