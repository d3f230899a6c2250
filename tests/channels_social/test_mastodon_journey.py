"""A Mastodon account goes all the way through the service: the proof that a channel is a folder and a line of settings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from enquiries.models import ChannelAccount, Message, Posting
from enquiries.services.incoming import intake, pickup
from enquiries.services.leaving import posting
from simulators import credentials
from tests.people import City, approved
from tests.sims import Simulator, mastodon_simulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def server() -> Iterator[Simulator]:
    with mastodon_simulator() as simulator:
        yield simulator


@pytest.fixture
def account(server: Simulator, city: City) -> ChannelAccount:
    ChannelAccount.objects.update(is_active=False)
    made = ChannelAccount(
        organisation=city.organisation,
        team=city.waste,
        kind="mastodon",
        name="Northwell Social",
        external_id=credentials.MASTODON_ACCOUNT_ID,
        handle=credentials.MASTODON_HANDLE,
        settings={"api_url": server.url, "server": credentials.MASTODON_SERVER, "settle_seconds": 1},
    )
    made.keep_secrets({"access_token": credentials.MASTODON_TOKEN})
    made.save()
    return made


@pytest.mark.parametrize("visibility", ["public", "direct"])
def test_mention_becomes_an_enquiry_and_its_approved_answer_is_posted_once(
    server: Simulator, account: ChannelAccount, city: City, visibility: str
):
    server.write(author_handle="dana", author_name="Dana", text="@northwell my bin?", visibility=visibility)
    pickup.pick_up_due(now=timezone.now(), worker="w")
    intake.read_due_payloads(now=timezone.now(), worker="w")
    message = Message.objects.get(account=account)

    approval = approved(city, message, now=timezone.now())
    posting.deliver_due(worker="w")

    assert Posting.objects.get(approval=approval).state == Posting.State.POSTED
    ours = [post for post in server.ledger()["posts"] if post["by_api"]]
    assert [(post["text"], post["visibility"]) for post in ours] == [("@dana We come tomorrow.", visibility)]
