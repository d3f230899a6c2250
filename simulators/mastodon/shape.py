"""How Mastodon writes people, posts and notifications as JSON."""

from typing import Any

from simulators.credentials import MASTODON_SERVER
from simulators.mastodon.store import Notification, Person, Status, Store, moment
from simulators.mastodon.text import content, mentioned


def person_json(person: Person) -> dict[str, Any]:
    """An Account."""
    return {
        "id": person.id,
        "username": person.acct.partition("@")[0],
        "acct": person.acct,
        "display_name": person.name,
        "url": _page(person.acct),
        "uri": _page(person.acct),
        "locked": False,
        "bot": False,
        "note": "",
        "avatar": f"{MASTODON_SERVER}/avatar.png",
        "created_at": "2019-06-01T00:00:00.000Z",
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": 0,
        "emojis": [],
        "fields": [],
    }


def status_json(post: Status, store: Store) -> dict[str, Any]:
    """A Status as the city's account sees it."""
    author = store.people[post.author_id]
    parent = store.posts.get(post.in_reply_to or "")
    is_there = parent is not None and not parent.deleted
    return {
        "id": post.id,
        "created_at": moment(post.created_at),
        "edited_at": moment(post.edited_at) if post.edited_at else None,
        "in_reply_to_id": post.in_reply_to if is_there else None,
        "in_reply_to_account_id": parent.author_id if parent and is_there else None,
        "sensitive": bool(post.spoiler),
        "spoiler_text": post.spoiler,
        "visibility": post.visibility,
        "language": post.language,
        "uri": f"{MASTODON_SERVER}/users/{author.acct}/statuses/{post.id}",
        "url": f"{MASTODON_SERVER}/@{author.acct}/{post.id}",
        "content": content(post.text, address=_page),
        "account": person_json(author),
        "media_attachments": [media_json(number, store) for number in post.media_ids],
        "mentions": [_mention(name, store) for name in dict.fromkeys(mentioned(post.text))],
        "tags": [],
        "emojis": [],
        "reblog": None,
        "poll": None,
        "card": None,
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
    }


def notification_json(told: Notification, store: Store) -> dict[str, Any]:
    """A Notification with its post."""
    post = store.posts[told.status_id]
    return {
        "id": told.id,
        "type": told.kind,
        "created_at": moment(told.made_at),
        "group_key": f"ungrouped-{told.id}",
        "account": person_json(store.people[post.author_id]),
        "status": status_json(post, store),
    }


def media_json(number: str, store: Store) -> dict[str, Any]:
    """A MediaAttachment; the file lies on the server itself."""
    facts = store.media.get(number, {"kind": "image/png", "description": ""})
    where = f"{MASTODON_SERVER}/media/{number}.{facts['kind'].rpartition('/')[2]}"
    kind = facts["kind"].partition("/")[0]
    return {
        "id": number,
        "type": kind if kind in ("image", "video", "audio") else "unknown",
        "url": where,
        "preview_url": where,
        "remote_url": None,
        "description": facts["description"] or None,
        "blurhash": None,
        "meta": {},
    }


def _mention(name: str, store: Store) -> dict[str, Any]:
    person = store.person(acct=name)
    return {"id": person.id, "username": person.acct.partition("@")[0], "acct": person.acct, "url": _page(person.acct)}


def _page(acct: str) -> str:
    return f"{MASTODON_SERVER}/@{acct}"
