"""The refusals of the Graph API, with the codes that clients go by."""

import json
import secrets
from typing import Any

from simulators.credentials import FACEBOOK_PAGE_ID
from simulators.serving import Response, json_response


class Refused(Exception):
    """Facebook says no; carries the answer to send."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def problem(
    code: int, message: str, *, sub: int | None = None, kind: str = "OAuthException", status: int = 400
) -> Response:
    """An error as the Graph API words it."""
    error: dict[str, Any] = {"message": message, "type": kind, "code": code}
    if sub is not None:
        error["error_subcode"] = sub
    error["fbtrace_id"] = secrets.token_urlsafe(12)
    return json_response({"error": error}, status=status)


def refused(code: int, message: str, *, sub: int | None = None, kind: str = "OAuthException") -> Refused:
    """The same, to be raised."""
    return Refused(problem(code, message, sub=sub, kind=kind))


def gone(object_id: str) -> Refused:
    """100/33: the object is not there, or not any more, or not for us."""
    text = (
        f"Unsupported request. Object with ID '{object_id}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation."
    )
    return refused(100, text, sub=33, kind="GraphMethodException")


def bad_parameter(message: str, *, sub: int | None = None) -> Refused:
    """100: a parameter is missing or wrong."""
    return refused(100, f"(#100) {message}", sub=sub)


def token_dead() -> Response:
    """190/463: the token has expired."""
    return problem(190, "Error validating access token: Session has expired.", sub=463, status=401)


def blocked() -> Response:
    """368: the page is blocked for a while."""
    return problem(368, "(#368) The action attempted has been deemed abusive or is otherwise disallowed", sub=1390008)


def throttled(*, minutes: int | None) -> Response:
    """A page limit: 32 without, 80001 with the header that tells in how many minutes to come back."""
    if minutes is None:
        return problem(32, "(#32) Page request limit reached")
    usage = {"type": "pages", "call_count": 100, "total_cputime": 20, "total_time": 20}
    value = json.dumps({FACEBOOK_PAGE_ID: [{**usage, "estimated_time_to_regain_access": minutes}]})
    answer = problem(80001, "(#80001) There have been too many calls to this Page account.")
    return answer.with_headers(("X-Business-Use-Case-Usage", value))
