"""The log has what an operator must know, and no line for each request that was refused in words."""

import logging

import pytest
from django.test import Client

from tests.people import City


@pytest.mark.django_db
def test_refusal_told_to_a_person_is_no_line_in_the_log(city: City, caplog: pytest.LogCaptureFixture):
    assert Client().get("/nowhere/").status_code == 404

    assert "/nowhere/" not in caplog.text


def test_failure_of_ours_is_a_line_in_the_log(caplog: pytest.LogCaptureFixture):
    logging.getLogger("django.request").error("Internal Server Error: %s", "/x/", extra={"status_code": 500})

    assert "Internal Server Error: /x/" in caplog.text
