"""The trust board, one rung with its decision, and everybody's own page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.models import Buddy, Role
from enquiries.models import Organisation, ReplyReturn, Review, Topic, TrustStep
from enquiries.services.approving import trust
from tests.enquiries.histories import Past, plant
from tests.people import City, make_user

DAY = timedelta(days=1)
BOARD = "/desk/trust/"


@pytest.fixture
def proven(city: City) -> City:
    """Alice has a good half year of mails behind her."""
    start = timezone.now() - 190 * DAY
    plant(city, [Past(city.alice, start + n * DAY, again=n < 5) for n in range(120)])
    return city


def rung(city: City) -> str:
    return f"/desk/trust/{city.alice.pk}/email/"


def test_board_proposes_with_the_figures(proven: City, bob: Client):
    page = bob.get(BOARD).content.decode()

    assert "Look and decide" in page
    assert "120 of 120 read replies left unchanged (100 %)." in page
    assert "decision waits" in page
    assert "nobody told us yet" in page


def test_board_and_own_page_tell_how_many_were_helped(city: City, bob: Client, alice: Client):
    start = timezone.now() - 20 * DAY
    plant(city, [Past(city.alice, start, said=said) for said in ["HELPED"] * 3 + ["PARTLY", "NOT_HELPED"]])

    board, own = bob.get(BOARD).content.decode(), alice.get("/desk/trust/mine/").content.decode()

    assert "helped: 60 % of 5" in board
    assert "Citizens say it helped: 60 % of 5." in own


def test_few_citizens_are_too_few_to_tell(city: City, bob: Client):
    plant(city, [Past(city.alice, timezone.now() - 20 * DAY, said="HELPED") for _ in range(4)])

    assert "helped:" not in bob.get(BOARD).content.decode()
    assert "too few to tell (4 told us)" in bob.get(rung(city)).content.decode()


def test_board_takes_few_queries_however_many_people(proven: City, bob: Client):
    with CaptureQueriesContext(connection) as few:
        bob.get(BOARD)
    for number in range(8):
        make_user(proven.organisation, f"Agent{number}", Role.AGENT, proven.waste)
    with CaptureQueriesContext(connection) as many:
        bob.get(BOARD)

    assert len(many) <= len(few)


def test_decision_is_confirmed_on_a_page_that_shows_the_figures(proven: City, bob: Client):
    page = bob.get(rung(proven)).content.decode()
    answer = bob.post(rung(proven), {"action": "give", "seen": "0", "level": "SAMPLED"})

    assert "Agree: trust more" in page
    assert answer.status_code == 302
    step = TrustStep.objects.get()
    assert (step.level, step.user, step.decided_by) == ("SAMPLED", proven.alice, proven.bob)
    assert "Decided." in bob.get(BOARD).content.decode()


def test_second_supervisor_with_an_old_page_is_told(proven: City, bob: Client):
    bob.post(rung(proven), {"action": "give", "seen": "0", "level": "SAMPLED"})

    answer = bob.post(rung(proven), {"action": "give", "seen": "0", "level": "SAMPLED"})

    assert answer.status_code == 409
    assert "Somebody decided meanwhile" in answer.content.decode()
    assert TrustStep.objects.count() == 1


def test_not_yet_needs_a_reason_and_keeps_what_was_typed(proven: City, bob: Client):
    empty = bob.post(rung(proven), {"action": "not_yet", "seen": "0", "review_on": "2027-02-01"})
    past = bob.post(rung(proven), {"action": "not_yet", "seen": "0", "reason": "My words", "review_on": "2020-01-01"})

    assert empty.status_code == 422
    assert past.status_code == 409
    assert "My words" in past.content.decode()
    assert not TrustStep.objects.exists()


def test_supervisor_takes_trust_back_at_once_and_the_board_tells(proven: City, bob: Client):
    bob.post(rung(proven), {"action": "give", "seen": "0", "level": "SAMPLED"})
    bob.post(rung(proven), {"action": "lower", "reason": "Two wrong dates."})

    assert TrustStep.objects.order_by("-pk")[0].level == "CHECKED"
    assert "Two wrong dates." in bob.get(BOARD).content.decode()


def test_automatic_fall_stands_on_the_board(proven: City, bob: Client):
    bob.post(rung(proven), {"action": "give", "seen": "0", "level": "SAMPLED"})
    trust.demote(
        user_id=proven.alice.pk,
        organisation_id=proven.organisation.pk,
        kind="email",
        topic_id=None,
        reason="A wrong amount in NW-1.",
        now=timezone.now(),
    )

    page = bob.get(BOARD).content.decode()

    assert "A wrong amount in NW-1." in page
    assert "by itself" in page


def test_topic_is_set_apart_and_has_its_own_line(proven: City, bob: Client):
    topic = Topic.objects.get(name="Waste and recycling")
    bob.post(rung(proven), {"action": "apart", "topic": str(topic.pk), "reason": "Delicate."})

    assert f"?topic={topic.pk}" in bob.get(BOARD).content.decode()
    assert bob.get(f"{rung(proven)}?topic={topic.pk}").status_code == 200


def test_own_rung_is_shown_without_a_decision(proven: City, bob: Client):
    own = f"/desk/trust/{proven.bob.pk}/email/"

    assert "Another supervisor decides" in bob.get(own).content.decode()
    answer = bob.post(own, {"action": "apart", "topic": str(Topic.objects.first().pk), "reason": "Me."})  # type: ignore[union-attr]
    assert answer.status_code == 409
    assert not TrustStep.objects.exists()


@pytest.mark.parametrize("address", ["999999/email/", "{alice}/practice/", "{alice}/fax/", "{alice}/email/?topic=x"])
def test_foreign_people_and_unknown_channels_are_missing(city: City, bob: Client, address: str):
    assert bob.get(BOARD + address.format(alice=city.alice.pk)).status_code == 404


def test_topic_of_another_organisation_is_missing(city: City, bob: Client):
    other = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    topic = Topic.objects.create(organisation=other, name="Foreign")

    assert bob.get(f"{rung(city)}?topic={topic.pk}").status_code == 404


def test_administrator_looks_but_does_not_decide(proven: City, signed_in):
    ada = signed_in(proven.admin)

    assert ada.get(BOARD).status_code == 200
    assert ada.post(rung(proven), {"action": "give", "seen": "0", "level": "SAMPLED"}).status_code == 403


def test_pair_of_buddies_is_set_shown_to_both_and_ended(city: City, bob: Client, alice: Client):
    bob.post("/desk/trust/buddies/", {"agent": city.alice.pk, "buddy": city.bob.pk})

    assert "Your buddy is Bob" in alice.get("/desk/trust/mine/").content.decode()
    assert "You read along with:" in bob.get("/desk/trust/mine/").content.decode()
    bob.post("/desk/trust/buddies/", {"agent": city.alice.pk, "buddy": ""})
    assert not Buddy.objects.exists()


def test_nobody_is_their_own_buddy(city: City, bob: Client):
    answer = bob.post("/desk/trust/buddies/", {"agent": city.alice.pk, "buddy": city.alice.pk})

    assert answer.status_code == 422
    assert not Buddy.objects.exists()


def test_buddy_from_elsewhere_is_refused(city: City, bob: Client):
    other = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    eve = make_user(other, "Eve", Role.ADMIN, None)

    assert bob.post("/desk/trust/buddies/", {"agent": city.alice.pk, "buddy": eve.pk}).status_code == 422


def test_own_page_says_what_is_missing_in_figures(city: City, alice: Client):
    plant(city, [Past(city.alice, timezone.now() - 20 * DAY) for _ in range(82)])

    page = alice.get("/desk/trust/mine/").content.decode()

    assert "82 of 100 approved replies; 18 to go." in page
    assert "Day 20 of 18" in page
    assert '<progress class="meter" max="100" value="82"' in page


def test_own_page_shows_returns_reviews_and_times(city: City, alice: Client):
    (reply,) = plant(city, [Past(city.alice, timezone.now() - DAY, "returned", marks=4, verdict="COACH")])
    Review.objects.update(note="Name the day.")
    ReplyReturn.objects.filter(version__reply=reply)

    page = alice.get("/desk/trust/mine/").content.decode()

    assert "Name the day." in page
    assert "A fact is wrong" in page
    assert "2 h" in page
    assert "new" in page


def test_own_page_shows_nothing_of_others(proven: City, signed_in):
    ben = make_user(proven.organisation, "Ben", Role.AGENT, proven.waste)

    page = signed_in(ben).get("/desk/trust/mine/").content.decode()

    assert "Alice" not in page
    assert "The first reply on this channel is still to come" in page
