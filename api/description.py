"""Tells the OpenAPI description about our tokens and bodies, and says for each call what all of them have in common."""

from __future__ import annotations

from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import Any, TypeVar

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from api.keys import HEADER, PATTERN
from api.shapes.problems import Problem, Refused

MEDIA_TYPE = "application/problem+json"
Shape = TypeVar("Shape", bound=Callable[..., Any])


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer cs_…`."""

    target_class = "api.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the header."""
        return {"type": "http", "scheme": "bearer", "description": "Made by `manage.py make_token`."}


class SessionOfTheDesk(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The desk's own pages."""

    target_class = "api.tokens.DeskSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the cookie."""
        about = "Of somebody signed in at the desk, second factor included; writing takes the X-CSRFToken header, too."
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME, "description": about}


class BodyShape(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Says of what programs send that it has no other fields."""

    target_class = "api.shapes.fields.Body"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Describe the body as usual, and close it."""
        schema: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return schema | {"additionalProperties": False}


def refusals(*statuses: int) -> dict[Any, OpenApiResponse]:
    """Describe the problems that a call may be answered with."""
    return {
        (status, MEDIA_TYPE): OpenApiResponse(
            Refused if status == HTTPStatus.CONFLICT else Problem, description=HTTPStatus(status).phrase
        )
        for status in statuses
    }


def reads(
    operation_id: str,
    summary: str,
    *,
    scopes: Collection[str],
    answer: Any,
    about: str = "",
    parameters: Any = (),
    may: Collection[int] = (),
) -> Callable[[Shape], Shape]:
    """Describe a call that changes nothing. `may` are the problems beyond those that every call knows."""
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        description=_about(scopes, about),
        parameters=list(parameters),
        responses={200: answer, **refusals(*sorted({401, 403, 406, 429, 503, *may}))},
    )


def acts(
    operation_id: str,
    summary: str,
    *,
    scopes: Collection[str],
    body: Any,
    answers: dict[int, Any],
    about: str = "",
    may: Collection[int] = (),
    is_key_needed: bool = False,
    has_key: bool = True,
    example: dict[str, Any] | None = None,
) -> Callable[[Shape], Shape]:
    """Describe a call that does something: once for each Idempotency-Key, where it `has_key`. `example` is a body."""
    key = OpenApiParameter(
        HEADER,
        {"type": "string", "pattern": f"^{PATTERN}$"},
        OpenApiParameter.HEADER,
        required=is_key_needed,
        description="New for each act. Sent again with the same body, the same answer comes and nothing is done twice.",
    )
    problems = {400, 401, 403, 406, 409, 413, 415, 422, 429, 503, *may}
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        description=_about(scopes, about),
        parameters=[key] if has_key else [],
        request=body,
        responses={**answers, **refusals(*sorted(problems))},
        examples=[OpenApiExample("Sent", value=example, request_only=True)] if example else None,
    )


def _about(scopes: Collection[str], about: str) -> str:
    return f"Scope {' or '.join(sorted(scopes))}. {about}".strip()
