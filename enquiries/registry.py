"""From the kind of a channel to the object that speaks it. Which kinds there are is a setting; nobody imports a channel."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from enquiries.contract import Channel, Scanner, Traits

PRACTICE = "practice"


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


def traits_of(kind: str) -> Traits:
    """Say what is true of a kind of channel. One that is not set up (any more) has no way out."""
    return channel(kind).traits if kind in settings.CHANNELS else Traits(ways=())


def label_of(kind: str) -> str:
    """Name a kind of channel for people, in their language. One that is not set up any more keeps its short name."""
    return str(channel(kind).label) if kind in settings.CHANNELS else kind


def kind_choices() -> list[tuple[str, object]]:
    """List the kinds with their names, as the choices of a field; the names are translated when they are shown."""
    return [(kind, channel(kind).label) for kind in kinds()]


def outward_choices() -> list[tuple[str, object]]:
    """List the kinds on which a reply reaches somebody: all but practice."""
    return [choice for choice in kind_choices() if choice[0] != PRACTICE]


@cache
def scanner() -> Scanner | None:
    """Give what looks into files for viruses, or None where there is none."""
    return cast("Scanner", import_string(settings.SCANNER)()) if settings.SCANNER else None
