"""The door itself: methods, addresses, limits, the description and its page."""

from __future__ import annotations

import re
from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from api import submitting
from api.limits import per_minute
from api.refusals import KINDS
from tests.api.conftest import ADDRESS, GOOD, Program, assert_problem
from tests.people import City

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_method_that_does_not_exist_is_told(site: Program, method: str):
    answer = site.ask(method, ADDRESS)

    assert_problem(answer, 405)
    assert "POST" in answer["Allow"]


def test_method_is_not_told_to_strangers(city: City):
    assert_problem(Program().ask("DELETE", ADDRESS), 401)


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/nothing", "/api/v1/enquiries/"])
def test_address_that_leads_nowhere_is_a_problem_too(site: Program, path: str):
    assert_problem(site.get(path), 404)
    assert_problem(site.post(GOOD, path=path), 404)


def test_other_answers_than_json_are_refused(reader: Program):
    reader.headers["Accept"] = "application/xml"

    assert_problem(reader.get(ADDRESS), 406)


def test_limit_per_minute_is_told_with_a_time(reader: Program, site: Program, monkeypatch):
    monkeypatch.setattr("api.limits.per_minute", lambda: 2)
    answers = [reader.get(ADDRESS) for _ in range(3)]

    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert_problem(answers[2], 429)
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert site.post(GOOD).status_code == 201  # another token has a limit of its own


def test_limit_is_read_from_the_settings():
    assert per_minute() == 600


def test_mistake_of_ours_is_a_problem_without_details(site: Program, monkeypatch, caplog):
    def broken(*args: object, **options: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(submitting, "status_of", broken)

    answer = site.post(GOOD)

    assert_problem(answer, 500)
    assert b"secret detail" not in answer.content
    assert "unforeseen" in caplog.text


def test_description_is_valid_and_without_a_warning():
    out = StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)

    description = yaml.safe_load(out.getvalue())
    operations = [operation for path in description["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations) > 40
    assert description["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_description_is_open_to_everybody(city: City, client: Client):
    assert client.get("/api/schema/", {"format": "json"}).status_code == 200


def test_page_keeps_the_content_policy(city: City, client: Client):
    page = client.get("/api/docs/")

    html = page.content.decode()
    assert page.status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert "<style" not in html
    assert "http://" not in html
    assert "https://" not in html
    assert "unsafe-inline" not in page["Content-Security-Policy"]


def test_every_kind_of_problem_is_explained(city: City, client: Client):
    page = client.get("/api/problems/").content.decode()

    assert all(f'id="{code}"' in page for code in KINDS)
    assert "<style" not in page
