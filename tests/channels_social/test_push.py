"""The simulated platforms shake hands with the running site and deliver to it."""

import time
from collections.abc import Callable, Iterator

import pytest

from enquiries.models import ChannelAccount, Payload
from enquiries.registry import channel
from simulators import credentials
from tests.people import City
from tests.sims import Simulator, facebook_simulator, x_simulator


@pytest.fixture
def site(live_server, city: City) -> str:
    """The running site, whose accounts know the secrets of the simulated platforms."""
    city.accounts["x"].keep_secrets({"consumer_secret": credentials.X_CONSUMER_SECRET})
    city.accounts["facebook"].keep_secrets(
        {"app_secret": credentials.FACEBOOK_APP_SECRET, "verify_token": credentials.FACEBOOK_VERIFY_TOKEN}
    )
    for kind in ("x", "facebook"):
        city.accounts[kind].save()
    return str(live_server.url)


@pytest.fixture
def x(site: str) -> Iterator[Simulator]:
    with x_simulator("--webhook", f"{site}/webhooks/x/") as simulator:
        yield simulator


@pytest.fixture
def facebook(site: str) -> Iterator[Simulator]:
    with facebook_simulator("--webhook", f"{site}/webhooks/facebook/") as simulator:
        yield simulator


def wait(test: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not test():
        assert time.monotonic() < end, "the webhook did not arrive"
        time.sleep(0.05)


def texts(kind: str) -> list[str]:
    account = ChannelAccount.objects.get(kind=kind)
    raws = [bytes(payload.raw) for payload in Payload.objects.filter(account=account).order_by("pk")]
    return [
        part.text for raw in raws for part in channel(kind).parse(account.as_account(), raw) if hasattr(part, "text")
    ]


def test_mention_on_x_is_pushed_and_kept(x: Simulator):
    x.write(author_handle="dana", author_name="Dana", text="@northwell नमस्ते, the light is out")

    wait(Payload.objects.exists)

    assert texts("x") == ["@northwell नमस्ते, the light is out"]


def test_comment_and_message_on_facebook_are_pushed_and_kept(facebook: Simulator):
    facebook.write(kind="comment", author_name="Dana", text="नमस्ते, the light is out")
    facebook.write(kind="message", author_name="Eli", text="My bin is full / still")

    wait(lambda: Payload.objects.count() == 2)

    assert sorted(texts("facebook")) == ["My bin is full / still", "नमस्ते, the light is out"]


def test_same_delivery_many_times_is_kept_once(facebook: Simulator):
    facebook.write(kind="comment", author_name="Dana", text="The light is out", push="no")

    statuses = facebook.act("webhook", {"times": 5})["statuses"]

    assert statuses == [200] * 5
    assert Payload.objects.count() == 1


@pytest.mark.parametrize("signature", ["wrong", "none"])
def test_delivery_without_proof_is_refused(x: Simulator, facebook: Simulator, signature: str):
    x.write(author_handle="dana", author_name="Dana", text="@northwell hello", push="no")
    facebook.write(kind="comment", author_name="Dana", text="Hello", push="no")

    statuses = [each.act("webhook", {"signature": signature})["statuses"] for each in (x, facebook)]

    assert statuses == [[401], [401]]
    assert not Payload.objects.exists()
