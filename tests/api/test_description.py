"""The description is true: schemathesis reads it and tries every call, with data that fits it and with data that does not."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation

from agents.models import SavedFilter, Substitution
from agents.queue import many
from api.models import ApiToken, Scope
from enquiries.models import ReplyVersion
from enquiries.services.approving import freezing, reviewing
from tests.agents.scenes import for_a_person, unreadable
from tests.api.conftest import token
from tests.enquiries.approving.scenes import a_rule, make_policy
from tests.people import City, approved, arrive, draft, make_city, submitted
from tests.standards import standard

# 422 is ours for what fits the description and still cannot be: a number that names nothing, two fields that contradict.
TAKEN = ["2xx", "3xx", "401", "403", "404", "409", "422", "429", "5xx"]
NEGATIVE = GenerationMode.NEGATIVE
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 1,
        # Its rules are those of try_policy, which are tried in every way.
        "operations": [{"include-operation-id": "save_policy", "phases": {"coverage": {"enabled": False}}}],
        "generation": {"mode": "all", "deterministic": True, "no-shrink": True, "with-security-parameters": False},
        "checks": {"positive_data_acceptance": {"expected-statuses": TAKEN}},
    }
)


@dataclass
class Scene:
    """Something real for every number that a call may name, so that calls come further than to "not found"."""

    headers: dict[str, str]
    paths: dict[str, list[Any]]
    body: dict[str, Any]

    def lead(self, case: Any) -> None:
        """Put real names into every address that fits the description, and real numbers into every second such body."""
        modes = {place: info.mode for place, info in case.meta.components.items()} if case.meta else {}
        chance = zlib.crc32(repr(case.body).encode("utf-8", "surrogatepass"))
        for name, known in self.paths.items():
            if name in (case.path_parameters or {}) and modes.get(ParameterLocation.PATH) is not NEGATIVE:
                case.path_parameters[name] = known[chance % len(known)]
        if isinstance(case.body, dict) and chance % 2 and modes.get(ParameterLocation.BODY) is not NEGATIVE:
            case.body |= {name: self.body[name] for name in case.body.keys() & self.body.keys() if case.body[name]}


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Set the scene once for all calls: what each of them does is undone before the next."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield set_scene(make_city())
        transaction.set_rollback(True)


def set_scene(city: City) -> Scene:
    now = timezone.now()
    waiting = submitted(city, arrive(city, "email", now=now), now=now)
    own = draft(city, arrive(city, "x", now=now), now=now)
    leaving = approved(city, arrive(city, "facebook", now=now), now=now)
    other = arrive(city, "web", now=now).enquiry
    words = standard(city, now=now)
    led = for_who_leads(city, leaving.version, now)
    stop = freezing.freeze(
        organisation=city.organisation,
        scope="EVERYTHING",
        reason="Night",
        by_id=city.bob.pk,
        expires_at=now + timedelta(hours=1),
        now=now,
    )
    topic = city.organisation.topics.get(name="Waste and recycling")
    answered = [version.reply.answers for version in (waiting, own, leaving.version)]
    secret = token(city.organisation, *Scope.values, user=city.bob)
    plan = many.Plan(act="close", is_all=False, query="", ids=[other.pk], upto=other.pk, total=1)
    salt = f"api.bulk.token:{ApiToken.objects.get().pk}"
    return Scene(
        headers={"Authorization": f"Bearer {secret}"},
        paths={
            "reference": [message.enquiry.reference for message in answered],
            "reply_id": [waiting.reply_id, leaving.reply_id],
            "answer_id": [words.answer_id],
            "freeze_id": [stop.pk],
            **led,
        },
        body={
            "answers": own.reply.answers_id,
            "side": own.content["side"],
            "version": own.pk,
            "sha256": bytes(waiting.content_sha256).hex(),
            "other": other.reference,
            "to": city.alice.pk,
            "team": city.roads.pk,
            "account": city.accounts["x"].pk,
            "stamp": 10**9,
            "plan": many.signed(plan, salt=salt),
            "enquiries": [other.reference],
            "agent": city.alice.pk,
            "buddy": city.charlie.pk,
            "user": city.charlie.pk,
            "topic": topic.pk,
        },
    )


def for_who_leads(city: City, left: ReplyVersion, now: datetime) -> dict[str, list[Any]]:
    """Make what those who lead look after, and name it as addresses do."""
    unsure = for_a_person(city, now=now)
    make_policy(city, a_rule("TWO", side=["PUBLIC"]), now=now)
    kept = SavedFilter.objects.create(owner=city.bob, name="Late", query="view=overdue")
    stands_in = Substitution.objects.create(team=city.waste, user=city.charlie, starts_at=now + timedelta(days=9))
    return {
        "filter_id": [kept.pk],
        "substitution_id": [stands_in.pk],
        "review_id": [reviewing.ask_after_check(left, now=now).pk],
        "n": [1],
        "topic_id": [city.organisation.topics.earliest("pk").pk],
        "user_id": [city.alice.pk],
        "kind": ["email"],
        "posting_id": [unsure.pk],
        "payload_id": [unreadable(city).pk],
    }


@pytest.fixture(autouse=True)
def _as_one_long_request(monkeypatch: Any) -> Iterator[None]:
    """Lift the limit, and keep the transaction of the test: each request would close its connection, as it should."""
    monkeypatch.setattr("api.limits.per_minute", lambda: 10**9)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def described() -> Any:
    """The description as it is served, with the application behind it."""
    drawn = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    schema = schemathesis.openapi.from_dict(drawn, config=CONFIG)
    schema.app = get_wsgi_application()
    return schema


description = described()


@pytest.mark.django_db
@description.parametrize()
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_call_does_what_the_description_says(case: Any, scene: Scene):
    scene.lead(case)

    with transaction.atomic():
        case.call_and_validate(headers=scene.headers)
        transaction.set_rollback(True)
