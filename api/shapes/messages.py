"""What was said, as programs see it: the words, who sent them, and what became of them where they stand."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.said import NOT_CHECKED
from enquiries.contract import Side
from enquiries.models import Message, MessageChange, PlatformChange
from enquiries.models.enquiry import SenderTrust
from enquiries.registry import kind_choices

SIDES = [(side.value, side.value.title()) for side in Side]
TRUST = [*SenderTrust.choices, (NOT_CHECKED, "No gateway of ours has looked")]
GONE_BECAUSE = [
    ("DELETED_THERE", "Deleted where it was posted, by its author or the platform"),
    ("TAKEN_DOWN", "Taken down there by us"),
    ("REMOVED", "Removed here: its author asked to be forgotten"),
]


class FileFacts(serializers.Serializer[Any]):
    """A file that came with a message; its content stays at the desk."""

    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()


class EarlierWording(serializers.Serializer[Any]):
    """What a post said before it was changed."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    written_at = serializers.DateTimeField()


class WordsGone(serializers.Serializer[Any]):
    """Why a message has no words any more. The record of the enquiry stays."""

    at = serializers.DateTimeField()
    why = serializers.ChoiceField(choices=GONE_BECAUSE)


class BecameThere(serializers.Serializer[Any]):
    """What a platform told of a post. The names are of the two colleagues who had it done; empty where it was not us."""

    became = serializers.ChoiceField(choices=PlatformChange.Kind.choices, source="kind")
    at = serializers.DateTimeField()
    asked_by = serializers.CharField()
    decided_by = serializers.CharField()


class CorrectedThere(serializers.Serializer[Any]):
    """A post of ours that we replaced or removed where it stands. `text` is what it says since; empty once removed."""

    change = serializers.ChoiceField(choices=MessageChange.Kind.choices, source="kind")
    text = serializers.CharField()
    at = serializers.DateTimeField(source="changed_at")


class SaidMessage(serializers.Serializer[Any]):
    """Words that arrived or left, with all that the desk shows at them. Drafts are neither."""

    id = serializers.IntegerField(source="message.pk")
    enquiry = serializers.CharField(
        source="message.enquiry.reference", help_text="Its own; another where it was merged."
    )
    direction = serializers.ChoiceField(choices=Message.Direction.choices, source="message.direction")
    channel = serializers.ChoiceField(choices=kind_choices(), source="message.account.kind")
    side = serializers.ChoiceField(choices=SIDES, source="message.side")
    author = serializers.CharField(allow_null=True, source="message.author.name", default=None)
    subject = serializers.CharField(source="message.subject")
    text = serializers.CharField(source="message.text", help_text="As it arrived or left; empty once it is blanked.")
    language = serializers.CharField(
        help_text="Two or three letters, told from the words; empty where they are too few."
    )
    permalink = serializers.CharField(source="message.permalink")
    automatic = serializers.BooleanField(source="message.automatic")
    by_hand = serializers.BooleanField(
        source="is_by_hand", help_text="Whether it is ours, written on the platform itself."
    )
    by_invitation = serializers.BooleanField(
        source="message.is_by_invitation",
        help_text="Whether it came through a link that stood in public: nobody has proved who wrote it.",
    )
    sender_trust = serializers.ChoiceField(
        choices=TRUST, allow_null=True, help_text="What our own mail gateway found; null for what is no mail."
    )
    occurred_at = serializers.DateTimeField(source="message.occurred_at")
    written_at = serializers.DateTimeField(help_text="When these words were written: later where it was edited.")
    replaced_by = serializers.IntegerField(
        allow_null=True, help_text="The message with the newest words of the same post; null where this is it."
    )
    earlier = EarlierWording(
        many=True, help_text="What the post said before, the newest first; told at its newest words."
    )
    blanked = WordsGone(allow_null=True, help_text="Null while there are words.")
    on_platform = serializers.ChoiceField(
        choices=PlatformChange.Kind.choices,
        allow_null=True,
        help_text="How it stands there as far as the platform has told us; null for what stands nowhere but here.",
    )
    became = BecameThere(many=True, help_text="What the platform told of it, the oldest first.")
    corrections = CorrectedThere(many=True, help_text="What we changed of a post of ours, the oldest first.")
    files = FileFacts(many=True, source="message.attachments.all")
