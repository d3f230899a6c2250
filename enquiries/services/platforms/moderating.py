"""Citizens' words under our posts, hidden, shown again or taken down: asked by one, decided by another, done by the sweep."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.contract import Act, ChangeKind, ChannelError, Moderates, Refused
from enquiries.models import ContextPost, Message, Moderation, PlatformChange
from enquiries.queries import is_supervisor_of
from enquiries.queries.surroundings import thread_of
from enquiries.registry import channel, kinds, traits_of
from enquiries.services.accounts import use
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.platforms import blanking, presence
from worklist import queue
from worklist.hints import hint_on_commit

log = logging.getLogger(__name__)
CARRY_OUT_TASK = "enquiries.moderate"
LEASE = timedelta(minutes=2)
BECOMES = {Act.HIDE: ChangeKind.HIDDEN, Act.SHOW: ChangeKind.SHOWN, Act.REMOVE: ChangeKind.GONE}
NEVER = 1_000_000
"""So many tries set one aside: none does. What cannot be done today may be tomorrow, and stands on a page meanwhile."""


class ModerationRefused(Exception):
    """This cannot be done to the message. The words say why."""


class NotYoursToDecide(ModerationRefused):
    """Somebody else has to decide: a supervisor of the team who did not ask for it."""


def acts_of(kind: str) -> frozenset[Act]:
    """Say what of it a kind of channel can do at all."""
    speaks = channel(kind) if kind in kinds() else None
    return speaks.acts if isinstance(speaks, Moderates) else frozenset()


def why_not(message: Message, act: str) -> str:
    """Say why this cannot be asked for; empty where it can. At most two statements. Needs `account` loaded."""
    kind = message.account.kind
    if message.direction != Message.Direction.IN or message.side != "PUBLIC":
        return _("Only what a citizen wrote in public can be hidden or taken down.")
    if act not in {one.value for one in acts_of(kind)}:
        return _("The platform does not let us do this to others’ words.")
    if message.blanked_at or _is_gone(message):
        return _("The post is gone from the platform: there is nothing left to do this to.")
    if traits_of(kind).moderates_own_threads and is_elsewhere(message):
        return _("The platform lets us hide only what stands under a post of ours.")
    return ""


def _is_gone(message: Message) -> bool:
    told = PlatformChange.objects.filter(account_id=message.account_id, kind=ChangeKind.GONE.value)
    return bool(message.root_id) and told.filter(root_id=message.root_id).exists()


def is_elsewhere(message: Message) -> bool:
    """Say whether a message is known to stand where we did not begin the talk. Nobody may know: then the platform says."""
    thread = thread_of(message)
    if not thread or thread in (message.root_id, message.external_id):
        return True
    above = ContextPost.objects.filter(account_id=message.account_id, external_id=thread)
    citizens = Message.objects.filter(account_id=message.account_id, external_id=thread, direction="IN")
    return above.filter(is_ours=False).exists() or citizens.exists()


def ask(*, message_id: int, act: str, reason: str, by_id: int, now: datetime) -> Moderation:
    """Ask a second person that a citizen's words be hidden, shown again or taken down. Raises ModerationRefused."""
    message = Message.objects.select_related("account").get(pk=message_id)
    refusal = why_not(message, act) or (
        "" if reason.strip() else _("Say why: whoever decides reads it, and it is kept.")
    )
    if refusal:
        raise ModerationRefused(refusal)
    try:
        with transaction.atomic():
            made = Moderation.objects.create(
                message=message, act=act, reason=_plain(reason), asked_by_id=by_id, asked_at=now, due_at=now
            )
            _note("moderation.asked", made, now, by_id=by_id)
    except IntegrityError:
        raise ModerationRefused(_("Something of this kind waits for this message already.")) from None
    return made


def _plain(words: str) -> str:
    return words.replace("\x00", "").strip()[:300]


def decide(*, moderation_id: int, agrees: bool, by_id: int, now: datetime, words: str = "") -> Moderation:
    """Let it be done, or decline it, as a second person. Raises ModerationRefused or SomebodyWasFaster.

    `words` are for whoever asked, when it is declined. What vanished meanwhile is withdrawn: there is nothing to decide.
    """
    one = _read(moderation_id)
    _second_person(one, by_id)
    if agrees and (one.message.blanked_at or _is_gone(one.message)):
        withdraw_what_vanished(now=now)
        raise ModerationRefused(_("The post is gone from the platform meanwhile: there is nothing left to decide."))
    state = Moderation.State.QUEUED if agrees else Moderation.State.DECLINED
    fields = {"decided_by_id": by_id, "decided_at": now, "due_at": now, "detail": "" if agrees else _plain(words)}
    with transaction.atomic():
        _move(one, state, fields)
        _note("moderation.agreed" if agrees else "moderation.declined", one, now, by_id=by_id)
        if agrees:
            hint_on_commit(CARRY_OUT_TASK)
    return one


