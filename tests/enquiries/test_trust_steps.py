"""Steps of trust: up on figures and by another person, down at once, and one after the other when two decide together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from agents.models import Role
from audit.models import Event
from enquiries.models import Topic, TrustStep
from enquiries.queries.trust import Rung
from enquiries.services.approving import trust
from tests.enquiries.histories import Past, plant
from tests.people import NOON, City, make_user

DAY = timedelta(days=1)


@pytest.fixture
def rung(city: City) -> Rung:
    return Rung(city.alice.pk, "email", None)


@pytest.fixture
def proven(city: City) -> City:
    """Alice has a good half year behind her."""
    plant(city, [Past(city.alice, NOON - (185 - n) * DAY) for n in range(100)])
    return city


def given(city: City, rung: Rung, **change: object) -> TrustStep:
    how = {"rung": rung, "by_id": city.bob.pk, "seen_id": 0, "level": "SAMPLED", "now": NOON} | change
    return trust.give_step(organisation_id=city.organisation.pk, **how)  # type: ignore[arg-type]


def level(city: City, topic: Topic | None = None, kind: str = "email") -> TrustStep | None:
    return trust.level_of(
        user_id=city.alice.pk,
        organisation_id=city.organisation.pk,
        kind=kind,
        topic_id=topic.pk if topic else None,
    )


def a_step(city: City, level: str = "SAMPLED", topic: Topic | None = None, kind: str = "email") -> TrustStep:
    return TrustStep.objects.create(
        organisation=city.organisation,
        user=city.alice,
        kind=kind,
        topic=topic,
        level=level,
        percent=20,
        reason="Good.",
        decided_by=city.bob,
        decided_at=NOON,
    )


def test_step_keeps_the_figures_the_reason_and_the_next_review(proven: City, rung: Rung):
    step = given(proven, rung)

    assert (step.level, step.percent, step.decided_by) == ("SAMPLED", 20, proven.bob)
    assert step.evidence["unchanged"] == 100
    assert step.reason.startswith("100 of 100 read replies left unchanged")
    assert str(step.review_on) == "2027-02-18"
    assert Event.objects.filter(verb="trust.decided", actor_id=proven.bob.pk).count() == 1


def test_step_without_the_figures_is_refused(city: City, rung: Rung):
    with pytest.raises(trust.TrustRefused, match="figures"):
        given(city, rung)


def test_nobody_decides_about_themselves(proven: City):
    own = Rung(proven.bob.pk, "email", None)

    with pytest.raises(trust.TrustRefused, match="themselves"):
        given(proven, own)
    with pytest.raises(IntegrityError, match="nobody_trusts_themselves"), transaction.atomic():
        TrustStep.objects.create(
            organisation=proven.organisation,
            user=proven.bob,
            kind="email",
            level="SAMPLED",
            reason="Me.",
            decided_by=proven.bob,
            decided_at=NOON,
        )


def test_agent_does_not_decide(proven: City, rung: Rung):
    ben = make_user(proven.organisation, "Ben", Role.AGENT, proven.waste)

    with pytest.raises(trust.TrustRefused, match="Only a supervisor"):
        given(proven, rung, by_id=ben.pk)


def test_second_confirmation_of_the_same_proposal_is_refused(proven: City, rung: Rung):
    given(proven, rung)

    with pytest.raises(trust.TrustRefused, match="Somebody decided meanwhile"):
        given(proven, rung)


def test_trust_in_practice_is_not_to_be_had(proven: City):
    with pytest.raises(trust.TrustRefused, match="no trust to give"):
        given(proven, Rung(proven.alice.pk, "practice", None))


def test_not_yet_keeps_the_level_and_the_figures(proven: City, rung: Rung):
    step = trust.not_yet(
        rung=rung,
        organisation_id=proven.organisation.pk,
        by_id=proven.bob.pk,
        seen_id=0,
        reason="After the summer.",
        review_on=(NOON + 60 * DAY).date(),
        now=NOON,
    )

    assert (step.level, step.reason) == ("CHECKED", "After the summer.")
    with pytest.raises(trust.TrustRefused, match="figures"):
        given(proven, rung, seen_id=step.pk)
    assert given(proven, rung, seen_id=step.pk, now=NOON + 60 * DAY).level == "SAMPLED"


@pytest.mark.parametrize("days", [0, -3, 400])
def test_not_yet_needs_a_day_to_come(proven: City, rung: Rung, days: int):
    with pytest.raises(trust.TrustRefused, match="twelve months"):
        trust.not_yet(
            rung=rung,
            organisation_id=proven.organisation.pk,
            by_id=proven.bob.pk,
            seen_id=0,
            reason="Later.",
            review_on=(NOON + days * DAY).date(),
            now=NOON,
        )


def test_level_on_a_topic_goes_before_the_general_one_in_one_query(city: City):
    waste, roads = Topic.objects.order_by("pk")
    a_step(city)
    a_step(city, "CHECKED", waste)

    with CaptureQueriesContext(connection) as seen:
        on_waste = level(city, waste)
    on_roads, on_x = level(city, roads), level(city, kind="x")

    assert (on_waste and on_waste.level, on_roads and on_roads.level, on_x) == ("CHECKED", "SAMPLED", None)
    assert len(seen) == 1


def test_demotion_takes_back_every_level_on_the_channel_and_on_no_other(city: City):
    waste = Topic.objects.get(name="Waste and recycling")
    a_step(city)
    a_step(city, topic=waste)
    a_step(city, kind="x")

    fallen = trust.demote(
        user_id=city.alice.pk,
        organisation_id=city.organisation.pk,
        kind="email",
        topic_id=waste.pk,
        reason="A wrong date.",
        now=NOON,
        by_id=city.bob.pk,
    )

    assert fallen == 2
    levels = [step and step.level for step in (level(city), level(city, waste), level(city, kind="x"))]
    assert levels == ["CHECKED", "CHECKED", "SAMPLED"]
    assert Event.objects.get(verb="trust.taken_back").data["kind"] == "email"


def test_demotion_of_somebody_without_trust_writes_nothing(city: City):
    arguments = {"user_id": city.alice.pk, "organisation_id": city.organisation.pk, "kind": "x", "topic_id": None}

    assert trust.demote(**arguments, reason="A wrong date.", now=NOON) == 0  # type: ignore[arg-type]
    assert not TrustStep.objects.exists()


def test_topic_is_set_apart_from_the_bottom(city: City):
    waste = Topic.objects.get(name="Waste and recycling")
    a_step(city)
    own = Rung(city.alice.pk, "email", waste.pk)
    how = {"rung": own, "organisation_id": city.organisation.pk, "by_id": city.bob.pk, "now": NOON}

    step = trust.set_apart(**how, reason="Asbestos is delicate.")  # type: ignore[arg-type]

    assert (step.level, step.topic) == ("CHECKED", waste)
    with pytest.raises(trust.TrustRefused, match="already"):
        trust.set_apart(**how, reason="Again.")  # type: ignore[arg-type]


def test_two_steps_at_once_are_refused_by_the_database(city: City):
    with pytest.raises(IntegrityError, match="one step at a time"):
        a_step(city, "FREE")
