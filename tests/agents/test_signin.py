"""Signing in, and the pages one sees when something is not as it should be."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client, RequestFactory

from citizenservice.errors import broken
from tests.people import PASSWORD, City, arrive


def sign_in(client: Client, address: str, password: str = PASSWORD, then: str = ""):
    return client.post("/accounts/login/", {"login": address, "password": password, "next": then})


def test_agent_signs_in_to_the_desk(city: City, client: Client):
    answer = sign_in(client, "Alice@Northwell.example")

    assert answer["Location"] == "/desk/"
    assert "Alice" in client.get("/desk/").content.decode()


def test_agent_comes_back_to_where_they_were(city: City, client: Client):
    address = f"/desk/enquiries/{arrive(city).enquiry.reference}/"
    to_sign_in = client.get(address)["Location"]

    page = client.get(to_sign_in).content.decode()

    assert "What you saved is kept." in page and f'value="{address}"' in page
    assert sign_in(client, city.alice.email, then=address)["Location"] == address


def test_sign_in_never_leads_to_another_site(city: City, client: Client):
    assert sign_in(client, city.alice.email, then="https://evil.example/")["Location"] == "/desk/"


def test_wrong_password_tells_nothing_about_the_account(city: City, client: Client):
    known = sign_in(client, city.alice.email, "wrong wrong wrong").content.decode()
    unknown = sign_in(client, "nobody@northwell.example", "wrong wrong wrong").content.decode()

    told = "The email address and/or password you specified are not correct."
    assert told in known and told in unknown


def test_guessing_is_slowed_down(city: City, client: Client):
    answers = [sign_in(client, city.alice.email, f"wrong guess {n}") for n in range(7)]

    assert "Too many failed login attempts" in answers[-1].content.decode() or answers[-1].status_code == 429
    assert sign_in(client, city.alice.email).status_code != 302


def test_nobody_signs_up(client: Client, db: None):
    assert client.get("/accounts/signup/").status_code in (302, 404)
    assert client.post("/accounts/signup/", {"email": "a@b.example"}).status_code in (302, 404)


def test_sign_out_takes_a_post(city: City, alice: Client):
    assert alice.get("/accounts/logout/").status_code == 200
    assert alice.get("/desk/").status_code == 200
    alice.post("/accounts/logout/")
    assert alice.get("/desk/").status_code == 302


@pytest.mark.parametrize("password", ["short", "password1234", "alice@northwell.example"])
def test_weak_password_is_refused(password: str, city: City, alice: Client):
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}

    assert alice.post("/accounts/password/change/", data).status_code == 200
    city.alice.refresh_from_db()
    assert city.alice.check_password(PASSWORD)


def test_password_is_changed(city: City, alice: Client):
    new = "three odd words together"

    answer = alice.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    city.alice.refresh_from_db()
    assert answer.status_code == 302 and city.alice.check_password(new)


def test_forgotten_password_tells_nothing_about_the_account(city: City, client: Client, mailoutbox: list[EmailMessage]):
    answers = [
        client.post("/accounts/password/reset/", {"email": address}, follow=True).content.decode()
        for address in (city.alice.email, "nobody@northwell.example")
    ]

    assert all("If an account has this address" in page for page in answers)
    assert [mail.to for mail in mailoutbox] == [[city.alice.email]]


def test_link_in_the_mail_sets_a_new_password_once(city: City, client: Client, mailoutbox: list[EmailMessage]):
    new = "three odd words together"
    client.post("/accounts/password/reset/", {"email": city.alice.email})
    link = next(line for line in str(mailoutbox[0].body).splitlines() if "/accounts/password/reset/key/" in line)
    link = "/" + link.split("/", 3)[3]

    form = client.get(link)["Location"]
    answer = client.post(form, {"password1": new, "password2": new}, follow=True)

    city.alice.refresh_from_db()
    assert city.alice.check_password(new) and "Your password is changed" in answer.content.decode()
    again = Client().get(link, follow=True).content.decode()
    assert "This link has been used or is too old." in again


def test_mail_server_that_is_down_does_not_tell_whether_an_account_exists(city: City, client: Client, settings: Any):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    answer = client.post("/accounts/password/reset/", {"email": city.alice.email}, follow=True)

    assert "If an account has this address" in answer.content.decode()


@pytest.mark.parametrize("address", ["/desk/no-such-page/", "/desk/enquiries/NW-0000-0000/"])
def test_page_that_is_not_there_says_what_to_do(address: str, city: City, alice: Client):
    answer = alice.get(address)

    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode() and "Go to the desk" in answer.content.decode()


def test_form_without_its_proof_is_refused_in_words(city: City):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.alice)

    answer = client.post(f"/desk/enquiries/{arrive(city).enquiry.reference}/claim/")

    assert answer.status_code == 403
    assert "This form was open for too long" in answer.content.decode()


def test_broken_page_needs_nothing(rf: RequestFactory, django_db_blocker: object):
    answer = broken(rf.get("/desk/"))

    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()


def test_pages_carry_a_strict_policy_and_no_inline_code(city: City, alice: Client):
    arrive(city)

    answer = alice.get("/desk/")

    page = answer.content.decode()
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "style=" not in page and "<style" not in page and " onclick" not in page
    assert all("src=" in tag.split(">")[0] for tag in page.split("<script")[1:])
    assert answer["Cache-Control"] == "no-store"


def test_many_other_addresses_do_not_make_the_guesses_forgotten(city: City, client: Client):
    for number in range(6):
        sign_in(client, city.alice.email, f"wrong guess {number}")

    cache.set_many({f"zz:another-address-{number}": [1.0] for number in range(1000)})

    assert sign_in(client, city.alice.email).status_code != 302
