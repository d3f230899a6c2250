"""The trust ladder: what somebody's figures say about how much of their writing has to be read before it leaves."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from enquiries.rules.trust_values import Bar, Criteria, Evidence, Level, Line

__all__ = [
    "Bar",
    "Criteria",
    "Evidence",
    "Level",
    "Line",
    "Proposal",
    "add_months",
    "in_percent",
    "missing",
    "propose",
    "review_date",
]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A step that the figures speak for. `lines` are the reasons; `reason` is the same in one piece, to be kept."""

    level: Level
    percent: int
    lines: tuple[Line, ...]

    @property
    def reason(self) -> str:
        """The reasons as they are written down with the step."""
        return " ".join(str(line) for line in self.lines)


def propose(level: Level, evidence: Evidence, criteria: Criteria, *, today: date) -> Proposal | None:
    """Say which step the figures speak for, with the written reason: down when they are poor, up when all is there."""
    poor = _poor(evidence, criteria)
    if level.below and poor:
        return Proposal(level=level.below, percent=_percent(level.below, criteria), lines=tuple(poor))
    if level.above is None or missing(level, evidence, criteria, today=today):
        return None
    return Proposal(
        level=level.above, percent=_percent(level.above, criteria), lines=tuple(_good(level, evidence, criteria))
    )


def _percent(level: Level, criteria: Criteria) -> int:
    return criteria.to_sampled.percent if level is Level.SAMPLED else 100


def review_date(level: Level, evidence: Evidence, criteria: Criteria) -> date | None:
    """Say when the level is looked at: on the day that was set, else after so many months; None before the first reply."""
    if evidence.review_on:
        return evidence.review_on
    since = evidence.level_since or evidence.first_on
    return add_months(since, criteria.months_of(level)) if since else None


def missing(level: Level, evidence: Evidence, criteria: Criteria, *, today: date) -> list[Line]:
    """List in sentences what the next step still asks for; empty when nothing does, or at the top."""
    bar = criteria.bar_above(level)
    if bar is None:
        return []
    found = [
        _missing_time(level, evidence, criteria, today),
        _missing_number(evidence, bar),
        _missing_share(evidence, bar),
        _missing_reviews(evidence, bar),
        _missing_marks(evidence, bar),
        _too_many_again(evidence, bar),
        _too_few_helped(evidence, bar, criteria),
        _serious(evidence, criteria, today),
    ]
    return [line for line in found if line]


def _missing_time(level: Level, evidence: Evidence, criteria: Criteria, today: date) -> Line | None:
    due = review_date(level, evidence, criteria)
    if due is None:
        return Line(template="The first reply on this channel is still to come; the time counts from that day.")
    if due <= today:
        return None
    since = evidence.level_since or evidence.first_on or today
    figures = {"days": (today - since).days, "whole": (due - since).days, "left": (due - today).days, "date": due}
    return Line(
        template="Day %(days)s of %(whole)s; the review is on %(date)s, %(left)s to go.",
        figures=figures,
        have=(today - since).days,
        need=(due - since).days,
    )


def _missing_number(evidence: Evidence, bar: Bar) -> Line | None:
    if evidence.approved >= bar.approved:
        return None
    return Line(
        template="%(have)s of %(need)s approved replies; %(left)s to go.",
        figures={"have": evidence.approved, "need": bar.approved, "left": bar.approved - evidence.approved},
        have=evidence.approved,
        need=bar.approved,
    )


def _missing_share(evidence: Evidence, bar: Bar) -> Line | None:
    if not evidence.approved or evidence.share_unchanged >= bar.unchanged:
        return None
    return Line(
        template="%(have)s %% approved unchanged (%(unchanged)s of %(approved)s); %(need)s %% are needed.",
        figures={
            "have": in_percent(evidence.share_unchanged),
            "unchanged": evidence.unchanged,
            "approved": evidence.approved,
            "need": in_percent(bar.unchanged),
        },
        have=evidence.share_unchanged,
        need=bar.unchanged,
    )


def _missing_reviews(evidence: Evidence, bar: Bar) -> Line | None:
    if evidence.reviews >= bar.reviews:
        return None
    return Line(
        template="%(have)s of %(need)s replies looked at afterwards; %(left)s to go.",
        figures={"have": evidence.reviews, "need": bar.reviews, "left": bar.reviews - evidence.reviews},
        have=evidence.reviews,
        need=bar.reviews,
    )


