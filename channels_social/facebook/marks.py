"""How far the page has been read, edge by edge: a mark moves only over what was read to its end.

A look that is cut short (more than it may read at once, a permission missing, an allowance nearly used up) leaves a note
of what it did not reach, and the next look goes on there. Nothing between two looks is skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from channels_social.reading import mapping_of, moment_of, name_of, text_of

OVERLAP = timedelta(minutes=10)
"""Read again at every look: what is written becomes visible late, and no two clocks agree."""


@dataclass(frozen=True, kw_only=True)
class Unread:
    """The rest of an edge to which one look did not come: go on `after` there (or at its top), down to `since`.

    `top` is when the walk from the top began: what was written since stands above and is read once the rest is. `more` is
    what else one has to know to read it.
    """

    since: datetime
    after: str = ""
    top: datetime | None = None
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Marks:
    """The cursor of an account, opened.

    {"seen_until": ISO 8601, "held": {edge: ISO 8601}, "unread": {edge: {"since", "after", "top", "more"}},
    "rest_until": ISO 8601}. `held` are edges whose mark stayed behind, `rest_until` is until when the page is left alone.
    """

    seen_until: datetime | None = None
    held: dict[str, datetime] = field(default_factory=dict)
    unread: dict[str, Unread] = field(default_factory=dict)
    rest_until: datetime | None = None

    @classmethod
    def of(cls, cursor: Mapping[str, Any]) -> Marks:
        """Open a cursor; {} at first."""
        held = {name: moment_of(at) for name, at in mapping_of(cursor.get("held")).items()}
        return cls(
            seen_until=moment_of(cursor.get("seen_until")),
            held={name: at for name, at in held.items() if at},
            unread={name: rest for name, told in mapping_of(cursor.get("unread")).items() if (rest := _unread(told))},
            rest_until=moment_of(cursor.get("rest_until")),
        )

    def since(self, edge: str, *, first: datetime) -> datetime:
        """Say down to which moment an edge has to be read; `first` where it was never read."""
        mark = self.held.get(edge) or self.seen_until
        return mark - OVERLAP if mark else first

    def cursor(self) -> dict[str, Any]:
        """Close the cursor again."""
        told: dict[str, Any] = {"seen_until": self.seen_until.isoformat()} if self.seen_until else {}
        if self.held:
            told["held"] = {name: at.isoformat() for name, at in self.held.items()}
        if self.unread:
            told["unread"] = {name: _told(rest) for name, rest in self.unread.items()}
        return told | ({"rest_until": self.rest_until.isoformat()} if self.rest_until else {})


def _unread(told: object) -> Unread | None:
    rest = mapping_of(told)
    since = moment_of(rest.get("since"))
    more = {name: name_of(value) for name, value in mapping_of(rest.get("more")).items()}
    top = moment_of(rest.get("top"))
    return Unread(since=since, after=text_of(rest.get("after")), top=top, more=more) if since else None


def _told(rest: Unread) -> dict[str, Any]:
    top = {"top": rest.top.isoformat()} if rest.top else {}
    return {"since": rest.since.isoformat(), "after": rest.after, "more": dict(rest.more), **top}
