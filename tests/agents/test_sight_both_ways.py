"""Who sees what, asked in every way there is: by a page, by a list, by a service, and from the enquiry to its people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client
from django.utils import timezone

from agents.access import enquiry_for, visible_to
from agents.models import Membership, Role, Substitution, User
from enquiries.models import Enquiry, Team
from enquiries.queries.queue import View
from enquiries.queries.sight import people_who_see, sight_at
from enquiries.services.approving.escalating import escalate_slow_approvals
from tests.people import City, arrive, submitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def works(city: City, name: str, team: Team | None, role: str) -> User:
    person = User.objects.create_user(f"{name}@northwell.example", "x", name=name)
    Membership.objects.create(user=person, organisation=city.organisation, team=team, role=role)
    return person


def stands_in(city: City, name: str, *, role: str = Role.SUPERVISOR, days: int = 1, late: bool = False) -> User:
    person = works(city, name, city.roads, role)
    now = timezone.now()
    Substitution.objects.create(
        team=city.waste, user=person, starts_at=now - 3 * DAY, ends_at=now + days * DAY, only_when_late=late
    )
    return person


@pytest.fixture
def people(city: City) -> list[User]:
    """Everybody who could see something of the waste team's, or nothing."""
    return [
        works(city, "admin", None, Role.ADMIN),
        city.alice,
        city.charlie,
        stands_in(city, "whole"),
        stands_in(city, "late", late=True),
        stands_in(city, "over", days=-1),
        stands_in(city, "agent", role=Role.AGENT),
        User.objects.create_user("nobody@northwell.example", "x", name="nobody"),
        city.bob,
    ]


@pytest.fixture
def enquiries(city: City) -> list[Enquiry]:
    """One that waits for approval, one that was just asked, and one of no team."""
    waits, asked = submitted(city, arrive(city, "x")).reply.enquiry, arrive(city, "x", thread="2").enquiry
    loose = arrive(city, "x", thread="3").enquiry
    Enquiry.objects.filter(pk=loose.pk).update(team=None)
    return [Enquiry.objects.get(pk=one.pk) for one in (waits, asked, loose)]


def has_page(person: User, enquiry: Enquiry) -> bool:
    try:
        enquiry_for(person, enquiry.reference)
    except Http404:
        return False
    return True


def seen_by(person: User, enquiries: list[Enquiry]) -> list[bool]:
    """Say which somebody sees, after asking in all ways."""
    now, who = timezone.now(), User.objects.get(pk=person.pk)
    by_service = Enquiry.objects.filter(sight_at(who.pk, now=now).covers_enquiries())
    by_page = [has_page(who, one) for one in enquiries]
    assert by_page == [visible_to(who).filter(pk=one.pk).exists() for one in enquiries]
    assert by_page == [by_service.filter(pk=one.pk).exists() for one in enquiries]
    assert by_page == [people_who_see(one, now=now).filter(pk=who.pk).exists() for one in enquiries]
    return by_page


def test_every_way_of_asking_gives_the_same_answer(people: list[User], enquiries: list[Enquiry]):
    everything, nothing, loose = [True, True, True], [False, False, False], [False, False, True]
    expected = {
        **dict.fromkeys(("admin", "Alice", "Bob", "whole"), everything),
        **dict.fromkeys(("Charlie", "late", "over", "agent"), loose),
        "nobody": nothing,
    }
    assert {one.name: seen_by(one, enquiries) for one in people} == expected

    escalate_slow_approvals(now=timezone.now() + 9 * DAY)

    assert {one.name: seen_by(one, enquiries) for one in people} == expected | {"late": [True, False, True]}


@pytest.mark.parametrize("view", [View.ALL, View.AWAITING, View.UNASSIGNED, View.OVERDUE])
def test_list_that_was_made_ready_for_one_shows_the_next_only_their_own(
    client: Client, people: list[User], enquiries: list[Enquiry], view: View
):
    escalate_slow_approvals(now=timezone.now() + 9 * DAY)
    for person in people:
        client.force_login(person)
        page = client.get(f"/desk/?view={view.value}")
        shown = [row.pk for row in page.context["rows"]] if page.status_code == 200 else []
        theirs = set(visible_to(User.objects.get(pk=person.pk)).values_list("pk", flat=True))
        assert len(shown) == len(set(shown))
        assert set(shown) <= theirs
        assert view is not View.ALL or set(shown) == theirs
