"""Standard answers as screens show them: how each stands, how much it is used, and which fit what somebody is writing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Lower

from enquiries.models import StandardAnswer, StandardAnswerVersion

SOON = timedelta(days=30)
COUNTED = timedelta(days=365)
"""Usage is counted over so long: what was good three years ago says little."""
MOST_OFFERED = 20


class Standing(StrEnum):
    """How a standard answer stands for who wants to insert it."""

    CURRENT = "CURRENT"
    EXPIRING = "EXPIRING"
    EXPIRED = "EXPIRED"
    UNAPPROVED = "UNAPPROVED"
    RETIRED = "RETIRED"


@dataclass(frozen=True, kw_only=True)
class Usage:
    """How it went: replies it stands in, mean share rewritten (0 to 100), and after how many the citizen wrote again."""

    uses: int = 0
    changed: int | None = None
    reopened: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A standard answer in the list. `approved` is what people insert, `waiting` a newer version without approval."""

    answer: StandardAnswer
    standing: Standing
    approved: StandardAnswerVersion | None
    waiting: StandardAnswerVersion | None
    usage: Usage


def standing_of(answer: StandardAnswer, *, is_approved: bool, today: date) -> Standing:
    """Say how it stands on a day. It counts until the end of the day on which it expires."""
    if answer.retired_at is not None:
        return Standing.RETIRED
    if not is_approved:
        return Standing.UNAPPROVED
    if answer.expires_on < today:
        return Standing.EXPIRED
    return Standing.EXPIRING if answer.expires_on <= today + SOON else Standing.CURRENT


def lines_of(answers: QuerySet[StandardAnswer], *, today: date, now: datetime) -> list[Line]:
    """Give each answer with how it stands and its usage, what needs somebody first. Three queries."""
    found = list(answers.select_related("topic", "owner", "organisation"))
    ids = [answer.pk for answer in found]
    versions = _newest_versions(ids)
    usage = usage_of(ids, now=now)
    lines = [_line(answer, versions.get(answer.pk, []), usage.get(answer.pk, Usage()), today) for answer in found]
    order = [Standing.EXPIRED, Standing.EXPIRING, Standing.UNAPPROVED, Standing.CURRENT, Standing.RETIRED]
    return sorted(
        lines,
        key=lambda line: (order.index(line.standing), line.waiting is None, line.answer.title.casefold()),
    )


def _newest_versions(ids: list[int]) -> dict[int, list[StandardAnswerVersion]]:
    """Read the newest version of each, and the newest approved one, without the words."""
    newest = StandardAnswerVersion.objects.filter(answer=OuterRef("answer")).order_by("-n")
    wanted = Q(pk=Subquery(newest.values("pk")[:1])) | Q(pk=_newest_approved())
    rows = StandardAnswerVersion.objects.filter(wanted, answer__in=ids).select_related("author", "approved_by")
    found: dict[int, list[StandardAnswerVersion]] = {}
    for version in rows.order_by("-n"):
        found.setdefault(version.answer_id, []).append(version)
    return found


def _line(answer: StandardAnswer, versions: list[StandardAnswerVersion], usage: Usage, today: date) -> Line:
    approved = next((version for version in versions if version.approved_at), None)
    waiting = versions[0] if versions and not versions[0].approved_at else None
    standing = standing_of(answer, is_approved=approved is not None, today=today)
    return Line(answer=answer, standing=standing, approved=approved, waiting=waiting, usage=usage)


def usage_of(ids: list[int], *, now: datetime) -> dict[int, Usage]:
    """Count, for each of these answers, its replies of the last year. A reply counts once, by its last version."""
    with connection.cursor() as cursor:
        cursor.execute(USAGE, {"ids": ids, "since": now - COUNTED})
        return {
            answer: Usage(uses=uses, changed=changed, reopened=reopened)
            for answer, uses, changed, reopened in cursor.fetchall()
        }


USAGE = """
SELECT last.answer_id, count(*), round(avg(last.changed))::int,
       count(*) FILTER (WHERE last.state = 'POSTED' AND EXISTS (
         SELECT FROM enquiries_message m WHERE m.enquiry_id = last.enquiry_id AND m.direction = 'IN' AND NOT m.automatic
            AND m.id > last.last_inbound_id))
  FROM (SELECT DISTINCT ON (s.answer_id, v.reply_id) s.answer_id, u.changed, r.state, r.enquiry_id, v.last_inbound_id
          FROM enquiries_standardansweruse u
          JOIN enquiries_standardanswerversion s ON s.id = u.standard_id
          JOIN enquiries_replyversion v ON v.id = u.version_id
          JOIN enquiries_reply r ON r.id = v.reply_id
         WHERE s.answer_id = ANY(%(ids)s) AND u.used_at >= %(since)s
         ORDER BY s.answer_id, v.reply_id, u.id DESC) last
 GROUP BY last.answer_id
"""


def offered(*, organisation_id: int, topic_id: int | None, words: str) -> list[StandardAnswerVersion]:
    """List the approved words that may be inserted, with their answers: the enquiry's topic first, then by title.

    `words` (each of them in title, source or text) narrow the list down. One query; at most `MOST_OFFERED`.
    """
    rows = StandardAnswerVersion.objects.filter(
        pk=_newest_approved(), answer__organisation_id=organisation_id, answer__retired_at__isnull=True
    ).annotate(words=Cast("texts", TextField()))
    for word in words.replace("\x00", "").split()[:8]:
        rows = rows.filter(
            Q(answer__title__icontains=word)
            | Q(answer__source__icontains=word)
            | Q(answer__topic__name__icontains=word)
            | Q(words__icontains=word)
        )
    own_topic = Case(When(answer__topic_id=topic_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    ordered = rows.select_related("answer__topic", "answer__organisation").order_by(own_topic, Lower("answer__title"))
    return list(ordered[:MOST_OFFERED])


def _newest_approved() -> Subquery:
    approved = StandardAnswerVersion.objects.filter(answer=OuterRef("answer"), approved_at__isnull=False)
    return Subquery(approved.order_by("-n").values("pk")[:1])


def versions_of(answer: StandardAnswer) -> list[StandardAnswerVersion]:
    """List all versions of an answer, the newest first."""
    return list(answer.versions.select_related("author", "approved_by").order_by(F("n").desc()))


def supervises_in(*, user_id: int, organisation_id: int) -> bool:
    """Say whether this active user supervises any team of an organisation, as of now."""
    roles = {"memberships__organisation_id": organisation_id, "memberships__role": "SUPERVISOR"}
    return get_user_model()._default_manager.filter(pk=user_id, is_active=True, **roles).exists()
