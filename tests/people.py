"""The people of the tests: Alice drafts, Bob supervises, Charlie is on another team; Dana and Eli are citizens."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agents.models import Membership, Role, User
from enquiries.contract import Author, InboundMessage, Side
from enquiries.models import (
    Approval,
    ChannelAccount,
    ChannelKind,
    Enquiry,
    Message,
    Organisation,
    Payload,
    Posting,
    ReplyVersion,
    Team,
    Topic,
)
from enquiries.services import replies
from enquiries.services.incoming import correspondence

_numbers = itertools.count(1)
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
"""A Wednesday at noon, in the middle of the working hours of London."""
PASSWORD = "correct horse battery"


@dataclass
class City:
    """A small city with two teams and one account on each channel."""

    organisation: Organisation
    waste: Team
    roads: Team
    alice: User
    bob: User
    charlie: User
    admin: User
    accounts: dict[str, ChannelAccount]


def make_user(organisation: Organisation, name: str, role: Role, team: Team | None) -> User:
    user = User.objects.create_user(f"{name.lower()}@northwell.example", PASSWORD, name=name)
    Membership.objects.create(user=user, organisation=organisation, team=team, role=role)
    return user


def make_city(slug: str = "northwell") -> City:
    """Make the city in six statements: thousands of tests begin with it."""
    organisation = Organisation.objects.create(
        name="Northwell City", slug=slug, reference_prefix="NW", undo_public_seconds=0, undo_private_seconds=0
    )
    waste, roads = Team.objects.bulk_create(Team(organisation=organisation, name=name) for name in ("Waste", "Roads"))
    topics = {"Waste and recycling": waste, "Roads and street lights": roads}
    Topic.objects.bulk_create(
        Topic(organisation=organisation, name=name, team=team, position=position)
        for position, (name, team) in enumerate(topics.items(), start=1)
    )
    admin, alice, bob, charlie = _people(
        organisation,
        {
            "Ada": (Role.ADMIN, None),
            "Alice": (Role.AGENT, waste),
            "Bob": (Role.SUPERVISOR, waste),
            "Charlie": (Role.SUPERVISOR, roads),
        },
    )
    where = {"x": "1000000001", "facebook": "2000000001", "email": "info@northwell.example", "web": "form"}
    accounts = ChannelAccount.objects.bulk_create(
        ChannelAccount(
            organisation=organisation,
            team=waste,
            kind=kind,
            name="Northwell City",
            external_id=external_id,
            handle="northwell" if kind == "x" else "",
            settings={"settle_seconds": 1},
        )
        for kind, external_id in where.items()
    )
    return City(
        organisation=organisation,
        waste=waste,
        roads=roads,
        alice=alice,
        bob=bob,
        charlie=charlie,
        admin=admin,
        accounts={str(account.kind): account for account in accounts},
    )


def _people(organisation: Organisation, roles: dict[str, tuple[Role, Team | None]]) -> list[User]:
    """Make several people at once; administrators may also use the admin."""
    users = [
        User(email=f"{name.lower()}@northwell.example", name=name, is_staff=is_admin, is_superuser=is_admin)
        for name, is_admin in ((name, role == Role.ADMIN) for name, (role, _team) in roles.items())
    ]
    for user in users:
        user.set_password(PASSWORD)
        # What `set_password` leaves for `save`, which nobody calls here.
        user._password = None  # type: ignore[attr-defined]
    User.objects.bulk_create(users)
    Membership.objects.bulk_create(
        Membership(user=user, organisation=organisation, team=team, role=role)
        for user, (role, team) in zip(users, roles.values(), strict=True)
    )
    return users


def arrive(
    city: City,
    kind: str = ChannelKind.EMAIL,
    *,
    text: str = "My bin was not emptied.",
    author: str = "dana@example.org",
    name: str = "Dana Citizen",
    thread: str = "",
    now: datetime = NOON,
    **fields: object,
) -> Message:
    """Let a message of a citizen arrive as a channel would hand it over. Each call is a new message."""
    account = city.accounts[kind]
    number = next(_numbers)
    payload = Payload.objects.create(
        account=account,
        source="POLL",
        external_id=f"test:{number}",
        raw=json.dumps({"text": text}).encode(),
        received_at=now,
        due_at=now + timedelta(days=3650),
    )
    values: dict[str, object] = {
        "external_id": f"msg-{number}",
        "thread_key": thread or f"thread-{number}",
        "author": Author(external_id=author, name=name, handle="dana"),
        "text": text,
        "side": Side.PUBLIC if kind in ("x", "facebook") else Side.PRIVATE,
        "occurred_at": now,
        "reply_to": author if kind in ("email", "web") else "",
        "subject": "Bin" if kind == "email" else "",
    }
    inbound = InboundMessage(**(values | fields))  # type: ignore[arg-type]
    message = correspondence.receive(payload=payload, account=account, inbound=inbound, now=now)
    assert message is not None
    return message


def draft(city: City, message: Message, *, text: str = "We come tomorrow.", now: datetime = NOON) -> ReplyVersion:
    return replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.alice.pk, text=text, now=now
    )


def submitted(city: City, message: Message, *, text: str = "We come tomorrow.", now: datetime = NOON) -> ReplyVersion:
    version = draft(city, message, text=text, now=now)
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=now)
    return version


def approved(city: City, message: Message, *, text: str = "We come tomorrow.", now: datetime = NOON) -> Approval:
    version = submitted(city, message, text=text, now=now)
    approval = replies.approve(
        reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=bytes(version.content_sha256).hex(), now=now
    )
    assert isinstance(approval, Approval)
    return approval


def posting_of(approval: Approval) -> Posting:
    return Posting.objects.get(approval=approval, route=0)


def fresh(enquiry_id: int) -> Enquiry:
    return Enquiry.objects.get(pk=enquiry_id)
