"""What tests of listening, context and moderation need: the made-up forum with every ability, and things said in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from enquiries import registry
from enquiries.models import ChannelAccount, Message, Moderation, Monitor, Overheard
from enquiries.services.incoming import intake
from enquiries.services.platforms import listening, moderating
from tests.enquiries import wide_forum
from tests.people import NOON, City, arrive

WIDE = {"forum": "tests.enquiries.wide_forum.WideForum"}


def open_forum(city: City) -> ChannelAccount:
    """Give the city an account on the forum; whoever calls sees to settings.CHANNELS."""
    city.accounts["forum"] = ChannelAccount.objects.create(
        organisation=city.organisation, team=city.waste, kind="forum", name="Town talk", external_id="town-talk"
    )
    return city.accounts["forum"]


@pytest.fixture
def wide(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[wide_forum.World]:
    """The forum can be spoken to; gives what its platform holds."""
    settings.CHANNELS = settings.CHANNELS | WIDE
    registry.channel.cache_clear()
    world = wide_forum.World()
    monkeypatch.setattr(wide_forum, "WORLD", world)
    yield world
    registry.channel.cache_clear()


def said(city: City, root: str = "post", **fields: Any) -> Message:
    """A citizen's public words on the forum."""
    return arrive(
        city, "forum", **({"root_id": root, "external_id": root, "side": "PUBLIC", "thread": "topic:dana"} | fields)
    )


def a_monitor(account: ChannelAccount, **fields: Any) -> Monitor:
    """Somebody listens for bins."""
    return Monitor.objects.create(**({"account": account, "name": "Bins", "query": "bins", "due_at": NOON} | fields))


def hear(account: ChannelAccount, *numbers: str) -> list[Overheard]:
    """Let a monitor find posts of these numbers."""
    if not Monitor.objects.filter(account=account).exists():
        a_monitor(account)
    wide_forum.WORLD.heard = list(numbers)
    Monitor.objects.update(due_at=NOON)
    listening.listen_due(now=NOON, worker="w")
    intake.read_due_payloads(now=NOON, worker="w")
    return list(Overheard.objects.filter(account=account, external_id__in=numbers).order_by("pk"))


def asked(city: City, message: Message | None = None, *, act: str = "HIDE") -> Moderation:
    """Alice asks that words be hidden."""
    message = message or said(city)
    return moderating.ask(message_id=message.pk, act=act, reason="Hate", by_id=city.alice.pk, now=NOON)
