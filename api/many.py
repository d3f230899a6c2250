"""One act on many enquiries for programs: what the desk's bulk page does, with the same plan and the same services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from agents.models import User
from agents.queue import many
from agents.queue.many import Plan
from api import reading
from api.callers import Caller
from api.keys import Answered
from api.problems import Unprocessable
from enquiries.models import Enquiry
from enquiries.rules import references
from enquiries.services.triage import bulk

FIELD = {"assign": "to", "topic": "topic", "transfer": "team", "priority": "priority", "wait": "until"}
"""What an act needs besides the plan."""
MAKE: Mapping[str, Callable[..., bulk.Act]] = {
    "assign": lambda value, **common: bulk.assign(to_id=value, **common),
    "topic": lambda value, **common: bulk.topic(topic=value, **common),
    "transfer": lambda value, **common: bulk.transfer(team=value, **common),
    "priority": lambda value, **common: bulk.priority(priority=value, **common),
    "wait": lambda value, **common: bulk.wait(until=value, **common),
    "release": lambda _value, **common: bulk.release(**common),
    "close": lambda _value, **common: bulk.close(**common),
    "reopen": lambda _value, **common: bulk.reopen(**common),
}
"""Name of the act, as at the desk → the service that does it to one."""


def preview(caller: Caller, sent: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Count what an act would touch, as `shapes.many.Planned` describes it. Raises Unprocessable."""
    caller.require_role()
    is_all = "filter" in sent
    if is_all == ("enquiries" in sent):
        raise Unprocessable({"enquiries": [_("Name the enquiries, or send a filter: one of the two.")]})
    ids = [] if is_all else _named(caller, sent["enquiries"])
    query = reading.spelled_out(caller, sent["filter"]) if is_all else ""
    plan = Plan(act=sent["act"], is_all=is_all, query=query, ids=ids)
    found = _meant(caller, plan, now)
    plan = many.counted(plan, found)
    return {
        "act": plan.act,
        "total": plan.total,
        "states": [{"state": state, "count": count} for state, count in many.by_state(found)],
        "sample": many.sample_of(found),
        "plan": many.signed(plan, salt=_salt(caller)),
    }


def go_on(caller: Caller, sent: Mapping[str, Any], *, now: datetime) -> Answered:
    """Do the next batch of a plan, and tell how far it is. Raises Unprocessable."""
    caller.require_role()
    try:
        plan = many.read(sent["plan"], salt=_salt(caller))
    except many.NoPlan:
        raise Unprocessable(
            {"plan": [_("Ask for a preview first: this is no plan of yours, or one of yesterday.")]}
        ) from None
    act = MAKE[plan.act](_value(caller, plan.act, sent), by_id=caller.by_id, now=now)
    plan, is_over = many.next_batch(plan, _meant(caller, plan, now).filter(pk__lte=plan.upto), act)
    moved_on = _("It has moved on, or this is not possible with it.")
    body = {
        "total": plan.total,
        "done": plan.done,
        "refused": [{"reason": reason or moved_on, "count": count} for reason, count in plan.refused.items()],
        "is_over": is_over,
        "plan": many.signed(plan, salt=_salt(caller)),
    }
    return Answered(status=HTTPStatus.OK, body=body)


def _salt(caller: Caller) -> str:
    """A plan is for whoever counted."""
    return f"api.bulk.{caller.name}"


def _named(caller: Caller, written: list[str]) -> list[int]:
    """Find the numbers behind references. Raises Unprocessable for one that the caller does not see."""
    wanted = {references.normalise(one) or "" for one in written}
    found = dict(caller.visible().filter(reference__in=wanted).values_list("reference", "pk"))
    if len(found) < len(wanted):
        raise Unprocessable({"enquiries": [_("There is nothing of this name or number that you may see.")]})
    return sorted(found.values())


def _meant(caller: Caller, plan: Plan, now: datetime) -> QuerySet[Enquiry]:
    """Select what a plan is about, of what the caller may see now. Raises Unprocessable for a filter that says nothing.

    A list leaves out what it does not understand, and says so. Here that would mean more enquiries than anybody meant.
    """
    if not plan.is_all:
        return caller.visible().filter(pk__in=plan.ids, merged_into__isnull=True)
    listed = reading.listed(caller, QueryDict(plan.query), now=now)
    ignored = [one["name"] for one in listed.ignored]
    if ignored:
        said = _("This is not understood, and would mean more enquiries than you meant: %(names)s.")
        raise Unprocessable({"filter": [said % {"names": ", ".join(ignored)}]})
    return listed.rows


def _value(caller: Caller, act: str, sent: Mapping[str, Any]) -> Any:
    """Give the one thing that the act needs, and refuse the others. Raises Unprocessable."""
    needed = FIELD.get(act)
    for name in FIELD.values():
        if name == needed and name not in sent:
            raise Unprocessable({name: [_("This act needs it.")]})
        if name != needed and name in sent:
            raise Unprocessable({name: [_("This does not belong to that act.")]})
    value = sent.get(needed) if needed else None
    organisation = caller.organisation
    rows: Mapping[str, Any] = {
        "to": User.objects.filter(memberships__organisation=organisation, is_active=True),
        "topic": organisation.topics,
        "team": organisation.teams,
    }
    if needed is None or needed not in rows or value is None:
        return value
    found = rows[needed].filter(pk=value).first()
    if found is None:
        raise Unprocessable({needed: [_("There is nothing of this name or number that you may see.")]})
    return value if needed == "to" else found
