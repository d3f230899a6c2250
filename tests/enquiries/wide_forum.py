"""The made-up forum once more, with every ability there is; `WORLD` is what its platform holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from enquiries.contract import (
    Account,
    AccountUnusable,
    Act,
    Author,
    Checked,
    Checkup,
    Halt,
    InboundFile,
    Incoming,
    Polled,
    Refused,
    Renewed,
    Said,
    Verdict,
)
from tests.enquiries.forum import Forum
from tests.people import NOON


@dataclass
class World:
    """What the platform holds, and what was done to it."""

    tokens: int = 1
    is_dead: bool = False
    subscribed: bool = True
    gone: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    acts: list[tuple[str, Act]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)


WORLD = World()


class WideForum(Forum):
    """Can all that a channel may be able to do."""

    acts = frozenset(Act)

    def renew(self, account: Account) -> Renewed:
        if WORLD.is_dead:
            raise AccountUnusable("The refresh token is dead.", fix="Sign in again.", kind=Halt.AUTH)
        WORLD.tokens += 1
        return Renewed(secrets={"forum_key": f"key-{WORLD.tokens}"}, expires_at=NOON + timedelta(hours=2))

    def check(self, account: Account) -> Checkup:
        line = Checked(name="token", verdict=Verdict.GOOD, says="The token is taken.")
        return Checkup(lines=(line,), token_expires_at=NOON + timedelta(hours=1), subscribed=WORLD.subscribed)

    def mend(self, account: Account) -> Sequence[str]:
        WORLD.subscribed = True
        return ["Subscribed again."]

    def presence(self, account: Account, ids: Sequence[str]) -> Mapping[str, bool | None]:
        return {one: None if one in WORLD.unknown else one not in WORLD.gone for one in ids}

    def context(self, account: Account, *, post_id: str, thread_key: str) -> Sequence[Said]:
        ours = Author(external_id=account.external_id, name="The city")
        return [Said(external_id="above", author=ours, text="Bins are emptied today", occurred_at=NOON, is_ours=True)]

    def listen(self, account: Account, query: str, cursor: Mapping[str, Any]) -> Polled:
        found = [
            Incoming(
                external_id=number,
                raw=json.dumps({"id": number, "by": "eli", "text": f"{query}!", "at": NOON.isoformat()}).encode(),
            )
            for number in WORLD.heard
        ]
        return Polled(incoming=tuple(found), cursor={"until": len(found)})

    def moderate(self, account: Account, *, post_id: str, act: Act) -> None:
        if post_id in WORLD.gone:
            raise Refused("It cannot be hidden.", fix="Nothing to do.")
        WORLD.acts.append((post_id, act))

    def fetch(self, account: Account, url: str) -> InboundFile:
        if not url.startswith("https://forum.example/"):
            raise Refused("Not the forum's own address.", fix="Nothing to do.")
        return InboundFile(name="bin.png", media_type="image/png", content=b"\x89PNG")
