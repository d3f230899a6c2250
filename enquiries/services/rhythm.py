"""Whether an account is as loud as it usually is: what came and went last, so that silence is noticed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import DateTimeField, OuterRef, Subquery

from enquiries.models import AccountStanding, ChannelAccount, Message, Payload


def watch(*, now: datetime) -> int:
    """Note for every account in use when something last came, left and was pushed. Returns how many accounts there are."""
    accounts = ChannelAccount.objects.filter(is_active=True)
    for account in accounts.filter(standing__isnull=True):
        AccountStanding.objects.get_or_create(account=account, defaults={"due_at": now})
    return AccountStanding.objects.filter(account__in=accounts).update(
        last_in_at=_last(Message.Direction.IN),
        last_out_at=_last(Message.Direction.OUT),
        webhook_at=Subquery(
            Payload.objects.filter(account=OuterRef("account"), source=Payload.Source.WEBHOOK)
            .order_by("-pk")
            .values("received_at")[:1],
            output_field=DateTimeField(),
        ),
    )


def _last(direction: Message.Direction) -> Subquery:
    said = Message.objects.filter(account=OuterRef("account"), direction=direction).order_by("-pk")
    return Subquery(said.values("recorded_at")[:1], output_field=DateTimeField())
