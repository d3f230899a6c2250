"""What stands still is told to citizens where they choose how to write, for as long as it lasts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from enquiries.models import Freeze
from tests.people import City

NOTICE = "Our account was hacked. Please use the form."


def stop(city: City, scope: str, *, minutes: int = 60, **fields: Any) -> Freeze:
    now = timezone.now()
    made = Freeze.objects.create(
        organisation=city.organisation,
        scope=scope,
        reason="Not for everybody.",
        frozen_by=city.bob,
        frozen_at=now - timedelta(hours=2),
        expires_at=now + timedelta(minutes=minutes),
        **({"public_notice": NOTICE} | fields),
    )
    made.notice_confirmed_by, made.notice_confirmed_at = city.charlie, now
    made.save(update_fields=["notice_confirmed_by", "notice_confirmed_at"])
    return made


@pytest.mark.parametrize("scope", ["EVERYTHING", "CHANNEL", "ACCOUNT"])
def test_notice_stands_on_the_front_page_without_the_reason(scope: str, city: City, client: Client):
    where: dict[str, dict[str, Any]] = {"CHANNEL": {"kind": "x"}, "ACCOUNT": {"account": city.accounts["x"]}}
    stop(city, scope, **where.get(scope, {}))

    page = client.get("/").content.decode()

    assert page.count(NOTICE) == 1
    assert "Not for everybody." not in page


@pytest.mark.parametrize(("kind", "is_told"), [("web", True), ("x", False)])
def test_form_tells_only_what_is_about_it(kind: str, is_told: bool, city: City, client: Client):
    stop(city, "ACCOUNT", account=city.accounts[kind])

    assert (NOTICE in client.get("/ask/").content.decode()) is is_told


def test_notice_goes_when_it_is_over(city: City, client: Client):
    stop(city, "EVERYTHING", minutes=-60)

    assert NOTICE not in client.get("/").content.decode()


def test_notice_is_words_and_never_a_page(city: City, client: Client):
    stop(city, "EVERYTHING", public_notice="<script>alert(1)</script>")

    assert "&lt;script&gt;alert(1)" in client.get("/").content.decode()
