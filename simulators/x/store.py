"""What the simulated X remembers: people and posts, deleted ones included."""

import base64
import hashlib
import threading
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from simulators.credentials import X_HANDLE, X_NAME, X_USER_ID
from simulators.keeping import revive
from simulators.x.snowflake import floor_id
from simulators.x.text import mentioned


@dataclass(frozen=True)
class Person:
    """An account; the id follows from the handle, so a person stays the same after a restart."""

    id: str
    username: str
    name: str
    created_at: datetime


@dataclass
class Post:
    """One post; `text` is what its author typed, behind the @handles that X puts before a reply."""

    id: str
    author_id: str
    text: str
    created_at: datetime
    visible_at: datetime
    conversation_id: str
    in_reply_to: str | None = None
    quotes: str | None = None
    prefix: str = ""
    by_api: bool = False
    deleted: bool = False
    deleted_at: datetime | None = None
    hidden: bool = False
    media: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    """The ids of all versions of an edited post, oldest first; empty for one that was never edited."""

    def take_down(self, now: datetime) -> None:
        """Hide it from every read; the ledger keeps it. The first time counts."""
        self.deleted, self.deleted_at = True, self.deleted_at or now

    @property
    def full_text(self) -> str:
        """The text with the @handles that X put before it."""
        return self.prefix + self.text

    @property
    def is_latest(self) -> bool:
        """Whether no later version took its place; earlier ones are found by their ids alone."""
        return not self.versions or self.versions[-1] == self.id

    def is_visible(self, now: datetime) -> bool:
        """Whether reads show it."""
        return not self.deleted and self.visible_at <= now


@dataclass(frozen=True)
class Knobs:
    """What differs between plans, apps and days."""

    max_length: int = 280
    access_level: str = "read-write-directmessages"
    plan: str = ""
    search_lag_seconds: float = 30.0


@dataclass
class Medium:
    """A picture on X; `content` is base64, `kind` its media type."""

    id: str
    kind: str
    content: str
    alt: str = ""

    @property
    def key(self) -> str:
        """The name under which posts speak of it."""
        return f"3_{self.id}"


@dataclass
class DirectMessage:
    """One private message in the thread of two people."""

    id: str
    conversation_id: str
    sender_id: str
    text: str
    created_at: datetime
    visible_at: datetime
    media: list[str] = field(default_factory=list)
    by_api: bool = False


