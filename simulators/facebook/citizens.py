"""What citizens do on the page, as the control interface lets tests and the demo do it for them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from simulators.control import Fields, WriteRefused
from simulators.facebook import events
from simulators.facebook.store import Entry, Message, Person, Store, new_message_id

Tell = Callable[[Entry | Message, str], None]
TellRaw = Callable[[str, dict[str, Any]], None]
HUNG = ("image", "video", "audio", "file", "sticker", "location", "fallback")


class Citizens:
    """Writes, edits and deletes as a citizen; `tell` pushes the webhooks."""

    def __init__(self, store: Store, tell: Tell, tell_raw: TellRaw) -> None:
        self._store = store
        self._tell, self._tell_raw = tell, tell_raw

    def write(self, fields: Fields) -> dict[str, Any]:
        """Write a comment (post_id?, parent_id?), a message, a post or a mention: kind, author_name, author_id?, text.

        Also age_seconds? to write in the past, hide_author? for a person whose name Facebook hides, push? ("no"),
        picture? for a photo, attachments? (kinds, for a message), standby? for a message that another app has to answer.
        """
        kind, text = str(fields.get("kind") or "comment"), str(fields.get("text", ""))
        if not (text.strip() or fields.get("attachments")) or not (
            fields.get("author_name") or fields.get("author_id")
        ):
            raise WriteRefused("A text and an author are needed")
        author = self._store.person(
            name=str(fields.get("author_name", "")), person_id=str(fields.get("author_id") or "")
        )
        now = datetime.now(UTC) - timedelta(seconds=float(fields.get("age_seconds") or 0))
        made = self._make(kind, author, text, now, fields)
        if fields.get("push") not in ("no", False):
            self._tell(made, "add")
        post_id = made.post_id or made.id if isinstance(made, Entry) else None
        return {"id": made.id, "author_id": author.id, "post_id": post_id}

    def _make(self, kind: str, author: Person, text: str, now: datetime, fields: Fields) -> Entry | Message:
        if kind == "message":
            standby, hung = bool(fields.get("standby")), _hung(fields)
            made_so = Message(new_message_id(), author.id, False, text, now, now, standby=standby, hung=hung)
            return self._store.add_message(made_so)
        if kind == "mention":
            made = self._store.add_mention(author=author, text=text, now=now)
        elif kind == "post":
            made = self._store.add_post(author=author, text=text, now=now)
        elif kind == "comment":
            made = self._store.add_comment(author=author, on=self._place(fields), text=text, now=now)
        else:
            raise WriteRefused("kind must be comment, message, mention or post")
        made.picture = made.id if fields.get("picture") else ""
        made.hides_author = bool(fields.get("hide_author"))
        return made

    def delete(self, fields: Fields) -> dict[str, Any]:
        """Delete a post, comment or message as its author."""
        thing = self._find(str(fields.get("id", "")))
        thing.deleted = True
        if isinstance(thing, Entry):
            thing.take_down(datetime.now(UTC))
        if fields.get("push") not in ("no", False):
            self._tell(thing, "remove")
        return {"id": thing.id, "deleted": True}

    def edit(self, fields: Fields) -> dict[str, Any]:
        """Change the text of a comment, post or message as its author."""
        thing = self._find(str(fields.get("id", "")))
        if isinstance(thing, Entry):
            thing.reword(str(fields.get("text", "")), datetime.now(UTC))
        else:
            thing.text, thing.edits = str(fields.get("text", "")), thing.edits + 1
        self._tell(thing, "edited")
        return {"id": thing.id, "text": thing.text}

    def hide(self, fields: Fields, *, hidden: bool) -> dict[str, Any]:
        """Hide or show a comment, as another person who works on the page."""
        thing = self._find(str(fields.get("id", "")))
        if not isinstance(thing, Entry):
            raise WriteRefused("Only comments and posts can be hidden")
        thing.is_hidden = hidden
        self._tell(thing, "hide" if hidden else "unhide")
        return {"id": thing.id, "hidden": hidden}

    def receipt(self, fields: Fields, kind: str) -> dict[str, Any]:
        """Tell that messages of ours (ids?) arrived at author_id or were read."""
        ids = [str(one) for one in fields.get("ids") or []]
        entry = events.receipt_entry(str(fields.get("author_id", "")), kind, ids, self._store)
        self._tell_raw("message_reads" if kind == "read" else "message_deliveries", entry)
        return {"told": kind}

    def leave(self, fields: Fields) -> dict[str, Any]:
        """Let a person (author_id) leave Facebook or block the page: nobody can write to them any more."""
        self._store.left.add(str(fields.get("author_id", "")))
        return {"left": sorted(self._store.left)}

    def events_of(self, fields: Fields) -> list[dict[str, Any]]:
        """The webhook entries of the things named in `ids`, in that order, or of the newest comment."""
        ids = fields.get("ids") or [fields["id"]] if fields.get("ids") or fields.get("id") else self._newest()
        things = [self._find(str(one)) for one in ids]
        changed = [(one, "remove" if one.deleted else "add") for one in things if isinstance(one, Entry)]
        talks = [events.message_entry(one, self._store) for one in things if isinstance(one, Message)]
        return ([events.feed_entry(changed, self._store)] if changed else []) + talks

    def _newest(self) -> list[str]:
        comments = [entry.id for entry in self._store.entries.values() if entry.kind == "comment"]
        if not comments:
            raise WriteRefused("There is no comment to tell about")
        return comments[-1:]

    def _find(self, key: str) -> Entry | Message:
        found = self._store.entries.get(key) or next((one for one in self._store.messages if one.id == key), None)
        if found is None:
            raise WriteRefused("There is no such post, comment or message")
        return found

    def _place(self, fields: Fields) -> Entry:
        wanted = str(fields.get("parent_id") or fields.get("post_id") or "")
        if not wanted:
            posts = [entry for entry in self._store.entries.values() if entry.kind == "post" and not entry.deleted]
            ours = [entry for entry in posts if entry.author_id == self._store.page.id]
            return ours[-1]
        found = self._store.entries.get(wanted)
        if found is None or found.deleted:
            raise WriteRefused("There is nothing to comment on")
        return found


def _hung(fields: Fields) -> list[dict[str, str]]:
    kinds = [str(one) for one in fields.get("attachments") or []]
    if not set(kinds) <= set(HUNG):
        raise WriteRefused(f"attachments must be of {', '.join(HUNG)}")
    return [{"kind": kind, "name": f"{kind}{number}"} for number, kind in enumerate(kinds, start=1)]
