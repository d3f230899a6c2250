"""What must be true before anything starts: every channel in the settings is there, keeps the contract, and has a name."""

from __future__ import annotations

import inspect
from typing import Any

from django.core.checks import CheckMessage, Error, register

from enquiries.contract import Channel, Traits
from enquiries.registry import channel, kinds

PROMISED = [name for name, _ in inspect.getmembers(Channel, inspect.isfunction) if not name.startswith("_")]


@register
def channels_keep_the_contract(**_: Any) -> list[CheckMessage]:
    """Load each channel of settings.CHANNELS, and compare it with what a channel is."""
    return [problem for kind in kinds() for problem in _problems(kind)]


def _problems(kind: str) -> list[CheckMessage]:
    try:
        speaks = channel(kind)
    except (ImportError, TypeError) as error:
        return [Error(f"The channel {kind!r} cannot be loaded: {error}", id="citizenservice.E001")]
    found: list[CheckMessage] = []
    missing = [name for name in PROMISED if not callable(getattr(speaks, name, None))]
    missing += [] if isinstance(getattr(speaks, "traits", None), Traits) else ["traits"]
    if missing:
        found.append(Error(f"The channel {kind!r} does not keep the contract: {missing}", id="citizenservice.E002"))
    if speaks.kind != kind:
        hint = "The name in settings.CHANNELS and the channel's own `kind` are one."
        found.append(Error(f"The channel {kind!r} goes by another name.", hint=hint, id="citizenservice.E003"))
    return found
