"""The practice channel: a payload that was made here comes in as a message, and what is posted goes nowhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _

from enquiries.contract import (
    Account,
    Author,
    Forged,
    InboundMessage,
    Limits,
    OutboundReply,
    Parsed,
    Polled,
    Receipt,
    Side,
    Traits,
    Unreadable,
    WebhookRequest,
)
from enquiries.rules.text import clean, one_line

MOST_PUBLIC, MOST_PRIVATE = 280, 10_000


class PracticeChannel:
    """Knows no address, opens no connection and reads no setting: there is nobody on the other side."""

    kind = "practice"
    label = _("Practice")
    traits = Traits(working_minutes=120)
    polls = False
    replaces = frozenset(Side)
    removes = frozenset(Side)

    def limits(self, account: Account, side: Side) -> Limits:
        """Say how long a reply may be: in public as short as on X, so that one learns to be brief."""
        return Limits(max_length=MOST_PUBLIC if side is Side.PUBLIC else MOST_PRIVATE, settle=timedelta(0))

    def length(self, text: str) -> int:
        """Count characters."""
        return len(text)

    def verify(self, account: Account, request: WebhookRequest) -> NoReturn:
        """Refuse: practice comes from within. Raises Forged always."""
        raise Forged("Practice takes no webhooks.")

    def parse(self, account: Account, raw: bytes) -> Sequence[Parsed]:
        """Read a practice enquiry. One message, or the whole of it as unreadable."""
        try:
            return [_message(json.loads(raw))]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return [Unreadable(raw=raw, error=f"{type(error).__name__}: not a practice enquiry")]

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        """Bring nothing: there is nowhere to look."""
        return Polled(incoming=(), cursor=dict(cursor))

    def settle(self, account: Account, polled: Polled) -> None:
        """Do nothing: there is nobody to tell."""

    def send(self, account: Account, reply: OutboundReply) -> Receipt:
        """Reach nobody, and prove it by the reply's own key."""
        return Receipt(external_id=f"practice:{reply.key}", detail="practice: nobody was written to")

    def replace(self, account: Account, reply: OutboundReply) -> Receipt:
        """Reach nobody: the words that were posted nowhere are others now."""
        return Receipt(external_id=reply.of)

    def remove(self, account: Account, reply: OutboundReply) -> Receipt:
        """Reach nobody: the words that were posted nowhere are gone."""
        return Receipt(external_id=reply.of)

    def find_sent(self, account: Account, reply: OutboundReply, *, since: datetime) -> Receipt:
        """Say what `send` would have said: it follows from the key alone, so it cannot have got lost."""
        return self.send(account, reply)


def _message(sent: Mapping[str, Any]) -> InboundMessage:
    attempt = str(sent["attempt"])
    return InboundMessage(
        external_id=f"practice:{attempt}",
        thread_key=attempt,
        author=Author(external_id=f"practice:{attempt}", name=one_line(str(sent["name"]), most=200)),
        text=clean(str(sent["text"])),
        side=Side(sent["side"]),
        occurred_at=datetime.fromisoformat(sent["at"]),
        subject=one_line(str(sent["subject"]), most=200),
        language=one_line(str(sent["language"]), most=8),
    )
