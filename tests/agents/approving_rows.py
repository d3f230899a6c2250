"""Who may open what of approving many, the policy, freezes and substitutes: rows of the access matrix."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from agents.models import Substitution
from enquiries.models import Topic
from enquiries.services.approving import freezing
from tests.agents.matrix import SECRET, Row
from tests.enquiries.approving.scenes import a_rule, make_policy
from tests.people import City, approved, arrive, submitted


def short_replies(city: City) -> dict[str, Any]:
    submitted(city, arrive(city, subject=SECRET, text=SECRET))
    return {}


def a_policy(city: City) -> dict[str, Any]:
    make_policy(city, a_rule("TWO", side=["PUBLIC"]) | {"name": "Two in public"})
    return {}


def a_version(city: City) -> dict[str, Any]:
    a_policy(city)
    return {"n": 1}


def a_topic(city: City) -> dict[str, Any]:
    return {"topic_id": Topic.objects.order_by("pk").values_list("pk", flat=True)[0]}


def a_freeze(city: City) -> dict[str, Any]:
    approved(city, arrive(city, subject=SECRET))
    now = timezone.now()
    made = freezing.freeze(
        organisation=city.organisation,
        scope="EVERYTHING",
        reason="A wrong date went out",
        by_id=city.bob.pk,
        expires_at=now + timedelta(hours=1),
        now=now,
    )
    return {"freeze_id": made.pk}


def something_frozen(city: City) -> dict[str, Any]:
    a_freeze(city)
    return {}


def a_substitution(city: City) -> dict[str, Any]:
    made = Substitution.objects.create(team=city.waste, user=city.charlie, starts_at=timezone.now())
    return {"substitution_id": made.pk}


def somebody_stands_in(city: City) -> dict[str, Any]:
    a_substitution(city)
    return {}


RULES = {"rules": "0", "seen": "0", "do": "add"}
APPROVING_ROWS = [
    Row("approvals_together", thing=short_replies, stranger=200, agent=403),
    Row("approvals_together", "post", short_replies, stranger=422, agent=403, supervisor=422),
    Row("policy", thing=a_policy, stranger=200, agent=403),
    Row("policy_edit", thing=a_policy, stranger=200, agent=403),
    Row("policy_edit", "post", a_policy, RULES, stranger=200, agent=403),
    Row("policy_version", thing=a_version, agent=403, colleague=200),
    Row("incident", "post", a_topic, {"incident": "on"}, agent=403, supervisor=302, colleague=302),
    Row("freezes", thing=something_frozen, stranger=200),
    Row("freezes", "post", something_frozen, stranger=422, agent=403, supervisor=422),
    Row("confirm_notice", "post", a_freeze, agent=403, supervisor=302, colleague=302),
    Row("lift_freeze", thing=a_freeze, agent=403, colleague=200),
    Row("lift_freeze", "post", a_freeze, agent=403, supervisor=302, colleague=302),
    Row("substitutes", thing=somebody_stands_in, stranger=200, agent=403),
    Row("substitutes", "post", somebody_stands_in, stranger=422, agent=403, supervisor=422),
    Row("end_substitution", "post", a_substitution, agent=403, supervisor=302),
]
APPROVING_ONLY_POST = ["confirm_notice", "incident", "end_substitution"]
