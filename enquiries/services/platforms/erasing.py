"""People who want to be forgotten: what they wrote is emptied and their names go, or a person says which law keeps it.

What stays either way is what proves how they were served: that somebody wrote, when, where, what we answered, and the
platform's numbers, without which their next words would be taken for somebody else's.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.models import (
    ChannelAccount,
    ChannelIdentity,
    Citizen,
    ContextPost,
    DataDeletion,
    Enquiry,
    Message,
    Overheard,
)
from enquiries.registry import traits_of
from enquiries.services.platforms import blanking


class CannotErase(Exception):
    """This request cannot be decided so. The message says why."""


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What went: how many messages were emptied, how many persons lost their name, and how many posts of theirs were
    emptied that we had only read, around others' posts or overheard."""

    messages: int
    names: int
    read: int = 0


def waiting(accounts: QuerySet[ChannelAccount]) -> QuerySet[DataDeletion]:
    """List the requests that nobody has decided, the oldest first, each with `written`: how many messages would go."""
    theirs = Message.objects.filter(
        account=OuterRef("account"),
        author__external_id=OuterRef("person"),
        direction=Message.Direction.IN,
        blanked_at__isnull=True,
    )
    number = theirs.order_by().values("account").annotate(n=Count("pk")).values("n")
    asked = DataDeletion.objects.filter(account__in=accounts, done_at__isnull=True)
    return asked.annotate(written=Coalesce(Subquery(number, IntegerField()), 0)).order_by("asked_at", "pk")


@transaction.atomic
def erase(deletion_id: int, *, by_id: int, now: datetime) -> Erased:
    """Empty all that a person wrote on the account or that we read there of them, and their names.

    Raises CannotErase when it is decided already.

    All of it or nothing: words never go while somebody else records that a law keeps them.
    """
    asked = DataDeletion.objects.select_for_update(of=("self",)).select_related("account").get(pk=deletion_id)
    if asked.done_at is not None:
        raise CannotErase(_("This request is decided already."))
    persons, read = list(_persons(asked)), _read_of(asked)
    names = sum(_forget_name(person) for person in persons)
    messages = sum(_empty(asked.account, person, now) for person in persons)
    for root_id in read:
        blanking.blank(account=asked.account, root_id=root_id, now=now)
    for person in persons:
        _refresh_search(person)
    went = Erased(messages=messages, names=names, read=len(read))
    _close(asked, "privacy.erased", by_id=by_id, now=now, told=asdict(went))
    return went


def keep(deletion_id: int, *, because: str, by_id: int, now: datetime) -> None:
    """Answer that a law keeps the words. Raises CannotErase without a reason, or when it is decided already."""
    because = because.replace("\x00", "").strip()
    if not because:
        raise CannotErase(_("Say which law keeps it: the person may ask."))
    asked = DataDeletion.objects.get(pk=deletion_id)
    _close(asked, "privacy.kept", by_id=by_id, now=now, told={}, because=because[:300])


def _persons(asked: DataDeletion) -> QuerySet[ChannelIdentity]:
    account = asked.account
    scope = account.external_id if traits_of(account.kind).people_per_account else ""
    return ChannelIdentity.objects.filter(
        organisation=account.organisation_id, kind=account.kind, scope=scope, external_id=asked.person
    )


def _read_of(asked: DataDeletion) -> list[str]:
    """Name the posts of a person that we hold without their having written to us, in the order in which they are locked."""
    around = ContextPost.objects.filter(account=asked.account, author_number=asked.person, gone_at__isnull=True)
    heard = Overheard.objects.filter(account=asked.account, author__id=asked.person, gone_at__isnull=True)
    return sorted({*around.values_list("external_id", flat=True), *heard.values_list("external_id", flat=True)})


@transaction.atomic
def _forget_name(person: ChannelIdentity) -> int:
    """Empty the names of a person; those of the citizen too, unless another channel knows the citizen by a name."""
    had = bool(person.name or person.handle)
    ChannelIdentity.objects.filter(pk=person.pk).update(name="", handle="")
    others = ChannelIdentity.objects.filter(citizen=person.citizen_id).exclude(pk=person.pk)
    citizen = Citizen.objects.select_for_update().get(pk=person.citizen_id)
    if citizen.name and (citizen.name in (person.name, person.handle) or not others.exists()):
        other = others.exclude(name="").values_list("name", flat=True).first()
        Citizen.objects.filter(pk=citizen.pk).update(name=other or "")
        had = True
    return int(had)


def _empty(account: ChannelAccount, person: ChannelIdentity, now: datetime) -> int:
    said = Message.objects.filter(account=account, author=person, direction=Message.Direction.IN)
    left = said.filter(blanked_at__isnull=True)
    roots = list(left.exclude(root_id="").order_by("pk").values_list("root_id", flat=True))
    count = sum(blanking.blank(account=account, root_id=root_id, now=now) for root_id in dict.fromkeys(roots))
    if left.exists():
        raise CannotErase(
            _("Something they wrote cannot be emptied by itself. Ask your administrators; it waits here.")
        )
    return count


def _refresh_search(person: ChannelIdentity) -> None:
    """Take the names out of the search: emptying words does so for its own enquiry, but not where all were empty before."""
    enquiries = Enquiry.objects.filter(citizen=person.citizen_id).values_list("merged_into_id", "pk")
    for enquiry_id in {root or own for root, own in enquiries}:
        with connection.cursor() as cursor:
            cursor.execute("SELECT search_refresh(%s)", [enquiry_id])


@transaction.atomic
def _close(
    asked: DataDeletion, verb: str, *, by_id: int, now: datetime, told: dict[str, int], because: str = ""
) -> None:
    done = DataDeletion.objects.filter(pk=asked.pk, done_at__isnull=True).update(
        done_at=now, person="", decided_by_id=by_id, kept_because=because
    )
    if not done:
        raise CannotErase(_("This request is decided already."))
    record(
        verb=verb,
        now=now,
        actor_id=by_id,
        subject=f"datadeletion:{asked.pk}",
        organisation_id=asked.account.organisation_id,
        data=told,
    )
