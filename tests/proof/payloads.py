"""Payloads as platforms send them, and every way to spoil one: for the proof that nothing that arrives is lost."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from simulators import credentials
from tests.channels_email import corpus

X, PAGE = credentials.X_USER_ID, credentials.FACEBOOK_PAGE_ID
TWEET: dict[str, Any] = {
    "id": "1991000000000000001",
    "text": "@northwell the light at &lt;Mill Lane&gt; is out https://t.co/a",
    "author_id": "77",
    "conversation_id": "1990000000000000000",
    "created_at": "2026-11-18T10:00:00.000Z",
    "lang": "en",
    "edit_history_tweet_ids": ["1991000000000000001"],
    "referenced_tweets": [{"type": "replied_to", "id": "1990000000000000000"}],
    "attachments": {"media_keys": ["3_1"]},
    "entities": {
        "mentions": [{"username": "northwell", "id": X}],
        "urls": [{"url": "https://t.co/a", "expanded_url": "https://maps.example/?a=1"}],
    },
}
INCLUDES = {
    "users": [{"id": "77", "name": "Dana", "username": "dana"}],
    "media": [{"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.com/media/a.jpg", "alt_text": "A lamp"}],
}
COMMENT = {
    "item": "comment",
    "verb": "add",
    "comment_id": "500_601",
    "post_id": f"{PAGE}_500",
    "parent_id": f"{PAGE}_500",
    "from": {"id": "77", "name": "Dana"},
    "message": "The light is out",
    "photo": "https://scontent.xx.fbcdn.net/a.jpg",
    "created_time": 1_794_990_000,
}


def _event(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"event_type": kind, "event_uuid": "u-1", "filter": {"user_id": X}, "payload": payload}}


def _page(**parts: Any) -> dict[str, Any]:
    return {"object": "page", "entry": [{"id": PAGE, "time": 1_794_990_060, **parts}]}


def _said(**parts: Any) -> dict[str, Any]:
    people = {"sender": {"id": "99"}, "recipient": {"id": PAGE}}
    return _page(messaging=[{**people, "timestamp": 1_794_990_000_000, **parts}])


DIRECT = {
    "id": "1992",
    "event_type": "MessageCreate",
    "text": "Only for you",
    "sender_id": "77",
    "dm_conversation_id": f"77-{X}",
    "created_at": "2026-11-18T10:00:00.000Z",
}
OLDER = {
    "type": "message_create",
    "id": "1993",
    "created_timestamp": "1794990000000",
    "message_create": {
        "target": {"recipient_id": X},
        "sender_id": "77",
        "message_data": {"text": "Only for you", "entities": {"urls": []}},
    },
}
GONE = {"delete": {"status": {"id": TWEET["id"], "user_id": "77"}, "timestamp_ms": "1794990000000"}}
STATUS = {
    "id": "112",
    "created_at": "2026-11-18T10:00:00.000Z",
    "edited_at": None,
    "account": {"id": "77", "acct": "dana@social.example", "display_name": "Dana"},
    "content": "<p>@northwell the <b>light</b> is out</p>",
    "spoiler_text": "lamp",
    "visibility": "public",
    "language": "en",
    "url": "https://social.example/@dana/112",
    "in_reply_to_id": None,
    "media_attachments": [{"type": "image", "url": "https://social.example/a.png", "description": "A lamp"}],
}
PICTURE = {"type": "image", "payload": {"url": "https://scontent.xx.fbcdn.net/b.jpg"}}
SAMPLES: dict[str, list[dict[str, Any]]] = {
    "x": [
        {"data": TWEET, "includes": INCLUDES},
        _event("post.mention.create", TWEET | {"includes": INCLUDES}),
        _event("post.delete", GONE),
        _event("dm.received", {"direct_message_events": [OLDER], "users": {"77": {"name": "Dana"}}}),
        {"data": DIRECT, "includes": INCLUDES},
    ],
    "facebook": [
        _page(changes=[{"field": "feed", "value": COMMENT}]),
        _page(changes=[{"field": "feed", "value": COMMENT | {"verb": verb}} for verb in ("edited", "hide", "remove")]),
        _page(changes=[{"field": "mention", "value": COMMENT | {"item": "post"}}]),
        _said(message={"mid": "m_1", "text": "Hello", "attachments": [PICTURE], "reply_to": {"mid": "m_0"}}),
        _said(message_edit={"mid": "m_1", "text": "Hello?", "num_edit": 1}),
        _said(read={"watermark": 1_794_990_000_000}),
        {"polled": "comment", "post_id": f"{PAGE}_500", "node": {"id": "500_601", "created_time": 1_794_990_000}},
    ],
    "mastodon": [{"status": STATUS, "root": "110"}],
}
SMALL_MAILS = [name for name in corpus.names() if len(corpus.mail(name)) < 8_000]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from([10**30, -1, 0, 253_402_300_800, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+00:00", "a" * 5000]),
    st.sampled_from(["", " ", "\x00", "\ud800", "\u202e", "🏳️‍🌈" * 90, X, PAGE, "1991000000000000001", "</p><script>"]),
    st.text(max_size=40),
    st.lists(st.none() | st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)


def as_bytes(content: object) -> bytes:
    """Write a payload as it comes over the wire."""
    return json.dumps(content).encode()


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every value inside `value`."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield (*path, key)
        yield from _places(inner, (*path, key))


@st.composite
def spoilt_json(draw: st.DrawFn, kind: str) -> bytes:
    """A real payload in which one to four values were replaced, dropped or doubled; or its bytes cut."""
    content = copy.deepcopy(draw(st.sampled_from(SAMPLES[kind])))
    for _ in range(draw(st.integers(0, 4))):
        places = list(_places(content))
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        holder: Any = content
        for step in way:
            holder = holder[step]
        if draw(st.booleans()):
            holder[last] = draw(ODD)
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        else:
            del holder[last]
    raw = as_bytes(content)
    return raw[: draw(st.integers(0, len(raw)))] if draw(st.integers(0, 9)) == 0 else raw


@st.composite
def spoilt_mail(draw: st.DrawFn) -> bytes:
    """A mail of the corpus with some of its bytes replaced."""
    raw = bytearray(corpus.mail(draw(st.sampled_from(SMALL_MAILS))) or b"\n")
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(raw)))
        raw[start : start + draw(st.integers(0, 12))] = draw(st.binary(max_size=12))
    return bytes(raw)


def arriving(kind: str) -> st.SearchStrategy[bytes]:
    """Whatever may arrive at an account of `kind`."""
    spoilt = spoilt_mail() if kind == "email" else spoilt_json(kind)
    return st.one_of(spoilt, spoilt, spoilt, st.binary(max_size=300))
