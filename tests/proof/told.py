"""A channel that answers what a test tells it, without a socket, and postings in every state they can be in."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from audit.models import Event
from enquiries.contract import Account, Carries, Limits, NotThere, OutboundReply, Receipt, Side, Spent, Traits, Usage
from enquiries.models import AccountUse, Attempt, ChannelAccount, Message, Posting, ReplyVersion
from enquiries.rules.may_reply import Row, Way
from enquiries.services import replies
from enquiries.services.replies import Aim
from tests.enquiries.approving.scenes import approve
from tests.enquiries.forum import Forum
from tests.people import NOON, City, arrive, posting_of

NOW = NOON + timedelta(minutes=10)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
SETTLES = {Side.PUBLIC: timedelta(seconds=20), Side.PRIVATE: timedelta(seconds=90)}
LONG = (
    "We come tomorrow and look at your bin. Please put it out before seven, with the handle to the street. Thank you."
)
"""Three parts on this channel."""


@dataclass
class Clocks:
    """The database's moment, and the monotonic clock of this process."""

    now: datetime = NOW
    at: float = 1000.0

    def monotonic(self) -> float:
        return self.at


class Told(Forum):
    """Does what `answers` says, in their order: gives one, raises it, or calls it first. `asked` is what it was told to do."""

    kind = "told"
    label = "Told"
    traits = Traits(
        icon="globe",
        people_per_account=True,
        is_public=True,
        ways=(
            Row(way=Way.IN_PUBLIC),
            Row(way=Way.IN_PRIVATE, window=timedelta(days=1)),
            Row(way=Way.AS_QUOTE, plan="gold"),
        ),
    )
    replaces = frozenset({Side.PUBLIC})
    removes = frozenset({Side.PUBLIC, Side.PRIVATE})
    answers: ClassVar[deque[Any]] = deque()
    asked: ClassVar[list[tuple[Any, ...]]] = []

    def limits(self, account: Account, side: Side) -> Limits:
        assert account.kind == "told"
        files = Carries(most=1, media_types=frozenset({"image/png"}))
        return Limits(max_length=60, settle=SETTLES[side], files=files)

    def presence(self, account: Account, ids: Sequence[str]) -> Mapping[str, bool | None]:
        return dict.fromkeys(ids, True)

    def send(self, account: Account, reply: OutboundReply) -> Any:
        return _next(Receipt(external_id=f"told-{reply.key}"), "send", account, reply)

    def replace(self, account: Account, reply: OutboundReply) -> Any:
        return _next(Receipt(external_id=reply.of), "replace", account, reply)

    def remove(self, account: Account, reply: OutboundReply) -> Any:
        return _next(Receipt(external_id=reply.of), "remove", account, reply)

    def find_sent(self, account: Account, reply: OutboundReply, *, since: datetime) -> Any:
        return _next(NotThere(), "find", account, reply, since)


def _next(usual: Any, *asked: Any) -> Any:
    Told.asked.append(asked)
    answer = Told.answers.popleft() if Told.answers else usual
    if isinstance(answer, Exception):
        raise answer
    return (answer() or usual) if callable(answer) else answer


def open_account(city: City) -> ChannelAccount:
    """Give the city an account on this channel; whoever calls sees to settings.CHANNELS."""
    city.accounts["told"] = ChannelAccount.objects.create(
        organisation=city.organisation, team=city.waste, kind="told", name="Told", external_id="told"
    )
    return city.accounts["told"]


def written(city: City, message: Message, *, text: str = "We come today.", aim: Aim | None = None) -> ReplyVersion:
    """Draft and submit an answer."""
    version = replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.alice.pk, text=text, aim=aim, now=NOON
    )
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)
    return version


def accepted(
    city: City, kind: str = "told", *, text: str = "We come today.", aim: Aim | None = None, **of: Any
) -> Posting:
    """An answer to a new message, approved by Bob and in the queue; on this channel it is public."""
    fields = ({"side": Side.PUBLIC} if kind == "told" else {}) | of
    version = written(city, arrive(city, kind, **fields), text=text, aim=aim)
    return loaded(posting_of(approve(version, city.bob)))


