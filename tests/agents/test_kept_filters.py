"""Looks at the queue under a name, and how somebody likes their desk."""

from __future__ import annotations

from django.test import Client

from agents.models import SavedFilter
from tests.people import City, arrive


def keep(client: Client, **fields: object) -> object:
    return client.post(
        "/desk/filters/", {"name": "Late X", "query": "view=overdue&channel=x&after=1_2&nonsense=1"} | fields
    )


def test_kept_filter_is_in_the_menu_without_place_and_nonsense(city: City, alice: Client):
    keep(alice)

    assert SavedFilter.objects.get().query == "view=overdue&channel=x"
    assert 'href="/desk/?view=overdue&amp;channel=x"' in alice.get("/desk/").content.decode()


def test_same_name_again_replaces_it(city: City, alice: Client):
    keep(alice)
    keep(alice, query="view=mine")

    assert SavedFilter.objects.get().query == "view=mine"


def test_own_filter_is_nobody_elses_business(city: City, alice: Client, bob: Client):
    keep(alice)

    assert "Late X" not in bob.get("/desk/").content.decode()


def test_shared_filter_is_seen_by_the_team_and_dropped_by_its_owner_only(
    city: City, alice: Client, bob: Client, charlie: Client
):
    keep(alice, team=city.waste.pk)
    held = SavedFilter.objects.get()

    assert "Late X" in bob.get("/desk/").content.decode()
    assert "Late X" not in charlie.get("/desk/").content.decode()
    assert bob.post(f"/desk/filters/{held.pk}/drop/").status_code == 404
    assert alice.post(f"/desk/filters/{held.pk}/drop/").status_code == 302


def test_filter_is_not_shared_with_a_team_of_others(city: City, alice: Client):
    keep(alice, team=city.roads.pk)

    assert not SavedFilter.objects.exists()


def test_unknown_filter_is_left_out_with_a_message(city: City, alice: Client):
    arrive(city, subject="Still here")

    page = alice.get("/desk/?channel=pigeon&sort=sideways").content.decode()

    assert "Still here" in page
    assert "“pigeon” is unknown for Channel" in page and "“sideways” is unknown" in page


def test_preferences_are_kept_and_shown(city: City, alice: Client):
    alice.post("/desk/preferences/", {"density": "compact", "notifications": "on"})

    page = alice.get("/desk/").content.decode()
    assert 'data-density="compact"' in page and 'data-keys="off"' in page and 'data-notify="on"' in page


def marked(page: str) -> list[str]:
    views = page[page.index('id="views"') : page.index("</nav>", page.index('id="views"'))]
    return [link.partition('aria-current="page"')[0] for link in views.split("<a ") if 'aria-current="page"' in link]


def test_kept_filter_is_the_only_line_that_is_marked(city: City, alice: Client):
    keep(alice, query="channel=x")
    keep(alice, name="The same again", query="channel=x")

    lines = marked(alice.get("/desk/?channel=x").content.decode())

    assert len(lines) == 1 and "?channel=x" in lines[0]


def test_without_a_kept_filter_the_view_is_marked(city: City, alice: Client):
    keep(alice, query="channel=x")

    assert marked(alice.get("/desk/").content.decode()) == ['href="/desk/" ']
    assert len(marked(alice.get("/desk/?channel=facebook").content.decode())) == 1
