"""Enquiries as programs send and see them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.shapes.fields import Body, Text
from api.shapes.messages import SIDES, SaidMessage
from citizens.channel import MOST_CHARACTERS
from enquiries.models import Enquiry
from enquiries.registry import kind_choices

NOT_IN_ADDRESSES = r'\s@<>,;:"()\[\]\\\x00-\x1f\x7f'
MAIL = rf"^([^{NOT_IN_ADDRESSES}]{{1,64}}@[^{NOT_IN_ADDRESSES}]{{1,189}})?\Z"
"""What `citizens.submission.ADDRESS` takes, written as every reader of the description understands it."""


class Standing(serializers.ChoiceField):
    """Where an enquiry stands, coarse enough for the public."""

    CHOICES = (
        ("RECEIVED", "received"),
        ("IN_PROGRESS", "in progress"),
        ("ANSWERED", "answered"),
        ("CLOSED", "closed"),
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=self.CHOICES, **options)


class NewEnquiry(Body):
    """What a citizen says through an organisation's own site or app."""

    text = Text(max_length=MOST_CHARACTERS, is_needed=True, help_text="What happened, in the citizen's words.")
    topic = Text(max_length=100, help_text="The name of a topic of the public form.")
    name = Text(max_length=200)
    email = Text(max_length=254, help_text="Where the answer goes as well.", pattern=MAIL)
    language = Text(max_length=2, pattern=r"^([a-z]{2})?\Z", help_text="Two letters (ISO 639-1).")


class PublicStatus(serializers.Serializer[Any]):
    """What the public may know of an enquiry: no words of anybody."""

    reference = serializers.CharField()
    standing = Standing()
    words = serializers.CharField(help_text="The same in words, in the language asked for by Accept-Language.")
    promised_at = serializers.DateTimeField(allow_null=True, help_text="By when we promised an answer.")
    is_late = serializers.BooleanField(help_text="Whether that promise is broken.")


class Submitted(PublicStatus):
    """The answer to a new enquiry. The link opens it to whoever holds it: hand it to the citizen and keep no copy."""

    follow_url = serializers.URLField()


class Kept(serializers.Serializer[Any]):
    """The answer to a new enquiry that is kept but not read yet. Send the same request again for the reference."""

    detail = serializers.CharField()


class EnquiryRow(serializers.Serializer[Any]):
    """An enquiry in a list."""

    reference = serializers.CharField()
    channel = serializers.ChoiceField(choices=kind_choices(), source="kind")
    side = serializers.ChoiceField(choices=SIDES)
    state = serializers.ChoiceField(choices=Enquiry.State.choices)
    subject = serializers.CharField()
    topic = serializers.CharField(allow_null=True, source="topic.name", default=None)
    team = serializers.CharField(allow_null=True, source="team.name", default=None)
    assignee = serializers.CharField(allow_null=True, source="assignee.email", default=None)
    citizen = serializers.CharField(source="citizen.name")
    language = serializers.CharField()
    priority = serializers.ChoiceField(choices=Enquiry.Priority.choices)
    opened_at = serializers.DateTimeField()
    last_inbound_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="By when we promised an answer.")
    claimed_until = serializers.DateTimeField(allow_null=True, help_text="Until then only the assignee may submit.")
    waiting_until = serializers.DateTimeField(allow_null=True, help_text="When one that waits wakes.")


class Ignored(serializers.Serializer[Any]):
    """Something in the query that no filter knows. It narrowed nothing."""

    name = serializers.CharField()
    value = serializers.CharField()


class EnquiryPage(serializers.Serializer[Any]):
    """Some enquiries, and where to go on."""

    results = EnquiryRow(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next ones.")
    ignored = Ignored(many=True)


class Happened(serializers.Serializer[Any]):
    """One thing that was done with the enquiry."""

    at = serializers.DateTimeField()
    what = serializers.CharField()
    about = serializers.CharField()
    actor = serializers.CharField(help_text="Empty for the machine.")


class WholeEnquiry(EnquiryRow):
    """An enquiry with everything that was said, in it and in those merged into it."""

    stamp = serializers.IntegerField(help_text="Send it with an act to be told when others were faster.")
    merged_into = serializers.CharField(allow_null=True, help_text="The reference of the one it stands behind.")
    merged = serializers.ListField(child=serializers.CharField(), help_text="References of those behind it.")
    linked = serializers.ListField(child=serializers.CharField(), help_text="References of what belongs to it.")
    messages = SaidMessage(many=True, source="said")


class HistoryPage(serializers.Serializer[Any]):
    """What happened to an enquiry, the newest first."""

    results = Happened(many=True)
