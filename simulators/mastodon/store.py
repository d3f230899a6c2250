"""What the simulated Mastodon remembers: people, posts with their versions, who was told of what, pictures."""

import hashlib
import threading
import zlib
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulators.credentials import MASTODON_ACCOUNT_ID, MASTODON_HANDLE, MASTODON_NAME
from simulators.keeping import revive
from simulators.mastodon.text import mentioned

SEEN_BY_ALL: Final = frozenset({"public", "unlisted"})
VISIBILITIES: Final = SEEN_BY_ALL | {"private", "direct"}
KEY_LIVES: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Person:
    """An account; the number follows from the name, so a person stays the same after a restart."""

    id: str
    acct: str
    name: str


@dataclass
class Status:
    """One post. `text` is what its author typed; `versions` are the earlier ones."""

    id: str
    author_id: str
    text: str
    created_at: datetime
    visible_at: datetime
    visibility: str = "public"
    in_reply_to: str | None = None
    spoiler: str = ""
    language: str | None = None
    media_ids: list[str] = field(default_factory=list)
    edited_at: datetime | None = None
    versions: list[str] = field(default_factory=list)
    by_api: bool = False
    key: str = ""
    deleted: bool = False
    deleted_at: datetime | None = None

    def take_down(self, now: datetime) -> None:
        """Hide it from every read; the ledger keeps it. The first time counts."""
        self.deleted, self.deleted_at = True, self.deleted_at or now

    def rewrite(self, text: str, now: datetime) -> None:
        """Give it other words. The same words again are no edit."""
        if text != self.text:
            self.versions.append(self.text)
            self.text, self.edited_at = text, now


@dataclass(frozen=True)
class Notification:
    """The account was told of a post."""

    id: str
    kind: str
    status_id: str
    made_at: datetime


class Store:
    """All people and posts; every public method is safe between threads."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.clear()

    def clear(self) -> None:
        """Forget everything but the city's own account."""
        with self.lock:
            self.people: dict[str, Person] = {}
            self.posts: dict[str, Status] = {}
            self.told: list[Notification] = []
            self.media: dict[str, dict[str, str]] = {}
            self.files: dict[str, bytes] = {}
            self.account = self._keep(Person(MASTODON_ACCOUNT_ID, MASTODON_HANDLE, MASTODON_NAME))

    def person(self, *, acct: str, name: str = "") -> Person:
        """Find or make the person behind a name; a newer display name wins."""
        acct = acct.lstrip("@")
        known = self.by_name(acct)
        if known and (known.id == MASTODON_ACCOUNT_ID or name in ("", known.name)):
            return known
        with self.lock:
            return self._keep(Person(_person_id(acct), acct, name or acct))

    def by_name(self, acct: str) -> Person | None:
        """Find a person by name, whatever its case."""
        with self.lock:
            return next((one for one in self.people.values() if one.acct.lower() == acct.lower()), None)

    def find(self, status_id: str, *, now: datetime) -> Status | None:
        """Find a post that the city's account may see."""
        with self.lock:
            post = self.posts.get(status_id)
            return post if post and not post.deleted and post.visible_at <= now and self._may_see(post) else None

    def visible(self, *, now: datetime) -> list[Status]:
        """All posts that the city's account may see, newest first."""
        with self.lock:
            shown = [post for post in self.posts.values() if self.find(post.id, now=now)]
        return sorted(shown, key=lambda post: int(post.id), reverse=True)

    def replies_to(self, status_id: str, *, now: datetime) -> list[Status]:
        """All that was said below a post, oldest first."""
        found: list[Status] = []
        names = {status_id}
        for post in sorted(self.visible(now=now), key=lambda one: int(one.id)):
            if post.in_reply_to in names:
                found.append(post)
                names.add(post.id)
        return found

    def by_key(self, key: str, *, now: datetime) -> Status | None:
        """The post that was made with an idempotency key in the last hour."""
        with self.lock:
            posts = (post for post in self.posts.values() if key and post.key == key)
            return next((post for post in posts if now - post.created_at < KEY_LIVES), None)

    def add(self, *, author: Person, text: str, now: datetime, delay_seconds: float = 0.0, **facts: Any) -> Status:
        """Keep a new post, and tell the city's account when it is named. Further facts are fields of `Status`."""
        with self.lock:
            number = int(now.timestamp() * 1000) << 16
            while str(number) in self.posts:
                number += 1
            visible_at = now + timedelta(seconds=delay_seconds)
            post = Status(str(number), author.id, text, created_at=now, visible_at=visible_at, **facts)
            self.posts[post.id] = post
            names = {name.lower() for name in mentioned(text)}
            if author.id != MASTODON_ACCOUNT_ID and MASTODON_HANDLE in names:
                self.told.append(Notification(str(len(self.told) + 1), "mention", post.id, now))
            return post

    def keep_file(self, content: bytes, *, kind: str, description: str) -> str:
        """Keep a picture; returns its number."""
        with self.lock:
            number = str(120_000_000_000 + len(self.media))
            digest = hashlib.sha256(content).hexdigest()
            self.files[number] = content
            self.media[number] = {"kind": kind, "description": description, "sha256": digest}
            return number

    def is_new(self) -> bool:
        """Whether nobody has written yet."""
        return not self.posts

    def memory(self) -> dict[str, Any]:
        """What has to be kept to go on after a restart; pictures are not."""
        with self.lock:
            return {
                "people": [asdict(each) for each in self.people.values()],
                "posts": [asdict(each) for each in self.posts.values()],
                "told": [asdict(each) for each in self.told],
            }

    def recall(self, kept: dict[str, Any]) -> None:
        """Go on with what `memory` gave in an earlier life; {} changes nothing."""
        with self.lock:
            for facts in kept.get("people", []):
                self._keep(revive(Person, facts))
            self.posts.update((facts["id"], revive(Status, facts)) for facts in kept.get("posts", []))
            self.told += [revive(Notification, facts) for facts in kept.get("told", [])]

    def ledger(self) -> list[dict[str, Any]]:
        """Every post ever made, oldest first."""
        with self.lock:
            return [_entry(post, self.people[post.author_id]) for post in self.posts.values()]

    def _may_see(self, post: Status) -> bool:
        """Of private posts the account sees its own, and those in which it is named; it follows nobody."""
        is_named = MASTODON_HANDLE in {name.lower() for name in mentioned(post.text)}
        return post.visibility in SEEN_BY_ALL or post.author_id == MASTODON_ACCOUNT_ID or is_named

    def _keep(self, person: Person) -> Person:
        self.people[person.id] = person
        return person


def _entry(post: Status, author: Person) -> dict[str, Any]:
    moments = {name: getattr(post, name) for name in ("created_at", "edited_at", "deleted_at", "visible_at")}
    return {
        **asdict(post),
        **{name: value.isoformat() if value else None for name, value in moments.items()},
        "author": author.acct,
        "target": post.in_reply_to,
    }


def _person_id(acct: str) -> str:
    return str(110_000_000_100_000_000 + zlib.crc32(acct.lower().encode()))


def moment(value: datetime) -> str:
    """A moment as Mastodon writes it."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
