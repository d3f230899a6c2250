"""What programs read: what their person may see, page by page, and never a draft."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enquiries.models import Enquiry
from tests.api.conftest import ADDRESS, Program, assert_problem
from tests.people import City, arrive, draft, submitted

pytestmark = pytest.mark.django_db
SECRET_DRAFT = "A sentence nobody has approved yet"


def references_in(answer) -> list[str]:
    return [row["reference"] for row in answer.json()["results"]]


def test_list_shows_the_newest_first(city: City, reader: Program):
    made = [arrive(city, kind).enquiry.reference for kind in ("x", "email", "web")]

    assert references_in(reader.get(ADDRESS)) == made[::-1]


def test_list_leaves_out_what_the_person_may_not_see(city: City, reader: Program):
    seen = arrive(city, "email").enquiry
    hidden = arrive(city, "email").enquiry
    Enquiry.objects.filter(pk=hidden.pk).update(team=city.roads)

    assert references_in(reader.get(ADDRESS)) == [seen.reference]
    assert_problem(reader.get(f"{ADDRESS}/{hidden.reference}"), 404)
    assert_problem(reader.get(f"{ADDRESS}/{hidden.reference}/history"), 404)


def test_another_organisation_gets_the_same_answer_as_for_nothing(city: City, stranger: Program):
    reference = arrive(city, "email").enquiry.reference

    for path in ("", "/status"):
        foreign = assert_problem(stranger.get(f"{ADDRESS}/{reference}{path}"), 404)
        missing = assert_problem(stranger.get(f"{ADDRESS}/NW-2222-2222{path}"), 404)
        assert foreign == missing
    assert references_in(stranger.get(ADDRESS)) == []


def test_token_stays_in_its_organisation_though_its_person_works_in_two(city: City, stranger: Program):
    from agents.models import User

    arrive(city, "email")
    User.objects.get(email="eve@southwell.example").memberships.create(organisation=city.organisation, role="ADMIN")

    assert references_in(stranger.get(ADDRESS)) == []


def test_pages_join_without_a_gap_or_a_double(city: City, reader: Program):
    made = [arrive(city, "email").enquiry.reference for _ in range(5)]
    seen: list[str] = []
    cursor: dict[str, str] = {}

    while True:
        page = reader.get(ADDRESS, limit=2, **cursor)
        seen += references_in(page)
        if page.json()["next_cursor"] is None:
            break
        cursor = {"cursor": page.json()["next_cursor"]}
        arrive(city, "x")  # what arrives meanwhile moves nothing

    assert seen == made[::-1]


def test_filters_narrow(city: City, reader: Program):
    post = arrive(city, "x").enquiry.reference
    mail = arrive(city, "email").enquiry.reference

    assert references_in(reader.get(ADDRESS, channel="x")) == [post]
    assert references_in(reader.get(ADDRESS, channel="email", state="NEW")) == [mail]
    assert references_in(reader.get(ADDRESS, state="CLOSED")) == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "many"},
        {"cursor": "§"},
        {"cursor": "\x00"},
        {"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"},
        {"cursor": "LTE="},
        {"cursor": "MTox"},
        {"cursor": "_-1"},
        {"cursor": "99999999999999999999999_1"},
    ],
)
def test_wrong_place_is_told(reader: Program, query: dict[str, str]):
    assert assert_problem(reader.get(ADDRESS, **query), 400)["errors"]


def test_list_costs_the_same_for_more_rows(city: City, reader: Program):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            reader.get(ADDRESS)
        return len(queries)

    arrive(city, "email")
    before = cost()
    for _ in range(4):
        arrive(city, "x")

    assert cost() == before <= 6  # the token, its limit, the person's rights, what is offered, the page


def test_one_enquiry_has_its_messages(city: City, reader: Program):
    message = arrive(city, "email", text="My bin was not emptied.")

    body = reader.get(f"{ADDRESS}/{message.enquiry.reference}").json()

    assert body["channel"] == "email"
    assert [said["text"] for said in body["messages"]] == ["My bin was not emptied."]
    assert body["messages"][0]["direction"] == "IN"
    assert body["messages"][0]["files"] == []


@pytest.mark.parametrize("written", [draft, submitted])
def test_no_draft_ever_leaves(city: City, reader: Program, site: Program, written):
    message = arrive(city, "email")
    written(city, message, text=SECRET_DRAFT)
    reference = message.enquiry.reference

    for answer in (
        reader.get(ADDRESS),
        reader.get(f"{ADDRESS}/{reference}"),
        site.get(f"{ADDRESS}/{reference}/status"),
    ):
        assert answer.status_code == 200
        assert SECRET_DRAFT not in answer.content.decode()


def test_status_tells_where_it_stands_and_nobodys_words(city: City, site: Program):
    message = arrive(city, "x", text="A very private matter")

    answer = site.get(f"{ADDRESS}/{message.enquiry.reference.lower()}/status")

    body = answer.json()
    assert set(body) == {"reference", "standing", "words", "promised_at", "is_late"}
    assert body["standing"] == "RECEIVED"
    assert b"private matter" not in answer.content
    assert b"Dana" not in answer.content


@pytest.mark.parametrize("reference", ["x", "NW-0000-0000", "%00", "..%2f", "NW-2222-2223", "é" * 300])
def test_whatever_is_no_reference_is_not_found(reader: Program, site: Program, reference: str):
    assert_problem(reader.get(f"{ADDRESS}/{reference}"), 404)
    assert_problem(site.get(f"{ADDRESS}/{reference}/status"), 404)
