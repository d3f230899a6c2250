"""What a monitor found: kept in a list of its own, as nobody's enquiry, until somebody joins it or leaves it alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.contract import InboundMessage, Parsed
from enquiries.models import ChannelAccount, Enquiry, Message, Monitor, Overheard, Payload, PostWatch
from enquiries.registry import channel
from enquiries.services.incoming import correspondence, joining, versions
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.platforms import blanking, presence

NAMED = "monitor:"
KEPT_FOR = timedelta(days=7)
"""What nobody joined is let go after so long: words that were not written to us are not ours to keep."""
OPEN = (Overheard.State.NEW, Overheard.State.LEFT)


class OverhearingRefused(Exception):
    """What was overheard cannot be joined. The words say why."""


def name_for(monitor: Monitor, external_id: str) -> str:
    """Name the payload of a post that a monitor found, apart from the same post as one that was written to us."""
    return f"{NAMED}{monitor.pk}:{external_id}"


def keep(*, payload: Payload, account: ChannelAccount, part: Parsed, now: datetime) -> str:
    """Keep a post that a monitor found. Returns the outcome in a word, for the payload.

    What is in an enquiry already is no news for the list: it goes where it belongs, an edit as a newer wording.
    """
    if not isinstance(part, InboundMessage):
        return "nothing to hear"
    number = payload.external_id.removeprefix(NAMED).partition(":")[0]
    monitor = Monitor.objects.filter(account=account, pk=int(number) if number.isdecimal() else 0).first()
    if monitor is None:
        return "nobody listens any more"
    name = _post_of(part)
    if _said(account, part).exists():
        received = correspondence.receive(payload=payload, account=account, inbound=part, now=now)
        return "message" if received else "known"
    joining.one_at_a_time(account, [versions.lock_name(name)])
    if versions.earlier_of(account, name).is_gone:
        blanking.empty_payload(payload, account=account, root_ids=[name], now=now)
        return "gone"
    return "overheard" if _list(monitor, payload, part, name, now) else "known"


def _post_of(part: InboundMessage) -> str:
    """Name the post by its root, so that an edit is the same post and its end on the platform is found."""
    return (part.root_id or part.external_id)[:300]


def _said(account: ChannelAccount, part: InboundMessage) -> QuerySet[Message]:
    """Find a post among our messages, in whichever wording."""
    named = Q(external_id=part.external_id[:300])
    if part.root_id:
        named |= Q(root_id=part.root_id[:300])
    return Message.objects.filter(named, account=account)


def _list(monitor: Monitor, payload: Payload, part: InboundMessage, name: str, now: datetime) -> bool:
    """Put a post on the list; the words written last take the place of those that nobody has decided about.

    Only the words on the list can be joined: those of other wordings are not ours to keep, and are emptied.
    Call while the post's name is held: two of its wordings at once would both find no other.
    """
    held = Overheard.objects.filter(account=monitor.account_id, external_id=name).select_related("account", "payload")
    before = held.select_for_update(of=("self",)).first()
    if before is not None:
        is_news = before.state == Overheard.State.NEW and _written_at(part) > _newest_of(before)
        if before.payload_id != payload.pk:
            idle = before.payload if is_news else payload
            blanking.empty_payload(idle, account=payload.account, root_ids=[name], now=now)
        if not is_news:
            return False
        before.delete()
    Overheard.objects.create(
        account_id=monitor.account_id,
        external_id=name,
        monitor=monitor,
        author={"id": part.author.external_id, "name": part.author.name, "handle": part.author.handle},
        text=part.text.replace("\x00", ""),
        permalink=part.permalink[:500],
        language=part.language[:8],
        occurred_at=min(part.occurred_at, now),
        found_at=now,
        answerable=part.answerable,
        hindrance=part.hindrance[:300],
        payload=payload,
    )
    presence.watch(payload.account, part.root_id[:300], is_ours=False, now=now)
    return True


def _written_at(words: InboundMessage) -> datetime:
    return words.version_at or words.occurred_at


def _newest_of(heard: Overheard) -> datetime:
    """Say when the words on the list were written: what they came in tells. Where nothing does, when the post was."""
    try:
        return _written_at(_words_of(heard))
    except OverhearingRefused:
        return heard.occurred_at


@transaction.atomic
def join(*, overheard_id: int, by_id: int, now: datetime) -> Enquiry:
    """Make an enquiry of what was overheard, with the post as its message; its promise begins now, when we take it up.

    Where its author and we have an enquiry in that thread already, the post continues that one. Raises OverhearingRefused,
    or SomebodyWasFaster when a colleague has joined it: of two who press at once, one does.
    """
    heard = Overheard.objects.select_related("account__organisation").get(pk=overheard_id)
    if heard.state == Overheard.State.JOINED:
        raise SomebodyWasFaster(_("A colleague has joined it already."))
    message = _message_of(heard, _words_of(heard), now)
    enquiry = Enquiry.objects.get(pk=message.enquiry_id)
    if enquiry.account_id != heard.account_id:
        raise OverhearingRefused(_("It belongs to an enquiry on another account already."))
    _decide(heard, Overheard.State.JOINED, by_id=by_id, now=now, enquiry=enquiry)
    return enquiry.merged_into or enquiry


def _words_of(heard: Overheard) -> InboundMessage:
    """Read once more what the post came in. Raises OverhearingRefused where its words are gone."""
    account = heard.account
    parts = [] if heard.gone_at else channel(account.kind).parse(account.in_the_open(), bytes(heard.payload.raw))
    for part in parts:
        if isinstance(part, InboundMessage) and _post_of(part) == heard.external_id:
            return part
    raise OverhearingRefused(_("The post is gone from the platform, and with it its words."))


def _message_of(heard: Overheard, words: InboundMessage, now: datetime) -> Message:
    account, payload = heard.account, heard.payload
    kept = correspondence.receive(payload=payload, account=account, inbound=words, now=now, promised_from=now)
    # It may have come to us by itself meanwhile: then it is there, and joined all the same.
    message = kept or _said(account, words).filter(direction=Message.Direction.IN).order_by("pk").last()
    if message is None or message.blanked_at:
        raise OverhearingRefused(_("The post is gone from the platform, and with it its words."))
    return message


def leave(*, overheard_id: int, by_id: int, now: datetime) -> None:
    """Leave a post alone; it can still be joined until it is let go. Raises SomebodyWasFaster."""
    heard = Overheard.objects.select_related("account").get(pk=overheard_id)
    with transaction.atomic():
        _decide(heard, Overheard.State.LEFT, by_id=by_id, now=now)


def _decide(
    heard: Overheard, state: Overheard.State, *, by_id: int, now: datetime, enquiry: Enquiry | None = None
) -> None:
    """Set what became of it, if nobody else has meanwhile. Raises SomebodyWasFaster."""
    before = OPEN if state == Overheard.State.JOINED else (Overheard.State.NEW,)
    free = Overheard.objects.filter(pk=heard.pk, state__in=before, gone_at__isnull=True)
    if not free.update(state=state, decided_by_id=by_id, decided_at=now, enquiry=enquiry):
        raise SomebodyWasFaster(_("A colleague was faster. Load the list again to see what became of it."))
    record(
        verb="overheard.joined" if enquiry else "overheard.left",
        now=now,
        actor_id=by_id,
        subject=f"overheard:{heard.pk}",
        organisation_id=heard.account.organisation_id,
        enquiry_id=enquiry.pk if enquiry else None,
        data={"monitor": heard.monitor_id},
    )


def let_go(*, now: datetime, most: int = 200) -> int:
    """Forget what nobody joined for a week: the post, its bytes, and that we look for it. Returns how many."""
    old = Overheard.objects.filter(state__in=OPEN, found_at__lt=now - KEPT_FOR).order_by("found_at", "pk")
    count = 0
    for heard in old.select_related("account", "payload")[:most]:
        with transaction.atomic():
            count += _let_go(heard, now)
    return count


def _let_go(heard: Overheard, now: datetime) -> int:
    gone, _rows = Overheard.objects.filter(pk=heard.pk, state__in=OPEN).delete()
    if not gone:
        return 0
    blanking.empty_payload(heard.payload, account=heard.account, root_ids=[heard.external_id], now=now)
    if not Message.objects.filter(account=heard.account_id, root_id=heard.external_id).exists():
        PostWatch.objects.filter(account=heard.account_id, root_id=heard.external_id, is_ours=False).delete()
    return 1
