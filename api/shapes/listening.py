"""What was overheard, who listens, what stands around an enquiry, and what is asked about words, as programs see it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.shapes.attention import AccountRef
from api.shapes.fields import Body, Named, Number, OneOf, Text, YesNo
from enquiries.models import Moderation, Monitor, Overheard
from enquiries.services.platforms.listening import OFTENEST, SELDOMEST, as_seen


class HeardBy(serializers.Serializer[Any]):
    """Who wrote it."""

    name = serializers.CharField(default="")
    handle = serializers.CharField(default="")


class HeardPost(serializers.Serializer[Any]):
    """A public post that nobody addressed to us. `hindrance` says why it cannot be answered from here."""

    id = serializers.IntegerField(source="pk")
    account = AccountRef()
    monitor = Named()
    author = HeardBy()
    text = serializers.CharField()
    permalink = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    found_at = serializers.DateTimeField()
    answerable = serializers.BooleanField()
    hindrance = serializers.CharField()
    state = serializers.ChoiceField(choices=Overheard.State.choices)
    decided_by = Named(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class HeardPage(serializers.Serializer[Any]):
    """A page of them, the newest first. `next` is the cursor of the next page, null on the last."""

    results = HeardPost(many=True)
    next = serializers.CharField(allow_null=True)


class LeftAlone(serializers.Serializer[Any]):
    """It is off the list of new ones."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Overheard.State.choices)


class OneMonitor(serializers.Serializer[Any]):
    """Words that an account listens for."""

    id = serializers.IntegerField(source="pk")
    account = AccountRef()
    name = serializers.CharField()
    query = serializers.CharField()
    every_seconds = serializers.IntegerField()
    is_active = serializers.BooleanField()
    seen = serializers.SerializerMethodField(help_text="Send it with a change to be told when a colleague was faster.")
    succeeded_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField()

    def get_seen(self, monitor: Monitor) -> str:
        """Name how it stands."""
        return as_seen(monitor)


class Monitors(serializers.Serializer[Any]):
    """Who listens for what."""

    results = OneMonitor(many=True)


class NewMonitor(Body):
    """What to listen for, on which account, how often."""

    account = Number()
    name = Text(max_length=100, is_needed=True)
    query = Text(max_length=512, is_needed=True)
    every_seconds = Number(min_value=OFTENEST, max_value=SELDOMEST, required=False, default=900)


class ChangedMonitor(Body):
    """What it is to listen for from now on, and the `seen` of the monitor that was read."""

    name = Text(max_length=100, is_needed=True)
    query = Text(max_length=512, is_needed=True)
    every_seconds = Number(min_value=OFTENEST, max_value=SELDOMEST)
    seen = Text(max_length=16, is_needed=True)


class AroundPost(serializers.Serializer[Any]):
    """A post around the citizen's. It is read, never answered from here."""

    author = serializers.CharField(source="author_name")
    handle = serializers.CharField(source="author_handle")
    is_ours = serializers.BooleanField()
    text = serializers.CharField()
    permalink = serializers.CharField()
    occurred_at = serializers.DateTimeField()


class Around(serializers.Serializer[Any]):
    """What was said around an enquiry, oldest first. Others' words are kept for a day; ask again after that."""

    posts = AroundPost(many=True)
    is_coming = serializers.BooleanField(help_text="Whether it is being fetched.")
    trouble = serializers.CharField(help_text="Why it could not be fetched; else empty.")
    read_at = serializers.DateTimeField(allow_null=True)


class AskedFor(serializers.Serializer[Any]):
    """Something that was asked about a citizen's words in public."""

    id = serializers.IntegerField(source="pk")
    enquiry = serializers.CharField(source="message.enquiry.reference")
    message = serializers.IntegerField(source="message_id")
    text = serializers.CharField(source="message.text")
    act = serializers.ChoiceField(choices=Moderation.Act.choices)
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=Moderation.State.choices)
    asked_by = Named()
    asked_at = serializers.DateTimeField()
    decided_by = Named(allow_null=True)
    detail = serializers.CharField()


class AskedPage(serializers.Serializer[Any]):
    """What waits for a second person, and what was decided and is not done."""

    waiting = AskedFor(many=True)
    in_trouble = AskedFor(many=True)


class Ask(Body):
    """What is to be done, and why: whoever decides reads it, and it is kept."""

    act = OneOf(choices=Moderation.Act.choices)
    reason = Text(max_length=300, is_needed=True)


class ModerationDecision(Body):
    """The second person's decision. `words` are for whoever asked, where it is declined."""

    agrees = YesNo()
    words = Text(max_length=300)


class ModerationStands(serializers.Serializer[Any]):
    """Where it stands now."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Moderation.State.choices)
