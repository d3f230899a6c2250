"""Start practising: a scenario comes in through the front door, like a real enquiry, and lies in the learner's hands."""

from __future__ import annotations

import json
import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from enquiries.models import ChannelAccount, ChannelKind, Enquiry, Message, Organisation, Payload, Team
from enquiries.services.incoming import intake
from enquiries.services.triage import hands, sorting
from practice.scenarios import Scenario, UnknownScenario, scenario
from worklist.queue import worker_name

MOST_OPEN = 10
"""So many practice enquiries may lie open with one person."""


DONE = (Enquiry.State.ANSWERED, Enquiry.State.CLOSED)


class EnoughOpen(Exception):
    """Somebody has so many open practice enquiries that they should finish one first."""


def practice_account(organisation: Organisation) -> ChannelAccount:
    """Give the organisation's practice account; it is made when somebody first practises."""
    account, _made = ChannelAccount.objects.get_or_create(
        kind=ChannelKind.PRACTICE,
        external_id=f"practice:{organisation.pk}",
        defaults={"organisation": organisation, "name": "Practice"},
    )
    return account


@transaction.atomic
def start(*, key: str, organisation: Organisation, learner_id: int, team: Team, now: datetime) -> Enquiry:
    """Let a scenario arrive and put it into the learner's hands, in their team. Raises UnknownScenario, or EnoughOpen."""
    chosen = scenario(key)
    open_ones = attempts_of(learner_id, organisation.pk).exclude(state__in=DONE)
    if open_ones.count() >= MOST_OPEN:
        raise EnoughOpen
    attempt = f"{learner_id}:{chosen.key}:{uuid.uuid4()}"
    sent = {
        "attempt": attempt,
        "name": chosen.name,
        "subject": chosen.subject,
        "text": chosen.text,
        "side": chosen.side,
        "language": chosen.language,
        "at": now.isoformat(),
    }
    accepted = intake.accept_payload(
        account_id=practice_account(organisation).pk,
        source=Payload.Source.FORM,
        external_id=attempt,
        raw=json.dumps(sent).encode(),
        now=now,
    )
    # In the same transaction, so that no worker comes in between: the learner lands on the enquiry itself.
    message = intake.message_of(intake.read_now(accepted.payload_id, now=now, worker=worker_name()))
    assert message is not None  # noqa: S101 - what was read is of one message
    sorting.transfer(enquiry_id=message.enquiry_id, team=team, by_id=learner_id, now=now)
    hands.claim(enquiry_id=message.enquiry_id, by_id=learner_id, now=now)
    return Enquiry.objects.get(pk=message.enquiry_id)


def attempts_of(learner_id: int, organisation_id: int) -> QuerySet[Enquiry]:
    """Find what somebody has practised on, the newest first, whoever has it in hand now. Each has `practised_as`."""
    first = Message.objects.filter(enquiry=OuterRef("pk"), external_id__startswith=f"practice:{learner_id}:")
    return (
        Enquiry.objects.filter(kind=ChannelKind.PRACTICE, organisation_id=organisation_id)
        .annotate(practised_as=Subquery(first.order_by("pk").values("external_id")[:1]))
        .filter(practised_as__isnull=False)
        .order_by("-pk")
    )


def scenario_of(external_id: str) -> Scenario | None:
    """Say which scenario a message came from, by its name "practice:<learner>:<key>:<number>"; None when it is gone."""
    parts = external_id.split(":")
    try:
        return scenario(parts[2] if len(parts) == 4 else "")
    except UnknownScenario:
        return None
