"""A channel that is not there, or not one, stops the start and not the first citizen."""

from collections.abc import Iterator
from typing import Any

import pytest

from citizenservice.checks import PROMISED, channels_keep_the_contract
from enquiries import registry


class NoChannel:
    """Something that is not a channel."""

    kind = "email"


@pytest.fixture
def channels(settings: Any) -> Iterator[dict[str, str]]:
    registry.channel.cache_clear()
    settings.CHANNELS = dict(settings.CHANNELS)
    yield settings.CHANNELS
    registry.channel.cache_clear()


def test_our_own_channels_keep_the_contract():
    assert channels_keep_the_contract() == []
    assert {"send", "find_sent", "parse", "poll", "verify"} <= set(PROMISED)


@pytest.mark.parametrize(
    ("kind", "path", "code"),
    [
        ("email", "nowhere.at.all.Channel", "citizenservice.E001"),
        ("email", "tests.citizenservice.test_checks.NoChannel", "citizenservice.E002"),
        ("pigeon", "citizens.channel.WebChannel", "citizenservice.E003"),
    ],
)
def test_channel_that_is_none_stops_the_start(channels: dict[str, str], kind: str, path: str, code: str):
    channels[kind] = path

    assert [problem.id for problem in channels_keep_the_contract()] == [code]
