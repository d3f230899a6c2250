"""What a picture says to who cannot see it is read by everybody: the guard and the policy look at it as at the text."""

from __future__ import annotations

import pytest
from django.test import Client

from enquiries.models import Approval, PolicyDecision
from enquiries.rules.policy import Why
from enquiries.services import replies
from enquiries.services.files import reply_files
from enquiries.services.replies import guarding
from enquiries.services.replies.deciding import FindsNotAcknowledged
from tests.enquiries.approving.scenes import a_rule, approve, make_policy, trust
from tests.files.drawn import png
from tests.people import NOON, PASSWORD, City, arrive

pytestmark = pytest.mark.django_db
TELLING = "A letter to jo.smith@private.example"


def handed_over(city: City, alt: str, *, kind: str = "x") -> replies.Submitted:
    message = arrive(city, kind)
    file = reply_files.put_in(
        enquiry_id=message.enquiry_id,
        answers_id=message.pk,
        by_id=city.alice.pk,
        name="letter.png",
        content=png(),
        alt_text=alt,
        now=NOON,
    )
    chosen = [reply_files.Chosen(token=file.token)]
    writing = replies.Writing(answers_id=message.pk, author_id=city.alice.pk, text="See the picture.", files=chosen)
    return replies.submit_text(enquiry_id=message.enquiry_id, writing=writing, now=NOON)


def test_personal_data_in_what_a_picture_says_is_read_by_somebody_whomever_we_trust(city: City):
    trust(city, city.alice, "FREE")

    assert handed_over(city, TELLING).decision.reason == Why.FINDS


def test_file_in_public_is_looked_at_by_somebody_whomever_we_trust(city: City):
    trust(city, city.alice, "FREE")
    trust(city, city.alice, "FREE", kind="email")

    in_public, in_private = handed_over(city, "A map").decision, handed_over(city, "A map", kind="email").decision

    assert (in_public.outcome, in_public.reason) == (PolicyDecision.Outcome.HELD, Why.FILES)
    assert in_private.outcome == PolicyDecision.Outcome.RELEASED


def test_approver_accepts_what_was_found_there_before_it_leaves(city: City):
    version = handed_over(city, TELLING).version
    (find,) = guarding.finds_for(version)

    with pytest.raises(FindsNotAcknowledged):
        approve(version, city.bob)

    assert isinstance(approve(version, city.bob, acknowledged=[(find.kind.value, find.key)]), Approval)


def test_approver_sees_what_was_found_there_and_the_text_as_it_is(city: City):
    version, client = handed_over(city, TELLING).version, Client()
    assert client.login(username=city.bob.email, password=PASSWORD)

    page = client.get(f"/desk/approvals/{version.reply_id}/").content.decode()

    assert "1 place looks like personal data" in page
    assert '<div class="draft words" dir="auto">See the picture.</div>' in page


def test_what_only_the_citizen_reads_is_not_marked(city: City):
    assert guarding.finds_for(handed_over(city, TELLING, kind="email").version) == []


def test_rule_about_a_word_holds_for_what_a_picture_says(city: City):
    make_policy(city, a_rule("TWO", words=["asbestos"]))
    trust(city, city.alice, "FREE")

    assert handed_over(city, "A heap of asbestos").decision.persons == 2
