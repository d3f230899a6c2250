"""Keeping standard answers: new words, a second supervisor's approval of exactly these words, renewal, and retirement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.models import Organisation, StandardAnswer, StandardAnswerVersion, Topic
from enquiries.queries.standards import supervises_in
from enquiries.rules.text import one_line
from enquiries.services.standard_answers.standard_texts import Fault, Texts, faults_of, tidy

LONGEST_LIFE = timedelta(days=731)
"""Nobody promises that words stay right for longer than two years."""


class StandardRefused(Exception):
    """This cannot be kept or done. The message tells the person what to do."""


class FaultyTexts(StandardRefused):
    """The words cannot be kept as they are. `faults` says of each variant what is wrong."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(_("Some of the words cannot be kept yet. What is wrong stands beside each."))
        self.faults = faults


class NewerWords(StandardRefused):
    """Somebody else wrote a version meanwhile. `version` is theirs."""

    def __init__(self, version: StandardAnswerVersion) -> None:
        super().__init__(_("Somebody wrote a newer version after you opened this page. Read it before you go on."))
        self.version = version


@dataclass(frozen=True, kw_only=True)
class Head:
    """What is known of a standard answer besides its words."""

    title: str
    topic: Topic | None
    source: str
    expires_on: date


@transaction.atomic
def add(*, organisation: Organisation, head: Head, texts: Texts, by_id: int, now: datetime) -> StandardAnswer:
    """Start a standard answer with its first version, owned by who wrote it. Raises StandardRefused."""
    _require_supervisor(organisation.pk, by_id)
    _check_head(organisation, head, now)
    if StandardAnswer.objects.filter(organisation=organisation, title=head.title, retired_at__isnull=True).exists():
        raise StandardRefused(_("There is a standard answer with this title already. Choose another one."))
    answer = StandardAnswer.objects.create(
        organisation=organisation,
        title=one_line(head.title, most=150),
        topic=head.topic,
        owner_id=by_id,
        source=one_line(head.source, most=500),
        expires_on=head.expires_on,
    )
    _note("standard.added", answer, now, by_id)
    _add_version(answer, texts, by_id, now)
    return answer


@transaction.atomic
def write_version(
    *, answer_id: int, texts: Texts, by_id: int, now: datetime, seen_n: int, head: Head | None = None
) -> StandardAnswerVersion:
    """Keep new words as a version that waits for approval; meanwhile people go on inserting the approved one.

    `seen_n` is the version on the author's screen: another one raises NewerWords. `head` changes what is known beside
    the words. Words that are the newest already make no version. Raises FaultyTexts, StandardRefused.
    """
    answer = _hold(answer_id)
    _require_writer(answer, by_id)
    newest = answer.versions.order_by("-n").first()
    if newest and newest.n != seen_n:
        raise NewerWords(newest)
    if head:
        _change_head(answer, head, by_id, now)
    if newest and newest.texts == tidy(texts):
        return newest
    return _add_version(answer, texts, by_id, now)


@transaction.atomic
def approve_version(*, version_id: int, by_id: int, now: datetime) -> StandardAnswerVersion:
    """Let people insert exactly these words. Raises NewerWords when there are newer ones, and StandardRefused."""
    answer_id = StandardAnswerVersion.objects.values_list("answer_id", flat=True).get(pk=version_id)
    answer = _hold(answer_id)
    version = answer.versions.get(pk=version_id)
    newest = answer.versions.order_by("-n")[0]
    if newest.pk != version.pk:
        raise NewerWords(newest)
    if version.approved_at is not None:
        raise StandardRefused(_("This version is approved already."))
    if version.author_id == by_id:
        raise StandardRefused(_("You wrote this version, so another supervisor has to approve it."))
    _require_supervisor(answer.organisation_id, by_id)
    version.approved_by_id, version.approved_at = by_id, now
    version.save(update_fields=["approved_by", "approved_at"])
    _note("standard.approved", answer, now, by_id, {"n": version.n})
    return version


