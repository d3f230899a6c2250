"""A freeze in words, and whether it holds a certain reply: said from what the page has read already."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from enquiries.models import ChannelAccount, Enquiry, Freeze


def what_stands_still(freeze: Freeze) -> str:
    """Name what a freeze holds. Its account and topic should have been read with it."""
    match freeze.scope:
        case Freeze.Scope.CHANNEL:
            return _("Everything on %(channel)s") % {"channel": freeze.get_kind_display()}
        case Freeze.Scope.ACCOUNT:
            return _("Everything from %(account)s") % {"account": freeze.account}
        case Freeze.Scope.TOPIC:
            return _("Everything about %(topic)s") % {"topic": freeze.topic}
    return _("Everything")


def holding(freezes: Iterable[Freeze], enquiry: Enquiry, account: ChannelAccount) -> Freeze | None:
    """Find a freeze among those that are live which holds what goes out from an account about an enquiry."""
    return next((each for each in freezes if _holds(each, enquiry, account)), None)


def _holds(freeze: Freeze, enquiry: Enquiry, account: ChannelAccount) -> bool:
    if freeze.organisation_id != enquiry.organisation_id:
        return False
    return {
        Freeze.Scope.EVERYTHING: True,
        Freeze.Scope.CHANNEL: freeze.kind == account.kind,
        Freeze.Scope.ACCOUNT: freeze.account_id == account.pk,
        Freeze.Scope.TOPIC: freeze.topic_id is not None and freeze.topic_id == enquiry.topic_id,
    }[Freeze.Scope(freeze.scope)]
