"""The facts of posts, comments, people, messages and conversations, in the Graph API's names."""

from datetime import UTC, datetime
from typing import Any, Final

from simulators.facebook import media
from simulators.facebook.selection import Wanted, select
from simulators.facebook.store import Entry, Message, Person, Store

USUAL: Final = {
    "post": "created_time,message,id",
    "comment": "created_time,from,message,id",
    "message": "id,created_time",
    "conversation": "id,link,updated_time",
    "page": "name,id",
}
NOBODY: Final = dict.fromkeys(["attachments", "attachment", "message_tags", "likes", "reactions", "shares"])

SENT_FILES: Final = ("image", "video", "audio", "file")

Facts = dict[str, Any]


def stamp(moment: datetime) -> str:
    """A moment as the Graph API writes it: whole seconds, no colon in the offset."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def page_facts(page: Person) -> Facts:
    """The page itself."""
    return {"id": page.id, "name": page.name, "category": "Government organization", "fan_count": 18240}


def entry_facts(entry: Entry, store: Store, *, now: datetime) -> Facts:
    """A post or a comment."""
    author = None if entry.hides_author else _who(store.people[entry.author_id])
    facts: Facts = {
        **NOBODY,
        "id": entry.id,
        "message": entry.text,
        "from": author,
        "created_time": stamp(entry.created_at),
        "permalink_url": f"https://www.facebook.com/{entry.id}",
        "is_hidden": entry.is_hidden,
        "can_reply_privately": entry.author_id != store.page.id and not entry.privately_answered,
        "comments": lambda wanted: _comments_of(entry, store, wanted, now),
    }
    return facts | (_comment_facts(entry, store, now) if entry.kind == "comment" else _post_facts(entry))


def _post_facts(entry: Entry) -> Facts:
    facts: Facts = {"updated_time": stamp(entry.created_at), "status_type": "mobile_status_update", "parent_id": None}
    if entry.picture:
        facts["attachments"] = {"data": [_photo(entry)]}
    return facts


def _photo(entry: Entry) -> Facts:
    return {
        "type": "photo",
        "media": {"image": {"src": media.address("photo", entry.picture), "height": 1, "width": 1}},
    }


def _comment_facts(entry: Entry, store: Store, now: datetime) -> Facts:
    parent = store.find(entry.parent_id, now=now)
    above = _comment_parent(parent, store) if parent else None
    is_ours = entry.author_id == store.page.id
    rights = {"can_comment": True, "can_remove": True, "can_hide": not is_ours, "is_private": False}
    answers = [one for one in store.visible(now=now) if one.parent_id == entry.id]
    facts: Facts = {**rights, "parent": above, "comment_count": len(answers), "object": {"id": entry.post_id}}
    if entry.picture:
        facts["attachment"] = _photo(entry)
    return facts | {"private_reply_conversation": lambda wanted: _private_talk(entry, store, wanted, now)}


def _private_talk(entry: Entry, store: Store, wanted: Wanted, now: datetime) -> Facts | None:
    """The talk that began with our private answer to a comment."""
    messages = store.visible_messages(entry.author_id, now=now)
    if not any(one.about == entry.id for one in messages):
        return None
    fields = wanted.fields or dict.fromkeys(USUAL["conversation"].split(","), Wanted())
    return select(conversation_facts(store.people[entry.author_id], messages, store), fields)


def _comment_parent(parent: Entry, store: Store) -> Facts:
    who = None if parent.hides_author else _who(store.people[parent.author_id])
    return {"id": parent.id, "message": parent.text, "created_time": stamp(parent.created_at), "from": who}


def _comments_of(entry: Entry, store: Store, wanted: Wanted, now: datetime) -> Facts:
    """The `comments` field of a node: top level, at most `limit`, with a summary when asked."""
    below = [one for one in store.visible(now=now) if entry.id in (one.parent_id or one.post_id,)]
    shown = below[: int(wanted.modifiers.get("limit", "25"))]
    fields = wanted.fields or dict.fromkeys(USUAL["comment"].split(","), Wanted())
    result: Facts = {"data": [select(entry_facts(one, store, now=now), fields) for one in shown]}
    if wanted.modifiers.get("summary") in ("true", "1"):
        result["summary"] = {"order": "ranked", "total_count": len(below), "can_comment": True}
    return result


def message_facts(message: Message, store: Store) -> Facts:
    """One Messenger message; its metadata cannot be read here, as on the real platform."""
    person, page = _who(store.people[message.person_id]), _who(store.page)
    return {
        "id": message.id,
        "message": message.text,
        "created_time": stamp(message.created_at),
        "from": page if message.from_page else person,
        "to": {"data": [person if message.from_page else page]},
        "attachments": _hung(message),
        "tags": None,
        "sticker": next(
            (media.address("sticker", one["name"]) for one in message.hung if one["kind"] == "sticker"), None
        ),
    }


def _hung(message: Message) -> Facts | None:
    files = [media.read_back(one["kind"], one["name"]) for one in message.hung if one["kind"] in SENT_FILES]
    return {"data": files} if files else None


def conversation_facts(person: Person, messages: list[Message], store: Store) -> Facts:
    """The talk with one person; `messages` oldest first, shown newest first."""

    def shown(wanted: Wanted) -> Facts:
        fields = wanted.fields or dict.fromkeys(USUAL["message"].split(","), Wanted())
        newest = messages[::-1][: int(wanted.modifiers.get("limit", "25"))]
        return {"data": [select(message_facts(one, store), fields) for one in newest]}

    return {
        "id": f"t_{person.id}",
        "link": f"/{store.page.id}/inbox/{person.id}/",
        "updated_time": stamp(messages[-1].created_at),
        "message_count": len(messages),
        "unread_count": 0,
        "can_reply": True,
        "snippet": messages[-1].text[:60],
        "participants": {"data": [_who(person), _who(store.page)]},
        "senders": {"data": [_who(person), _who(store.page)]},
        "messages": shown,
    }


def _who(person: Person) -> Facts:
    return {"name": person.name, "id": person.id}
