"""Trust and after-checks: who stands where with which figures, a supervisor's word about it, and the review sheet."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.shapes.fields import Body, Named, Number, OneOf, Text
from api.shapes.messages import SaidMessage
from api.shapes.problems import Author, Find, Version
from api.shapes.replies import Back
from enquiries.models import Review, TrustStep
from enquiries.registry import kind_choices
from enquiries.rules.review import HIGHEST, LOWEST, SHEET

ISO_DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z"


class Figures(serializers.Serializer[Any]):
    """What somebody's replies show since their last step. Null where there is nothing to tell yet."""

    first_on = serializers.DateField(allow_null=True)
    level_since = serializers.DateField(allow_null=True)
    submitted = serializers.IntegerField()
    approved = serializers.IntegerField(help_text="Read by a person and let go.")
    unchanged = serializers.IntegerField(help_text="Of those, neither returned nor edited.")
    edited = serializers.IntegerField()
    returned = serializers.IntegerField()
    released = serializers.IntegerField(help_text="Left unread.")
    answered = serializers.IntegerField()
    reopened = serializers.IntegerField(help_text="Answers after which the citizen wrote again within a week.")
    reviews = serializers.IntegerField()
    marks = serializers.FloatField(allow_null=True, help_text="The average of the review sheets, 1 to 5.")
    serious = serializers.IntegerField()
    last_serious_on = serializers.DateField(allow_null=True)
    said = serializers.IntegerField(help_text="Answers of which the citizen said whether they helped.")
    helped = serializers.IntegerField()


class Proposed(serializers.Serializer[Any]):
    """A step that the figures speak for, with the reasons."""

    level = serializers.ChoiceField(choices=TrustStep.Level.choices)
    percent = serializers.IntegerField()
    reasons = serializers.ListField(child=serializers.CharField())


class RungRow(serializers.Serializer[Any]):
    """Where somebody stands on a channel, or on one topic there. `seen` goes along with a decision."""

    channel = serializers.ChoiceField(choices=kind_choices())
    topic = Named(allow_null=True)
    level = serializers.ChoiceField(choices=TrustStep.Level.choices)
    percent = serializers.IntegerField(help_text="How many of 100 are read before they leave.")
    seen = serializers.IntegerField(help_text="The newest step; 0 before the first.")
    review_on = serializers.DateField(allow_null=True)
    figures = Figures()
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="What the next step still asks for, in sentences."
    )
    proposed = Proposed(allow_null=True)


class OnBoard(serializers.Serializer[Any]):
    """One person on the board."""

    person = Named()
    buddy = Named(allow_null=True, help_text="Who reads along with them.")
    rungs = RungRow(many=True)


class Board(serializers.Serializer[Any]):
    """Everybody who writes replies, by name."""

    people = OnBoard(many=True)


class Step(serializers.Serializer[Any]):
    """A step that was taken. Nobody decided where the machine took trust back."""

    id = serializers.IntegerField(source="pk")
    level = serializers.ChoiceField(choices=TrustStep.Level.choices)
    percent = serializers.IntegerField()
    reason = serializers.CharField()
    by = Named(allow_null=True, source="decided_by")
    at = serializers.DateTimeField(source="decided_at")
    review_on = serializers.DateField(allow_null=True)


class WholeRung(serializers.Serializer[Any]):
    """One rung of one person. `hindrance` says why the caller may not decide about it; empty if they may."""

    person = Named()
    rung = RungRow()
    steps = Step(many=True)
    hindrance = serializers.CharField()


class CameBack(serializers.Serializer[Any]):
    """What came of a look at one of one's own replies."""

    id = serializers.IntegerField(source="pk")
    enquiry = serializers.CharField(source="version.reply.enquiry.reference")
    kind = serializers.ChoiceField(choices=Review.Kind.choices)
    reviewer = Named(allow_null=True)
    verdict = serializers.ChoiceField(choices=Review.Verdict.choices)
    marks = serializers.DictField(child=serializers.IntegerField())
    note = serializers.CharField()
    done_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class Mine(serializers.Serializer[Any]):
    """One's own levels, what is missing, and what came back."""

    buddy = Named(allow_null=True)
    rungs = RungRow(many=True)
    reviews = CameBack(many=True)
    returns = Back(many=True)


class OnTopic(Body):
    """Which topic is meant: null for all that have no level of their own."""

    topic = Number(required=False, allow_null=True, default=None)


class GiveStep(OnTopic):
    """The proposed level, and the newest step that was read with the figures."""

    seen = Number(min_value=0)
    level = OneOf(choices=TrustStep.Level.choices)


class NotYet(OnTopic):
    """Why it stays as it is, and the day on which it is looked at again. The colleague reads the reason."""

    seen = Number(min_value=0)
    reason = Text(max_length=500, is_needed=True)
    review_on = Text(max_length=10, is_needed=True, pattern=ISO_DAY)


class SetApart(Body):
    """A topic that gets a level of its own, from the bottom, and why."""

    topic = Number()
    reason = Text(max_length=500, is_needed=True)


class TakeBack(Body):
    """Why all trust on the channel ends now."""

    reason = Text(max_length=500, is_needed=True)


class ReviewRow(serializers.Serializer[Any]):
    """A reply that has left and waits for a look."""

    id = serializers.IntegerField(source="pk")
    enquiry = serializers.CharField(source="version.reply.enquiry.reference")
    subject = serializers.CharField(source="version.reply.enquiry.subject")
    kind = serializers.ChoiceField(choices=Review.Kind.choices)
    author = Named()
    asked_at = serializers.DateTimeField()
    is_learners = serializers.BooleanField(help_text="Whether the caller reads along with this author.")


class ReviewPage(serializers.Serializer[Any]):
    """What waits: one's learners first, then the longest waiting. At most 100."""

    results = ReviewRow(many=True)


class PointOfSheet(serializers.Serializer[Any]):
    """A point of the review sheet."""

    name = serializers.CharField()
    question = serializers.CharField()


class WholeReview(serializers.Serializer[Any]):
    """A reply that has left, with what it answered, what the guard marks in it, and the sheet."""

    id = serializers.IntegerField()
    enquiry = serializers.CharField()
    kind = serializers.ChoiceField(choices=Review.Kind.choices)
    author = Author()
    asked_at = serializers.DateTimeField()
    answers = SaidMessage()
    version = Version()
    finds = Find(many=True)
    sheet = PointOfSheet(many=True)
    verdict = serializers.CharField(help_text="Empty while nobody has looked.")
    marks = serializers.DictField(child=serializers.IntegerField())
    note = serializers.CharField()
    done_at = serializers.DateTimeField(allow_null=True)


class Marks(Body):
    """A mark from 1 (poor) to 5 (excellent) for each point of the sheet."""

    def get_fields(self) -> dict[str, Any]:
        """Make a field of each point."""
        return {point.name: Number(min_value=LOWEST, max_value=HIGHEST, help_text=point.question) for point in SHEET}


class Sheet(Body):
    """What came of the look. `note` is needed unless all was good; SERIOUS takes the author's trust back at once."""

    verdict = OneOf(choices=Review.Verdict.choices)
    marks = Marks()
    note = Text(max_length=5000)


class Reviewed(serializers.Serializer[Any]):
    """A look that was kept."""

    id = serializers.IntegerField()
    verdict = serializers.CharField()
    done_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)


class Pair(Body):
    """Who reads along with whom; without a buddy the pair ends."""

    agent = Number()
    buddy = Number(allow_null=True)


class Paired(serializers.Serializer[Any]):
    """The pair as it is now."""

    agent = Named()
    buddy = Named(allow_null=True)
