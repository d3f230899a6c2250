"""Standing in for a team: who may name whom, for how long, and what is asked of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agents.models import Role, Substitution, User
from audit.models import Event
from enquiries.models import Enquiry, Reply
from tests.agents.conftest import SignedIn
from tests.people import City, arrive, make_user, submitted

PAGE = "/desk/substitutes/"


@pytest.fixture
def erin(city: City) -> User:
    """Erin supervises the roads, with Charlie."""
    return make_user(city.organisation, "Erin", Role.SUPERVISOR, city.roads)


def name(client: Client, city: City, user: User, **data: str) -> Any:
    sent = {"team": str(city.waste.pk), "user": str(user.pk), "when": "late", **data}
    return client.post(PAGE, sent)


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_supervisor_names_a_standing_substitute(city: City, bob: Client):
    assert name(bob, city, city.charlie).status_code == 302

    made = Substitution.objects.get()
    assert (made.user, made.team, made.only_when_late, made.ends_at) == (city.charlie, city.waste, True, None)
    assert Event.objects.filter(verb="substitution.begun", actor_id=city.bob.pk).exists()


def test_substitute_for_a_time_ends_with_the_last_day(city: City, bob: Client):
    name(bob, city, city.charlie, when="all", first_day=day(0), last_day=day(3))

    made = Substitution.objects.get()
    assert made.ends_at is not None and not made.only_when_late
    assert timedelta(days=3) <= made.ends_at - timezone.now() <= timedelta(days=4)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"when": "all"}, "Choose the last day"),
        ({"when": "all", "first_day": day(5), "last_day": day(3)}, "The end has to lie after the beginning"),
        ({"when": "all", "last_day": day(-3)}, "The end has to lie after the beginning"),
        ({"last_day": "soon"}, "Enter a valid date."),
        ({"when": "sometimes"}, "Select a valid choice"),
    ],
)
def test_span_that_makes_no_sense_is_told(data: dict[str, str], told: str, city: City, bob: Client):
    answer = name(bob, city, city.charlie, **data)

    assert answer.status_code == 422
    assert told in answer.content.decode() or told == "Select a valid choice"
    assert not Substitution.objects.exists()


def test_agent_cannot_stand_in(city: City, bob: Client):
    assert name(bob, city, city.alice).status_code == 422


def test_own_supervisor_needs_no_substitution(city: City, bob: Client):
    answer = name(bob, city, city.bob)

    assert answer.status_code == 422
    assert "supervises the team already" in answer.content.decode()


def test_same_person_is_named_once(city: City, bob: Client):
    name(bob, city, city.charlie)

    assert name(bob, city, city.charlie).status_code == 422
    assert Substitution.objects.count() == 1


def test_team_of_others_is_not_ones_own_to_give_away(city: City, bob: Client, erin: User):
    answer = name(bob, city, erin, team=str(city.roads.pk))

    assert answer.status_code == 422
    assert not Substitution.objects.exists()


def test_administrator_names_substitutes_for_every_team(city: City, signed_in: SignedIn):
    assert name(signed_in(city.admin), city, city.charlie).status_code == 302


def test_ending_counts_at_once_and_keeps_what_was(city: City, bob: Client):
    name(bob, city, city.charlie)
    made = Substitution.objects.get()

    page = bob.post(f"{PAGE}{made.pk}/end/", follow=True).content.decode()

    made.refresh_from_db()
    assert made.ends_at is not None and made.ends_at <= timezone.now()
    assert "Charlie stands in for Waste no more." in page and "Nobody stands in for this team" in page


def test_one_that_has_not_begun_is_taken_away(city: City, bob: Client):
    name(bob, city, city.charlie, first_day=day(5))
    made = Substitution.objects.get()

    bob.post(f"{PAGE}{made.pk}/end/")

    assert not Substitution.objects.exists()


def test_others_do_not_end_it(city: City, bob: Client, signed_in: SignedIn, erin: User):
    name(bob, city, city.charlie)
    made = Substitution.objects.get()

    assert signed_in(erin).post(f"{PAGE}{made.pk}/end/").status_code == 404
    assert Substitution.objects.get().ends_at is None


def test_what_is_late_is_listed_for_those_who_may_see_it(city: City, bob: Client, signed_in: SignedIn, erin: User):
    version = submitted(city, arrive(city, subject="Waits too long"))
    Reply.objects.filter(pk=version.reply_id).update(escalated_at=timezone.now(), escalate_at=None)

    assert "Waits too long" in bob.get(PAGE).content.decode()
    assert "Waits too long" not in signed_in(erin).get(PAGE).content.decode()


def test_agent_does_not_see_the_page(city: City, alice: Client):
    assert alice.get(PAGE).status_code == 403


def test_menu_counts_what_a_substitute_is_asked_about(city: City, bob: Client, signed_in: SignedIn, erin: User):
    message = arrive(city)
    Enquiry.objects.filter(pk=message.enquiry_id).update(team=city.roads)
    version = submitted(city, message)
    name(signed_in(erin), city, city.bob, team=str(city.roads.pk))
    before = bob.get("/desk/approvals/").context
    Reply.objects.filter(pk=version.reply_id).update(escalated_at=timezone.now(), escalate_at=None)

    after = bob.get("/desk/approvals/").context

    assert [(page["current_count"], len(page["waiting"])) for page in (before, after)] == [(0, 0), (1, 1)]
