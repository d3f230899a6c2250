"""The after-checks as the desk shows them: what somebody may look at, their learners first, and what came back to an author."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from agents.access import Person, rights_of, visible_to
from agents.models import Membership, Role, User
from enquiries.models import ReplyReturn, ReplyVersion, Review
from enquiries.services.approving.reviewing import may_review

MOST_WAITING = 100
MOST_OWN = 30
MOST_RETURNS = 20


def reviews_to_do(user: User) -> QuerySet[Review]:
    """Keep the reviews somebody may do, those of their learners first, then the longest waiting.

    A supervisor does those of the team (of any team, for an enquiry that has none), a buddy those of the learner; nobody
    looks at a reply of which they wrote a version. Each has `is_learners`.
    """
    roles = Membership.objects.filter(user=user, role=Role.SUPERVISOR).values_list("organisation_id", "team_id")
    held = list(roles)
    enquiry = "version__reply__enquiry__"
    supervised = Q(**{f"{enquiry}team_id__in": [team for _organisation, team in held]}) | Q(
        **{f"{enquiry}team_id__isnull": True, f"{enquiry}organisation_id__in": [one for one, _team in held]}
    )
    learners = Q(author__buddy_pair__buddy=user, **{f"{enquiry}organisation_id__in": rights_of(user).organisations})
    own = ReplyVersion.objects.filter(reply=OuterRef("version__reply"), author=user)
    return (
        Review.objects.filter(supervised | learners, ~Exists(own), done_at__isnull=True)
        .annotate(is_learners=Exists(User.objects.filter(pk=OuterRef("author"), buddy_pair__buddy=user)))
        .select_related(
            "author", "version__reply__enquiry__topic", "version__reply__enquiry__team", "version__reply__answers"
        )
        .order_by("-is_learners", "asked_at", "pk")
    )


def review_for(user: Person, review_id: int) -> Review:
    """Fetch a review with its reply and the message that was answered.

    Raises Http404 for a stranger, PermissionDenied for colleagues who see the enquiry but do not look at its replies.
    """
    whole = Review.objects.select_related(
        "author",
        "reviewer",
        "version__reply__enquiry__organisation",
        "version__reply__enquiry__citizen",
        "version__reply__enquiry__topic",
        "version__reply__enquiry__team",
        "version__reply__answers__author",
        "version__reply__answers__account",
        "version__reply__satisfaction__note",
    )
    review = whole.filter(pk=review_id).first()
    if review is None:
        raise Http404
    if may_review(user_id=user.pk or 0, version=review.version):
        return review
    if visible_to(user).filter(pk=review.version.reply.enquiry_id).exists():
        raise PermissionDenied(_("Only the author’s buddy or a supervisor of the team looks at this reply."))
    raise Http404


def reviews_of(author: User) -> list[Review]:
    """List what came of the looks at somebody's replies, the unread first, then the newest."""
    done = Review.objects.filter(author=author, done_at__isnull=False)
    whole = done.select_related("reviewer", "version__reply__enquiry")
    return sorted(whole.order_by("-done_at")[:MOST_OWN], key=lambda review: review.read_at is not None)


def returns_of(author: User) -> list[ReplyReturn]:
    """List what somebody else sent back to its author, the newest first."""
    theirs = ReplyReturn.objects.filter(version__author=author, returned_by__isnull=False).exclude(returned_by=author)
    return list(theirs.select_related("version__reply__enquiry", "returned_by").order_by("-pk")[:MOST_RETURNS])
