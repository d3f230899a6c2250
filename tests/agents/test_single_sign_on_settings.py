"""What the environment may say about single sign-on, and what stops the start."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from citizenservice import env

PRODUCTION = {
    "CITIZENSERVICE_MODE": "production",
    "SECRET_KEY": "kX9-vQ2_mZ7pL4wR8tY1uJ6hG3fD5sA0bNcEiOqW",
    "PUBLIC_URL": "https://enquiries.city.gov",
    "ALLOWED_HOSTS": "enquiries.city.gov",
}


def read(monkeypatch: pytest.MonkeyPatch, **values: str) -> env.SingleSignOn:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return env.read().oidc


def test_without_settings_there_is_none(monkeypatch: pytest.MonkeyPatch):
    found = read(monkeypatch, OIDC_ISSUER="", OIDC_DOMAINS="", OIDC_ONLY="", OIDC_BREAK_GLASS="off")

    assert (found.issuer, found.domains, found.only, found.break_glass, found.create_users) == (
        "",
        (),
        False,
        False,
        False,
    )


def test_settings_are_read(monkeypatch: pytest.MonkeyPatch):
    found = read(
        monkeypatch,
        OIDC_ISSUER="https://id.city.gov",
        OIDC_CLIENT_ID="desk",
        OIDC_DOMAINS="City.gov,@waste.city.gov",
        OIDC_SECOND_FACTOR="mfa,hwk",
        OIDC_ONLY="on",
    )

    assert found.domains == ("city.gov", "waste.city.gov") and found.trusted_amr == ("mfa", "hwk") and found.only


def test_issuer_without_a_client_is_refused(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ImproperlyConfigured, match="OIDC_CLIENT_ID"):
        read(monkeypatch, OIDC_ISSUER="https://id.city.gov")


def test_only_way_in_without_a_provider_is_refused(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ImproperlyConfigured, match="nobody could sign in"):
        read(monkeypatch, OIDC_ONLY="on")


def test_provider_without_encryption_is_refused_in_production(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ImproperlyConfigured, match="OIDC_ISSUER must be an https"):
        read(monkeypatch, **PRODUCTION, OIDC_ISSUER="http://id.city.gov", OIDC_CLIENT_ID="desk")
