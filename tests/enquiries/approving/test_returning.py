"""A reply that comes back, or that its approver changes: what is kept of it, whom it costs trust, and what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agents.models import Substitution, User
from enquiries.contract import Receipt
from enquiries.models import Message, Posting, Reply, ReplyVersion, TrustStep
from enquiries.rules.approval import NotASupervisor, NotSubmitted
from enquiries.services import replies
from enquiries.services.leaving import outcomes
from enquiries.services.replies import Aim
from enquiries.services.replies.drafting import DraftRefused
from tests.enquiries.approving.records import about, ask_substitutes, events, standing, stands, the_return
from tests.enquiries.approving.scenes import a_rule, make_policy, trust
from tests.people import NOON, City, approved, arrive, posting_of, submitted

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=7)
LONG = "We collect bulky waste on the first Monday of each month. " * 9


@pytest.fixture
def stand_in(city: City) -> User:
    Substitution.objects.create(team=city.waste, user=city.charlie, starts_at=NOON - timedelta(days=30))
    return city.charlie


def give_back(version: ReplyVersion, by: User, *, reason: str = "TONE", note: str = "", **more: bool) -> None:
    replies.return_reply(reply_id=version.reply_id, by_id=by.pk, reason=reason, note=note, now=LATER, **more)


def edit(version: ReplyVersion, by: User, text: str = "We come on Friday.") -> ReplyVersion:
    return replies.edit_and_submit(reply_id=version.reply_id, editor_id=by.pk, text=text, seen_id=version.pk, now=LATER)


def written(city: City, message: Message, aim: Aim, text: str = "We come.") -> ReplyVersion:
    writing = replies.Writing(answers_id=message.pk, author_id=city.alice.pk, text=text, aim=aim)
    return replies.submit_text(enquiry_id=message.enquiry_id, writing=writing, now=NOON).version


@pytest.mark.parametrize("is_late", [False, True])
def test_return_tells_why_and_nobody_waits_any_more(city: City, is_late: bool):
    version = submitted(city, arrive(city))
    if is_late:
        ask_substitutes(version.reply_id)

    give_back(version, city.bob, note="Kinder,\x00 please. " + "x" * 2500)

    assert the_return() == {
        "version_id": version.pk,
        "returned_by_id": city.bob.pk,
        "reason": "TONE",
        "note": "Kinder, please. " + "x" * 1984,
        "serious": False,
        "returned_at": LATER,
    }
    assert standing(version.reply_id) == stands("RETURNED", "OPEN")
    told = about(version.reply, by=city.bob.pk, at=LATER, reason="TONE", serious=False)
    assert events("reply.returned") == [told]


def test_return_that_is_not_serious_costs_no_trust(city: City):
    trust(city, city.alice, "FREE", kind="email")
    make_policy(city, a_rule("ALWAYS"))

    give_back(submitted(city, arrive(city)), city.bob)

    assert city.alice.trust_steps.latest("pk").level == "FREE"
    assert not events("trust.taken_back")


def test_serious_return_says_whom_it_cost_what_and_why(city: City):
    trust(city, city.alice, "FREE", kind="x")
    trust(city, city.alice, "FREE", kind="email")
    make_policy(city, a_rule("ALWAYS"))
    version = submitted(city, arrive(city))
    topic = city.organisation.topics.get(name="Waste and recycling")
    type(version.reply.enquiry).objects.filter(pk=version.reply.enquiry_id).update(topic=topic)

    give_back(version, city.bob, serious=True)

    assert the_return()["serious"] is True
    (fallen,) = TrustStep.objects.filter(level="CHECKED")
    assert (fallen.user, fallen.kind, fallen.decided_by, fallen.decided_at) == (city.alice, "email", city.bob, LATER)
    assert fallen.reason == "A reply was returned as seriously wrong: Tone."
    assert fallen.evidence == {"before": "FREE", "caused_on_topic": topic.pk}
    (told,) = events("trust.taken_back")
    assert (told["actor_id"], told["organisation_id"], told["at"]) == (city.bob.pk, city.organisation.pk, LATER)
    assert told["data"] == {"kind": "email", "from": ["FREE"], "topic": topic.pk}
    returned = about(version.reply, by=city.bob.pk, at=LATER, reason="TONE", serious=True)
    assert events("reply.returned") == [returned]


def test_own_wording_taken_back_as_serious_costs_nobody_trust(city: City):
    for who in (city.alice, city.bob):
        trust(city, who, "FREE")
    make_policy(city, a_rule("ALWAYS"))
    version = edit(submitted(city, arrive(city, "x")), city.bob)

    give_back(version, city.bob, serious=True)

    assert the_return()["serious"] is True
    assert not TrustStep.objects.filter(level="CHECKED").exists()


@pytest.mark.parametrize("act", [give_back, edit])
def test_who_does_not_supervise_decides_nothing_until_it_is_late(city: City, stand_in: User, act):
    version = submitted(city, arrive(city, "x"))
    for who in (city.alice, stand_in):
        with pytest.raises(NotASupervisor, match="Only a supervisor of the team can decide"):
            act(version, who)

    ask_substitutes(version.reply_id)

    act(version, stand_in)
    assert events("reply.returned" if act is give_back else "reply.submitted")[-1]["actor_id"] == stand_in.pk


@pytest.mark.parametrize("act", [give_back, edit])
def test_what_does_not_wait_is_not_decided_about(city: City, act):
    approval = approved(city, arrive(city))

    with pytest.raises(NotSubmitted, match="not waiting for approval any more"):
        act(approval.version, city.bob)

    assert standing(approval.reply_id)["state"] == "APPROVED"


def test_edit_is_a_version_of_its_editor_that_waits_anew(city: City):
    version = submitted(city, arrive(city, "x"))
    ask_substitutes(version.reply_id)

    edited = edit(version, city.bob)

    assert (edited.reply_id, edited.n, edited.text) == (version.reply_id, 2, "We come on Friday.")
    assert (edited.author, edited.created_at) == (city.bob, LATER)
    reply = standing(version.reply_id)
    assert (reply["state"], reply["submitted_at"], reply["escalated_at"]) == ("SUBMITTED", LATER, None)
    assert reply["escalate_at"] > LATER
    told = events("reply.submitted")[-1]
    assert (told["actor_id"], told["at"], told["data"]["n"]) == (city.bob.pk, LATER, 2)
    assert events("reply.version_saved")[-1] == about(version.reply, by=city.bob.pk, at=LATER, n=2)


def test_edit_keeps_the_moment_that_its_author_chose(city: City):
    moment = NOON + timedelta(hours=3)
    version = written(city, arrive(city), Aim(not_before=moment))

    assert edit(version, city.bob).content["not_before"] == version.content["not_before"] == moment.isoformat()


def test_edit_of_what_may_leave_at_once_names_no_moment(city: City):
    assert edit(submitted(city, arrive(city)), city.bob).content["not_before"] is None


def test_edit_of_a_text_in_parts_is_cut_again(city: City):
    version = written(city, arrive(city, "x"), Aim(in_parts=True), LONG)

    edited = edit(version, city.bob, LONG + "Thank you.")

    assert len(edited.content["routes"]) > 1
    assert [route["part"] for route in edited.content["routes"]] == list(range(1, len(edited.content["routes"]) + 1))


def test_edit_of_a_text_in_one_piece_is_not_cut(city: City):
    version = submitted(city, arrive(city, "x"))

    with pytest.raises(DraftRefused, match="too long"):
        edit(version, city.bob, LONG)


def test_edit_of_a_quote_stays_one_and_of_an_answer_becomes_none(city: City):
    account = city.accounts["x"]
    account.settings |= {"plan": "enterprise"}
    account.save()

    assert edit(written(city, arrive(city, "x"), Aim(as_quote=True)), city.bob).content["quote"] is True
    assert "quote" not in edit(submitted(city, arrive(city, "x", author="eli")), city.bob).content


def test_edit_of_a_correction_corrects_the_same_post(city: City):
    message = arrive(city, "facebook")
    one = posting_of(approved(city, message))
    Posting.objects.filter(pk=one.pk).update(state="SENDING", lease_owner="w", lease_until=NOON)
    one.refresh_from_db()
    outcomes.posted(one, receipt=Receipt(external_id="fb-1"), now=NOON)
    ours = Message.objects.get(direction="OUT")
    version = written(city, message, Aim(purpose=Reply.Purpose.REPLACE, corrects_id=ours.pk), "We come on Thursday.")

    edited = edit(version, city.bob)

    assert (edited.reply_id, edited.content["purpose"], edited.content["of"]) == (version.reply_id, "REPLACE", "fb-1")
    assert edited.reply.corrects == ours