def _missing_marks(evidence: Evidence, bar: Bar) -> Line | None:
    if evidence.marks is None or evidence.marks >= bar.marks:
        return None
    return Line(
        template="The average mark of the reviews is %(have).1f; %(need).1f is needed.",
        figures={"have": evidence.marks, "need": bar.marks},
        have=evidence.marks,
        need=bar.marks,
    )


def _too_many_again(evidence: Evidence, bar: Bar) -> Line | None:
    if evidence.share_reopened <= bar.reopened:
        return None
    return Line(
        template="After %(have)s %% of the answers the citizen wrote again within a week; at most %(most)s %% may be.",
        figures={"have": in_percent(evidence.share_reopened), "most": in_percent(bar.reopened)},
    )


def _too_few_helped(evidence: Evidence, bar: Bar, criteria: Criteria) -> Line | None:
    share = evidence.share_helped
    if share is None or evidence.said < criteria.helped_after or share >= bar.helped:
        return None
    return Line(
        template="%(have)s %% of the citizens who told us say that the answer helped (%(helped)s of %(said)s); "
        "%(need)s %% are needed.",
        figures={
            "have": in_percent(share),
            "helped": evidence.helped,
            "said": evidence.said,
            "need": in_percent(bar.helped),
        },
        have=share,
        need=bar.helped,
    )


def _serious(evidence: Evidence, criteria: Criteria, today: date) -> Line | None:
    last = evidence.last_serious_on
    if last is None or add_months(last, criteria.serious_months) <= today:
        return None
    return Line(
        template="A reply was seriously wrong on %(last)s; that stands in the way until %(until)s.",
        figures={"last": last, "until": add_months(last, criteria.serious_months)},
    )


def _poor(evidence: Evidence, criteria: Criteria) -> list[Line]:
    lines = []
    if evidence.approved >= criteria.down_after and evidence.share_unchanged < criteria.down_unchanged:
        lines.append(
            Line(
                template="Only %(unchanged)s of %(approved)s read replies left unchanged (%(share)s %%).",
                figures={
                    "unchanged": evidence.unchanged,
                    "approved": evidence.approved,
                    "share": in_percent(evidence.share_unchanged),
                },
            )
        )
    enough = evidence.reviews >= criteria.down_reviews
    if enough and evidence.marks is not None and evidence.marks < criteria.down_marks:
        template = "The average mark of %(reviews)s reviews is %(marks).1f."
        lines.append(Line(template=template, figures={"reviews": evidence.reviews, "marks": evidence.marks}))
    return lines


def _good(level: Level, evidence: Evidence, criteria: Criteria) -> list[Line]:
    lines = [
        Line(
            template="%(unchanged)s of %(approved)s read replies left unchanged (%(share)s %%).",
            figures={
                "unchanged": evidence.unchanged,
                "approved": evidence.approved,
                "share": in_percent(evidence.share_unchanged),
            },
        ),
        Line(
            template="Reviewed after %(months)s months on this level, since %(since)s.",
            figures={"months": criteria.months_of(level), "since": evidence.level_since or evidence.first_on},
        ),
        Line(
            template="After %(reopened)s of %(answered)s answers the citizen wrote again; nothing was seriously wrong.",
            figures={"reopened": evidence.reopened, "answered": evidence.answered},
        ),
    ]
    if evidence.marks is not None:
        template = "%(reviews)s were looked at afterwards, with %(marks).1f of 5 on average."
        lines.append(Line(template=template, figures={"reviews": evidence.reviews, "marks": evidence.marks}))
    if evidence.share_helped is not None:
        template = "%(helped)s of %(said)s citizens who told us say that the answer helped."
        lines.append(Line(template=template, figures={"helped": evidence.helped, "said": evidence.said}))
    return lines


def add_months(day: date, months: int) -> date:
    """Count months on, keeping to the end of a shorter one: 31 August and six months are 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def in_percent(share: float) -> int:
    """Say a share in whole per cent, rounded down, so that nobody seems to have reached what they have not."""
    return int(share * 100 + 1e-9)
