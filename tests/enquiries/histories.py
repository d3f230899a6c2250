"""Months of replies in a few statements: past all services, but under every guard of the database."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.models import Role, User
from enquiries.models import (
    Approval,
    ApprovalPolicy,
    ChannelAccount,
    ChannelIdentity,
    Citizen,
    Enquiry,
    Message,
    PolicyDecision,
    Posting,
    Reply,
    ReplyReturn,
    ReplyVersion,
    Review,
    Satisfaction,
    Topic,
)
from tests.people import City, make_user

_numbers = itertools.count(1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Past:
    """One reply of the past. `came` is "unchanged", "edited", "returned", "serious" or "released"; `marks` of a review.

    `said` is what the citizen told of it, a day later.
    """

    author: User
    at: datetime
    came: str = "unchanged"
    kind: str = "email"
    topic: Topic | None = None
    again: bool = False
    marks: int | None = None
    verdict: str = "GOOD"
    said: str = ""


def plant(city: City, pasts: Sequence[Past], *, account: ChannelAccount | None = None) -> list[Reply]:
    """Write these replies as if they had happened. Each is of its own enquiry."""
    messages = _arrivals(city, pasts, account)
    replies = Reply.objects.bulk_create(
        Reply(enquiry=message.enquiry, answers=message, created_at=past.at)
        for past, message in zip(pasts, messages, strict=True)
    )
    firsts = _versions(pasts, replies, n=1)
    _decide(city, zip(pasts, firsts, strict=True))
    lasts = dict(enumerate(firsts))
    changed = [at for at, past in enumerate(pasts) if past.came in ("edited", "returned", "serious")]
    _send_back(city, [(pasts[at], firsts[at]) for at in changed])
    seconds = _versions([pasts[at] for at in changed], [replies[at] for at in changed], n=2, editor=city.bob)
    lasts |= dict(zip(changed, seconds, strict=True))
    _let_go(city, pasts, replies, [lasts[at] for at in range(len(pasts))])
    _look(city, pasts, [lasts[at] for at in range(len(pasts))])
    _say(pasts, replies)
    _write_again([(past, message) for past, message in zip(pasts, messages, strict=True) if past.again])
    return replies


def second(city: City) -> User:
    """Sam, who supervises Alice's team beside Bob, and edits nothing."""
    sam = User.objects.filter(email="sam@northwell.example").first()
    return sam or make_user(city.organisation, "Sam", Role.SUPERVISOR, city.waste)


def _arrivals(city: City, pasts: Sequence[Past], account: ChannelAccount | None) -> list[Message]:
    citizen = Citizen.objects.create(organisation=city.organisation, name="Dana")
    who = ChannelIdentity.objects.create(
        organisation=city.organisation, kind="email", external_id=f"dana{next(_numbers)}@example.org", citizen=citizen
    )
    enquiries = Enquiry.objects.bulk_create(
        Enquiry(
            organisation=city.organisation,
            account=account or city.accounts[past.kind],
            kind=(account or city.accounts[past.kind]).kind,
            reference=f"NW-P{next(_numbers):06}",
            team=city.waste,
            topic=past.topic,
            citizen=citizen,
            subject="Bin",
            side="PRIVATE",
            state="OPEN",
            opened_at=past.at - HOUR,
            last_inbound_at=past.at - HOUR,
        )
        for past in pasts
    )
    return Message.objects.bulk_create(
        _message(enquiry, who, past.at - HOUR) for past, enquiry in zip(pasts, enquiries, strict=True)
    )


def _message(enquiry: Enquiry, who: ChannelIdentity | None, at: datetime) -> Message:
    return Message(
        enquiry=enquiry,
        account=enquiry.account,
        direction="IN",
        side="PRIVATE",
        external_id=f"past-{next(_numbers)}",
        author=who,
        text="My bin was not emptied.",
        occurred_at=at,
        recorded_at=at,
    )


def _versions(
    pasts: Sequence[Past], replies: Sequence[Reply], *, n: int, editor: User | None = None
) -> list[ReplyVersion]:
    made = ReplyVersion.objects.bulk_create(
        ReplyVersion(
            reply=reply,
            n=n,
            author=editor if editor and past.came == "edited" else past.author,
            content={
                "text": f"We come tomorrow. ({n})",
                "subject": "Bin",
                "side": "PRIVATE",
                "reference": reply.enquiry.reference,
                "attachments": [],
                "routes": [
                    {
                        "account": reply.answers.account_id,
                        "channel": reply.answers.account.kind,
                        "target": reply.answers.external_id,
                        "recipient": reply.answers.reply_to,
                        "recipient_name": "",
                    }
                ],
            },
            last_inbound=reply.answers,
            created_at=past.at,
        )
        for past, reply in zip(pasts, replies, strict=True)
    )
    kept = ReplyVersion.objects.in_bulk([version.pk for version in made])
    return [kept[version.pk] for version in made]


