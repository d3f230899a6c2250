"""Words that met an ended session come back to whoever wrote them; a decision is never sent on by anybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agents.models import Role
from enquiries.models import Freeze, Reply
from tests.agents.authenticators import password
from tests.agents.test_signin_again import KEPT, WORDS, proof_of_an_earlier_page, sent
from tests.people import City, arrive, make_user, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def where(city: City) -> str:
    return reverse("desk:enquiry", kwargs={"reference": arrive(city).enquiry.reference})


def test_colleague_at_the_same_browser_neither_sees_nor_sends_them(where: str, city: City, client: Client):
    mallory = make_user(city.organisation, "Mallory", Role.AGENT, city.waste)
    sent(client, where)
    password(client, mallory, then=KEPT)

    sent_on = client.post(KEPT, {"text": WORDS, "answers": "7", "action": "save"})

    assert (sent_on.status_code, sent_on["Location"]) == (302, "/desk/")
    assert client.get(KEPT).status_code == 302


def test_form_of_anothers_page_is_not_sent_in_the_name_of_who_is_signed_in(where: str, city: City):
    client = Client(enforce_csrf_checks=True)
    proof = proof_of_an_earlier_page(client, where, "Alice")
    client.force_login(city.bob)
    client.get(where)

    form = {"text": WORDS, "answers": "7", "action": "submit", "csrfmiddlewaretoken": proof}
    client.post(where, form, headers={"sec-fetch-site": "same-origin"})

    assert client.get(KEPT)["Location"] == "/desk/"


def decided(client: Client, address: str, form: dict[str, Any], name: str) -> Any:
    proof = proof_of_an_earlier_page(client, reverse("desk:queue"), name)
    return client.post(address, form | {"csrfmiddlewaretoken": proof})


def test_approval_is_never_sent_on(city: City, client: Client):
    version = submitted(city, arrive(city))
    form = {"action": "return", "reason": "OTHER", "note": "Two words", "sha256": bytes(version.content_sha256).hex()}
    decided(client, reverse("desk:approval", args=[version.reply_id]), form, "Bob")
    password(client, city.bob, then=KEPT)

    page = client.get(KEPT).content.decode()
    assert "Two words" in page and "Send it now" not in page
    assert client.post(KEPT, form).status_code == 302
    assert Reply.objects.get(pk=version.reply_id).state == Reply.State.SUBMITTED


def test_freeze_is_never_sent_on(city: City, client: Client):
    form = {"scope": "EVERYTHING", "reason": "Stop it all", "lasts": "1"}
    decided(client, reverse("desk:freezes"), form, "Bob")
    password(client, city.bob, then=KEPT)

    assert client.post(KEPT, form).status_code == 302
    assert not Freeze.objects.exists()
