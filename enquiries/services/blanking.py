"""Words that their platform has no more: emptied here too, while the enquiry, its clocks and its ledger stay as they were."""

from __future__ import annotations

from datetime import datetime

from audit.ledger import record
from enquiries.models import ChannelAccount, Message


def blank(*, account: ChannelAccount, root_id: str, now: datetime) -> int:
    """Empty every version of one post of a citizen. Safe to repeat. Returns how many messages were emptied.

    The database takes their words out of the search by itself.
    """
    theirs = Message.objects.filter(
        account=account, root_id=root_id, direction=Message.Direction.IN, blanked_at__isnull=True
    )
    count = 0
    for message in theirs.order_by("pk") if root_id else []:
        Message.objects.filter(pk=message.pk, blanked_at__isnull=True).update(
            text="", html="", subject="", blanked_at=now
        )
        record(
            verb="message.blanked",
            now=now,
            subject=f"message:{message.pk}",
            organisation_id=account.organisation_id,
            enquiry_id=message.enquiry_id,
        )
        count += 1
    return count
