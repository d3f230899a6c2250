"""The approval policy: rules as programs send and read them, its versions, what a dry run shows, and incidents."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from agents.forms.policy import MOST_RULES, MOST_WORDS
from api.shapes.fields import Body, Named, Number, OneOf, Text, YesNo
from api.shapes.messages import SIDES
from api.shapes.problems import PolicyVersion, Run
from enquiries.registry import outward_choices
from enquiries.rules.policy import Outcome, Tone

CHANNELS = outward_choices()
MOST_VALUES = 500


def _some(child: Any, *, most: int = MOST_VALUES) -> Any:
    """Describe the allowed values of a condition: at least one, or leave the condition out."""
    return serializers.ListField(child=child, required=False, min_length=1, max_length=most)


class When(Body):
    """When a rule fits: all that is named has to hold, by one of its values. Nothing named fits always."""

    channel = _some(OneOf(choices=CHANNELS))
    account = _some(Number())
    side = _some(OneOf(choices=SIDES))
    team = _some(Number(allow_null=True))
    topic = _some(Number(allow_null=True))
    agent = _some(Number())
    tone = _some(OneOf(choices=[(tone.value, tone.value) for tone in Tone]))
    incident = _some(YesNo(), most=2)
    first_reply = _some(YesNo(), most=2)
    words = _some(Text(max_length=200, is_needed=True), most=MOST_WORDS)


class Then(Body):
    """What a rule asks for: `percent` (1 to 99) with SAMPLE, and only with it."""

    outcome = OneOf(choices=[(one.value, one.value) for one in Outcome])
    percent = Number(required=False, allow_null=True, default=None, max_value=99)


class Rule(Body):
    """One rule. The first that fits decides; where none does, the author's trust."""

    name = Text(max_length=120, is_needed=True)
    when = When(required=False)
    then = Then()


class Rules(Body):
    """Rules in their order."""

    rules = serializers.ListField(child=Rule(), max_length=MOST_RULES)


class NewPolicy(Rules):
    """Rules to save: why, the newest version that was read (0 for none), and the proof that exactly they were tried."""

    note = Text(max_length=500, is_needed=True)
    seen = Number(min_value=0, max_value=2**31 - 1)
    tried = Text(max_length=300, is_needed=True, help_text="From trying them; good for an hour.")


class TopicNow(Named):
    """A topic, and since when it has an incident."""

    incident_since = serializers.DateTimeField(allow_null=True)


class Policy(serializers.Serializer[Any]):
    """The rules that count; null where nobody has made any yet and trust alone decides."""

    policy = PolicyVersion(allow_null=True)
    topics = TopicNow(many=True)


class VersionRow(serializers.Serializer[Any]):
    """A version in the list."""

    n = serializers.IntegerField()
    owner = Named()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


class VersionPage(serializers.Serializer[Any]):
    """All versions, the newest first: at most 100."""

    results = VersionRow(many=True)


class WholeVersion(serializers.Serializer[Any]):
    """One version, and what it changed in the rules as they read in words; null where that is nothing."""

    policy = PolicyVersion()
    difference = Run(many=True, allow_null=True)


class ByRule(serializers.Serializer[Any]):
    """How many replies a rule would have decided; null stands for trust, where no rule fits."""

    rule = serializers.IntegerField(allow_null=True, help_text="Its place, counted from 0.")
    replies = serializers.IntegerField()


class Otherwise(serializers.Serializer[Any]):
    """A reply that would have gone another way."""

    enquiry = serializers.CharField()
    reply = serializers.IntegerField()
    author = Named()
    persons_then = serializers.IntegerField()
    persons_now = serializers.IntegerField()
    rule = serializers.IntegerField(allow_null=True)


class Tried(serializers.Serializer[Any]):
    """What the rules would have asked for on replies that left in the last 30 days. `tried` goes along with saving."""

    replies = serializers.IntegerField()
    held_then = serializers.IntegerField()
    held_now = serializers.IntegerField()
    two_now = serializers.IntegerField(help_text="Of those, read by two.")
    by_rule = ByRule(many=True)
    changed = Otherwise(many=True)
    hidden = serializers.IntegerField(help_text="Changed ones that the caller may not see.")
    in_words = serializers.ListField(child=serializers.CharField(), help_text="Each rule as a sentence.")
    remarks = serializers.ListField(child=serializers.CharField(), help_text="What to know of them before saving.")
    tried = serializers.CharField()


class Incident(Body):
    """Whether something is wrong on the topic."""

    is_on = YesNo()
