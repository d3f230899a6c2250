"""Rows of the access matrix: acts on many, kept filters, trust, after-checks, the policy, trouble and substitutes."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from agents.models import SavedFilter, Substitution
from api.models import Scope
from enquiries.models import Review, Topic
from enquiries.rules.review import NAMES
from tests.agents.scenes import came_back, for_a_person, unreadable
from tests.api.matrix import READ, TRIAGE, WRITE, Row, Thing, nothing
from tests.enquiries.approving.scenes import a_rule, make_policy
from tests.people import NOON, City, approved, arrive


def a_filter(city: City) -> Thing:
    kept = SavedFilter.objects.create(owner=city.alice, team=city.waste, name="Late", query="view=overdue")
    return {"filter_id": kept.pk}, {}


def alice_by_mail(city: City) -> Thing:
    day = timezone.now().date() + timedelta(days=30)
    topic = Topic.objects.get(name="Waste and recycling")
    return {"user_id": city.alice.pk, "kind": "email"}, {"review_on": day.isoformat(), "topic": topic.pk}


def a_pair(city: City) -> Thing:
    return {}, {"agent": city.alice.pk, "buddy": city.bob.pk}


def a_review(city: City) -> Thing:
    version = approved(city, arrive(city, subject="Secret")).version
    review = Review.objects.create(version=version, author=city.alice, kind="AFTER_CHECK", asked_at=NOON)
    return {"review_id": review.pk}, {}


def a_review_done(city: City) -> Thing:
    inside, body = a_review(city)
    Review.objects.update(verdict="GOOD", reviewer=city.bob, done_at=NOON)
    return inside, body


def a_version(city: City) -> Thing:
    make_policy(city, a_rule("TWO", side=["PUBLIC"]))
    return {"n": 1}, {}


def a_topic(city: City) -> Thing:
    return {"topic_id": Topic.objects.get(name="Waste and recycling").pk}, {}


def a_posting(city: City) -> Thing:
    return {"posting_id": for_a_person(city, subject="Secret").pk}, {}


def a_bounce(city: City) -> Thing:
    return {"notice_id": came_back(city, subject="Secret").pk}, {}


def a_payload(city: City) -> Thing:
    return {"payload_id": unreadable(city, b"Secret").pk}, {}


def a_team(city: City) -> Thing:
    return {}, {"team": city.waste.pk, "user": city.charlie.pk}


def a_substitute(city: City) -> Thing:
    made = Substitution.objects.create(
        team=city.waste, user=city.charlie, starts_at=timezone.now() + timedelta(days=9), only_when_late=True
    )
    return {"substitution_id": made.pk}, {}


MARKS = {"verdict": "GOOD", "marks": dict.fromkeys(NAMES, 4)}
LEAD = Scope.SUPERVISE
LEADING_ROWS = [
    Row("preview_bulk", TRIAGE, nothing, {"act": "close", "filter": "view=all"}, other=200, stranger=200),
    Row("do_bulk", TRIAGE, nothing, {"plan": "x"}, agent=422, leader=422, other=422, stranger=422),
    Row("list_filters", READ, a_filter, other=200, stranger=200),
    Row("keep_filter", TRIAGE, nothing, {"name": "Mine"}, agent=201, leader=201, other=201, stranger=201),
    Row("change_filter", TRIAGE, a_filter, {"name": "Mine"}, leader=404),
    Row("drop_filter", TRIAGE, a_filter, {}, leader=404),
    Row("read_trust_board", LEAD, nothing, agent=403, other=200, stranger=200),
    Row("read_own_trust", WRITE, nothing, other=200, stranger=200),
    Row("read_trust", LEAD, alice_by_mail, agent=403, other=200),
    Row(
        "give_trust",
        LEAD,
        alice_by_mail,
        {"seen": 0, "level": "SAMPLED"},
        agent=403,
        leader=409,
        other=409,
        admin=403,
        stranger=403,
    ),
    Row(
        "not_yet_trust",
        LEAD,
        alice_by_mail,
        {"seen": 0, "reason": "Short"},
        ("review_on",),
        agent=403,
        other=200,
        admin=403,
        stranger=403,
    ),
    Row(
        "set_apart_trust",
        LEAD,
        alice_by_mail,
        {"reason": "New"},
        ("topic",),
        agent=403,
        other=200,
        admin=403,
        stranger=403,
    ),
    Row(
        "take_back_trust",
        LEAD,
        alice_by_mail,
        {"reason": "Wrong"},
        agent=403,
        leader=409,
        other=409,
        admin=403,
        stranger=403,
    ),
    Row("pair_buddies", LEAD, a_pair, {}, ("agent", "buddy"), agent=403, other=200, admin=403, stranger=403),
    Row("list_reviews", LEAD, a_review, other=200, stranger=200),
    Row("read_review", LEAD, a_review, agent=403, admin=403),
    Row("finish_review", LEAD, a_review, MARKS, agent=403, admin=403),
    Row("mark_review_read", WRITE, a_review_done, {}, leader=404),
    Row("read_policy", LEAD, a_version, agent=403, other=200, stranger=200),
    Row(
        "save_policy",
        LEAD,
        nothing,
        {"rules": [], "note": "Why", "seen": 0, "tried": "x"},
        agent=403,
        leader=422,
        other=422,
        stranger=422,
    ),
    Row("try_policy", LEAD, nothing, {"rules": []}, agent=403, other=200, stranger=200),
    Row("list_policy_versions", LEAD, a_version, agent=403, other=200, stranger=200),
    Row("read_policy_version", LEAD, a_version, agent=403, other=200),
    Row("set_incident", LEAD, a_topic, {"is_on": True}, agent=403, other=200),
    Row("read_attention", LEAD, a_posting, other=200, stranger=200),
    Row("decide_posting", LEAD, a_posting, {"decision": "AGAIN"}, agent=403, admin=403),
    Row("look_at_posting", LEAD, a_posting, {}),
    Row("see_notice", LEAD, a_bounce, {}),
    Row("read_channels", LEAD, nothing, agent=403, other=200, stranger=200),
    Row("read_unreadable", LEAD, a_payload),
    Row("retry_unreadable", LEAD, a_payload, {}),
    Row("list_substitutes", LEAD, a_substitute, agent=403, other=200, stranger=200),
    Row(
        "name_substitute",
        LEAD,
        a_team,
        {"only_when_late": True},
        ("team", "user"),
        agent=403,
        leader=201,
        other=422,
        stranger=422,
    ),
    Row("end_substitute", LEAD, a_substitute, {}, agent=403),
]
