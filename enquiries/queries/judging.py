"""What rules and trust are asked with when a version is submitted, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit.models import Event
from enquiries.models import ApprovalPolicy, Message, Reply, ReplyVersion, TrustStep
from enquiries.queries.prepared import PreparedTogether
from enquiries.queries.together import Asked

TOPIC_SET, TRANSFERRED = "enquiry.topic_set", "enquiry.transferred"


@dataclass(frozen=True, kw_only=True)
class JudgingRows:
    """The newest policy, how often the message was answered, the author's steps of trust, and their moves of the enquiry.

    `steps` holds one for each topic and one for all; `left` are pairs of a ledger's verb and the number that it was before.
    Of policy and steps only what is asked for was read.
    """

    policy: ApprovalPolicy | None
    is_first_reply: bool
    arrived: int
    steps: Sequence[TrustStep]
    left: Sequence[tuple[str, int | None]]

    def step_for(self, topic_id: int | None) -> TrustStep | None:
        """Find the step that counts: the topic's own, else the one for all. None means that everything is read."""
        by_topic = {step.topic_id: step for step in self.steps}
        return by_topic.get(topic_id) or by_topic.get(None)


def judging_rows(version: ReplyVersion) -> JudgingRows:
    """Read them. Needs `reply.enquiry` and `reply.answers` loaded."""
    enquiry = version.reply.enquiry
    policies, written, arrived, steps, left = _asked(
        organisation_id=enquiry.organisation_id,
        enquiry_id=enquiry.pk,
        citizen_id=enquiry.citizen_id,
        answers_id=version.reply.answers_id,
        author_id=version.author_id,
        kind=version.content["routes"][0]["channel"],
    )
    return JudgingRows(
        policy=ApprovalPolicy(**policies[0]) if policies else None,
        is_first_reply=not written,
        arrived=len(arrived),
        steps=[TrustStep(**step) for step in steps],
        left=[(move["verb"], move["data__before"]) for move in left],
    )


@PreparedTogether
def _asked(
    *, organisation_id: int, enquiry_id: int, citizen_id: int, answers_id: int, author_id: int, kind: str
) -> list[Asked]:
    steps = TrustStep.objects.filter(user=author_id, organisation=organisation_id, kind=kind)
    written = Message.objects.filter(enquiry__citizen=citizen_id, direction=Message.Direction.OUT)
    moves = Event.objects.filter(enquiry_id=enquiry_id, verb__in=(TOPIC_SET, TRANSFERRED), actor_id=author_id)
    return [
        (
            ApprovalPolicy.objects.filter(organisation=organisation_id).order_by("-n")[:1],
            ("pk", "n", "rules", "owner_id"),
        ),
        (written[:1], ("pk",)),
        (Reply.objects.filter(answers=answers_id, state=Reply.State.POSTED), ("pk",)),
        (steps.order_by("topic_id", "-pk").distinct("topic_id"), ("pk", "topic_id", "level", "percent")),
        (moves, ("verb", "data__before")),
    ]
