"""Who is trusted with what: steps up are a supervisor's, one at a time and on evidence; a step down happens at once."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.models import ChannelKind, Organisation, Topic, TrustStep
from enquiries.queries import trust as figures
from enquiries.queries.standards import supervises_in
from enquiries.registry import kinds
from enquiries.rules.text import clean
from enquiries.rules.trust import Criteria, Evidence, Level, Proposal, add_months, propose

CHECKED = TrustStep.Level.CHECKED
LATEST_REVIEW_MONTHS = 12


class TrustRefused(Exception):
    """This step must not happen. The message is for the person who tried."""


def level_of(*, user_id: int, organisation_id: int, kind: str, topic_id: int | None) -> TrustStep | None:
    """Find the step that counts for a reply: the newest for its topic, else the newest for all. None means CHECKED."""
    on_topic = Q(topic_id__isnull=True) if topic_id is None else Q(topic_id__isnull=True) | Q(topic_id=topic_id)
    steps = TrustStep.objects.filter(on_topic, user_id=user_id, organisation_id=organisation_id, kind=kind)
    return steps.order_by(F("topic_id").desc(nulls_last=True), "-pk").first()


@transaction.atomic
def demote(
    *,
    user_id: int,
    organisation_id: int,
    kind: str,
    topic_id: int | None,
    reason: str,
    now: datetime,
    by_id: int | None = None,
) -> int:
    """Take back all trust somebody has on a kind of channel, general and on any topic, at once. Returns how many steps fell.

    `topic_id` is the topic of the enquiry it came from, for the ledger; `by_id` who caused it, None for the machine.
    """
    hold(user_id)
    fallen = [step for step in newest_steps(user_id, organisation_id, kind) if step.level != CHECKED]
    for step in fallen:
        TrustStep.objects.create(
            organisation_id=organisation_id,
            user_id=user_id,
            kind=kind,
            topic_id=step.topic_id,
            level=CHECKED,
            reason=reason[:500],
            evidence={"before": step.level, "caused_on_topic": topic_id},
            decided_by_id=by_id if by_id != user_id else None,
            decided_at=now,
        )
    if fallen:
        record(
            verb="trust.taken_back",
            now=now,
            actor_id=by_id,
            subject=f"user:{user_id}",
            organisation_id=organisation_id,
            data={"kind": kind, "from": [step.level for step in fallen], "topic": topic_id},
        )
    return len(fallen)


def newest_steps(user_id: int, organisation_id: int, kind: str) -> list[TrustStep]:
    """List the step that counts in general and the one for each topic, of one person on one kind of channel."""
    steps = TrustStep.objects.filter(user_id=user_id, organisation_id=organisation_id, kind=kind)
    return list(steps.order_by("topic_id", "-pk").distinct("topic_id"))


def hold(user_id: int) -> None:
    """Lock the person, so that a step up and a fall never pass one another."""
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=user_id)


@transaction.atomic
def give_step(
    *, rung: figures.Rung, organisation_id: int, by_id: int, seen_id: int, level: str, now: datetime
) -> TrustStep:
    """Make the step that the figures speak for, on a supervisor's word; figures and reason are kept with it.

    `seen_id` is the newest step the supervisor had seen (0 for none) and `level` where it is to lead. Raises TrustRefused:
    for oneself, by nobody who supervises here, or when the figures do not speak for it (any more).
    """
    _check_word(rung, organisation_id, by_id)
    hold(rung.user_id)
    standing, found = judged(rung, organisation_id, now=now)
    _check_seen(standing, seen_id)
    criteria = criteria_of(Organisation.objects.get(pk=organisation_id))
    proposal = propose(standing.level, found, criteria, today=now.date())
    if proposal is None or proposal.level != level:
        raise TrustRefused(_("The figures do not speak for this step any more. Look at them again."))
    review_on = add_months(now.date(), criteria.months_of(Level(proposal.level)))
    return _write(
        rung, organisation_id, by_id, now, _of(proposal) | {"evidence": as_data(found), "review_on": review_on}
    )


@transaction.atomic
def not_yet(
    *, rung: figures.Rung, organisation_id: int, by_id: int, seen_id: int, reason: str, review_on: date, now: datetime
) -> TrustStep:
    """Keep the level, with a reason and the day on which it is looked at again. Raises TrustRefused."""
    _check_word(rung, organisation_id, by_id)
    if not clean(reason).strip():
        raise TrustRefused(_("Write why, so that the colleague can read it."))
    if not now.date() < review_on <= add_months(now.date(), LATEST_REVIEW_MONTHS):
        raise TrustRefused(_("Choose a day within the next twelve months."))
    hold(rung.user_id)
    standing, found = judged(rung, organisation_id, now=now)
    _check_seen(standing, seen_id)
    percent = standing.step.percent if standing.step else 100
    kept = {"level": str(standing.level), "percent": percent, "reason": clean(reason).strip()[:500]}
    return _write(rung, organisation_id, by_id, now, kept | {"evidence": as_data(found), "review_on": review_on})


@transaction.atomic
def set_apart(*, rung: figures.Rung, organisation_id: int, by_id: int, reason: str, now: datetime) -> TrustStep:
    """Give a topic a level of its own, from the bottom: its replies are all read until its own figures say otherwise."""
    _check_word(rung, organisation_id, by_id)
    if not clean(reason).strip():
        raise TrustRefused(_("Write why, so that the colleague can read it."))
    if not Topic.objects.filter(pk=rung.topic_id or 0, organisation_id=organisation_id).exists():
        raise TrustRefused(_("Choose a topic of your organisation."))
    hold(rung.user_id)
    if any(step.topic_id == rung.topic_id for step in newest_steps(rung.user_id, organisation_id, rung.kind)):
        raise TrustRefused(_("This topic has a level of its own already."))
    kept = {"level": str(CHECKED), "percent": 100, "reason": clean(reason).strip()[:500], "evidence": {}}
    return _write(rung, organisation_id, by_id, now, kept | {"review_on": None})


@transaction.atomic
def take_back(*, rung: figures.Rung, organisation_id: int, by_id: int, reason: str, now: datetime) -> None:
    """Take back, on a supervisor's word, all trust somebody has on a channel. Raises TrustRefused."""
    _check_word(rung, organisation_id, by_id)
    if not clean(reason).strip():
        raise TrustRefused(_("Write why, so that the colleague can read it."))
    told: dict[str, Any] = {"user_id": rung.user_id, "kind": rung.kind, "topic_id": rung.topic_id}
    if not demote(organisation_id=organisation_id, reason=clean(reason).strip(), now=now, by_id=by_id, **told):
        raise TrustRefused(_("Every reply is checked already."))


