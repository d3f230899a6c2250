"""What is around enquiries: what stands still, standard answers, the names behind numbers, and who the caller is."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.models import Scope
from api.shapes.fields import Body, Named, Number, OneOf, Text, YesNo
from enquiries.models import Freeze
from enquiries.queries.standards import Standing
from enquiries.registry import kind_choices

MOST_HOURS = 14 * 24


class NewFreeze(Body):
    """What is to stand still, why, and for how long. The scope says which one of the three is needed besides."""

    scope = OneOf(choices=Freeze.Scope.choices)
    channel = OneOf(choices=kind_choices(), required=False, allow_null=True, default=None)
    account = Number(required=False, allow_null=True, default=None)
    topic = Number(required=False, allow_null=True, default=None)
    reason = Text(max_length=300, is_needed=True)
    public_notice = Text(
        max_length=500,
        help_text="What citizens read on the public pages meanwhile, once another leading person has confirmed it; none for"
        " a topic.",
    )
    hours = Number(max_value=MOST_HOURS)


class ReadNotice(Body):
    """The words of the notice, as they were read."""

    notice = Text(max_length=500, is_needed=True)


class FreezeRow(serializers.Serializer[Any]):
    """Something that stands still."""

    id = serializers.IntegerField(source="pk")
    scope = serializers.ChoiceField(choices=Freeze.Scope.choices)
    channel = serializers.CharField(source="kind", help_text="Empty where the scope is none of a channel.")
    account = Named(allow_null=True)
    topic = Named(allow_null=True)
    reason = serializers.CharField()
    public_notice = serializers.CharField()
    notice_confirmed_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when citizens read the notice; null while it waits for a second person."
    )
    frozen_by = Named()
    frozen_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    lifted_at = serializers.DateTimeField(allow_null=True)


class MadeFreeze(FreezeRow):
    """A new freeze, how many postings wait because of it and of others, and how many it came too late for."""

    held = serializers.IntegerField()
    under_way = serializers.IntegerField()


class FreezePage(serializers.Serializer[Any]):
    """What stands still now, the newest first."""

    results = FreezeRow(many=True)


class StandardRow(serializers.Serializer[Any]):
    """A standard answer."""

    id = serializers.IntegerField(source="answer.pk")
    title = serializers.CharField(source="answer.title")
    topic = Named(allow_null=True, source="answer.topic")
    owner = Named(source="answer.owner")
    source = serializers.CharField(source="answer.source")  # type: ignore[assignment]
    expires_on = serializers.DateField(source="answer.expires_on")
    standing = serializers.ChoiceField(choices=[(one.value, one.value) for one in Standing])
    version = serializers.IntegerField(allow_null=True, source="approved.pk", default=None)


class StandardPage(serializers.Serializer[Any]):
    """The standard answers of the organisation, what needs somebody first."""

    results = StandardRow(many=True)


class WholeStandard(StandardRow):
    """A standard answer with its approved words: channel (or "any") → language → text, its gaps in braces."""

    texts = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField()),
        allow_null=True,
        source="approved.texts",
        default=None,
    )


class Offered(serializers.Serializer[Any]):
    """A standard answer as it would stand in a reply. `refusal` says why it cannot; `gaps` are to be filled by hand."""

    standard = serializers.IntegerField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    standing = serializers.ChoiceField(choices=[(one.value, one.value) for one in Standing])
    channel = serializers.CharField(help_text="The channel it is written for, or any.")
    language = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()
    gaps = serializers.ListField(child=serializers.CharField())
    refusal = serializers.CharField()


class OfferedPage(serializers.Serializer[Any]):
    """The standard answers that may be inserted, those of the enquiry's topic first: at most 20."""

    results = Offered(many=True)


class Insertion(Body):
    """Which words are taken, for the answer to which message."""

    version = Number()
    answers = Number()
    language = Text(max_length=2, pattern=r"^([a-z]{2})?\Z")
    despite_expiry = YesNo(required=False, default=False)


class PrecedentRow(serializers.Serializer[Any]):
    """An enquiry like this one, and the answer that it got."""

    enquiry = serializers.CharField(source="enquiry.reference")
    subject = serializers.CharField(source="enquiry.subject")
    answer = serializers.CharField()
    side = serializers.ChoiceField(choices=[("PUBLIC", "Public"), ("PRIVATE", "Private")])
    answered_at = serializers.DateTimeField()
    is_same_topic = serializers.BooleanField()


class PrecedentPage(serializers.Serializer[Any]):
    """At most five; while a public answer is written, only public ones."""

    results = PrecedentRow(many=True)


class Account(Named):
    """An account of ours on a channel."""

    channel = serializers.ChoiceField(choices=kind_choices(), source="kind")


class Person(Named):
    """A colleague."""

    email = serializers.CharField()


class Directory(serializers.Serializer[Any]):
    """The names behind the numbers that acts are given."""

    teams = Named(many=True)
    topics = Named(many=True)
    people = Person(many=True)
    accounts = Account(many=True)


class Team(serializers.Serializer[Any]):
    """A role of the person."""

    role = serializers.CharField()
    team = Named(allow_null=True)


class Me(serializers.Serializer[Any]):
    """Who asks: the scopes of the token, and, where it acts as a person, that person and their roles today."""

    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    organisation = serializers.CharField(allow_null=True)
    person = Person(allow_null=True)
    roles = Team(many=True)
    expires_at = serializers.DateTimeField(allow_null=True)