def _second_person(one: Moderation, by_id: int) -> None:
    if one.asked_by_id == by_id:
        raise NotYoursToDecide(_("You asked for it: somebody else has to decide."))
    if not is_supervisor_of(user_id=by_id, enquiry=one.message.enquiry):
        raise NotYoursToDecide(_("Only a supervisor of the team may decide this."))


def withdraw(*, moderation_id: int, by_id: int, now: datetime) -> Moderation:
    """Take back what one asked for, before it is decided. Raises ModerationRefused or SomebodyWasFaster."""
    one = _read(moderation_id)
    if one.asked_by_id != by_id:
        raise NotYoursToDecide(_("Only who asked for it takes it back."))
    with transaction.atomic():
        _move(one, Moderation.State.WITHDRAWN, {})
        _note("moderation.withdrawn", one, now, by_id=by_id)
    return one


def withdraw_what_vanished(*, now: datetime, most: int = 100) -> int:
    """Take back what was asked about posts that are gone: nothing is left to decide about. Returns how many."""
    gone = Moderation.objects.filter(state=Moderation.State.ASKED, message__blanked_at__isnull=False)
    count = 0
    for one in gone.select_related("message__account")[:most]:
        try:
            with transaction.atomic():
                _move(one, Moderation.State.WITHDRAWN, {"detail": _("The post is gone from the platform.")})
                _note("moderation.withdrawn", one, now)
        except SomebodyWasFaster:
            continue
        count += 1
    return count


def _read(moderation_id: int) -> Moderation:
    return Moderation.objects.select_related("message__account", "message__enquiry").get(pk=moderation_id)


def _move(one: Moderation, state: Moderation.State, fields: dict[str, object]) -> None:
    """Go on from waiting, if nobody else has meanwhile. Raises SomebodyWasFaster."""
    waiting = Moderation.objects.filter(pk=one.pk, state=Moderation.State.ASKED)
    if not waiting.update(state=state, **fields):
        raise SomebodyWasFaster(_("Somebody else has decided already."))
    one.refresh_from_db(fields=["state", *fields])


def _note(verb: str, one: Moderation, now: datetime, *, by_id: int | None = None) -> None:
    record(
        verb=verb,
        now=now,
        actor_id=by_id,
        subject=f"moderation:{one.pk}",
        organisation_id=one.message.account.organisation_id,
        enquiry_id=one.message.enquiry_id,
        data={"act": one.act},
    )


def carry_out_due(*, now: datetime, worker: str, most: int = 20) -> int:
    """Do what was decided. Doing it twice is doing it once, so an uncertain end is simply tried again. Returns how many."""
    withdraw_what_vanished(now=now)
    able = [kind for kind in kinds() if acts_of(kind)]
    decided = Moderation.objects.filter(state=Moderation.State.QUEUED, message__account__kind__in=able)
    mine = decided.filter(message__account__is_active=True, message__account__halted_reason="")
    turns = queue.drain(mine.select_related("message__account"), now=now, lease=LEASE, worker=worker, most=most)
    return sum(_carry_out(one, now) for one in turns)


def _carry_out(one: Moderation, now: datetime) -> int:
    account = one.message.account
    speaks = channel(account.kind)
    assert isinstance(speaks, Moderates)  # noqa: S101 - only such accounts are claimed
    try:
        speaks.moderate(account.as_account(), post_id=one.message.root_id or one.message.external_id, act=Act(one.act))
    except Refused as error:
        use.count(account.pk, error.usage, now=now)
        return _end(one, Moderation.State.FAILED, f"{error.safe_message} {error.fix}", now)
    except ChannelError as error:
        use.count(account.pk, error.usage, now=now)
        return _later(one, f"{error.safe_message} {getattr(error, 'fix', '')}".strip(), now)
    return _end(one, Moderation.State.DONE, "", now)


def _later(one: Moderation, error: str, now: datetime) -> int:
    log.warning("Moderation %s is tried again: %s", one.pk, error)
    queue.retry_later(one, now=now, error=error[:500], most=NEVER)
    return 0


@transaction.atomic
def _end(one: Moderation, state: Moderation.State, detail: str, now: datetime) -> int:
    ours = Moderation.objects.filter(pk=one.pk, lease_owner=one.lease_owner, state=Moderation.State.QUEUED)
    if not ours.update(state=state, detail=detail[:300], done_at=now, lease_owner="", lease_until=None):
        return 0
    _note("moderation.done" if state == Moderation.State.DONE else "moderation.failed", one, now)
    if state == Moderation.State.DONE:
        _follow(one, now)
    return int(state == Moderation.State.DONE)


def _follow(one: Moderation, now: datetime) -> None:
    """Keep what has become of the post, as if its platform had told; what was taken down is emptied like all that is gone."""
    account, root_id, kind = one.message.account, one.message.root_id, BECOMES[Act(one.act)]
    if not root_id:
        return
    presence.note(account, root_id, kind, occurred_at=now, now=now)
    if kind == ChangeKind.GONE:
        blanking.blank(account=account, root_id=root_id, now=now)