def judged(rung: figures.Rung, organisation_id: int, *, now: datetime) -> tuple[figures.Standing, Evidence]:
    """Read where somebody stands on one rung, and the figures since."""
    held = figures.standings(organisation_id)
    found = figures.evidence(organisation_id, held, now=now, author_id=rung.user_id)
    return held.get(rung, figures.Standing()), found.get(rung, Evidence())


def criteria_of(organisation: Organisation) -> Criteria:
    """Give what the steps ask for in an organisation."""
    return Criteria(first_review_months=organisation.first_review_months)


def as_data(found: Evidence) -> dict[str, Any]:
    """Turn figures into what is kept with a step: days as text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(found).items()}


def _of(proposal: Proposal) -> dict[str, Any]:
    return {"level": str(proposal.level), "percent": proposal.percent, "reason": proposal.reason[:500]}


def _check_word(rung: figures.Rung, organisation_id: int, by_id: int) -> None:
    if by_id == rung.user_id:
        raise TrustRefused(_("Nobody decides about the trust in themselves. Ask another supervisor."))
    if not supervises_in(user_id=by_id, organisation_id=organisation_id):
        raise TrustRefused(_("Only a supervisor of the organisation decides about trust."))
    if not figures.works_in(user_id=rung.user_id, organisation_id=organisation_id):
        raise TrustRefused(_("This person does not work here any more."))
    if rung.kind not in kinds() or rung.kind == ChannelKind.PRACTICE:
        raise TrustRefused(_("There is no trust to give on this channel."))


def _check_seen(standing: figures.Standing, seen_id: int) -> None:
    if (standing.step.pk if standing.step else 0) != seen_id:
        raise TrustRefused(_("Somebody decided meanwhile. Look at how it stands now."))


def _write(rung: figures.Rung, organisation_id: int, by_id: int, now: datetime, kept: dict[str, Any]) -> TrustStep:
    step = TrustStep.objects.create(
        organisation_id=organisation_id,
        user_id=rung.user_id,
        kind=rung.kind,
        topic_id=rung.topic_id,
        decided_by_id=by_id,
        decided_at=now,
        **kept,
    )
    record(
        verb="trust.decided",
        now=now,
        actor_id=by_id,
        subject=f"user:{rung.user_id}",
        organisation_id=organisation_id,
        data={"kind": rung.kind, "topic": rung.topic_id, "level": step.level, "step": step.pk},
    )
    return step
