"""What citizens do on the page, as the control interface lets tests and the demo do it for them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from simulators.control import Fields, WriteRefused
from simulators.facebook import events
from simulators.facebook.store import Entry, Message, Person, Store, new_message_id

Tell = Callable[[Entry | Message, str], None]


class Citizens:
    """Writes, edits and deletes as a citizen; `tell` pushes the webhooks."""

    def __init__(self, store: Store, tell: Tell) -> None:
        self._store = store
        self._tell = tell

    def write(self, fields: Fields) -> dict[str, Any]:
        """Write a comment (post_id?, parent_id?), a message or a post: kind, author_name, author_id?, text.

        Also age_seconds? to write in the past, hide_author? for a person whose name Facebook hides, push? ("no").
        """
        kind, text = str(fields.get("kind") or "comment"), str(fields.get("text", ""))
        if not text.strip() or not (fields.get("author_name") or fields.get("author_id")):
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
            return self._store.add_message(Message(new_message_id(), author.id, False, text, now, now))
        if kind == "post":
            made = self._store.add_post(author=author, text=text, now=now)
        elif kind == "comment":
            made = self._store.add_comment(author=author, on=self._place(fields), text=text, now=now)
        else:
            raise WriteRefused("kind must be comment, message or post")
        made.hides_author = bool(fields.get("hide_author"))
        return made

    def delete(self, fields: Fields) -> dict[str, Any]:
        """Delete a post, comment or message as its author."""
        thing = self._find(str(fields.get("id", "")))
        thing.deleted = True
        if isinstance(thing, Entry):
            thing.take_down(datetime.now(UTC))
            self._tell(thing, "remove")
        return {"id": thing.id, "deleted": True}

    def edit(self, fields: Fields) -> dict[str, Any]:
        """Change the text of a comment or post as its author."""
        thing = self._find(str(fields.get("id", "")))
        if isinstance(thing, Entry):
            thing.reword(str(fields.get("text", "")), datetime.now(UTC))
            self._tell(thing, "edited")
        else:
            thing.text = str(fields.get("text", ""))
        return {"id": thing.id, "text": thing.text}

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
