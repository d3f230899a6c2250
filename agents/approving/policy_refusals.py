"""What is wrong with the rules of a policy, and what one should know of them before saving, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.approving.policy_words import LABELS
from enquiries.rules.policy import WORDS, BadPolicy, Fault, Outcome, Rule, unconditional

SENTENCES: Mapping[Fault, Promise] = {
    Fault.NO_LIST: gettext_lazy("A policy is a list of rules."),
    Fault.SHAPE: gettext_lazy(
        "Rule %(rule)s has to have a name, conditions (when) and an outcome (then), and nothing else."
    ),
    Fault.OUTCOME: gettext_lazy("Rule %(rule)s, “%(name)s”, has no outcome that we know."),
    Fault.UNKNOWN_CONDITION: gettext_lazy(
        "Rule %(rule)s, “%(name)s”, has a condition that we do not know: %(condition)s."
    ),
    Fault.NO_VALUE: gettext_lazy(
        "Rule %(rule)s, “%(name)s”: choose at least one value for “%(condition)s”, or take it out."
    ),
    Fault.SHARE: gettext_lazy("Rule %(rule)s, “%(name)s”: a sample is 1 to 99 of 100."),
    Fault.EMPTY_WORD: gettext_lazy("Rule %(rule)s, “%(name)s”, can never fit: it looks for an empty word."),
    Fault.NOT_THERE: gettext_lazy(
        "Rule %(rule)s, “%(name)s”, can never fit: under “%(condition)s” it names something that is not there."
    ),
    Fault.ACCOUNT_OFF_CHANNEL: gettext_lazy(
        "Rule %(rule)s, “%(name)s”, can never fit: none of its accounts is on its channels."
    ),
    Fault.TOPIC_OFF_TEAM: gettext_lazy(
        "Rule %(rule)s, “%(name)s”, can never fit: none of its topics belongs to its teams."
    ),
    Fault.NOTHING_PUBLIC: gettext_lazy("Rule %(rule)s, “%(name)s”, can never fit: nothing is public on its channels."),
    Fault.CONTRADICTS: gettext_lazy(
        "Rule %(rule)s, “%(name)s”, contradicts rule %(earlier)s, “%(earlier_name)s”: the same conditions, another outcome."
    ),
    Fault.NEVER_DECIDES: gettext_lazy(
        "Rule %(rule)s, “%(name)s”, can never decide: rule %(earlier)s, “%(earlier_name)s”, fits all it fits, and comes first."
    ),
}


def refusal_in_words(bad: BadPolicy) -> str:
    """Say why rules cannot be kept, and which one it is."""
    figures = dict(bad.figures)
    condition = figures.get("condition")
    if condition == WORDS:
        figures["condition"] = _("Words")
    elif condition in LABELS:
        figures["condition"] = LABELS[condition]
    return str(SENTENCES[bad.fault]) % figures


def remarks_on(rules: Sequence[Rule]) -> list[str]:
    """Say which rules have no condition, and so decide on every reply that comes to their turn."""
    return [_remark(n + 1, rules[n]) for n in unconditional(rules)]


def _remark(number: int, rule: Rule) -> str:
    words = {"n": number, "name": rule.name}
    if number == 1:
        told = _("Rule %(n)s, “%(name)s”, has no condition: it fits every reply.") % words
    else:
        told = _("Rule %(n)s, “%(name)s”, has no condition: it fits every reply that no rule before it fits.") % words
    if rule.outcome is Outcome.BY_TRUST:
        return told
    return f"{told} {_('The author’s trust is never asked.')}"
