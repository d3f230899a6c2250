"""Messages as programs read them: with the older words of changed posts, and what became of each where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from agents.platform_words import trust_of
from enquiries.models import Message, MessageChange, PlatformChange
from enquiries.queries.said import BECAME, Became, Post, became_by_post, became_in, post_of
from enquiries.registry import traits_of
from enquiries.services.replies.language import language_of

NOT_CHECKED = "NOT_CHECKED"
"""What programs read where no gateway of ours has looked at a mail."""


@dataclass(frozen=True, kw_only=True)
class Blanked:
    """Since when the words of a message are gone, and why: DELETED_THERE, TAKEN_DOWN by us, or REMOVED here alone."""

    at: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a post said before it was changed, and when that was written."""

    id: int
    text: str
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class Told:
    """A message with what the desk shows at it.

    `wordings` are all that is kept of the same post of a citizen, the newest first, this one among them; `became` is what
    its platform told, `corrections` what we changed of a post of ours: both the oldest first.
    """

    message: Message
    wordings: Sequence[Message]
    became: Sequence[Became]
    corrections: Sequence[MessageChange]

    @property
    def replaced_by(self) -> int | None:
        """The number of the newest wording; None where this is it."""
        newest = self.wordings[0].pk
        return None if newest == self.message.pk else newest

    @property
    def earlier(self) -> Sequence[Wording]:
        """Older wordings, told at the newest only; none once the words are gone."""
        if self.replaced_by or self.message.blanked_at:
            return ()
        return [Wording(id=one.pk, text=one.text, written_at=written_at(one)) for one in self.wordings[1:]]

    @property
    def written_at(self) -> datetime:
        """When these words were written."""
        return written_at(self.message)

    @property
    def blanked(self) -> Blanked | None:
        """Why there are no words any more; None where there are."""
        if self.message.blanked_at is None:
            return None
        gone = next((one for one in self.became if one.kind == PlatformChange.Kind.GONE), None)
        if gone is None:
            return Blanked(at=self.message.blanked_at, why="REMOVED")
        return Blanked(at=gone.at, why="TAKEN_DOWN" if gone.decided_by else "DELETED_THERE")

    @property
    def sender_trust(self) -> str | None:
        """What is known of the sender of a citizen's mail; None for what is no mail."""
        return (self.message.sender_trust or NOT_CHECKED) if trust_of(self.message) else None

    @property
    def on_platform(self) -> str | None:
        """How it stands where it was posted, as far as we were told; None for what stands nowhere but here."""
        if any(change.kind == MessageChange.Kind.REMOVED for change in self.corrections):
            return PlatformChange.Kind.GONE.value
        if self.became:
            kinds = [one.kind for one in self.became]
            return PlatformChange.Kind.GONE.value if PlatformChange.Kind.GONE in kinds else kinds[-1]
        is_posted = self.message.root_id or self.message.side == "PUBLIC"
        is_mail = traits_of(self.message.account.kind).is_mail
        return PlatformChange.Kind.SHOWN.value if is_posted and not is_mail else None

    @property
    def language(self) -> str:
        """The language of these words, told from themselves; empty where that cannot be done."""
        return language_of(self.message.text)

    @property
    def is_by_hand(self) -> bool:
        """Whether it is ours, and left past this desk."""
        return self.message.direction == Message.Direction.OUT and self.message.posting_id is None


def told(messages: Sequence[Message]) -> list[Told]:
    """Read what stands around these messages. Three statements at most. Needs their `account`."""
    known, became, corrections = _wordings(messages), _became(messages), _corrections(messages)
    return [
        Told(
            message=one,
            wordings=known.get(_post(one)) or [one],
            became=became.get(post_of(one), ()),
            corrections=corrections.get(one.pk, ()),
        )
        for one in messages
    ]


def written_at(message: Message) -> datetime:
    """Say when the words of a message were written: later than its post where that was changed."""
    return message.version_at or message.occurred_at


def _post(message: Message) -> Post | None:
    """Name the post of a citizen that can stand in several wordings; None for what has only one."""
    return post_of(message) if message.root_id and message.direction == Message.Direction.IN else None


def _wordings(messages: Iterable[Message]) -> dict[Post | None, list[Message]]:
    named = {(one.account_id, one.root_id) for one in messages if _post(one)}
    if not named:
        return {}
    here = Q()
    for account_id, root_id in named:
        here |= Q(account_id=account_id, root_id=root_id)
    rows = Message.objects.filter(here, direction=Message.Direction.IN).defer("html")
    found: dict[Post | None, list[Message]] = {}
    for one in sorted(rows, key=lambda one: (written_at(one), one.pk), reverse=True):
        found.setdefault(_post(one), []).append(one)
    return found


def _became(messages: Iterable[Message]) -> Mapping[Post, Sequence[Became]]:
    posted = [one.pk for one in messages if one.root_id or one.direction == Message.Direction.OUT]
    return became_by_post(became_in(Message.objects.filter(pk__in=posted)).values(*BECAME)) if posted else {}


def _corrections(messages: Iterable[Message]) -> dict[int, list[MessageChange]]:
    ours = [one.pk for one in messages if one.direction == Message.Direction.OUT]
    found: dict[int, list[MessageChange]] = {}
    if ours:
        for change in MessageChange.objects.filter(message__in=ours).order_by("changed_at", "pk"):
            found.setdefault(change.message_id, []).append(change)
    return found
