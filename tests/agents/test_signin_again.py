"""A session that ends while somebody works: they come back to where they were, and what they wrote is still there."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from agents.models import User
from tests.agents.authenticators import code, is_in, password, typed, with_app
from tests.agents.providers import Provider
from tests.people import City, arrive

WORDS = "Dear Dana,\nwe come tomorrow & bring <two> bins. متى؟"
KEPT = "/accounts/kept/"


@pytest.fixture
def where(city: City) -> str:
    """An enquiry that Alice writes in."""
    message = arrive(city)
    return reverse("desk:enquiry", kwargs={"reference": message.enquiry.reference})


def proof_of_an_earlier_page(client: Client, where: str, name: str = "Alice") -> str:
    """Open a page as somebody and let that sign-in end. Returns the proof that its forms carry."""
    before = client.cookies.get("sessionid")
    client.force_login(User.objects.get(name=name))
    page = client.get(where).content.decode()
    client.cookies.pop("sessionid"), client.cookies.pop("csrftoken", None)
    if before:
        client.cookies["sessionid"] = before.value
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return found[1]


def sent(client: Client, where: str, **headers: str) -> Any:
    """Send the composer's form of a page that Alice had opened."""
    form = {"text": WORDS, "answers": "7", "action": "save"}
    proof = proof_of_an_earlier_page(client, where)
    return client.post(where, form | {"csrfmiddlewaretoken": proof}, headers=headers)


def hidden(page: str) -> dict[str, str]:
    """Read the hidden fields of the first form of the page's content."""
    form = page.split(f'action="{KEPT}"')[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_form_that_met_an_ended_session_leads_to_sign_in(where: str, client: Client):
    answer = sent(client, where, referer=f"http://testserver{where}")

    assert answer.status_code == 302 and answer["Location"] == "/accounts/login/?next=%2Faccounts%2Fkept%2F"


def test_words_are_there_after_signing_in_again(where: str, city: City, client: Client):
    sent(client, where, referer=f"http://testserver{where}")

    assert password(client, city.alice, then=KEPT)["Location"] == KEPT
    page = client.get(KEPT).content.decode()

    assert "Dear Dana,\nwe come tomorrow &amp; bring &lt;two&gt; bins. متى؟" in page
    assert hidden(page)["answers"] == "7" and hidden(page)["action"] == "save"


def test_words_are_there_after_the_second_factor(where: str, city: City, client: Client):
    sent(client, where)
    with_app(city.alice)
    password(client, city.alice, then=KEPT)

    assert typed(client, code())["Location"] == KEPT and "Dear Dana" in client.get(KEPT).content.decode()


def test_words_are_there_after_single_sign_on(where: str, provider: Provider, client: Client):
    sent(client, where)

    assert provider.sign_in(client, "u-alice", then=KEPT)["Location"] == KEPT
    assert "Dear Dana" in client.get(KEPT).content.decode()


def test_form_is_sent_on_as_it_was_and_once(where: str, city: City, client: Client):
    sent(client, where)
    password(client, city.alice, then=KEPT)

    first = client.post(KEPT, {"text": WORDS, "answers": "7", "action": "save"})
    again = client.post(KEPT, {"text": WORDS, "answers": "7", "action": "save"})

    assert (first.status_code, first["Location"]) == (307, where)
    assert (again.status_code, again["Location"]) == (302, "/desk/")


def test_form_can_be_left(where: str, city: City, client: Client):
    sent(client, where, referer=f"http://testserver{where}?page=2")
    password(client, city.alice)

    assert client.post(KEPT, {"leave": "1"})["Location"] == f"{where}?page=2"
    assert client.get(KEPT)["Location"] == "/desk/"


def test_words_are_kept_encrypted_and_for_half_an_hour(
    where: str, city: City, client: Client, monkeypatch: pytest.MonkeyPatch
):
    sent(client, where)
    assert "Dear Dana" not in json.dumps([row.get_decoded() for row in Session.objects.all()])
    password(client, city.alice)

    later = time.time() + 31 * 60
    monkeypatch.setattr("agents.signing_in.again.time.time", lambda: later)

    assert client.get(KEPT)["Location"] == "/desk/"


def test_nobody_reads_kept_words_without_signing_in(where: str, client: Client):
    sent(client, where)

    assert client.get(KEPT).status_code == 302 and client.post(KEPT, {"text": "x"}).status_code == 302
    assert Client().get(KEPT).status_code == 302


def test_forms_of_the_admin_are_not_kept(city: City, client: Client):
    client.post("/admin/agents/user/add/", {"password1": "secret words of somebody"})

    assert "kept_words" not in client.session


def test_huge_form_is_not_kept(where: str, client: Client):
    client.post(where, {"text": "word " * 50_000})

    assert "kept_words" not in client.session


@pytest.mark.parametrize("referer", ["https://evil.example/desk/", "", "javascript:alert(1)"])
def test_way_back_never_leads_to_another_site(referer: str, where: str, city: City, client: Client):
    sent(client, where, referer=referer)
    password(client, city.alice)

    assert client.post(KEPT, {"leave": "1"})["Location"] == "/desk/"


def test_look_by_htmx_loads_the_sign_in_page(where: str, client: Client):
    answer = client.get(where, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/?view=mine"})

    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fdesk%2F%3Fview%3Dmine"


def test_change_by_htmx_leaves_the_page_and_its_words_alone(where: str, client: Client):
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{where}"}
    answer = client.post(where, {"text": WORDS}, headers=headers)

    assert answer.status_code == 401 and "HX-Redirect" not in answer and answer["HX-Reswap"] == "none"
    told = json.loads(answer["HX-Trigger"])["signed-out"]["address"]
    assert told.startswith("/accounts/login/?next=%2Fdesk%2Fenquiries%2F")
    assert "kept_words" not in client.session


def test_script_is_told_and_not_led(where: str, client: Client):
    answer = client.post(reverse("desk:length"), headers={"Accept": "application/json"})

    assert answer.status_code == 401 and answer.json()["address"].startswith("/accounts/login/")


def test_page_left_open_gets_a_new_proof_once_its_person_is_back(city: City, client: Client):
    headers = {"Accept": "application/json"}
    assert client.get("/accounts/still-here/", headers=headers).status_code == 401

    password(client, city.alice)
    told = client.get("/accounts/still-here/", headers=headers).json()

    assert told["user"] == city.alice.pk and len(told["csrf"]) == 64 and is_in(client)


def test_form_of_an_older_session_is_kept_too(where: str, city: City):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.alice)

    answer = sent(client, where, sec_fetch_site="same-origin")

    assert answer.status_code == 302 and answer["Location"] == KEPT
    assert "Dear Dana" in client.get(KEPT).content.decode()


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_form_of_another_site_is_not_kept(site: str, where: str, city: City):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.alice)

    answer = sent(client, where, sec_fetch_site=site)

    assert answer.status_code == 403 and "kept_words" not in client.session
