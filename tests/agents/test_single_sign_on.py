"""Single sign-on: who comes in by it and where they land, with a real provider on this machine."""

from __future__ import annotations

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from agents.models import User
from audit.models import Event
from tests.agents.authenticators import asks, code, is_in, password, typed, with_app
from tests.agents.providers import Provider
from tests.agents.sign_on import Change
from tests.people import City


def test_button_stands_on_the_sign_in_page(provider: Provider, client: Client):
    page = client.get("/accounts/login/?next=/desk/approvals/").content.decode()

    assert "Sign in with Northwell account" in page
    assert 'href="/accounts/oidc/login/?next=%2Fdesk%2Fapprovals%2F"' in page and 'name="password"' in page


def test_without_a_provider_there_is_no_trace_of_it(city: City, client: Client):
    assert "oidc" not in client.get("/accounts/login/").content.decode()
    for page in ("login", "callback"):
        assert client.get(f"/accounts/oidc/{page}/").status_code == 404
    assert client.get("/accounts/signed-out/").status_code == 404


def test_person_comes_in_and_lands_where_they_were_going(provider: Provider, city: City, client: Client):
    answer = provider.sign_in(client, "u-alice", then="/desk/approvals/")

    assert answer["Location"] == "/desk/approvals/" and is_in(client)
    assert int(client.session["_auth_user_id"]) == city.alice.pk
    assert Event.objects.get(verb="single_sign_on.linked").actor_id == city.alice.pk


def test_we_ask_with_proof_key_state_and_nonce(provider: Provider, client: Client):
    asked = provider.leave(client)

    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43 and len(asked["nonce"]) >= 32 and len(asked["state"]) >= 16
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}


def test_request_cannot_widen_what_we_ask_for(provider: Provider, client: Client):
    answer = client.get("/accounts/oidc/login/?scope=admin&process=connect&auth_params=prompt%3Dnone")

    assert "admin" not in answer["Location"] and "prompt" not in answer["Location"]


def test_person_is_known_by_the_pin_when_the_address_changes_there(provider: Provider, city: City, client: Client):
    provider.sign_in(client, "u-alice")
    provider.knows("u-alice", "alice.married@northwell.example")

    other = Client()
    provider.sign_in(other, "u-alice")

    assert int(other.session["_auth_user_id"]) == city.alice.pk


def test_nothing_about_the_person_is_kept_but_the_pin(provider: Provider, city: City, client: Client):
    provider.sign_in(client, "u-alice")

    pin = SocialAccount.objects.get()
    assert pin.extra_data == {"amr": ["pwd"], "acr": ""} and "alice" not in pin.uid and len(pin.uid) == 64


def test_stranger_gets_no_account(provider: Provider, city: City, client: Client):
    provider.knows("u-eve", "eve@northwell.example")

    answer = provider.sign_in(client, "u-eve")

    assert answer.status_code == 403 and "nobody has made an account for you" in answer.content.decode()
    assert not User.objects.filter(email="eve@northwell.example").exists() and not is_in(client)


def test_stranger_gets_an_account_without_rights_where_that_is_set(
    provider: Provider, city: City, client: Client, change: Change
):
    change(create_users=True)
    provider.knows("u-eve", "Eve@Northwell.example")

    page = client.get(provider.sign_in(client, "u-eve", then="/desk/")["Location"]).content.decode()

    eve = User.objects.get(email="eve@northwell.example")
    assert not eve.has_usable_password() and not eve.is_staff and not eve.memberships.exists()
    assert "nobody has given you a role yet" in page


def test_only_addresses_of_the_city_come_in_where_that_is_set(
    provider: Provider, city: City, client: Client, change: Change
):
    change(domains=("southwell.example",), create_users=True)

    answer = provider.sign_in(client, "u-alice")

    assert answer.status_code == 403 and not is_in(client) and not SocialAccount.objects.exists()


def test_person_put_out_of_use_stays_out(provider: Provider, city: City, client: Client):
    User.objects.filter(pk=city.alice.pk).update(is_active=False)

    assert provider.sign_in(client, "u-alice")["Location"] == "/accounts/inactive/"
    assert not is_in(client) and not SocialAccount.objects.exists()


def test_person_put_out_of_use_after_the_first_time_stays_out(provider: Provider, city: City, client: Client):
    provider.sign_in(client, "u-alice")
    User.objects.filter(pk=city.alice.pk).update(is_active=False)
    other = Client()

    assert provider.sign_in(other, "u-alice")["Location"] == "/accounts/inactive/" and not is_in(other)


def test_person_changes_their_mind(provider: Provider, client: Client):
    answer = client.get(provider.choose(provider.leave(client), "nobody"), follow=True)

    assert answer.redirect_chain[-1][0] == "/accounts/login/"


def test_own_second_factor_is_asked_for_all_the_same(provider: Provider, city: City, client: Client):
    with_app(city.alice)

    assert provider.sign_in(client, "u-alice", then="/desk/approvals/")["Location"] == "/accounts/second-factor/"
    assert not is_in(client)
    assert typed(client, code())["Location"] == "/desk/approvals/" and is_in(client)


@pytest.mark.parametrize(("amr", "opens"), [(["pwd", "mfa"], True), (["pwd"], False)])
def test_providers_second_factor_counts_where_that_is_set(
    amr: list[str], opens: bool, provider: Provider, city: City, client: Client, change: Change
):
    change(trusted_amr=("mfa", "hwk"))
    asks(city, "EVERYBODY")
    provider.knows("u-alice", city.alice.email, amr=amr)

    provider.sign_in(client, "u-alice")

    assert is_in(client) is opens


def test_providers_second_factor_does_not_count_by_itself(provider: Provider, city: City, client: Client):
    asks(city, "EVERYBODY")
    provider.knows("u-alice", city.alice.email, amr=["mfa"])

    provider.sign_in(client, "u-alice")

    assert client.get("/desk/")["Location"].startswith("/accounts/security/")


def test_signing_out_offers_to_sign_out_there_too(provider: Provider, client: Client):
    provider.sign_in(client, "u-alice")

    answer = client.post("/accounts/logout/", follow=True)

    assert answer.redirect_chain[-1][0] == "/accounts/signed-out/" and not is_in(client)
    assert f"{provider.simulator.url}/logout?client_id=citizenservice" in answer.content.decode()


def test_signing_out_after_a_password_is_as_before(provider: Provider, city: City, client: Client):
    password(client, city.alice)

    assert client.post("/accounts/logout/")["Location"] == "/"


def test_only_way_in_hides_and_refuses_passwords(provider: Provider, city: City, client: Client, change: Change):
    change(only=True)
    page = client.get("/accounts/login/").content.decode()
    assert 'name="password"' not in page and "passkey" not in page.replace("passkeys.js", "")

    refused = password(client, city.alice)

    assert refused["Location"] == "/accounts/login/" and not is_in(client)
    assert "Passwords and keys do not open this door" in client.get("/accounts/login/").content.decode()
    provider.sign_in(client, "u-alice")
    assert is_in(client)


def test_superuser_comes_in_by_password_when_the_glass_is_broken(
    provider: Provider, city: City, client: Client, change: Change
):
    change(only=True)
    password(client, city.admin)
    assert not is_in(client)

    change(break_glass=True)
    password(client, city.bob)
    assert not is_in(client)
    password(client, city.admin)
    assert is_in(client)
