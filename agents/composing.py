"""What the composer stands on: the message it answers, the text so far, how long it may be, and why it may be shut."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from enquiries.contract import Side
from enquiries.models import Enquiry, Message, Reply, ReplyVersion
from enquiries.queries.approvals import Route, routes_of
from enquiries.registry import channel
from enquiries.services.drafting import content_for


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How long a text is for the place it goes to, in that place's own counting."""

    length: int
    most: int

    @property
    def is_over(self) -> bool:
        """Whether the place would not take it."""
        return self.length > self.most

    @property
    def words(self) -> str:
        """The measure as people read it."""
        counted = {"length": _grouped(self.length), "most": _grouped(self.most)}
        if not self.is_over:
            return _("%(length)s of %(most)s") % counted
        counted["over"] = _grouped(self.length - self.most)
        return _("%(over)s too long: %(length)s of %(most)s") % counted


@dataclass(frozen=True, kw_only=True)
class Composer:
    """The open composer. `other` is a newer wording of somebody else that the person has not seen yet."""

    answers: Message
    text: str
    reply: Reply | None
    versions: list[ReplyVersion]
    measure: Measure
    routes: list[Route]
    other: ReplyVersion | None = None
    error: str = ""

    @property
    def newest_id(self) -> int | None:
        """The version that the next save builds on."""
        return self.versions[0].pk if self.versions else None

    @property
    def is_submitted(self) -> bool:
        """Whether it waits for approval, so that saving takes it back."""
        return self.reply is not None and self.reply.state == Reply.State.SUBMITTED


def _grouped(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def measure(message: Message, text: str) -> Measure:
    """Count `text` as the channel of `message` counts it. Needs `account` loaded."""
    speaks = channel(message.account.kind)
    limits = speaks.limits(message.account.in_the_open(), Side(message.side))
    return Measure(length=speaks.length(text.replace("\r\n", "\n").strip()), most=limits.max_length)


def versions_of(reply: Reply | None) -> list[ReplyVersion]:
    """List the wordings of a reply, the newest first."""
    return list(reply.versions.select_related("author").order_by("-n")) if reply else []


def why_shut(enquiry: Enquiry, reply: Reply | None) -> str:
    """Say why nothing can be written now; empty when something can."""
    if reply and reply.state == Reply.State.APPROVED:
        return _("The reply is approved and on its way. The next one can be written when it has arrived.")
    if enquiry.state == Enquiry.State.CLOSED:
        return _("This enquiry is closed. Open it again to answer.")
    return ""


def compose(
    enquiry: Enquiry,
    *,
    inbound: list[Message],
    reply: Reply | None,
    answers_id: int | None = None,
    text: str | None = None,
    other: ReplyVersion | None = None,
    error: str = "",
) -> Composer:
    """Open the composer on a message: the one asked for, else the one the draft answers, else the citizen's newest."""
    chosen = _chosen(inbound, [answers_id, reply.answers_id if reply else None])
    versions = versions_of(reply)
    newest = versions[0].text if versions else ""
    words = newest if text is None else text
    return Composer(
        answers=chosen,
        text=words,
        reply=reply,
        versions=versions,
        measure=measure(chosen, words),
        routes=routes_of(content_for(enquiry, chosen, words)),
        other=other,
        error=error,
    )


def _chosen(inbound: list[Message], wanted: list[int | None]) -> Message:
    by_id = {message.pk: message for message in inbound}
    for number in wanted:
        if number in by_id:
            return by_id[number]
    return next((message for message in inbound if not message.automatic), inbound[0])
