"""Takes one post out of a payload: its words, its pictures and, unless they wrote something else in it, its author."""

from __future__ import annotations

import json
from typing import Any

from channels_social.reading import first_of, json_of, list_of, mapping_of, name_of
from channels_social.x.mapping import HISTORY

KEPT = frozenset({"id", "edit_history_tweet_ids", "edit_history_post_ids", "conversation_id", "created_at"})
"""What remains of a post that is gone: that there was one."""


def redact(raw: bytes, root_id: str) -> bytes:
    """Give `raw` without the post. Pure and total; never longer than it was."""
    try:
        content = json_of(raw)
    except ValueError:
        return raw  # no post could be read out of it either
    if not root_id or not _empty(content, root_id):
        return raw
    _forget_beside(content, "users", "id", _named(content, "author_id", "sender_id"))
    _forget_beside(content, "media", "media_key", _named(content, "media_keys"))
    left = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return left if len(left) <= len(raw) else b"{}"


def _empty(value: Any, root_id: str) -> bool:
    """Empty the post wherever it stands. True when it stood anywhere."""
    if isinstance(value, list):
        return True in [_empty(each, root_id) for each in value]  # all of them, not the first alone
    if not isinstance(value, dict):
        return False
    if _is_post(value) and root_id in _names(value):
        gone = [name for name in value if name not in KEPT]
        for name in gone:
            del value[name]
        return bool(gone)
    return True in [_empty(each, root_id) for each in value.values()]


def _is_post(value: dict[str, Any]) -> bool:
    return "author_id" in value or "text" in value


def _names(post: dict[str, Any]) -> set[str]:
    history = [name_of(each) for each in list_of(first_of(post, HISTORY))]
    return {*history, name_of(post.get("id"))}


def _named(value: Any, *fields: str) -> set[str]:
    """Return what stands in these fields, anywhere: whose words and which pictures are left."""
    if isinstance(value, list):
        return set().union(*(_named(each, *fields) for each in value))
    if not isinstance(value, dict):
        return set()
    here = [value.get(name) for name in fields]
    own = {name_of(each) for one in here for each in (one if isinstance(one, list) else [one])}
    return own.union(*(_named(each, *fields) for each in value.values())) - {""}


def _forget_beside(value: Any, name: str, key: str, wanted: set[str]) -> None:
    """Take out of each such list what nothing names any more."""
    for each in value.values() if isinstance(value, dict) else list_of(value):
        _forget_beside(each, name, key, wanted)
    if isinstance(value, dict) and isinstance(value.get(name), list):
        value[name] = [one for one in map(mapping_of, value[name]) if name_of(one.get(key)) in wanted]
