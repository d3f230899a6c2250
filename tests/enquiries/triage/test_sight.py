"""Who may see an enquiry and act on it: the desk's lists and the services draw one line, for members and for substitutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from agents.access import visible_to
from agents.models import Membership, Role, Substitution, User
from enquiries.models import Enquiry, Organisation, Team
from enquiries.queries import is_supervisor_of
from enquiries.queries.colleagues import may_see, people_who_may_see
from enquiries.services import triage
from enquiries.services.approving.escalating import escalate_slow_approvals
from enquiries.services.triage import TriageRefused
from tests.people import City, arrive, make_user, submitted

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
SPANS = {"stands in now": (-1, 1), "stood in before": (-2, -1), "will stand in": (1, 2)}
PEOPLE = [
    (Role.AGENT, "own team", True),
    (Role.AGENT, "other team", False),
    (Role.AGENT, "stands in now", False),  # a row that nobody should have made: agents cannot stand in
    (Role.SUPERVISOR, "own team", True),
    (Role.SUPERVISOR, "other team", False),
    (Role.SUPERVISOR, "stands in now", True),
    (Role.SUPERVISOR, "stood in before", False),
    (Role.SUPERVISOR, "will stand in", False),
    (Role.ADMIN, "no team", True),
]


def person(city: City, role: Role, place: str) -> User:
    """Make somebody of this role, whose place is as seen from the team for waste."""
    team = {"own team": city.waste, "no team": None}.get(place, city.roads)
    made = make_user(city.organisation, "Erin", role, team)
    if place in SPANS:
        starts, ends = (timezone.now() + days * A_DAY for days in SPANS[place])
        Substitution.objects.create(team=city.waste, user=made, starts_at=starts, ends_at=ends, only_when_late=False)
    return made


def _merge(city: City, one: Enquiry, who: User) -> None:
    other = arrive(city).enquiry
    triage.merge(enquiry_id=other.pk, into_id=one.pk, by_id=who.pk, now=timezone.now())


def _be_assigned(city: City, one: Enquiry, who: User) -> None:
    triage.assign(enquiry_id=one.pk, to_id=who.pk, by_id=city.bob.pk, now=timezone.now())


def _be_told(city: City, one: Enquiry, who: User) -> None:
    kept = triage.add_note(enquiry_id=one.pk, text="@Erin, please look.", by_id=city.bob.pk, now=timezone.now())
    if not kept.told:
        raise TriageRefused


def _link(city: City, one: Enquiry, who: User) -> None:
    other = arrive(city).enquiry
    triage.link(enquiry_id=one.pk, other_id=other.pk, by_id=who.pk, now=timezone.now())


ACTS: list[Callable[[City, Enquiry, User], None]] = [_merge, _be_assigned, _be_told, _link]


@pytest.mark.parametrize(("role", "place", "may"), PEOPLE)
@pytest.mark.parametrize("act", ACTS)
def test_act_is_open_to_exactly_those_who_see_the_enquiry(
    act: Callable[[City, Enquiry, User], None], role: Role, place: str, may: bool, city: City
):
    who, enquiry = person(city, role, place), arrive(city).enquiry

    try:
        act(city, enquiry, who)
        done = True
    except TriageRefused:
        done = False

    assert done is may


@pytest.mark.parametrize(("role", "place", "may"), PEOPLE)
def test_lists_and_services_draw_the_same_line(role: Role, place: str, may: bool, city: City):
    who, enquiry = person(city, role, place), arrive(city).enquiry

    assert may_see(user_id=who.pk, enquiry=enquiry, now=timezone.now()) is may
    assert visible_to(who).filter(pk=enquiry.pk).exists() is may


@pytest.mark.parametrize(("role", "place", "may"), PEOPLE)
def test_enquiry_without_a_team_is_seen_by_all_of_the_organisation(role: Role, place: str, may: bool, city: City):
    who, enquiry = person(city, role, place), arrive(city).enquiry
    triage.transfer(enquiry_id=enquiry.pk, team=None, by_id=city.bob.pk, now=timezone.now())
    enquiry.refresh_from_db()

    assert may_see(user_id=who.pk, enquiry=enquiry, now=timezone.now())
    assert visible_to(who).filter(pk=enquiry.pk).exists()


@pytest.mark.parametrize(("role", "place", "may"), [one for one in PEOPLE if one[0] == Role.SUPERVISOR])
def test_who_may_be_asked_as_the_second_person_is_who_supervises_or_stands_in(
    role: Role, place: str, may: bool, city: City
):
    who, enquiry = person(city, role, place), arrive(city).enquiry

    assert is_supervisor_of(user_id=who.pk, enquiry=enquiry) is may


def test_substitute_for_late_approvals_is_let_in_while_one_is_late(city: City):
    Substitution.objects.create(team=city.waste, user=city.charlie, starts_at=timezone.now() - A_DAY)
    enquiry = submitted(city, arrive(city, "x")).reply.enquiry
    assert city.charlie not in people_who_may_see(enquiry, now=timezone.now())

    escalate_slow_approvals(now=timezone.now() + A_DAY)

    assert city.charlie in people_who_may_see(enquiry, now=timezone.now())
    assert visible_to(User.objects.get(pk=city.charlie.pk)).filter(pk=enquiry.pk).exists()


def test_supervisor_of_another_organisation_stands_in_nowhere_else(city: City):
    elsewhere = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    team = Team.objects.create(organisation=elsewhere, name="Waste")
    who = make_user(elsewhere, "Frank", Role.SUPERVISOR, team)
    Membership.objects.create(user=who, organisation=city.organisation, team=city.roads, role=Role.AGENT)
    Substitution.objects.create(
        team=city.waste, user=who, starts_at=timezone.now() - A_DAY, ends_at=None, only_when_late=False
    )
    enquiry = arrive(city).enquiry

    assert not may_see(user_id=who.pk, enquiry=enquiry, now=timezone.now())
    assert not visible_to(who).filter(pk=enquiry.pk).exists()


def test_nobody_who_may_not_sign_in_any_more_is_offered(city: City):
    User.objects.filter(pk=city.alice.pk).update(is_active=False)

    assert city.alice not in people_who_may_see(arrive(city).enquiry, now=timezone.now())
