"""What the approval page stands on: the proposal with its finds marked, who may be asked, and why somebody may not decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agents import facts
from agents.access import Person, may_supervise
from agents.approving.changes import Run, changes
from agents.finds import Piece, marked
from agents.forms.approving import BY_PEOPLE, DecisionForm
from agents.models import Membership, Role, User
from agents.writing.composing import Measure, measure
from enquiries.models import Message, Reply, ReplyVersion
from enquiries.queries.approvals import Proposal, proposal_of
from enquiries.queries.family import of_family
from enquiries.queries.said import Said, said_alone
from enquiries.rules.personal_data import Find
from enquiries.services.replies import guarding

CONTEXT_MESSAGES = 6


@dataclass(frozen=True, kw_only=True)
class Case:
    """One reply with all that its approver has to see. `hindrance` says why this person may not decide; empty if they may."""

    proposal: Proposal
    finds: Sequence[Find]
    pieces: Sequence[Piece]
    changes: Sequence[Run] | None
    measure: Measure
    before: Sequence[Message]
    seconds: Sequence[User]
    hindrance: str
    answered: Said
    """The message that is answered, as the thread shows it."""

    @property
    def waits_for_second(self) -> bool:
        """Whether the policy asks for two, and this would be the first."""
        decision = self.proposal.decision
        return decision is not None and decision.persons > 1 and not self.proposal.is_second


def case_of(reply: Reply, user: Person) -> Case:
    """Read everything about one reply. Needs it as `access.reply_for` gives it."""
    proposal = proposal_of(reply)
    version = proposal.version
    version.reply = reply
    finds = guarding.finds_for(version)
    compared = proposal.standing if proposal.standing and not proposal.compared else proposal.compared
    hindrance = hindrance_of(proposal, user)
    return Case(
        proposal=proposal,
        finds=finds,
        pieces=marked(version.text, finds) if finds else [],
        changes=changes(compared.text, version.text) if compared and compared.text != version.text else None,
        measure=measure(reply.answers, version.text, purpose=reply.purpose),
        before=_said_before(reply),
        seconds=[] if hindrance else _may_be_second(proposal, user),
        hindrance=hindrance,
        answered=said_alone(reply.answers),
    )


def context_of(case: Case, reply: Reply, *, form: DecisionForm, now: Any) -> dict[str, Any]:
    """Give what `desk/_proposal.html` needs besides the frame."""
    return {
        "case": case,
        "proposal": case.proposal,
        "reply": reply,
        "enquiry": reply.enquiry,
        "changes": case.changes,
        "measure": case.measure,
        "promise": facts.promise_of(reply.enquiry, now=now),
        "reasons": [{"value": reason.value, "label": reason.label} for reason in BY_PEOPLE],
        "form": form,
        "accepted": _accepted(form, case),
        "hindrance": case.hindrance,
    }


def _accepted(form: DecisionForm, case: Case) -> set[tuple[str, str]]:
    """Keep the ticks of a form that came back, unless it was about another wording: that one has to be looked at anew."""
    if not form.is_bound or form.data.get("sha256") != case.proposal.sha256:
        return set()
    return form.acknowledged


@dataclass(frozen=True, kw_only=True)
class Stale:
    """What somebody had read when they decided, and how the wording that counts now differs from it."""

    seen: ReplyVersion
    runs: Sequence[Run]


def stale_of(case: Case, seen_sha256: str) -> Stale | None:
    """Find the wording that a form was about, where another one counts by now. None where it still counts, or never was."""
    if seen_sha256 in ("", case.proposal.sha256):
        return None
    versions = case.proposal.reply.versions.select_related("author")
    seen = versions.filter(content_sha256=bytes.fromhex(seen_sha256)).order_by("-n").first()
    return Stale(seen=seen, runs=changes(seen.text, case.proposal.version.text)) if seen else None


def hindrance_of(proposal: Proposal, user: Person) -> str:
    """Say why this person cannot decide about this reply; empty when they can."""
    reply = proposal.reply
    if reply.state != Reply.State.SUBMITTED:
        return _("This reply is not waiting for approval any more.")
    if user.pk in proposal.authors:
        return _("You wrote part of this reply, so another supervisor has to approve it.")
    if not may_supervise(user, reply.enquiry, is_late=reply.escalated_at is not None):
        return _("Only a supervisor of the team can approve or return a reply.")
    if proposal.endorsement and proposal.endorsement.by_id == user.pk:
        return _("You were the first to approve this. It waits for a second person.")
    return ""


def _said_before(reply: Reply) -> list[Message]:
    """List what was said before the message that is answered, oldest first."""
    others = (
        Message.objects.filter(of_family(reply.enquiry))
        .exclude(pk=reply.answers_id)
        .select_related("author", "account")
    )
    if reply.answers.root_id:  # its other wordings stand under it
        others = others.exclude(root_id=reply.answers.root_id)
    return list(reversed(others.order_by("-occurred_at", "-pk")[:CONTEXT_MESSAGES]))


def _may_be_second(proposal: Proposal, user: Person) -> list[User]:
    enquiry = proposal.reply.enquiry
    roles = Membership.objects.filter(organisation_id=enquiry.organisation_id, role=Role.SUPERVISOR)
    if enquiry.team_id:
        roles = roles.filter(team_id=enquiry.team_id)
    not_asked: set[int] = {user.pk or 0, *proposal.authors}
    people = User.objects.filter(pk__in=roles.values("user_id"), is_active=True).exclude(pk__in=not_asked)
    return list(people.order_by("name"))
