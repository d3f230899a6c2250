"""Who may open what of trust, reviews and practice: rows of the access matrix."""

from __future__ import annotations

from typing import Any

from enquiries.models import Review
from practice.starting import start
from tests.agents.matrix import SECRET, Row
from tests.people import NOON, City, approved, arrive


def alice_by_mail(city: City) -> dict[str, Any]:
    return {"user_id": city.alice.pk, "kind": "email"}


def a_review(city: City) -> dict[str, Any]:
    version = approved(city, arrive(city, subject=SECRET)).version
    review = Review.objects.create(version=version, author=city.alice, kind="COACHING", asked_at=NOON)
    return {"review_id": review.pk}


def something_to_look_at(city: City) -> dict[str, Any]:
    a_review(city)
    return {}


def a_practice_enquiry(city: City) -> dict[str, Any]:
    enquiry = start(key="praise", organisation=city.organisation, learner_id=city.alice.pk, team=city.waste, now=NOON)
    return {"reference": enquiry.reference}


def a_scenario(city: City) -> dict[str, Any]:
    return {"key": "praise"}


TRUST_ROWS = [
    Row("trust", stranger=200, agent=403),
    Row("my_trust", stranger=200),
    Row("buddy", "post", data={"agent": "0"}, stranger=422, agent=403, supervisor=422),
    Row("trust_step", thing=alice_by_mail, agent=403, colleague=200),
    Row("trust_step", "post", alice_by_mail, {"action": "apart"}, agent=403, supervisor=422, colleague=422),
    Row("reviews", thing=something_to_look_at, stranger=200, agent=200),
    Row("review", thing=a_review, agent=403),
    Row("review", "post", a_review, {"verdict": "GOOD"}, agent=403, supervisor=422),
    Row("review_read", "post", a_review, stranger=302, agent=302, supervisor=302),
    Row("practice", stranger=200),
    Row("practice_start", "post", a_scenario, stranger=302, agent=302, supervisor=302),
    Row("practice_ask", "post", a_practice_enquiry, agent=302, supervisor=404),
]
TRUST_ONLY_POST = ["buddy", "review_read", "practice_start", "practice_ask"]
