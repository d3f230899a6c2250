"""Every page of the admin answers, keeps the content policy, and costs few queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.administration import RecordAdmin
from tests.admin.conftest import filled
from tests.people import City, make_city

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
NAMES = [model._meta.label_lower for model in MODELS]
MOST_QUERIES = 16


@pytest.fixture(scope="module")
def full_city(django_db_setup: None, django_db_blocker: Any) -> Iterator[City]:
    """The full city, made once for all pages: what a test does to it is undone before the next."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield filled(make_city())
        transaction.set_rollback(True)


def address(model, page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def assert_clean(html: str) -> None:
    """No inline script, style or handler: the policy of our pages would silently drop it."""
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", html)
    assert not re.search(r"<[^>]*\sstyle=", html)
    assert not re.search(r"<[^>]*\son[a-z]+=", html)
    assert "<style" not in html


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_list_answers_cleanly_and_cheaply(ada: Client, model):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = ada.get(address(model, "changelist"))

    assert page.status_code == 200
    assert len(queries) <= MOST_QUERIES
    assert_clean(page.content.decode())


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_one_row_answers_cleanly_and_cheaply(ada: Client, model):
    row = model._default_manager.order_by("pk").first()
    assert row is not None, "the fixture has to make one"

    with CaptureQueriesContext(connection) as queries:
        page = ada.get(address(model, "change", row.pk))

    assert page.status_code == 200
    assert len(queries) <= MOST_QUERIES
    assert_clean(page.content.decode())


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_adding_is_offered_only_for_configuration(ada: Client, model):
    made_elsewhere = ("api.ApiToken", "mfa.Authenticator", "socialaccount.SocialAccount")
    is_record = isinstance(admin.site._registry[model], RecordAdmin) or model._meta.label in made_elsewhere

    page = ada.get(address(model, "add"))

    assert page.status_code == (403 if is_record else 200)
    if not is_record:
        assert_clean(page.content.decode())


@pytest.mark.parametrize(
    "model", [model for model in MODELS if isinstance(admin.site._registry[model], RecordAdmin)], ids=str
)
def test_records_are_neither_changed_nor_deleted(ada: Client, model):
    row = model._default_manager.order_by("pk").first()

    assert ada.post(address(model, "change", row.pk), {"state": "READ"}).status_code == 403
    assert ada.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_nobody_but_staff_sees_a_page(full_city: City, client: Client, model):
    client.force_login(full_city.bob)

    page = client.get(address(model, "changelist"))

    assert page.status_code in (302, 403)


def test_list_costs_the_same_for_more_rows(ada: Client, full_city: City):
    from enquiries.models import Enquiry
    from tests.people import arrive

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            ada.get(address(Enquiry, "changelist"))
        return len(queries)

    before = cost()
    for _ in range(5):
        arrive(full_city, "email")

    assert cost() == before


def test_payload_is_shown_escaped(ada: Client, full_city: City):
    from enquiries.models import Payload

    payload = Payload.objects.get(external_id="b")

    html = ada.get(address(Payload, "change", payload.pk)).content.decode()

    assert "&lt;b&gt;\\xff bytes" in html


def test_citizens_words_are_shown_escaped(ada: Client):
    from enquiries.models import Message

    message = Message.objects.get(text__contains="<script>")

    assert "<script>alert" not in ada.get(address(Message, "change", message.pk)).content.decode()
