"""What the services refuse, told to programs: each kind of refusal under a name, with what is needed to go on from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.approving.changes import changes
from agents.approving.policy_words import conditions_of, say
from agents.approving.substituting import CannotStandIn
from agents.channels.one_posting import LookedJustNow
from agents.finds import reason_of
from agents.queue.keeping import CannotKeep
from enquiries.models import ApprovalPolicy, Reply, ReplyVersion
from enquiries.rules import approval
from enquiries.rules.personal_data import Find
from enquiries.rules.policy import read_rules
from enquiries.rules.workflow import IllegalMove
from enquiries.services.approving.freezing import CannotFreeze
from enquiries.services.approving.policies import NewerPolicy, newest_policy
from enquiries.services.approving.reviewing import ReviewRefused
from enquiries.services.approving.trust import TrustRefused
from enquiries.services.leaving.outcomes import NotDecidable
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.platforms.listening import ListeningRefused
from enquiries.services.platforms.moderating import ModerationRefused, NotYoursToDecide
from enquiries.services.platforms.overhearing import OverhearingRefused
from enquiries.services.replies import FindsNotAcknowledged, newest_version
from enquiries.services.replies.drafting import DraftRefused, NewerVersion
from enquiries.services.standard_answers.inserting import ExpiredWords, InsertionRefused
from enquiries.services.triage import HeldBySomebody, TriageRefused


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of refusal: its heading, and what to do about it, for the page that its `type` leads to."""

    title: Any
    advice: Any


