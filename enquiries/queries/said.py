"""Messages as a thread shows them: a changed post in its newest words with the older ones under it, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When

from enquiries.models import Attachment, Message, Moderation, PlatformChange

BECAME = ("account_id", "root_id", "kind", "occurred_at", "asked_by", "decided_by")
"""What is read of `became_in`."""
Post = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class Became:
    """What became of a post on its platform. The names are of the two colleagues who had it done; empty where it was not us."""

    kind: str
    at: datetime
    asked_by: str = ""
    decided_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message that is not one of our postings: the citizen's, or one that left past us.

    Of a post that was changed it is the newest wording; `earlier` are the older ones, the newest first. `became` is what
    its platform told of it, the oldest first.
    """

    at: datetime
    message: Message
    files: list[Attachment]
    earlier: Sequence[Message] = ()
    became: Sequence[Became] = ()
    shape: Literal["said"] = "said"

    @property
    def gone(self) -> Became | None:
        """How it came off the platform, if it did."""
        return next((one for one in self.became if one.kind == PlatformChange.Kind.GONE), None)

    @property
    def is_hidden(self) -> bool:
        """Whether the public does not see it there just now."""
        told = [one.kind for one in self.became]
        return bool(told) and told[-1] == PlatformChange.Kind.HIDDEN

    @property
    def steps(self) -> list[tuple[Message, Message]]:
        """Each older wording with the one that took its place, the newest first."""
        return list(zip(self.earlier, (self.message, *self.earlier), strict=False))


@dataclass(frozen=True, kw_only=True)
class Reworded:
    """The place where words stood that we have answered and that were changed since: they are told at `newest`."""

    at: datetime
    message: Message
    newest: Message
    shape: Literal["reworded"] = "reworded"


def post_of(message: Message) -> Post:
    """Name the post that a message is a wording of; a post of ours by its own number."""
    return message.account_id, message.root_id or message.external_id


def said_of(
    messages: Iterable[Message], *, files: Mapping[int, list[Attachment]], became: Mapping[Post, list[Became]]
) -> list[Said]:
    """Put the wordings of each post together. What cannot be changed stands for itself."""
    posts: dict[object, list[Message]] = {}
    for message in messages:
        can_change = message.root_id and message.direction == Message.Direction.IN
        posts.setdefault(post_of(message) if can_change else message.pk, []).append(message)
    return [_said(wordings, files, became) for wordings in posts.values()]


def _said(wordings: list[Message], files: Mapping[int, list[Attachment]], became: Mapping[Post, list[Became]]) -> Said:
    ordered = sorted(wordings, key=lambda one: (one.version_at or one.occurred_at, one.pk), reverse=True)
    newest = ordered[0]
    return Said(
        at=newest.recorded_at,
        message=newest,
        files=files.get(newest.pk, []),
        earlier=[] if newest.blanked_at else ordered[1:],
        became=became.get(post_of(newest), []),
    )


def became_in(messages: QuerySet[Message]) -> QuerySet[Any]:
    """Ask what became of these messages on their platforms, the oldest first. Read `BECAME` of it."""
    roots = messages.exclude(root_id="").order_by().values("root_id")
    ours = messages.filter(direction=Message.Direction.OUT).order_by().values("external_id")
    here = PlatformChange.objects.filter(
        Q(root_id__in=roots) | Q(root_id__in=ours), account_id__in=messages.order_by().values("account_id")
    )
    act = Case(
        When(kind="HIDDEN", then=Value("HIDE")),
        When(kind="SHOWN", then=Value("SHOW")),
        default=Value("REMOVE"),
        output_field=CharField(),
    )
    done = Moderation.objects.filter(
        message__account=OuterRef("account_id"), message__root_id=OuterRef("root_id"), act=OuterRef("act"), state="DONE"
    ).order_by("-pk")
    return (
        here.annotate(act=act)
        .annotate(
            asked_by=Subquery(done.annotate(name=F("asked_by__name")).values("name")[:1]),
            decided_by=Subquery(done.annotate(name=F("decided_by__name")).values("name")[:1]),
        )
        .order_by("occurred_at", "pk")
    )


def became_by_post(rows: Iterable[Mapping[str, Any]]) -> dict[Post, list[Became]]:
    """Sort what `became_in` told by the post it happened to."""
    found: dict[Post, list[Became]] = {}
    for row in rows:
        one = Became(
            kind=row["kind"],
            at=row["occurred_at"],
            asked_by=row["asked_by"] or "",
            decided_by=row["decided_by"] or "",
        )
        found.setdefault((row["account_id"], row["root_id"]), []).append(one)
    return found


def said_alone(message: Message) -> Said:
    """Read one message as a thread would show it: with its files, its older wordings and what became of it."""
    same = Message.objects.filter(pk=message.pk)
    if message.root_id:
        same = Message.objects.filter(account=message.account_id, root_id=message.root_id, direction="IN")
    became = became_by_post(became_in(same).values(*BECAME))
    files = {message.pk: list(message.attachments.order_by("pk"))}
    others = [one for one in same if message.root_id and one.pk != message.pk]
    found = _said([message, *others], files, became)
    if found.message.pk == message.pk:
        return found
    # It was answered in the words it had: the newer ones stand on the enquiry's page.
    return Said(at=message.recorded_at, message=message, files=files[message.pk], became=found.became)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What a thread tells of its messages, and the places where answered words stood before they were changed."""

    said: list[Said] = field(default_factory=list)
    reworded: list[Reworded] = field(default_factory=list)


def place(said: list[Said], *, answered_at: Sequence[datetime]) -> Placed:
    """Leave a mark where words stood that were answered before they were changed."""
    marks = [
        Reworded(at=older.recorded_at, message=older, newest=one.message)
        for one in said
        for older in one.earlier
        if not older.outdated and any(older.recorded_at < at < one.at for at in answered_at)
    ]
    return Placed(said=said, reworded=marks)
