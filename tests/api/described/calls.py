"""One test for each call of the description as it is served: schemathesis tries data that fits it and data that does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.hypothesis import builder
from schemathesis.generation.hypothesis.reporting import ignore_hypothesis_output
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.pytest.warnings import emit_constants_warnings
from schemathesis.python._constants.orchestrator import make_constants_value_source

from tests.api.described.scene import Scene

# 422 is ours for what fits the description and still cannot be: a number that names nothing, two fields that contradict.
TAKEN = ["2xx", "3xx", "401", "403", "404", "409", "422", "429", "5xx"]
CONFIG: dict[str, Any] = {
    "seed": 1,
    "generation": {"mode": "all", "deterministic": True, "no-shrink": True, "with-security-parameters": False},
    "checks": {"positive_data_acceptance": {"expected-statuses": TAKEN}},
}
# Its rules are those of try_policy, which are tried in every way.
TRIED_ELSEWHERE = {"save_policy"}
LEFT_OUT = (
    builder.InvalidHeadersExampleMark,
    builder.InvalidRegexMark,
    builder.MissingPathParameters,
    builder.NonSerializableMark,
    builder.UnsatisfiableExampleMark,
    builder.UnserializablePayloadMark,
)
"""With these, schemathesis says of a call that it could not try everything."""
FEWER: dict[str, Any] = {"phases": {"coverage": {"enabled": False}}}


@cache
def description() -> dict[str, Any]:
    """The description as it is served."""
    drawn = SchemaGenerator().get_schema(request=None, public=True)
    return dict(json.loads(json.dumps(drawn, default=str)))


@cache
def described(*, by_rule: bool) -> Any:
    """The description with the application behind it; tried by every rule of it, or only by chance."""
    config = CONFIG if by_rule else CONFIG | FEWER
    schema = schemathesis.openapi.from_dict(description(), config=SchemathesisConfig.from_dict(config))
    load_all_checks()
    schema.app = get_wsgi_application()
    # Reads the words of our own code once; each of the parts for one call would read them again.
    emit_constants_warnings(schema)
    return schema


def tests_of(is_wanted: Callable[[str], bool]) -> dict[str, Any]:
    """A test for each call whose method is wanted, by name.

    One test for all calls would give all of them one name, and of several tests of one name only one is run where
    two processes share the work. What is tried of a call is made up when its test runs: every process collects all
    tests, and would spend half a minute and 700 MB on it otherwise.
    """
    names = [
        call["operationId"]
        for calls in description()["paths"].values()
        for method, call in calls.items()
        if is_wanted(method)
    ]
    return {f"test_{name}": _test_of(name) for name in names}


def _test_of(name: str) -> Any:
    @pytest.mark.django_db
    def it_does_what_the_description_says(scene: Scene) -> None:
        part = described(by_rule=name not in TRIED_ELSEWHERE).include(operation_id=name)
        (operation,) = [found.ok() for found in part.get_all_operations()]
        tried = _made_up(part, operation)
        with ignore_hypothesis_output():
            tried(scene=scene)
        assert not [mark for mark in LEFT_OUT if mark.is_set(tried)], "a part of the call was not tried"

    return it_does_what_the_description_says


def _made_up(part: Any, operation: Any) -> Any:
    """Make up what is tried of one call, as the plugin of schemathesis does it for all calls while it collects."""

    @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
    def it_answers(case: Any, scene: Scene) -> None:
        scene.lead(case)

        with transaction.atomic():
            case.call_and_validate(headers=scene.headers)
            transaction.set_rollback(True)

    feedback = FeedbackSources(constants_value_source=make_constants_value_source(part))
    return build_operation_test(
        config=part.config, operation=operation, test_func=it_answers, given_kwargs={}, feedback=feedback
    )
