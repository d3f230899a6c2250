"""One shape for everything that goes wrong: application/problem+json (RFC 9457)."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from api.refusals import KINDS, refusal_of

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class Conflict(APIException):
    """The request does not fit to one before it."""

    status_code = HTTPStatus.CONFLICT
    default_detail = "The same key is being used by another request right now. Send this one again in a moment."
    default_code = "in_progress"


class KeyUsedOtherwise(APIException):
    """The idempotency key came before, with another body."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was used for another body. Use a new key for a new enquiry."
    default_code = "key_used"


class Unprocessable(ValidationError):
    """It fits the description and yet cannot be: it names what is not there, or breaks a rule that no description holds."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY


class TooLarge(APIException):
    """The body is larger than any enquiry."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large: at most 256 kB are read."
    default_code = "too_large"


class NotOpen(APIException):
    """The organisation takes no enquiries here."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = "This organisation takes no enquiries by form at present."
    default_code = "not_open"


def problem(error: Exception, context: dict[str, Any]) -> Response:
    """Turn whatever a view raised into a problem. What nobody foresaw is logged, and told without its details."""
    if isinstance(error, UnreadablePostError):
        error = ParseError(_("The request broke off."))
    refusal = refusal_of(error, context)
    if refusal:
        set_rollback()
        return _answer(refusal.status, refusal.detail, code=refusal.code, members=refusal.members)
    answer = exception_handler(error, context)
    if answer is None:
        return _unforeseen(error)
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-type"}
    detail, errors = _told(error, answer.data)
    return _answer(answer.status_code, detail, members={"errors": errors} if errors else {}, headers=headers)


def _unforeseen(error: Exception) -> Response:
    """Answer for a mistake of ours. The process boundary: a program gets JSON here, and we the whole trace."""
    set_rollback()
    status = HTTPStatus.SERVICE_UNAVAILABLE if isinstance(error, DatabaseError) else HTTPStatus.INTERNAL_SERVER_ERROR
    answer = _answer(status, _("Something went wrong on our side. Nothing is lost; send it again."))
    log.error("A program's request failed in an unforeseen way: %s.", answer.data["instance"], exc_info=error)
    return answer


def _told(error: Exception, data: Any) -> tuple[str, list[dict[str, str]]]:
    if isinstance(error, ValidationError):
        return _("Some of what was sent cannot be accepted."), list(_flat(error.detail))
    detail = data.get("detail", "") if isinstance(data, dict) else ""
    return str(detail), []


def _flat(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Walk through DRF's nested errors: {"field": "email", "message": …, "code": …} for each."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, path)
    else:
        code = detail.code if isinstance(detail, ErrorDetail) else "invalid"
        yield {"field": "" if path == "non_field_errors" else path, "message": str(detail), "code": str(code)}


def _answer(
    status: int,
    detail: str,
    *,
    code: str = "",
    members: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    body: dict[str, Any] = {
        "type": f"{settings.PUBLIC_URL}/api/problems/#{code}" if code else "about:blank",
        "title": str(KINDS[code].title) if code else HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "instance": f"urn:uuid:{uuid.uuid4()}",
    }
    return Response(body | (members or {}), status=status, headers=headers, content_type=MEDIA_TYPE)