def loaded(one: Posting) -> Posting:
    """Read a posting anew, with all that its worker has."""
    with_it = ("account", "version", "approval", "reply__enquiry__organisation")
    return Posting.objects.select_related(*with_it, "reply__answers__account", "reply__answers__enquiry").get(pk=one.pk)


def parts_of(one: Posting) -> list[Posting]:
    return [loaded(each) for each in Posting.objects.filter(approval_id=one.approval_id, part__gt=0).order_by("part")]


def sending(one: Posting, *, n: int = 1, at: datetime = NOON, owner: str = "w") -> Posting:
    """It is being sent for the nth time, with traces of what was before."""
    before = {"last_error": "before", "fix": "before", "looked": 1}
    Posting.objects.filter(pk=one.pk).update(
        state="SENDING", lease_owner=owner, lease_until=at + MINUTE, attempts=n, **before
    )
    Attempt.objects.create(posting=one, n=n, worker=owner, started_at=at)
    return loaded(one)


def unknown(one: Posting, *, n: int = 1, at: datetime = NOON, looked: int = 1, outcome: str = "UNCERTAIN") -> Posting:
    """Nobody knows whether its nth try arrived, and it was looked for once."""
    sending(one, n=n, at=at)
    Attempt.objects.filter(posting=one, n=n).update(ended_at=at, outcome=outcome)
    Posting.objects.filter(pk=one.pk).update(state="UNKNOWN", lease_owner="", lease_until=None, looked=looked)
    return loaded(one)


def again(one: Posting) -> Posting:
    """What nobody knew of goes back into the queue."""
    Posting.objects.filter(pk=one.pk).update(state="QUEUED")
    return loaded(one)


def parked(one: Posting) -> Posting:
    """A person has to decide about it."""
    unknown(one)
    Posting.objects.filter(pk=one.pk).update(state="NEEDS_PERSON", parked_at=NOON)
    return loaded(one)


COLUMNS = (
    *("state", "due_at", "attempts", "lease_owner", "lease_until", "done_at", "parked_at", "last_error", "external_id"),
    *("permalink", "posted_at", "looked", "fix", "decided_by_id"),
)


def row(one: Posting) -> dict[str, Any]:
    """All columns of a posting that can change, as they stand in the database."""
    return dict(Posting.objects.values(*COLUMNS).get(pk=one.pk))


def tries(one: Posting) -> list[tuple[Any, ...]]:
    """Its attempts: number, end, outcome and what was said of it."""
    return list(one.attempts_made.order_by("n").values_list("n", "ended_at", "outcome", "detail"))


def events(one: Posting) -> list[tuple[Any, ...]]:
    """What the ledger tells of it: verb, moment, who, and the data."""
    ours = Event.objects.filter(subject=f"posting:{one.pk}", organisation_id=one.account.organisation_id)
    ours = ours.filter(enquiry_id=one.reply.enquiry_id).order_by("pk")
    return list(ours.values_list("verb", "at", "actor_id", "data"))


def citizen_writes(one: Posting, **fields: Any) -> Message:
    """Further words of the citizen are there, and nothing was taken back for them: they came while nobody held the row."""
    values: dict[str, Any] = {
        "enquiry_id": one.reply.enquiry_id,
        "account": one.account,
        "direction": "IN",
        "side": one.version.content["side"],
        "external_id": f"later-{Message.objects.count()}",
        "text": "And?",
        "occurred_at": NOON + MINUTE,
        "recorded_at": NOON + 2 * MINUTE,
    }
    return Message.objects.create(**(values | fields))


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What has changed of a row."""
    return {name: value for name, value in after.items() if value != before[name]}


def used() -> list[tuple[Any, ...]]:
    """What was counted of what calls used."""
    return list(AccountUse.objects.order_by("what").values_list("what", "calls", "units", "day"))


USAGE = Usage(spent=(Spent(what="posts", units=2),))
USED = [("calls", 1, 1, NOW.date()), ("posts", 1, 2, NOW.date())]


def standing(account: ChannelAccount) -> tuple[Any, ...]:
    """Whether an account may send: doubts in a row, until when it rests, and why it is halted since when."""
    account.refresh_from_db()
    return account.uncertain_in_row, account.paused_until, account.halted_kind, account.halted_reason, account.halted_at


RUNNING = (None, "", "", None)
"""The end of the standing of one that is not held by anything."""
