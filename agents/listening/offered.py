"""What can be asked about a citizen's words in public, for the page that asks and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries.models import Message, Moderation
from enquiries.services.platforms.moderating import acts_of, why_not

MEANS: Mapping[str, Any] = {
    "HIDE": gettext_lazy(
        "Others do not see it there any more, or only after a further click. Who wrote it is not told."
    ),
    "SHOW": gettext_lazy("Everybody sees it there again."),
    "REMOVE": gettext_lazy(
        "It is gone there for good, and its words are emptied here too. Say in the reason what it said."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One act: `why_not` says why it cannot be asked for, empty where it can."""

    act: str
    label: str
    means: str
    why_not: str


def offers(message: Message) -> list[Offer]:
    """List what the channel of a message can do to it, in a fixed order."""
    able = {one.value for one in acts_of(message.account.kind)}
    return [
        Offer(act=act.value, label=str(act.label), means=str(MEANS[act.value]), why_not=_(why) if why else "")
        for act in Moderation.Act
        if act.value in able
        for why in [why_not(message, act.value)]
    ]


def may_be_asked(message: Message) -> bool:
    """Say, without asking anybody, whether it is worth offering at a message. Needs its `account` loaded."""
    in_public = message.direction == Message.Direction.IN and message.side == "PUBLIC"
    return in_public and not message.blanked_at and bool(acts_of(message.account.kind))
