"""A channel that nobody has heard of: one class and one line of settings, as anybody may add one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from enquiries.contract import (
    Account,
    Author,
    Challenge,
    Forged,
    Genuine,
    InboundMessage,
    Limits,
    OutboundReply,
    Parsed,
    Polled,
    Receipt,
    Refused,
    Secret,
    Side,
    Traits,
    WebhookRequest,
)


class Forum:
    """The city's own forum. It only keeps the contract; no ability beside."""

    kind = "forum"
    label = "City forum"
    traits = Traits(
        icon="globe",
        working_minutes=60,
        every_seconds=17,
        people_per_account=True,
        is_public=True,
        secrets=(Secret(name="forum_key", label="Forum key"),),
    )
    polls = True
    replaces = frozenset[Side]()
    removes = frozenset[Side]()

    def limits(self, account: Account, side: Side) -> Limits:
        return Limits(max_length=500, settle=timedelta(0))

    def length(self, text: str) -> int:
        return len(text)

    def verify(self, account: Account, request: WebhookRequest) -> Genuine | Challenge:
        raise Forged("The forum pushes nothing.")

    def parse(self, account: Account, raw: bytes) -> Sequence[Parsed]:
        post = json.loads(raw)
        edited_at = post.get("edited_at")
        return [
            InboundMessage(
                external_id=post["id"],
                root_id=post["id"].partition(":")[0],
                version_at=datetime.fromisoformat(edited_at) if edited_at else None,
                thread_key=f"topic:{post['by']}",
                author=Author(external_id=post["by"], name=post["by"].title()),
                text=post["text"],
                side=Side.PUBLIC,
                occurred_at=datetime.fromisoformat(post["at"]),
            )
        ]

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        return Polled(incoming=(), cursor=cursor)

    def settle(self, account: Account, polled: Polled) -> None:
        """Nothing to settle."""

    def send(self, account: Account, reply: OutboundReply) -> Receipt:
        return Receipt(external_id=f"forum-{reply.key}")

    def replace(self, account: Account, reply: OutboundReply) -> Receipt:
        raise Refused("Not in a forum", fix="Answer again.")

    def remove(self, account: Account, reply: OutboundReply) -> Receipt:
        raise Refused("Not in a forum", fix="Answer again.")

    def find_sent(self, account: Account, reply: OutboundReply, *, since: datetime) -> Receipt:
        return self.send(account, reply)
