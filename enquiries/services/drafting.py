"""What a version consists of: the words and every place they will go, as one content that gets hashed and approved."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from enquiries.contract import Side
from enquiries.models import ChannelAccount, Enquiry, Message, ReplyVersion
from enquiries.registry import channel
from enquiries.rules.text import one_line


class DraftRefused(Exception):
    """This cannot be kept or submitted as it is. The message tells the author what to do."""


class NewerVersion(DraftRefused):
    """There is a wording that was not on the author's screen. `version` is that wording."""

    def __init__(self, version: ReplyVersion) -> None:
        super().__init__(_("The reply was changed after you opened it. Read the newest version before you save yours."))
        self.version = version


def content_for(enquiry: Enquiry, answers: Message, text: str) -> dict[str, Any]:
    """Put together all that leaves the building: text, subject, side, and one route per place.

    A route is {"account", "channel", "target", "recipient", "recipient_name"}. The first is where the message came from.
    A web enquiry with a mail address has a second route: the same reply by mail.
    """
    name = answers.author.name if answers.author else ""
    routes = [_route(answers.account, target=answers.external_id, recipient=answers.reply_to, name=name)]
    if answers.account.kind == "web" and answers.reply_to:
        mailbox = _mailbox_of(enquiry)
        if mailbox:
            routes.append(_route(mailbox, target=answers.external_id, recipient=answers.reply_to, name=name))
    return {
        "text": text,
        "subject": one_line(answers.subject or enquiry.subject, most=200),
        "side": answers.side,
        "reference": enquiry.reference,
        "attachments": [],
        "routes": routes,
    }


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


def check_length(version: ReplyVersion) -> None:
    """Refuse a text that one of its places would not take, before anybody approves it. Raises DraftRefused."""
    routes = version.content["routes"]
    accounts = ChannelAccount.objects.in_bulk([route["account"] for route in routes])
    for route in routes:
        account = accounts[route["account"]]
        speaks = channel(account.kind)
        limits = speaks.limits(account.in_the_open(), Side(version.content["side"]))
        length = speaks.length(version.text)
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