@transaction.atomic
def renew(*, answer_id: int, until: date, by_id: int, now: datetime) -> None:
    """Say that the words are right until a later day. Raises StandardRefused."""
    answer = _hold(answer_id)
    _require_writer(answer, by_id)
    _check_day(answer.organisation, until, now)
    answer.expires_on = until
    answer.save(update_fields=["expires_on"])
    _note("standard.renewed", answer, now, by_id, {"until": until.isoformat()})


@transaction.atomic
def retire(*, answer_id: int, by_id: int, now: datetime) -> None:
    """Take a standard answer out of use for good; what it said and where it was used stays. Raises StandardRefused."""
    answer = _hold(answer_id)
    _require_writer(answer, by_id)
    answer.retired_at = now
    answer.save(update_fields=["retired_at"])
    _note("standard.retired", answer, now, by_id)


def may_write(answer: StandardAnswer, user_id: int) -> bool:
    """Say whether this person may change it: its owner and every supervisor of the organisation."""
    return answer.owner_id == user_id or supervises_in(user_id=user_id, organisation_id=answer.organisation_id)


def _add_version(answer: StandardAnswer, texts: Texts, by_id: int, now: datetime) -> StandardAnswerVersion:
    words = tidy(texts)
    faults = faults_of(answer.organisation, words)
    if faults:
        raise FaultyTexts(faults)
    n = (answer.versions.order_by("-n").values_list("n", flat=True).first() or 0) + 1
    version = StandardAnswerVersion.objects.create(answer=answer, n=n, texts=words, author_id=by_id, created_at=now)
    _note("standard.written", answer, now, by_id, {"n": n})
    return version


def _change_head(answer: StandardAnswer, head: Head, by_id: int, now: datetime) -> None:
    kept = Head(title=answer.title, topic=answer.topic, source=answer.source, expires_on=answer.expires_on)
    if head == kept:
        return
    if head.expires_on != answer.expires_on:
        _check_day(answer.organisation, head.expires_on, now)
    others = StandardAnswer.objects.filter(
        organisation_id=answer.organisation_id, title=head.title, retired_at__isnull=True
    )
    if others.exclude(pk=answer.pk).exists():
        raise StandardRefused(_("There is a standard answer with this title already. Choose another one."))
    answer.title, answer.topic = one_line(head.title, most=150), head.topic
    answer.source, answer.expires_on = one_line(head.source, most=500), head.expires_on
    answer.save(update_fields=["title", "topic", "source", "expires_on"])
    _note("standard.changed", answer, now, by_id)


def _check_head(organisation: Organisation, head: Head, now: datetime) -> None:
    if not head.title.strip():
        raise StandardRefused(_("Give it a title by which colleagues find it."))
    _check_day(organisation, head.expires_on, now)


def _check_day(organisation: Organisation, day: date, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(organisation.time_zone)).date()
    if not today < day <= today + LONGEST_LIFE:
        raise StandardRefused(_("Choose a day after today, and at most two years from now."))


def _hold(answer_id: int) -> StandardAnswer:
    """Lock the answer: writing and approving happen one after the other. Raises StandardRefused when it is retired."""
    held = StandardAnswer.objects.select_for_update(of=("self",)).select_related("organisation", "topic")
    answer = held.get(pk=answer_id)
    if answer.retired_at is not None:
        raise StandardRefused(_("This standard answer was taken out of use. Write a new one instead."))
    return answer


def _require_writer(answer: StandardAnswer, user_id: int) -> None:
    if not may_write(answer, user_id):
        raise StandardRefused(_("Only its owner and supervisors may change a standard answer."))


def _require_supervisor(organisation_id: int, user_id: int) -> None:
    if not supervises_in(user_id=user_id, organisation_id=organisation_id):
        raise StandardRefused(_("Only a supervisor may do this."))


def _note(verb: str, answer: StandardAnswer, now: datetime, by_id: int, data: Mapping[str, Any] | None = None) -> None:
    record(
        verb=verb,
        now=now,
        actor_id=by_id,
        subject=f"standard:{answer.pk}",
        organisation_id=answer.organisation_id,
        data=data,
    )
