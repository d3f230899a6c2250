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
from schemathesis.config import SchemathesisConfig
from schemathesis.pytest.warnings import emit_constants_warnings

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
FEWER: dict[str, Any] = {"phases": {"coverage": {"enabled": False}}}


@cache
def described(*, by_rule: bool) -> Any:
    """The description as it is served, with the application behind it; tried by every rule of it, or only by chance."""
    config = CONFIG if by_rule else CONFIG | FEWER
    drawn = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    schema = schemathesis.openapi.from_dict(drawn, config=SchemathesisConfig.from_dict(config))
    schema.app = get_wsgi_application()
    # Reads the words of our own code once; each of the parts for one call would read them again.
    emit_constants_warnings(schema)
    return schema


def tests_of(is_wanted: Callable[[str], bool]) -> dict[str, Any]:
    """A test for each call whose method is wanted, by name.

    One test for all calls would give all of them one name, and of several tests of one name only one is run where
    two processes share the work.
    """
    names = [
        call["operationId"]
        for calls in described(by_rule=True).raw_schema["paths"].values()
        for method, call in calls.items()
        if is_wanted(method)
    ]
    return {
        f"test_{name}": _test_of(described(by_rule=name not in TRIED_ELSEWHERE).include(operation_id=name))
        for name in names
    }


def _test_of(one_call: Any) -> Any:
    @pytest.mark.django_db
    @one_call.parametrize()
    @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
    def it_does_what_the_description_says(case: Any, scene: Scene) -> None:
        scene.lead(case)

        with transaction.atomic():
            case.call_and_validate(headers=scene.headers)
            transaction.set_rollback(True)

    return it_does_what_the_description_says
