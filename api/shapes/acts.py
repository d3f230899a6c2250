"""What programs send to take care of an enquiry, and what they are told of it afterwards."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.shapes.fields import Body, Moment, Named, Number, OneOf, Text
from enquiries.models import Enquiry


class Act(Body):
    """Every act may carry the stamp of what the program had read."""

    stamp = Number(
        min_value=0,
        required=False,
        help_text="From reading the enquiry. Where others did something since, the answer is 409 with what they did.",
    )


class TakeOver(Act):
    """Why it is taken out of somebody's hands; they read it."""

    reason = Text(max_length=500, is_needed=True)


class Release(Act):
    """A word for whoever goes on."""

    note = Text(max_length=5000)


class Assign(Act):
    """The colleague's number (see the directory)."""

    to = Number()


class Transfer(Act):
    """The team's number; null for no team."""

    team = Number(allow_null=True)


class SetTopic(Act):
    """The topic's number; null for none."""

    topic = Number(allow_null=True)


class SetPriority(Act):
    """How much it presses: -1, 0 or 1."""

    priority = OneOf(choices=Enquiry.Priority.choices)


class Wait(Act):
    """When it wakes, and what is waited for."""

    until = Moment()
    note = Text(max_length=500)


class Other(Act):
    """The reference of another enquiry."""

    other = Text(max_length=40, is_needed=True)


class Merging(Other):
    """The other enquiry, and whether one person wrote both, so that one answer keeps both promises."""

    same_person = serializers.BooleanField(default=False)


class Split(Act):
    """The numbers of the messages that go to an enquiry of their own."""

    messages = serializers.ListField(child=Number(), min_length=1, max_length=200)


class Note(Body):
    """Words for colleagues. @ and a name tells somebody."""

    text = Text(max_length=5000, is_needed=True)


class Stands(serializers.Serializer[Any]):
    """Where an enquiry stands after an act. No citizen's words or name."""

    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=Enquiry.State.choices)
    team = Named(allow_null=True)
    topic = Named(allow_null=True)
    assignee = Named(allow_null=True)
    priority = serializers.ChoiceField(choices=Enquiry.Priority.choices)
    claimed_until = serializers.DateTimeField(allow_null=True)
    waiting_until = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    merged_into = serializers.CharField(allow_null=True, source="merged_into.reference", default=None)


class Done(serializers.Serializer[Any]):
    """What came of an act. `enquiry` is null when it has left the caller's sight."""

    reference = serializers.CharField()
    enquiry = Stands(allow_null=True)
    stamp = serializers.IntegerField(allow_null=True)


class KeptNote(serializers.Serializer[Any]):
    """A note that was kept: whom it tells, and the @names that meant nobody who may see the enquiry."""

    id = serializers.IntegerField()
    told = serializers.ListField(child=serializers.CharField())
    unknown = serializers.ListField(child=serializers.CharField())


class ReadNote(serializers.Serializer[Any]):
    """Words among colleagues."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    author = Named(allow_null=True)
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class NotePage(serializers.Serializer[Any]):
    """All notes of an enquiry and those merged into it, oldest first."""

    results = ReadNote(many=True)
