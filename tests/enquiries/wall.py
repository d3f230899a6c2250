"""A platform whose posts are edited and deleted: each payload is a list of such events, in whatever order they come."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from enquiries.contract import (
    Account,
    Author,
    ChangeKind,
    InboundFile,
    InboundMessage,
    Incoming,
    NotSent,
    Parsed,
    Polled,
    PostChanged,
    Said,
    Side,
    Traits,
)
from enquiries.models import ChannelAccount, Payload
from enquiries.rules.may_reply import Row, Way
from enquiries.services.incoming import intake
from tests.enquiries.forum import Forum
from tests.people import NOON


@dataclass(frozen=True)
class Happened:
    """Something that happened to a post: "write" (the first wording, or a later `version` of it) or "delete"."""

    do: str
    root: str
    version: int = 0
    text: str = ""
    by: str = "dana"

    @property
    def at(self) -> datetime:
        return NOON - timedelta(hours=2) + timedelta(minutes=self.version)


class Wall(Forum):
    """It tells when posts change, can be asked which are there, and shows what stands around them."""

    kind = "wall"
    label = "City wall"
    traits = Traits(icon="globe", tells_true_times=True, is_public=True, ways=(Row(way=Way.IN_PUBLIC),))
    there: ClassVar[dict[str, bool | None]] = {}
    """What a look finds; everything that is not named here is there."""
    is_down: ClassVar[bool] = False
    asked: ClassVar[list[list[str]]] = []

    def parse(self, account: Account, raw: bytes) -> Sequence[Parsed]:
        return [_read(Happened(**event)) for event in json.loads(raw or b"[]")]

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        return Polled(incoming=(), cursor=cursor)

    def presence(self, account: Account, ids: Sequence[str]) -> Mapping[str, bool | None]:
        if self.is_down:
            raise NotSent("The wall does not answer.")
        self.asked.append(list(ids))
        return {one: self.there.get(one, True) for one in ids}

    def context(self, account: Account, *, post_id: str, thread_key: str) -> Sequence[Said]:
        return []


class TidyWall(Wall):
    """The same, and it knows how to take one post out of a payload."""

    def redact(self, raw: bytes, root_id: str) -> bytes:
        left = [event | {"text": ""} if event["root"] == root_id else event for event in json.loads(raw)]
        return json.dumps(left).encode()


def _read(event: Happened) -> Parsed:
    if event.do != "write":
        return PostChanged(root_id=event.root, kind=ChangeKind(event.do), at=event.at)
    return InboundMessage(
        external_id=f"{event.root}:{event.version}" if event.version else event.root,
        root_id=event.root,
        thread_key=f"thread:{event.by}",
        author=Author(external_id=event.by, name=event.by.title()),
        text=event.text,
        side=Side.PUBLIC,
        occurred_at=event.at,
        language="en",
        files=(InboundFile(name="bin.png", media_type="image/png", content=b"\x89PNG"),)
        if "picture" in event.text
        else (),
    )


def tell(account: ChannelAccount, *events: Happened, name: str = "", now: datetime = NOON) -> Payload:
    """Let one payload with these events arrive and be read."""
    raw = json.dumps([asdict(event) for event in events]).encode()
    kept = intake.accept_payload(
        account_id=account.pk, source="WEBHOOK", external_id=name or f"{now}{raw!r}"[:200], raw=raw, now=now
    )
    intake.read_due_payloads(now=now, worker="w")
    payload = Payload.objects.get(pk=kept.payload_id)
    assert payload.state == "READ", payload.last_error
    return payload


@contextmanager
def forgotten() -> Iterator[None]:
    """Let the wall begin anew, and leave nothing to the next test."""
    Wall.there, Wall.is_down, Wall.asked = {}, False, []
    yield
    Wall.there, Wall.is_down, Wall.asked = {}, False, []


def brings(events: Sequence[Happened], name: str) -> Incoming:
    """Make what a pick-up would bring of these events."""
    return Incoming(external_id=name, raw=json.dumps([asdict(event) for event in events]).encode())
