"""Who may approve what: the four-eyes rule in words. The database holds the same rule; this one explains itself first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from enquiries.rules.workflow import ReplyState


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that the decision depends on."""

    state: str
    approver_id: int
    author_ids: Collection[int]
    is_supervisor: bool
    seen_sha256: str
    newest_sha256: str
    citizen_wrote_since: bool


class ApprovalRefused(Exception):
    """This approval must not happen. The message is for the person who tried."""


class NotSubmitted(ApprovalRefused):
    """It is not waiting for approval."""


class AuthorCannotApprove(ApprovalRefused):
    """The approver wrote a version of the reply."""


class NotASupervisor(ApprovalRefused):
    """The approver has no such role in the team."""


class StaleVersion(ApprovalRefused):
    """What was on the screen is not what would leave."""


class CitizenWroteAgain(ApprovalRefused):
    """The citizen has written since: the reply may not fit any more."""


def check(case: Case) -> None:
    """Let the approval pass, or raise the refusal that tells why."""
    if case.state != ReplyState.SUBMITTED:
        raise NotSubmitted("This reply is not waiting for approval any more.")
    if case.approver_id in case.author_ids:
        raise AuthorCannotApprove("You wrote part of this reply, so another supervisor has to approve it.")
    if not case.is_supervisor:
        raise NotASupervisor("Only a supervisor of the team can approve this reply.")
    if case.seen_sha256 != case.newest_sha256:
        raise StaleVersion("The reply was changed after you opened it. Read the new version, then decide.")
    if case.citizen_wrote_since:
        raise CitizenWroteAgain("The citizen wrote again. The reply went back to its author.")
