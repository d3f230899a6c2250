"""Browsers without a browser: one signed-in client per person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from agents.models import User
from tests.agents.sign_on import change, program, provider  # noqa: F401 - fixtures
from tests.people import City

SignedIn = Callable[[User], Client]


@pytest.fixture
def signed_in() -> SignedIn:
    """Make a client that is signed in as a person, without the sign-in page."""

    def client_of(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return client_of


@pytest.fixture
def alice(city: City, signed_in: SignedIn) -> Client:
    """Alice drafts."""
    return signed_in(city.alice)


@pytest.fixture
def bob(city: City, signed_in: SignedIn) -> Client:
    """Bob supervises."""
    return signed_in(city.bob)


@pytest.fixture
def charlie(city: City, signed_in: SignedIn) -> Client:
    """Charlie supervises another team."""
    return signed_in(city.charlie)
