"""What Meta holds about the app and its page apart from what people write: token, permissions, allowance, version."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from simulators.credentials import FACEBOOK_APP_ID, FACEBOOK_PAGE_ID

SCOPES: Final = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
    "pages_manage_posts",
)
NEEDS: Final = {
    "feed": "pages_read_engagement",
    "comments": "pages_read_user_content",
    "tagged": "pages_read_user_content",
    "conversations": "pages_messaging",
    "messages": "pages_messaging",
    "send_message": "pages_messaging",
    "create_post": "pages_manage_posts",
    "create_comment": "pages_manage_engagement",
    "upload_photo": "pages_manage_posts",
    "change": "pages_manage_engagement",
    "delete": "pages_manage_engagement",
    "subscribe": "pages_manage_metadata",
}
"""Which permission an operation asks for."""
NEWEST: Final = "v26.0"
THREE_MONTHS: Final = 90 * 86400


@dataclass
class Condition:
    """The page's token and the app as they stand now; a person at Meta, or a test, changes them."""

    is_valid: bool = True
    expires_in: float | None = None
    data_access_for: float = THREE_MONTHS
    scopes: tuple[str, ...] = SCOPES
    percent: int = 3
    minutes: int = 0
    spoken: str = NEWEST
    app_fields: tuple[str, ...] | None = None
    """What the app itself subscribes to; None where nobody has given it a callback yet."""

    def token_facts(self) -> dict[str, Any]:
        """What `debug_token` says of the page's token."""
        now = int(datetime.now(UTC).timestamp())
        facts: dict[str, Any] = {
            "app_id": FACEBOOK_APP_ID,
            "type": "PAGE",
            "application": "Citizen desk",
            "expires_at": 0 if self.expires_in is None else now + int(self.expires_in),
            "data_access_expires_at": now + int(self.data_access_for),
            "is_valid": self.is_valid,
            "profile_id": FACEBOOK_PAGE_ID,
            "scopes": list(self.scopes),
        }
        if not self.is_valid:
            facts["error"] = {"code": 190, "message": "The session has been invalidated", "subcode": 460}
        return facts

    def lacking(self, operation: str) -> str:
        """The permission that an operation asks for and the token has not; "" when it may."""
        needed = NEEDS.get(operation, "")
        return "" if needed in ("", *self.scopes) else needed

    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers with which every answer tells how much is used, in percent, and which version spoke."""
        used = {"call_count": self.percent, "total_time": min(2, self.percent), "total_cputime": 1}
        record = {"type": "pages", **used, "estimated_time_to_regain_access": self.minutes}
        return (
            ("X-App-Usage", '{"call_count":3,"total_time":2,"total_cputime":1}'),
            ("X-Business-Use-Case-Usage", json.dumps({FACEBOOK_PAGE_ID: [record]})),
            ("facebook-api-version", self.spoken),
        )

    def change(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Change what is named: is_valid, expires_in, data_access_for (seconds), scopes, percent, minutes, spoken."""
        for name, value in fields.items():
            if name not in self.__dataclass_fields__:
                raise KeyError(name)
            setattr(self, name, tuple(value) if isinstance(value, list) else value)
        return {**self.token_facts(), "percent": self.percent, "spoken": self.spoken}
