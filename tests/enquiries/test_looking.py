"""A person who has to decide about a reply is shown what the platform shows; looking changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from enquiries.models import Posting
from enquiries.services.leaving import looking
from tests.enquiries.test_posting import SECRETS, needs_person, queued, work
from tests.people import City, make_city
from tests.sims import Simulator, x_simulator
from worklist.queue import database_now

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def platform() -> Iterator[Simulator]:
    with x_simulator() as simulator:
        yield simulator


@pytest.fixture
def x(platform: Simulator) -> Simulator:
    platform.reset()
    return platform


@pytest.fixture
def town(x: Simulator) -> City:
    city = make_city()
    account = city.accounts["x"]
    account.settings = {"api_url": x.url, "settle_seconds": 0}
    account.keep_secrets(SECRETS)
    account.save(update_fields=["settings", "sealed_secrets"])
    return city


def test_reply_that_is_there_is_shown_with_its_number(town: City, x: Simulator):
    one = queued(town, x)
    x.fault("create_post", "commit_then_drop")
    work(one)

    seen = looking.look_now(one.pk, now=database_now())

    assert seen.is_there is True
    assert seen.external_id == next(post["id"] for post in x.ledger()["posts"] if post["by_api"])


def test_reply_that_is_not_there_is_said_so(town: City, x: Simulator):
    seen = looking.look_now(needs_person(town, x).pk, now=database_now())

    assert (seen.is_there, bool(seen.says)) == (False, True)


def test_look_that_proves_nothing_says_why(town: City, x: Simulator):
    one = needs_person(town, x)
    x.fault("read", "html_502", times=9)

    seen = looking.look_now(one.pk, now=database_now())

    assert (seen.is_there, bool(seen.says)) == (None, True)


def test_look_changes_nothing(town: City, x: Simulator):
    one = needs_person(town, x)
    before = Posting.objects.filter(pk=one.pk).values().get()

    looking.look_now(one.pk, now=database_now())

    assert Posting.objects.filter(pk=one.pk).values().get() == before
