"""The refusals of Mastodon, in its own words."""

from datetime import UTC, datetime
from typing import Final

from simulators.serving import Response, json_response

NOT_FOUND: Final = "Record not found"


class Refused(Exception):
    """Mastodon says no; carries the answer to send."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.response = json_response({"error": words}, status=status)


def not_found() -> Refused:
    """404 for what is gone, another's or hidden from the account: it says the same of all three."""
    return Refused(404, NOT_FOUND)


def invalid(words: str) -> Refused:
    """422 for what does not fit."""
    return Refused(422, f"Validation failed: {words}")


def unauthorized() -> Response:
    """401: no, a wrong or a revoked token."""
    return json_response({"error": "The access token is invalid"}, status=401)


def too_many(*, reset: float | None) -> Response:
    """429, with or without the headers that tell when to come back (ISO 8601)."""
    answer = json_response({"error": "Too many requests"}, status=429)
    if reset is None:
        return answer
    at = datetime.fromtimestamp(reset, tz=UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return answer.with_headers(("X-RateLimit-Limit", "300"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", at))


def unavailable() -> Response:
    """503 of a server in maintenance: the nearest that Mastodon has to a bill that was not paid."""
    return json_response({"error": "Service Unavailable"}, status=503)
