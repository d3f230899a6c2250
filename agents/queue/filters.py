"""What the queue can be filtered by: one FilterSet for the desk's list, the program door and the export.

An address may be old, mistyped or somebody else's: a value that is unknown is left out and told in `ignored`, never an
error and never silently. Several values of one filter widen it (`channel=x&channel=email`), several filters narrow it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agents.models import Membership
from enquiries.models import Enquiry, SideChoice, Team, Topic
from enquiries.queries.prepared import PreparedTogether
from enquiries.queries.queue import BadPlace, Order, Place, View
from enquiries.queries.search import found_by
from enquiries.queries.together import Asked as Asking
from enquiries.registry import outward_choices

NONE, ME = "none", "me"
OFFERED_NAMES = ("topic", "team", "assignee")
AGES = {1: _("more than a day"), 3: _("more than 3 days"), 7: _("more than a week"), 30: _("more than a month")}
LANGUAGES = {
    "en": "English",
    "nl": "Nederlands",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pl": "Polski",
    "tr": "Türkçe",
    "ar": "العربية",
    "uk": "Українська",
}
MOST_TEXT = 200
Choice = tuple[str, Any]


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A value that no filter, sort or place of this list has. `name` is as in the address, `label` as people read it."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Offered:
    """The teams, topics and colleagues somebody can filter by, each as (id, name)."""

    teams: list[Choice]
    topics: list[Choice]
    people: list[Choice]

    def by_name(self) -> dict[str, list[Choice]]:
        """List what the filters for these know, by the name of the filter."""
        return {
            "topic": [(NONE, _("no topic")), *self.topics],
            "team": [(NONE, _("no team")), *self.teams],
            "assignee": [(ME, _("me")), (NONE, _("nobody")), *self.people],
        }


def offered_in(organisations: Iterable[int]) -> Offered:
    """Read what can be chosen in these organisations, in one query."""
    teams, topics, people = _offered(organisations=tuple(sorted(organisations)))
    return Offered(
        teams=[(str(row["pk"]), row["name"]) for row in teams],
        topics=[(str(row["pk"]), row["name"]) for row in topics],
        people=[(str(row["user_id"]), row["user__name"]) for row in people],
    )


@PreparedTogether
def _offered(*, organisations: tuple[int, ...]) -> list[Asking]:
    members = Membership.objects.filter(organisation__in=organisations, user__is_active=True)
    return [
        (Team.objects.filter(organisation__in=organisations).order_by("name", "pk"), ("pk", "name")),
        (Topic.objects.filter(organisation__in=organisations).order_by("position", "name", "pk"), ("pk", "name")),
        (members.order_by("user__name", "user_id").distinct(), ("user_id", "user__name")),
    ]


class OneOf(django_filters.MultipleChoiceFilter):  # type: ignore[misc]
    """Keeps the rows whose field has one of the chosen values: `none` is no value at all, `me` is whoever asks."""

    def filter(self, qs: QuerySet[Enquiry], value: list[str]) -> QuerySet[Enquiry]:
        """Narrow `qs`, in one condition that an index can answer."""
        if not value:
            return qs
        name, me = str(self.field_name), str(getattr(self.parent, "user_id", 0))
        chosen = Q(**{f"{name}__in": [me if one == ME else one for one in value if one != NONE]})
        return qs.filter(chosen | Q(**{f"{name}__isnull": True}) if NONE in value else chosen)


def _one_of(field: str, label: Any, choices: Iterable[Choice] = ()) -> OneOf:
    return OneOf(field_name=field, label=label, choices=list(choices))


class EnquiryFilters(django_filters.FilterSet):  # type: ignore[misc]
    """The filters. `ignored` lists what was not understood; `chosen` what is in force, by name.

    What is `offered` is read only where the address names a team, a topic or a person.
    """

    q = django_filters.CharFilter(label=_("Reference, name or words"), method="keep_found")
    channel = _one_of("kind", _("Channel"), outward_choices())
    side = _one_of("side", _("Side"), SideChoice.choices)
    state = _one_of("state", _("State"), Enquiry.State.choices)
    topic = _one_of("topic_id", _("Topic"))
    team = _one_of("team_id", _("Team"))
    assignee = _one_of("assignee_id", _("Assigned to"))
    language = _one_of("language", _("Language"), LANGUAGES.items())
    priority = _one_of("priority", _("Priority"), [(str(one.value), one.label) for one in Enquiry.Priority])
    age = django_filters.ChoiceFilter(
        label=_("Waiting for"),
        method="keep_old",
        choices=[(str(days), label) for days, label in AGES.items()],
    )

    class Meta:
        model = Enquiry
        fields: list[str] = []

    def __init__(
        self,
        data: QueryDict | Mapping[str, str],
        queryset: QuerySet[Enquiry],
        *,
        offered: Callable[[], Offered],
        user_id: int,
        now: datetime,
    ) -> None:
        self.ignored: list[Ignored] = []
        self.now, self.user_id = now, user_id
        asked = _as_lists(data)
        read = offered().by_name() if any(any(asked.get(name, ())) for name in OFFERED_NAMES) else {}
        super().__init__(self._understood(asked, read), queryset)
        for name, known in read.items():
            self.filters[name].extra["choices"] = known

    def _understood(self, asked: dict[str, list[str]], read: dict[str, list[Choice]]) -> QueryDict:
        """Keep what the filters know, and note the rest."""
        known = QueryDict(mutable=True)
        for name, filter_ in self.base_filters.items():
            offered = {str(value) for value, _label in read.get(name) or choices_of(name)}
            for value in asked.get(name, []):
                if name == "q":
                    known[name] = value.replace("\x00", "").strip()[:MOST_TEXT]
                elif value in offered:
                    known.appendlist(name, value)
                elif value:
                    self.ignored.append(Ignored(name=name, label=str(filter_.label), value=value[:MOST_TEXT]))
        return known

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """Say how people read what is in force: name of the filter → value → label."""
        known = {name: self.filters[name].extra.get("choices") or () for name in self.chosen}
        return {name: {str(value): str(label) for value, label in choices} for name, choices in known.items()}

    @property
    def chosen(self) -> dict[str, list[str]]:
        """What is in force: name of the filter → values as they stand in the address."""
        return {name: values for name, values in self.data.lists() if any(values)}

    def keep_found(self, queryset: QuerySet[Enquiry], name: str, value: str) -> QuerySet[Enquiry]:
        """Keep what holds the words."""
        return found_by(queryset, value)

    def keep_old(self, queryset: QuerySet[Enquiry], name: str, value: str) -> QuerySet[Enquiry]:
        """Keep what was opened so many days ago."""
        return queryset.filter(opened_at__lt=self.now - timedelta(days=int(value)))


def choices_of(name: str) -> list[Choice]:
    """List what a filter knows by itself: none for words, and for what is offered."""
    return list(EnquiryFilters.base_filters[name].extra.get("choices") or ())


def names_a_filter(data: QueryDict | Mapping[str, str]) -> bool:
    """Tell whether an address asks any filter for anything, known or not."""
    return any(any(values) for name, values in _as_lists(data).items() if name in EnquiryFilters.base_filters)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What else an address asks for: the view, the order, and where the page starts. `ignored` as in EnquiryFilters."""

    view: View | None
    order: Order | None
    after: Place | None
    ignored: list[Ignored]


def read_address(data: QueryDict | Mapping[str, str]) -> Asked:
    """Read view, sort and place out of an address; what is unknown counts as not asked for, and is told."""
    asked = {name: values[-1] for name, values in _as_lists(data).items() if values and values[-1]}
    ignored: list[Ignored] = []
    found: dict[str, Any] = {}
    readers = {"view": (View, _("View")), "sort": (Order, _("Order")), "after": (Place.read, _("Place in the list"))}
    for name, (read, label) in readers.items():
        try:
            found[name] = read(asked[name]) if name in asked else None
        except (ValueError, BadPlace):
            found[name] = None
            ignored.append(Ignored(name=name, label=str(label), value=asked[name][:MOST_TEXT]))
    return Asked(view=found["view"], order=found["sort"], after=found["after"], ignored=ignored)


def _as_lists(data: QueryDict | Mapping[str, str]) -> dict[str, list[str]]:
    """Give every value of every name. `kind` is what older addresses call the channel."""
    lists = dict(data.lists()) if isinstance(data, QueryDict) else {name: [value] for name, value in data.items()}
    return {("channel" if name == "kind" else name): [str(value) for value in values] for name, values in lists.items()}
