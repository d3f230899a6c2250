"""The second factor: shown at signing in, set up by oneself, taken once, and never to be walked around."""

from __future__ import annotations

import re
import threading
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connections
from django.test import Client

from agents.signing_in.second_factor.forms import take
from audit.models import Event
from tests.agents.authenticators import asks, code, is_in, password, typed, with_app, with_codes
from tests.people import PASSWORD, City


def confirmed(client: Client, to: str) -> None:
    """Type the password again, as delicate pages ask for."""
    assert client.get(to)["Location"].startswith("/accounts/reauthenticate/")
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": to})
    assert answer.status_code == 302 and answer["Location"] == to


def set_up_app(client: Client) -> str:
    """Add an app as a person does. Returns its secret."""
    confirmed(client, "/accounts/security/app/add/")
    page = client.get("/accounts/security/app/add/").content.decode()
    secret = re.search(r'class="secret"><bdi>(\w+)</bdi>', page)
    assert secret is not None and 'src="data:image/svg+xml;base64,' in page
    answer = client.post("/accounts/security/app/add/", {"code": code(secret[1])})
    assert answer["Location"] == "/accounts/security/recovery-codes/"
    return secret[1]


def test_person_without_a_second_factor_signs_in_as_before(city: City, client: Client):
    assert password(client, city.alice)["Location"] == "/desk/" and is_in(client)


def test_password_alone_does_not_open_the_desk(city: City, client: Client):
    with_app(city.alice)

    assert password(client, city.alice)["Location"] == "/accounts/second-factor/"
    assert not is_in(client) and "_auth_user_id" not in client.session


def test_code_of_the_app_opens_it_and_leads_where_one_was_going(city: City, client: Client):
    with_app(city.alice)
    password(client, city.alice, then="/desk/approvals/")

    assert typed(client, code())["Location"] == "/desk/approvals/" and is_in(client)


def test_code_is_taken_a_little_early_or_late(city: City):
    app = with_app(city.alice)

    assert not take(app, code(steps=-2)) and not take(app, code(steps=2))
    assert take(app, code(steps=-1)) and take(app, code()) and take(app, code(steps=1))


def test_code_works_once(city: City, client: Client):
    with_app(city.alice)
    same = code()
    password(client, city.alice)
    typed(client, same)
    thief = Client()
    password(thief, city.alice)

    assert "Incorrect code" in typed(thief, same).content.decode() and not is_in(thief)


def test_older_code_is_worth_nothing_after_a_newer_one(city: City):
    app = with_app(city.alice)

    assert take(app, code()) and not take(app, code(steps=-1))


def test_code_that_proved_the_app_does_not_sign_in(city: City, alice: Client):
    secret = set_up_app(alice)
    thief = Client()
    password(thief, city.alice)

    assert typed(thief, code(secret)).status_code == 200 and not is_in(thief)


@pytest.mark.django_db(transaction=True)
def test_one_code_opens_one_of_two_doors_at_the_same_moment(city: City):
    app, same, got = with_app(city.alice), code(), []
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        got.append(take(app, same))
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(got) == [False, True]


def test_guessing_codes_is_slowed_down(city: City, client: Client):
    with_app(city.alice)
    password(client, city.alice)

    pages = [typed(client, f"{n:06}").content.decode() for n in range(7)]

    assert "Incorrect code" in pages[0] and "Too many failed login attempts" in pages[-1]
    assert typed(client, code()).status_code == 200 and not is_in(client)


def test_recovery_code_works_once(city: City, client: Client):
    with_app(city.alice)
    codes = with_codes(city.alice)
    password(client, city.alice)
    assert typed(client, codes[0]).status_code == 302 and is_in(client)

    thief = Client()
    password(thief, city.alice)
    assert typed(thief, codes[0]).status_code == 200 and not is_in(thief)
    assert typed(thief, codes[1]).status_code == 302


def test_app_is_set_up_and_told_of_and_its_codes_are_shown_once(city: City, alice: Client):
    set_up_app(alice)

    first = alice.get("/accounts/security/recovery-codes/").content.decode()
    again = alice.get("/accounts/security/recovery-codes/").content.decode()

    assert len(re.findall(r"<bdi>\d{8}</bdi>", first)) == 10 and not re.search(r"<bdi>\d{8}</bdi>", again)
    assert Event.objects.get(verb="second_factor.added").data == {"kind": "totp"}
    assert is_in(alice)


def test_secrets_are_encrypted_at_rest(city: City, alice: Client):
    secret = set_up_app(alice)

    kept = [str(each.data) for each in Authenticator.objects.filter(user=city.alice)]

    assert len(kept) == 2 and not any(secret in each for each in kept)
    assert all("gAAAA" in each for each in kept)


def test_setting_one_up_asks_for_the_password_first(city: City, alice: Client):
    for page in ("app/add/", "keys/add/", "recovery-codes/new/"):
        answer = alice.get(f"/accounts/security/{page}")
        assert answer["Location"].startswith("/accounts/reauthenticate/"), page
    assert alice.post("/accounts/security/app/add/", {"code": "1"}).status_code == 302
    assert not Authenticator.objects.exists()


def test_other_sessions_have_to_show_it_once_it_is_set_up(city: City, alice: Client, client: Client):
    password(client, city.alice)
    assert is_in(client)
    secret = set_up_app(alice)

    assert client.get("/desk/approvals/")["Location"].startswith("/accounts/second-factor/again/")
    assert client.get("/accounts/security/app/remove/").status_code == 302
    client.post("/accounts/second-factor/again/", {"code": code(secret, steps=1), "next": "/desk/"})
    assert is_in(client)


def test_password_again_does_not_stand_in_for_the_code(city: City, client: Client):
    password(client, city.alice)
    with_app(city.alice)

    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/desk/"})

    assert not is_in(client)


def test_last_factor_of_somebody_who_must_have_one_stays(city: City, alice: Client):
    asks(city, "EVERYBODY")
    set_up_app(alice)

    answer = alice.post("/accounts/security/app/remove/")

    assert "Set up another second factor first" in answer.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_app_is_given_up_where_nobody_asks_for_it(city: City, alice: Client):
    set_up_app(alice)

    assert alice.post("/accounts/security/app/remove/").status_code == 302
    assert not Authenticator.objects.exists()
    assert Event.objects.filter(verb="second_factor.removed").exists()


def test_session_gets_a_new_name_at_the_second_step(city: City, client: Client):
    with_app(city.alice)
    client.get("/accounts/login/")
    password(client, city.alice)
    before = client.session.session_key

    typed(client, code())

    assert is_in(client) and client.session.session_key != before


def test_second_step_belongs_to_the_first(city: City, client: Client):
    with_app(city.alice)

    assert typed(client, code())["Location"] == "/accounts/login/" and not is_in(client)


def test_person_put_out_of_use_between_the_steps_stays_out(city: City, client: Client):
    with_app(city.alice)
    password(client, city.alice)
    type(city.alice).objects.filter(pk=city.alice.pk).update(is_active=False)

    typed(client, code())

    assert not is_in(client)


def test_second_step_never_leads_to_another_site(city: City, client: Client):
    with_app(city.alice)
    password(client, city.alice, then="https://evil.example/")

    assert typed(client, code())["Location"] == "/desk/"


def test_failed_codes_are_counted_outside_of_what_is_rolled_back(city: City, client: Client):
    with_app(city.alice)
    password(client, city.alice)
    cache.clear()
    for _ in range(5):
        typed(client, "000000")
    at = time.time()

    assert "Too many" in typed(client, code()).content.decode() and time.time() - at < 5
