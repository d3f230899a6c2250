"""What a version consists of: the words and every place they will go, as one content that gets hashed and approved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from enquiries.contract import COMMENT, Side
from enquiries.models import ChannelAccount, Enquiry, Message, Reply, ReplyVersion
from enquiries.registry import channel, traits_of
from enquiries.rules import parts
from enquiries.rules.may_reply import Way, exists
from enquiries.rules.text import one_line
from enquiries.services.replies.language import language_of


class DraftRefused(Exception):
    """This cannot be kept or submitted as it is. The message tells the author what to do."""


class NewerVersion(DraftRefused):
    """There is a wording that was not on the author's screen. `version` is that wording."""

    def __init__(self, version: ReplyVersion) -> None:
        super().__init__(_("The reply was changed after you opened it. Read the newest version before you save yours."))
        self.version = version


def content_for(
    enquiry: Enquiry,
    answers: Message,
    text: str,
    *,
    purpose: str = Reply.Purpose.ANSWER,
    of: str | None = None,
    not_before: datetime | None = None,
    in_parts: bool = False,
    as_quote: bool = False,
) -> dict[str, Any]:
    """Put together all that leaves the building, and what it is for. This is what gets hashed and approved.

    `text`, `language` (its own; the enquiry's where the words do not tell, "" where nobody knows), `subject`, `side`,
    `reference`, `attachments`; `quote`, only where it is a post of its own that quotes the citizen's; `purpose` and `of`,
    the name on the platform of our own post that is corrected (null otherwise); `not_before`, the moment before which it
    must not leave (ISO, null for at once); and `routes`, each {"account", "channel", "target", "recipient",
    "recipient_name"}. The first is where the message came from; with `in_parts` a text too long for it becomes several such
    routes, each with `part` (from 1) and its own `text`. A web enquiry with a mail address has one more route: the same
    reply by mail. A private answer to public words goes one way, to their author. Raises DraftRefused when it cannot be
    cut, or when there is no such way.
    """
    is_private_answer = purpose == Reply.Purpose.PRIVATELY
    if is_private_answer:
        check_private_way(answers)
    name = answers.author.name if answers.author else ""
    recipient = f"{COMMENT}{answers.root_id or answers.external_id}" if is_private_answer else answers.reply_to
    first = _route(answers.account, target=answers.external_id, recipient=recipient, name=name)
    routes = _in_parts(first, answers, text) if in_parts and not is_private_answer else [first]
    if answers.account.kind == "web" and answers.reply_to and purpose != Reply.Purpose.REMOVE:
        mailbox = _mailbox_of(enquiry)
        if mailbox:
            routes.append(_route(mailbox, target=answers.external_id, recipient=answers.reply_to, name=name))
    content = {
        "text": text,
        "language": language_of(text) or enquiry.language,
        "subject": one_line(answers.subject or answers.enquiry.subject, most=200),
        "side": Reply.Purpose(purpose).side_of(answers.side),
        "reference": answers.enquiry.reference,
        "attachments": [],
        "purpose": str(purpose),
        "of": of,
        "not_before": not_before.astimezone(UTC).isoformat() if not_before else None,
        "routes": routes,
    }
    return content | {"quote": True} if as_quote and purpose == Reply.Purpose.ANSWER else content


def check_private_way(answers: Message) -> None:
    """Refuse a private answer to what was said in private, or where no platform carries one. Raises DraftRefused."""
    if answers.side != Side.PUBLIC:
        raise DraftRefused(_("This message is private already: just answer it."))
    if not exists(traits_of(answers.account.kind).ways, Way.PRIVATE_TO_COMMENT):
        raise DraftRefused(_("We cannot answer this in private. Invite the person to write in private instead."))


def parts_of(answers: Message, text: str) -> list[str]:
    """Cut a text as it would be posted: one part where it fits. Raises DraftRefused when it cannot be cut."""
    speaks = channel(answers.account.kind)
    limits = speaks.limits(answers.account.in_the_open(), Side(answers.side))
    try:
        return parts.cut(text, most=limits.max_length, length=speaks.length)
    except parts.TooManyParts:
        raise DraftRefused(
            _("It would be more than %(most)d posts. Shorten it, or answer another way.") % {"most": parts.MOST_PARTS}
        ) from None
    except parts.WordTooLong:
        raise DraftRefused(
            _("One word or link in it is longer than a whole post may be. Shorten it, or answer another way.")
        ) from None


def _in_parts(route: dict[str, Any], answers: Message, text: str) -> list[dict[str, Any]]:
    texts = parts_of(answers, text)
    if len(texts) == 1:
        return [route]
    return [route | {"part": number, "text": words} for number, words in enumerate(texts, start=1)]


def _route(account: ChannelAccount, *, target: str, recipient: str, name: str) -> dict[str, Any]:
    return {
        "account": account.pk,
        "channel": account.kind,
        "target": target,
        "recipient": recipient,
        "recipient_name": name,
    }


def _mailbox_of(enquiry: Enquiry) -> ChannelAccount | None:
    return ChannelAccount.objects.active("email").filter(organisation_id=enquiry.organisation_id).first()


def check_length(version: ReplyVersion, *, known: Iterable[ChannelAccount] = ()) -> None:
    """Refuse a text that one of its places would not take, before anybody approves it. Raises DraftRefused.

    A removal posts no words, so nothing of it is too long. `known` are accounts that need not be read.
    """
    if version.content.get("purpose") == Reply.Purpose.REMOVE:
        return
    routes = version.content["routes"]
    accounts = {account.pk: account for account in known}
    missing = {route["account"] for route in routes} - accounts.keys()
    accounts |= ChannelAccount.objects.in_bulk(missing) if missing else {}
    for route in routes:
        account = accounts[route["account"]]
        speaks = channel(account.kind)
        limits = speaks.limits(account.in_the_open(), Side(version.content["side"]))
        length = speaks.length(route.get("text", version.text))
        if length > limits.max_length:
            raise DraftRefused(
                _("The reply is too long for %(channel)s: %(length)d of %(most)d. Shorten it by %(over)d.")
                % {
                    "channel": account.get_kind_display(),
                    "length": length,
                    "most": limits.max_length,
                    "over": length - limits.max_length,
                }
            )
