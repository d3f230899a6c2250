"""Replies that wait, as their approvers see them, and what approvers send."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from agents.forms.approving import BY_PEOPLE
from agents.forms.writing import MOST_TEXT
from api.shapes.fields import Body, Named, Number, OneOf, Text, YesNo
from api.shapes.messages import SIDES, SaidMessage
from api.shapes.problems import Author, Find, Run, Version
from api.shapes.replies import Back, Decision
from enquiries.models import Reply
from enquiries.registry import kind_choices
from enquiries.rules.personal_data import Kind


class Accepted(Body):
    """A find of the guard that may stand where it is."""

    kind = OneOf(choices=[(kind.value, kind.value) for kind in Kind])
    key = Text(max_length=40, is_needed=True)


class Approve(Body):
    """The hash of exactly what was read, and each find of the guard that is accepted."""

    sha256 = Text(max_length=64, is_needed=True, pattern=r"^[0-9a-f]{64}\Z")
    acknowledged = serializers.ListField(child=Accepted(), required=False, max_length=200)


class Endorse(Approve):
    """The first of two words, and whom to ask for the second."""

    asked = Number(required=False, allow_null=True, default=None, help_text="A colleague's number; null for anybody.")
    words = Text(max_length=500)


class Edit(Body):
    """The changed text, and the version that it changes."""

    version = Number()
    text = Text(max_length=MOST_TEXT, is_needed=True)


class Return(Body):
    """Why it goes back, and which version was read."""

    sha256 = Text(max_length=64, is_needed=True, pattern=r"^[0-9a-f]{64}\Z")
    reason = OneOf(choices=[(reason.value, reason.label) for reason in BY_PEOPLE])
    note = Text(max_length=2000, help_text="Needed with OTHER.")
    serious = YesNo(required=False, default=False, help_text="It costs the author the trust they had on this channel.")


class WaitingRow(serializers.Serializer[Any]):
    """A reply that waits, in a list."""

    reply = serializers.IntegerField(source="pk")
    enquiry = serializers.CharField(source="enquiry.reference")
    citizen = serializers.CharField(source="enquiry.citizen.name")
    subject = serializers.CharField(source="enquiry.subject")
    channel = serializers.ChoiceField(choices=kind_choices(), source="enquiry.kind")
    side = serializers.ChoiceField(choices=SIDES)
    purpose = serializers.ChoiceField(choices=Reply.Purpose.choices)
    author = serializers.CharField(source="author_name")
    first = serializers.CharField(
        source="first_name", allow_null=True, help_text="Who approved it as the first of two."
    )
    is_asked = serializers.BooleanField(help_text="Whether the caller was asked to be the second.")
    is_own = serializers.BooleanField(help_text="Whether the caller wrote it.")
    submitted_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(source="enquiry.due_at", allow_null=True)


class WaitingPage(serializers.Serializer[Any]):
    """What waits, least of the citizen's time left first: at most 200."""

    results = WaitingRow(many=True)


class Place(serializers.Serializer[Any]):
    """One place that it goes to."""

    channel = serializers.ChoiceField(choices=kind_choices())
    account = serializers.CharField()
    recipient = serializers.CharField()


class FirstWord(serializers.Serializer[Any]):
    """The first of two people's word."""

    by = Author()
    asked = Author(allow_null=True)
    words = serializers.CharField()
    at = serializers.DateTimeField()


class Proposal(serializers.Serializer[Any]):
    """A reply with all that its approver has to see. `hindrance` says why the caller may not decide; empty if they may."""

    reply = serializers.IntegerField()
    enquiry = serializers.CharField()
    state = serializers.ChoiceField(choices=Reply.State.choices)
    purpose = serializers.ChoiceField(choices=Reply.Purpose.choices)
    side = serializers.ChoiceField(choices=SIDES)
    version = Version()
    subject = serializers.CharField()
    places = Place(many=True)
    parts = serializers.ListField(child=serializers.CharField())
    not_before = serializers.DateTimeField(allow_null=True)
    length = serializers.IntegerField()
    most = serializers.IntegerField()
    finds = Find(many=True)
    difference = Run(many=True, allow_null=True, help_text="Against what it was before; null where that is nothing.")
    before = SaidMessage(many=True)
    answers = SaidMessage()
    back = Back(allow_null=True)
    decision = Decision(allow_null=True)
    first = FirstWord(allow_null=True)
    seconds = Named(many=True)
    citizen_wrote_since = serializers.BooleanField()
    hindrance = serializers.CharField()


class Decided(serializers.Serializer[Any]):
    """What came of a decision. `leaves_at` is set once nothing but time stands before it."""

    reply = serializers.IntegerField()
    version = serializers.IntegerField()
    outcome = serializers.ChoiceField(
        choices=[(one, one.lower()) for one in ("APPROVED", "ENDORSED", "HANDED_ON", "RELEASED", "RETURNED")]
    )
    state = serializers.ChoiceField(choices=Reply.State.choices)
    leaves_at = serializers.DateTimeField(allow_null=True)
