"""What the platform shows stands on the page of a posting: asked of the simulated X."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.agents.conftest import SignedIn
from tests.enquiries.test_posting import SECRETS, needs_person, queued, work
from tests.people import City, make_city
from tests.sims import Simulator, x_simulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def x() -> Iterator[Simulator]:
    with x_simulator() as simulator:
        yield simulator


@pytest.fixture
def town(x: Simulator) -> City:
    city = make_city()
    account = city.accounts["x"]
    account.settings = {"api_url": x.url, "settle_seconds": 0}
    account.keep_secrets(SECRETS)
    account.save(update_fields=["settings", "sealed_secrets"])
    return city


@pytest.fixture
def supervisor(town: City, signed_in: SignedIn) -> Client:
    return signed_in(town.bob)


def look(client: Client, posting_id: int) -> str:
    return client.post(f"/desk/postings/{posting_id}/look/").content.decode()


def test_reply_that_is_there_is_shown_with_its_number(town: City, x: Simulator, supervisor: Client):
    one = queued(town, x)
    x.fault("create_post", "commit_then_drop")
    work(one)

    said = look(supervisor, one.pk)

    number = next(post["id"] for post in x.ledger()["posts"] if post["by_api"])
    assert "The platform shows it." in said and number in said


def test_reply_that_is_not_there_is_said_so(town: City, x: Simulator, supervisor: Client):
    assert "The platform does not show it." in look(supervisor, needs_person(town, x).pk)
