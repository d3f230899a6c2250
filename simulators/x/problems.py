"""The refusals of X, worded as seen in the field (RFC 7807 with X's own types)."""

from typing import Any, Final

from simulators.serving import Response, json_response

TYPES: Final = "https://api.twitter.com/2/problems/"
NEWER_TYPES: Final = "https://api.x.com/2/problems/"
"""Under which X's newer description knows the same problems."""
NOT_SUMMONED: Final = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged "
    "by the author of the post you are replying to."
)
DUPLICATE: Final = "You are not allowed to create a Tweet with duplicate content."
TOO_LONG: Final = "Your Tweet text is too long."


class Refused(Exception):
    """X says no; carries the answer to send."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def problem(status: int, *, title: str, detail: str, kind: str = "", **more: Any) -> Response:
    """An error as X words it; without a kind it is `about:blank`."""
    body = {"title": title, "detail": detail, "type": TYPES + kind if kind else "about:blank", "status": status}
    return json_response({**body, **more}, status=status)


def unauthorized() -> Response:
    """401: no, wrong or expired credentials, or a wrong signature."""
    return problem(401, title="Unauthorized", detail="Unauthorized")


def forbidden(detail: str) -> Response:
    """403 with a reason in words only."""
    return problem(403, title="Forbidden", detail=detail)


def unsupported_authentication() -> Response:
    """403: an app-only token where a user has to act."""
    detail = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint."
    return problem(403, title="Unsupported Authentication", detail=detail, kind="unsupported-authentication")


def credits_depleted() -> Response:
    """402: the prepaid credits are used up."""
    return problem(402, title="Payment Required", detail="credits depleted", kind="credits-depleted")


def too_many(*, reset: int | None) -> Response:
    """429, with or without the header that tells when to come back (epoch seconds)."""
    headers = (("x-rate-limit-limit", "100"), ("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", str(reset)))
    answer = problem(429, title="Too Many Requests", detail="Too Many Requests")
    return answer.with_headers(*headers) if reset is not None else answer


def invalid(parameter: str, value: str, message: str) -> Response:
    """400 for one bad parameter."""
    errors = [{"parameters": {parameter: [value]}, "message": message}]
    detail = "One or more parameters to your request was invalid."
    return problem(400, title="Invalid Request", detail=detail, kind="invalid-request", errors=errors)


def missing(*, resource: str, parameter: str, value: str) -> Response:
    """404 for a thing that is not there (any more), where it was the only thing asked for."""
    return json_response({**not_found(resource=resource, parameter=parameter, value=value), "status": 404}, status=404)


def not_found(*, resource: str, parameter: str, value: str, newer: bool = False) -> dict[str, Any]:
    """The entry in `errors` of a 200 answer for a thing that is not there (any more)."""
    return {
        "title": "Not Found Error",
        "detail": f"Could not find {resource} with {parameter}: [{value}].",
        "type": f"{NEWER_TYPES if newer else TYPES}resource-not-found",
        "parameter": parameter,
        "value": value,
        "resource_id": value,
        "resource_type": resource,
    }
