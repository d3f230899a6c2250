"""Why a reply has to be read first, or not, in words: the rules give codes, people read sentences in their language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from enquiries.models import PolicyDecision
from enquiries.rules.policy import Why

SENTENCES: Mapping[str, Promise] = {
    Why.RULE_TWO: _("Rule %(rule)s, “%(name)s”, asks for two persons."),
    Why.RULE_ALWAYS: _("Rule %(rule)s, “%(name)s”, asks for a check."),
    Why.RULE_FREE: _("Rule %(rule)s, “%(name)s”, lets it go; it is looked at afterwards."),
    Why.RULE_SAMPLE_HELD: _("Rule %(rule)s, “%(name)s”: %(percent)s of 100 are checked, and this one is among them."),
    Why.RULE_SAMPLE_LEFT: _(
        "Rule %(rule)s, “%(name)s”: %(percent)s of 100 are checked, and this one is not among them."
    ),
    Why.TRUST_CHECKED: _("Every reply of this author is checked here."),
    Why.TRUST_SAMPLE_HELD: _("The author’s trust: %(percent)s of 100 are checked, and this one is among them."),
    Why.TRUST_SAMPLE_LEFT: _("The author’s trust: %(percent)s of 100 are checked, and this one is not among them."),
    Why.TRUST_FREE: _("The author is trusted here; it is looked at afterwards."),
    Why.FINDS: _("The personal-data guard marked something: a person has to look at it."),
    Why.FILES: _("A file goes out in public: no guard can look into it, so a person does."),
    Why.SUBMITTED_BY_ANOTHER: _("Somebody else than its author submitted it: nobody lends out the trust in them."),
    Why.OWN_RULE: _("Its author made this rule: nobody frees themselves."),
    Why.CORRECTION: _("It changes what stands there already: a person reads that."),
    Why.RETURNED_BEFORE: _("It was returned before: a person has to see that it is right now."),
    Why.DRAWN_BEFORE: _("Another reply here was among those that are checked: there is no second draw."),
}


def why_in_words(code: str, figures: Mapping[str, Any]) -> str:
    """Say a reason in one sentence. What is no code, as older decisions keep it, is a sentence already."""
    sentence = SENTENCES.get(code)
    if sentence is None:
        return code
    try:
        return str(sentence) % figures
    except KeyError:  # a row that somebody wrote by hand: better half a sentence than no page
        return code


def decision_in_words(decision: PolicyDecision) -> str:
    """Say why a kept decision came out as it did."""
    return why_in_words(decision.reason, decision.figures)
