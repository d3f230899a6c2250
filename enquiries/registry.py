"""From the kind of a channel to the object that speaks it. Which kinds there are is a setting; nobody imports a channel."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from enquiries.contract import Channel


class UnknownChannel(Exception):
    """No channel of this kind is set up."""


@cache
def channel(kind: str) -> Channel:
    """Give the channel of a kind. Raises UnknownChannel."""
    try:
        path = settings.CHANNELS[kind]
    except KeyError:
        raise UnknownChannel(f"There is no channel {kind!r} in settings.CHANNELS.") from None
    return cast("Channel", import_string(path)())


def kinds() -> tuple[str, ...]:
    """List the kinds that are set up."""
    return tuple(settings.CHANNELS)
