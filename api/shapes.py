"""The shapes of what programs send and get: the source of the OpenAPI description, and of the checks on what is sent."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from citizens.channel import MOST_CHARACTERS
from citizens.submission import ADDRESS
from enquiries.contract import Side
from enquiries.models import ChannelKind, Enquiry, Message
from enquiries.rules.text import clean


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


class NewEnquiry(serializers.Serializer[Any]):
    """What a citizen says through an organisation's own site or app."""

    text = serializers.CharField(max_length=MOST_CHARACTERS, help_text="What happened, in the citizen's words.")
    topic = serializers.CharField(
        max_length=100,
        required=False,
        default="",
        allow_blank=True,
        help_text="The name of a topic of the public form.",
    )
    name = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    email = serializers.EmailField(
        max_length=254, required=False, default="", allow_blank=True, help_text="Where the answer goes as well."
    )
    language = serializers.RegexField(r"^[a-z]{2}$", required=False, default="", allow_blank=True)

    def to_internal_value(self, data: Any) -> Any:
        """Refuse fields that do not exist: a typing mistake must not lose what a citizen said."""
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            # A name is told back as it could be sent: JSON can spell characters that no answer can hold.
            names = (clean(name)[:100] for name in unknown[:20])
            raise serializers.ValidationError({name: [_("There is no such field.")] for name in names})
        return super().to_internal_value(data)

    def validate_email(self, value: str) -> str:
        """Take only addresses that a mail can be sent to."""
        if value and not ADDRESS.fullmatch(value):
            raise serializers.ValidationError(_("This is not a mail address."))
        return value


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
    channel = serializers.ChoiceField(choices=ChannelKind.choices, source="kind")
    side = serializers.ChoiceField(choices=[(side.value, side.value.title()) for side in Side])
    state = serializers.ChoiceField(choices=Enquiry.State.choices)
    subject = serializers.CharField()
    topic = serializers.CharField(allow_null=True, source="topic.name", default=None)
    team = serializers.CharField(allow_null=True, source="team.name", default=None)
    assignee = serializers.CharField(allow_null=True, source="assignee.email", default=None)
    citizen = serializers.CharField(source="citizen.name")
    opened_at = serializers.DateTimeField()
    last_inbound_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)


class EnquiryPage(serializers.Serializer[Any]):
    """Some enquiries, the newest first, and where to go on."""

    results = EnquiryRow(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next ones.")


class FileFacts(serializers.Serializer[Any]):
    """A file that came with a message; its content stays at the desk."""

    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()


class SaidMessage(serializers.Serializer[Any]):
    """Words that arrived or left. Drafts are neither."""

    direction = serializers.ChoiceField(choices=Message.Direction.choices)
    channel = serializers.ChoiceField(choices=ChannelKind.choices, source="account.kind")
    side = serializers.ChoiceField(choices=[(side.value, side.value.title()) for side in Side])
    author = serializers.CharField(allow_null=True, source="author.name", default=None)
    subject = serializers.CharField()
    text = serializers.CharField()
    permalink = serializers.CharField()
    automatic = serializers.BooleanField()
    occurred_at = serializers.DateTimeField()
    files = FileFacts(many=True, source="attachments.all")


class WholeEnquiry(EnquiryRow):
    """An enquiry with everything that was said."""

    messages = SaidMessage(many=True, source="said")


class Filters(serializers.Serializer[Any]):
    """What a list may be narrowed to. Values are of fixed lists: nothing of them reaches a query as text."""

    channel = serializers.ChoiceField(choices=ChannelKind.choices, required=False)
    state = serializers.ChoiceField(choices=Enquiry.State.choices, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=50, required=False)
    cursor = serializers.CharField(max_length=40, required=False)


class Fault(serializers.Serializer[Any]):
    """One field that was refused, and why."""

    field = serializers.CharField()
    message = serializers.CharField()
    code = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = Fault(many=True, required=False)  # type: ignore[assignment]
