"""A reply that waits for approval, when its enquiry goes to another team: told before, kept, and never silently another's."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from agents.models import Membership, Role, User
from audit.models import Event
from enquiries.models import Approval, Enquiry, Reply, ReplyReturn, Topic
from enquiries.rules.approval import NotASupervisor
from enquiries.services import replies, triage
from enquiries.services.approving.escalating import escalate_slow_approvals
from enquiries.services.triage import bulk
from tests.enquiries.approving.scenes import a_rule, approve, decision_on, make_policy
from tests.enquiries.test_races import at_once
from tests.people import NOON, City, arrive, draft, fresh, make_city, submitted

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def alice_in_both(city: City) -> City:
    """Alice works for the roads, too."""
    Membership.objects.create(user=city.alice, organisation=city.organisation, team=city.roads, role=Role.AGENT)
    return city


def to_roads(city: City, enquiry_id: int) -> triage.HandedOn | None:
    return triage.transfer(enquiry_id=enquiry_id, team=city.roads, by_id=city.alice.pk, now=LATER)


@pytest.mark.django_db
def test_reply_of_a_strange_author_goes_back_with_its_text_and_a_reason(city: City):
    version = submitted(city, arrive(city, "x"))

    handed = to_roads(city, version.reply.enquiry_id)

    reply = Reply.objects.get(pk=version.reply_id)
    back = ReplyReturn.objects.get(version=version)
    assert handed is not None and not handed.stays
    assert (reply.state, reply.escalate_at, fresh(reply.enquiry_id).state) == ("RETURNED", None, "OPEN")
    assert (back.reason, back.returned_by) == ("TRANSFERRED", None)
    assert "Waste" in back.note and "Roads" in back.note
    assert reply.versions.get().text == "We come tomorrow."
    told = Event.objects.get(verb="reply.went_along")
    assert told.data == {"n": 1, "team_before": city.waste.pk, "team": city.roads.pk, "stays": False}


@pytest.mark.django_db
def test_new_team_goes_on_with_the_text_and_its_supervisor_approves(city: City):
    version = submitted(city, arrive(city, "x"))
    to_roads(city, version.reply.enquiry_id)
    erin = User.objects.create_user("erin@northwell.example", "x", name="Erin")
    Membership.objects.create(user=erin, organisation=city.organisation, team=city.roads, role=Role.AGENT)

    again = replies.save_draft(
        enquiry_id=version.reply.enquiry_id,
        answers_id=version.reply.answers_id,
        author_id=erin.pk,
        text="We fill the hole tomorrow.",
        now=LATER,
    )
    replies.submit(enquiry_id=version.reply.enquiry_id, by_id=erin.pk, version_id=again.pk, now=LATER)

    assert again.reply_id == version.reply_id and again.n == 2
    assert isinstance(approve(again, city.charlie), Approval)


@pytest.mark.django_db
def test_reply_of_an_author_of_both_teams_goes_on_waiting_for_the_new_one(alice_in_both: City):
    city = alice_in_both
    version = submitted(city, arrive(city, "x"))
    escalate_slow_approvals(now=NOON + timedelta(days=1))

    handed = to_roads(city, version.reply.enquiry_id)

    reply = Reply.objects.get(pk=version.reply_id)
    assert handed is not None and handed.stays
    assert (reply.state, reply.escalated_at) == ("SUBMITTED", None) and reply.escalate_at is not None
    with pytest.raises(NotASupervisor):
        approve(version, city.bob)
    assert isinstance(approve(version, city.charlie), Approval)
    assert Event.objects.get(verb="reply.went_along").data["team_before"] == city.waste.pk


@pytest.mark.django_db
def test_without_a_team_everybody_may_write_and_it_goes_on_waiting(city: City):
    version = submitted(city, arrive(city, "x"))

    triage.transfer(enquiry_id=version.reply.enquiry_id, team=None, by_id=city.alice.pk, now=LATER)

    assert Reply.objects.get(pk=version.reply_id).state == "SUBMITTED"
    assert isinstance(approve(version, city.charlie), Approval)


@pytest.mark.django_db
def test_rules_of_the_new_team_count_as_well(alice_in_both: City):
    city = alice_in_both
    make_policy(city, a_rule("TWO", team=[city.roads.pk]))
    version = submitted(city, arrive(city, "x"))
    assert decision_on(version).persons == 1

    to_roads(city, version.reply.enquiry_id)

    assert decision_on(version).persons == 2


@pytest.mark.django_db
def test_rules_of_the_old_team_are_not_left_behind(alice_in_both: City):
    city = alice_in_both
    make_policy(city, a_rule("TWO", team=[city.waste.pk]))
    version = submitted(city, arrive(city, "x"))

    to_roads(city, version.reply.enquiry_id)

    assert decision_on(version).persons == 2


@pytest.mark.django_db
def test_author_who_left_the_organisation_gets_nothing_to_wait_for(alice_in_both: City):
    city = alice_in_both
    version = submitted(city, arrive(city, "x"))
    User.objects.filter(pk=city.alice.pk).update(is_active=False)

    triage.transfer(enquiry_id=version.reply.enquiry_id, team=city.roads, by_id=city.alice.pk, now=LATER)

    assert Reply.objects.get(pk=version.reply_id).state == "RETURNED"


@pytest.mark.django_db
def test_topic_and_team_in_one_act_and_many_at_once_do_the_same(city: City):
    one, two = submitted(city, arrive(city, "x")), submitted(city, arrive(city, "x"))
    topic = Topic.objects.get(name="Roads and street lights")
    common = {"by_id": city.alice.pk, "now": LATER}

    triage.sort(enquiry_id=one.reply.enquiry_id, topic=topic, team=city.roads, **common)  # type: ignore[arg-type]
    done = bulk.each([two.reply.enquiry_id], bulk.transfer(team=city.roads, **common))  # type: ignore[arg-type]

    assert done.done == 1
    assert {one.reason for one in ReplyReturn.objects.all()} == {"TRANSFERRED"}
    assert ReplyReturn.objects.count() == 2


@pytest.mark.django_db
def test_topic_alone_leaves_the_reply_where_it_waits(city: City):
    version = submitted(city, arrive(city, "x"))
    topic = Topic.objects.get(name="Roads and street lights")

    triage.set_topic(enquiry_id=version.reply.enquiry_id, topic=topic, by_id=city.bob.pk, now=LATER)

    assert Reply.objects.get(pk=version.reply_id).state == "SUBMITTED"


@pytest.mark.django_db
def test_approved_reply_goes_out_as_it_was_approved(city: City):
    version = submitted(city, arrive(city, "x"))
    approve(version, city.bob)

    assert to_roads(city, version.reply.enquiry_id) is None

    assert Reply.objects.get(pk=version.reply_id).state == "APPROVED"


@pytest.mark.django_db
def test_page_says_before_and_after_what_becomes_of_the_reply(city: City):
    version = submitted(city, arrive(city, "x"))
    page = f"/desk/enquiries/{fresh(version.reply.enquiry_id).reference}/do/transfer/"
    browser = Client()
    browser.force_login(city.admin)

    before = browser.get(page).content.decode()
    after = browser.post(page, {"team": city.roads.pk}, follow=True).content.decode()

    assert "A reply of Alice waits for approval. If you choose no team, it goes on waiting there" in before
    assert "The reply of Alice went along and has to be submitted there again." in after


@pytest.mark.django_db
def test_supervisor_of_the_old_team_is_told_where_it_went(city: City):
    version = submitted(city, arrive(city, "x"))
    moved = timezone.now()
    triage.transfer(enquiry_id=version.reply.enquiry_id, team=city.roads, by_id=city.alice.pk, now=moved)
    pages = {}
    for person in (city.bob, city.alice):
        browser = Client()
        browser.force_login(person)
        pages[person] = browser.get("/desk/approvals/").content.decode()

    assert "1 reply went to another team" in pages[city.bob]
    assert fresh(version.reply.enquiry_id).reference in pages[city.bob]
    assert "reply went to another team" not in pages[city.alice]


@pytest.mark.django_db(transaction=True)
def test_transfer_and_approval_at_once_end_in_one_of_two_ways():
    city = make_city()
    for _ in range(8):
        version = submitted(city, arrive(city, "x"))
        enquiry_id = version.reply.enquiry_id

        at_once(partial(approve, version, city.bob), partial(to_roads, city, enquiry_id))

        reply, enquiry = Reply.objects.get(pk=version.reply_id), Enquiry.objects.get(pk=enquiry_id)
        was_approved = Approval.objects.filter(reply=reply).exists()
        assert enquiry.team == city.roads
        assert (reply.state, enquiry.state) == (("APPROVED", "POSTING") if was_approved else ("RETURNED", "OPEN"))
        assert ReplyReturn.objects.filter(version=version, reason="TRANSFERRED").exists() is not was_approved


@pytest.mark.django_db(transaction=True)
def test_draft_that_is_submitted_while_the_enquiry_moves_waits_for_the_new_team_or_comes_back():
    city = make_city()
    for _ in range(6):
        message = arrive(city, "x")
        version = draft(city, message)
        submit = partial(
            replies.submit, enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON
        )

        at_once(submit, partial(to_roads, city, message.enquiry_id))

        reply = Reply.objects.get(pk=version.reply_id)
        came_back = ReplyReturn.objects.filter(version=version, reason="TRANSFERRED").exists()
        assert reply.state == ("RETURNED" if came_back else "SUBMITTED")
        assert fresh(message.enquiry_id).team == city.roads


@pytest.mark.django_db
def test_rules_of_a_topic_count_for_what_waits_already(city: City):
    roads = Topic.objects.get(organisation=city.organisation, name="Roads and street lights")
    make_policy(city, a_rule("TWO", topic=[roads.pk]))
    version = submitted(city, arrive(city, "x"))
    assert decision_on(version).persons == 1

    triage.set_topic(enquiry_id=version.reply.enquiry_id, topic=roads, by_id=city.alice.pk, now=LATER)
    assert decision_on(version).persons == 2

    triage.set_topic(enquiry_id=version.reply.enquiry_id, topic=None, by_id=city.alice.pk, now=LATER)
    assert decision_on(version).persons == 2
