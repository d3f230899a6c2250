"""The pulse of a page that is left open."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.people import City, arrive, submitted


def stamp(client: Client) -> str:
    page = client.get("/desk/").content.decode()
    return page.split('data-stamp="')[1].split('"')[0]


def test_quiet_desk_answers_nothing(city: City, alice: Client):
    arrive(city)
    seen = stamp(alice)

    answer = alice.get("/desk/pulse/", {"v": seen})

    assert (answer.status_code, answer.content) == (204, b"")


def test_new_enquiries_are_offered(city: City, alice: Client):
    arrive(city)
    seen = stamp(alice)
    arrive(city)
    arrive(city)

    news = alice.get("/desk/pulse/", {"v": seen}).json()

    assert news["arrived"] == "2 new enquiries: show"
    assert news["counts"]["all"] == 3
    assert alice.get("/desk/pulse/", {"v": news["v"]}).status_code == 204


def test_change_without_a_new_enquiry_moves_the_counters_only(city: City, alice: Client):
    message = arrive(city)
    seen = stamp(alice)
    submitted(city, message)

    news = alice.get("/desk/pulse/", {"v": seen}).json()

    assert (news["arrived"], news["counts"]["approvals"]) == ("", 1)


def test_enquiry_of_another_team_is_no_news(city: City, alice: Client):
    arrive(city)
    seen = stamp(alice)
    city.accounts["email"].team = city.roads
    arrive(city)

    assert alice.get("/desk/pulse/", {"v": seen}).status_code == 204


@pytest.mark.parametrize("seen", ["", "nonsense", "-1-x", "9" * 40 + "-x", "\x00"])
def test_stamp_that_is_none_is_just_old(seen: str, city: City, alice: Client):
    arrive(city)

    assert alice.get("/desk/pulse/", {"v": seen}).json()["arrived"] == ""
