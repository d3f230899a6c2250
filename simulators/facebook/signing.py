"""The calls by which Meta tells that somebody removed the app, or wants their data deleted: a `signed_request`."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any, Final
from urllib.parse import urlencode

from simulators.credentials import FACEBOOK_APP_SECRET
from simulators.outgoing import call

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


def signed_request(user_id: str, *, key: str = FACEBOOK_APP_SECRET) -> str:
    """Sign as Meta does: the HMAC is over the encoded payload, both without padding."""
    facts = {"algorithm": "HMAC-SHA256", "issued_at": int(time.time()), "user_id": user_id}
    payload = _encoded(json.dumps(facts).encode())
    return f"{_encoded(hmac.new(key.encode(), payload.encode(), hashlib.sha256).digest())}.{payload}"


def call_back(fields: dict[str, Any]) -> dict[str, Any]:
    """POST a signed request: url, user_id, signature? (good or wrong). Answers status and body."""
    key = FACEBOOK_APP_SECRET if fields.get("signature", "good") == "good" else "another"
    body = urlencode({"signed_request": signed_request(str(fields.get("user_id", "")), key=key)}).encode()
    answer = call("POST", str(fields.get("url", "")), body=body, headers=FORM)
    return {"status": answer.status, "body": answer.body.decode("utf-8", "replace")}


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
