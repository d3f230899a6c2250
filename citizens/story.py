"""An enquiry as its citizen may see it: their own words, our replies that were posted, and what we promised.

This is the only way from an enquiry to a public page. It reads what arrived and what was posted and nothing else: no draft, no
note, no return, no name of anybody who works on it. A reply that was corrected later is told in its newest words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _

from citizens.promises import how_long, share_used
from enquiries.contract import Side
from enquiries.models import Clock, Enquiry, Message, MessageChange, Posting, Reply, Satisfaction
from enquiries.models.enquiry import INVITED
from enquiries.services import satisfaction


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happened. `ways` are the channels it came or went by.

    A reply may have been corrected since: then `earlier` is what it said before, oldest first, as far as only its citizen
    could read it, and `mailed` says that the correction went out by mail too. One that was removed has no words any more.
    """

    at: datetime
    is_reply: bool
    text: str
    ways: tuple[str, ...]
    files: tuple[tuple[str, int], ...] = ()
    corrected_at: datetime | None = None
    removed_at: datetime | None = None
    earlier: tuple[str, ...] = ()
    mailed: bool = False
    reply: Reply | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The question whether our newest answer helped, with what was said to it so far: `score` is empty before."""

    reply_id: int
    score: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Promised:
    """Our promise and what became of it. `left` and `late_by` are words; at most one of them is not empty."""

    due_at: datetime
    is_running: bool
    is_late: bool
    left: str
    late_by: str
    used: int


@dataclass(frozen=True, kw_only=True)
class Story:
    """All that the private page shows."""

    reference: str
    topic: str
    headline: str
    meaning: str
    takes_additions: bool
    promised: Promised | None
    steps: tuple[Step, ...]
    asked: Asked | None


def story_of(enquiry: Enquiry, *, now: datetime, thread: str = "") -> Story:
    """Tell an enquiry, oldest first; what others wrote through an invitation is left out.

    With `thread`, tell only that thread, our answers to it, and what stands in public: the writer of it has proved nothing.
    """
    steps = _steps(enquiry, thread)
    headline, meaning = _standing(enquiry, steps)
    return Story(
        reference=enquiry.reference,
        topic=enquiry.topic.name if enquiry.topic else "",
        headline=headline,
        meaning=meaning,
        takes_additions=bool(thread) or enquiry.kind == "web",
        promised=_promised(enquiry, now),
        steps=steps,
        asked=_asked(enquiry, steps, now),
    )


def _asked(enquiry: Enquiry, steps: tuple[Step, ...], now: datetime) -> Asked | None:
    """Ask about the newest answer that stands, where anything may be asked about it."""
    answers = [step for step in steps if step.reply and not step.removed_at]
    newest = answers[-1] if answers else None
    if newest is None or newest.reply is None:
        return None
    if not satisfaction.is_asked(newest.reply, enquiry, posted_at=newest.at, now=now):
        return None
    said: Satisfaction | None = getattr(newest.reply, "satisfaction", None)
    if said is None:
        return Asked(reply_id=newest.reply.pk)
    return Asked(reply_id=newest.reply.pk, score=said.score, words=said.note.text if said.note else "")


def _steps(enquiry: Enquiry, thread: str) -> tuple[Step, ...]:
    arrived = enquiry.messages.filter(direction=Message.Direction.IN, automatic=False)
    sent = enquiry.messages.filter(direction=Message.Direction.OUT, posting__state=Posting.State.POSTED)
    if thread:
        in_public = models.Q(side=Side.PUBLIC)
        arrived = arrived.filter(in_public | models.Q(thread_key=thread))
        sent = sent.filter(in_public | models.Q(posting__reply__answers__thread_key=thread))
    else:
        arrived = arrived.exclude(thread_key__startswith=INVITED)
        sent = sent.exclude(posting__reply__answers__thread_key__startswith=INVITED)
    steps = [
        Step(
            at=message.occurred_at,
            is_reply=False,
            text=message.text,
            ways=(message.account.kind,),
            files=tuple((file.name, file.size) for file in message.attachments.all()),
        )
        for message in arrived.select_related("account").prefetch_related("attachments").order_by("pk")
    ]
    return tuple(sorted([*steps, *_replies(sent)], key=_moment))


def _replies(sent: models.QuerySet[Message]) -> list[Step]:
    """Tell each reply once, although it may have gone by two ways; what mailed a correction belongs to the corrected one."""
    changes = models.Prefetch("changes", MessageChange.objects.order_by("pk"))
    by_reply: dict[int, list[Message]] = {}
    mailed: set[int] = set()
    whole = ("account", "posting__reply__answers", "posting__reply__satisfaction__note")
    for message in sent.select_related(*whole).prefetch_related(changes).order_by("pk"):
        if message.posting and message.posting.reply.corrects_id:
            mailed.add(message.posting.reply.corrects_id)
        elif message.posting:
            by_reply.setdefault(message.posting.reply_id, []).append(message)
    return [_reply(same, mailed=any(message.pk in mailed for message in same)) for same in by_reply.values()]


def _reply(same: list[Message], *, mailed: bool) -> Step:
    """Tell one reply as it stands now. Where its first way took it in parts, they are one text again."""
    parts = [_told(message) for message in same if message.account_id == same[0].account_id]
    standing = [part for part in parts if not part.removed_at]
    corrected = [part.corrected_at for part in standing if part.corrected_at]
    return Step(
        at=same[0].occurred_at,
        is_reply=True,
        text="\n".join(part.words for part in standing),
        ways=tuple(dict.fromkeys(message.account.kind for message in same)),
        corrected_at=max(corrected, default=None),
        removed_at=None if standing else parts[-1].removed_at,
        earlier=tuple(text for part in standing for text in part.earlier),
        mailed=mailed,
        reply=same[0].posting.reply if same[0].posting else None,
    )


@dataclass(frozen=True, kw_only=True)
class _Told:
    """One message of ours as it stands now."""

    words: str
    corrected_at: datetime | None
    removed_at: datetime | None
    earlier: tuple[str, ...]


def _told(message: Message) -> _Told:
    """Read what became of a message. Old words that everybody could read were taken away from everybody, so from here too."""
    changes = list(message.changes.all())
    removed = [change.changed_at for change in changes if change.kind == MessageChange.Kind.REMOVED]
    replaced = [change for change in changes if change.kind == MessageChange.Kind.REPLACED]
    *earlier, words = [message.text, *(change.text for change in replaced)]
    return _Told(
        words=words,
        corrected_at=replaced[-1].changed_at if replaced else None,
        removed_at=removed[-1] if removed else None,
        earlier=tuple(earlier) if message.side == Side.PRIVATE else (),
    )


def _moment(step: Step) -> datetime:
    return step.at


def _standing(enquiry: Enquiry, steps: tuple[Step, ...]) -> tuple[str, str]:
    """Say in plain words where the enquiry stands, and what that means for the citizen."""
    states = Enquiry.State
    # A merged enquiry is taken care of where it was merged into; its own state stands still meanwhile.
    state = enquiry.merged_into.state if enquiry.merged_into else enquiry.state
    replies = [step for step in steps if step.is_reply]
    if state == states.OPEN and replies and steps[-1].is_reply and not _is_owed(enquiry):
        state = states.ANSWERED  # it is open for somebody else whose enquiry is kept together with this one
    if state == states.ANSWERED and not replies:
        state = states.OPEN  # what was answered there is not what this page shows
    is_answered = any(not reply.removed_at for reply in replies)
    if state == states.CLOSED:
        return _("This enquiry is closed."), _("Is something still open? Tell us below.")
    if state == states.ANSWERED and not is_answered:
        return _("We have removed our answer."), _("Do not rely on it. Do you still need an answer? Tell us below.")
    if state == states.ANSWERED:
        return _("We have answered."), _("You find our answer below. Does it not help? Add what is missing.")
    if state == states.POSTING:
        return _("Our answer is on its way."), _("It appears on this page within a few minutes.")
    if state == states.AWAITING_APPROVAL:
        return _("Our answer is being checked."), _("A second person reads every answer before it is sent.")
    if is_answered:
        return _("We are working on what you added."), _("You do not need to do anything.")
    if state == states.OPEN:
        return _("We are working on your enquiry."), _("You do not need to do anything.")
    return _("We have received your enquiry."), _("A person reads it next. You do not need to do anything.")


def _is_owed(enquiry: Enquiry) -> bool:
    return enquiry.clocks.filter(state=Clock.State.RUNNING).exists()


def _promised(enquiry: Enquiry, now: datetime) -> Promised | None:
    """Tell the running promise, or else what became of the last one. A promise that was called off is not told."""
    clock = enquiry.clocks.exclude(state=Clock.State.CANCELLED).order_by("pk").last()
    if clock is None:
        return None
    is_running = clock.state == Clock.State.RUNNING
    until = now if is_running else (clock.stopped_at or now)
    is_late = until >= clock.due_at
    return Promised(
        due_at=clock.due_at,
        is_running=is_running,
        is_late=is_late,
        left="" if is_late else how_long(clock.due_at - until),
        late_by=how_long(until - clock.due_at) if is_late else "",
        used=share_used(started_at=clock.started_at, due_at=clock.due_at, now=until),
    )
