"""What was kept and needs nobody, in a machine's eyes: it can be looked through, and taken up by a person after all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.contract import EVERYTHING, InboundMessage
from enquiries.models import ChannelAccount, Enquiry, Payload
from enquiries.registry import channel, kinds, traits_of
from enquiries.services.incoming import correspondence

IGNORED = "ignored: "
TAKEN_UP = "message, taken up by a person; before "


class CannotTakeUp(Exception):
    """This cannot be made an enquiry. The message says why."""


def parked(accounts: QuerySet[ChannelAccount]) -> QuerySet[Payload]:
    """List the mails that were kept without an enquiry, the newest first, with their `size` but not their bytes.

    `outcome` is the reason. Of other channels what is set aside are parts of events, which nobody wrote.
    """
    mail = [kind for kind in kinds() if traits_of(kind).is_mail]
    theirs = Payload.objects.filter(account__in=accounts.filter(kind__in=mail), state=Payload.State.READ)
    kept = theirs.filter(outcome__startswith=IGNORED).select_related("account").defer("raw")
    return kept.annotate(size=Length("raw")).order_by("-pk")


def take_up(payload_id: int, *, by_id: int, now: datetime) -> Enquiry:
    """Make an enquiry of a mail that was set aside, promised an answer from now on. Raises CannotTakeUp.

    From then on it counts as a person's; that it looked like a machine's, and why, stays with the payload and on record.
    Nothing is written back by machine: whoever took it up answers.
    """
    payload = Payload.objects.select_related("account").get(pk=payload_id)
    inbound = _read(payload)
    taken = replace(inbound, automatic=False)
    with transaction.atomic():
        held = Payload.objects.select_for_update(of=("self",)).get(pk=payload_id)
        if not held.outcome.startswith(IGNORED):
            raise CannotTakeUp(_("Somebody has taken it up already."))
        message = correspondence.receive(
            payload=held, account=payload.account, inbound=taken, now=now, promised_from=now
        )
        if message is None:
            raise CannotTakeUp(_("This very mail is in an enquiry already."))
        Payload.objects.filter(pk=held.pk).update(outcome=f"{TAKEN_UP}{held.outcome}"[:300])
        record(
            verb="payload.taken_up",
            now=now,
            actor_id=by_id,
            subject=f"payload:{held.pk}",
            organisation_id=payload.account.organisation_id,
            enquiry_id=message.enquiry_id,
            data={"message": message.pk, "automatic": inbound.automatic},
        )
    return message.enquiry


def _read(payload: Payload) -> InboundMessage:
    known = payload.account.as_account()
    whole = replace(known, settings={**known.settings, EVERYTHING: True})
    parts = channel(payload.account.kind).parse(whole, bytes(payload.raw))
    said = [part for part in parts if isinstance(part, InboundMessage)]
    if len(said) != 1:
        raise CannotTakeUp(_("There are no words of a person in it that could be answered."))
    return said[0]
