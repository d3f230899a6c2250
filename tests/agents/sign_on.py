"""Fixtures of single sign-on: the running provider, the settings that name it, and Alice whom it knows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simulators.oidc.people import CLIENT_ID, CLIENT_SECRET
from tests import sims
from tests.agents.providers import Provider
from tests.people import City

Change = Callable[..., None]


@pytest.fixture(scope="module")
def program() -> Iterator[sims.Simulator]:
    with sims.oidc_simulator() as simulator:
        yield simulator


@pytest.fixture
def change(settings: Any) -> Change:
    """Change settings of single sign-on."""

    def to(**values: object) -> None:
        settings.OIDC = dataclasses.replace(settings.OIDC, **values)

    return to


@pytest.fixture
def provider(program: sims.Simulator, city: City, change: Change) -> Provider:
    """The provider of the city, which knows Alice."""
    program.reset()
    change(issuer=program.url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, name="Northwell account")
    known = Provider(program)
    known.knows("u-alice", city.alice.email)
    return known
