"""Small acts that the tests of approval share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agents.models import User
from enquiries.models import ApprovalPolicy, PolicyDecision, ReplyVersion, TrustStep
from enquiries.services import replies
from enquiries.services.approving import policies
from tests.people import NOON, City


def sha_of(version: ReplyVersion) -> str:
    return bytes(version.content_sha256).hex()


def make_policy(city: City, *rules: dict[str, Any], now: datetime = NOON) -> ApprovalPolicy:
    newest = policies.newest_policy(city.organisation.pk)
    return policies.save_policy(
        organisation=city.organisation,
        rules=list(rules),
        by_id=city.bob.pk,
        note="",
        now=now,
        seen_n=newest.n if newest else 0,
    )


def a_rule(outcome: str, *, percent: int | None = None, **when: list[Any]) -> dict[str, Any]:
    return {"name": outcome.lower(), "when": when, "then": {"outcome": outcome, "percent": percent}}


def trust(city: City, user: User, level: str, *, kind: str = "x", percent: int = 20, now: datetime = NOON) -> TrustStep:
    """Lead somebody up to a level, one step at a time, on Charlie's word (who is nobody's colleague here)."""
    step = None
    for each in ("SAMPLED", "FREE"):
        step = TrustStep.objects.create(
            organisation=city.organisation,
            user=user,
            kind=kind,
            level=each,
            percent=percent,
            reason="test",
            decided_by=city.charlie,
            decided_at=now,
        )
        if each == level:
            break
    assert step is not None
    return step


def approve(version: ReplyVersion, who: User, *, now: datetime = NOON, **more: Any) -> Any:
    return replies.approve(reply_id=version.reply_id, approver_id=who.pk, seen_sha256=sha_of(version), now=now, **more)


def decision_on(version: ReplyVersion) -> PolicyDecision:
    found = replies.newest_decision(version)
    assert found is not None
    return found
