"""The web form as a channel: what is sent there is read like any other message, and answered on the citizen's own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _

from citizens.submission import NotASubmission, Submission, unpack
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
from enquiries.rules.may_reply import Row, Way
from enquiries.rules.text import clean, one_line

MOST_CHARACTERS = 10_000


class WebChannel:
    """The public form and the private page. Nothing leaves the house: what is posted is what the page shows.

    A copy of the reply by mail is a second route, and the e-mail channel's business.
    """

    kind = "web"
    label = _("Web form")
    traits = Traits(icon="form", ways=(Row(way=Way.IN_PRIVATE),), working_minutes=960)
    polls = False
    replaces = frozenset(Side)
    removes = frozenset(Side)

    def limits(self, account: Account, side: Side) -> Limits:
        """Say how long a reply may be: what a page can show and a person will read."""
        return Limits(max_length=MOST_CHARACTERS, settle=timedelta(0))

    def length(self, text: str) -> int:
        """Count characters."""
        return len(text)

    def verify(self, account: Account, request: WebhookRequest) -> NoReturn:
        """Refuse: no platform stands behind the form, so nothing comes in by webhook. Raises Forged always."""
        raise Forged("The web form takes no webhooks.")

    def parse(self, account: Account, raw: bytes) -> Sequence[Parsed]:
        """Read what the form sent. One message, or the whole of it as unreadable."""
        try:
            return [_message(unpack(raw))]
        except NotASubmission as error:
            return [Unreadable(raw=raw, error=str(error))]

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        """Bring nothing: the form hands over what it gets."""
        return Polled(incoming=(), cursor=dict(cursor))

    def settle(self, account: Account, polled: Polled) -> None:
        """Do nothing: there is no platform to tell."""

    def send(self, account: Account, reply: OutboundReply) -> Receipt:
        """Prove the reply by its own key: once this posting is recorded, the page shows it, and only once."""
        return Receipt(external_id=f"page:{reply.key}")

    def replace(self, account: Account, reply: OutboundReply) -> Receipt:
        """Say that it is done: the page shows the new words as soon as this change is recorded."""
        return Receipt(external_id=reply.of)

    def remove(self, account: Account, reply: OutboundReply) -> Receipt:
        """Say that it is done: the page shows that the reply was removed as soon as this change is recorded."""
        return Receipt(external_id=reply.of)

    def find_sent(self, account: Account, reply: OutboundReply, *, since: datetime) -> Receipt:
        """Say that it is there. Showing it is nothing but our own record, so it cannot have got lost on the way."""
        return self.send(account, reply)


def _message(submission: Submission) -> InboundMessage:
    return InboundMessage(
        external_id=submission.external_id,
        thread_key=submission.thread_key,
        author=Author(external_id=submission.author_id[:320], name=one_line(submission.name, most=200)),
        text=clean(submission.text),
        side=Side.PRIVATE,
        occurred_at=submission.submitted_at,
        reply_to=submission.email,
        topic=one_line(submission.topic, most=100),
        language=one_line(submission.language, most=20),
        files=submission.files,
    )
