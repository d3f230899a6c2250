"""How a picture looks beside posts and messages."""

from typing import Any, Final

from simulators.x.store import Medium

HOST: Final = "pbs.twimg.com"
ENDINGS: Final = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


def media_json(medium: Medium) -> dict[str, Any]:
    """A picture as it stands beside posts."""
    url = f"https://{HOST}/media/{medium.id}.{ENDINGS.get(medium.kind, 'png')}"
    facts = {"media_key": medium.key, "type": "photo", "url": url, "width": 1, "height": 1}
    return {**facts, **({"alt_text": medium.alt} if medium.alt else {})}
