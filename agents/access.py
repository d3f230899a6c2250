"""The only way to fetch an object for a person. A stranger gets the same answer for what is foreign and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.models import Membership, Role, Substitution, User
from agents.signing_in.policy import asked_of
from enquiries.models import (
    Attachment,
    ChannelAccount,
    Enquiry,
    Freeze,
    Message,
    Moderation,
    Monitor,
    Organisation,
    Overheard,
    Payload,
    Posting,
    PostingNotice,
    Reply,
    ReplyFile,
    StandardAnswer,
    Team,
)
from enquiries.queries import is_supervisor_of
from enquiries.queries.family import with_family
from enquiries.queries.prepared import Prepared, PreparedTogether
from enquiries.queries.rights import supervised_among
from enquiries.queries.sight import RoleRow, Sight, StandInRow, sight_of, sight_over, standing_in
from enquiries.queries.together import Asked
from enquiries.queries.trouble import troubled_postings, unseen_notices

Person = User | AnonymousUser
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes only stand in for one of these."""


@dataclass(frozen=True, kw_only=True)
class Rights(Sight):
    """What somebody's roles add up to: what they see, and what else the desk has to know of them at each request.

    `supervises` are the organisations in which they supervise some team.
    """

    supervises: frozenset[int] = frozenset()
    home: Organisation | None = None
    """The first organisation somebody works for, whose name and zone the desk shows."""
    own_teams: tuple[Team, ...] = ()
    frozen: frozenset[int] = frozenset()
    """Those of the organisations in which something stands still now."""
    must_show_factor: bool = False
    """Whether an organisation of theirs asks them for a second factor, by their roles there."""
    has_factor: bool | None = None
    """Whether they have set one up. None where nothing was read, because they have no role."""


def rights_of(user: Person) -> Rights:
    """Read somebody's roles as they are now. Nobody, or somebody who may not sign in any more, has none.

    Kept with the user object, as Django keeps permissions: a request makes its own, and asks a dozen times.
    """
    if not (user.is_authenticated and user.is_active):
        return Rights(organisations=frozenset(), administers=frozenset(), teams=frozenset())
    held: Rights | None = getattr(user, "_rights", None)
    if held is None:
        held = _read_rights(user)
        user._rights = held  # type: ignore[attr-defined]
    return held


def _read_rights(user: Person) -> Rights:
    now = timezone.now()
    roles: list[Any] = _roles(user_id=user.pk or 0, now=now)
    supervises = frozenset(role.organisation_id for role in roles if role.role == Role.SUPERVISOR)
    seen = sight_of(
        [RoleRow(role.organisation_id, role.team_id, role.role) for role in roles],
        _stood_in_for(user, now=now) if supervises else [],
    )
    return Rights(
        organisations=seen.organisations,
        administers=seen.administers,
        teams=seen.teams,
        late_teams=seen.late_teams,
        supervises=supervises,
        home=roles[0].organisation if roles else None,
        own_teams=tuple(role.team for role in roles if role.team),
        frozen=frozenset(role.organisation_id for role in roles if role.is_frozen),
        must_show_factor=any(asked_of(role.role, whom=role.asks) for role in roles),
        has_factor=roles[0].has_factor if roles else None,
    )


@Prepared
def _roles(*, user_id: int, now: datetime) -> QuerySet[Membership]:
    live = Freeze.objects.filter(organisation=OuterRef("organisation_id"), lifted_at__isnull=True, expires_at__gt=now)
    factors = Authenticator.objects.filter(user=OuterRef("user_id"), type__in=SECOND_FACTORS)
    own = Membership.objects.filter(user=user_id).annotate(
        is_frozen=Exists(live), has_factor=Exists(factors), asks=F("organisation__sign_in_policy__second_factor_for")
    )
    return own.select_related("organisation", "team").order_by("pk")


def _stood_in_for(user: Person, *, now: datetime) -> list[StandInRow]:
    """List the teams for which somebody stands in now."""
    rows = _substitutions(user_id=user.pk or 0, now=now)[0]
    return [StandInRow(*row.values()) for row in rows]


@PreparedTogether
def _substitutions(*, user_id: int, now: datetime) -> list[Asked]:
    live = Substitution.objects.filter(standing_in(now=now), user=user_id)
    return [(live, ("team__organisation_id", "team_id", "only_when_late"))]


def visible_to(user: Person) -> QuerySet[Enquiry]:
    """Keep the enquiries a person may see: those of their teams and those without one; an administrator sees them all.

    Lists, search, counts, live updates, files and the program door all stand on this one filter.
    """
    return Enquiry.objects.filter(rights_of(user).covers_enquiries())


def accounts_visible_to(user: Person) -> QuerySet[ChannelAccount]:
    """Keep the accounts whose arrivals a person may see, by the same rule as for enquiries."""
    return ChannelAccount.objects.filter(rights_of(user).covers())


def enquiry_for(user: Person, reference: str) -> Enquiry:
    """Fetch an enquiry with what its page shows. Raises Http404 for a stranger."""
    found = _enquiry(reference=_plain(reference), **rights_of(user).scope)
    if not found:
        raise Http404(_("There is nothing here for you."))
    return found[0]


@Prepared
def _enquiry(*, reference: str, **scope: tuple[int, ...]) -> QuerySet[Enquiry]:
    ours = Enquiry.objects.filter(sight_over(**scope).covers_enquiries(), reference=reference)
    return with_family(ours.select_related("organisation", "account", "citizen", "team", "topic", "assignee"))


def message_for(user: Person, message_id: int) -> Message:
    """Fetch a message of a citizen that a reply may answer. Raises Http404 for a stranger."""
    inbound = Message.objects.filter(in_sight(user, "enquiry"), direction=Message.Direction.IN)
    return get_object_or_404(inbound.select_related("account"), pk=message_id)


