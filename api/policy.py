"""The approval policy for programs: read, tried on the last 30 days, saved once it was tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agents.approving.changes import changes
from agents.approving.policy_refusals import refusal_in_words, remarks_on
from agents.approving.policy_trying import examples_of
from agents.approving.policy_words import conditions_of, say
from agents.forms.policy import tried_token, was_tried
from api.callers import Caller
from api.keys import Answered
from api.problems import Unprocessable
from api.refusals import policy_members
from api.shapes.problems import PolicyVersion
from enquiries.models import ApprovalPolicy, Topic
from enquiries.rules.policy import BadPolicy, read_rules
from enquiries.services.approving import incidents, policies

MOST_VERSIONS = 100
Made = TypeVar("Made")


def newest(caller: Caller) -> dict[str, Any]:
    """Tell what counts now, as `shapes.policy.Policy` describes it. Raises PermissionDenied, Http404."""
    organisation = caller.led()
    found = policies.newest_policy(organisation.pk)
    topics = organisation.topics.order_by("position", "name")
    return {"policy": policy_members(found) if found else None, "topics": topics}


def versions(caller: Caller) -> list[ApprovalPolicy]:
    """List the versions, the newest first."""
    return list(caller.led().policies.select_related("owner").order_by("-n")[:MOST_VERSIONS])


def version(caller: Caller, n: int) -> dict[str, Any]:
    """Tell one version with what it changed. Raises Http404."""
    organisation = caller.led()
    found = get_object_or_404(organisation.policies.select_related("owner"), n=n)
    before = organisation.policies.filter(n=n - 1).first()
    told = policy_members(found)
    earlier = say(read_rules(before.rules), conditions_of(organisation)) if before else []
    old, new = "\n".join(one.line for one in earlier), "\n".join(told["in_words"])
    runs = [{"kind": run.kind, "text": run.text} for run in changes(old, new)] if old != new else None
    return {"policy": told, "difference": runs}


def try_rules(caller: Caller, sent: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Run rules over what left in the last 30 days, as `shapes.policy.Tried` describes it. Raises Unprocessable."""
    organisation, rules = caller.led(), _rules(sent)
    found = _judged(lambda: policies.try_on_the_past(organisation, rules, now=now))
    examples, hidden = examples_of(found, caller.visible())
    return {
        "replies": found.replies,
        "held_then": found.held_then,
        "held_now": found.held_now,
        "two_now": found.two_now,
        "by_rule": [{"rule": rule, "replies": count} for rule, count in found.by_rule.items()],
        "changed": [
            {
                "enquiry": one.reply.enquiry.reference,
                "reply": one.reply_id,
                "author": one.author,
                "persons_then": then,
                "persons_now": decided.persons,
                "rule": decided.rule_n,
            }
            for one, then, decided in examples
        ],
        "hidden": hidden,
        "in_words": [one.line for one in say(read_rules(rules), conditions_of(organisation))],
        "remarks": remarks_on(read_rules(rules)),
        "tried": tried_token(rules, organisation.pk, caller.by_id),
    }


def save(caller: Caller, sent: Mapping[str, Any], *, now: datetime) -> Answered:
    """Keep rules that were tried as the newest version. Raises Unprocessable, NewerPolicy."""
    organisation, rules = caller.led(), _rules(sent)
    if not was_tried(sent["tried"], rules, organisation.pk, caller.by_id):
        raise Unprocessable({"tried": [_("These are not the rules that you tried. Try them, look, then save them.")]})
    made = _judged(
        lambda: policies.save_policy(
            organisation=organisation,
            rules=rules,
            by_id=caller.by_id,
            note=sent["note"],
            now=now,
            seen_n=sent["seen"],
        )
    )
    return Answered(status=HTTPStatus.CREATED, body=dict(PolicyVersion(policy_members(made)).data))


def _rules(sent: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Write the rules as policies keep them, always the same way: the proof of having tried them is over this."""
    return [
        {
            "name": rule["name"].strip(),
            "when": dict(rule.get("when", {})),
            "then": {"outcome": rule["then"]["outcome"], "percent": rule["then"]["percent"]},
        }
        for rule in sent["rules"]
    ]


def _judged(made: Callable[[], Made]) -> Made:
    """Say of rules that cannot be which one it is and why. Raises Unprocessable."""
    try:
        return made()
    except BadPolicy as bad:
        field = "rules" if bad.rule_n is None else f"rules.{bad.rule_n}"
        raise Unprocessable({field: [refusal_in_words(bad)]}) from bad


def set_incident(caller: Caller, topic_id: int, *, is_on: bool, now: datetime) -> Topic:
    """Switch the incident of a topic. Raises Http404, PermissionDenied."""
    topic = get_object_or_404(Topic, pk=topic_id, organisation=caller.led())
    return incidents.set_incident(topic_id=topic.pk, is_on=is_on, by_id=caller.by_id, now=now)
