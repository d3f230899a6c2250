"""What only the approval pages need in their templates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django import template

from agents.approving import standing_still
from agents.finds import REASONS
from enquiries.models import ChannelAccount, Enquiry, Freeze, PolicyDecision
from enquiries.rules.personal_data import Find
from enquiries.rules.policy import Decision
from enquiries.services.approving.policy_reasons import why_in_words

register = template.Library()


@register.filter
def reason_of(find: Find) -> str:
    """Say why a place is marked."""
    return str(REASONS[find.kind])


@register.filter
def why_so(decision: Decision | PolicyDecision) -> str:
    """Say why the policy decides like this, or has decided."""
    return why_in_words(decision.reason, decision.figures)


@register.filter
def is_in(find: Find, accepted: Collection[tuple[str, str]]) -> bool:
    """Tell whether a find was accepted in the form that came back."""
    return (find.kind.value, find.key) in accepted


@register.filter
def what_stands_still(freeze: Freeze) -> str:
    """Name what a freeze holds."""
    return standing_still.what_stands_still(freeze)


@register.simple_tag
def holding(freezes: Iterable[Freeze] | str, enquiry: Enquiry, account: ChannelAccount) -> Freeze | None:
    """Find the freeze that holds what goes out from an account about an enquiry. Pages without a frame have none."""
    return None if isinstance(freezes, str) else standing_still.holding(freezes, enquiry, account)


@register.filter
def decided_by(by_rule: Mapping[int | None, int], n: int | None) -> int:
    """Say on how many replies a rule decided; None is for those that no rule fits."""
    return by_rule.get(n, 0)