class Store:
    """All people and posts; every public method is safe between threads."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.knobs = Knobs()
        self.clear()

    def clear(self) -> None:
        """Forget everything but the city's own account."""
        with self.lock:
            self.people: dict[str, Person] = {}
            self.posts: dict[str, Post] = {}
            self.messages: dict[str, DirectMessage] = {}
            self.media: dict[str, Medium] = {}
            self.account = self._keep(Person(X_USER_ID, X_HANDLE, X_NAME, datetime(2015, 3, 2, 9, tzinfo=UTC)))

    def person(self, *, handle: str, name: str = "") -> Person:
        """Find or make the person behind a handle; a newer display name wins."""
        handle = handle.lstrip("@")
        known = self.by_handle(handle)
        if known and (known.id == X_USER_ID or name in ("", known.name)):
            return known
        made = Person(_person_id(handle), handle, name or handle, datetime(2019, 6, 1, tzinfo=UTC))
        with self.lock:
            return self._keep(made)

    def by_handle(self, handle: str) -> Person | None:
        """Find a person by handle, whatever its case."""
        with self.lock:
            wanted = handle.lower()
            return next((one for one in self.people.values() if one.username.lower() == wanted), None)

    def find(self, post_id: str, *, now: datetime) -> Post | None:
        """Find a post that reads may show."""
        with self.lock:
            post = self.posts.get(post_id)
            return post if post and post.is_visible(now) else None

    def visible(self, *, now: datetime) -> list[Post]:
        """All posts that reads may show, newest first."""
        with self.lock:
            shown = [post for post in self.posts.values() if post.is_visible(now) and post.is_latest]
        return sorted(shown, key=lambda post: int(post.id), reverse=True)

    def removed(self, author_id: str) -> list[Post]:
        """What one author wrote and took down, newest first: for people who look at the simulator."""
        with self.lock:
            gone = [post for post in self.posts.values() if post.deleted and post.author_id == author_id]
        return sorted(gone, key=lambda post: int(post.id), reverse=True)

    def add(
        self,
        *,
        author: Person,
        text: str,
        now: datetime,
        parent: Post | None = None,
        quotes: str | None = None,
        delay_seconds: float = 0.0,
        excluded: frozenset[str] = frozenset(),
        by_api: bool = False,
        media: Sequence[str] = (),
    ) -> Post:
        """Keep a new post; a reply gets the @handles before it and the thread of its parent."""
        with self.lock:
            post_id = self._free_id(now)
            self.posts[post_id] = Post(
                id=post_id,
                author_id=author.id,
                text=text,
                created_at=now,
                visible_at=now + timedelta(seconds=delay_seconds),
                conversation_id=parent.conversation_id if parent else post_id,
                in_reply_to=parent.id if parent else None,
                quotes=quotes,
                prefix=self._prefix(author, text, parent, excluded) if parent else "",
                by_api=by_api,
                media=list(media),
            )
            return self.posts[post_id]

    def edit(self, post: Post, *, text: str, now: datetime) -> Post:
        """Make the next version of a post: a new id, the same post; the earlier ones stay readable by their ids."""
        with self.lock:
            versions = post.versions or [post.id]
            number = self._free_id(max(now, post.created_at + timedelta(milliseconds=1)))
            versions.append(number)
            made = replace(post, id=number, text=text, versions=versions, created_at=post.created_at)
            self.posts[number] = made
            for each in versions:
                self.posts[each].versions = versions
            return made

    def take_down(self, post: Post, now: datetime) -> None:
        """Take a post down with all its versions."""
        with self.lock:
            for each in post.versions or [post.id]:
                self.posts[each].take_down(now)

    def write_message(
        self,
        *,
        sender: Person,
        reader: Person,
        text: str,
        now: datetime,
        media: Sequence[str] = (),
        delay_seconds: float = 0.0,
        by_api: bool = False,
    ) -> DirectMessage:
        """Keep a new direct message between two people."""
        with self.lock:
            made = DirectMessage(
                id=self._free_id(now),
                conversation_id=conversation_of(sender.id, reader.id),
                sender_id=sender.id,
                text=text,
                created_at=now,
                visible_at=now + timedelta(seconds=delay_seconds),
                media=list(media),
                by_api=by_api,
            )
            self.messages[made.id] = made
            return made

    def add_medium(self, *, kind: str, content: str, alt: str = "") -> Medium:
        """Keep a picture."""
        with self.lock:
            number = self._free_id(datetime.now(UTC))
            self.media[number] = Medium(number, kind, content, alt)
            return self.media[number]

    def is_new(self) -> bool:
        """Whether nobody has written yet."""
        return not self.posts and not self.messages

    def memory(self) -> dict[str, Any]:
        """All that has to be kept to go on after a restart."""
        with self.lock:
            return {
                "people": [asdict(person) for person in self.people.values()],
                "posts": [asdict(post) for post in self.posts.values()],
                "messages": [asdict(message) for message in self.messages.values()],
                "media": [asdict(medium) for medium in self.media.values()],
            }

    def recall(self, kept: dict[str, Any]) -> None:
        """Go on with what `memory` gave in an earlier life; {} changes nothing."""
        with self.lock:
            for facts in kept.get("people", []):
                self._keep(revive(Person, facts))
            self.posts.update((facts["id"], revive(Post, facts)) for facts in kept.get("posts", []))
            self.messages.update((facts["id"], revive(DirectMessage, facts)) for facts in kept.get("messages", []))
            self.media.update((facts["id"], revive(Medium, facts)) for facts in kept.get("media", []))

    def ledger(self) -> list[dict[str, Any]]:
        """Every post ever made, oldest first."""
        with self.lock:
            return [self._entry(post) for post in self.posts.values()]

    def _entry(self, post: Post) -> dict[str, Any]:
        author = self.people[post.author_id]
        return {
            "id": post.id,
            "text": post.text,
            "full_text": post.full_text,
            "author": author.username,
            "author_id": author.id,
            "author_name": author.name,
            "target": post.in_reply_to,
            "conversation_id": post.conversation_id,
            "quotes": post.quotes,
            "created_at": post.created_at.isoformat(),
            "visible_at": post.visible_at.isoformat(),
            "deleted": post.deleted,
            "deleted_at": post.deleted_at.isoformat() if post.deleted_at else None,
            "by_api": post.by_api,
            "hidden": post.hidden,
            "media": list(post.media),
            "versions": list(post.versions),
        }

    def message_ledger(self) -> list[dict[str, Any]]:
        """Every direct message ever written, oldest first."""
        with self.lock:
            return [
                {**asdict(each), "created_at": each.created_at.isoformat(), "visible_at": each.visible_at.isoformat()}
                for each in self.messages.values()
            ]

    def media_ledger(self) -> list[dict[str, Any]]:
        """Every picture ever put here, by the hash of its bytes."""
        with self.lock:
            return [
                {"id": one.id, "kind": one.kind, "alt": one.alt, "sha256": _digest(one.content)}
                for one in self.media.values()
            ]

    def _keep(self, person: Person) -> Person:
        self.people[person.id] = person
        return person

    def _free_id(self, now: datetime) -> str:
        number = floor_id(now)
        while any(str(number) in known for known in (self.posts, self.messages, self.media)):
            number += 1
        return str(number)

    def _prefix(self, author: Person, text: str, parent: Post, excluded: frozenset[str]) -> str:
        """The leading @handles: the parent's author, then whom the parent named; not oneself, nobody twice."""
        first = self.people[parent.author_id].username
        handles = dict.fromkeys([first.lower(), *(handle.lower() for handle in mentioned(parent.full_text))])
        typed = {handle.lower() for handle in mentioned(text)}
        people = [self.by_handle(handle) for handle in handles]
        shown = [one for one in people if one and one.id != author.id and one.id not in excluded]
        return "".join(f"@{one.username} " for one in shown if one.username.lower() not in typed)


def conversation_of(one: str, other: str) -> str:
    """The name of the thread of two people."""
    first, second = sorted([int(one), int(other)])
    return f"{first}-{second}"


def _person_id(handle: str) -> str:
    return str(3_000_000_000 + zlib.crc32(handle.lower().encode()))


def fingerprint(text: str) -> str:
    """What X compares to find the same text again: case and spacing do not count."""
    return hashlib.sha256(" ".join(text.lower().split()).encode()).hexdigest()


def _digest(content: str) -> str:
    return hashlib.sha256(base64.b64decode(content)).hexdigest()
