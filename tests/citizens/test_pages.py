"""The pages around the form are there, true, and the same for everybody."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client

from citizens import promises
from enquiries.models import ChannelAccount, Organisation, Promise
from enquiries.queries import hours
from tests.people import City

pytestmark = pytest.mark.django_db
PAGES = ["/", "/ask/", "/accessibility/", "/privacy/"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "nl", "ar"])
def test_page_is_there_in_every_language_without_script(city: City, path: str, language: str):
    response = Client(headers={"accept-language": language}).get(path)

    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page
    assert "Northwell City" in page
    assert not re.search(r"<script|<style| style=| on[a-z]+=", page)


def test_front_page_says_how_soon_each_way_is_answered(city: City):
    Organisation.objects.update(emergency_notice="Call 112.")

    page = Client().get("/").content.decode()

    assert "Monday to Friday, 9:00 to 17:00" in page
    assert page.count("<b>2 working days</b>") == 2
    assert page.count("<b>2 working hours</b>") == 2
    assert page.count("Everybody can read what you write there") == 2
    assert "A reference alone opens nothing." in page
    assert "Call 112." in page


def test_promise_of_the_organisation_is_what_is_told(city: City):
    Promise.objects.create(organisation=city.organisation, channel="web", working_minutes=480)

    assert "first answer within <b>1 working day</b>" in Client().get("/ask/").content.decode()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(960, "2 working days"), (480, "1 working day"), (120, "2 working hours"), (45, "45 working minutes")],
)
def test_working_time_is_said_in_the_largest_unit_that_comes_out_even(minutes: int, words: str):
    organisation = Organisation(opens_at=time(9), closes_at=time(17))

    assert hours.working_time(minutes, organisation) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=1, hours=4, minutes=59), "1 day and 4 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(hours=3), "3 hours"),
        (timedelta(minutes=61), "1 hour and 1 minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(0), "less than a minute"),
    ],
)
def test_span_is_said_in_words(span: timedelta, words: str):
    assert promises.how_long(span) == words


def test_days_that_are_not_in_a_row_are_listed():
    organisation = Organisation(working_days="135", opens_at=time(8, 30), closes_at=time(12))

    assert hours.opening_hours(organisation) == "Monday, Wednesday, Friday, 8:30 to 12:00"


def test_language_is_chosen_by_a_button_and_remembered(city: City):
    visitor = Client()

    response = visitor.post("/language/", {"language": "nl", "next": "/ask/"})

    assert response["Location"] == "/ask/"
    assert '<html lang="nl"' in visitor.get("/").content.decode()


def test_language_button_leads_to_no_other_site(city: City):
    response = Client().post("/language/", {"language": "nl", "next": "https://evil.example/"})

    assert "evil" not in response["Location"]


def test_site_without_a_form_says_so(db: None):
    assert "Not open yet" in Client().get("/").content.decode()
    assert Client().get("/ask/").status_code == 503


def test_form_that_was_switched_off_takes_nothing(city: City):
    ChannelAccount.objects.filter(kind="web").update(is_active=False)

    assert Client().post("/ask/", {"text": "My bin"}).status_code == 503


def test_robots_are_told_what_is_private(city: City):
    page = Client().get("/robots.txt").content.decode()

    assert "Disallow: /follow/" in page
    assert "Disallow: /desk/" in page


def test_finders_of_weaknesses_are_told_where_to_write(city: City):
    page = Client().get("/.well-known/security.txt").content.decode()

    expires = datetime.fromisoformat(re.findall(r"Expires: (.*)", page)[0])
    assert "Contact: mailto:info@northwell.example" in page
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)