def reply_for(user: Person, reply_id: int) -> Reply:
    """Fetch a reply with its enquiry and the message it answers. Raises Http404 for a stranger."""
    found = _reply(reply_id=reply_id, **rights_of(user).scope)
    if not found:
        raise Http404(_("There is nothing here for you."))
    return found[0]


@Prepared
def _reply(*, reply_id: int, **scope: tuple[int, ...]) -> QuerySet[Reply]:
    ours = Enquiry.objects.filter(sight_over(**scope).covers_enquiries())
    return Reply.objects.filter(pk=reply_id, enquiry__in=ours).select_related(
        "enquiry__organisation",
        "enquiry__citizen",
        "enquiry__team",
        "enquiry__topic",
        "answers__author",
        "answers__account",
    )


def posting_for(user: Person, posting_id: int) -> Posting:
    """Fetch a posting that is in trouble. Raises Http404 for a stranger."""
    troubled = troubled_postings(visible_to(user)).select_related("reply__enquiry", "account")
    return get_object_or_404(troubled, pk=posting_id)


def payload_for(user: Person, payload_id: int) -> Payload:
    """Fetch a payload that could not be read: for the account's team and administrators. Raises Http404 for others."""
    unread = Payload.objects.filter(state=Payload.State.UNREADABLE, account__in=accounts_visible_to(user))
    return get_object_or_404(unread.select_related("account"), pk=payload_id)


def notice_for(user: Person, notice_id: int) -> PostingNotice:
    """Fetch a mail of ours that came back and that nobody has seen to. Raises Http404 for a stranger."""
    return get_object_or_404(unseen_notices(visible_to(user), accounts_visible_to(user)), pk=notice_id)


def overheard_for(user: Person, overheard_id: int) -> Overheard:
    """Fetch a post that a monitor found on an account whose arrivals somebody may see. Raises Http404 for a stranger."""
    heard = Overheard.objects.filter(account__in=accounts_visible_to(user))
    return get_object_or_404(heard.select_related("account"), pk=overheard_id)


def monitor_for(user: Person, monitor_id: int) -> Monitor:
    """Fetch a monitor by the same rule. Raises Http404 for a stranger."""
    listening = Monitor.objects.filter(account__in=accounts_visible_to(user))
    return get_object_or_404(listening.select_related("account"), pk=monitor_id)


def require_lead(user: Person, organisation_id: int) -> None:
    """Let only those through who supervise or administer an organisation. Raises PermissionDenied."""
    rights = rights_of(user)
    if organisation_id not in rights.supervises | rights.administers:
        raise PermissionDenied(_("Only supervisors and administrators may do this."))


def moderation_for(user: Person, moderation_id: int) -> Moderation:
    """Fetch what was asked about a citizen's words in public. Raises Http404 for a stranger."""
    asked = Moderation.objects.filter(in_sight(user, "message__enquiry"))
    return get_object_or_404(asked.select_related("message__enquiry", "message__account"), pk=moderation_id)


def attachment_for(user: Person, token: str) -> Attachment:
    """Fetch a file that came with a message. Raises Http404 for a stranger."""
    return get_object_or_404(Attachment, in_sight(user, "message__enquiry"), token=_plain(token))


def reply_file_for(user: Person, token: str) -> ReplyFile:
    """Fetch a file that somebody put in for a reply. Raises Http404 for a stranger."""
    return get_object_or_404(ReplyFile, in_sight(user, "answers__enquiry"), token=_plain(token))


def mail_for(user: Person, message_id: int) -> Message:
    """Fetch a message that was written as HTML. Raises Http404 for a stranger."""
    written = Message.objects.filter(in_sight(user, "enquiry")).exclude(html="").select_related("enquiry", "author")
    return get_object_or_404(written, pk=message_id)


def in_sight(user: Person, name: str) -> Q:
    """Make the filter for what an enquiry holds: who sees an enquiry sees what was merged into it as well."""
    ours = visible_to(user).values("pk")
    return Q(**{f"{name}__in": ours}) | Q(**{f"{name}__merged_into__in": ours})


def standards_visible_to(user: Person) -> QuerySet[StandardAnswer]:
    """Keep the standard answers of the organisations somebody works for: all their teams read them."""
    return StandardAnswer.objects.filter(organisation_id__in=rights_of(user).organisations)


def standard_for(user: Person, answer_id: int) -> StandardAnswer:
    """Fetch a standard answer. Raises Http404 for a stranger."""
    ours = standards_visible_to(user).select_related("organisation", "topic", "owner")
    return get_object_or_404(ours, pk=answer_id)


def may_supervise(user: Person, enquiry: Enquiry, *, is_late: bool = False) -> bool:
    """Say whether this person may approve, return and decide about what leaves for this enquiry.

    `is_late` lets in who stands in for approvers that are slow.
    """
    return user.pk is not None and is_supervisor_of(user_id=user.pk, enquiry=enquiry, is_late=is_late)


def supervised_by(user: Person, enquiries: Iterable[Enquiry]) -> set[int]:
    """Say, in one query, which of these enquiries this person supervises, or stands in for. Returns their ids."""
    if not (user.is_authenticated and user.is_active):
        return set()
    return supervised_among(user_id=user.pk, enquiry_ids=[enquiry.pk for enquiry in enquiries])


def require_supervisor(user: Person, enquiry: Enquiry, *, is_late: bool = False) -> None:
    """Let supervisors pass. Raises PermissionDenied for members without the right, who do see the enquiry."""
    if not may_supervise(user, enquiry, is_late=is_late):
        raise PermissionDenied(_("Only a supervisor of the team may decide this."))


def _plain(text: str) -> str:
    return text.replace("\x00", "")
