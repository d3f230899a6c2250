"""What the panel of filters shows: each filter with all that can be chosen, and what is chosen now.

It is read and drawn when somebody opens it, not on each page that has a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from agents.access import Person, rights_of
from agents.queue.filters import OFFERED_NAMES, Choice, EnquiryFilters, choices_of
from agents.queue.listing import Selection, trail_of

Look = Literal["few", "many", "one"]
"""A few stand side by side, many in a list that scrolls; of `one` kind a single one can be chosen."""
ORDER = ("channel", "side", "state", "language", "age", "priority", "assignee", "team", "topic")
MOST_IN_SIGHT = 10
"""Longer lists get a field that narrows them."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """Something to choose; `value` is as in the address."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Group:
    """A filter; `name` is as in the address. In a list, what is chosen comes first."""

    name: str
    label: str
    look: Look
    options: list[Option]

    @property
    def is_long(self) -> bool:
        """Whether it takes more than a look to find something in it."""
        return self.look == "many" and len(self.options) > MOST_IN_SIGHT


def panel(user: Person, found: Selection) -> dict[str, Any]:
    """Give what `desk/_filter_panel.html` needs: `groups`, and what the list shows now."""
    return {
        "groups": groups_of(found),
        "words": found.words,
        "asked_view": found.view.value if found.view else "",
        "asked_sort": found.asked.order.value if found.asked.order else "",
        "trail": urlencode(trail_of(found)),
        "is_filtered": bool(found.chosen),
        "my_teams": sorted(rights_of(user).own_teams, key=lambda team: team.name),
    }


def groups_of(found: Selection) -> list[Group]:
    """List the filters in the order of the panel."""
    offered = found.offered.by_name()
    return [_group(name, offered.get(name) or choices_of(name), found.chosen.get(name, [])) for name in ORDER]


def _group(name: str, choices: Iterable[Choice], chosen: list[str]) -> Group:
    options = [Option(value=value, label=str(label), is_chosen=value in chosen) for value, label in choices]
    look: Look = "many" if name in OFFERED_NAMES else "few"
    if name == "age":
        look = "one"
        options.insert(0, Option(value="", label=_("any time"), is_chosen=not chosen))
    if look == "many":
        options.sort(key=lambda one: not one.is_chosen)
    return Group(name=name, label=str(EnquiryFilters.base_filters[name].label), look=look, options=options)
