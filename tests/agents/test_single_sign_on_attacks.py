"""What somebody tries who wants to come in as another: forged proofs, borrowed sessions, addresses that are not theirs."""

from __future__ import annotations

import threading
from urllib.parse import urlencode

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.db import connections
from django.test import Client

from agents.models import User
from tests.agents.authenticators import is_in
from tests.agents.providers import Provider
from tests.agents.sign_on import Change
from tests.people import City

CALLBACK = "/accounts/oidc/callback/"
LIES = ["nonce", "no_nonce", "expired", "key", "audience", "issuer", "unsigned", "shared_secret", "other_person", "azp"]


@pytest.mark.parametrize("lie", LIES)
def test_forged_proof_opens_nothing(lie: str, provider: Provider, client: Client):
    provider.lies(lie)

    answer = provider.sign_in(client, "u-alice")

    assert answer.status_code == 401 and "Nobody has been signed in" in answer.content.decode()
    assert not is_in(client) and not SocialAccount.objects.exists()


@pytest.mark.parametrize("told", [False, None, "false", 1, "yes"])
def test_unverified_address_takes_over_no_account(told: object, provider: Provider, city: City, client: Client):
    provider.knows("u-eve", city.bob.email, email_verified=told)

    answer = provider.sign_in(client, "u-eve")

    assert answer.status_code == 403 and "does not vouch for your e-mail address" in answer.content.decode()
    assert not is_in(client) and not SocialAccount.objects.exists()


def test_claim_that_is_missing_counts_where_the_provider_is_trusted(
    provider: Provider, city: City, client: Client, change: Change
):
    change(trust_email=True)
    provider.knows("u-bob", city.bob.email, email_verified=None)
    provider.knows("u-eve", city.charlie.email, email_verified=False)

    provider.sign_in(client, "u-bob")
    other = Client()
    provider.sign_in(other, "u-eve")

    assert is_in(client) and not is_in(other)


def test_who_gets_somebodys_old_address_does_not_get_their_account(provider: Provider, city: City, client: Client):
    provider.sign_in(client, "u-alice")
    provider.knows("u-new", city.alice.email)
    other = Client()

    answer = provider.sign_in(other, "u-new")

    assert answer.status_code == 403 and "signed in from another account before" in answer.content.decode()
    assert not is_in(other)


def test_same_name_at_another_provider_is_somebody_else(provider: Provider, city: City, client: Client):
    SocialAccount.objects.create(user=city.bob, provider="oidc", uid="u-alice")

    provider.sign_in(client, "u-alice")

    assert int(client.session["_auth_user_id"]) == city.alice.pk


def test_answer_for_another_browser_is_refused(provider: Provider, client: Client):
    thief = Client()
    for_the_thief = provider.choose(provider.leave(thief), "u-alice")

    answer = client.get(for_the_thief)

    assert answer.status_code == 401 and not is_in(client)


@pytest.mark.parametrize("state", ["", "made-up"])
def test_answer_without_our_state_is_refused(state: str, provider: Provider, client: Client):
    provider.leave(client)

    answer = client.get(f"{CALLBACK}?{urlencode({'code': 'x', 'state': state})}")

    assert answer.status_code == 401 and not is_in(client)
    assert provider.simulator.calls("token") == 0


def test_answer_works_once(provider: Provider, client: Client):
    back = provider.choose(provider.leave(client), "u-alice")
    client.get(back)
    client.post("/accounts/logout/")

    assert client.get(back).status_code == 401 and not is_in(client)


def test_code_of_another_sign_in_is_refused(provider: Provider, client: Client):
    thief = Client()
    stolen = provider.choose(provider.leave(client), "u-alice").split("code=")[1].split("&")[0]
    own = provider.leave(thief)

    answer = thief.get(f"{CALLBACK}?{urlencode({'code': stolen, 'state': own['state']})}")

    assert answer.status_code == 401 and not is_in(thief)


@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_it_never_leads_to_another_site(then: str, provider: Provider, client: Client):
    assert provider.sign_in(client, "u-alice", then=then)["Location"] == "/desk/"


def test_session_of_before_is_not_the_session_of_after(provider: Provider, client: Client):
    back = provider.choose(provider.leave(client), "u-alice")
    before = client.session.session_key

    client.get(back)

    assert is_in(client) and client.session.session_key != before


def test_whoever_was_signed_in_is_out_when_somebody_else_comes_in(provider: Provider, city: City, bob: Client):
    bob.session["theirs"] = "something"

    provider.sign_in(bob, "u-alice")

    assert int(bob.session["_auth_user_id"]) == city.alice.pk and "theirs" not in bob.session


def test_provider_in_a_table_is_no_provider(provider: Provider, client: Client, change: Change):
    SocialApp.objects.create(provider="openid_connect", provider_id="oidc", name="Evil", client_id="e", secret="e")
    provider.leave(client)

    change(issuer="")

    assert client.get("/accounts/oidc/login/").status_code == 404


def test_superuser_is_matched_like_everybody_and_not_made(provider: Provider, city: City, client: Client):
    provider.knows("u-root", "root@northwell.example")

    provider.sign_in(client, "u-root")

    assert User.objects.filter(is_superuser=True).count() == 1 and not is_in(client)


@pytest.mark.parametrize("operation", ["description", "token", "keys", "userinfo"])
@pytest.mark.parametrize("fault", ["html_502", "drop_before_commit", "empty_200"])
def test_provider_in_trouble_is_told_in_words(
    operation: str, fault: str, provider: Provider, client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("agents.signing_in.single_sign_on.protocol._remembered", {})
    if operation == "description":
        provider.simulator.fault(operation, fault, times=9)
        answer = client.get("/accounts/oidc/login/")
    else:
        asked = provider.leave(client)
        provider.simulator.fault(operation, fault, times=9)
        answer = client.get(provider.choose(asked, "u-alice"))

    assert answer.status_code == 401 and "Signing in did not work" in answer.content.decode()
    assert not is_in(client)


@pytest.mark.django_db(transaction=True)
def test_two_people_with_one_address_at_the_same_moment_become_one_pin(provider: Provider, city: City):
    provider.knows("u-first", city.bob.email)
    provider.knows("u-second", city.bob.email)
    backs = {sub: (client := Client(), provider.choose(provider.leave(client), sub)) for sub in ("u-first", "u-second")}
    start, codes = threading.Barrier(2), []

    def run(client: Client, back: str) -> None:
        start.wait()
        codes.append(client.get(back).status_code)
        connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in backs.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [302, 403] and SocialAccount.objects.filter(user=city.bob).count() == 1
