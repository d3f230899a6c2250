"""What no machine could finish, as programs see it and decide about it; and who stands in for a team."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.shapes.fields import Body, Moment, Named, Number, OneOf, Text, YesNo
from enquiries.models import Payload, Posting, PostingNotice
from enquiries.registry import kind_choices


class Try(serializers.Serializer[Any]):
    """One try to post it."""

    n = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField()
    detail = serializers.CharField()


class AccountRef(Named):
    """An account of ours."""

    channel = serializers.ChoiceField(choices=kind_choices(), source="kind")


class Troubled(serializers.Serializer[Any]):
    """A reply that was not accepted, or of which nobody can be sure. Only with NEEDS_PERSON is there something to decide."""

    id = serializers.IntegerField(source="pk")
    enquiry = serializers.CharField(source="reply.enquiry.reference")
    reply = serializers.IntegerField(source="reply_id")
    state = serializers.ChoiceField(choices=Posting.State.choices)
    account = AccountRef()
    part = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(source="version.text")
    fix = serializers.CharField(help_text="What a person has to do.")
    last_error = serializers.CharField()
    tries = Try(many=True, source="attempts_made.all")
    may_decide = serializers.BooleanField(help_text="Whether this is the caller's to decide, and anything is.")


class TroubledAccount(AccountRef):
    """An account that may not send, or whose pick-up keeps failing."""

    is_active = serializers.BooleanField()
    halted_reason = serializers.CharField()
    paused_until = serializers.DateTimeField(allow_null=True)
    pick_up_error = serializers.CharField(source="pick_up.last_error", default="")


class Bounced(serializers.Serializer[Any]):
    """A mail of ours that came back, and that nobody has seen to. `enquiry` is null where nobody knows which mail it was."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(choices=PostingNotice.Kind.choices)
    account = AccountRef()
    enquiry = serializers.CharField(source="posting.reply.enquiry.reference", default=None, allow_null=True)
    posting = serializers.IntegerField(source="posting_id", allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField()
    at = serializers.DateTimeField()


class Unreadable(serializers.Serializer[Any]):
    """Something that arrived, was kept, and could not be read."""

    id = serializers.IntegerField(source="pk")
    account = AccountRef()
    source = serializers.ChoiceField(choices=Payload.Source.choices)  # type: ignore[assignment]
    received_at = serializers.DateTimeField()
    size = serializers.IntegerField(help_text="In bytes.")
    error = serializers.CharField(source="last_error")


class Attention(serializers.Serializer[Any]):
    """All that waits for a person, most pressing first; of postings and payloads at most 100."""

    postings = Troubled(many=True)
    accounts = TroubledAccount(many=True)
    came_back = Bounced(many=True)
    payloads = Unreadable(many=True)


class WholePayload(Unreadable):
    """One of them with its beginning, as plain text."""

    beginning = serializers.CharField()
    is_cut = serializers.BooleanField()


class PostingDecision(Body):
    """What a supervisor saw on the platform. `external_id` is the link or number of the post, with THERE."""

    decision = OneOf(choices=[(one, one) for one in ("THERE", "AGAIN", "GIVE_UP")])
    external_id = Text(max_length=300)


class SeenTo(serializers.Serializer[Any]):
    """It is off the list."""

    id = serializers.IntegerField()


class PostingDecided(serializers.Serializer[Any]):
    """Where the posting stands now."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Posting.State.choices)


class Retried(serializers.Serializer[Any]):
    """It is read once more."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Payload.State.choices)


class StandIn(serializers.Serializer[Any]):
    """Somebody who stands in."""

    id = serializers.IntegerField(source="pk")
    user = Named()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    only_when_late = serializers.BooleanField()


class Cover(serializers.Serializer[Any]):
    """A team with who stands in for it now or later."""

    team = Named()
    is_mine = serializers.BooleanField(help_text="Whether the caller may change it.")
    substitutions = StandIn(many=True)


class CoverPage(serializers.Serializer[Any]):
    """Every team, by name."""

    results = Cover(many=True)


class NewStandIn(Body):
    """Who stands in for which team: standing for late approvals, or for everything until an end."""

    team = Number()
    user = Number()
    only_when_late = YesNo()
    starts_at = Moment(required=False, allow_null=True, default=None, help_text="From now on where it is left out.")
    ends_at = Moment(required=False, allow_null=True, default=None, help_text="Needed unless `only_when_late`.")


class Ended(serializers.Serializer[Any]):
    """The number of what is over."""

    id = serializers.IntegerField()
