"""How much a program may ask: bytes in one body, requests in one minute."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from api.callers import Caller
from api.problems import TooLarge

MOST_BYTES = 256 * 1024
# One statement, one row for each who asks: two requests at once are both counted, and nothing has to be cleared up.
COUNT = """
INSERT INTO api_use (who, minute, count) VALUES (%s, %s, 1)
ON CONFLICT (who) DO UPDATE
   SET count = CASE WHEN api_use.minute = EXCLUDED.minute THEN api_use.count + 1 ELSE 1 END, minute = EXCLUDED.minute
RETURNING count
"""


class BoundedJSON(BaseParser):
    """Reads JSON of a bounded size, and nothing that only Python takes for JSON."""

    media_type = "application/json"
    most = MOST_BYTES

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Read an object. Raises TooLarge or ParseError."""
        raw = stream.read(self.most + 1)
        if len(raw) > self.most:
            raise TooLarge
        try:
            content = json.loads(raw, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise ParseError(_("The body is not JSON.")) from None
        if not isinstance(content, dict):
            raise ParseError(_("The body has to be an object."))
        return content


class BoundedUpload(BoundedJSON):
    """The same where a body holds one file, as base64."""

    most = 14_000_000


def _no_number(name: str) -> None:
    raise ValueError(name)


class PerMinute(BaseThrottle):
    """So many requests of one token, or of one person's pages, in one minute of the clock."""

    def __init__(self) -> None:
        self.now: datetime = timezone.now()

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count this request; False when it is one too many."""
        if not isinstance(request.auth, Caller):
            return True
        minute = self.now.replace(second=0, microsecond=0)
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [request.auth.name, minute])
            count: int = cursor.fetchone()[0]
        return count <= per_minute()

    def wait(self) -> float:
        """Say after how many seconds the next minute begins."""
        return 60 - self.now.second - self.now.microsecond / timedelta(seconds=1).total_seconds() / 1_000_000


def per_minute() -> int:
    """Read the limit from the settings, where it is written as "600/min"."""
    rate = str(api_settings.DEFAULT_THROTTLE_RATES["token"])
    number, _slash, period = rate.partition("/")
    if period != "min":
        raise ValueError(f"The rate {rate!r} has to be a number per min.")
    return int(number)
