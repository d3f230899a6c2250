"""Takes one comment, post or message out of a payload whose other parts stay: its words, names and addresses of pictures."""

from __future__ import annotations

import json
from typing import Any

from channels_social.reading import json_of, list_of, mapping_of, name_of

KEPT_OF_CHANGE = ("item", "verb", "comment_id", "post_id", "parent_id", "created_time")
KEPT_OF_NODE = ("id", "created_time", "parent")
KEPT_OF_MESSAGE = ("mid", "num_edit", "is_deleted", "is_echo")


def redact(raw: bytes, root_id: str) -> bytes:
    """Give the payload without what was said under `root_id`. Pure and total; never longer than it was."""
    try:
        content = json_of(raw)
    except ValueError:
        return b"{}"[: len(raw)]
    if not isinstance(content, dict) or not root_id:
        return raw
    if not _redacted(content, root_id):
        return raw
    return min(_written(content, ascii_only=True), _written(content, ascii_only=False), b"{}", key=_fits(raw))


def _fits(raw: bytes) -> Any:
    """The first that is not longer than it was, the fullest of them before."""
    return lambda each: (len(each) > len(raw), -len(each))


def _written(content: object, *, ascii_only: bool) -> bytes:
    return json.dumps(content, ensure_ascii=ascii_only, separators=(",", ":")).encode("utf-8", "replace")


def _redacted(content: dict[str, Any], root_id: str) -> bool:
    """Take it out where it stands. True when it was there."""
    node = mapping_of(content.get("node"))
    if "polled" in content and name_of(node.get("id")) == root_id:
        content["node"] = _only(node, KEPT_OF_NODE)
        return True
    found = False
    for entry in map(mapping_of, list_of(content.get("entry"))):
        for change in map(mapping_of, list_of(entry.get("changes"))):
            value = mapping_of(change.get("value"))
            if (name_of(value.get("comment_id")) or name_of(value.get("post_id"))) == root_id:
                change["value"], found = _only(value, KEPT_OF_CHANGE), True
        for event in map(mapping_of, [*list_of(entry.get("messaging")), *list_of(entry.get("standby"))]):
            found |= _redacted_event(event, root_id)
    return found


def _redacted_event(event: dict[str, Any], root_id: str) -> bool:
    found = False
    for name in ("message", "message_edit"):
        message = mapping_of(event.get(name))
        if name_of(message.get("mid")) == root_id:
            event[name], found = _only(message, KEPT_OF_MESSAGE), True
    return found


def _only(value: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value[name] for name in names if name in value}
