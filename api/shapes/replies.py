"""Replies as their authors send and see them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from agents.forms.writing import MOST_TEXT
from api.shapes.fields import Body, Moment, Number, OneOf, Text, YesNo
from api.shapes.messages import SIDES
from api.shapes.problems import Author, Find, Version
from enquiries.models import PolicyDecision, Reply, ReplyReturn


class ChosenFile(Body):
    """A file that goes with a wording. `alt` says what a picture shows; null leaves it as it was put in."""

    token = Text(max_length=40, is_needed=True)
    alt = serializers.CharField(max_length=1000, required=False, allow_null=True, allow_blank=True, default=None)


class Draft(Body):
    """A wording, with what its author had before their eyes."""

    answers = Number(help_text="The number of the citizen's message. The reply goes to where that came from.")
    side = OneOf(
        choices=SIDES,
        help_text="Who will read it: that message's side, said again, or PRIVATE with PRIVATELY, which answers public "
        "words in private, once. A text never changes sides unnoticed.",
    )
    text = Text(max_length=MOST_TEXT, is_needed=True)
    version = Number(allow_null=True, help_text="The newest version that was read; null where there was none.")
    purpose = OneOf(choices=Reply.Purpose.choices, required=False, default=Reply.Purpose.ANSWER.value)
    corrects = Number(
        required=False,
        allow_null=True,
        default=None,
        help_text="With REPLACE and REMOVE: the number of our own message that is corrected or taken away.",
    )
    not_before = Moment(required=False, allow_null=True, default=None, help_text="Schedules it, at most 90 days off.")
    in_parts = YesNo(required=False, default=False, help_text="Cut it into numbered parts where it is too long.")
    files = ChosenFile(
        many=True,
        required=False,
        allow_null=True,
        default=None,
        help_text="The files that go with it; null leaves those of the wording before.",
    )
    as_quote = YesNo(
        required=False,
        default=False,
        help_text="A post of our own that quotes theirs; refused on submitting where the account's plan does not allow it.",
    )


class Submission(Body):
    """The version that is handed over."""

    version = Number()


class Look(Body):
    """A text to look at. Nothing is kept."""

    answers = Number()
    text = Text(max_length=MOST_TEXT, is_needed=True)
    purpose = OneOf(choices=Reply.Purpose.choices, required=False, default=Reply.Purpose.ANSWER.value)


class Saved(serializers.Serializer[Any]):
    """The version that was kept. Its words are those that were sent."""

    reply = serializers.IntegerField()
    version = serializers.IntegerField()
    n = serializers.IntegerField()
    sha256 = serializers.CharField()


class Decision(serializers.Serializer[Any]):
    """What the policy asked for: how many people read it first. RELEASED needs nobody."""

    outcome = serializers.ChoiceField(choices=PolicyDecision.Outcome.choices)
    persons = serializers.IntegerField()
    reason = serializers.CharField()


class HandedOver(serializers.Serializer[Any]):
    """A reply that was handed over."""

    reply = serializers.IntegerField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Reply.State.choices)
    decision = Decision(allow_null=True)
    leaves_at = serializers.DateTimeField(allow_null=True, help_text="Until then it can be called back.")


class CalledBack(serializers.Serializer[Any]):
    """A reply after it was called back."""

    reply = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Reply.State.choices)


class Back(serializers.Serializer[Any]):
    """Why a version came back. `by` is null where the citizen or the platform was the reason."""

    version = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=ReplyReturn.Reason.choices)
    note = serializers.CharField()
    serious = serializers.BooleanField()
    by = Author(allow_null=True)
    at = serializers.DateTimeField()


class Written(serializers.Serializer[Any]):
    """The reply that is under way, with its wordings, the newest first, and why it came back, the newest first."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Reply.State.choices)
    purpose = serializers.ChoiceField(choices=Reply.Purpose.choices)
    answers = serializers.IntegerField()
    side = serializers.ChoiceField(choices=SIDES)
    versions = Version(many=True)
    returns = Back(many=True)


class UnderWay(serializers.Serializer[Any]):
    """What is being written on an enquiry; null for nothing."""

    reply = Written(allow_null=True)


class Hint(serializers.Serializer[Any]):
    """Something that could be plainer. It hinders nothing."""

    kind = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    said = serializers.CharField()


class Looked(serializers.Serializer[Any]):
    """What there is to say about a text before it is kept."""

    side = serializers.ChoiceField(choices=SIDES)
    length = serializers.IntegerField(help_text="In the channel's own counting.")
    most = serializers.IntegerField()
    parts = serializers.ListField(child=serializers.CharField(), help_text="How it would be cut, where it is too long.")
    finds = Find(many=True)
    hints = Hint(many=True)


class TakeOffline(Body):
    """The public message whose citizen is invited to go on in private."""

    answers = Number()


class Invited(serializers.Serializer[Any]):
    """A live invitation, and the public words around its link that are proposed; save them with purpose POINTER."""

    link = serializers.URLField()
    until = serializers.DateTimeField()
    text = serializers.CharField()
