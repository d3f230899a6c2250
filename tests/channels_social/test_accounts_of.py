"""A webhook finds the accounts as they are now, although they are opened only once; and it survives a lost connection."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bench.load import APP_SECRET, comment
from channels_social import accounts
from channels_social.facebook import signature
from enquiries.models import ChannelAccount, Payload
from enquiries.queries.account_versions import account_versions
from enquiries.services.incoming import intake
from tests.people import NOON, City

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_opened() -> Iterator[None]:
    accounts._opened.clear()
    yield
    accounts._opened.clear()


def page(city: City) -> ChannelAccount:
    account = city.accounts["facebook"]
    account.keep_secrets({"app_secret": APP_SECRET})
    account.save()
    return account


def deliver(number: int, secret: str = APP_SECRET) -> int:
    body = comment(number)
    signed = {"X-Hub-Signature-256": signature.sign(secret, body)}
    return Client().post("/webhooks/facebook/", body, content_type="application/json", headers=signed).status_code


def test_accounts_are_opened_once(city: City, django_assert_num_queries: DjangoAssertNumQueries):
    page(city)
    first = accounts.accounts_of("facebook")

    with django_assert_num_queries(1):
        assert accounts.accounts_of("facebook") is first


def test_new_secret_counts_from_the_next_webhook_on(city: City):
    account = page(city)
    assert deliver(1) == 200

    account.keep_secrets({"app_secret": "another"})
    account.save()

    assert deliver(2) == 401
    assert deliver(2, "another") == 200


def test_account_out_of_use_gets_nothing_from_the_next_webhook_on(city: City):
    account = page(city)
    assert deliver(1) == 200

    ChannelAccount.objects.filter(pk=account.pk).update(is_active=False)

    assert deliver(2) == 401
    assert Payload.objects.count() == 1


def test_account_put_into_use_is_found_at_once(city: City):
    account = page(city)
    ChannelAccount.objects.filter(pk=account.pk).update(is_active=False)
    assert deliver(1) == 401

    ChannelAccount.objects.filter(pk=account.pk).update(is_active=True)

    assert deliver(1) == 200


def test_keys_that_were_exchanged_close_what_they_opened(city: City, settings: Settings):
    page(city)
    assert deliver(1) == 200

    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    assert deliver(2) == 401


def test_numbers_that_nobody_has_are_not_remembered(city: City):
    page(city)

    for number in range(50):
        assert accounts.accounts_of("facebook", f"nobody-{number}") == ()

    assert not accounts._opened


def test_webhook_on_a_connection_that_died_is_kept_all_the_same(city: City):
    page(city)
    assert deliver(1) == 200
    connection.ensure_connection()
    connection.connection.close()

    assert deliver(2) == 200
    assert Payload.objects.count() == 2


def test_proof_by_accounts_that_changed_meanwhile_keeps_nothing(city: City):
    account = page(city)
    seen = account_versions("facebook")

    account.name = "Another name"
    account.save()

    with pytest.raises(intake.Outdated):
        intake.accept_payload(
            account_id=account.pk, source="WEBHOOK", external_id="w", raw=b"x", now=NOON, proven_by=seen
        )
    assert not Payload.objects.exists()


def test_webhook_that_comes_twice_is_kept_once(city: City):
    page(city)

    assert [deliver(1), deliver(1), deliver(1)] == [200, 200, 200]

    assert Payload.objects.count() == 1