T = gettext_lazy
KINDS: Mapping[str, Kind] = {
    "newer-version": Kind(
        title=T("There is a newer version"),
        advice=T(
            "Somebody changed the reply after you read it. “newest” is what stands now, “difference” how it differs from"
            " yours. Read it, then send yours with the number or the hash of that version."
        ),
    ),
    "newer-policy": Kind(
        title=T("There is a newer policy"),
        advice=T(
            "Somebody saved the rules after you read them. “policy” is what counts now. Read it, then try yours again."
        ),
    ),
    "changed-meanwhile": Kind(
        title=T("The enquiry has changed"),
        advice=T(
            "Others did something to the enquiry after your “stamp”; “changes” says what. Send it again with the new"
            " “stamp” if it is still right."
        ),
    ),
    "held-by-somebody": Kind(
        title=T("Somebody else has it"),
        advice=T("A colleague has the enquiry in hand. Ask them, or take it over with a reason."),
    ),
    "moved-on": Kind(
        title=T("It has moved on"),
        advice=T("Somebody was faster, or it is past the point where this can be done. Read it again."),
    ),
    "citizen-wrote": Kind(
        title=T("The citizen wrote again"),
        advice=T("The reply does not know the newest words. Read them, then save the reply again."),
    ),
    "finds-not-acknowledged": Kind(
        title=T("The guard marked something"),
        advice=T(
            "“finds” are the places that read as personal data. Name each in “acknowledged” if it may stand there."
        ),
    ),
    "not-yours-to-decide": Kind(
        title=T("Not yours to decide"),
        advice=T("Another supervisor of the team has to: nobody approves what they wrote themselves."),
    ),
    "second-person": Kind(
        title=T("It takes another person"),
        advice=T("Two people have to approve this, and you cannot be this one."),
    ),
    "expired-words": Kind(
        title=T("These words have expired"),
        advice=T("Check that they are still right, then send the request again with “despite_expiry”."),
    ),
    "refused": Kind(
        title=T("Not possible now"),
        advice=T("The request is well made, but the thing is not in a state for it. “detail” says why and what to do."),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A refusal ready to be told: `members` are those beyond RFC 9457's own."""

    code: str
    detail: str
    status: HTTPStatus = HTTPStatus.CONFLICT
    members: dict[str, Any] = field(default_factory=dict)


class ChangedMeanwhile(Exception):
    """Others did something to an enquiry since the program read it. `lines` say what, `stamp` is where it stands now."""

    def __init__(self, lines: list[dict[str, Any]], stamp: int) -> None:
        super().__init__(_("Others have changed this enquiry since you read it. Look at what they did, then decide."))
        self.lines, self.stamp = lines, stamp


def refusal_of(error: Exception, context: Mapping[str, Any]) -> Refusal | None:
    """Tell a refusal of a service; None for anything else. `context` is the one DRF hands to exception handlers."""
    code = next((code for kind, code in PLAIN.items() if isinstance(error, kind)), None)
    if code is None:
        return None
    members = MEMBERS[code](error, context) if code in MEMBERS else {}
    forbidden = isinstance(error, (approval.NotASupervisor, approval.AuthorCannotApprove, NotYoursToDecide))
    return Refusal(
        code=code,
        detail=_words(error),
        status=HTTPStatus.FORBIDDEN if forbidden else HTTPStatus.CONFLICT,
        members=members,
    )


def _words(error: Exception) -> str:
    if isinstance(error, IllegalMove):
        return _("That is not possible any more: it has moved on. Read it again.")
    return _(str(error))


# The first that fits counts: what is more special stands before what it is a kind of.
PLAIN: Mapping[type[Exception], str] = {
    NewerVersion: "newer-version",
    approval.StaleVersion: "newer-version",
    ChangedMeanwhile: "changed-meanwhile",
    HeldBySomebody: "held-by-somebody",
    FindsNotAcknowledged: "finds-not-acknowledged",
    approval.CitizenWroteAgain: "citizen-wrote",
    approval.NotASupervisor: "not-yours-to-decide",
    approval.AuthorCannotApprove: "not-yours-to-decide",
    NotYoursToDecide: "not-yours-to-decide",
    approval.NotSubmitted: "moved-on",
    approval.ApprovalRefused: "second-person",
    SomebodyWasFaster: "moved-on",
    IllegalMove: "moved-on",
    ExpiredWords: "expired-words",
    DraftRefused: "refused",
    ListeningRefused: "refused",
    OverhearingRefused: "refused",
    ModerationRefused: "refused",
    TriageRefused: "refused",
    InsertionRefused: "refused",
    CannotFreeze: "refused",
    CannotKeep: "refused",
    CannotStandIn: "refused",
    LookedJustNow: "refused",
    TrustRefused: "refused",
    ReviewRefused: "refused",
    NewerPolicy: "newer-policy",
    NotDecidable: "moved-on",
}


def _newer(error: Exception, context: Mapping[str, Any]) -> dict[str, Any]:
    """Show the wording that counts, against the one that was sent or read."""
    sent = getattr(context.get("request"), "data", {})
    seen = str(sent.get("text", ""))
    if isinstance(error, NewerVersion):
        newest = error.version
        seen = seen or _text_of(newest.reply_id, pk=sent.get("version"))
    else:
        newest = newest_version(Reply.objects.get(pk=context["kwargs"]["reply_id"]))
        seen = seen or _text_of(newest.reply_id, content_sha256=_bytes_of(sent.get("sha256")))
    runs = [{"kind": run.kind, "text": run.text} for run in changes(seen, newest.text)]
    return {"newest": version_members(newest), "difference": runs}


def _text_of(reply_id: int, **which: Any) -> str:
    version = ReplyVersion.objects.filter(reply=reply_id, **which).first()
    return version.text if version else ""


def _bytes_of(sha256: Any) -> bytes:
    try:
        return bytes.fromhex(str(sha256))
    except ValueError:
        return b""


def version_members(version: ReplyVersion) -> dict[str, Any]:
    """Tell a version: its number (`id`), its place in the row (`n`), its hash, author, words and moment."""
    return {
        "id": version.pk,
        "n": version.n,
        "sha256": bytes(version.content_sha256).hex(),
        "author": {"id": version.author_id, "name": str(version.author)},
        "text": version.text,
        "created_at": version.created_at,
    }


def find_members(find: Find) -> dict[str, Any]:
    """Tell a find of the guard: where it stands in the text, what it shows, why, and the key that accepts it."""
    return {
        "kind": find.kind.value,
        "key": find.key,
        "start": find.start,
        "end": find.end,
        "shown": find.shown,
        "reason": reason_of(find),
    }


def _finds(error: Any, context: Mapping[str, Any]) -> dict[str, Any]:
    return {"finds": [find_members(find) for find in error.finds]}


def _changed(error: Any, context: Mapping[str, Any]) -> dict[str, Any]:
    return {"changes": error.lines, "stamp": error.stamp}


def policy_members(version: ApprovalPolicy) -> dict[str, Any]:
    """Tell a version of the policy: its number, who made it and why, its rules, and the same in words."""
    said = say(read_rules(version.rules), conditions_of(version.organisation))
    return {
        "n": version.n,
        "owner": {"id": version.owner_id, "name": str(version.owner)},
        "note": version.note,
        "created_at": version.created_at,
        "rules": version.rules,
        "in_words": [one.line for one in said],
    }


def _newer_policy(error: Any, context: Mapping[str, Any]) -> dict[str, Any]:
    newest = newest_policy(context["request"].auth.organisation.pk)
    return {"policy": policy_members(newest)} if newest else {}


MEMBERS: Mapping[str, Callable[[Any, Mapping[str, Any]], dict[str, Any]]] = {
    "newer-version": _newer,
    "finds-not-acknowledged": _finds,
    "changed-meanwhile": _changed,
    "newer-policy": _newer_policy,
}
