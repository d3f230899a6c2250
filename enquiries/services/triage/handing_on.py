"""What becomes of a reply that waits for approval when its enquiry goes to another team: never silently another's to approve.

It goes on waiting, for the new team, where its author works for that team too; else it goes back, to be submitted by
somebody of the new team. Nothing that was written is lost either way, and the ledger keeps where it came from. Another topic
leaves it where it waits, and the rules for that topic count as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from enquiries.models import Enquiry, Reply, ReplyReturn, ReplyVersion, Team
from enquiries.queries.sight import sight_at
from enquiries.services.approving.escalating import escalation_of
from enquiries.services.approving.policies import decide_again
from enquiries.services.moves import move
from enquiries.services.replies.reading import newest_version, note
from enquiries.services.replies.stopping import write_return


@dataclass(frozen=True, kw_only=True)
class Waits:
    """A reply that waits for approval: whose it is, for which team, and for which (None: no team) it would go on waiting."""

    author: str
    team_id: int | None
    stays_in: frozenset[int | None]


@dataclass(frozen=True, kw_only=True)
class HandedOn:
    """What became of a reply that waited: whose it is, and whether it goes on waiting."""

    author: str
    stays: bool


def what_waits(enquiry: Enquiry, teams: Iterable[Team], *, now: datetime) -> Waits | None:
    """Say, before an enquiry is moved, what would become of a reply that waits here. None where none does."""
    reply = Reply.objects.filter(enquiry=enquiry, state=Reply.State.SUBMITTED).first()
    if reply is None:
        return None
    author = newest_version(reply).author
    sight = sight_at(author.pk, now=now)
    places = [None, *(team.pk for team in teams)]
    stays_in = frozenset(one for one in places if sight.works_for(enquiry.organisation_id, one))
    return Waits(author=str(author), team_id=enquiry.team_id, stays_in=stays_in)


def hand_on(enquiry: Enquiry, *, before: Team | None, by_id: int, now: datetime) -> HandedOn | None:
    """Settle a reply that waits, after its enquiry went to its team from `before`. Call with the enquiry held."""
    version = _waiting(enquiry)
    if version is None:
        return None
    reply = version.reply
    stays = sight_at(version.author_id, now=now).works_for(enquiry.organisation_id, enquiry.team_id)
    data = {"n": version.n, "team_before": before.pk if before else None, "team": enquiry.team_id, "stays": stays}
    note("reply.went_along", reply, now, by_id, data)
    if stays:
        Reply.objects.filter(pk=reply.pk).update(escalate_at=escalation_of(enquiry, now=now), escalated_at=None)
        decide_again(version, now=now)
    else:
        move(reply, "return", submitted_at=None, escalate_at=None, escalated_at=None)
        move(enquiry, "return")
        write_return(reply, ReplyReturn.Reason.TRANSFERRED, now, words=_words(enquiry, before))
    return HandedOn(author=str(version.author), stays=stays)


def judge_anew(enquiry: Enquiry, *, now: datetime) -> None:
    """Ask the policy about a reply that waits, after its enquiry got another topic. Call with the enquiry held."""
    version = _waiting(enquiry) if enquiry.state == Enquiry.State.AWAITING_APPROVAL else None
    if version is not None:
        decide_again(version, now=now)


def _waiting(enquiry: Enquiry) -> ReplyVersion | None:
    held = Reply.objects.select_for_update(of=("self",)).filter(enquiry=enquiry, state=Reply.State.SUBMITTED)
    reply = held.select_related("answers").first()
    if reply is None:
        return None
    reply.enquiry = enquiry
    version = newest_version(reply)
    version.reply = reply
    return version


def _words(enquiry: Enquiry, before: Team | None) -> str:
    words = _("It waited for %(before)s when the enquiry went to %(team)s. Read it there, then submit it again.")
    nobody = _("everybody")
    return words % {"before": before or nobody, "team": enquiry.team or nobody}
