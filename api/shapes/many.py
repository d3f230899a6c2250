"""One act on many enquiries, and looks at the list under a name: what programs send and are told."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from agents.forms.bulk import ACTS
from agents.queue.many import BATCH, MOST_TICKED
from api.shapes.enquiries import EnquiryRow
from api.shapes.fields import Body, Moment, Named, Number, OneOf, Text
from enquiries.models import Enquiry

NAME_OF_A_FILTER, MOST_FILTER = 60, 1000


class Meant(Body):
    """The act, and on which enquiries: those named, or all that a list holds now. One of the two."""

    act = OneOf(choices=[(name, name) for name in ACTS])
    enquiries = serializers.ListField(
        child=Text(max_length=40, is_needed=True),
        required=False,
        min_length=1,
        max_length=MOST_TICKED,
        help_text="References.",
    )
    filter = Text(
        max_length=MOST_FILTER,
        is_needed=True,
        required=False,
        help_text="What would stand behind the question mark of `GET /enquiries`, as in `view=mine&topic=5`.",
    )


class InState(serializers.Serializer[Any]):
    """How many are in a state."""

    state = serializers.ChoiceField(choices=Enquiry.State.choices)
    count = serializers.IntegerField()


class Planned(serializers.Serializer[Any]):
    """What an act would touch. Nothing is done yet; `plan` does it, for whoever asked, within a day."""

    act = serializers.CharField()
    total = serializers.IntegerField()
    states = InState(many=True)
    sample = EnquiryRow(many=True, help_text="The first few.")
    plan = serializers.CharField(help_text="What arrives after this is not meant.")


class Bulk(Body):
    """The plan, and the one thing that its act needs: `to` for assign, `topic`, `team` for transfer, `priority`, `until`."""

    plan = Text(max_length=20_000, is_needed=True)
    to = Number(required=False, help_text="The colleague's number.")
    topic = Number(required=False, allow_null=True, help_text="The topic's number; null for none.")
    team = Number(required=False, allow_null=True, help_text="The team's number; null for no team.")
    priority = OneOf(choices=Enquiry.Priority.choices, required=False)
    until = Moment(required=False, help_text="When those that wait wake.")


class NotDone(serializers.Serializer[Any]):
    """Why some could not be done, and how many."""

    reason = serializers.CharField()
    count = serializers.IntegerField()


class BulkDone(serializers.Serializer[Any]):
    """How far it is. Until `is_over`, send `plan` again: each call does at most a hundred."""

    total = serializers.IntegerField()
    done = serializers.IntegerField()
    refused = NotDone(many=True)
    is_over = serializers.BooleanField()
    plan = serializers.CharField()


assert BATCH == 100, "The description of BulkDone names the number."  # noqa: S101 - said to programs in words


class KeptFilter(serializers.Serializer[Any]):
    """A look at the list under a name. Ask for it with `GET /enquiries?saved=` and its number."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    query = serializers.CharField(help_text="As it stands in the address.")
    owner = Named()
    team = Named(allow_null=True, help_text="The team that it is shared with.")
    is_own = serializers.BooleanField(help_text="Only one's own can be changed and dropped.")


class FilterPage(serializers.Serializer[Any]):
    """One's own and those that teams share, by name."""

    results = KeptFilter(many=True)


class FilterName(Body):
    """A name, and the team it is shared with; null for nobody."""

    name = Text(max_length=NAME_OF_A_FILTER, is_needed=True)
    team = Number(required=False, allow_null=True, default=None)


class NewFilter(FilterName):
    """A filter to keep. The same name again replaces what was kept under it."""

    query = Text(
        max_length=MOST_FILTER, help_text="As behind the question mark of the list; what is unknown is left out."
    )


class Dropped(serializers.Serializer[Any]):
    """The number of what is gone."""

    id = serializers.IntegerField()