def _policy(city: City, rules: list[dict[str, object]]) -> ApprovalPolicy:
    n = ApprovalPolicy.objects.filter(organisation=city.organisation).count() + 1
    at = city.bob.date_joined
    return ApprovalPolicy.objects.create(
        organisation=city.organisation, n=n, rules=rules, owner=city.bob, created_at=at
    )


def _decide(city: City, versions: Iterable[tuple[Past, ReplyVersion]]) -> None:
    policy = _policy(city, [{"name": "all", "when": {}, "then": {"outcome": "FREE"}}])
    PolicyDecision.objects.bulk_create(
        PolicyDecision(
            version=version,
            policy=policy,
            rule_n=0,
            outcome="RELEASED" if past.came == "released" else "HELD",
            persons=0 if past.came == "released" else 1,
            reason="as it was",
            decided_at=past.at,
        )
        for past, version in versions
    )
    _policy(city, [])  # what comes afterwards is decided by trust alone


def _send_back(city: City, versions: Sequence[tuple[Past, ReplyVersion]]) -> None:
    ReplyReturn.objects.bulk_create(
        ReplyReturn(
            version=version,
            returned_by=city.bob,
            reason="FACT",
            serious=past.came == "serious",
            returned_at=past.at + HOUR,
        )
        for past, version in versions
        if past.came != "edited"
    )


def _let_go(city: City, pasts: Sequence[Past], replies: Sequence[Reply], versions: Sequence[ReplyVersion]) -> None:
    ids = [reply.pk for reply in replies]
    Reply.objects.filter(pk__in=ids).update(state="SUBMITTED")
    sam = second(city)
    decisions = dict(PolicyDecision.objects.filter(version__in=versions).values_list("version_id", "pk"))
    approvals = Approval.objects.bulk_create(
        Approval(
            version=version,
            reply=reply,
            author=version.author,
            content_sha256=version.content_sha256,
            approver=None if past.came == "released" else sam,
            decision_id=decisions.get(version.pk) if past.came == "released" else None,
            decided_at=past.at + 2 * HOUR,
        )
        for past, reply, version in zip(pasts, replies, versions, strict=True)
    )
    Reply.objects.filter(pk__in=ids).update(state="APPROVED")
    postings = Posting.objects.bulk_create(
        Posting(
            reply=approval.reply,
            version=approval.version,
            approval=approval,
            content_sha256=approval.content_sha256,
            account_id=approval.version.content["routes"][0]["account"],
            due_at=approval.decided_at,
        )
        for approval in approvals
    )
    _post(pasts, postings, ids)


def _post(pasts: Sequence[Past], postings: Sequence[Posting], ids: Sequence[int]) -> None:
    sent = Posting.objects.filter(pk__in=[posting.pk for posting in postings])
    sent.update(state="SENDING", lease_owner="w", lease_until=pasts[0].at, attempts=1)
    for past, posting in zip(pasts, postings, strict=True):
        posting.state, posting.lease_owner, posting.lease_until = "POSTED", "", None
        posting.external_id, posting.posted_at, posting.done_at = f"out-{next(_numbers)}", past.at + 2 * HOUR, past.at
    Posting.objects.bulk_update(
        postings, ["state", "lease_owner", "lease_until", "external_id", "posted_at", "done_at"]
    )
    Reply.objects.filter(pk__in=ids).update(state="POSTED")


def _look(city: City, pasts: Sequence[Past], versions: Sequence[ReplyVersion]) -> None:
    Review.objects.bulk_create(
        Review(
            version=version,
            author=version.author,
            kind="AFTER_CHECK",
            asked_at=past.at,
            reviewer=city.bob,
            verdict=past.verdict,
            marks=json.loads(json.dumps(dict.fromkeys(("correct", "tone"), past.marks))),
            note="Learn from it.",
            done_at=past.at + 3 * HOUR,
        )
        for past, version in zip(pasts, versions, strict=True)
        if past.marks
    )


def _write_again(pasts: Sequence[tuple[Past, Message]]) -> None:
    Message.objects.bulk_create(
        _message(message.enquiry, message.author, past.at + timedelta(days=3)) for past, message in pasts
    )


def _say(pasts: Sequence[Past], replies: Sequence[Reply]) -> None:
    Satisfaction.objects.bulk_create(
        Satisfaction(
            enquiry_id=reply.answers.enquiry_id, reply=reply, score=past.said, said_at=past.at + timedelta(days=1)
        )
        for past, reply in zip(pasts, replies, strict=True)
        if past.said
    )
