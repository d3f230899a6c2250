"""The panel of filters, and the filters in force above the list: what is shown, what it costs, where it leads."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.models import Role
from agents.queue.listing import selection
from agents.queue.panel import groups_of
from enquiries.models import Enquiry, Organisation, Topic
from tests.people import City, arrive, make_user

ADDRESS = "/desk/filters/choose/"
FETCHED = {"HX-Request": "true"}
CHIP = re.compile(r'<a class="chip on" href="([^"]*)">(.*?)</a>', re.DOTALL)


def chips(page: str) -> dict[str, str]:
    """The filters in force: what each says, and where it leads."""
    return {" ".join(re.sub(r"<[^>]+>", "", words).split()): unescape(to) for to, words in CHIP.findall(page)}


def asked(client: Client, address: str, **headers: str) -> list[str]:
    """The statements that a page takes."""
    client.get(address, headers=headers)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, headers=headers).status_code == 200
    return [query["sql"] for query in queries]


def test_each_filter_in_force_is_a_link_to_the_list_without_it(city: City, alice: Client):
    topic = Topic.objects.get(name="Roads and street lights")

    page = alice.get(f"/desk/?view=mine&sort=newest&channel=x&channel=email&topic={topic.pk}&age=1&q=bin&after=1_2")

    before = "/desk/?view=mine&sort=newest"
    assert chips(page.content.decode()) == {
        "Without “bin”": f"{before}&channel=x&channel=email&topic={topic.pk}&age=1",
        "Without Channel X": f"{before}&q=bin&channel=email&topic={topic.pk}&age=1",
        "Without Channel E-mail": f"{before}&q=bin&channel=x&topic={topic.pk}&age=1",
        "Without Topic Roads and street lights": f"{before}&q=bin&channel=x&channel=email&age=1",
        "Without Waiting for more than a day": f"{before}&q=bin&channel=x&channel=email&topic={topic.pk}",
    }


def test_last_filter_leads_to_the_whole_list(city: City, alice: Client):
    assert chips(alice.get("/desk/?kind=x").content.decode()) == {"Without Channel X": "/desk/"}


def test_filters_in_force_stand_beside_an_enquiry_too(city: City, alice: Client):
    enquiry = arrive(city, "x").enquiry

    page = alice.get(f"/desk/enquiries/{enquiry.reference}/?channel=x&assignee=me").content.decode()

    assert list(chips(page)) == ["Without Channel X", "Without Assigned to me"]


def test_words_in_force_are_shown_as_text(city: City, alice: Client):
    page = alice.get("/desk/", {"q": "<img src=x>"}).content.decode()

    assert "<img" not in page and "&lt;img src=x&gt;" in page


def test_fetched_panel_is_a_fragment_of_the_page(city: City, alice: Client):
    whole = alice.get(f"{ADDRESS}?channel=x").content.decode()
    part = alice.get(f"{ADDRESS}?channel=x", headers=FETCHED).content.decode()

    assert 'id="views"' in whole and "<html" not in part
    form = part[part.index("<form") : part.index("</form>")]
    assert form in whole


def test_panel_sends_view_order_and_choices_to_the_list(city: City, alice: Client):
    page = alice.get(f"{ADDRESS}?view=overdue&sort=oldest&channel=x&q=bin", headers=FETCHED).content.decode()

    assert 'action="/desk/"' in page and 'value="bin"' in page
    assert 'name="view" value="overdue"' in page and 'name="sort" value="oldest"' in page
    assert re.findall(r'name="(\w+)" value="(\w*)" checked', page) == [("channel", "x"), ("age", "")]


@pytest.mark.parametrize("name", ["topic", "team", "assignee"])
def test_what_is_chosen_comes_first_in_a_long_list(name: str, city: City):
    values = {"topic": Topic.objects.latest("position").pk, "team": city.waste.pk, "assignee": city.bob.pk}

    groups = groups_of(selection(city.alice, QueryDict(f"{name}={values[name]}"), now=timezone.now()))

    options = next(group.options for group in groups if group.name == name)
    assert [one.value for one in options if one.is_chosen] == [options[0].value] == [str(values[name])]


def test_panel_offers_nobody_of_another_organisation(city: City, alice: Client):
    elsewhere = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    make_user(elsewhere, "Zenobia", Role.ADMIN, None)

    page = alice.get(ADDRESS, headers=FETCHED).content.decode()

    assert "Bob" in page and "Zenobia" not in page


def test_filter_can_be_kept_only_while_one_is_in_force(city: City, alice: Client):
    assert "/desk/filters/" not in alice.get(ADDRESS, headers=FETCHED).content.decode()
    page = alice.get(f"{ADDRESS}?channel=x", headers=FETCHED).content.decode()
    assert 'action="/desk/filters/"' in page and 'name="query" value="channel=x"' in page


def test_list_without_a_filter_reads_no_choices(city: City, alice: Client):
    assert not [sql for sql in asked(alice, "/desk/") if "membership" in sql and "topic" in sql]
    found = selection(city.alice, QueryDict("view=mine&sort=newest&q=&age="), now=timezone.now())
    assert found.filters is None and found.ignored == []


def test_filter_that_knows_its_own_values_reads_none(city: City):
    arrive(city, "x")
    found = selection(city.alice, QueryDict("channel=x&state=NEW"), now=timezone.now())

    assert found.count() == Enquiry.objects.count() == 1
    assert "offered" not in vars(found)


def test_panel_costs_little(city: City, alice: Client):
    assert len(asked(alice, f"{ADDRESS}?channel=x", **FETCHED)) <= 4
